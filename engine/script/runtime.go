package script

import (
	_ "embed"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/dop251/goja"
	"github.com/dop251/goja_nodejs/buffer"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// maxCalls is how deep functions may call each other. Where it is builtins that
// call them, the time that the error takes grows with the square of it.
const maxCalls = 2500

// vm is one JavaScript runtime with what function nodes find in it. It is not
// safe for concurrent use; interrupt is.
type vm struct {
	js      *goja.Runtime
	bound   map[*Function]*binding
	sources map[string]goja.Value // functions rebuilt from their source
	paths   map[string]msg.Path   // property expressions parsed before

	current   *run // whose code runs now
	one       run  // the run of a pooled runtime, used again and again
	ops       []op // what the code asked for, in order
	stored    []*stored
	unhandled []*goja.Promise // rejected ones that nothing waits for
	cut       bool            // the call was interrupted: no more JavaScript
	owner     *Function       // whose alone the runtime is, nil of a pooled one
	pool      int64           // the pool's count of closed functions when last looked at

	buffers  *buffer.Buffer
	date     goja.Value
	node     *goja.Object // prototype of every node object
	contexts [3]*goja.Object
	env, red *goja.Object
	jsonata  goja.Callable
	moment   goja.Value
	queries  map[string]*goja.Object
	asked    *node.JSONataInput // by whoever evaluates an expression
	library  *goja.Object       // what prelude.js makes
	url      *goja.Object       // of module url

	halt     atomic.Bool // the call was interrupted, as builtins see it
	nothing  goja.Callable
	natives  int // how deep those of nested call each other
	json     *jsonWatch
	preparer goja.Callable
	eval     goja.Value   // the engine's own
	evalCode goja.Value   // looks at what that is given
	bits     *goja.Object // operators on bigints

	guard   sync.Mutex
	running int64 // number of the call that runs, 0: none
	whose   *Function
	calls   int64
	checked int64  // the call that the watchdog saw last
	began   uint64 // the heap when it saw that call first
	looks   int    // how often it has seen that call
	stopped bool
}

// binding is what one runtime keeps of one function.
type binding struct {
	node                       *goja.Object
	initialize, body, finalize goja.Callable
}

var errStackOverflow = errors.New("RangeError: Maximum call stack size exceeded")

// newVM makes a runtime of a function's own, or, for nil, one that functions
// share.
func newVM(owner *Function) *vm {
	v := &vm{js: goja.New(), bound: map[*Function]*binding{}}
	v.js.SetMaxCallStackSize(maxCalls)
	v.js.SetAsyncContextTracker((*tracker)(v))
	v.js.SetPromiseRejectionTracker(v.rejected)
	must(v.js.GlobalObject().SetPrototype(v.js.NewDynamicObject(globals{v})))
	_, err := v.js.RunProgram(additions())
	must(err)
	v.nodeDates()
	v.limitBuiltins()
	if v.owner = owner; owner == nil {
		_, err := v.js.RunProgram(closing())
		must(err)
	}
	watch.add(v)
	return v
}

//go:embed closing.js
var closingSource string

// closing keeps what functions share from being changed by what comes in a
// message: out[msg.a][msg.b] = 1 reaches Object.prototype if msg.a says so. Code
// that names what it could be changed by has a runtime of its own.
var closing = sync.OnceValue(func() *goja.Program { return goja.MustCompile("closing", closingSource, true) })

// native is a function of ours as JavaScript knows it; stacks show its name.
func (v *vm) native(name string, f func(goja.FunctionCall) goja.Value) goja.Value {
	o := v.js.ToValue(f).(*goja.Object)
	must(o.DefineDataProperty("name", v.js.ToValue(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE))
	return o
}

// must is for what only a mistake in this package can make fail.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// begin notes that a call starts, so that it can be interrupted, and returns
// its number.
func (v *vm) begin(f *Function) int64 {
	v.guard.Lock()
	v.calls++
	v.running, v.whose, v.cut, v.natives, v.json = v.calls, f, false, 0, nil
	n := v.calls
	v.guard.Unlock()
	watch.wake()
	return n
}

func (v *vm) end() {
	v.guard.Lock()
	v.running, v.whose = 0, nil
	if v.stopped {
		v.stopped = false
		v.halt.Store(false)
		v.js.ClearInterrupt()
	}
	v.guard.Unlock()
}

// interrupt stops that call with an error, if it still runs.
func (v *vm) interrupt(call int64, why error) {
	v.guard.Lock()
	defer v.guard.Unlock()
	if v.running != 0 && v.running == call {
		v.stopped = true
		v.js.Interrupt(why)
		v.halt.Store(true)
	}
}

// interruptOf stops what runs of one function.
func (v *vm) interruptOf(f *Function, why error) {
	v.guard.Lock()
	whose, call := v.whose, v.running
	v.guard.Unlock()
	if whose == f && call != 0 {
		v.interrupt(call, why)
	}
}

// bind makes a function ready on this runtime.
func (v *vm) bind(f *Function) *binding {
	if b := v.bound[f]; b != nil {
		return b
	}
	b := &binding{node: v.nodeObject(f)}
	for _, one := range []struct {
		part
		to *goja.Callable
	}{{f.program.initialize, &b.initialize}, {f.program.body, &b.body}, {f.program.finalize, &b.finalize}} {
		if one.program == nil {
			continue
		}
		outer, err := v.js.RunProgram(one.program)
		must(err)
		call, _ := goja.AssertFunction(outer)
		inner, err := call(goja.Undefined(), b.node, v.scope(scopeNode), v.scope(scopeFlow), v.scope(scopeGlobal), v.envObject(), v.redObject(),
			v.recordMaker(one.shapes), v.native("concat", v.bounded), v.bits, v.evalCode, v.eval)
		must(err)
		*one.to, _ = goja.AssertFunction(inner)
	}
	v.bound[f] = b
	return b
}

// tracker keeps vm.current right through awaits and promises.
type tracker vm

// Grab implements goja.AsyncContextTracker.
func (t *tracker) Grab() any { return t.current }

// Resumed implements goja.AsyncContextTracker.
func (t *tracker) Resumed(r any) { t.current, _ = r.(*run) }

// Exited implements goja.AsyncContextTracker.
func (t *tracker) Exited() { t.current = nil }

// vmPool keeps runtimes for programs that leave nothing behind in them.
type vmPool struct {
	keep   int // how many idle ones
	mu     sync.Mutex
	free   []*vm
	closed atomic.Int64 // functions closed so far
}

var pool = vmPool{keep: 16}

func (p *vmPool) get() *vm {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.free)
	if n == 0 {
		return newVM(nil)
	}
	v := p.free[n-1]
	p.free[n-1] = nil
	p.free = p.free[:n-1]
	if closed := p.closed.Load(); closed != v.pool {
		v.pool = closed
		v.sweep()
	}
	return v
}

func (p *vmPool) put(v *vm) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) < p.keep {
		p.free = append(p.free, v)
		return
	}
	watch.remove(v)
}

// forget lets idle runtimes let go of a function.
func (p *vmPool) forget(f *Function) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed.Add(1)
	for _, v := range p.free {
		delete(v.bound, f)
	}
}

// sweep lets go of functions that were closed while the runtime was busy.
func (v *vm) sweep() {
	for f := range v.bound {
		if f.closed.Load() {
			delete(v.bound, f)
		}
	}
}
