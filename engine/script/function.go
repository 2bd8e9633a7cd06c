package script

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dop251/goja"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Function is a function node's code at work. A program that leaves nothing
// behind runs on whatever pooled runtime is free, many messages at once, so
// that one node keeps all cores busy (TestFunctionsRunSideBySide); one with
// timers, promises or variables that last has a runtime of its own, and so has
// each of two such nodes. Messages of one source stay in order, for its
// goroutine carries one after the other; between sources there is no order, as
// there is none in Node-RED. Code that names a context waits for its lock.
type Function struct {
	program *Program
	outputs int
	timeout time.Duration // of the synchronous part; 0: none

	ctx     context.Context
	env     *node.Env
	scopes  []node.Context // whose locks the code needs, widest first
	closed  atomic.Bool
	dropped bool // initialize failed: messages vanish, as in Node-RED

	own     *vm
	mu      sync.Mutex // of own, and of everything below
	base    *run       // of initialize, and of what has no message
	timers  map[int64]*timer
	waiting waiting    // the timers, in the order in which they are due
	firing  sync.Mutex // held over a timer's turn and what it sends
	lastID  int64
	links   map[string]*linkCall
	closers []goja.Callable

	start  start
	ending ending
	showed atomic.Bool // a status was set
}

// NewFunction makes a function with that many outputs.
func NewFunction(p *Program, outputs int, timeout time.Duration) *Function {
	return &Function{program: p, outputs: outputs, timeout: timeout}
}

// Receive runs the code on a message.
func (f *Function) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	if f.dropped {
		out.Later() // nothing completes
		return nil
	}
	if !f.start.over.Load() {
		if held, err := f.start.holds(m, out); held {
			return err
		}
	}
	return f.handle(m, out)
}

func (f *Function) handle(m *msg.Object, out node.Out) error {
	if f.own == nil {
		return f.pooled(m, out, func(b *binding) goja.Callable { return b.body })
	}
	f.receive(m, out)
	return nil
}

// lock takes the locks of the scopes that the code names.
func (f *Function) lock() (unlock func()) {
	switch len(f.scopes) {
	case 0:
		return func() {}
	case 1:
		return f.scopes[0].Lock()
	}
	var unlocks []func()
	for _, s := range f.scopes {
		unlocks = append(unlocks, s.Lock())
	}
	return func() {
		for i := len(unlocks) - 1; i >= 0; i-- {
			unlocks[i]()
		}
	}
}

// pooled runs a part of the program on a pooled runtime.
func (f *Function) pooled(m *msg.Object, out node.Out, part func(*binding) goja.Callable) error {
	v := pool.get()
	r := &v.one
	r.begin(v, f, m)
	sound := false
	defer func() {
		if !sound { // a panic: nobody knows what state it is in
			watch.remove(v)
		}
	}()
	err := f.turn(v, r, part)
	sound = true
	ops := v.ops
	f.perform(out, ops)
	clear(ops)
	v.ops = ops[:0]
	r.clear()
	pool.put(v)
	return err
}

// turn is the part of pooled under the scopes' locks.
func (f *Function) turn(v *vm, r *run, part func(*binding) goja.Callable) (err error) {
	defer f.lock()()
	b := v.bind(f) // not to be interrupted
	call := v.begin(f)
	defer v.end()
	if f.ending.refuses() {
		return errStopped
	}
	if d := f.patience(); d > 0 {
		defer limit(v, call, d)()
	}
	v.current = r
	defer func() { v.current = nil }()
	var arg goja.Value = goja.Undefined()
	if r.in != nil {
		arg = r.give(r.in)
	}
	value, err := part(b)(goja.Undefined(), arg)
	if err != nil {
		err = v.failure(err)
		r.raise(err)
	} else if r.in != nil {
		r.result(value)
	}
	if problem := v.settle(); err == nil {
		err = problem
	}
	return err
}

// raise puts what was thrown into the message, as Node-RED does.
func (r *run) raise(err error) {
	var f *Failure
	if r.in != nil && errors.As(err, &f) {
		if s, ok := f.value.(*msg.Script); ok && s != nil {
			r.in.Set("error", msg.CloneValue(s))
		}
	}
}

// patience is how long a call may take, 0: for ever.
func (f *Function) patience() time.Duration {
	if f.ending.begun.Load() && (f.timeout == 0 || f.timeout > closeTime) {
		return closeTime
	}
	return f.timeout
}

// limit interrupts a call that takes longer than d.
func limit(v *vm, call int64, d time.Duration) (stop func()) {
	t := time.AfterFunc(d, func() {
		v.interrupt(call, fmt.Errorf("Error: Script execution timed out after %dms", d.Milliseconds())) //nolint:staticcheck // Node.js's text
	})
	return func() { t.Stop() }
}

// perform does what the code asked for, in order.
func (f *Function) perform(out node.Out, ops []op) {
	for i := range ops {
		o := &ops[i]
		if o.kind == opReady {
			o.ready <- o.err
			continue
		}
		to := out
		if to == nil {
			to = f.outlet(o)
		}
		if to == nil {
			continue
		}
		switch o.kind {
		case opSend:
			to.SendAll(o.byPort)
		case opFail:
			to.Fail(o.m, o.err)
		case opStatus:
			f.showed.Store(true)
			to.Status(o.status)
		case opCall:
			if err := f.env.Links.Call(to, o.m, o.call.target); err != nil {
				f.endCall(o.call.id, out, nil, err)
			}
		case opDone:
			if o.run.late != nil && !o.run.ended.Swap(true) {
				o.run.late.Done(o.m, o.err)
			}
		}
	}
}

// outlet is where an op goes that comes up outside of any Receive: to what
// waits for its message, else to what Start was given. Before Start it waits.
func (f *Function) outlet(o *op) node.Out {
	if o.run.late != nil && !o.run.ended.Load() {
		return o.run.late
	}
	if f.ending.begun.Load() {
		return nil // nothing can be sent any more
	}
	return f.start.outlet(o)
}
