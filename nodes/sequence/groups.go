package sequence

import (
	"fmt"
	"slices"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// held is a message that waits for the rest of its group. m is nil where the
// group has no more use for it.
type held struct {
	m    *msg.Object
	late node.Late
}

// members are the messages of one group that wait.
type members struct {
	id   string
	held []held
}

func (g *members) of() *members { return g }

// done ends the group's messages; the last one with err.
func (g *members) done(err error) {
	for i, h := range g.held {
		if i < len(g.held)-1 {
			h.late.Done(h.m, nil)
		} else {
			h.late.Done(h.m, err)
		}
	}
	g.held = nil
}

// group is what groups keeps: something with members.
type group interface {
	comparable
	of() *members
}

// groups are the open groups of a node. The zero value has none.
type groups[G group] struct {
	byID  map[string]G
	order []G // oldest first
	held  int // messages in all of them
}

// find returns the group of that id, the zero G if there is none.
func (g *groups[G]) find(id string) G { return g.byID[id] }

// open begins a group. Beyond maxHeld groups the oldest is given up.
func (g *groups[G]) open(id string, x G) {
	if g.byID == nil {
		g.byID = make(map[string]G)
	}
	x.of().id = id
	g.byID[id] = x
	g.order = append(g.order, x)
	if len(g.byID) > maxHeld {
		g.giveUp()
	}
}

// hold lets m wait in a group. Beyond maxHeld messages the oldest group is
// given up.
func (g *groups[G]) hold(x G, m *msg.Object, out node.Out) {
	of := x.of()
	of.held = append(of.held, held{m, out.Later()})
	if g.held++; g.held > maxHeld {
		g.giveUp()
	}
}

func (g *groups[G]) giveUp() {
	oldest := g.order[0]
	of := oldest.of()
	g.remove(of.id, oldest)
	of.done(fmt.Errorf("group %s given up: more than %d messages wait for the rest of theirs", of.id, maxHeld))
}

// release forgets the messages of a group that goes on.
func (g *groups[G]) release(x G) {
	g.held -= len(x.of().held)
	x.of().held = nil
}

// remove forgets a group. Its messages are the caller's to end.
func (g *groups[G]) remove(id string, x G) {
	if have, ok := g.byID[id]; ok && have == x {
		delete(g.byID, id)
		g.held -= len(x.of().held)
		if i := slices.Index(g.order, x); i >= 0 { // near the front as a rule
			g.order = slices.Delete(g.order, i, i+1)
		}
	}
}

// clear gives up all groups.
func (g *groups[G]) clear(err error) {
	open := g.order
	g.byID, g.order, g.held = nil, nil, 0
	for _, x := range open {
		x.of().done(err)
	}
}
