package store

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	bolt "go.etcd.io/bbolt"
)

var testKey = Options{Key: []byte("key"), Timeout: time.Millisecond}

// sound is the bytes of a store with a bit of everything: trees of branches
// and leaves, buckets within leaves, values over many pages, free pages.
func sound(t testing.TB) []byte {
	t.Helper()
	db := open(t, t.TempDir(), testKey)
	save(t, db, `["`+strings.Repeat("x", 50_000)+`"]`, map[string]*msg.Object{"a": msg.Of("k", "v"), "b": msg.Of("k", "v")})
	save(t, db, `["`+strings.Repeat("y", 10_000)+`"]`, nil)
	save(t, db, "[3]", nil)
	err := db.update(func(tx *bolt.Tx) error {
		b, err := scopeBucket(tx, "node")
		for i := range 2000 {
			if err == nil {
				err = b.Put(fmt.Appendf(nil, "node%05d", i), []byte(`{"count":1,"list":["some","words"]}`))
			}
		}
		return err
	})
	if err == nil {
		err = db.update(func(tx *bolt.Tx) error {
			b, err := scopeBucket(tx, "node")
			for i := range 1000 {
				if err == nil {
					err = b.Delete(fmt.Appendf(nil, "node%05d", i))
				}
			}
			return err
		})
	}
	if err == nil {
		err = errors.Join(db.Context().Save("flow", "t1", msg.Of("a", 1)), db.PutSession("h", Session{Expires: time.Now().Add(time.Hour)}), db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(db.path())
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// use opens a store of these bytes, reads all of it and writes to it. What
// goes wrong must be an error, and if it is found on opening the file must
// stay as it is.
func use(t testing.TB, dir string, data []byte) (opened bool) {
	t.Helper()
	path := filepath.Join(dir, fileName)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := Open(dir, testKey)
	if err != nil {
		now, readErr := os.ReadFile(path)
		if readErr != nil || !bytes.Equal(now, data) {
			t.Errorf("the file was refused (%v) and changed (%v)", err, readErr)
		}
		return false
	}
	if all, err := db.Revisions(); err == nil {
		for _, r := range all {
			_, _ = db.Revision(r.Number)
		}
	}
	_, _ = db.Current()
	_, _ = db.Credentials()
	_, _, _ = db.Session("h")
	for i := 0; i < 2000; i += 20 {
		_, _ = db.Context().Load("node", fmt.Sprintf("node%05d", i))
	}
	_ = db.Context().Remove("node", "node01500")
	_ = db.Context().Save("flow", "t2", msg.Of("a", 1))
	_, _ = db.Save(Revision{Document: []byte("[4]")}, map[string]*msg.Object{"c": msg.Of("k", "v")})
	_ = db.PutSession("i", Session{Expires: time.Now().Add(time.Hour)})
	if db.stuck { // let the next one have the lock all the same
		t.Errorf("a writer met damage that opening had not found: %v", db.broken.Load())
		return true
	}
	_ = db.Close()
	return true
}

func TestSoundIsSound(t *testing.T) {
	dir := t.TempDir()
	if !use(t, dir, sound(t)) {
		_, err := Open(dir, testKey)
		t.Fatal(err)
	}
	db := open(t, dir, testKey)
	if r, err := db.Current(); err != nil || r.Number != 4 {
		t.Errorf("current %+v, %v", r, err)
	}
	if got := credentials(t, db); got != `c={"k":"v"}` {
		t.Errorf("credentials %s", got)
	}
	if v, err := db.Context().Load("node", "node01999"); err != nil || v.Len() != 2 {
		t.Errorf("context %v, %v", v, err)
	}
}

func TestDamaged(t *testing.T) {
	data := sound(t)
	page := os.Getpagesize()
	with := func(change func(d []byte) []byte) []byte { return change(bytes.Clone(data)) }
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":            {nil, "it is empty"},
		"text":             {[]byte("hello, this is no database\n"), "does not begin as a database does"},
		"zeros":            {make([]byte, len(data)), "does not begin as a database does"},
		"one page":         {data[:page], "cut off"},
		"half a page less": {with(func(d []byte) []byte { return d[:5*page+page/2] }), "cut off"},
		"no root": {with(func(d []byte) []byte {
			m, _ := readMeta(bytes.NewReader(d), int64(len(d)))
			clear(d[m.root*uint64(page):][:page])
			return d
		}), "is something else"},
		"both metas bad":      {with(func(d []byte) []byte { d[20]++; d[page+20]++; return d }), "does not begin as a database does"},
		"zeros in the middle": {with(func(d []byte) []byte { clear(d[2*page:]); return d }), "page"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if use(t, dir, c.data) {
				t.Fatal("it was opened")
			}
			var e *DamagedError
			_, err := Open(dir, testKey)
			if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), e.Path) {
				t.Errorf("error %v, want a DamagedError that says %q", err, c.want)
			}
		})
	}
	// The root page holds the names of the buckets, each followed by its root.
	m, err := readMeta(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	root := func(d []byte, name string) []byte {
		at := int(m.root) * page
		return d[at+bytes.Index(d[at:at+page], []byte(name))+len(name):][:8]
	}
	for name, c := range map[string]struct {
		change func(d []byte)
		want   string
	}{
		"two buckets in one": {func(d []byte) { copy(root(d, "revisions"), root(d, "context")) }, "is used twice"},
		"a ring":             {func(d []byte) { native.PutUint64(root(d, "context"), m.root) }, "is used twice"},
		"free and used":      {func(d []byte) { native.PutUint64(d[int(m.freelist)*page+16:], m.root) }, "is free and cannot be"},
		"far away":           {func(d []byte) { native.PutUint64(root(d, "context"), 1<<60) }, "is referred to and cannot be"},
		"key far away":       {func(d []byte) { native.PutUint32(d[int(m.root)*page+16+4:], 1<<31) }, "refers to what is outside"},
		"too many keys":      {func(d []byte) { native.PutUint16(d[int(m.root)*page+10:], 60_000) }, "page"},
	} {
		t.Run(name, func(t *testing.T) {
			d := bytes.Clone(data)
			c.change(d)
			dir := t.TempDir()
			if use(t, dir, d) {
				t.Fatal("it was opened")
			}
			if _, err := Open(dir, testKey); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	t.Run("one meta bad", func(t *testing.T) { // as after a crash: the state before the last write
		for i := range 2 {
			if !use(t, t.TempDir(), with(func(d []byte) []byte { d[i*page+16+40]++; return d })) {
				t.Errorf("refused without meta %d", i)
			}
		}
	})
}

// TestDamagedAnywhere changes bytes here and there.
func TestDamagedAnywhere(t *testing.T) {
	data, dir := sound(t), t.TempDir()
	page := os.Getpagesize()
	r := rand.New(rand.NewPCG(1, 2))
	refused := 0
	const rounds = 100
	for range rounds {
		d := bytes.Clone(data)
		for range 1 + r.IntN(4) {
			at := r.IntN(len(d)/page) * page // heads of pages are where it hurts
			switch r.IntN(3) {
			case 0:
				d[at+r.IntN(64)] = byte(r.Uint32())
			case 1:
				d[at+r.IntN(page)] ^= 1 << r.IntN(8)
			case 2:
				copy(d[at:at+page], d[r.IntN(len(d)/page)*page:])
			}
		}
		if !use(t, dir, d) {
			refused++
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	if refused < rounds/10 {
		t.Errorf("%d of %d damaged files were refused", refused, rounds)
	}
	for cut := 0; cut < len(data); cut += page * 7 / 2 {
		use(t, dir, data[:cut])
	}
}

// TestCutOffWhileOpen: reading mapped memory that is no longer there is an
// error, not the end of the process, and from then on nothing is written.
func TestCutOffWhileOpen(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileName), sound(t), 0o600); err != nil {
		t.Fatal(err)
	}
	db := open(t, dir, testKey)
	if err := os.Truncate(db.path(), int64(2*os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
	var e *DamagedError
	if _, err := db.Credentials(); !errors.As(err, &e) {
		t.Errorf("reading: %v, want a DamagedError", err)
	}
	if _, err := db.Save(Revision{Document: []byte("[]")}, nil); !errors.As(err, &e) {
		t.Errorf("writing: %v, want a DamagedError", err)
	}
	if info, err := os.Stat(db.path()); err != nil || info.Size() != int64(2*os.Getpagesize()) {
		t.Errorf("the file was written to: %v, %v", info.Size(), err)
	}
}

func TestCutOffMeetsAWriter(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileName), sound(t), 0o600); err != nil {
		t.Fatal(err)
	}
	db := open(t, dir, testKey)
	if err := os.Truncate(db.path(), int64(2*os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
	var e *DamagedError
	for range 2 {
		if _, err := db.Save(Revision{Document: []byte("[]")}, nil); !errors.As(err, &e) {
			t.Errorf("writing: %v, want a DamagedError", err)
		}
	}
	if _, err := db.Current(); !errors.As(err, &e) {
		t.Errorf("reading: %v, want a DamagedError", err)
	}
	if err := db.Close(); err != nil && !errors.As(err, &e) {
		t.Errorf("closing: %v", err)
	}
}

// TestValueDamaged: values are checked when they are read.
func TestValueDamaged(t *testing.T) {
	data := bytes.ReplaceAll(sound(t), bytes.Repeat([]byte("x"), 10_000), append(bytes.Repeat([]byte("x"), 9_999), 'z'))
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileName), data, 0o600); err != nil {
		t.Fatal(err)
	}
	db := open(t, dir, testKey)
	var e *DamagedError
	if _, err := db.Revision(1); !errors.As(err, &e) || !strings.Contains(err.Error(), "the flows of revision 1 are not what was written") {
		t.Errorf("error %v", err)
	}
}

// FuzzOpen puts pages of any content into a sound file.
func FuzzOpen(f *testing.F) {
	data := sound(f)
	page := os.Getpagesize()
	for i := 0; i < len(data)/page; i += 5 {
		f.Add(uint16(i), data[i*page:(i+1)*page])
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, at uint16, content []byte) {
		d := bytes.Clone(data)
		copy(d[int(at)%(len(d)/page)*page:], content)
		use(t, dir, d)
	})
}
