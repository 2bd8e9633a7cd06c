package script

import (
	"errors"
	"strconv"
	"sync/atomic"

	"github.com/dop251/goja"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// run is one call of a function: a message and what its code does with it.
type run struct {
	vm      *vm
	f       *Function
	in      *msg.Object
	id      any       // _msgid of what it sends
	late    node.Late // of a call in a runtime of its own
	ended   atomic.Bool
	views   views
	pending []view // that may hold foreign values
	native  bool   // lists are JavaScript's own arrays: JSONata puts marks on them
	moving  *exporter
	rebuilt map[*msg.Script]*goja.Object // while one is rebuilt: what is in it
}

// opKind says what an op is.
type opKind int

const (
	opSend opKind = iota
	opFail
	opStatus
	opCall
	opDone
	opReady
)

// op is something that code asked for: it is done, in order, when the code
// has let go of the runtime and of its locks.
type op struct {
	kind   opKind
	run    *run
	value  goja.Value // of a send that is exported when the code has ended
	byPort [][]*msg.Object
	m      *msg.Object
	err    error
	status node.Status
	call   *linkCall
	ready  chan<- error
}

// begin makes a run for a message.
func (r *run) begin(v *vm, f *Function, m *msg.Object) {
	r.vm, r.f, r.in = v, f, m
	id, ok := m.Lookup("_msgid")
	r.id = id
	if !ok {
		r.id = msg.Undefined
	}
}

// clear makes a pooled run ready for the next message: views that code kept
// see nothing any more.
func (r *run) clear() {
	for i := range r.views.few[:r.views.n] {
		cut(r.views.few[i].js)
	}
	for _, o := range r.views.many {
		cut(o)
	}
	r.views.clear()
	clear(r.pending)
	r.f, r.in, r.id, r.pending, r.moving = nil, nil, nil, r.pending[:0], nil
}

func cut(o *goja.Object) {
	switch w := o.Export().(type) {
	case *objectView:
		w.o = nil
	case *listView:
		w.l = nil
	}
}

// mover is the exporter that takes what views show as it is.
func (r *run) mover() *exporter {
	if r.moving == nil {
		r.moving = &exporter{vm: r.vm}
	}
	return r.moving
}

// result does what node-RED does with what code returned: it is sent.
func (r *run) result(value goja.Value) {
	if value != nil && !goja.IsUndefined(value) && !goja.IsNull(value) {
		r.vm.ops = append(r.vm.ops, op{kind: opSend, run: r, value: value})
	}
}

// settle ends a turn: sends that wait for the end of the code get their
// messages and contexts are stored. It calls JavaScript (getters).
func (v *vm) settle() error {
	var err error
	if !v.cut {
		if problem := v.try(v.settleOps); problem != nil {
			err = v.failure(problem)
		}
	}
	if err != nil || v.cut {
		v.abandon()
	}
	if len(v.stored) > 0 {
		if problem := v.try(func() { v.storeAll(nil) }); problem != nil {
			err = errors.Join(err, v.failure(problem))
			v.stored = nil
		}
	}
	return err
}

// abandon is settleOps when no JavaScript may be called any more: what would
// need it is left out.
func (v *vm) abandon() {
	blind := &exporter{vm: v, blind: true}
	if v.owner == nil {
		for _, w := range v.one.pending {
			w.settle(blind)
		}
	}
	kept := v.ops[:0]
	for _, o := range v.ops {
		if o.kind == opSend && o.value != nil {
			continue
		}
		if o.kind == opDone && o.run.in != nil {
			o.m = (&exporter{vm: v, copy: true, blind: true}).clone(o.run.in).(*msg.Object)
		}
		kept = append(kept, o)
	}
	clear(v.ops[len(kept):])
	v.ops = kept
}

// settleOps makes the messages of sends. In a pooled runtime, where nothing
// lives on, the first such send gets the objects themselves.
func (v *vm) settleOps() {
	mover := v.one.mover()
	move := v.owner == nil
	if move {
		// What stands in the message must be the message's own, whatever is
		// sent: catch and complete nodes see it, too.
		r := &v.one
		for i := 0; i < len(r.pending); i++ {
			r.pending[i].settle(mover)
		}
	}
	for i := range v.ops {
		o := &v.ops[i]
		if o.kind == opDone && o.run.in != nil {
			o.m = (&exporter{vm: v, copy: true}).clone(o.run.in).(*msg.Object)
		}
		if o.kind != opSend || o.value == nil {
			continue
		}
		x := mover
		if !move {
			x = &exporter{vm: v, copy: true}
		}
		move = false
		o.byPort = o.run.messages(o.value, func(value goja.Value, _ bool) any { return x.value(value) })
		o.value = nil
	}
}

// messages makes ports and messages of what was given to send or returned
// (runtime.md §1.1).
func (r *run) messages(value goja.Value, export func(v goja.Value, first bool) any) [][]*msg.Object {
	ports := []goja.Value{value}
	if items, ok := r.vm.items(value, r.f.outputs); ok {
		ports = items
	}
	if n := r.f.outputs; len(ports) > n {
		ports = ports[:n]
	}
	byPort := make([][]*msg.Object, len(ports))
	first := true
	var primitives []string
	for i, port := range ports {
		if !port.ToBoolean() {
			continue
		}
		list := []goja.Value{port}
		if items, ok := r.vm.items(port, maxItems/10); ok {
			list = items
		}
		for _, item := range list {
			if goja.IsUndefined(item) || goja.IsNull(item) {
				continue
			}
			m, _ := export(item, first).(*msg.Object)
			if m == nil {
				kind := kindOf(item)
				r.f.env.Log.Error("Function tried to send a message of type " + kind)
				if _, object := item.(*goja.Object); !object {
					primitives = append(primitives, kind)
				}
				continue
			}
			if m.IsShared() {
				m = m.Clone()
			}
			first = false
			r.stamp(m)
			byPort[i] = append(byPort[i], m)
		}
	}
	if !first {
		for _, kind := range primitives {
			r.f.env.Log.Error("Node tried to send a message of type " + kind)
		}
	}
	return byPort
}

// stamp gives a message the id of the message that caused it.
func (r *run) stamp(m *msg.Object) {
	if r.id == msg.Undefined {
		m.Delete("_msgid")
	} else if m.Get("_msgid") != r.id {
		m.Set("_msgid", r.id)
	}
}

// items are those of an array, the first of them.
func (v *vm) items(value goja.Value, most int) ([]goja.Value, bool) {
	o, ok := value.(*goja.Object)
	if !ok || o.ClassName() != "Array" {
		return nil, false
	}
	n := min(int(o.Get("length").ToInteger()), most)
	items := make([]goja.Value, 0, n)
	if o.ExportType() == typeList {
		list := o.Export().(*listView)
		for i := range n {
			items = append(items, list.Get(i))
		}
		return items, true
	}
	for i := range n {
		item := o.Get(strconv.Itoa(i))
		if item == nil { // a hole
			item = goja.Undefined()
		}
		items = append(items, item)
	}
	return items, true
}

// kindOf is how an error names what is no message.
func kindOf(v goja.Value) string {
	o, ok := v.(*goja.Object)
	if !ok {
		p, _ := primitive(v)
		return msg.TypeOf(p)
	}
	switch {
	case o.ExportType() == typeBytes:
		return "Buffer"
	case o.ClassName() == "Array":
		return "Array"
	case o.ClassName() == classDate:
		return "Date"
	}
	if _, ok := goja.AssertFunction(o); ok {
		return "function"
	}
	return "object"
}
