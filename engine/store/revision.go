package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strconv"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/flows"
	bolt "go.etcd.io/bbolt"
)

// Revision is a flows.Revision.
type Revision = flows.Revision

// keptRevisions is how many revisions stay.
const keptRevisions = 100

// Save adds a revision and makes it the current one, gives it the next number
// whatever r says, and replaces all credentials, by id of the objects they
// belong to; nil leaves them. Either all of that is safe on disk when it
// returns, or nothing of it happened. The document of the current revision is
// not added a second time. The last 100 revisions stay.
func (db *DB) Save(r flows.Revision, credentials map[string]*msg.Object) (number int, err error) {
	err = db.update(func(tx *bolt.Tx) (err error) {
		if number, err = db.addRevision(tx, r); err != nil || credentials == nil {
			return err
		}
		return db.putCredentials(tx, credentials)
	})
	if err != nil {
		return 0, fmt.Errorf("save flows: %w", err)
	}
	return number, nil
}

func (db *DB) addRevision(tx *bolt.Tx, r flows.Revision) (int, error) {
	current, err := db.current(tx)
	if err != nil {
		return 0, err
	}
	if current != nil && current.Rev == r.Rev && bytes.Equal(current.Document, r.Document) {
		return current.Number, nil
	}
	if current != nil {
		r.Number = current.Number
	} else {
		r.Number = 0
	}
	r.Number++
	if r.Time.IsZero() {
		r.Time = time.Now()
	}
	b := tx.Bucket(revisionBucket)
	if err := b.Put(revisionKey(r.Number), encodeRevision(r)); err != nil {
		return 0, err
	}
	for c := b.Cursor(); ; {
		first, _ := c.First()
		if first == nil || int(binary.BigEndian.Uint64(first)) > r.Number-keptRevisions {
			break
		}
		if err := b.Delete(first); err != nil {
			return 0, err
		}
	}
	return r.Number, tx.Bucket(metaBucket).Put(currentKey, []byte(strconv.Itoa(r.Number)))
}

// Current is the revision saved last, nil if there is none.
func (db *DB) Current() (r *flows.Revision, err error) {
	err = db.view(func(tx *bolt.Tx) (err error) {
		r, err = db.current(tx)
		return err
	})
	return r, err
}

// Revision is the one with that number, nil if it is not kept.
func (db *DB) Revision(number int) (r *flows.Revision, err error) {
	err = db.view(func(tx *bolt.Tx) (err error) {
		r, err = db.revision(tx, number)
		return err
	})
	return r, err
}

// Revisions is every revision kept, newest first, without documents.
func (db *DB) Revisions() (all []flows.Revision, err error) {
	err = db.view(func(tx *bolt.Tx) error {
		c := tx.Bucket(revisionBucket).Cursor()
		for k, v := c.Last(); k != nil; k, v = c.Prev() {
			r, _, err := db.decodeRevision(k, v)
			if err != nil {
				return err
			}
			all = append(all, *r)
		}
		return nil
	})
	return all, err
}

func (db *DB) current(tx *bolt.Tx) (*flows.Revision, error) {
	text := tx.Bucket(metaBucket).Get(currentKey)
	if text == nil {
		return nil, nil
	}
	number, err := strconv.Atoi(string(text))
	if err != nil {
		return nil, db.damaged("the number of the current revision is %q", text)
	}
	r, err := db.revision(tx, number)
	if err == nil && r == nil {
		return nil, db.damaged("the current revision, %d, is missing", number)
	}
	return r, err
}

func (db *DB) revision(tx *bolt.Tx, number int) (*flows.Revision, error) {
	key := revisionKey(number)
	v := tx.Bucket(revisionBucket).Get(key)
	if v == nil {
		return nil, nil
	}
	r, sum, err := db.decodeRevision(key, v)
	if err != nil {
		return nil, err
	}
	r.Document = bytes.Clone(v[bytes.IndexByte(v, '\n')+1:])
	if checksum(r.Document) != sum {
		return nil, db.damaged("the flows of revision %d are not what was written", number)
	}
	return r, nil
}

func revisionKey(number int) []byte { return binary.BigEndian.AppendUint64(nil, uint64(number)) }

// encodeRevision is a line of JSON about the revision, and the document as it is: a
// list need not read the pages of the documents.
func encodeRevision(r flows.Revision) []byte {
	head := msg.Of("rev", r.Rev, "time", r.Time.UTC().Format(time.RFC3339Nano), "author", r.Author, "note", r.Note, "sum", checksum(r.Document))
	b := msg.AppendJSON(make([]byte, 0, len(r.Document)+256), head)
	return append(append(b, '\n'), r.Document...)
}

func (db *DB) decodeRevision(key, v []byte) (r *flows.Revision, sum float64, err error) {
	line, _, _ := bytes.Cut(v, []byte("\n"))
	head, err := msg.DecodeObject(line)
	if err != nil || len(key) != 8 {
		return nil, 0, db.damaged("revision %x cannot be read", key)
	}
	r = &flows.Revision{Number: int(binary.BigEndian.Uint64(key))}
	r.Rev, _ = head.Get("rev").(string)
	r.Author, _ = head.Get("author").(string)
	r.Note, _ = head.Get("note").(string)
	at, _ := head.Get("time").(string)
	sum, _ = head.Get("sum").(float64)
	if r.Time, err = time.Parse(time.RFC3339Nano, at); err != nil {
		return nil, 0, db.damaged("the time of revision %d is %q", r.Number, at)
	}
	return r, sum, nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(document []byte) float64 { return float64(crc32.Checksum(document, castagnoli)) }
