package node

import (
	"container/heap"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Keep is a small memory that a crash does not wipe: which webhooks have been
// dealt with, who has opted out, what a conversation has come to. What was
// written is safe on disk when the call returns; without a data directory it
// lasts as long as the process. All nodes share one Keep, so a bucket is named
// after what is in it, not after a node.
//
// A bucket holds KeepLimit entries. To make room for another the entry that
// would end first goes; where nothing ends, there is no room: ErrKeepFull.
type Keep interface {
	// Claim takes a key for a life and tells whether it was free, in one atomic
	// step: of any number of callers one is the first.
	Claim(bucket, key string, life time.Duration) (first bool, err error)
	// Get is the value of a key; ok is false if there is none or it has ended.
	Get(bucket, key string) (value []byte, ok bool, err error)
	// Put sets a value for a life; 0 is for ever.
	Put(bucket, key string, value []byte, life time.Duration) error
	// Delete forgets a key, if there is one.
	Delete(bucket, key string) error
	// All calls each for every entry of a bucket, by key; ends is zero for one
	// that never does. each must not use the Keep.
	All(bucket string, each func(key string, value []byte, ends time.Time)) error
}

// KeepLimit is how many entries a bucket of a Keep holds.
const KeepLimit = 100_000

// ErrKeepFull is a bucket full of entries that never end.
var ErrKeepFull = fmt.Errorf("no room: %d entries are kept already", KeepLimit)

// errKeepKey is a bucket or key that a store could not tell from none.
var errKeepKey = errors.New("a kept entry needs a bucket and a key")

// MemoryKeep is a Keep that lasts as long as the process. The zero value is
// empty and ready.
type MemoryKeep struct {
	mu      sync.Mutex
	buckets map[string]*memoryBucket
}

type memoryBucket struct {
	entries map[string]*memoryEntry
	ending  endings // those that end, the first of them at 0
}

type memoryEntry struct {
	key   string
	value []byte
	ends  time.Time
	at    int // in endings; -1: never ends
}

// Claim implements Keep.
func (k *MemoryKeep) Claim(bucket, key string, life time.Duration) (bool, error) {
	first := false
	err := k.do(bucket, key, func(b *memoryBucket, now time.Time) error {
		if b.entries[key] != nil {
			return nil
		}
		first = true
		return b.put(key, nil, now, life)
	})
	return first && err == nil, err
}

// Get implements Keep.
func (k *MemoryKeep) Get(bucket, key string) (value []byte, ok bool, err error) {
	err = k.do(bucket, key, func(b *memoryBucket, _ time.Time) error {
		if e := b.entries[key]; e != nil {
			value, ok = append([]byte{}, e.value...), true
		}
		return nil
	})
	return value, ok, err
}

// Put implements Keep.
func (k *MemoryKeep) Put(bucket, key string, value []byte, life time.Duration) error {
	return k.do(bucket, key, func(b *memoryBucket, now time.Time) error {
		return b.put(key, append([]byte{}, value...), now, life)
	})
}

// Delete implements Keep.
func (k *MemoryKeep) Delete(bucket, key string) error {
	return k.do(bucket, key, func(b *memoryBucket, _ time.Time) error {
		b.drop(b.entries[key])
		return nil
	})
}

// All implements Keep.
func (k *MemoryKeep) All(bucket string, each func(key string, value []byte, ends time.Time)) error {
	return k.do(bucket, "*", func(b *memoryBucket, _ time.Time) error {
		for _, key := range slices.Sorted(maps.Keys(b.entries)) {
			e := b.entries[key]
			each(key, append([]byte{}, e.value...), e.ends)
		}
		return nil
	})
}

// do runs f on a bucket from which all that has ended is gone.
func (k *MemoryKeep) do(bucket, key string, f func(b *memoryBucket, now time.Time) error) error {
	if bucket == "" || key == "" {
		return errKeepKey
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	b := k.buckets[bucket]
	if b == nil {
		if k.buckets == nil {
			k.buckets = map[string]*memoryBucket{}
		}
		b = &memoryBucket{entries: map[string]*memoryEntry{}}
		k.buckets[bucket] = b
	}
	now := time.Now()
	for len(b.ending) > 0 && !b.ending[0].ends.After(now) {
		b.drop(b.ending[0])
	}
	return f(b, now)
}

func (b *memoryBucket) put(key string, value []byte, now time.Time, life time.Duration) error {
	b.drop(b.entries[key])
	if len(b.entries) >= KeepLimit {
		if len(b.ending) == 0 {
			return ErrKeepFull
		}
		b.drop(b.ending[0])
	}
	e := &memoryEntry{key: key, value: value, at: -1}
	if life > 0 {
		e.ends = now.Add(life)
		heap.Push(&b.ending, e)
	}
	b.entries[key] = e
	return nil
}

func (b *memoryBucket) drop(e *memoryEntry) {
	if e == nil {
		return
	}
	delete(b.entries, e.key)
	if e.at >= 0 {
		heap.Remove(&b.ending, e.at)
	}
}

// endings is a heap, the entry that ends first on top.
type endings []*memoryEntry

func (h endings) Len() int           { return len(h) }
func (h endings) Less(i, j int) bool { return h[i].ends.Before(h[j].ends) }
func (h endings) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].at, h[j].at = i, j
}

// Push implements heap.Interface.
func (h *endings) Push(x any) {
	e := x.(*memoryEntry)
	e.at = len(*h)
	*h = append(*h, e)
}

// Pop implements heap.Interface.
func (h *endings) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	e.at = -1
	return e
}
