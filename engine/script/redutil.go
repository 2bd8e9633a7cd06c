package script

import (
	"errors"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/flowrill/flowrill/engine/msg"
)

// redObject is what code knows as RED: RED.util.
func (v *vm) redObject() *goja.Object {
	if v.red != nil {
		return v.red
	}
	v.red = v.js.NewObject()
	util := v.js.NewObject()
	must(v.red.Set("util", util))
	for name, f := range map[string]func(goja.FunctionCall) any{
		"cloneMessage": v.cloneMessage,
		"generateId":   func(goja.FunctionCall) any { return msg.NewID() },
		"ensureString": func(c goja.FunctionCall) any {
			if text, ok := v.special(c.Argument(0)); ok {
				return text
			}
			return msg.String(v.exported(c.Argument(0)))
		},
		"ensureBuffer": func(c goja.FunctionCall) any {
			if text, ok := v.special(c.Argument(0)); ok {
				return v.bufferOf([]byte(text))
			}
			return v.bufferOf(msg.Bytes(v.exported(c.Argument(0))))
		},
		"compareObjects": func(c goja.FunctionCall) any {
			return msg.DeepEqual(v.exported(c.Argument(0)), v.exported(c.Argument(1)))
		},
		"getMessageProperty":          v.getMessageProperty,
		"setMessageProperty":          v.setMessageProperty,
		"getObjectProperty":           v.getObjectProperty,
		"setObjectProperty":           v.setObjectProperty,
		"normalisePropertyExpression": v.normalised,
		"parseContextStore":           v.parseContextStore,
		"evaluateNodeProperty":        v.evaluateNodeProperty,
		"prepareJSONataExpression":    v.prepareJSONata,
		"evaluateJSONataExpression":   v.evaluateJSONata,
		"normaliseNodeTypeName":       func(c goja.FunctionCall) any { return camel(c.Argument(0).String()) },
	} {
		must(util.Set(name, v.native(name, func(c goja.FunctionCall) goja.Value { return v.js.ToValue(f(c)) })))
	}
	return v.red
}

// exported is a copy of a value.
func (v *vm) exported(value goja.Value) any { return (&exporter{vm: v, copy: true}).value(value) }

// throw is panic with an Error of that text and code.
func (v *vm) throw(err error) goja.Value {
	o := v.newError(err)
	var path *msg.PathError
	if errors.As(err, &path) {
		must(o.Set("code", "INVALID_EXPR"))
	}
	panic(o)
}

// special is the text of what messages have no text for: functions, bigints
// and typed arrays, but Buffers.
func (v *vm) special(value goja.Value) (string, bool) {
	o, ok := value.(*goja.Object)
	if !ok {
		return value.String(), value.ExportType() == typeBigInt
	}
	if _, ok := goja.AssertFunction(o); ok {
		return o.String(), true
	}
	class, _ := o.Get("constructor").(*goja.Object)
	if t := o.ExportType(); t == nil || t.Kind() != reflect.Slice || class == nil || !arrayNames[class.Get("name").String()] || o.ClassName() == "Array" {
		return "", false
	}
	stringify, _ := goja.AssertFunction(v.js.Get("JSON").(*goja.Object).Get("stringify"))
	text, err := stringify(goja.Undefined(), o)
	if err != nil {
		panic(err)
	}
	return text.String(), true
}

// cloneMessage copies a message. What messages cannot hold stays what it is
// where it is JavaScript's own: functions, and objects of a class.
func (v *vm) cloneMessage(c goja.FunctionCall) any {
	if o, ok := c.Argument(0).(*goja.Object); !ok || o.ExportType() == typeObject && len(v.active().pending) == 0 {
		if _, symbol := c.Argument(0).(*goja.Symbol); symbol {
			return c.Argument(0)
		}
		return v.structuredClone(c)
	}
	clone, _ := goja.AssertFunction(v.prelude().Get("clone"))
	made, err := clone(goja.Undefined(), c.Argument(0), v.js.ToValue(v.structuredClone))
	if err != nil {
		panic(err)
	}
	return made
}

// property is the path that an argument says, for use on m.
func (v *vm) property(expr goja.Value, m goja.Value) msg.Path {
	p, err := v.path(expr.String())
	if err == nil && p.Dynamic() {
		o, _ := v.exported(m).(*msg.Object)
		p, err = p.Resolve(o)
	}
	if err != nil {
		v.throw(err)
	}
	return p
}

// withMsg keeps a first name msg, which property would take off.
func withMsg(expr goja.Value, v *vm) goja.Value {
	if text := expr.String(); strings.HasPrefix(text, "msg.") {
		return v.js.ToValue("msg." + text)
	}
	return expr
}

func (v *vm) getMessageProperty(c goja.FunctionCall) any {
	return v.get(c.Argument(0), c.Argument(1))
}

func (v *vm) getObjectProperty(c goja.FunctionCall) any {
	return v.get(c.Argument(0), withMsg(c.Argument(1), v))
}

// get reads as JavaScript does: below undefined it throws.
func (v *vm) get(from, expr goja.Value) goja.Value {
	for _, key := range v.property(expr, from).Parts() {
		if goja.IsUndefined(from) || goja.IsNull(from) {
			panic(v.typeError("Cannot read properties of " + from.String() + " (reading '" + key + "')"))
		}
		from = v.navigate(from, []string{key})
	}
	return from
}

func (v *vm) setMessageProperty(c goja.FunctionCall) any {
	return v.set(c, c.Argument(1))
}

func (v *vm) setObjectProperty(c goja.FunctionCall) any { return v.set(c, withMsg(c.Argument(1), v)) }

func (v *vm) set(c goja.FunctionCall, expr goja.Value) bool {
	create := !goja.IsUndefined(c.Argument(2))
	if how := c.Argument(3); !goja.IsUndefined(how) {
		create = how.ToBoolean()
	}
	return v.assign(c.Argument(0), v.property(expr, c.Argument(0)), 0, c.Argument(2), create)
}

// normalised is the parts of a property expression.
func (v *vm) normalised(c goja.FunctionCall) any {
	p := v.property(c.Argument(0), c.Argument(1))
	if c.Argument(2).ToBoolean() {
		return bracketed(p)
	}
	parts := make([]any, 0, 4)
	for i, key := range p.Parts() {
		if p.Numbered(i) {
			parts = append(parts, msg.Number(key))
		} else {
			parts = append(parts, key)
		}
	}
	return v.js.NewArray(parts...)
}

// parseContextStore takes "#:(store)::key" apart.
func (v *vm) parseContextStore(c goja.FunctionCall) any {
	store, key, ok := contextStore(c.Argument(0).String())
	o := v.js.NewObject()
	if ok {
		must(o.Set("store", store))
	}
	must(o.Set("key", key))
	return o
}

func contextStore(expr string) (store, key string, ok bool) {
	if rest, found := strings.CutPrefix(expr, "#:("); found {
		if store, key, found := strings.Cut(rest, ")::"); found && store != "" {
			return store, key, true
		}
	}
	return "", expr, false
}

// evaluateNodeProperty reads what a typed input says: evaluateNodeProperty(
// value, type, node, msg, callback).
func (v *vm) evaluateNodeProperty(c goja.FunctionCall) any {
	callback, _ := goja.AssertFunction(c.Argument(4))
	var result goja.Value
	ex := v.js.Try(func() { result = v.typed(c.Argument(0), c.Argument(1).String(), c.Argument(3)) })
	switch {
	case ex != nil && callback == nil:
		panic(ex.Value())
	case callback == nil:
		return result
	case ex != nil:
		_, _ = callback(goja.Undefined(), ex.Value())
	default:
		_, _ = callback(goja.Undefined(), goja.Null(), result)
	}
	return goja.Undefined()
}

func (v *vm) typed(value goja.Value, kind string, m goja.Value) goja.Value {
	js := v.js
	switch kind {
	case "str":
		return js.ToValue(value.String())
	case "num":
		return js.ToValue(value.ToFloat())
	case "bool":
		return js.ToValue(strings.EqualFold(value.String(), "true"))
	case "json":
		decoded, err := msg.Decode([]byte(value.String()))
		if err != nil {
			panic(v.syntaxError(err.Error()))
		}
		return v.active().give(decoded)
	case "bin":
		decoded, err := msg.Decode([]byte(value.String()))
		if err != nil {
			panic(v.syntaxError(err.Error()))
		}
		if text, ok := decoded.(string); ok {
			return v.bufferOf([]byte(text))
		}
		list, _ := decoded.(*msg.List)
		b := make([]byte, list.Len())
		for i := range b {
			b[i] = byte(int64(msg.Number(list.At(i))))
		}
		return v.bufferOf(b)
	case "date":
		return v.now(value.String())
	case "re":
		o, err := js.New(js.Get("RegExp"), value)
		if err != nil {
			panic(err)
		}
		return o
	case "msg":
		return v.get(m, value)
	case "flow", "global":
		store, key, _ := contextStore(value.String())
		p, err := v.path(key)
		if err != nil {
			v.throw(err)
		}
		if kind == "flow" {
			return v.read(scopeFlow, store, p)
		}
		return v.read(scopeGlobal, store, p)
	case "env":
		return v.variable(value.String())
	case "jsonata":
		return v.evaluated(value.String(), m)
	}
	return value
}

// now is the time as a date field says it: milliseconds, "iso", "object", or a
// pattern of moment's.
func (v *vm) now(format string) goja.Value {
	now := msg.Date(time.Now().UnixMilli())
	switch format {
	case "", "undefined", "null":
		return v.js.ToValue(float64(now))
	case "object":
		return v.dateOf(now)
	}
	moment, _ := goja.AssertFunction(v.momentLibrary())
	made, err := moment(goja.Undefined(), v.js.ToValue(float64(now)))
	if err != nil {
		panic(err)
	}
	method, args := "format", []goja.Value{v.js.ToValue(format)}
	if format == "iso" {
		method, args = "toISOString", nil
	}
	write, _ := goja.AssertFunction(made.(*goja.Object).Get(method))
	text, err := write(made, args...)
	if err != nil {
		panic(err)
	}
	return text
}

// camel makes "a-node type" aNodeType.
func camel(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	for i, w := range words {
		if i > 0 {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		} else {
			words[i] = strings.ToLower(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "")
}

// variable is the value of NAME or ${NAME}, or a text with ${NAME} in it;
// empty where there is none.
func (v *vm) variable(source string) goja.Value {
	lookup := v.function().env.Var
	name := source
	if inner, ok := strings.CutPrefix(source, "${"); ok && strings.Index(inner, "}") == len(inner)-1 {
		name = inner[:len(inner)-1]
	}
	if strings.Contains(name, "${") {
		return v.js.ToValue(variableIn.ReplaceAllStringFunc(source, func(ref string) string {
			if found, ok := lookup(ref[2 : len(ref)-1]); ok && found != msg.Undefined {
				return msg.Text(found)
			}
			return ""
		}))
	}
	if found, ok := lookup(name); ok {
		return v.active().give(msg.CloneValue(found))
	}
	return v.js.ToValue("")
}

var variableIn = regexp.MustCompile(`\$\{[^}]*\}`)

// bracketed writes a path as Node-RED's util does: a["b"][0].
func bracketed(p msg.Path) string {
	var text strings.Builder
	for i, key := range p.Parts() {
		switch {
		case i == 0:
			text.WriteString(key)
		case p.Numbered(i):
			text.WriteString("[" + key + "]")
		case strings.Contains(key, `"`):
			text.WriteString("['" + key + "']")
		default:
			text.WriteString(`["` + key + `"]`)
		}
	}
	return text.String()
}
