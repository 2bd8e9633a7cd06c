package store

import (
	"sync"

	bolt "go.etcd.io/bbolt"
)

// together makes one commit of what several goroutines write at the same
// time, because a commit costs the disk's time whatever is in it. A lone
// writer waits for nobody.
type together struct {
	mu      sync.Mutex
	waiting []*write
	running bool // somebody commits, and looks again before he stops
}

// maxTogether is how many writes one commit takes.
const maxTogether = 1000

// write is one caller's part of a commit.
type write struct {
	do   func(*bolt.Tx) error
	err  error
	done chan struct{}
}

// updateTogether is update for small writes of many goroutines. An error of f
// undoes f alone. f may run more than once.
func (db *DB) updateTogether(f func(*bolt.Tx) error) error {
	w := &write{do: f, done: make(chan struct{})}
	t := &db.together
	t.mu.Lock()
	t.waiting = append(t.waiting, w)
	if !t.running {
		t.running = true
		go db.commitWaiting()
	}
	t.mu.Unlock()
	<-w.done
	return w.err
}

func (db *DB) commitWaiting() {
	t := &db.together
	for {
		t.mu.Lock()
		batch := t.waiting
		if len(batch) == 0 {
			t.running = false
			t.mu.Unlock()
			return
		}
		if t.waiting = nil; len(batch) > maxTogether {
			batch, t.waiting = batch[:maxTogether:maxTogether], batch[maxTogether:]
		}
		t.mu.Unlock()
		for len(batch) > 0 {
			batch = db.commit(batch)
		}
	}
}

// commit writes a batch and returns what is left to do: everything but the
// one write that failed, if one did.
func (db *DB) commit(batch []*write) (left []*write) {
	failed := -1
	err := db.update(func(tx *bolt.Tx) error {
		for i, w := range batch {
			if err := w.do(tx); err != nil {
				failed = i
				return err
			}
		}
		return nil
	})
	if failed >= 0 {
		batch[failed].err = err
		close(batch[failed].done)
		return append(batch[:failed:failed], batch[failed+1:]...)
	}
	for _, w := range batch {
		w.err = err
		close(w.done)
	}
	return nil
}
