package script

import (
	_ "embed"
	"sync"
	"time"

	"github.com/dlclark/regexp2/v2"
	"github.com/dop251/goja"
)

// What one call of a builtin may make: what is written in Go cannot be
// interrupted, and a stack of Go's that is full ends the process.
const (
	maxText    = 64 << 20   // characters: repeat, padStart, padEnd, join
	maxItems   = 10_000_000 // of a list that a builtin goes through or makes
	maxBytes   = 256 << 20  // Buffer.alloc, ArrayBuffer, typed arrays
	maxArgs    = 1_000_000  // of apply and construct
	maxNatives = 1000       // builtins that call each other without code in between
	maxPattern = 100_000    // characters of a regular expression
)

// maxMatch is how long a regular expression with look-behind or references
// may take; others take no longer than their text is long.
const maxMatch = 2 * time.Second

func init() { regexp2.DefaultMatchTimeout = maxMatch }

const (
	wrongLength  = "Invalid string length"
	wrongArray   = "Invalid array length"
	wrongBytes   = "Invalid typed array length"
	wrongNesting = "Maximum call stack size exceeded"
)

// native is what a function written in Go looks like.
type native = func(goja.FunctionCall) goja.Value

// around puts f in the place of a method written in Go, which it is given.
func (v *vm) around(o *goja.Object, method string, f func(original native) native) {
	value := o.Get(method)
	if value == nil {
		return
	}
	original, ok := value.Export().(native)
	if !ok {
		return
	}
	must(o.DefineDataProperty(method, v.native(method, f(original)), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE))
}

// guarded puts a check before a method.
func (v *vm) guarded(o *goja.Object, method string, check func(c goja.FunctionCall) (wrong string)) {
	v.around(o, method, func(original native) native {
		return func(c goja.FunctionCall) goja.Value {
			if wrong := check(c); wrong != "" {
				panic(v.rangeError(wrong))
			}
			return original(c)
		}
	})
}

// nested counts how deep a method calls itself by way of others.
func (v *vm) nested(o *goja.Object, method string) {
	v.around(o, method, func(original native) native {
		return func(c goja.FunctionCall) goja.Value {
			v.pulse()
			if v.natives >= maxNatives {
				panic(v.rangeError(wrongNesting))
			}
			v.natives++
			defer func() { v.natives-- }()
			return original(c)
		}
	})
}

// pulse is called where a builtin goes through many things: it ends a call
// that was interrupted.
func (v *vm) pulse() {
	if v.halt.Load() {
		if _, err := v.nothing(goja.Undefined()); err != nil {
			panic(err)
		}
	}
}

// limitBuiltins bounds what makes much at one stroke.
func (v *vm) limitBuiltins() {
	made, err := v.js.RunProgram(intrinsicsProgram())
	must(err)
	hidden := made.(*goja.Object)
	v.nothing, _ = goja.AssertFunction(hidden.Get("nothing"))
	v.limitTexts()
	v.limitLists(hidden)
	v.limitCalls(hidden)
	v.limitCode(hidden)
	v.limitJSON()
	v.limitBigInts()
	operators, _ := goja.AssertFunction(hidden.Get("operators"))
	bits, err := operators(goja.Undefined(), v.native("check", v.checkBits))
	must(err)
	v.bits = bits.(*goja.Object)
}

//go:embed intrinsics.js
var intrinsicsSource string

// intrinsicsProgram finds what has no name, and makes wrappers of
// constructors.
var intrinsicsProgram = sync.OnceValue(func() *goja.Program { return goja.MustCompile("intrinsics", intrinsicsSource, true) })

func prototypeOf(class goja.Value) *goja.Object {
	return class.(*goja.Object).Get("prototype").(*goja.Object)
}

func lengthOf(v goja.Value) int {
	switch v := v.(type) {
	case goja.String:
		return v.Length()
	case *goja.Object:
		if n := v.Get("length"); n != nil {
			return int(n.ToInteger())
		}
	}
	return 0
}

func tooMany(v goja.Value) string {
	if o, ok := v.(*goja.Object); ok && lengthOf(o) > maxItems {
		return wrongArray
	}
	return ""
}

//go:embed constructor.js
var constructorSource string

var constructorProgram = sync.OnceValue(func() *goja.Program {
	return goja.MustCompile("constructor", "("+constructorSource+")", true)
})

// prepared puts f before a builtin constructor: f may throw, and what it
// returns are the arguments.
func (v *vm) prepared(class *goja.Object, f native) goja.Value {
	if v.preparer == nil {
		wrap, err := v.js.RunProgram(constructorProgram())
		must(err)
		v.preparer, _ = goja.AssertFunction(wrap)
	}
	made, err := v.preparer(goja.Undefined(), class, v.js.ToValue(f))
	must(err)
	return made
}

// preparedGlobal is prepared for a class that the global object has.
func (v *vm) preparedGlobal(name string, f native) {
	made := v.prepared(v.js.Get(name).(*goja.Object), f)
	must(v.js.GlobalObject().DefineDataProperty(name, made, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE))
}
