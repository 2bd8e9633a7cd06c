package engine

import (
	"context"
	"sync"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// out is the node.Out of one Receive. It puts into the carrier's queue.
type out struct {
	c     *carrier
	n     *instance
	late  *late
	hold  *hold       // what Lates send while Receive runs
	got   *msg.Object // the message that Receive was given
	kept  *msg.Object // a clone of it, taken before it was sent
	hops  int32
	parts bool // what is sent may be gone before the node is done
}

// Send implements node.Out.
func (o *out) Send(m *msg.Object) {
	if m != nil {
		o.route(m, 0, true)
		o.flush()
	}
}

// SendTo implements node.Out.
func (o *out) SendTo(m *msg.Object, ports ...int) {
	if m == nil {
		return
	}
	original := true
	for _, p := range ports {
		original = o.route(m, p, original)
	}
	o.flush()
}

// SendAll implements node.Out. Of all deliveries of the call the first gets
// its original, every later one a clone, wire by wire (runtime.md §1.2, §1.3).
func (o *out) SendAll(byPort [][]*msg.Object) {
	sameID(byPort)
	original := true
	wires := o.n.wiring()
	for p, ms := range byPort {
		if p >= len(wires) {
			break
		}
		for _, to := range wires[p] {
			for _, m := range ms {
				if m == nil {
					continue
				}
				o.keep(m)
				if !original {
					m = m.Clone()
				}
				original = false
				if t := o.c.eng.tap.Load(); t != nil {
					o.tapped(t, p, to, m)
				}
				o.put(to, m)
			}
		}
	}
	o.flush()
}

// sameID gives all messages that lack an id the same: that of the first which
// has one, else a fresh one.
func sameID(byPort [][]*msg.Object) {
	var id any
	lacking := false
	for _, ms := range byPort {
		for _, m := range ms {
			if m == nil {
				continue
			}
			if have, ok := m.Lookup("_msgid"); !ok {
				lacking = true
			} else if id == nil {
				id = have
			}
		}
	}
	if !lacking {
		return
	}
	if id == nil {
		id = msg.NewID()
	}
	for _, ms := range byPort {
		for _, m := range ms {
			if m != nil && !m.Has("_msgid") {
				m.Set("_msgid", id)
			}
		}
	}
}

// route queues m, or clones of it once original is used up, for every wire of
// a port, and tells whether the original is still to be had.
func (o *out) route(m *msg.Object, port int, original bool) bool {
	wires := o.n.wiring()
	if port < 0 || port >= len(wires) {
		return original
	}
	if !m.Has("_msgid") {
		m.Set("_msgid", msg.NewID())
	}
	for _, to := range wires[port] {
		x := m
		if original {
			o.keep(m)
			original = false
		} else {
			x = m.Clone()
		}
		if t := o.c.eng.tap.Load(); t != nil {
			o.tapped(t, port, to, x)
		}
		o.put(to, x)
	}
	return original
}

// keep clones the received message before it is given away, where a catch or
// complete node will want to see it afterwards. Where it may be somebody
// else's before Receive or Late has ended, its id is kept for the log.
func (o *out) keep(m *msg.Object) {
	if m != o.got || o.kept != nil {
		return
	}
	if o.n.watch.Load().wantsMessage() {
		o.kept = m.Clone()
	} else if o.parts {
		o.kept = msg.Of("_msgid", m.Get("_msgid"))
	}
}

func (o *out) put(to *instance, m *msg.Object) {
	if !o.c.put(delivery{to: to, m: m, hops: o.hops}) {
		o.c.eng.logFailure(o.n, m, errQueue)
	}
}

// flush carries at once what a Stream node sent.
func (o *out) flush() {
	if o.n.mode.Kind() == node.KindStream {
		o.c.carry()
	}
}

// Fail implements node.Out.
func (o *out) Fail(m *msg.Object, err error) {
	o.c.fail(o.n, m, err, o.hops)
	o.flush()
}

// Status implements node.Out.
func (o *out) Status(s node.Status) {
	o.c.status(o.n, s, o.hops)
	o.flush()
}

// Later implements node.Out.
func (o *out) Later() node.Late {
	if o.late == nil {
		if o.hold == nil {
			o.hold = new(hold)
		}
		o.late = &late{n: o.n, got: o.got, hold: o.hold}
	}
	return o.late
}

// finish tells the listeners how Receive ended.
func (o *out) finish(err error) {
	m := o.got
	if o.kept != nil {
		m = o.kept
	}
	if err != nil {
		o.c.fail(o.n, m, err, o.hops)
	} else {
		o.c.complete(o.n, m, o.hops)
	}
}

// late is the node.Late of one message, or a source's. While the Receive that
// made it runs, and for a Serial node while any Receive of it runs, its sends
// wait on that Receive's carrier; otherwise every send is carried on the
// goroutine that sends.
type late struct {
	n      *instance
	source bool // of Start: it has no message and is never done
	mu     sync.Mutex
	got    *msg.Object // a source's shot: the first message it sent
	kept   *msg.Object
	hold   *hold // of the Receive that made it
	done   bool
}

// hold is what waits on a carrier until a Receive returns.
type hold struct {
	mu      sync.Mutex
	ended   bool
	waiting []func(c *carrier, hops int32)
}

// add tells whether f waits; it does not once Receive has returned.
func (h *hold) add(f func(*carrier, int32)) bool {
	if h == nil {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.ended {
		h.waiting = append(h.waiting, f)
	}
	return !h.ended
}

// end puts what waited onto the carrier.
func (h *hold) end(c *carrier, hops int32) {
	h.mu.Lock()
	waiting := h.waiting
	h.waiting, h.ended = nil, true
	h.mu.Unlock()
	for _, f := range waiting {
		f(c, hops)
	}
}

// finished marks l done and tells whether it was before.
func (l *late) finished() (again bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	again, l.done = l.done, true
	return again
}

// do runs f on a Receive's carrier when that returns, or on a carrier of this
// goroutine now. It returns the first error nobody caught.
func (l *late) do(room context.Context, f func(c *carrier, hops int32)) error {
	if !l.source && (l.hold.add(f) || l.n.holding.Load().add(f)) {
		return nil
	}
	c := l.n.eng.carrier(room)
	f(c, 0)
	c.carry()
	err := c.err
	c.release()
	return err
}

// with makes an out of c for this node and runs f on it.
func (l *late) with(f func(o *out)) func(*carrier, int32) {
	return func(c *carrier, hops int32) {
		if l.n.closed.Load() {
			return // sends of a stopped node vanish
		}
		l.mu.Lock()
		o := out{c: c, n: l.n, got: l.got, kept: l.kept, hops: hops, parts: true}
		l.mu.Unlock()
		f(&o)
		if l.source {
			return
		}
		l.mu.Lock()
		l.got, l.kept = o.got, o.kept
		l.mu.Unlock()
	}
}

// Send implements node.Out.
func (l *late) Send(m *msg.Object) { _ = l.Emit(context.Background(), m, 0) }

// SendTo implements node.Out.
func (l *late) SendTo(m *msg.Object, ports ...int) {
	if len(ports) > 0 {
		_ = l.Emit(context.Background(), m, ports...)
	}
}

// SendAll implements node.Out.
func (l *late) SendAll(byPort [][]*msg.Object) {
	_ = l.do(context.Background(), l.with(func(o *out) { o.SendAll(byPort) }))
}

// Emit implements node.Late. Without ports it sends through the first.
func (l *late) Emit(ctx context.Context, m *msg.Object, ports ...int) error {
	return l.do(ctx, l.with(func(o *out) {
		if o.got == nil && !l.source {
			o.got = m
		}
		if len(ports) == 0 {
			o.Send(m)
		} else {
			o.SendTo(m, ports...)
		}
	}))
}

// Fail implements node.Out.
func (l *late) Fail(m *msg.Object, err error) {
	_ = l.do(context.Background(), l.with(func(o *out) { o.Fail(m, err) }))
}

// Status implements node.Out.
func (l *late) Status(s node.Status) { l.n.setStatus(s) }

// Later implements node.Out: a source gets one for each shot, any other Late
// is its own.
func (l *late) Later() node.Late {
	if l.source {
		return &late{n: l.n}
	}
	return l
}

// Done implements node.Late. What comes after the first call is ignored.
func (l *late) Done(m *msg.Object, err error) {
	if l.source || l.finished() {
		return
	}
	if w := l.n.watch.Load(); err == nil && (w == nil || len(w.complete) == 0) {
		return // nobody is to be told
	}
	_ = l.do(context.Background(), l.with(func(o *out) {
		if m != nil && m != o.got {
			o.got, o.kept = m, nil
		}
		if o.got != nil {
			o.finish(err)
		}
	}))
}
