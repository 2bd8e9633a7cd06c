package script

import (
	"errors"
	"math"
	"time"

	"github.com/dop251/goja"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// maxTimers is how many timers a node may have running, and how many sends
// may wait for its start.
const maxTimers = 10_000

// timer is a setTimeout, setInterval or setImmediate.
type timer struct {
	run   *run
	f     goja.Callable
	args  []goja.Value
	every time.Duration // 0: once
	clock *time.Timer
	id    int64
	due   time.Time
	place int // among those that wait
}

// enter runs do on the function's own runtime, as part of r, under the locks
// of the scopes that the code names, and then does what the code asked for,
// without them. out is the Out of a Receive on this goroutine, or nil.
func (f *Function) enter(out node.Out, r *run, do func() error) {
	f.perform(out, f.locked(r, do))
}

func (f *Function) locked(r *run, do func() error) (ops []op) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed.Load() {
		return nil
	}
	v := f.own
	defer f.lock()()
	v.bind(f) // not to be interrupted
	call := v.begin(f)
	defer v.end()
	if f.ending.refuses() {
		return nil
	}
	if d := f.patience(); d > 0 {
		defer limit(v, call, d)()
	}
	v.current = r
	var err error
	if problem := v.try(func() { err = do() }); problem != nil {
		err = problem
	}
	if err != nil {
		f.failed(v.failure(err))
	}
	v.current = nil
	if err := v.settle(); err != nil {
		f.env.Log.Error(err.Error())
	}
	f.tellUnhandled()
	ops = v.ops
	v.ops = nil
	return ops
}

// failed sees to what a turn ended with. If it was cut short, nothing else
// will end the message that it was part of.
func (f *Function) failed(err error) {
	if r := f.own.current; f.own.cut && r != nil && r.late != nil && !r.ended.Load() {
		r.end(err)
		return
	}
	f.env.Log.Error(err.Error())
}

// tellUnhandled logs rejected promises that nothing waits for.
func (f *Function) tellUnhandled() {
	v := f.own
	for _, p := range v.unhandled {
		var err error
		if problem := v.try(func() { err = v.thrown(p.Result(), nil) }); problem != nil {
			err = v.failure(problem)
		}
		f.env.Log.Error(err.Error())
	}
	v.unhandled = v.unhandled[:0]
}

// receive runs the body on the function's own runtime. What the code leaves
// running goes on by itself.
func (f *Function) receive(m *msg.Object, out node.Out) {
	r := new(run)
	r.begin(f.own, f, m)
	r.late = out.Later()
	f.enter(out, r, func() error {
		value, err := f.own.bind(f).body(goja.Undefined(), r.give(m))
		if err != nil {
			r.end(f.own.failure(err))
			return nil
		}
		problem := f.own.try(func() {
			f.own.when(value, func(value goja.Value, err error) {
				if err == nil {
					r.result(value)
				}
				r.end(err)
			})
		})
		if problem != nil {
			r.end(f.own.failure(problem))
		}
		return nil
	})
}

// end completes a message, unless the code says itself when it is done.
func (r *run) end(err error) {
	if err == nil && r.f.program.done {
		return
	}
	r.raise(err)
	r.vm.ops = append(r.vm.ops, op{kind: opDone, run: r, err: err})
}

// when calls then when a value that may be a promise has come about.
func (v *vm) when(value goja.Value, then func(value goja.Value, err error)) {
	p, ok := promiseOf(value)
	if !ok {
		then(value, nil)
		return
	}
	settled := func() {
		if p.State() == goja.PromiseStateRejected {
			then(nil, v.thrown(p.Result(), nil))
			return
		}
		then(p.Result(), nil)
	}
	// then marks the rejection as handled, also when it has happened already.
	f, _ := goja.AssertFunction(value.(*goja.Object).Get("then"))
	on := v.js.ToValue(func(goja.FunctionCall) goja.Value {
		settled()
		return goja.Undefined()
	})
	if _, err := f(value, on, on); err != nil {
		then(nil, v.failure(err))
	}
}

func promiseOf(value goja.Value) (*goja.Promise, bool) {
	o, ok := value.(*goja.Object)
	if !ok || o.ExportType() != typePromise {
		return nil, false
	}
	p, ok := o.Export().(*goja.Promise)
	return p, ok
}

// rejected logs a rejected promise that nobody handles.
func (v *vm) rejected(p *goja.Promise, operation goja.PromiseRejectionOperation) {
	if operation == goja.PromiseRejectionReject && v.current != nil && v.owner != nil {
		v.unhandled = append(v.unhandled, p)
	} else if operation == goja.PromiseRejectionHandle {
		for i, q := range v.unhandled {
			if q == p {
				v.unhandled = append(v.unhandled[:i], v.unhandled[i+1:]...)
				break
			}
		}
	}
}

func milliseconds(ms float64) time.Duration {
	if !(ms > 1) {
		ms = 1
	}
	return time.Duration(min(ms, math.MaxInt32) * float64(time.Millisecond))
}

var errTimers = errors.New("too many timers")

// setTimer is setTimeout, setInterval and setImmediate.
func (v *vm) setTimer(c goja.FunctionCall, repeat bool, after time.Duration, args int) goja.Value {
	callback, ok := goja.AssertFunction(c.Argument(0))
	if !ok {
		panic(v.typeError("The \"callback\" argument must be of type function"))
	}
	f := v.owner
	if f == nil || len(f.timers) >= maxTimers {
		panic(v.newError(errTimers))
	}
	if f.ending.begun.Load() {
		return goja.Undefined()
	}
	f.lastID++
	id := f.lastID
	t := &timer{run: v.active(), f: callback, id: id}
	if len(c.Arguments) > args {
		t.args = append(t.args, c.Arguments[args:]...)
	}
	if repeat {
		t.every = after
	}
	if f.timers == nil {
		f.timers = map[int64]*timer{}
	}
	f.timers[id] = t
	f.waiting.wait(t, after)
	t.clock = time.AfterFunc(after, f.fire)
	return v.js.ToValue(id)
}

func (v *vm) clearTimer(c goja.FunctionCall) goja.Value {
	if f := v.owner; f != nil {
		if n, ok := primitive(c.Argument(0)); ok {
			id := int64(msg.Number(n))
			if t := f.timers[id]; t != nil {
				t.clock.Stop()
				f.waiting.drop(t)
				delete(f.timers, id)
			}
		}
	}
	return goja.Undefined()
}

// fire runs the callback of the timer that is due, one after the other with
// what it sends. A new turn of setInterval is counted from its end, so that a
// slow callback cannot pile up.
func (f *Function) fire() {
	f.firing.Lock()
	defer f.firing.Unlock()
	f.enter(nil, nil, func() error {
		t := f.waiting.next()
		if t == nil {
			return nil
		}
		if t.every == 0 {
			delete(f.timers, t.id)
		} else {
			defer func() {
				if f.timers[t.id] == t {
					f.waiting.wait(t, t.every)
					t.clock.Reset(t.every)
				}
			}()
		}
		f.own.current = t.run
		_, err := t.f(goja.Undefined(), t.args...)
		return err
	})
}
