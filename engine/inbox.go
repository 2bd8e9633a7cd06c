package engine

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/flowrill/flowrill/engine/node"
)

// defaultInbox is how many messages wait for a Pool or Stream node whose
// configuration does not say otherwise.
const defaultInbox = 256

// overflow says what happens to a message that finds an inbox full.
type overflow string

const (
	block overflow = "block" // the carrier waits: pressure walks upstream
	drop  overflow = "drop"  // it is counted and forgotten
	fail  overflow = "fail"  // it is an error of the node whose inbox is full
)

// inbox holds what waits for the workers of a Pool or Stream node. Workers
// are started when there is something to do and end when there is not, so an
// idle node costs no goroutine. A deploy hands the inbox on to the node's
// successor.
type inbox struct {
	eng   *Engine
	owner atomic.Pointer[instance] // nil: the node was removed

	mu       sync.Mutex
	items    []delivery // first in, first out, from head
	head     int
	size     int
	workers  int
	overflow overflow
	running  int
	room     chan struct{}  // closed when an item is taken while someone waits
	quiet    chan struct{}  // closed when the last worker ends while someone waits
	busy     map[string]int // keys being handled; nil for a node without keys
	waiting  map[string][]delivery
	held     int // items in waiting

	dropped atomic.Int64
}

func newInbox(e *Engine, size, workers int, o overflow) *inbox {
	return &inbox{eng: e, size: size, workers: workers, overflow: o}
}

// Len tells how many messages wait.
func (ib *inbox) Len() int {
	ib.mu.Lock()
	defer ib.mu.Unlock()
	return len(ib.items) - ib.head + ib.held
}

// post puts a delivery, or does what the inbox says for a full one.
func (ib *inbox) post(c *carrier, n *instance, d delivery) {
	for {
		room := ib.put(d)
		if room == nil {
			return
		}
		switch ib.overflow {
		case drop:
			ib.dropped.Add(1)
			return
		case fail:
			c.fail(n, d.m, ErrFull, d.hops)
			return
		}
		if err := ib.wait(c, room); err != nil {
			c.lost(n, d.m, err)
			return
		}
	}
}

// wait blocks until there may be room. The carrier does not hold up a deploy
// meanwhile.
func (ib *inbox) wait(c *carrier, room <-chan struct{}) error {
	c.leave()
	defer c.enter()
	select {
	case <-room:
		return nil
	case <-c.room.Done():
		return context.Cause(c.room)
	case <-ib.eng.stopped:
		return errStopped
	}
}

// put queues d, starting a worker if one is free; without room it returns
// what closes when there may be some.
func (ib *inbox) put(d delivery) (room <-chan struct{}) {
	ib.mu.Lock()
	defer ib.mu.Unlock()
	if len(ib.items)-ib.head+ib.held >= ib.size {
		if ib.room == nil {
			ib.room = make(chan struct{})
		}
		return ib.room
	}
	if ib.head > 0 && len(ib.items) == cap(ib.items) {
		n := copy(ib.items, ib.items[ib.head:])
		clear(ib.items[n:])
		ib.items, ib.head = ib.items[:n], 0
	}
	ib.items = append(ib.items, d)
	if ib.running < ib.workers {
		ib.running++
		go ib.work()
	}
	return nil
}

// take returns the next delivery that may be handled now, or false when the
// worker is not needed any more.
func (ib *inbox) take() (d delivery, key string, ok bool) {
	ib.mu.Lock()
	defer ib.mu.Unlock()
	for ib.head < len(ib.items) {
		d = ib.items[ib.head]
		ib.items[ib.head] = delivery{}
		if ib.head++; ib.head == len(ib.items) {
			ib.items, ib.head = ib.items[:0], 0
		}
		key, keyed := ib.key(d)
		if !keyed {
			ib.signal()
			return d, "", true
		}
		if ib.busy == nil {
			ib.busy, ib.waiting = map[string]int{}, map[string][]delivery{}
		}
		if ib.busy[key] > 0 {
			ib.waiting[key] = append(ib.waiting[key], d)
			ib.held++
			continue
		}
		ib.busy[key]++
		ib.signal()
		return d, key, true
	}
	if cap(ib.items) > defaultInbox {
		ib.items = nil
	}
	if ib.running--; ib.running == 0 && ib.quiet != nil {
		close(ib.quiet)
		ib.quiet = nil
	}
	return delivery{}, "", false
}

// key returns the key of a delivery, if the node orders by key.
func (ib *inbox) key(d delivery) (key string, ok bool) {
	n := ib.owner.Load()
	if n == nil || ib.workers == 1 {
		return "", false
	}
	k, ok := n.value.(node.Keyed)
	if !ok {
		return "", false
	}
	return k.Key(d.m), true
}

// next returns another delivery of the key just handled, which nobody else
// may take, and otherwise frees the key.
func (ib *inbox) next(key string) (d delivery, ok bool) {
	ib.mu.Lock()
	defer ib.mu.Unlock()
	if ib.busy[key] == 0 {
		return delivery{}, false
	}
	if more := ib.waiting[key]; len(more) > 0 {
		d, ib.waiting[key] = more[0], more[1:]
		ib.held--
		ib.signal()
		return d, true
	}
	delete(ib.busy, key)
	delete(ib.waiting, key)
	return delivery{}, false
}

// signal tells carriers that wait that there is room.
func (ib *inbox) signal() {
	if ib.room != nil {
		close(ib.room)
		ib.room = nil
	}
}

// work is one worker: it handles what waits and ends when nothing does.
func (ib *inbox) work() {
	c := ib.eng.carrier(context.Background())
	for {
		d, key, ok := ib.take()
		if !ok {
			c.release()
			return
		}
		for ok {
			ib.handle(c, d)
			d, ok = ib.next(key)
		}
	}
}

// handle runs the owner on one delivery and carries what it sent. The worker
// counts as being inside the node, not inside the graph, while it receives:
// waiting for a provider must not hold up a deploy.
func (ib *inbox) handle(c *carrier, d delivery) {
	n := ib.enter()
	if n == nil {
		return
	}
	d.to = n
	c.receive(n, d, new(out))
	n.inside.leave()
	c.carry()
}

// enter waits until the inbox has an open owner and enters it; nil: the node
// was removed, and what waits is dropped.
func (ib *inbox) enter() *instance {
	for {
		n := ib.owner.Load()
		if n == nil {
			return nil
		}
		if !n.inside.enter() { // being replaced: its successor has the inbox
			select {
			case <-n.replaced:
				continue
			case <-ib.eng.stopped:
				return nil
			}
		}
		if n.opened.Load() {
			return n
		}
		n.inside.leave()
		select {
		case <-n.ready:
		case <-n.replaced:
		case <-ib.eng.stopped:
			return nil
		}
	}
}

// adjust takes the bounds of a successor's inbox.
func (ib *inbox) adjust(to *inbox) {
	ib.mu.Lock()
	defer ib.mu.Unlock()
	ib.size, ib.workers, ib.overflow = to.size, to.workers, to.overflow
	ib.signal()
}

// rest empties the inbox and returns what was in it.
func (ib *inbox) rest() []delivery {
	ib.mu.Lock()
	defer ib.mu.Unlock()
	left := append([]delivery(nil), ib.items[ib.head:]...)
	for key, more := range ib.waiting {
		left = append(left, more...)
		delete(ib.waiting, key)
	}
	ib.items, ib.head, ib.held = nil, 0, 0
	ib.signal()
	return left
}

// idle waits until nothing waits and no worker runs, and tells whether it had
// to wait.
func (ib *inbox) idle(ctx context.Context) (waited bool, err error) {
	for {
		ib.mu.Lock()
		if ib.running == 0 {
			ib.mu.Unlock()
			return waited, nil
		}
		if ib.quiet == nil {
			ib.quiet = make(chan struct{})
		}
		quiet := ib.quiet
		ib.mu.Unlock()
		waited = true
		select {
		case <-quiet:
		case <-ctx.Done():
			return true, ctx.Err()
		}
	}
}
