package function

import (
	"math"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

const (
	// shortest is the least time between two turns, whatever the rate.
	shortest = 10 * time.Microsecond
	// reportAfter is how long a change of the queue's length may take to show.
	reportAfter = 500 * time.Millisecond
)

// limit sends the first message at once and every other when it is its turn.
func (d *Delay) limit(m *msg.Object, out node.Out) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	flush, flushed := m.Lookup("flush")
	m.Delete("flush")
	reset := m.Has("reset")
	if !only(m) {
		d.setRate(m)
		switch {
		case d.turn == nil && !reset:
			out.Send(m)
			d.begin(time.Now().Add(d.every))
		case d.queue.Len() >= maxDelayed:
			return errDelayed
		case !reset || flushed:
			if h := (held{m, out.Later()}); m.Get("toFront") == true {
				d.queue.PushFront(h)
			} else {
				d.queue.PushBack(h)
			}
		}
		d.tell()
	}
	if flushed {
		d.flush(howMany(flush))
		out.Status(waiting("dot", d.queue.Len()))
	}
	if reset {
		d.reset(!flushed || flush == msg.Undefined)
		out.Status(waiting("ring", 0))
	}
	return nil
}

// flush sends the first n of the queue, and begins a new interval.
func (d *Delay) flush(n int) {
	if n < 0 || n > d.queue.Len() {
		n = d.queue.Len()
	}
	d.stop()
	if n > 0 {
		d.begin(time.Now().Add(d.every))
	}
	for range n {
		h := d.shift()
		h.m.Delete("reset")
		if !only(h.m) {
			h.late.Send(h.m)
		}
		h.late.Done(nil, nil)
	}
}

// reset drops the queue.
func (d *Delay) reset(stop bool) {
	if stop {
		d.stop()
		d.sent = time.Time{}
	}
	d.every = d.fixed
	for d.queue.Len() > 0 {
		h := d.shift()
		h.late.Done(h.m, nil)
	}
}

// shift takes the first of the queue.
func (d *Delay) shift() held {
	h := d.queue.Remove(d.queue.Front()).(held)
	delete(d.topics, topicOf(h.m))
	return h
}

// thin is limit that drops what is too soon.
func (d *Delay) thin(m *msg.Object, out node.Out) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if m.Has("reset") {
		if flush, ok := m.Lookup("flush"); !ok || flush == msg.Undefined {
			d.sent = time.Time{}
		}
		d.every = d.fixed
		out.Status(waiting("ring", 0))
		return nil
	}
	d.setRate(m)
	now := time.Now()
	if d.sent.IsZero() || now.Sub(d.sent) > d.every {
		d.sent = now
		out.Send(m)
	} else if d.Outputs == 2 {
		out.SendTo(m, 1)
	}
	return nil
}

// setRate follows msg.rate, the milliseconds between two messages.
func (d *Delay) setRate(m *msg.Object) {
	v, ok := m.Lookup("rate")
	ms := msg.ParseFloat(msg.Text(v))
	if !d.MessageRate || !ok || math.IsNaN(ms) {
		return
	}
	every := max(span(ms, time.Millisecond), shortest)
	if every == d.every {
		return
	}
	d.every = every
	if d.turn != nil {
		d.stop()
		d.begin(time.Now().Add(every))
	}
	d.start = time.Now()
}

// begin notes the next turn.
func (d *Delay) begin(at time.Time) { d.turn = d.line.add(at, held{}) }

func (d *Delay) stop() {
	d.line.remove(d.turn)
	d.turn = nil
}

// next is a turn: one message, or all of them where topics go together. A
// limited rate has a turn more than messages, so that the next message comes
// an interval after the last one.
func (d *Delay) next(at *moment[held]) {
	d.mu.Lock()
	if d.turn != at {
		d.mu.Unlock()
		return
	}
	if d.Mode == "burst" {
		d.turn = nil
		d.mu.Unlock()
		d.status(node.Status{Fill: "green", Shape: "ring"})
		return
	}
	n := min(1, d.queue.Len())
	if d.Mode == "timed" {
		n = d.queue.Len()
	}
	now := make([]held, n)
	for i := range now {
		now[i] = d.shift()
	}
	d.tell()
	d.mu.Unlock()
	for _, h := range now {
		h.late.Send(h.m)
		h.late.Done(nil, nil)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.turn != at {
		return // stopped or begun anew meanwhile
	}
	d.turn = nil
	switch {
	case d.Mode == "rate" && n > 0:
		d.begin(later(at.at.Add(d.every), time.Now()))
	case d.Mode != "rate" && d.queue.Len() > 0:
		d.begin(d.beat())
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// beat is when queue and timed send next: their turns go on whether or not
// there is something to send.
func (d *Delay) beat() time.Time {
	gone := time.Since(d.start)
	return d.start.Add(gone - gone%d.every + d.every)
}

// collect keeps the last message of each topic until the next turn.
func (d *Delay) collect(m *msg.Object, out node.Out) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.setRate(m)
	if !m.Has("topic") {
		m.Set("topic", "_none_")
	}
	key := topicOf(m)
	if e := d.topics[key]; e != nil {
		old := e.Value.(held)
		if d.Outputs == 2 {
			old.late.SendTo(old.m, 1)
			old.late.Done(nil, nil)
		} else {
			old.late.Done(old.m, nil)
		}
		e.Value = held{m, out.Later()}
	} else {
		if d.queue.Len() >= maxDelayed {
			return errDelayed
		}
		d.topics[key] = d.queue.PushBack(held{m, out.Later()})
		d.tell()
	}
	if flush, ok := m.Lookup("flush"); ok {
		for n := howMany(flush); n != 0 && d.queue.Len() > 0; n-- {
			h := d.shift()
			h.m.Delete("flush")
			h.m.Delete("reset")
			if !only(h.m, "topic") {
				h.late.Send(h.m)
			}
			h.late.Done(nil, nil)
		}
		out.Status(node.Status{})
	}
	if m.Has("reset") {
		d.reset(false)
		out.Status(node.Status{Text: "reset"})
	}
	if d.turn == nil && d.queue.Len() > 0 {
		d.begin(d.beat())
	}
	return nil
}

// topicOf is what tells topics apart: === in JavaScript, so that an object is
// equal to itself only.
func topicOf(m *msg.Object) any {
	switch v := m.Get("topic").(type) {
	case string, bool, nil:
		return v
	case float64:
		if v == v {
			return v
		}
	}
	return m
}

// burst lets so many messages through in any span of RateEvery.
func (d *Delay) burst(m *msg.Object, out node.Out) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if m.Has("reset") {
		d.slots = nil
		d.stop()
		out.Status(node.Status{Fill: "green", Shape: "ring"})
		return nil
	}
	now := time.Now()
	for len(d.slots) > 0 && !d.slots[0].After(now) {
		d.slots = d.slots[1:]
	}
	if float64(len(d.slots)) < d.Rate {
		d.slots = append(d.slots, now.Add(span(d.RateEvery, units[d.RateUnit])))
		out.Send(m)
		return nil
	}
	if d.turn == nil { // until there is room
		out.Status(node.Status{Fill: "red", Shape: "dot"})
		d.begin(d.slots[0])
	}
	if d.Outputs == 2 {
		out.SendTo(m, 1)
	}
	return nil
}

// tell shows the length of the queue a little later.
func (d *Delay) tell() {
	if d.report != nil {
		return
	}
	d.report = time.AfterFunc(reportAfter, func() {
		d.mu.Lock()
		d.report = nil
		n := d.queue.Len()
		d.mu.Unlock()
		d.status(waiting("dot", n))
	})
}
