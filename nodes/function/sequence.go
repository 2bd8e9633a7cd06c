package function

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// maxHeld is how many messages of unfinished sequences a switch keeps. When
// more come the oldest sequence is given up: its messages fail.
const maxHeld = 10_000

var errHeld = fmt.Errorf("sequence given up: more than %d messages wait for the rest of theirs", maxHeld)

// groups are the sequences of which not all messages have come.
type groups struct {
	mu   sync.Mutex
	open []*group // oldest first
	held int
}

// group is one sequence, in the order in which it came.
type group struct {
	id    string
	count float64 // 0 while no message has told
	msgs  []held
}

// held is a message that waits.
type held struct {
	m    *msg.Object
	late node.Late
}

// partsOf returns msg.parts if it makes m part of a sequence.
func partsOf(m *msg.Object) *msg.Object {
	p, ok := m.Get("parts").(*msg.Object)
	if !ok || !p.Has("id") || !p.Has("index") {
		return nil
	}
	return p
}

// add puts m into its group. If that makes it whole it is returned and
// forgotten, m being the last and without a Late; else m is held. dropped are
// messages that had to make room.
func (g *groups) add(m, parts *msg.Object, out node.Out) (whole *group, dropped []held) {
	g.mu.Lock()
	defer g.mu.Unlock()
	id := msg.Text(parts.Get("id"))
	i := slices.IndexFunc(g.open, func(x *group) bool { return x.id == id })
	if i < 0 {
		i = len(g.open)
		g.open = append(g.open, &group{id: id})
	}
	in := g.open[i]
	if n, ok := parts.Get("count").(float64); ok {
		in.count = n
	}
	if float64(len(in.msgs)+1) == in.count {
		in.msgs = append(in.msgs, held{m: m})
		g.open = slices.Delete(g.open, i, i+1)
		g.held -= len(in.msgs) - 1
		return in, nil
	}
	if g.held >= maxHeld {
		dropped = g.open[0].msgs
		g.held -= len(dropped)
		if g.open = slices.Delete(g.open, 0, 1); i == 0 {
			in = &group{id: id, count: in.count}
			g.open = append(g.open, in)
		}
	}
	in.msgs = append(in.msgs, held{m, out.Later()})
	g.held++
	return nil, dropped
}

// close gives up everything.
func (g *groups) close() {
	g.mu.Lock()
	open := g.open
	g.open, g.held = nil, 0
	g.mu.Unlock()
	for _, x := range open {
		for _, h := range x.msgs {
			h.late.Done(h.m, errors.New("the node stopped before the sequence was whole"))
		}
	}
}

// gather holds m until its sequence is whole, then routes all of it in the
// order in which it came.
func (s *Switch) gather(ctx context.Context, m, parts *msg.Object, out node.Out) error {
	whole, dropped := s.groups.add(m, parts, out)
	for _, h := range dropped {
		h.late.Done(h.m, errHeld)
	}
	if whole == nil {
		return nil
	}
	errs := make([]error, len(whole.msgs))
	var all []leaving
	for i, h := range whole.msgs {
		partsOf(h.m).Set("count", whole.count)
		ports, err := s.route(ctx, h.m)
		if errs[i] = err; err != nil {
			continue
		}
		if !s.Repair {
			out.SendTo(h.m, ports...)
			continue
		}
		for n, port := range ports {
			x := h.m
			if n > 0 {
				x = x.Clone()
			}
			all = append(all, leaving{x, port})
		}
	}
	renumber(all, len(s.Rules))
	for _, l := range all {
		out.SendTo(l.m, l.port)
	}
	for i, h := range whole.msgs {
		if h.late != nil {
			h.late.Done(h.m, errs[i])
		}
	}
	return errs[len(errs)-1]
}

// leaving is a message on its way out through a port.
type leaving struct {
	m    *msg.Object
	port int
}

// renumber makes a sequence of its own of what leaves through each port.
func renumber(all []leaving, ports int) {
	ids, counts := make([]string, ports), make([]int, ports)
	for _, l := range all {
		counts[l.port]++
	}
	next := make([]int, ports)
	for _, l := range all {
		if ids[l.port] == "" {
			ids[l.port] = msg.NewID()
		}
		p := partsOf(l.m).Clone()
		p.Set("id", ids[l.port])
		p.Set("index", next[l.port])
		p.Set("count", counts[l.port])
		l.m.Set("parts", p)
		next[l.port]++
	}
}
