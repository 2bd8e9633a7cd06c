package script

import (
	"math/big"
	"reflect"
	"strconv"

	"github.com/dop251/goja"

	"github.com/flowrill/flowrill/engine/msg"
)

// see is a message's value for JavaScript: objects and lists as live views,
// everything else as what JavaScript has for it. What is an object there but
// not a view (a Date, a Buffer) is put in its place at, so that it is the
// same one next time.
func (r *run) see(v any, at holder, root *stored) goja.Value {
	js := r.vm.js
	switch v := v.(type) {
	case nil:
		return goja.Null()
	case string:
		return js.ToValue(v)
	case float64:
		return js.ToValue(v)
	case bool:
		return js.ToValue(v)
	case *msg.Object:
		return r.object(v, at, root)
	case *msg.List:
		return r.list(v, at, root)
	case *foreign:
		return v.v
	}
	if v == msg.Undefined {
		return goja.Undefined()
	}
	var made goja.Value
	switch v := v.(type) {
	case []byte:
		made = r.vm.bufferOf(v)
	case msg.Date:
		made = r.vm.dateOf(v)
	case *msg.Script:
		made = r.rebuild(v)
	case msg.Handle:
		if known := r.views.find(v); known != nil {
			return known
		}
		o := js.NewDynamicObject(handleView{v})
		r.views.add(v, o)
		return o
	default:
		return goja.Undefined()
	}
	if root != nil {
		root.dirty = true // it can be changed without a view
	}
	at.keep(made)
	return made
}

// object is the view of o.
func (r *run) object(o *msg.Object, at holder, root *stored) *goja.Object {
	if known := r.views.find(o); known != nil {
		return known
	}
	js := r.vm.js.NewDynamicObject(&objectView{run: r, o: o, at: at, root: root})
	r.views.add(o, js)
	return js
}

func (r *run) list(l *msg.List, at holder, root *stored) *goja.Object {
	if known := r.views.find(l); known != nil {
		return known
	}
	if r.native {
		return r.nativeList(l)
	}
	js := r.vm.js.NewDynamicArray(&listView{run: r, l: l, at: at, root: root})
	r.views.add(l, js)
	return js
}

// nativeList is l as an array; exported it is l again.
func (r *run) nativeList(l *msg.List) *goja.Object {
	items := make([]any, l.Len())
	js := r.vm.js.NewArray(items...)
	r.views.add(l, js)
	r.mover().note(js, l)
	for i := range items {
		must(js.Set(strconv.Itoa(i), r.give(l.At(i))))
	}
	return js
}

// give is see for a value that stands nowhere.
func (r *run) give(v any) goja.Value { return r.see(v, holder{}, nil) }

var (
	typeObject   = reflect.TypeFor[*objectView]()
	typeList     = reflect.TypeFor[*listView]()
	typeHandle   = reflect.TypeFor[handleView]()
	typeRecord   = reflect.TypeFor[*record]()
	typeMap      = reflect.TypeFor[map[string]any]()
	typeArray    = reflect.TypeFor[[]any]()
	typeBytes    = reflect.TypeFor[[]byte]()
	typeBuffer   = reflect.TypeFor[goja.ArrayBuffer]()
	typeBigInt   = reflect.TypeFor[*big.Int]()
	typePromise  = reflect.TypeFor[*goja.Promise]()
	typeProxy    = reflect.TypeFor[goja.Proxy]()
	typeJSMap    = reflect.TypeFor[[][2]any]()
	classObject  = "Object"
	classDate    = "Date"
	classError   = "Error"
	classRegExp  = "RegExp"
	classBoolean = "Boolean"
	classNumber  = "Number"
	classString  = "String"
)

// primitive is the value of what is no object in JavaScript.
func primitive(v goja.Value) (value any, ok bool) {
	switch v := v.(type) {
	case nil:
		return msg.Undefined, true
	case *goja.Object:
		return nil, false
	case goja.String:
		return v.String(), true
	case *goja.Symbol:
		return msg.Undefined, true
	}
	switch {
	case goja.IsUndefined(v):
		return msg.Undefined, true
	case goja.IsNull(v):
		return nil, true
	}
	if goja.IsNumber(v) {
		return v.ToFloat(), true
	}
	t := v.ExportType()
	if t.Kind() == reflect.Bool {
		return v.ToBoolean(), true
	}
	if t == typeBigInt {
		return &msg.Script{Kind: msg.ScriptBigInt, Text: v.String()}, true
	}
	return msg.Undefined, true
}

// shallow is what goes into a message for a JavaScript value: what JavaScript
// owns stays so until the message is settled.
func (r *run) shallow(v goja.Value) any {
	if p, ok := primitive(v); ok {
		return p
	}
	o := v.(*goja.Object)
	switch o.ExportType() {
	case typeObject, typeList:
		if w := o.Export().(view); !w.looks() {
			return w.value()
		}
		return &foreign{o} // copied when the message is settled
	case typeHandle:
		return o.Export().(handleView).h
	}
	return &foreign{o}
}

func (v *vm) dateOf(d msg.Date) goja.Value {
	if v.date == nil {
		v.date = v.js.Get("Date")
	}
	o, err := v.js.New(v.date, v.js.ToValue(float64(d)))
	must(err)
	return o
}
