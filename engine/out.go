package engine

import (
	"context"
	"sync"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// out is the node.Out of one Receive. It puts into the carrier's queue.
type out struct {
	c    *carrier
	n    *instance
	late *late
	got  *msg.Object // the message that Receive was given
	kept *msg.Object // a clone of it, taken before it was sent
	hops int32
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
		o.put(to, x)
	}
	return original
}

// keep clones the received message before it is given away, where a catch or
// complete node will want to see it afterwards.
func (o *out) keep(m *msg.Object) {
	if m == o.got && o.kept == nil && o.n.watch.Load().wantsMessage() {
		o.kept = m.Clone()
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
		o.late = &late{n: o.n, got: o.got, receiving: true}
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

// late is the node.Late of one Receive, or of a source's Start. While Receive
// still runs its sends wait with the rest of that Receive; afterwards every
// send is carried on the goroutine that sends.
type late struct {
	n         *instance
	got       *msg.Object
	mu        sync.Mutex
	kept      *msg.Object
	receiving bool
	waiting   []func(*carrier)
	done      bool
}

// received ends the time in which sends wait: they go onto c.
func (l *late) received(c *carrier) {
	l.mu.Lock()
	waiting := l.waiting
	l.waiting, l.receiving = nil, false
	l.mu.Unlock()
	for _, f := range waiting {
		f(c)
	}
}

// finished marks l done and tells whether it was before.
func (l *late) finished() (again bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	again, l.done = l.done, true
	return again
}

// do runs f on the Receive's carrier when Receive returns, or on a carrier of
// this goroutine now. It returns the first error nobody caught.
func (l *late) do(room context.Context, f func(*carrier)) error {
	l.mu.Lock()
	if l.receiving {
		l.waiting = append(l.waiting, f)
		l.mu.Unlock()
		return nil
	}
	l.mu.Unlock()
	c := l.n.eng.carrier(room)
	f(c)
	c.carry()
	err := c.err
	c.release()
	return err
}

// with makes an out of c for this node and runs f on it.
func (l *late) with(f func(o *out)) func(*carrier) {
	return func(c *carrier) {
		if l.n.closed.Load() {
			return // sends of a stopped node vanish
		}
		l.mu.Lock()
		o := out{c: c, n: l.n, got: l.got, kept: l.kept}
		l.mu.Unlock()
		f(&o)
		if o.kept != nil {
			l.mu.Lock()
			l.kept = o.kept
			l.mu.Unlock()
		}
	}
}

// Send implements node.Out.
func (l *late) Send(m *msg.Object) { _ = l.Emit(context.Background(), m, 0) }

// SendTo implements node.Out.
func (l *late) SendTo(m *msg.Object, ports ...int) { _ = l.Emit(context.Background(), m, ports...) }

// SendAll implements node.Out.
func (l *late) SendAll(byPort [][]*msg.Object) {
	_ = l.do(context.Background(), l.with(func(o *out) { o.SendAll(byPort) }))
}

// Emit implements node.Late. Without ports it sends through the first.
func (l *late) Emit(ctx context.Context, m *msg.Object, ports ...int) error {
	return l.do(ctx, l.with(func(o *out) {
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

// Later implements node.Out: a Late is its own.
func (l *late) Later() node.Late { return l }

// Done implements node.Late. What comes after the first call is ignored.
func (l *late) Done(m *msg.Object, err error) {
	if l.finished() {
		return
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
