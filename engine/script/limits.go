package script

import (
	_ "embed"
	"strings"
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
	replacement := v.native(method, func(c goja.FunctionCall) goja.Value {
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
	v.guarded(text, "split", func(c goja.FunctionCall) string {
		if s, ok := c.Argument(0).(goja.String); ok && s.Length() == 0 && lengthOf(c.This) > maxItems {
			return "Invalid array length"
		}
		return ""
	})
	v.guarded(text, "concat", func(c goja.FunctionCall) string {
		n := lengthOf(c.This)
		for _, a := range c.Arguments {
			n += lengthOf(a)
		}
		if n > maxText {
			return wrongLength
		}
		return ""
	})
	v.guarded(text, "replaceAll", replaced)
	v.guarded(text, "replace", replaced)
	v.guarded(v.js.Get("JSON").(*goja.Object), "parse", func(c goja.FunctionCall) string {
		if s, ok := c.Argument(0).(goja.String); ok && (s.Length() > maxText || s.Length() > maxNesting && nested(s.String()) > maxNesting) {
			return "JSON text is too long or nested too deeply"
		}
		return ""
	})
	v.guarded(text, "padStart", padding)
	v.guarded(text, "padEnd", padding)
	class := v.js.Get("Array").(*goja.Object)
	list := class.Get("prototype").(*goja.Object)
	for _, method := range []string{"fill", "sort", "toSorted", "toReversed"} {
		v.guarded(list, method, func(c goja.FunctionCall) string { return tooMany(c.This) })
	}
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

// replaced bounds what replacing makes, of a text as many times as it is there.
func replaced(c goja.FunctionCall) string {
	with, ok := c.Argument(1).(goja.String)
	text, isText := c.This.(goja.String)
	if !ok || !isText || with.Length()*text.Length() <= maxText {
		return ""
	}
	n := text.Length()
	if what, ok := c.Argument(0).(goja.String); ok {
		n = strings.Count(text.String(), what.String())
	}
	if float64(n)*float64(with.Length()) > 4*maxText {
		return wrongLength
	}
	return ""
}

// nested is how deep the lists and objects in a JSON text are nested.
func nested(text string) int {
	depth, most, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case quoted:
		case c == '[' || c == '{':
			depth++
			most = max(most, depth)
		case c == ']' || c == '}':
			depth--
		}
	}
	return most
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
		most, wrong := float64(maxBytes/8), "Invalid typed array length"
		if name == "Array" {
			most, wrong = maxItems, "Invalid array length"
		}
		v.prepared(name, func(c goja.FunctionCall) goja.Value {
			if len(c.Arguments) == 0 {
				return goja.Undefined()
			}
			if n := c.Arguments[0]; goja.IsNumber(n) && n.ToFloat() > most && (len(c.Arguments) == 1 || name != "Array") {
				panic(v.rangeError(wrong))
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
