package script

import (
	_ "embed"
	"sync"
	"time"

	"github.com/dlclark/regexp2/v2"
	"github.com/dop251/goja"
)

// What one call of a builtin may make: the watchdog cannot interrupt those.
const (
	maxText  = 64 << 20   // characters: repeat, padStart, padEnd, join
	maxItems = 10_000_000 // fill, Array.from
	maxBytes = 256 << 20  // Buffer.alloc, ArrayBuffer, typed arrays
)

// maxMatch is how long a regular expression with look-behind or references
// may take; others take no longer than their text is long.
const maxMatch = 2 * time.Second

func init() { regexp2.DefaultMatchTimeout = maxMatch }

// guarded puts a check before a method.
func (v *vm) guarded(o *goja.Object, method string, check func(c goja.FunctionCall) (wrong string)) {
	original, ok := goja.AssertFunction(o.Get(method))
	if !ok {
		return
	}
	replacement := v.js.ToValue(func(c goja.FunctionCall) goja.Value {
		if wrong := check(c); wrong != "" {
			panic(v.rangeError(wrong))
		}
		result, err := original(c.This, c.Arguments...)
		if err != nil {
			panic(err)
		}
		return result
	})
	must(o.DefineDataProperty(method, replacement, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE))
}

const wrongLength = "Invalid string length"

// limitBuiltins bounds what makes much at one stroke.
func (v *vm) limitBuiltins() {
	text := v.js.Get("String").(*goja.Object).Get("prototype").(*goja.Object)
	v.guarded(text, "repeat", func(c goja.FunctionCall) string {
		if float64(lengthOf(c.This))*c.Argument(0).ToFloat() > maxText {
			return wrongLength
		}
		return ""
	})
	padding := func(c goja.FunctionCall) string {
		if c.Argument(0).ToFloat() > maxText {
			return wrongLength
		}
		return ""
	}
	v.guarded(text, "padStart", padding)
	v.guarded(text, "padEnd", padding)
	class := v.js.Get("Array").(*goja.Object)
	list := class.Get("prototype").(*goja.Object)
	v.guarded(list, "fill", func(c goja.FunctionCall) string { return tooMany(c.This) })
	v.guarded(class, "from", func(c goja.FunctionCall) string { return tooMany(c.Argument(0)) })
	v.guarded(list, "join", func(c goja.FunctionCall) string {
		separator := 1
		if s, ok := c.Argument(0).(goja.String); ok {
			separator = s.Length()
		}
		if float64(lengthOf(c.This))*float64(separator) > maxText {
			return wrongLength
		}
		return ""
	})
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
		return "Invalid array length"
	}
	return ""
}

func (v *vm) limitBuffer(class *goja.Object) {
	for _, method := range []string{"alloc", "allocUnsafe", "allocUnsafeSlow"} {
		v.guarded(class, method, func(c goja.FunctionCall) string {
			if c.Argument(0).ToFloat() > maxBytes {
				return "Invalid typed array length"
			}
			return ""
		})
	}
}

// limitArrays bounds the constructors of memory in one piece.
func (v *vm) limitArrays() {
	if v.limited {
		return
	}
	v.limited = true
	for name := range largeNames {
		if name == "eval" || name == "Function" || name == "globalThis" {
			continue
		}
		v.prepared(name, func(c goja.FunctionCall) goja.Value {
			if _, object := c.Argument(0).(*goja.Object); !object && c.Argument(0).ToFloat() > maxBytes/8 {
				panic(v.rangeError("Invalid typed array length"))
			}
			return goja.Undefined()
		})
	}
}

//go:embed constructor.js
var constructorSource string

var constructorProgram = sync.OnceValue(func() *goja.Program {
	return goja.MustCompile("constructor", "("+constructorSource+")", true)
})

// prepared puts f before a builtin constructor: f may throw, and what it
// returns are the arguments.
func (v *vm) prepared(name string, f func(goja.FunctionCall) goja.Value) {
	wrap, err := v.js.RunProgram(constructorProgram())
	must(err)
	call, _ := goja.AssertFunction(wrap)
	class, err := call(goja.Undefined(), v.js.Get(name), v.js.ToValue(f))
	must(err)
	must(v.js.GlobalObject().DefineDataProperty(name, class, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE))
}
