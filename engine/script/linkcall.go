package script

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/dop251/goja"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Link calls of a function node.
const (
	linkPatience = 5 * time.Second // without a timeout of its own
	maxLinkCalls = 10_000          // that one node may have open
)

// linkCall is a node.linkcall whose answer has not come.
type linkCall struct {
	id, target      string
	run             *run
	resolve, reject func(any) error
	timer           *time.Timer
}

// nodeLinkCall is node.linkcall(target, msg, {timeout: ms}): a promise of the
// message that a link-out returns (runtime.md §7).
func (v *vm) nodeLinkCall(c goja.FunctionCall) goja.Value {
	f := v.owner
	promise, resolve, reject := v.js.NewPromise()
	m, _ := (&exporter{vm: v, copy: true}).value(c.Argument(1)).(*msg.Object)
	switch {
	case m == nil:
		must(reject(v.js.NewTypeError("node.linkcall needs a message")))
		return v.js.ToValue(promise)
	case len(f.links) >= maxLinkCalls:
		must(reject(v.newError(fmt.Errorf("%d link calls are waiting for their answer", maxLinkCalls))))
		return v.js.ToValue(promise)
	}
	patience := linkPatience
	if options, ok := c.Argument(2).(*goja.Object); ok {
		if t := options.Get("timeout"); t != nil && t.ToFloat() > 0 {
			patience = milliseconds(t.ToFloat())
		}
	}
	call := &linkCall{
		id: fmt.Sprintf("%016x%012x", rand.Uint64(), rand.Uint64()>>16), target: c.Argument(0).String(),
		run: v.active(), resolve: resolve, reject: reject,
	}
	callers, ok := m.Get("_linkSource").(*msg.List)
	if !ok {
		callers = msg.NewList()
		m.Set("_linkSource", callers)
	}
	callers.Append(msg.Of("id", call.id, "node", f.env.ID))
	if f.links == nil {
		f.links = map[string]*linkCall{}
	}
	f.links[call.id] = call
	call.timer = time.AfterFunc(patience, func() { f.endCall(call.id, nil, nil, errors.New("timeout")) })
	v.ask(op{kind: opCall, m: m, call: call})
	return v.js.ToValue(promise)
}

// endCall gives a link call its answer or its error.
func (f *Function) endCall(id string, out node.Out, answer *msg.Object, err error) {
	f.enter(out, nil, func() error {
		call := f.links[id]
		if call == nil {
			return nil // it has timed out: as in Node-RED nobody waits any more
		}
		delete(f.links, id)
		call.timer.Stop()
		f.own.current = call.run
		if err != nil {
			return call.reject(f.own.newError(err))
		}
		return call.resolve(call.run.give(answer))
	})
}

// Return takes the answer of a link call.
func (f *Function) Return(_ context.Context, id string, m *msg.Object, out node.Out) error {
	if f.own == nil {
		return nil
	}
	out.Later() // the answer completes nothing by itself
	if callers, ok := m.Get("_linkSource").(*msg.List); ok && callers.Len() == 0 {
		m.Delete("_linkSource")
	}
	f.endCall(id, out, m, nil)
	return nil
}
