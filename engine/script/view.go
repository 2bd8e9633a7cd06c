package script

import (
	"github.com/dop251/goja"

	"github.com/flowrill/flowrill/engine/msg"
)

// foreign stands in a message, while its script runs, for a value that is
// still JavaScript's own: so what the script does to it later counts. Before
// anybody else sees the message, it is settled (settle.go).
type foreign struct{ v goja.Value }

// Handle implements msg.Handle.
func (*foreign) Handle() string { return "script" }

// view is a message's object or list as JavaScript sees it.
type view interface {
	// value is the *msg.Object or *msg.List that is viewed.
	value() any
	// writable makes what is viewed the script's own, if other messages share
	// it, and notes that it changes.
	writable()
	// settle makes values of messages of all foreign ones.
	settle(x *exporter)
	// looks tells whether what is viewed, or something in it, is a context's own
	// and must be copied before it goes anywhere else.
	looks() bool
}

// holder is where a viewed object stands: what is shared must be replaced
// there before it is written to.
type holder struct {
	in    view
	key   string
	index int
}

func (h holder) replace(v any) {
	switch in := h.in.(type) {
	case *objectView:
		in.writable()
		in.o.Set(h.key, v)
	case *listView:
		in.writable()
		if h.index < len(in.l.Items) {
			in.l.Set(h.index, v)
		}
	}
}

// views are the views of one run, each made once, so that === holds.
type views struct {
	few  [8]viewed
	n    int
	many map[any]*goja.Object
}

type viewed struct {
	value any
	js    *goja.Object
}

func (s *views) find(value any) *goja.Object {
	for i := range s.few[:s.n] {
		if s.few[i].value == value {
			return s.few[i].js
		}
	}
	return s.many[value]
}

func (s *views) add(value any, js *goja.Object) {
	if s.n < len(s.few) {
		s.few[s.n] = viewed{value, js}
		s.n++
		return
	}
	if s.many == nil {
		s.many = map[any]*goja.Object{}
	}
	s.many[value] = js
}

func (s *views) clear() {
	clear(s.few[:s.n])
	s.n, s.many = 0, nil
}

// objectView is a live *msg.Object.
type objectView struct {
	run     *run
	o       *msg.Object
	at      holder
	root    *stored // the context value that it is part of
	pending bool    // may hold foreign values
}

var _ goja.DynamicObject = (*objectView)(nil)

func (w *objectView) value() any { return w.o }

func (w *objectView) looks() bool { return w.root != nil && w.root.looks }

func (w *objectView) writable() {
	if w.o.IsShared() {
		own := w.o.Clone()
		w.run.views.add(own, w.run.views.find(w.o))
		w.o = own
		w.at.replace(own)
	}
	if w.root != nil {
		w.root.dirty = true
	}
}

// Get implements goja.DynamicObject.
func (w *objectView) Get(key string) goja.Value {
	v, ok := w.o.Lookup(key)
	if !ok {
		return nil
	}
	return w.run.see(v, holder{in: w, key: key}, w.root)
}

// Set implements goja.DynamicObject.
func (w *objectView) Set(key string, v goja.Value) bool {
	if w.o == nil { // its call has ended
		return false
	}
	w.writable()
	value := w.run.shallow(v)
	if _, ok := value.(*foreign); ok {
		w.hold()
	}
	w.o.Set(key, value)
	return true
}

// hold notes that there will be foreign values.
func (w *objectView) hold() {
	if !w.pending {
		w.pending = true
		w.run.pending = append(w.run.pending, w)
	}
}

// keep puts a JavaScript value in the place of what it was made of.
func (h holder) keep(v goja.Value) {
	switch in := h.in.(type) {
	case *objectView:
		if !in.o.IsShared() {
			in.hold()
			in.o.Set(h.key, &foreign{v})
		}
	case *listView:
		if !in.l.IsShared() && h.index < len(in.l.Items) {
			in.hold()
			in.l.Set(h.index, &foreign{v})
		}
	}
}

func (w *objectView) settle(x *exporter) {
	w.pending = false
	for k, v := range w.o.All() {
		if f, ok := v.(*foreign); ok {
			w.o.Set(k, x.value(f.v))
		}
	}
}

// Has implements goja.DynamicObject.
func (w *objectView) Has(key string) bool { return w.o.Has(key) }

// Delete implements goja.DynamicObject.
func (w *objectView) Delete(key string) bool {
	if w.o.Has(key) {
		w.writable()
		w.o.Delete(key)
	}
	return true
}

// Keys implements goja.DynamicObject.
func (w *objectView) Keys() []string { return w.o.Keys() }

// maxLength is how long a list in a message may be made.
const maxLength = 10_000_000

// listView is a live *msg.List.
type listView struct {
	run     *run
	l       *msg.List
	at      holder
	root    *stored
	pending bool
}

var _ goja.DynamicArray = (*listView)(nil)

func (w *listView) value() any { return w.l }

func (w *listView) looks() bool { return w.root != nil && w.root.looks }

func (w *listView) writable() {
	if w.l.IsShared() {
		own := msg.Clone(w.l)
		w.run.views.add(own, w.run.views.find(w.l))
		w.l = own
		w.at.replace(own)
	}
	if w.root != nil {
		w.root.dirty = true
	}
}

func (w *listView) hold() {
	if !w.pending {
		w.pending = true
		w.run.pending = append(w.run.pending, w)
	}
}

func (w *listView) settle(x *exporter) {
	w.pending = false
	for i, v := range w.l.Items {
		if f, ok := v.(*foreign); ok {
			w.l.Set(i, x.value(f.v))
		}
	}
}

// Len implements goja.DynamicArray.
func (w *listView) Len() int { return w.l.Len() }

// Get implements goja.DynamicArray.
func (w *listView) Get(i int) goja.Value {
	if i < 0 || i >= w.l.Len() {
		return nil
	}
	return w.run.see(w.l.At(i), holder{in: w, index: i}, w.root)
}

// Set implements goja.DynamicArray.
func (w *listView) Set(i int, v goja.Value) bool {
	if i < 0 || w.l == nil {
		return false
	}
	w.writable()
	value := w.run.shallow(v)
	if _, ok := value.(*foreign); ok {
		w.hold()
	}
	if i >= w.l.Len() {
		w.resize(i + 1)
	}
	w.l.Set(i, value)
	return true
}

// SetLen implements goja.DynamicArray.
func (w *listView) SetLen(n int) bool {
	if n < 0 || w.l == nil {
		return false
	}
	w.writable()
	w.resize(n)
	return true
}

func (w *listView) resize(n int) {
	if n > maxLength {
		panic(w.run.vm.rangeError("Invalid array length"))
	}
	if have := w.l.Len(); n < have {
		clear(w.l.Items[n:])
		w.l.Items = w.l.Items[:n]
		return
	}
	for w.l.Len() < n {
		w.l.Items = append(w.l.Items, msg.Undefined)
	}
}

// handleView is a msg.Handle, of which a script sees nothing.
type handleView struct{ h msg.Handle }

// Get implements goja.DynamicObject.
func (handleView) Get(string) goja.Value { return nil }

// Set implements goja.DynamicObject.
func (handleView) Set(string, goja.Value) bool { return false }

// Has implements goja.DynamicObject.
func (handleView) Has(string) bool { return false }

// Delete implements goja.DynamicObject.
func (handleView) Delete(string) bool { return true }

// Keys implements goja.DynamicObject.
func (handleView) Keys() []string { return nil }
