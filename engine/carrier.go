package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Bounds of a carrier, and what happens at them.
const (
	// maxHops is how many nodes a message may pass without waiting in an inbox
	// or a timer before it is stopped as a loop, with an error at the next node.
	maxHops = 10_000
	// maxQueue is how many messages one carrier may hold; a send beyond it is
	// an error of the sending node.
	maxQueue = 100_000
	// keepQueue is the largest queue that a carrier keeps for its next use.
	keepQueue = 1024
)

var (
	errLoop  = fmt.Errorf("message passed %d nodes without a pause: stopped as a loop; put a delay into it", maxHops)
	errQueue = fmt.Errorf("more than %d messages wait to be delivered: message dropped", maxQueue)
	// ErrFull is a message that found no room in an inbox.
	ErrFull = errors.New("inbox is full")
)

// delivery is a message on its way to a node.
type delivery struct {
	to   *instance
	m    *msg.Object
	call string // what Links.Call was given: Return this to the link-call
	hops int32
}

// carrier is a goroutine with a first-in-first-out queue of deliveries: a
// source's, an HTTP request's, a timer's or a pool worker's. Nodes only ever
// put into the queue; the carrier's loop alone calls them, so no node runs
// inside another.
type carrier struct {
	eng   *Engine
	queue []delivery
	head  int
	gen   *generation     // the graph it delivers in; nil while it waits on something
	room  context.Context // bounds the wait for room in an inbox
	err   error           // the first error nobody caught
	out   out             // of the Receive that runs, but for Stream nodes
}

var carriers = sync.Pool{New: func() any { return new(carrier) }}

func (e *Engine) carrier(room context.Context) *carrier {
	c := carriers.Get().(*carrier)
	c.eng, c.room = e, room
	return c
}

// release gives c back; its queue is empty.
func (c *carrier) release() {
	if cap(c.queue) > keepQueue {
		c.queue = nil
	}
	*c = carrier{queue: c.queue[:0]}
	carriers.Put(c)
}

// carry delivers until all that was put has come to rest.
func (c *carrier) carry() {
	c.enter()
	c.run()
	c.leave()
}

func (c *carrier) run() {
	for c.head < len(c.queue) {
		d := c.queue[c.head]
		c.queue[c.head] = delivery{}
		if c.head++; c.head == len(c.queue) {
			c.queue, c.head = c.queue[:0], 0
		}
		if c.gen != c.eng.gen.Load() {
			c.leave()
			c.enter()
		}
		c.deliver(d)
	}
}

// put queues a delivery and tells whether there was room.
func (c *carrier) put(d delivery) bool {
	if len(c.queue)-c.head >= maxQueue {
		return false
	}
	if c.head > keepQueue && c.head > len(c.queue)/2 {
		n := copy(c.queue, c.queue[c.head:])
		clear(c.queue[n:])
		c.queue, c.head = c.queue[:n], 0
	}
	c.queue = append(c.queue, d)
	return true
}

func (c *carrier) deliver(d delivery) {
	n := d.to.current()
	if n == nil {
		return // removed by a deploy: messages to nowhere vanish, as in Node-RED
	}
	switch {
	case d.hops >= maxHops:
		c.fail(n, d.m, errLoop, 0)
	case n.inbox != nil && d.call == "":
		d.to, d.hops = n, 0
		n.inbox.post(c, n, d)
	default:
		if !n.opened.Load() && !c.await(n) {
			return
		}
		c.receive(n, d, &c.out)
	}
}

// await waits until n is open, and tells whether it will ever be. The carrier
// does not hold up a deploy meanwhile.
func (c *carrier) await(n *instance) bool {
	c.leave()
	defer c.enter()
	select {
	case <-n.ready:
		return true
	case <-n.ctx.Done():
		return false
	}
}

// receive runs one node on one message and sees to what came of it.
func (c *carrier) receive(n *instance, d delivery, o *out) {
	*o = out{c: c, n: n, hops: d.hops + 1, got: d.m, parts: n.mode.Kind() == node.KindStream}
	err := n.call(d, o)
	l := o.late
	if l != nil {
		l.kept = o.kept
	}
	if o.hold != nil {
		o.hold.end(c, o.hops)
	}
	if err == nil && (l != nil || d.call != "") {
		return // completes with Done, of an answer with that of the call
	}
	if l != nil {
		l.finished()
	}
	o.finish(err)
}

// call is Receive under the node's lock if it has one; a panic is an error.
func (n *instance) call(d delivery, o *out) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &node.PanicError{Value: r, Stack: string(debug.Stack())}
		}
	}()
	if f := n.fault.Load(); f != nil {
		return f.err
	}
	if n.mode.Kind() == node.KindSerial {
		n.serial.Lock()
		o.hold = new(hold)
		n.holding.Store(o.hold)
		defer func() {
			n.holding.Store(nil)
			n.serial.Unlock()
		}()
	}
	if d.call != "" {
		return n.value.(node.Returner).Return(n.ctx, d.call, d.m, o)
	}
	ctx := n.ctx
	if n.effect {
		ctx = node.WithDelivery(ctx, &node.Delivery{Key: msg.Text(d.m.Get("_msgid"))})
	}
	return n.receiver.Receive(ctx, d.m, o)
}

// generation counts the carriers that may be inside nodes of one graph. A
// deploy that replaced the graph waits until nobody of the old one is left.
type generation struct {
	active  atomic.Int64 // how many are in, less retired if nobody may come in
	once    sync.Once
	drained chan struct{}
}

// retired is more than there can ever be carriers.
const retired = 1 << 40

func newGeneration() *generation { return &generation{drained: make(chan struct{})} }

func (g *generation) enter() bool {
	if g.active.Add(1) > 0 {
		return true
	}
	g.leave()
	return false
}

func (g *generation) leave() {
	if g.active.Add(-1) == -retired {
		g.once.Do(func() { close(g.drained) })
	}
}

// retire lets nobody in any more and returns what closes when all have left.
func (g *generation) retire() <-chan struct{} {
	if g.active.Add(-retired) == -retired {
		g.once.Do(func() { close(g.drained) })
	}
	return g.drained
}

func (c *carrier) enter() {
	for c.gen == nil {
		if g := c.eng.gen.Load(); g.enter() {
			c.gen = g
		}
	}
}

func (c *carrier) leave() {
	if c.gen != nil {
		c.gen.leave()
		c.gen = nil
	}
}
