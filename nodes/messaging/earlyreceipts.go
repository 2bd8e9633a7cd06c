package messaging

import (
	"slices"
	"sync"
	"time"
)

// How long a receipt of an unknown message waits for it, and how many may; of
// more nobody waits.
const (
	earlyWait = 5 * time.Second
	maxEarly  = 1000
)

// earlyReceipts are those that came before the answer to the message they are
// about (vonage.md §1.8). The zero value is ready.
type earlyReceipts struct {
	mu      sync.Mutex
	waiting map[[2]string][]chan struct{} // by key
	many    int
	over    bool
}

// wait returns when one of the keys becomes known, when that has taken too
// long, or when nobody shall wait any more. known is asked once it cannot be
// missed.
func (e *earlyReceipts) wait(keys [][2]string, known func() bool) {
	e.mu.Lock()
	if e.over || e.many >= maxEarly {
		e.mu.Unlock()
		return
	}
	if e.waiting == nil {
		e.waiting = map[[2]string][]chan struct{}{}
	}
	came := make(chan struct{}, len(keys))
	for _, key := range keys {
		e.waiting[key] = append(e.waiting[key], came)
	}
	e.many++
	e.mu.Unlock()
	if !known() {
		timer := time.NewTimer(earlyWait)
		select {
		case <-came:
		case <-timer.C:
		}
		timer.Stop()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.many--
	for _, key := range keys {
		left := slices.DeleteFunc(e.waiting[key], func(c chan struct{}) bool { return c == came })
		if e.waiting[key] = left; len(left) == 0 {
			delete(e.waiting, key)
		}
	}
}

// know wakes who waits for these keys.
func (e *earlyReceipts) know(keys [][2]string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, key := range keys {
		e.wake(key)
	}
}

// close wakes everybody, now and from now on.
func (e *earlyReceipts) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.over = true
	for key := range e.waiting {
		e.wake(key)
	}
}

// wake tells each once for each of its keys, which is what there is room for.
func (e *earlyReceipts) wake(key [2]string) {
	for _, c := range e.waiting[key] {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
