package store

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	bolt "go.etcd.io/bbolt"
)

// BenchmarkOpen is what a start pays: for a new store, for one in use, and
// for one with the contexts of 10,000 nodes.
func BenchmarkOpen(b *testing.B) {
	run := func(name string, dir func() string) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				db, err := Open(dir(), testKey)
				if err != nil {
					b.Fatal(err)
				}
				if err := db.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	used := b.TempDir()
	db := open(b, used, testKey)
	save(b, db, string(bytes.Repeat([]byte("x"), 10_000)), map[string]*msg.Object{"n": msg.Of("k", "v")})
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	large := b.TempDir()
	db = open(b, large, testKey)
	err := db.update(func(tx *bolt.Tx) error {
		nodes, err := scopeBucket(tx, "node")
		for i := range 10_000 {
			if err == nil {
				err = nodes.Put(fmt.Appendf(nil, "node%05d", i), []byte(`{"count":1,"list":["some","words"]}`))
			}
		}
		return err
	})
	for i := range 100 {
		save(b, db, fmt.Sprint(i, string(bytes.Repeat([]byte("x"), 100_000))), nil)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	if err != nil {
		b.Fatal(err)
	}
	run("new", func() string {
		dir, err := os.MkdirTemp(b.TempDir(), "")
		if err != nil {
			b.Fatal(err)
		}
		return dir
	})
	run("used", func() string { return used })
	run("large", func() string { return large })
}

func BenchmarkSave(b *testing.B) {
	db := open(b, b.TempDir(), testKey)
	document := bytes.Repeat([]byte("x"), 10_000)
	credentials := map[string]*msg.Object{"n": msg.Of("k", "v")}
	n := 0
	for b.Loop() {
		n++
		if _, err := db.Save(Revision{Rev: fmt.Sprint(n), Document: document}, credentials); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkContextSave(b *testing.B) {
	db := open(b, b.TempDir(), testKey)
	values := msg.Of("count", 1, "last", "447700900000")
	for b.Loop() {
		if err := db.Context().Save("flow", "t1", values); err != nil {
			b.Fatal(err)
		}
	}
}
