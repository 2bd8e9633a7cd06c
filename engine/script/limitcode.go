package script

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/dop251/goja"
)

// limitCalls bounds arguments, and chains of functions that only call others.
func (v *vm) limitCalls(hidden *goja.Object) {
	manyArguments := func(value goja.Value) string {
		if o, ok := value.(*goja.Object); ok && lengthOf(o) > maxArgs {
			return wrongNesting
		}
		return ""
	}
	function := prototypeOf(v.js.Get("Function"))
	reflect := v.js.Get("Reflect").(*goja.Object)
	v.guarded(function, "apply", func(c goja.FunctionCall) string { return manyArguments(c.Argument(1)) })
	v.guarded(reflect, "apply", func(c goja.FunctionCall) string { return manyArguments(c.Argument(2)) })
	v.guarded(reflect, "construct", func(c goja.FunctionCall) string { return manyArguments(c.Argument(1)) })
	v.guarded(reflect, "ownKeys", func(c goja.FunctionCall) string { return manyKeys(c.Argument(0)) })
	mark := goja.NewSymbol("bound")
	v.around(function, "bind", func(original native) native {
		return func(c goja.FunctionCall) goja.Value {
			depth := int64(1)
			if target, ok := c.This.(*goja.Object); ok {
				if n := target.GetSymbol(mark); n != nil {
					depth += n.ToInteger()
				}
			}
			if depth > maxNatives {
				panic(v.rangeError(wrongNesting))
			}
			made := original(c)
			must(made.(*goja.Object).DefineDataPropertySymbol(mark, v.js.ToValue(depth), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
			return made
		}
	})
	v.preparedGlobal("Proxy", func(c goja.FunctionCall) goja.Value {
		if proxies(c.Argument(0), c.Argument(1)) > maxProxies {
			panic(v.rangeError(wrongNesting))
		}
		return goja.Undefined()
	})
}

// maxProxies is how many proxies may stand behind a proxy.
const maxProxies = 100

// proxies counts those behind these values, as far as maxProxies.
func proxies(values ...goja.Value) int {
	n := 0
	for len(values) > 0 && n <= maxProxies {
		last := values[len(values)-1]
		values = values[:len(values)-1]
		if o, ok := last.(*goja.Object); ok && o.ExportType() == typeProxy {
			n++
			if p, ok := o.Export().(goja.Proxy); ok {
				values = append(values, p.Target(), p.Handler())
			}
		}
	}
	return n
}

// limitCode bounds code that is made while code runs.
func (v *vm) limitCode(hidden *goja.Object) {
	check := func(code ...goja.Value) {
		for _, part := range code {
			if s, ok := part.(goja.String); ok && (s.Length() > maxCode || nestedTooDeeply(s.String())) {
				panic(v.syntaxError("the code is too long or nested too deeply"))
			}
		}
	}
	made := func(c goja.FunctionCall) goja.Value {
		check(c.Arguments...)
		return goja.Undefined()
	}
	v.preparedGlobal("Function", made)
	v.prepared(hidden.Get("generatorFunction").(*goja.Object), made)
	v.prepared(hidden.Get("asyncFunction").(*goja.Object), made)
	v.eval = v.js.Get("eval")
	original := v.eval.Export().(native)
	must(v.js.GlobalObject().DefineDataProperty("eval", v.native("eval", func(c goja.FunctionCall) goja.Value {
		check(c.Argument(0))
		return original(c)
	}), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE))
	v.evalCode = v.native("eval", func(c goja.FunctionCall) goja.Value {
		check(c.Argument(0))
		if s, ok := c.Argument(0).(goja.String); ok && namesEval(s.String()) {
			panic(v.syntaxError("eval in the code that eval is given is not available"))
		}
		return c.Argument(0)
	})
	v.preparedGlobal("RegExp", func(c goja.FunctionCall) goja.Value {
		if _, ok := c.Argument(0).(*goja.Object); !ok && lengthOf(c.Argument(0)) > maxPattern {
			panic(v.syntaxError("Invalid regular expression: too large"))
		}
		return v.completeRegExp(c)
	})
}

var evalWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\beval\b`) })

var escapedUnit = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\\u\{?([0-9a-fA-F]+)\}?`) })

// namesEval tells whether code has another eval in it, which would not be
// bounded: it knows the code's variables, so it cannot be ours.
func namesEval(code string) bool {
	if strings.Contains(code, `\u`) {
		code = escapedUnit().ReplaceAllStringFunc(code, func(unit string) string {
			n, _ := strconv.ParseInt(strings.Trim(unit, `\u{}`), 16, 32)
			return string(rune(n))
		})
	}
	return evalWord().MatchString(code)
}
