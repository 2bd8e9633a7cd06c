package engine

import (
	"fmt"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
)

// addInbox gives a Pool or Stream node its inbox, as "inbox" in its
// configuration says.
func (b *builder) addInbox(n *instance, o *flows.Object) []flows.Problem {
	if n.mode.Workers() == 0 || n.receiver == nil {
		return nil
	}
	size, over := defaultInbox, block
	var problems []flows.Problem
	if in, ok := o.Raw().Get("inbox").(*msg.Object); ok {
		if v, ok := in.Lookup("size"); ok {
			if f := msg.Number(v); f >= 1 && f <= maxQueue && f == float64(int(f)) {
				size = int(f)
			} else {
				problems = append(problems, problemOf(o, "inbox.size", fmt.Sprintf("%s is not a whole number from 1 to %d", msg.Text(v), maxQueue)))
			}
		}
		if v, ok := in.Lookup("overflow"); ok {
			switch p := overflow(msg.Text(v)); p {
			case block, drop, fail:
				over = p
			default:
				problems = append(problems, problemOf(o, "inbox.overflow", fmt.Sprintf("%q is not one of block, drop, fail", p)))
			}
		}
	}
	n.inbox = newInbox(b.eng, size, n.mode.Workers(), over)
	n.inside, n.replaced = newGeneration(), make(chan struct{})
	return problems
}

// breakRings makes "fail" of "block" where a full inbox could wait for
// itself: in rings of wires, links and listeners.
func (b *builder) breakRings() {
	r := rings{b: b, at: map[*instance]int{}, low: map[*instance]int{}, onStack: map[*instance]bool{}, places: map[*instance]*place{}}
	for _, p := range b.graph.order {
		r.places[p.n] = p
	}
	for _, p := range b.graph.order {
		if p.n.inbox != nil && r.at[p.n] == 0 {
			r.visit(p.n)
		}
	}
}

// rings finds strongly connected parts (Tarjan's algorithm, without recursion
// so that a chain of any length is no danger to the stack).
type rings struct {
	b       *builder
	count   int
	at, low map[*instance]int
	stack   []*instance
	onStack map[*instance]bool
	places  map[*instance]*place
}

// targets are all nodes that what happens at n may put a message to.
func (r *rings) targets(n *instance) []*instance {
	p := r.places[n]
	var all []*instance
	for _, port := range p.wires {
		all = append(all, port...)
	}
	if w := p.watch; w != nil {
		for _, levels := range [][]level{w.errors, w.statuses} {
			for _, l := range levels {
				all = append(all, l...)
			}
		}
		all = append(all, w.complete...)
	}
	if p.link.End == node.LinkCall {
		for _, id := range p.link.IDs {
			if to := r.b.graph.places[id]; to != nil {
				all = append(all, to.n)
			}
		}
	}
	return all
}

func (r *rings) visit(root *instance) {
	type frame struct {
		n  *instance
		to []*instance
	}
	enter := func(n *instance) frame {
		r.count++
		r.at[n], r.low[n] = r.count, r.count
		r.stack, r.onStack[n] = append(r.stack, n), true
		return frame{n, r.targets(n)}
	}
	todo := []frame{enter(root)}
	for len(todo) > 0 {
		f := &todo[len(todo)-1]
		if len(f.to) > 0 {
			to := f.to[0]
			f.to = f.to[1:]
			if r.at[to] == 0 {
				todo = append(todo, enter(to))
			} else if r.onStack[to] {
				r.low[f.n] = min(r.low[f.n], r.at[to])
			}
			if to == f.n {
				r.unblock([]*instance{to})
			}
			continue
		}
		n := f.n
		todo = todo[:len(todo)-1]
		if len(todo) > 0 {
			up := todo[len(todo)-1].n
			r.low[up] = min(r.low[up], r.low[n])
		}
		if r.low[n] == r.at[n] {
			r.pop(n)
		}
	}
}

func (r *rings) pop(n *instance) {
	i := len(r.stack) - 1
	for r.stack[i] != n {
		i--
	}
	part := r.stack[i:]
	for _, m := range part {
		r.onStack[m] = false
	}
	if len(part) > 1 {
		r.unblock(part)
	}
	r.stack = r.stack[:i]
}

func (r *rings) unblock(part []*instance) {
	for _, n := range part {
		p := r.places[n]
		if n.inbox == nil || p.reused || n.inbox.overflow != block {
			continue
		}
		n.inbox.overflow = fail
		q := problemOf(p.o, "inbox.overflow", "the node is part of a ring, where waiting for room could last for ever: a message that finds the inbox full is an error here")
		q.Severity = flows.Notice
		r.b.graph.problems = append(r.b.graph.problems, q)
	}
}
