package script

import (
	"slices"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"

	"github.com/flowrill/flowrill/engine/msg"
)

// record is what an object literal makes: an object that costs less to make
// than the engine's own, and that is a message's object without its names
// being looked up one by one. Code cannot tell it from a plain object, but
// for what plainNames name: programs that say one of those get none.
type record struct {
	keys   []string // of its literal, until it gains or loses one
	values []goja.Value
	index  map[string]int // of keys, when there are more than indexAbove
	own    bool           // keys are not the literal's any more
	ints   bool           // some keys may be array indices, which come first

	made   *msg.Object // what made it a message's object, and that
	madeBy *exporter
}

// indexAbove is how many keys are looked through one by one.
const indexAbove = 12

var _ goja.DynamicObject = (*record)(nil)

func (r *record) find(key string) int {
	if r.index != nil {
		if i, ok := r.index[key]; ok {
			return i
		}
		return -1
	}
	for i := range r.keys {
		if r.keys[i] == key {
			return i
		}
	}
	return -1
}

// Get implements goja.DynamicObject.
func (r *record) Get(key string) goja.Value {
	if i := r.find(key); i >= 0 {
		return r.values[i]
	}
	return nil
}

// Has implements goja.DynamicObject.
func (r *record) Has(key string) bool { return r.find(key) >= 0 }

// Set implements goja.DynamicObject.
func (r *record) Set(key string, v goja.Value) bool {
	if i := r.find(key); i >= 0 {
		r.values[i] = v
		return true
	}
	if !r.own {
		r.keys, r.own = slices.Clip(r.keys), true // append copies them
	}
	r.keys, r.values = append(r.keys, key), append(r.values, v)
	r.ints = r.ints || key != "" && key[0] <= '9'
	if r.index != nil {
		r.index[key] = len(r.keys) - 1
	} else if len(r.keys) > indexAbove {
		r.reindex()
	}
	return true
}

// Delete implements goja.DynamicObject.
func (r *record) Delete(key string) bool {
	i := r.find(key)
	if i < 0 {
		return true
	}
	if !r.own {
		r.keys, r.own = slices.Clone(r.keys), true
	}
	r.keys, r.values = slices.Delete(r.keys, i, i+1), slices.Delete(r.values, i, i+1)
	if r.index != nil {
		r.reindex()
	}
	return true
}

func (r *record) reindex() {
	r.index = nil
	if len(r.keys) > indexAbove {
		r.index = make(map[string]int, 2*len(r.keys))
		for i, k := range r.keys {
			r.index[k] = i
		}
	}
}

// Keys implements goja.DynamicObject: array indices first, in their order, as
// JavaScript shows them.
func (r *record) Keys() []string {
	if !r.ints {
		return slices.Clone(r.keys)
	}
	order := msg.NewObject(len(r.keys))
	for _, k := range r.keys {
		order.Set(k, nil)
	}
	return order.Keys()
}

// shape is the keys of one object literal of a program.
type shape []string

// record makes an object of a literal's values.
func (v *vm) record(keys shape, values []goja.Value) *goja.Object {
	r := newRecord(len(keys))
	r.keys, r.values = keys, append(r.values, values...)
	if len(keys) > indexAbove {
		r.reindex()
	}
	return v.js.NewDynamicObject(r)
}

// newRecord makes a small record and its values one allocation.
func newRecord(n int) *record {
	switch {
	case n <= 2:
		b := new(struct {
			record
			room [2]goja.Value
		})
		b.values = b.room[:0]
		return &b.record
	case n <= 4:
		b := new(struct {
			record
			room [4]goja.Value
		})
		b.values = b.room[:0]
		return &b.record
	}
	return &record{values: make([]goja.Value, 0, n)}
}

// recordMaker is the function that literals of a program were made calls of:
// the first argument says which literal, the others are its values.
func (v *vm) recordMaker(shapes []shape) goja.Value {
	return v.js.ToValue(func(c goja.FunctionCall) goja.Value {
		return v.record(shapes[c.Arguments[0].ToInteger()], c.Arguments[1:])
	})
}

// plainNames are what can tell a record from a plain object, or do to a plain
// object what cannot be done to a record.
var plainNames = nameSet("Symbol", "Proxy", "Reflect", "freeze", "isFrozen", "seal", "isSealed", "preventExtensions", "isExtensible",
	"defineProperty", "defineProperties", "getOwnPropertyDescriptor", "getOwnPropertyDescriptors", "__defineGetter__", "__defineSetter__",
	"eval", "Function", "globalThis")

// makeRecord is the name of recordMaker's function in a program, which no
// code can say.
const makeRecord = "make record"

// recorder makes object literals calls of makeRecord.
type recorder struct{ shapes []shape }

func (r *recorder) rewrite(e ast.Expression) ast.Expression {
	if literal, ok := e.(*ast.ObjectLiteral); ok {
		if call := r.call(literal); call != nil {
			return call
		}
	}
	return nil
}

// call is what stands for a literal; nil: it must stay what it is.
func (r *recorder) call(literal *ast.ObjectLiteral) *ast.CallExpression {
	keys := make(shape, 0, len(literal.Value))
	args := make([]ast.Expression, 1, len(literal.Value)+1)
	args[0] = &ast.NumberLiteral{Idx: literal.LeftBrace, Value: int64(len(r.shapes))}
	for _, p := range literal.Value {
		key, value := named(p)
		if key == "" || key[0] <= '9' || key == "__proto__" || slices.Contains(keys, key) {
			return nil
		}
		keys, args = append(keys, key), append(args, value)
	}
	r.shapes = append(r.shapes, keys)
	return &ast.CallExpression{
		Callee:          &ast.Identifier{Name: makeRecord, Idx: literal.LeftBrace},
		LeftParenthesis: literal.LeftBrace, ArgumentList: args, RightParenthesis: literal.RightBrace,
	}
}

// named is a property whose name stands in the code, and whose value does not
// take its name from it, as a function does; else "".
func named(p ast.Property) (string, ast.Expression) {
	switch p := p.(type) {
	case *ast.PropertyShort:
		if p.Initializer == nil {
			return string(p.Name.Name), &p.Name
		}
	case *ast.PropertyKeyed:
		key, ok := p.Key.(*ast.StringLiteral)
		if !ok || p.Computed || p.Kind != ast.PropertyKindValue {
			break
		}
		switch p.Value.(type) {
		case *ast.FunctionLiteral, *ast.ArrowFunctionLiteral, *ast.ClassLiteral:
			return "", nil
		}
		return key.Value.String(), p.Value
	}
	return "", nil
}
