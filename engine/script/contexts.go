package script

import (
	"errors"
	"slices"

	"github.com/dop251/goja"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// The three context scopes, narrowest first.
const (
	scopeNode = iota
	scopeFlow
	scopeGlobal
)

// stored is a context value that a script has in its hands: it is read once,
// changed in place, and stored when the code lets go of the scope's lock, so
// that values have the identity they have in Node-RED (runtime.md §9).
type stored struct {
	scope int
	store string
	path  msg.Path
	parts []string
	value goja.Value
	dirty bool
	looks bool // it was only looked at: what is in it is the context's own
}

// function is whose code runs now.
func (v *vm) function() *Function {
	if v.current != nil {
		return v.current.f
	}
	return v.owner
}

// active is the run whose code runs now.
func (v *vm) active() *run {
	if v.current != nil {
		return v.current
	}
	return v.owner.base
}

func (f *Function) context(scope int) node.Context {
	switch scope {
	case scopeNode:
		return f.env.Node
	case scopeFlow:
		return f.env.FlowContext
	}
	return f.env.Global
}

// scope is the object context, flow or global.
func (v *vm) scope(scope int) *goja.Object {
	if o := v.contexts[scope]; o != nil {
		return o
	}
	o := v.js.NewObject()
	v.contexts[scope] = o
	must(o.Set("get", v.native("get", func(c goja.FunctionCall) goja.Value { return v.contextGet(scope, c) })))
	must(o.Set("set", v.native("set", func(c goja.FunctionCall) goja.Value { return v.contextSet(scope, c) })))
	must(o.Set("keys", v.native("keys", func(c goja.FunctionCall) goja.Value { return v.contextKeys(scope, c) })))
	if scope == scopeNode {
		must(o.Set("flow", v.scope(scopeFlow)))
		must(o.Set("global", v.scope(scopeGlobal)))
	}
	return o
}

// trailing takes the callback and the store from the end of the arguments.
func (v *vm) trailing(args []goja.Value, from int) (store string, callback goja.Callable) {
	for _, a := range args[min(from, len(args)):] {
		if f, ok := goja.AssertFunction(a); ok {
			callback = f
		} else if s, ok := a.(goja.String); ok {
			store = s.String()
		}
	}
	return store, callback
}

// answer gives the values to the callback, or, without one, returns them; an
// error goes to the callback, too.
func (v *vm) answer(callback goja.Callable, values []goja.Value, many bool, err error) goja.Value {
	if callback == nil {
		switch {
		case err != nil:
			v.throw(err)
		case many:
			return v.array(values)
		case len(values) == 1:
			return values[0]
		}
		return goja.Undefined()
	}
	args := append([]goja.Value{goja.Undefined()}, values...)
	if err != nil {
		args = []goja.Value{v.newError(err)}
	}
	if _, err := callback(goja.Undefined(), args...); err != nil {
		panic(err)
	}
	return goja.Undefined()
}

func (v *vm) array(values []goja.Value) goja.Value {
	items := make([]any, len(values))
	for i, item := range values {
		items[i] = item
	}
	return v.js.NewArray(items...)
}

// contextPaths are the keys that an argument names.
func (v *vm) contextPaths(arg goja.Value) (paths []msg.Path, many bool, err error) {
	keys := []goja.Value{arg}
	if o, ok := arg.(*goja.Object); ok && o.ClassName() == "Array" {
		many = true
		v.js.ForOf(o, func(item goja.Value) bool {
			paths = append(paths, msg.Path{})
			keys = append(keys, item)
			return true
		})
		keys, paths = keys[1:], nil
	}
	for _, k := range keys {
		s, ok := k.(goja.String)
		if !ok || s.Length() == 0 {
			return nil, many, errors.New("Invalid context key") //nolint:staticcheck // seen by flows
		}
		p, err := v.path(s.String())
		if err != nil {
			return nil, many, err
		}
		paths = append(paths, p)
	}
	return paths, many, nil
}

// maxPaths is how many parsed property expressions a runtime keeps.
const maxPaths = 512

func (v *vm) path(expr string) (msg.Path, error) {
	if p, ok := v.paths[expr]; ok {
		return p, nil
	}
	p, err := msg.ParsePath(expr)
	if err != nil {
		return p, err
	}
	if v.paths == nil || len(v.paths) >= maxPaths {
		v.paths = map[string]msg.Path{}
	}
	v.paths[expr] = p
	return p, nil
}

func (v *vm) contextGet(scope int, c goja.FunctionCall) goja.Value {
	store, callback := v.trailing(c.Arguments, 1)
	paths, many, err := v.contextPaths(c.Argument(0))
	values := make([]goja.Value, 0, 4)
	for _, p := range paths {
		values = append(values, v.read(scope, store, p))
	}
	return v.answer(callback, values, many, err)
}

func (v *vm) contextSet(scope int, c goja.FunctionCall) goja.Value {
	store, callback := v.trailing(c.Arguments, 2)
	paths, many, err := v.contextPaths(c.Argument(0))
	values := []goja.Value{c.Argument(1)}
	if o, ok := c.Argument(1).(*goja.Object); many && ok && o.ClassName() == "Array" {
		values = values[:0]
		v.js.ForOf(o, func(item goja.Value) bool {
			values = append(values, item)
			return true
		})
	}
	for i, p := range paths {
		value := goja.Null() // Node-RED's for keys without a value
		if i < len(values) {
			value = values[i]
		}
		v.write(scope, store, p, value)
	}
	return v.answer(callback, nil, false, err)
}

func (v *vm) contextKeys(scope int, c goja.FunctionCall) goja.Value {
	store, callback := v.trailing(c.Arguments, 0)
	v.storeAll(func(s *stored) bool { return s.scope == scope && s.store == store })
	keys := []goja.Value{}
	for _, k := range v.function().context(scope).Keys(store) {
		keys = append(keys, v.js.ToValue(k))
	}
	return v.answer(callback, []goja.Value{v.array(keys)}, false, nil)
}

// read returns a context value.
func (v *vm) read(scope int, store string, p msg.Path) goja.Value {
	var parts []string
	if len(v.stored) > 0 {
		v.otherStores(scope, store)
		parts = p.Parts()
		if s := v.above(scope, store, parts); s != nil {
			return v.navigate(s.value, parts[len(s.parts):])
		}
		// What is below must be seen in what is read now.
		v.storeAll(func(s *stored) bool {
			return s.scope == scope && s.store == store && len(s.parts) > len(parts) && slices.Equal(s.parts[:len(parts)], parts)
		})
	}
	value, looks := look(v.function().context(scope), store, p)
	switch value.(type) {
	case nil, bool, float64, string:
		return v.active().give(value)
	}
	if value == msg.Undefined {
		return goja.Undefined()
	}
	if parts == nil {
		parts = p.Parts()
	}
	s := &stored{scope: scope, store: store, path: p, parts: parts, looks: looks}
	s.value = v.active().see(value, holder{}, s)
	v.stored = append(v.stored, s)
	return s.value
}

// look reads a value, without copying it if it is large.
func look(c node.Context, store string, p msg.Path) (value any, looks bool) {
	l, ok := c.(node.Looker)
	if !ok {
		return c.Get(store, p), false
	}
	value = l.Look(store, p)
	switch value := value.(type) {
	case *msg.Object:
		looks = value.IsShared()
	case *msg.List:
		looks = value.IsShared()
	}
	return value, looks
}

// otherStores stores what is in hand under another store's name: two names
// may mean the same store.
func (v *vm) otherStores(scope int, store string) {
	v.storeAll(func(s *stored) bool { return s.scope == scope && s.store != store })
}

// above is what is in hand already and has the value at parts in it.
func (v *vm) above(scope int, store string, parts []string) *stored {
	for _, s := range v.stored {
		if s.scope == scope && s.store == store && len(s.parts) <= len(parts) && slices.Equal(s.parts, parts[:len(s.parts)]) {
			return s
		}
	}
	return nil
}

// write sets a context value.
func (v *vm) write(scope int, store string, p msg.Path, value goja.Value) {
	parts := p.Parts()
	v.otherStores(scope, store)
	if s := v.above(scope, store, parts); s != nil {
		s.dirty = true
		if len(s.parts) == len(parts) {
			s.value = value
			return
		}
		v.assign(s.value, p, len(s.parts), value, !goja.IsUndefined(value))
		return
	}
	v.stored = slices.DeleteFunc(v.stored, func(s *stored) bool {
		return s.scope == scope && s.store == store && len(s.parts) > len(parts) && slices.Equal(s.parts[:len(parts)], parts)
	})
	v.stored = append(v.stored, &stored{scope: scope, store: store, path: p, parts: parts, value: value, dirty: true})
}

// storeAll stores what was changed of those that which picks, and lets go of
// them; nil: of all.
func (v *vm) storeAll(which func(*stored) bool) {
	kept := v.stored[:0]
	for _, s := range v.stored {
		if which != nil && !which(s) {
			kept = append(kept, s)
			continue
		}
		if !s.dirty {
			continue
		}
		x := exporter{vm: v, copy: true, blind: v.cut, stores: true}
		value := x.value(s.value)
		if value == msg.Undefined && v.cut {
			continue // it stays what it was
		}
		if err := v.function().context(s.scope).Set(s.store, s.path, value); err != nil {
			v.function().env.Log.Warn(err.Error())
		}
	}
	clear(v.stored[len(kept):])
	v.stored = kept
}

// navigate reads below a JavaScript value; missing is undefined.
func (v *vm) navigate(from goja.Value, parts []string) goja.Value {
	for _, key := range parts {
		switch t := from.(type) {
		case *goja.Object:
			from = t.Get(key)
		case goja.String:
			from = t.ToObject(v.js).Get(key)
		default:
			return goja.Undefined()
		}
		if from == nil {
			return goja.Undefined()
		}
	}
	return from
}

// assign sets what p names, from its part at on, below a JavaScript value and
// tells whether that was possible (jsonata-and-js.md §2).
func (v *vm) assign(in goja.Value, p msg.Path, at int, value goja.Value, create bool) bool {
	parts := p.Parts()
	o, ok := in.(*goja.Object)
	if slices.Contains(parts[at:], "__proto__") {
		return ok // nothing is set in what all objects share
	}
	for i := at; ok && i < len(parts)-1; i++ {
		next := o.Get(parts[i])
		if next == nil || goja.IsUndefined(next) {
			if !create {
				return false
			}
			next = v.js.NewObject()
			if p.Numbered(i + 1) {
				next = v.js.NewArray()
			}
			must(o.Set(parts[i], next))
			next = o.Get(parts[i])
		}
		o, ok = next.(*goja.Object)
	}
	if !ok {
		return false
	}
	if _, function := goja.AssertFunction(o); function {
		return false
	}
	last := parts[len(parts)-1]
	if !goja.IsUndefined(value) {
		return o.Set(last, value) == nil
	}
	if o.ClassName() == "Array" && p.Numbered(len(parts)-1) {
		splice, _ := goja.AssertFunction(o.Get("splice"))
		_, err := splice(o, v.js.ToValue(last), v.js.ToValue(1))
		return err == nil
	}
	return o.Delete(last) == nil
}
