package engine

import (
	"context"
	"sync"
)

// maxAside bounds what waits to be told to status nodes from outside a
// Receive; beyond it the oldest is dropped.
const maxAside = 10_000

// aside carries, in order and on a goroutine of its own, what nodes report
// from goroutines that must not be kept: a status while a lock is held.
type aside struct {
	eng     *Engine
	mu      sync.Mutex
	waiting []func(*carrier)
	running bool
}

func (a *aside) post(f func(*carrier)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.waiting) >= maxAside {
		a.waiting = a.waiting[1:]
	}
	a.waiting = append(a.waiting, f)
	if !a.running {
		a.running = true
		go a.run()
	}
}

func (a *aside) run() {
	c := a.eng.carrier(context.Background())
	defer c.release()
	for {
		a.mu.Lock()
		if len(a.waiting) == 0 {
			a.running, a.waiting = false, nil
			a.mu.Unlock()
			return
		}
		f := a.waiting[0]
		a.waiting = a.waiting[1:]
		a.mu.Unlock()
		f(c)
		c.carry()
	}
}
