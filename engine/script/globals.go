package script

import (
	_ "embed"
	"encoding/base64"
	"log/slog"
	"net/url"
	"strings"
	"sync"

	"github.com/dop251/goja"
	nodeurl "github.com/dop251/goja_nodejs/url"

	"github.com/flowrill/flowrill/engine/msg"
)

// globals stands behind a runtime's global object and makes what code knows
// beyond the language when it is first named.
type globals struct{ vm *vm }

// makers are what there is.
var makers = sync.OnceValue(func() map[string]func(v *vm) goja.Value {
	native := func(f func(v *vm, c goja.FunctionCall) goja.Value) func(v *vm) goja.Value {
		return func(v *vm) goja.Value {
			return v.js.ToValue(func(c goja.FunctionCall) goja.Value { return f(v, c) })
		}
	}
	fromPrelude := func(name string) func(v *vm) goja.Value {
		return func(v *vm) goja.Value { return v.prelude().Get(name) }
	}
	return map[string]func(v *vm) goja.Value{
		"Buffer":          (*vm).loadBuffer,
		"URL":             func(v *vm) goja.Value { return v.urls().Get("URL") },
		"URLSearchParams": func(v *vm) goja.Value { return v.urls().Get("URLSearchParams") },
		"console":         (*vm).console,
		"util":            fromPrelude("util"),
		"promisify":       fromPrelude("promisify"),
		"TextEncoder":     fromPrelude("TextEncoder"),
		"TextDecoder":     fromPrelude("TextDecoder"),
		"queueMicrotask":  fromPrelude("queueMicrotask"),
		"RED":             func(v *vm) goja.Value { return v.redObject() },
		"setTimeout": native(func(v *vm, c goja.FunctionCall) goja.Value {
			return v.setTimer(c, false, milliseconds(c.Argument(1).ToFloat()), 2)
		}),
		"setInterval": native(func(v *vm, c goja.FunctionCall) goja.Value {
			return v.setTimer(c, true, milliseconds(c.Argument(1).ToFloat()), 2)
		}),
		"setImmediate":    native(func(v *vm, c goja.FunctionCall) goja.Value { return v.setTimer(c, false, 0, 1) }),
		"clearTimeout":    native((*vm).clearTimer),
		"clearInterval":   native((*vm).clearTimer),
		"clearImmediate":  native((*vm).clearTimer),
		"structuredClone": native((*vm).structuredClone),
		"btoa":            native((*vm).btoa),
		"atob":            native((*vm).atob),
	}
})

// Get implements goja.DynamicObject.
func (g globals) Get(key string) goja.Value {
	made := makers()[key]
	if made == nil {
		return nil
	}
	value := made(g.vm)
	must(g.vm.js.GlobalObject().DefineDataProperty(key, value, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE))
	return value
}

// Has implements goja.DynamicObject.
func (globals) Has(key string) bool { return makers()[key] != nil }

// Set implements goja.DynamicObject.
func (globals) Set(string, goja.Value) bool { return false }

// Delete implements goja.DynamicObject.
func (globals) Delete(string) bool { return true }

// Keys implements goja.DynamicObject.
func (globals) Keys() []string { return nil }

// urls are the classes URL and URLSearchParams.
func (v *vm) urls() *goja.Object {
	if v.url != nil {
		return v.url
	}
	v.url = v.module(nodeurl.Require)
	complete, _ := goja.AssertFunction(v.prelude().Get("completeURLs"))
	_, err := complete(goja.Undefined(), v.url, v.js.ToValue(v.resolveURL), v.js.ToValue(v.wholeURL))
	must(err)
	return v.url
}

// wholeURL takes a URL without host apart: "mailto:a@b?c" is "a@b".
func (v *vm) wholeURL(c goja.FunctionCall) goja.Value {
	u, err := url.Parse(c.Argument(0).String())
	if err != nil {
		return v.js.ToValue("")
	}
	return v.js.ToValue(u.Opaque)
}

// resolveURL is a reference as seen from a base: (reference, base). What cannot
// be read is left to the class.
func (v *vm) resolveURL(c goja.FunctionCall) goja.Value {
	base, err := url.Parse(c.Argument(1).String())
	if err != nil || base.Host == "" {
		return goja.Undefined()
	}
	to, err := base.Parse(strings.TrimSpace(c.Argument(0).String()))
	if err != nil {
		return goja.Undefined()
	}
	return v.js.ToValue(to.String())
}

// module runs what makes a Node.js module.
func (v *vm) module(require func(*goja.Runtime, *goja.Object)) *goja.Object {
	exports, module := v.js.NewObject(), v.js.NewObject()
	must(module.Set("exports", exports))
	require(v.js, module)
	return module.Get("exports").(*goja.Object)
}

//go:embed prelude.js
var preludeSource string

var preludeProgram = sync.OnceValue(func() *goja.Program { return goja.MustCompile("prelude", preludeSource, true) })

//go:embed additions.js
var additionsSource string

var additions = sync.OnceValue(func() *goja.Program { return goja.MustCompile("additions", additionsSource, true) })

// nodeDates gives Dates the text that they have in Node.js, with the zone's
// long name.
func (v *vm) nodeDates() {
	class := v.js.Get("Date").(*goja.Object)
	valueOf, _ := goja.AssertFunction(class.Get("prototype").(*goja.Object).Get("getTime"))
	for _, name := range []string{"toString", "toTimeString"} {
		must(prototypeOf(class).DefineDataProperty(name, v.native(name, func(c goja.FunctionCall) goja.Value {
			ms, err := valueOf(c.This)
			if err != nil {
				panic(err)
			}
			text := msg.Date(ms.ToFloat()).String()
			if i := strings.Index(text, ":"); name == "toTimeString" && i > 2 {
				text = text[i-2:]
			}
			return v.js.ToValue(text)
		}), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE))
	}
}

func (v *vm) prelude() *goja.Object {
	if v.library == nil {
		made, err := v.js.RunProgram(preludeProgram())
		must(err)
		v.library = made.(*goja.Object)
	}
	return v.library
}

func (v *vm) console() goja.Value {
	o := v.js.NewObject()
	format, _ := goja.AssertFunction(v.prelude().Get("format"))
	for name, level := range map[string]slog.Level{
		"log": slog.LevelInfo, "info": slog.LevelInfo, "debug": slog.LevelDebug, "warn": slog.LevelInfo, "error": slog.LevelInfo,
		"trace": slog.LevelDebug, "dir": slog.LevelInfo,
	} {
		must(o.Set(name, func(c goja.FunctionCall) goja.Value {
			f := v.function()
			if f.env.Log.Enabled(f.ctx, level) {
				text, err := format(goja.Undefined(), c.Arguments...)
				if err != nil {
					panic(err)
				}
				f.env.Log.Log(f.ctx, level, text.String())
			}
			return goja.Undefined()
		}))
	}
	return o
}

func (v *vm) structuredClone(c goja.FunctionCall) goja.Value {
	return v.active().give((&exporter{vm: v, copy: true}).value(c.Argument(0)))
}

func (v *vm) btoa(c goja.FunctionCall) goja.Value {
	s := c.Argument(0).String()
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff {
			panic(v.typeError("The string to be encoded contains characters outside of the Latin1 range."))
		}
		b = append(b, byte(r))
	}
	return v.js.ToValue(base64.StdEncoding.EncodeToString(b))
}

func (v *vm) atob(c goja.FunctionCall) goja.Value {
	s := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\n\f\r", r) {
			return -1
		}
		return r
	}, c.Argument(0).String())
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	if err != nil {
		panic(v.typeError("The string to be decoded is not correctly encoded."))
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return v.js.ToValue(string(runes))
}
