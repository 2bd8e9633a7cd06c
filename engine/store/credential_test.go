package store

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	bolt "go.etcd.io/bbolt"
)

// credentials is what is stored, as "id={…} id={…}".
func credentials(t testing.TB, db *DB) string {
	t.Helper()
	all, err := db.Credentials()
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for id, c := range all {
		texts = append(texts, id+"="+string(msg.Encode(c)))
	}
	slices.Sort(texts)
	return strings.Join(texts, " ")
}

func TestCredentials(t *testing.T) {
	db := open(t, t.TempDir(), Options{})
	if got := credentials(t, db); got != "" {
		t.Fatalf("a new store has %s", got)
	}
	if _, err := os.Stat(filepath.Join(db.dir, keyName)); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("a key was made though there is nothing to seal")
	}
	save(t, db, "[1]", map[string]*msg.Object{"a": msg.Of("apiSecret", "hush-hush"), "b": msg.Of("x", 1), "none": msg.NewObject(0)})
	db = reopen(t, db, Options{})
	if got := credentials(t, db); got != `a={"apiSecret":"hush-hush"} b={"x":1}` {
		t.Errorf("stored %s", got)
	}
	file, err := os.ReadFile(db.path())
	if err != nil || bytes.Contains(file, []byte("hush")) || bytes.Contains(file, []byte("apiSecret")) {
		t.Errorf("the file shows secrets (%v)", err)
	}
	save(t, db, "[2]", nil)
	if got := credentials(t, db); got != `a={"apiSecret":"hush-hush"} b={"x":1}` {
		t.Errorf("after a save without credentials %s", got)
	}
	save(t, db, "[2]", map[string]*msg.Object{"b": msg.Of("x", 2), "c": msg.Of("y", "")})
	if got := credentials(t, db); got != `b={"x":2} c={"y":""}` {
		t.Errorf("after a change %s", got)
	}
	save(t, db, "[2]", map[string]*msg.Object{})
	if got := credentials(t, db); got != "" {
		t.Errorf("after all were removed %s", got)
	}
}

func TestKeys(t *testing.T) {
	secret := map[string]*msg.Object{"a": msg.Of("k", "v")}
	given := func(key string) Options { return Options{Key: []byte(key)} }
	refused := func(t *testing.T, db *DB, want string) {
		t.Helper()
		var e *KeyError
		if _, err := db.Credentials(); !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("reading: %v, want a KeyError that says %q", err, want)
		}
		if _, err := db.Save(Revision{Rev: "x", Document: []byte("[9]")}, map[string]*msg.Object{"a": msg.Of("k", "other")}); !errors.As(err, &e) {
			t.Errorf("writing: %v, want a KeyError", err)
		}
		if r, err := db.Current(); err != nil || string(r.Document) != "[1]" {
			t.Errorf("half of what was refused was saved: %v, %v", r, err)
		}
	}
	t.Run("wrong key given", func(t *testing.T) {
		db := open(t, t.TempDir(), given("right"))
		save(t, db, "[1]", secret)
		if _, err := os.Stat(filepath.Join(db.dir, keyName)); err == nil {
			t.Error("a key file was made")
		}
		db = reopen(t, db, given("wrong"))
		refused(t, db, "FLOWRILL_KEY is not the key")
		db = reopen(t, db, Options{})
		refused(t, db, "flowrill.key is missing; put it back, or set FLOWRILL_KEY")
		if _, err := os.Stat(filepath.Join(db.dir, keyName)); err == nil {
			t.Error("a key file was made that opens nothing")
		}
		db = reopen(t, db, given("right"))
		if got := credentials(t, db); got != `a={"k":"v"}` {
			t.Errorf("with the right key %s", got)
		}
	})
	t.Run("key file", func(t *testing.T) {
		db := open(t, t.TempDir(), Options{})
		save(t, db, "[1]", secret)
		file := filepath.Join(db.dir, keyName)
		right, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []string{"", "what", strings.Repeat("ab", 32)} {
			if err := os.WriteFile(file, []byte(wrong), 0o600); err != nil {
				t.Fatal(err)
			}
			db = reopen(t, db, Options{})
			refused(t, db, "flowrill.key")
		}
		if err := os.WriteFile(file, bytes.TrimSpace(right), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := credentials(t, db); got != `a={"k":"v"}` {
			t.Errorf("with the file put right %s", got)
		}
		db = reopen(t, db, given("wrong"))
		refused(t, db, "set the one that was used before, or none if that was the file")
	})
	t.Run("nothing sealed, so any key will do", func(t *testing.T) {
		db := open(t, t.TempDir(), given("first"))
		save(t, db, "[1]", secret)
		save(t, db, "[1]", map[string]*msg.Object{})
		db = reopen(t, db, given("second"))
		save(t, db, "[1]", secret)
		if got := credentials(t, db); got != `a={"k":"v"}` {
			t.Errorf("stored %s", got)
		}
	})
	t.Run("sealed for another node", func(t *testing.T) {
		db := open(t, t.TempDir(), given("key"))
		save(t, db, "[1]", secret)
		err := db.update(func(tx *bolt.Tx) error {
			b := tx.Bucket(credentialBucket)
			return b.Put([]byte("b"), bytes.Clone(b.Get([]byte("a"))))
		})
		if err != nil {
			t.Fatal(err)
		}
		var e *DamagedError
		if _, err := db.Credentials(); !errors.As(err, &e) {
			t.Errorf("error %v, want a DamagedError", err)
		}
	})
}
