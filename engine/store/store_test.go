package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	bolt "go.etcd.io/bbolt"
)

func open(t testing.TB, dir string, o Options) *DB {
	t.Helper()
	db, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// reopen is what a restart sees.
func reopen(t testing.TB, db *DB, o Options) *DB {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, db.dir, o)
}

func save(t testing.TB, db *DB, document string, credentials map[string]*msg.Object) int {
	t.Helper()
	n, err := db.Save(Revision{Rev: "rev of " + document, Document: []byte(document)}, credentials)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRevisions(t *testing.T) {
	db := open(t, t.TempDir(), Options{})
	if r, err := db.Current(); r != nil || err != nil {
		t.Fatalf("a new store has %v, %v", r, err)
	}
	at := time.Date(2025, 3, 4, 5, 6, 7, 8_000_000, time.FixedZone("", 3600))
	if n, err := db.Save(Revision{Number: 77, Rev: "a", Time: at, Author: "ann", Note: "größer", Document: []byte("[]\n[1]")}, nil); n != 1 || err != nil {
		t.Fatalf("first is %d, %v", n, err)
	}
	before := time.Now()
	if n := save(t, db, "[2]", nil); n != 2 {
		t.Fatalf("second is %d", n)
	}
	db = reopen(t, db, Options{})

	r, err := db.Current()
	if err != nil || r.Number != 2 || r.Rev != "rev of [2]" || string(r.Document) != "[2]" || r.Time.Before(before.Add(-time.Second)) {
		t.Errorf("current %+v, %v", r, err)
	}
	r, err = db.Revision(1)
	if err != nil || r.Rev != "a" || !r.Time.Equal(at) || r.Author != "ann" || r.Note != "größer" || string(r.Document) != "[]\n[1]" {
		t.Errorf("first %+v, %v", r, err)
	}
	for _, n := range []int{-1, 0, 3} {
		if r, err := db.Revision(n); r != nil || err != nil {
			t.Errorf("revision %d: %v, %v", n, r, err)
		}
	}
	all, err := db.Revisions()
	if err != nil || len(all) != 2 || all[0].Number != 2 || all[1].Number != 1 || all[1].Author != "ann" || all[0].Document != nil {
		t.Errorf("list %+v, %v", all, err)
	}
	if n := save(t, db, "[2]", nil); n != 2 {
		t.Errorf("the same again is %d", n)
	}
}

func TestLastHundredRevisionsStay(t *testing.T) {
	db := open(t, t.TempDir(), Options{})
	for i := range 103 {
		save(t, db, fmt.Sprintf("[%d]", i), nil)
	}
	all, err := db.Revisions()
	if err != nil || len(all) != 100 || all[0].Number != 103 || all[99].Number != 4 {
		t.Fatalf("%d revisions, %v", len(all), err)
	}
	if r, err := db.Revision(3); r != nil || err != nil {
		t.Errorf("revision 3: %v, %v", r, err)
	}
	if r, err := db.Revision(4); err != nil || string(r.Document) != "[3]" {
		t.Errorf("revision 4: %v, %v", r, err)
	}
}

func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	db := open(t, dir, Options{})
	save(t, db, "[]", map[string]*msg.Object{"a": msg.Of("k", "v")})
	for name, want := range map[string]fs.FileMode{"": 0o700, fileName: 0o600, keyName: 0o600, pidName: 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%q: %v, %v; want %v", name, info.Mode(), err, want)
		}
	}
	if err := errors.Join(db.Close(), os.Chmod(db.path(), 0o644)); err != nil {
		t.Fatal(err)
	}
	open(t, dir, Options{})
	if info, err := os.Stat(db.path()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a file that others may read stays so: %v, %v", info.Mode(), err)
	}
}

func TestContext(t *testing.T) {
	db := open(t, t.TempDir(), Options{})
	c := db.Context()
	for _, at := range [][2]string{{"global", ""}, {"flow", "t1"}, {"node", "n1"}} {
		scope, id := at[0], at[1]
		if v, err := c.Load(scope, id); v != nil || err != nil {
			t.Errorf("%v before: %v, %v", at, v, err)
		}
		if err := c.Save(scope, id, msg.Of("z", 1, "a", msg.NewList(scope, nil))); err != nil {
			t.Fatal(err)
		}
	}
	db = reopen(t, db, Options{})
	c = db.Context()
	if v, err := c.Load("flow", "t1"); err != nil || string(msg.Encode(v)) != `{"z":1,"a":["flow",null]}` {
		t.Errorf("flow t1: %s, %v", msg.Encode(v), err)
	}
	if v, err := c.Load("global", ""); err != nil || string(msg.Encode(v)) != `{"z":1,"a":["global",null]}` {
		t.Errorf("global: %s, %v", msg.Encode(v), err)
	}
	if err := errors.Join(c.Remove("flow", "t1"), c.Remove("flow", "never"), c.Save("node", "n1", msg.NewObject(0))); err != nil {
		t.Fatal(err)
	}
	for _, at := range [][2]string{{"flow", "t1"}, {"node", "n1"}} {
		if v, err := c.Load(at[0], at[1]); v != nil || err != nil {
			t.Errorf("%v after: %v, %v", at, v, err)
		}
	}
	ring := msg.NewObject(1)
	ring.Set("self", ring)
	if err := c.Save("flow", "ring", ring); err == nil || !strings.Contains(err.Error(), "flow ring") {
		t.Errorf("a ring: %v", err)
	}
	if _, err := c.Load("tab", "t1"); err == nil {
		t.Error("an unknown scope was read")
	}
	if err := errors.Join(c.Save("tab", "t1", msg.Of("a", 1))); err == nil {
		t.Error("an unknown scope was written")
	}
	if err := c.Save("flow", strings.Repeat("x", 40_000), msg.Of("a", 1)); err == nil {
		t.Error("an id longer than the database can take was written")
	}
}

func TestSessions(t *testing.T) {
	db := open(t, t.TempDir(), Options{})
	later := time.Now().Add(time.Hour).Truncate(time.Millisecond)
	for hash, expires := range map[string]time.Time{"a": later, "b": later.Add(time.Hour), "old": time.Now().Add(-time.Second)} {
		if err := db.PutSession(hash, Session{User: "admin", Scope: "*", Expires: expires}); err != nil {
			t.Fatal(err)
		}
	}
	db = reopen(t, db, Options{})
	if s, ok, err := db.Session("a"); !ok || err != nil || s.User != "admin" || s.Scope != "*" || !s.Expires.Equal(later) {
		t.Errorf("a: %+v, %v, %v", s, ok, err)
	}
	for _, hash := range []string{"old", "never", ""} {
		if s, ok, err := db.Session(hash); ok || err != nil || s.User != "" {
			t.Errorf("%q: %+v, %v, %v", hash, s, ok, err)
		}
	}
	if err := errors.Join(db.DeleteSession("a"), db.DeleteSession("never")); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := db.Session("a"); ok {
		t.Error("a is still there")
	}
}

func TestSessionsAreBounded(t *testing.T) {
	db := open(t, t.TempDir(), Options{})
	now := time.Now()
	entry := func(s Session) []byte { return msg.Encode(msg.Of("expires", s.Expires.UnixMilli())) }
	err := db.update(func(tx *bolt.Tx) error {
		for i := range keptSessions {
			if err := tx.Bucket(sessionBucket).Put(fmt.Appendf(nil, "%04d", i), entry(Session{Expires: now.Add(time.Hour + time.Duration(i)*time.Second)})); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = db.PutSession("new", Session{Expires: now.Add(2 * time.Hour)})
	}
	if err != nil {
		t.Fatal(err)
	}
	for hash, want := range map[string]bool{"0000": false, "0001": true, "new": true} {
		if _, ok, err := db.Session(hash); ok != want || err != nil {
			t.Errorf("%s: %v, %v; want %v", hash, ok, err, want)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	db := open(t, t.TempDir(), Options{})
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			id := fmt.Sprint("n", i)
			for n := range 10 {
				if err := db.Context().Save("node", id, msg.Of("n", n)); err != nil {
					t.Error(err)
				}
				if v, err := db.Context().Load("node", id); err != nil || v.Get("n") != float64(n) {
					t.Errorf("%s: %v, %v, want %d", id, v, err, n)
				}
				if _, err := db.Save(Revision{Rev: id, Document: fmt.Appendf(nil, "[%d,%d]", i, n)}, map[string]*msg.Object{id: msg.Of("n", n)}); err != nil {
					t.Error(err)
				}
				if _, err := db.Credentials(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if r, err := db.Current(); err != nil || r.Number != 40 {
		t.Errorf("after 40 saves: %+v, %v", r, err)
	}
}
