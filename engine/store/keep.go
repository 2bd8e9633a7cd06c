package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Keeper is the store's node.Keep: small entries by bucket and key, each safe
// on disk when its call returns. What is written at the same time is one
// commit.
type Keeper struct {
	db    *DB
	limit uint64 // entries of a bucket
}

// Keep is the part of the store that nodes need.
func (db *DB) Keep() *Keeper { return &Keeper{db, keepLimit} }

// keepLimit is how many entries a bucket holds, as node.Keep says.
const keepLimit = 100_000

var (
	errKeepFull = fmt.Errorf("no room: %d entries are kept already", keepLimit)
	errKeepKey  = errors.New("a kept entry needs a bucket and a key")
)

// A bucket has two: entries (key → end, value) and endings (end, key → nothing),
// so that what ends first is found first. An end is eight bytes big-endian of
// milliseconds; 0 is never, and has no ending. How many entries there are is the
// sequence number of entries, so that it is part of the transaction.
var (
	entriesName = []byte("entries")
	endingsName = []byte("endings")
)

const endSize = 8

// cleanup is how many ended entries a write clears away besides.
const cleanup = 8

func makeKeepBucket(tx *bolt.Tx) error {
	_, err := tx.CreateBucket(keepBucket)
	return err
}

// Claim implements node.Keep.
func (k *Keeper) Claim(bucket, key string, life time.Duration) (first bool, err error) {
	if _, taken, err := k.Get(bucket, key); taken || err != nil {
		return false, err // what is taken costs no write
	}
	err = k.write(bucket, key, func(b *keptBucket, now time.Time) error {
		if first = b.get(key, now) == nil; !first {
			return nil
		}
		return b.put(key, nil, endOf(now, life))
	})
	return first && err == nil, err
}

// Get implements node.Keep.
func (k *Keeper) Get(bucket, key string) (value []byte, ok bool, err error) {
	if bucket == "" || key == "" {
		return nil, false, errKeepKey
	}
	err = k.db.view(func(tx *bolt.Tx) error {
		root := tx.Bucket(keepBucket).Bucket([]byte(bucket))
		if root == nil {
			return nil
		}
		b := keptBucket{entries: root.Bucket(entriesName)}
		if v := b.get(key, time.Now()); v != nil {
			value, ok = bytes.Clone(v[endSize:]), true
		}
		return nil
	})
	if err != nil {
		return nil, false, fmt.Errorf("look up %s in %s: %w", key, bucket, err)
	}
	return value, ok, nil
}

// Put implements node.Keep.
func (k *Keeper) Put(bucket, key string, value []byte, life time.Duration) error {
	return k.write(bucket, key, func(b *keptBucket, now time.Time) error { return b.put(key, value, endOf(now, life)) })
}

// Delete implements node.Keep.
func (k *Keeper) Delete(bucket, key string) error {
	if _, has, err := k.Get(bucket, key); !has || err != nil {
		return err
	}
	return k.write(bucket, key, func(b *keptBucket, _ time.Time) error { return b.drop([]byte(key)) })
}

// All implements node.Keep.
func (k *Keeper) All(bucket string, each func(key string, value []byte, ends time.Time)) error {
	if bucket == "" {
		return errKeepKey
	}
	now := time.Now().UnixMilli()
	err := k.db.view(func(tx *bolt.Tx) error {
		root := tx.Bucket(keepBucket).Bucket([]byte(bucket))
		if root == nil {
			return nil
		}
		return root.Bucket(entriesName).ForEach(func(key, v []byte) error {
			var ends time.Time
			if end := endIn(v); end > 0 {
				if end <= now {
					return nil
				}
				ends = time.UnixMilli(end)
			}
			each(string(key), bytes.Clone(v[endSize:]), ends)
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("list %s: %w", bucket, err)
	}
	return nil
}

// write runs f as part of a commit.
func (k *Keeper) write(bucket, key string, f func(b *keptBucket, now time.Time) error) error {
	if bucket == "" || key == "" {
		return errKeepKey
	}
	err := k.db.updateTogether(func(tx *bolt.Tx) error {
		root, err := tx.Bucket(keepBucket).CreateBucketIfNotExists([]byte(bucket))
		if err != nil {
			return err
		}
		b := &keptBucket{limit: k.limit}
		if b.entries, err = root.CreateBucketIfNotExists(entriesName); err != nil {
			return err
		}
		if b.endings, err = root.CreateBucketIfNotExists(endingsName); err != nil {
			return err
		}
		now := time.Now()
		if err := b.clean(now); err != nil {
			return err
		}
		return f(b, now)
	})
	if err != nil {
		return fmt.Errorf("keep %s in %s: %w", key, bucket, err)
	}
	return nil
}

func endOf(now time.Time, life time.Duration) uint64 {
	if life <= 0 {
		return 0
	}
	return uint64(now.Add(life).UnixMilli())
}

// keptBucket is a bucket inside a transaction.
type keptBucket struct {
	entries, endings *bolt.Bucket
	limit            uint64
}

// get is end and value, nil if there are none or they have ended.
func (b *keptBucket) get(key string, now time.Time) []byte {
	v := b.entries.Get([]byte(key))
	if v == nil {
		return nil
	}
	if end := endIn(v); end > 0 && end <= now.UnixMilli() {
		return nil
	}
	return v
}

// endIn is the end that stands before a value.
func endIn(v []byte) int64 { return int64(binary.BigEndian.Uint64(v)) }

func (b *keptBucket) put(key string, value []byte, end uint64) error {
	if err := b.drop([]byte(key)); err != nil {
		return err
	}
	if b.entries.Sequence() >= b.limit {
		first, _ := b.endings.Cursor().First()
		if first == nil {
			return errKeepFull
		}
		if err := b.drop(bytes.Clone(first[endSize:])); err != nil {
			return err
		}
	}
	v := append(binary.BigEndian.AppendUint64(nil, end), value...)
	if err := b.entries.Put([]byte(key), v); err != nil {
		return err
	}
	if end > 0 {
		if err := b.endings.Put(append(v[:endSize:endSize], key...), nil); err != nil {
			return err
		}
	}
	return b.entries.SetSequence(b.entries.Sequence() + 1)
}

// drop forgets a key, if there is one.
func (b *keptBucket) drop(key []byte) error {
	v := b.entries.Get(key)
	if v == nil {
		return nil
	}
	if endIn(v) > 0 {
		if err := b.endings.Delete(append(bytes.Clone(v[:endSize]), key...)); err != nil {
			return err
		}
	}
	if err := b.entries.Delete(key); err != nil {
		return err
	}
	return b.entries.SetSequence(b.entries.Sequence() - 1)
}

// clean clears away some of what has ended.
func (b *keptBucket) clean(now time.Time) error {
	for range cleanup {
		first, _ := b.endings.Cursor().First()
		if first == nil || endIn(first) > now.UnixMilli() {
			return nil
		}
		if err := b.drop(bytes.Clone(first[endSize:])); err != nil {
			return err
		}
	}
	return nil
}
