package store

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// unpack puts a stored file into a new data directory.
func unpack(t testing.TB, name string) (dir string) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileName), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func setSchema(t testing.TB, db *DB, schema string) {
	t.Helper()
	err := db.update(func(tx *bolt.Tx) error { return tx.Bucket(metaBucket).Put(schemaKey, []byte(schema)) })
	if err != nil {
		t.Fatal(err)
	}
}

// TestSchema1 opens a file as the first schema left it: two revisions,
// credentials, a context, no sessions.
func TestSchema1(t *testing.T) {
	o := Options{Key: []byte("the key of the test")}
	db := open(t, unpack(t, "schema1.db.gz"), o)
	if r, err := db.Current(); err != nil || r.Number != 2 || r.Author != "bob" || string(r.Document) != `[{"id":"t1","type":"tab","label":"second"}]` {
		t.Errorf("current %+v, %v", r, err)
	}
	if r, err := db.Revision(1); err != nil || r.Note != "first" || !r.Time.Equal(time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)) {
		t.Errorf("first %+v, %v", r, err)
	}
	if got := credentials(t, db); got != `n1={"apiKey":"k","apiSecret":"s"}` {
		t.Errorf("credentials %s", got)
	}
	if v, err := db.Context().Load("flow", "t1"); err != nil || v.Get("count") != 7.0 {
		t.Errorf("context %v, %v", v, err)
	}
	if err := db.PutSession("h", Session{Expires: time.Now().Add(time.Hour)}); err != nil {
		t.Error(err)
	}
	db = reopen(t, db, o)
	if _, ok, err := db.Session("h"); !ok || err != nil {
		t.Errorf("session %v, %v", ok, err)
	}
	schema := ""
	_ = db.view(func(tx *bolt.Tx) error { schema = string(tx.Bucket(metaBucket).Get(schemaKey)); return nil })
	if schema != strconv.Itoa(len(migrations)) {
		t.Errorf("schema %s, want %d", schema, len(migrations))
	}
}

func TestSchemaRefused(t *testing.T) {
	for schema, want := range map[string]string{
		fmt.Sprint(len(migrations) + 1): fmt.Sprintf("was written by a newer Flowrill (schema %d; this one knows %d)", len(migrations)+1, len(migrations)),
		"what":                          `is damaged: its schema number is "what"`,
		"0":                             `is damaged: its schema number is "0"`,
		"":                              `is damaged: its schema number is ""`,
	} {
		db := open(t, t.TempDir(), Options{})
		setSchema(t, db, schema)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the first refusal lets go of the lock
			if _, err := Open(db.dir, Options{Timeout: time.Millisecond}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("schema %q: %v, want %s", schema, err, want)
			}
		}
	}
}

func TestDatabaseOfSomethingElse(t *testing.T) {
	dir := t.TempDir()
	other, err := bolt.Open(filepath.Join(dir, fileName), 0o600, nil)
	if err == nil {
		err = other.Update(func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err })
	}
	if err == nil {
		err = other.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "is a database of something else") {
		t.Errorf("error %v", err)
	}
}
