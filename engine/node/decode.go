package node

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/flows"
)

// maxPorts bounds what a configuration may ask for.
const maxPorts = 1000

// Instance is a node made from a configuration.
type Instance struct {
	Type    *Type
	Value   any // *T
	Inputs  int // 0 or 1
	Outputs int
	Refs    []string // ids of the config nodes it stands on
	Claims  []Claim
}

// Decode makes a node of its configuration: raw is the object of the flow
// document after ${} substitution, with its credentials as the member
// "credentials". It is not changed; Upgrade works on a copy. All problems are
// told at once. The Instance comes back even then, for its ports, but must
// not be run.
func (t *Type) Decode(raw *msg.Object, b *Binding) (*Instance, []flows.Problem) {
	p := reflect.New(t.typ)
	in := &Instance{Type: t, Value: p.Interface()}
	if u, ok := in.Value.(Upgrader); ok {
		raw = raw.Clone()
		u.Upgrade(raw)
	}
	x := &decoding{around: surround(b), raw: raw}
	x.credentials, _ = raw.Get("credentials").(*msg.Object)
	x.fields(p.Elem(), t.fields, raw, "")
	if c, ok := in.Value.(Checker); ok {
		c.Check(func(property, problem string) { x.problem(property, problem) })
	}
	in.Inputs = t.inputs(in.Value)
	in.Outputs = t.outputs(p.Elem(), x)
	in.Refs = slices.Compact(slices.Sorted(slices.Values(x.refs)))
	if c, ok := in.Value.(Claimer); ok && len(x.problems) == 0 {
		in.Claims = c.Claims()
	}
	return in, x.problems
}

// decoding is the work on one node.
type decoding struct {
	around      *surroundings
	raw         *msg.Object
	credentials *msg.Object
	problems    []flows.Problem
	refs        []string
}

// codeRequired marks the problem of a required property without a value.
const codeRequired = "required"

func (x *decoding) problem(at, text string) { x.report(at, text, "") }

func (x *decoding) require(at string) { x.report(at, "is required", codeRequired) }

func (x *decoding) report(at, text, code string) {
	head := func(key string) string { s, _ := x.raw.Get(key).(string); return s }
	x.problems = append(x.problems, flows.Problem{
		Severity: flows.Error, Node: head("id"), Type: head("type"), Name: cmp.Or(head("name"), head("label"), head("type")),
		Property: at, Message: text, Code: code,
	})
}

// lookup reads a property under its name or an older one. What is null or
// undefined is not there. key is the name that was found.
func lookup(o *msg.Object, key string, aliases []string) (v any, found string) {
	if v := o.Get(key); v != nil && v != msg.Undefined {
		return v, key
	}
	for _, old := range aliases {
		if v := o.Get(old); v != nil && v != msg.Undefined {
			return v, old
		}
	}
	return nil, ""
}

// absent tells whether a raw value is none: null, and "" for every kind but
// texts without default. Node-RED writes "" into what was left empty.
func (f *field) absent(raw any) bool {
	switch {
	case raw == nil:
		return true
	case raw != "":
		return false
	}
	return f.kind != kindString && f.kind != kindTemplate || f.def != nil
}

// fields decodes an object into a struct. prefix is "" or "rules[0].".
func (x *decoding) fields(into reflect.Value, fields []*field, o *msg.Object, prefix string) {
	for _, f := range fields {
		known := len(x.problems)
		refs := len(x.refs)
		x.field(into.FieldByIndex(f.index), f, o, prefix)
		if f.when != nil && len(x.problems) > known && !f.when.holds(fields, o) {
			x.problems, x.refs = x.problems[:known], x.refs[:refs] // hidden: cannot be wrong
		}
	}
}

func (x *decoding) field(into reflect.Value, f *field, o *msg.Object, prefix string) {
	if f.kind == kindTyped {
		x.decodeTyped(into.Addr().Interface().(*TypedValue), f, o, prefix)
		return
	}
	raw, key := lookup(o, f.key, f.aliases)
	if f.kind == kindSecret {
		if v, k := lookup(x.credentials, f.key, f.aliases); v != nil && v != "" {
			raw, key = v, k
		}
		if text, ok := raw.(string); ok {
			if name, unset := wholeVariable(text); unset {
				if raw = nil; f.required {
					x.problem(prefix+f.key, fmt.Sprintf("variable %s is not set", name))
					return
				}
			}
		}
	}
	at := prefix + f.key
	if key != "" {
		at = prefix + key
	}
	if f.absent(raw) {
		raw = f.def
	}
	if f.required && blank(raw) {
		x.require(at)
		return
	}
	if raw != nil {
		x.value(into, f, at, raw)
	}
}

// blank is what a required property must not be.
func blank(raw any) bool {
	switch v := raw.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case *msg.List:
		return v.Len() == 0
	case *msg.Object:
		return v.Len() == 0
	}
	return false
}

// decoder is a field type that decodes itself.
type decoder interface {
	decode(x *decoding, f *field, at string, raw any)
}

// value decodes what is there into one field or element.
func (x *decoding) value(into reflect.Value, f *field, at string, raw any) {
	var problem string
	switch f.kind {
	case kindString:
		var text string
		if text, problem = textOf(raw); problem == "" {
			problem = f.outsideEnum(text)
		}
		into.SetString(text)
	case kindBool:
		var b bool
		b, problem = boolOf(raw)
		into.SetBool(b)
	case kindInt, kindFloat:
		problem = x.number(into, f, raw)
	case kindRows, kindList:
		x.list(into, f, at, raw)
	case kindNames:
		x.names(into, f, at, raw)
	case kindAny:
		into.Set(reflect.ValueOf(msg.CloneValue(raw)))
	default:
		into.Addr().Interface().(decoder).decode(x, f, at, raw)
	}
	if problem != "" {
		x.problem(at, problem)
	}
}

func (x *decoding) number(into reflect.Value, f *field, raw any) string {
	n, problem := numberOf(raw)
	if problem == "" {
		problem = f.outside(n)
	}
	if problem == "" && f.options != nil {
		problem = f.outsideEnum(n)
	}
	if problem != "" {
		return problem
	}
	if f.kind == kindFloat {
		into.SetFloat(n)
		return ""
	}
	if n != float64(int64(n)) || n > 1<<53 || n < -1<<53 {
		return notA(raw, "a whole number")
	}
	into.SetInt(int64(n))
	return ""
}

// outsideEnum tells, in words, that a value is none of the enum's.
func (f *field) outsideEnum(v any) string {
	if f.options == nil || slices.ContainsFunc(f.options, func(o option) bool { return o.value == v }) {
		return ""
	}
	if problem := notA(v, ""); strings.HasPrefix(problem, "variable ") {
		return problem
	}
	return fmt.Sprintf("%s is not one of %s", shown(v), f.optionNames())
}

func (x *decoding) list(into reflect.Value, f *field, at string, raw any) {
	list, ok := raw.(*msg.List)
	if !ok {
		x.problem(at, notA(raw, "a list"))
		return
	}
	into.Set(reflect.MakeSlice(f.typ, list.Len(), list.Len()))
	for i, item := range list.Items {
		here := at + "[" + strconv.Itoa(i) + "]"
		if f.kind == kindList {
			if item == nil || item == msg.Undefined {
				x.problem(here, notA(nil, f.elem.kind.name()))
				continue
			}
			x.value(into.Index(i), f.elem, here, item)
			continue
		}
		row, ok := item.(*msg.Object)
		if !ok {
			x.problem(here, notA(item, "an object"))
			continue
		}
		x.fields(into.Index(i), f.rows, row, here+".")
	}
}

func (x *decoding) names(into reflect.Value, f *field, at string, raw any) {
	o, ok := raw.(*msg.Object)
	if !ok {
		x.problem(at, notA(raw, "an object"))
		return
	}
	into.Set(reflect.MakeMapWithSize(f.typ, o.Len()))
	for name, item := range o.All() {
		if item == nil || item == msg.Undefined {
			continue
		}
		v := reflect.New(f.elem.typ).Elem()
		x.value(v, f.elem, at+"."+name, item)
		into.SetMapIndex(reflect.ValueOf(name).Convert(f.typ.Key()), v)
	}
}

// outputs counts ports: by the field with the tag ports, or the type's own.
func (t *Type) outputs(v reflect.Value, x *decoding) int {
	f := t.ports
	if f == nil {
		return len(t.Outputs)
	}
	n := 0
	if at := v.FieldByIndex(f.index); f.ports == "each" {
		n = at.Len()
	} else {
		n = int(at.Int())
	}
	if n < 0 || n > maxPorts {
		x.problem(f.key, fmt.Sprintf("%d outputs: a node has 0 to %d", n, maxPorts))
		return 0
	}
	return n
}
