package common

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// maxCalls is how many calls of one link-call node may wait for their answer.
// The next one is an error.
const maxCalls = 10_000

// LinkCall sends a message to a link-in and goes on with what comes back
// (contract runtime.md §7).
type LinkCall struct {
	Kind    string        `prop:"linkType" label:"Call" enum:"static=one link-in,dynamic=what msg.target names" default:"static"`
	Ends    []string      `prop:"links" label:"Link" widget:"links" when:"linkType != 'dynamic'" help:"The link-in to call."`
	Timeout node.Duration `prop:"timeout" label:"Timeout" default:"30" placeholder:"30s" help:"How long to wait for the answer."`

	env     *node.Env
	mu      sync.Mutex
	waiting map[string]*call
}

// call is one message that has not come back.
type call struct {
	before *msg.Object // the message as it was, for catch nodes
	late   node.Late
	timer  *time.Timer
}

func init() {
	node.Register[LinkCall](node.Type{
		Name: "link-call", Aliases: []string{"link call"}, Category: "common", Icon: "corner-down-right", Outputs: []string{"answer"},
		Help: "Calls a part of a flow that begins with *link-in* and ends with *link-out* in return mode, and goes on with the message that comes back.\n\n" +
			"A dynamic call goes to the link-in whose id or name is in `msg.target`: one of the same flow first, then one of the other flows.\n\n" +
			"No answer within the timeout is an error for catch nodes; one that comes later is sent on all the same.\n\n" +
			"Example: link-call *price* → send-sms with `<<msg.payload>>`.",
	})
}

// Upgrade makes a list of a single id.
func (*LinkCall) Upgrade(raw *msg.Object) {
	if id, ok := raw.Get("links").(string); ok {
		raw.Set("links", msg.NewList(id))
	}
}

// Links tells the engine whom this node may call: nobody knows for a dynamic
// one.
func (l *LinkCall) Links() node.Link {
	if l.Kind == "dynamic" {
		return node.Link{End: node.LinkCall}
	}
	return node.Link{End: node.LinkCall, IDs: l.Ends}
}

// Open keeps what Receive needs of the engine. No timeout is Node-RED's 30 s.
func (l *LinkCall) Open(_ context.Context, env *node.Env) error {
	l.env, l.waiting = env, map[string]*call{}
	if l.Timeout <= 0 {
		l.Timeout = node.Duration(30 * time.Second)
	}
	return nil
}

// Receive notes the call and sends the message to its link-in.
func (l *LinkCall) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	target := ""
	if l.Kind == "dynamic" {
		if v := m.Get("target"); msg.Truthy(v) {
			target = msg.Text(v)
		}
	} else if len(l.Ends) > 0 {
		target = l.Ends[0]
	}
	id := fmt.Sprintf("%016x%012x", rand.Uint64(), rand.Uint64()>>16)
	before := m.Clone()
	callers, ok := m.Get("_linkSource").(*msg.List)
	if !ok {
		callers = msg.NewList()
		m.Set("_linkSource", callers)
	}
	callers.Append(msg.Of("id", id, "node", l.env.ID))
	if err := l.wait(id, before, out); err != nil {
		return err
	}
	if err := l.env.Links.Call(out, m, target); err != nil {
		l.fail(id, fmt.Errorf("Error: %w", err)) // Node-RED's text
	}
	return nil
}

// wait notes a call and starts its clock.
func (l *LinkCall) wait(id string, before *msg.Object, out node.Out) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) >= maxCalls {
		return fmt.Errorf("%d calls are waiting for their answer", maxCalls)
	}
	l.waiting[id] = &call{before: before, late: out.Later(), timer: time.AfterFunc(l.Timeout.D(), func() {
		l.fail(id, errors.New("timeout"))
	})}
	return nil
}

// take forgets a call, nil if it is not known or no longer.
func (l *LinkCall) take(id string) *call {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.waiting[id]
	if c != nil {
		delete(l.waiting, id)
		c.timer.Stop()
	}
	return c
}

// fail ends a call with an error on the message as it was before.
func (l *LinkCall) fail(id string, err error) {
	if c := l.take(id); c != nil {
		c.late.Done(c.before, err)
	}
}

// Return goes on with the answer.
func (l *LinkCall) Return(_ context.Context, id string, m *msg.Object, out node.Out) error {
	c := l.take(id)
	if callers, ok := m.Get("_linkSource").(*msg.List); ok && callers.Len() == 0 {
		m.Delete("_linkSource")
	}
	out.Send(m)
	if c != nil {
		c.late.Done(m, nil)
	}
	return nil
}

// Close gives up the calls that wait.
func (l *LinkCall) Close() error {
	l.mu.Lock()
	waiting := l.waiting
	l.waiting = nil
	l.mu.Unlock()
	for _, c := range waiting {
		c.timer.Stop()
		c.late.Done(c.before, errors.New("the node stopped before the answer came"))
	}
	return nil
}
