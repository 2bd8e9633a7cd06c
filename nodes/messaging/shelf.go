package messaging

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// shelf keeps a node's messages until their time, or until one is taken by
// its key before. They are on disk, in memory only when they are due: a
// restart forgets none, but open connections in them (msg.res) are gone.
type shelf struct {
	keep           node.Keep
	bucket, prefix string // of the node's own entries
	most           int
	serial         atomic.Uint32

	mu    sync.Mutex
	line  []shelved // first what is due first
	items map[string]shelved
	ready []*msg.Object // taken, and to be passed on
	wake  chan struct{}
}

type shelved struct {
	key string
	at  time.Time
}

// before orders by time, and by key what is due at the same.
func (e shelved) before(other shelved) int {
	return cmp.Or(e.at.Compare(other.at), strings.Compare(e.key, other.key))
}

// spareLife is how long an entry is kept past its time, for a process that
// was down just then.
const spareLife = 30 * 24 * time.Hour

// open reads what is there from the last time.
func (s *shelf) open(keep node.Keep, bucket, id string, most int) error {
	s.keep, s.bucket, s.prefix, s.most = keep, bucket, id+"/", most
	s.items, s.wake = map[string]shelved{}, make(chan struct{}, 1)
	return keep.All(bucket, func(key string, _ []byte, ends time.Time) {
		if key, ours := strings.CutPrefix(key, s.prefix); ours {
			s.add(key, ends.Add(-spareLife))
		}
	})
}

func (s *shelf) add(key string, at time.Time) {
	s.drop(key)
	e := shelved{key, at}
	s.items[key] = e
	i, _ := slices.BinarySearchFunc(s.line, e, shelved.before)
	s.line = slices.Insert(s.line, i, e)
}

// drop tells whether there was such a key; s.mu is held.
func (s *shelf) drop(key string) bool {
	e, ok := s.items[key]
	if ok {
		delete(s.items, key)
		i, _ := slices.BinarySearchFunc(s.line, e, shelved.before)
		s.line = slices.Delete(s.line, i, i+1)
	}
	return ok
}

// put keeps a message until at. It is safe on disk when put returns.
func (s *shelf) put(key string, m *msg.Object, at time.Time) error {
	text, err := msg.EncodeChecked(m)
	if err != nil {
		return err
	}
	s.mu.Lock()
	full := len(s.items) >= s.most
	s.mu.Unlock()
	if full {
		return fmt.Errorf("%d messages are held already", s.most)
	}
	if err := s.keep.Put(s.bucket, s.prefix+key, text, max(time.Until(at), 0)+spareLife); err != nil {
		return err
	}
	s.mu.Lock()
	s.add(key, at)
	s.mu.Unlock()
	s.ring()
	return nil
}

// take returns a message that nobody has taken yet, nil if there is none.
func (s *shelf) take(key string) (*msg.Object, error) {
	s.mu.Lock()
	ok := s.drop(key)
	s.mu.Unlock()
	if !ok {
		return nil, nil
	}
	text, ok, err := s.keep.Get(s.bucket, s.prefix+key)
	if err == nil {
		err = s.keep.Delete(s.bucket, s.prefix+key)
	}
	if !ok || err != nil {
		return nil, err
	}
	return msg.DecodeObject(text)
}

// hand has a message passed on at once.
func (s *shelf) hand(m *msg.Object) {
	s.mu.Lock()
	s.ready = append(s.ready, m)
	s.mu.Unlock()
	s.ring()
}

func (s *shelf) ring() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// keys lists what is kept, in order.
func (s *shelf) keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.items))
}

func (s *shelf) len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.items)
}

// run passes on what is handed over and what is due, one after the other,
// until ctx ends; what is due comes with its key. fail hears of a message that cannot be read.
func (s *shelf) run(ctx context.Context, pass func(key string, m *msg.Object, due bool), fail func(error)) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		key, wait := "", time.Hour
		s.mu.Lock()
		ready := s.ready
		s.ready = nil
		if len(s.line) > 0 {
			if wait = time.Until(s.line[0].at); wait <= 0 {
				key = s.line[0].key
			}
		}
		s.mu.Unlock()
		for _, m := range ready {
			pass("", m, false)
		}
		if ctx.Err() != nil {
			return
		}
		if key != "" {
			if m, err := s.take(key); err != nil {
				fail(err)
			} else if m != nil {
				pass(key, m, true)
			}
			continue
		}
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-s.wake:
		case <-ctx.Done():
		}
	}
}

// newKey makes keys that sort as they were made.
func (s *shelf) newKey(now time.Time) string {
	return fmt.Sprintf("%016x-%08x", now.UnixNano(), s.serial.Add(1))
}
