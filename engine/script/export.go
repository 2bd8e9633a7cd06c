package script

import (
	"reflect"
	"strconv"

	"github.com/dop251/goja"
	"github.com/flowrill/flowrill/engine/msg"
)

// maxNesting is how deep a script may nest what it sends or keeps.
const maxNesting = 10_000

// exporter makes message values of JavaScript values. What stands twice stands
// twice in the result, too, and cycles stay.
type exporter struct {
	vm   *vm
	copy bool // views are copied; else what they view is taken as it is
	// stores: for a context, which may have back what is its own.
	stores bool
	all    bool // what is shared is copied, too
	blind  bool // what would need JavaScript to be called becomes Undefined
	made   map[any]any
	depth  int
}

func (x *exporter) known(from any) (any, bool) {
	v, ok := x.made[from]
	return v, ok
}

func (x *exporter) note(from, to any) {
	if x.made == nil {
		x.made = map[any]any{}
	}
	x.made[from] = to
}

// value exports one value.
func (x *exporter) value(v goja.Value) any {
	if p, ok := primitive(v); ok {
		return p
	}
	o := v.(*goja.Object)
	t := o.ExportType()
	switch t {
	case typeObject, typeList:
		w := o.Export().(view)
		if w.looks() && !x.stores {
			return x.cloneAll(w.value())
		}
		if !x.copy {
			return w.value()
		}
		return x.clone(w.value())
	case typeHandle:
		return o.Export().(handleView).h
	}
	if x.blind {
		return msg.Undefined
	}
	if t == typeRecord {
		return x.record(o.Export().(*record))
	}
	if to, ok := x.known(o); ok {
		return to
	}
	x.enter()
	defer x.leave()
	switch t {
	case typeArray:
		if o.ClassName() == "Array" {
			return x.array(o)
		}
	case typeMap:
		switch o.ClassName() {
		case classObject:
			return x.plain(o)
		case classError:
			return x.errorValue(o)
		}
	case typeBytes:
		return x.bytes(o)
	}
	return x.special(o, t)
}

// record makes what an object literal made a message's object; the record
// itself remembers which.
func (x *exporter) record(r *record) any {
	if r.madeBy == x {
		return r.made
	}
	x.enter()
	to := msg.NewObject(len(r.keys))
	r.made, r.madeBy = to, x
	for i, k := range r.keys {
		to.Set(k, x.value(r.values[i]))
	}
	x.leave()
	return to
}

func (x *exporter) plain(o *goja.Object) any {
	if x.vm.moment != nil && o.Get("_isAMomentObject") != nil {
		return msg.Date(o.ToFloat())
	}
	keys := x.vm.keys(o)
	to := msg.NewObject(len(keys))
	x.note(o, to)
	for _, k := range keys {
		to.Set(k, x.value(o.Get(k)))
	}
	return to
}

// keys are a plain object's enumerable ones. In a pooled runtime, where code
// that hides some is never run, all are, and that is faster to tell.
func (v *vm) keys(o *goja.Object) []string {
	if v.owner == nil {
		return o.GetOwnPropertyNames()
	}
	return o.Keys()
}

func (x *exporter) array(o *goja.Object) any {
	to := new(msg.List)
	x.note(o, to)
	n := lengthOf(o)
	if n > maxLength {
		panic(x.vm.rangeError("Invalid array length"))
	}
	to.Items = make([]any, n)
	for i := range n {
		to.Set(i, x.value(o.Get(strconv.Itoa(i))))
	}
	return to
}

// bytes is a Buffer's content.
func (x *exporter) bytes(o *goja.Object) any {
	b := o.Export().([]byte)
	if x.copy {
		b = append(make([]byte, 0, len(b)), b...)
	}
	if b == nil {
		b = []byte{}
	}
	x.note(o, b)
	return b
}

// special exports what is neither plain object nor array nor Buffer.
func (x *exporter) special(o *goja.Object, t reflect.Type) any {
	if _, ok := goja.AssertFunction(o); ok {
		return x.script(o, &msg.Script{Kind: msg.ScriptFunction, Text: o.String()})
	}
	switch o.ClassName() {
	case classDate:
		return msg.Date(o.ToFloat())
	case classNumber:
		return o.ToFloat()
	case classString:
		return o.String()
	case classBoolean:
		return o.String() == "true"
	case classRegExp:
		return x.script(o, &msg.Script{Kind: msg.ScriptRegExp, Text: o.String()})
	}
	switch t {
	case typeJSMap:
		s := &msg.Script{Kind: msg.ScriptMap, Items: new(msg.List)}
		x.note(o, s)
		x.vm.js.ForOf(o, func(pair goja.Value) bool {
			p := pair.(*goja.Object)
			s.Items.Append(msg.NewList(x.value(p.Get("0")), x.value(p.Get("1"))))
			return true
		})
		return s
	case typeArray: // and no array: a Set
		s := &msg.Script{Kind: msg.ScriptSet, Items: new(msg.List)}
		x.note(o, s)
		x.vm.js.ForOf(o, func(item goja.Value) bool {
			s.Items.Append(x.value(item))
			return true
		})
		return s
	}
	switch {
	case t == typeBuffer:
		b := o.Export().(goja.ArrayBuffer).Bytes()
		return append(make([]byte, 0, len(b)), b...)
	case t.Kind() == reflect.Slice:
		return x.typedArray(o)
	case t == typePromise:
		return msg.NewObject(0)
	}
	return x.plain(o)
}

func (x *exporter) script(o *goja.Object, s *msg.Script) any {
	x.note(o, s)
	return s
}

// typedArray is a Float32Array and the like.
func (x *exporter) typedArray(o *goja.Object) any {
	s := &msg.Script{Kind: msg.ScriptArray, Text: "Array", Items: new(msg.List)}
	if c, ok := o.Get("constructor").(*goja.Object); ok {
		s.Text = c.Get("name").String()
	}
	n := int(o.Get("length").ToInteger())
	for i := range n {
		s.Items.Append(x.value(o.Get(strconv.Itoa(i))))
	}
	return x.script(o, s)
}

// errorMembers are an Error's members that are not enumerable.
var errorMembers = []string{"name", "message", "stack", "cause"}

func (x *exporter) errorValue(o *goja.Object) any {
	s := &msg.Script{Kind: msg.ScriptError, Members: msg.NewObject(4)}
	x.note(o, s)
	for _, k := range errorMembers {
		if v := o.Get(k); v != nil && !goja.IsUndefined(v) {
			s.Members.Set(k, x.value(v))
		}
	}
	for _, k := range o.Keys() {
		s.Members.Set(k, x.value(o.Get(k)))
	}
	return s
}

// cloneAll is clone of what is a context's own.
func (x *exporter) cloneAll(v any) any {
	before := x.all
	x.all = true
	defer func() { x.all = before }()
	return x.clone(v)
}

// clone copies a message's value in which there may be foreign ones.
func (x *exporter) clone(v any) any {
	switch v := v.(type) {
	case *foreign:
		return x.value(v.v)
	case *msg.Object:
		if v.IsShared() && !x.all {
			return v
		}
		if to, ok := x.known(v); ok {
			return to
		}
		to := msg.NewObject(v.Len())
		x.note(v, to)
		x.deeper(func() {
			for k, item := range v.All() {
				to.Set(k, x.clone(item))
			}
		})
		return to
	case *msg.List:
		if v.IsShared() && !x.all {
			return v
		}
		if to, ok := x.known(v); ok {
			return to
		}
		to := &msg.List{Items: make([]any, v.Len())}
		x.note(v, to)
		x.deeper(func() {
			for i := range to.Items {
				to.Set(i, x.clone(v.At(i)))
			}
		})
		return to
	}
	return msg.CloneValue(v)
}

func (x *exporter) deeper(f func()) {
	if x.blind && x.depth >= maxNesting {
		return // what is deeper is left out
	}
	x.enter()
	f()
	x.leave()
}

func (x *exporter) enter() {
	if x.depth++; x.depth > maxNesting {
		panic(x.vm.rangeError("Maximum nesting of a message exceeded"))
	}
}

func (x *exporter) leave() { x.depth-- }
