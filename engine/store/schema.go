package store

import (
	"fmt"
	"strconv"

	bolt "go.etcd.io/bbolt"
)

// The buckets. Keys and values are text, so that any bbolt tool shows them.
var (
	metaBucket       = []byte("meta")
	revisionBucket   = []byte("revisions")   // number, eight bytes big-endian → header line, document
	credentialBucket = []byte("credentials") // node id → sealed JSON object
	contextBucket    = []byte("context")     // scope → id → JSON object
	sessionBucket    = []byte("sessions")    // hash of a token → JSON object
	keepBucket       = []byte("keep")        // bucket → entries, endings (keep.go)

	schemaKey  = []byte("schema")  // how many migrations were made
	currentKey = []byte("current") // number of the current revision
	proofKey   = []byte("key")     // sealed proof that a key is the right one
)

// scopes are the buckets in contextBucket.
var scopes = []string{"global", "flow", "node"}

// migrations make of a file of schema n one of schema n+1. One that was ever
// released is never changed; each has a file of its schema in testdata.
var migrations = []func(*bolt.Tx) error{
	makeFirstBuckets,
	makeSessionBucket,
	makeKeepBucket,
}

func makeFirstBuckets(tx *bolt.Tx) error {
	for _, name := range [][]byte{metaBucket, revisionBucket, credentialBucket, contextBucket} {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	for _, scope := range scopes {
		if _, err := tx.Bucket(contextBucket).CreateBucket([]byte(scope)); err != nil {
			return err
		}
	}
	return nil
}

// migrate brings the file to today's schema, in one transaction.
func (db *DB) migrate() error {
	schema := 0
	err := db.view(func(tx *bolt.Tx) (err error) {
		schema, err = db.schema(tx)
		return err
	})
	if err != nil || schema == len(migrations) {
		return err
	}
	return db.update(func(tx *bolt.Tx) error { return db.migrateFrom(tx, schema) })
}

func (db *DB) migrateFrom(tx *bolt.Tx, schema int) error {
	for n, step := range migrations[schema:] {
		if err := step(tx); err != nil {
			return fmt.Errorf("bring the store %s to schema %d: %w", db.path(), schema+n+1, err)
		}
	}
	return tx.Bucket(metaBucket).Put(schemaKey, []byte(strconv.Itoa(len(migrations))))
}

func (db *DB) schema(tx *bolt.Tx) (int, error) {
	b := tx.Bucket(metaBucket)
	if b == nil {
		if name, _ := tx.Cursor().First(); name != nil {
			return 0, fmt.Errorf("%s is a database of something else", db.path())
		}
		return 0, nil
	}
	schema, err := strconv.Atoi(string(b.Get(schemaKey)))
	if err != nil || schema < 1 {
		return 0, db.damaged("its schema number is %q", b.Get(schemaKey))
	}
	if schema > len(migrations) {
		return 0, fmt.Errorf("the store %s was written by a newer Flowrill (schema %d; this one knows %d): use that one", db.path(), schema, len(migrations))
	}
	return schema, nil
}
