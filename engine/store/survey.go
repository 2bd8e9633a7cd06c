package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// survey reads a bbolt file's structure, not its values, and tells what is
// wrong with it: bbolt checks little, and what it then meets in mapped memory
// (a page that is not there, a ring of pages) can end the process. Ten
// thousand small values take a few milliseconds.
//
// The file is pages of one size. Pages 0 and 1 are metas, of which the newer
// sound one counts: it knows the page of the root bucket, that of the free
// list, and how many pages there are. Buckets are trees of branch and leaf
// pages; a small bucket is within its parent's leaf. A page may go on over
// several.
func survey(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() == 0 {
		return errors.New("it is empty")
	}
	m, err := readMeta(f, info.Size())
	if err != nil {
		return err
	}
	if have := info.Size() / m.pageSize; uint64(have) < m.pages {
		return fmt.Errorf("it is cut off: %d of %d pages are there", have, m.pages)
	}
	s := surveyor{f: f, meta: m, seen: make([]bool, m.pages)}
	s.seen[0], s.seen[1] = true, true
	if err := s.tree(m.root, nil); err != nil {
		return err
	}
	return s.freelist()
}

const (
	magic      = 0xED0CDAED
	version    = 2
	metaSize   = 64
	headerSize = 16 // of a page, of an entry, of a bucket
	branchPage = 0x01
	leafPage   = 0x02
	freePage   = 0x10
	noFreelist = 1<<64 - 1
)

var native = binary.NativeEndian

// meta is what a meta page says.
type meta struct {
	pageSize                    int64
	root, freelist, pages, txid uint64
}

// readMeta finds the meta that bbolt will go by.
func readMeta(f io.ReaderAt, size int64) (m meta, err error) {
	first, ok := metaAt(f, 0)
	if ok {
		if second, ok := metaAt(f, first.pageSize); ok && second.txid > first.txid {
			first = second
		}
	}
	for at := int64(1024); !ok && at < size && at <= 1024<<14; at *= 2 {
		first, ok = metaAt(f, at)
	}
	if !ok {
		return m, errors.New("it does not begin as a database does")
	}
	m = first
	if m.pageSize < 512 || m.pageSize > 1<<24 || m.pages < 3 || m.pages > uint64(size) {
		return m, fmt.Errorf("%d pages of %d bytes cannot be", m.pages, m.pageSize)
	}
	return m, nil
}

func metaAt(f io.ReaderAt, at int64) (m meta, ok bool) {
	var b [headerSize + metaSize]byte
	if _, err := f.ReadAt(b[:], at); err != nil {
		return m, false
	}
	p := b[headerSize:]
	sum := fnv.New64a()
	sum.Write(p[:metaSize-8])
	if native.Uint32(p) != magic || native.Uint32(p[4:]) != version || native.Uint64(p[56:]) != sum.Sum64() {
		return m, false
	}
	return meta{
		pageSize: int64(native.Uint32(p[8:])), root: native.Uint64(p[16:]), freelist: native.Uint64(p[32:]),
		pages: native.Uint64(p[40:]), txid: native.Uint64(p[48:]),
	}, true
}

type surveyor struct {
	f io.ReaderAt
	meta
	seen []bool
}

// run is a page with those it goes on over.
type run struct {
	id    uint64
	at    int64 // in the file
	size  int64
	flags uint16
	count int
	head  []byte // its first page
}

// claim reads the head of a page that nothing else may refer to.
func (s *surveyor) claim(id uint64) (r run, err error) {
	if id < 2 || id >= s.pages {
		return r, fmt.Errorf("page %d is referred to and cannot be", id)
	}
	r = run{id: id, at: int64(id) * s.pageSize, head: make([]byte, s.pageSize)}
	if _, err := s.f.ReadAt(r.head, r.at); err != nil {
		return r, fmt.Errorf("page %d: %w", id, err)
	}
	r.flags, r.count = native.Uint16(r.head[8:]), int(native.Uint16(r.head[10:]))
	more := uint64(native.Uint32(r.head[12:]))
	if native.Uint64(r.head) != id || more >= s.pages-id {
		return r, fmt.Errorf("page %d is something else", id)
	}
	r.size = int64(more+1) * s.pageSize
	for p := id; p <= id+more; p++ {
		if s.seen[p] {
			return r, fmt.Errorf("page %d is used twice", p)
		}
		s.seen[p] = true
	}
	return r, nil
}

// bytes is a stretch of a page.
func (s *surveyor) bytes(r *run, from, n int64) ([]byte, error) {
	if from < 0 || n < 0 || from > r.size || n > r.size-from {
		return nil, fmt.Errorf("page %d refers to what is outside of it", r.id)
	}
	if from+n <= int64(len(r.head)) {
		return r.head[from : from+n], nil
	}
	b := make([]byte, n)
	if _, err := s.f.ReadAt(b, r.at+from); err != nil {
		return nil, fmt.Errorf("page %d: %w", r.id, err)
	}
	return b, nil
}

// tree follows a bucket's pages. Keys grow from left to right and are not
// below those that led there.
func (s *surveyor) tree(id uint64, least []byte) error {
	r, err := s.claim(id)
	if err != nil {
		return err
	}
	if r.flags != branchPage && r.flags != leafPage || r.flags == branchPage && r.count == 0 {
		return fmt.Errorf("page %d is no part of a tree", id)
	}
	last := least
	for i := range int64(r.count) {
		at := headerSize + i*headerSize
		e, err := s.bytes(&r, at, headerSize)
		if err != nil {
			return err
		}
		pos, keySize := native.Uint32(e), native.Uint32(e[4:])
		if r.flags == leafPage {
			pos, keySize = keySize, native.Uint32(e[8:])
		}
		key, err := s.bytes(&r, at+int64(pos), int64(keySize))
		if err != nil {
			return err
		}
		if order := bytes.Compare(last, key); order > 0 || order == 0 && i > 0 {
			return fmt.Errorf("page %d is out of order", id)
		}
		last = bytes.Clone(key)
		if r.flags == branchPage {
			err = s.tree(native.Uint64(e[8:]), last)
		} else {
			err = s.value(&r, at+int64(pos)+int64(keySize), int64(native.Uint32(e[12:])), native.Uint32(e))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// value follows a leaf's value if it is a bucket.
func (s *surveyor) value(r *run, at, size int64, flags uint32) error {
	if at > r.size || size > r.size-at {
		return fmt.Errorf("page %d is cut off", r.id)
	}
	if flags == 0 {
		return nil
	}
	if flags != 1 || size < headerSize {
		return fmt.Errorf("page %d holds a bad bucket", r.id)
	}
	b, err := s.bytes(r, at, size)
	if err != nil {
		return err
	}
	if root := native.Uint64(b); root != 0 {
		return s.tree(root, nil)
	}
	return inline(b[headerSize:], r.id)
}

// inline checks a bucket that is within a leaf.
func inline(b []byte, id uint64) error {
	bad := fmt.Errorf("page %d holds a bad bucket", id)
	if len(b) < headerSize || native.Uint16(b[8:]) != leafPage {
		return bad
	}
	var last []byte
	for i := range int(native.Uint16(b[10:])) {
		at := headerSize + i*headerSize
		if at+headerSize > len(b) {
			return bad
		}
		e := b[at:]
		pos, keySize, size := int64(native.Uint32(e[4:])), int64(native.Uint32(e[8:])), int64(native.Uint32(e[12:]))
		if native.Uint32(e) != 0 || pos+keySize+size > int64(len(e)) {
			return bad
		}
		key := e[pos : pos+keySize]
		if i > 0 && bytes.Compare(last, key) >= 0 {
			return bad
		}
		last = key
	}
	return nil
}

// freelist checks that no page is free and used, or free twice.
func (s *surveyor) freelist() error {
	if s.meta.freelist == noFreelist {
		return nil
	}
	r, err := s.claim(s.meta.freelist)
	if err != nil {
		return err
	}
	if r.flags != freePage {
		return fmt.Errorf("page %d is no list of free pages", r.id)
	}
	at, count := int64(headerSize), int64(r.count)
	if count == 0xFFFF {
		b, err := s.bytes(&r, at, 8)
		if err != nil {
			return err
		}
		at, count = at+8, int64(min(native.Uint64(b), s.pages))
	}
	ids, err := s.bytes(&r, at, 8*count)
	if err != nil {
		return err
	}
	for ; len(ids) > 0; ids = ids[8:] {
		id := native.Uint64(ids)
		if id < 2 || id >= s.pages || s.seen[id] {
			return fmt.Errorf("page %d is free and cannot be", id)
		}
		s.seen[id] = true
	}
	return nil
}
