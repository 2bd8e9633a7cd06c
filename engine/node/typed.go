package node

import (
	"errors"
	"fmt"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// TypedValue is a value with a type: a message property, a text, a number, an
// expression … The tag `types` says which types a node offers; the type is
// kept under the second key of `prop`. What can be checked or compiled at
// deploy is. The zero TypedValue is unset and reads as Undefined.
//
// Semantics: contract/nodes.md (inject, switch, change), flow-format.md §5.2,
// jsonata-and-js.md §1.2, §2, §7.
type TypedValue struct{ v *boundValue }

type boundValue struct {
	at     string // where in the configuration, for errors
	choice *typeChoice
	raw    any
	set    bool // there is something to read
	around *surroundings

	read  func(b *boundValue, m *msg.Object) (any, error) // nil: constant
	value any                                             // a constant
	path  msg.Path                                        // msg, flow, global
	store string                                          // of a context
	re    *Regex
	query JSONataFunc
}

// Type returns the type as the file spells it, the default if it says none;
// "" for the zero TypedValue.
func (t TypedValue) Type() string {
	if t.v == nil {
		return ""
	}
	return t.v.choice.name
}

// Raw returns the value as text, as it was configured.
func (t TypedValue) Raw() string {
	if t.v == nil || t.v.raw == nil {
		return ""
	}
	return msg.String(t.v.raw)
}

// Given returns the value as it stands in the configuration: no text where a
// variable of another kind was put in its place (flow-format.md §5.1).
func (t TypedValue) Given() any {
	if t.v == nil {
		return nil
	}
	return t.v.raw
}

// IsSet tells whether there is anything to read: an empty text and number 0
// count, an empty path or expression does not.
func (t TypedValue) IsSet() bool { return t.v != nil && t.v.set }

// Path returns the path of a msg, flow or global value, else the zero Path.
func (t TypedValue) Path() msg.Path {
	if t.v == nil {
		return msg.Path{}
	}
	return t.v.path
}

// Regex returns the compiled expression of a `re` value, else nil.
func (t TypedValue) Regex() *Regex {
	if t.v == nil {
		return nil
	}
	return t.v.re
}

// Value reads the value for m: Undefined where nothing is there, a copy the
// caller owns where it comes from the configuration or a context, the message's
// own value (not a copy) where it comes from m. Reading below something
// undefined is an error, as in Node-RED; On(m).Any takes that for Undefined.
func (t TypedValue) Value(m *msg.Object) (any, error) { return t.ValueWith(m, nil) }

// ValueWith is Value with further variables for JSONata, without their $:
// switch and join have I and N.
func (t TypedValue) ValueWith(m *msg.Object, vars map[string]any) (any, error) {
	b := t.v
	switch {
	case b == nil || !b.set:
		return msg.Undefined, nil
	case b.query != nil:
		return b.query(b.jsonata(m, vars))
	case b.read != nil:
		return b.read(b, m)
	}
	return b.value, nil
}

// ValueOf is Value of a jsonata value for an item that is no message: what
// sort orders by. Of other kinds it is Value without a message.
func (t TypedValue) ValueOf(item any) (any, error) {
	if m, ok := item.(*msg.Object); ok {
		return t.Value(m)
	}
	b := t.v
	if b == nil || b.query == nil {
		return t.Value(nil)
	}
	in := b.jsonata(nil, nil)
	in.Item = item
	return b.query(in)
}

// ErrNoTarget is a TypedValue that names nothing one could write to.
var ErrNoTarget = errors.New("nothing to write to")

// OverrideError is a Set that found a text or number where it needed an
// object. Its text is Node-RED's warning.
type OverrideError struct{ Property string }

func (e *OverrideError) Error() string {
	return "Cannot set property of non-object type: " + e.Property
}

// Set writes to where a msg, flow or global value points; Undefined deletes.
// What goes into a context is copied by it; what goes into m is m's from then
// on.
func (t TypedValue) Set(m *msg.Object, v any) error {
	b := t.v
	if b == nil || b.path.IsZero() {
		return ErrNoTarget
	}
	path, err := b.path.Resolve(m)
	switch {
	case err != nil:
		return err
	case b.choice.as != "msg" && b.scope() == nil:
		return fmt.Errorf("no %s context here", b.choice.as)
	case b.choice.as != "msg":
		return b.scope().Set(b.store, path, v)
	case v == msg.Undefined:
		path.Delete(m)
	case !path.Set(m, v):
		return &OverrideError{path.String()}
	}
	return nil
}

// decodeTyped reads value and type from their object.
func (x *decoding) decodeTyped(t *TypedValue, f *field, o *msg.Object, prefix string) {
	at, typeAt := prefix+f.key, prefix+f.typeKey
	var name string
	if f.typeKey != "" {
		given, key := lookup(o, f.typeKey, f.typeAliases)
		text, isText := given.(string)
		if given != nil && !isText {
			x.problem(typeAt, notA(given, "a type"))
			return
		}
		if key != "" {
			typeAt = prefix + key
		}
		name = text
	}
	raw, key := lookup(o, f.key, f.aliases)
	if key != "" {
		at = prefix + key
	}
	choice, ok := f.choose(name)
	if !ok {
		x.problem(typeAt, fmt.Sprintf("%q is not a type this value can have: %s", name, f.typeNames()))
		return
	}
	if f.def != nil && choice == &f.types[0] && (raw == nil || raw == "") {
		raw = f.def
	}
	b, problem := alike.compile(choice, at, raw, x.around)
	if problem != "" {
		x.problem(at, problem)
		return
	}
	if f.required && b.unset() {
		x.require(at)
		return
	}
	t.v = b
}

// unset tells whether a required value is missing: an empty text is.
func (b *boundValue) unset() bool {
	if !b.set {
		return true
	}
	text, ok := b.raw.(string)
	return (ok && strings.TrimSpace(text) == "" || b.raw == nil) && b.choice.as != "date"
}
