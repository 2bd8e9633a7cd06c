package node

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

// kind is how a field decodes and what the editor draws for it.
type kind int

const (
	kindString kind = iota
	kindBool
	kindInt
	kindFloat
	kindTemplate
	kindTyped
	kindDuration
	kindSecret
	kindRef
	kindList  // []F of anything that is not a struct
	kindRows  // []Struct
	kindNames // map[string]F
	kindAny   // any: JSON that the node reads itself
)

var kindNamesForPeople = map[kind]string{
	kindString: "text", kindBool: "yes or no", kindInt: "whole number", kindFloat: "number", kindTemplate: "template",
	kindTyped: "typed value", kindDuration: "duration", kindSecret: "secret", kindRef: "reference", kindList: "list",
	kindRows: "table", kindNames: "table of names", kindAny: "JSON",
}

// engineKeys are the properties that the engine reads itself.
var engineKeys = []string{"id", "type", "z", "g", "d", "l", "x", "y", "wires", "name", "info", "env", "inbox"}

// kindOf tells what a Go type is to the editor.
func kindOf(t reflect.Type) (kind, bool) {
	switch t {
	case reflect.TypeFor[Template]():
		return kindTemplate, true
	case reflect.TypeFor[TypedValue]():
		return kindTyped, true
	case reflect.TypeFor[Duration]():
		return kindDuration, true
	case reflect.TypeFor[Secret]():
		return kindSecret, true
	case reflect.TypeFor[any]():
		return kindAny, true
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[reference]()) {
		return kindRef, true
	}
	switch t.Kind() {
	case reflect.String:
		return kindString, true
	case reflect.Bool:
		return kindBool, true
	case reflect.Int:
		return kindInt, true
	case reflect.Float64:
		return kindFloat, true
	case reflect.Map:
		return kindNames, t.Key().Kind() == reflect.String
	case reflect.Slice:
		if k, ok := kindOf(t.Elem()); ok {
			return kindList, k < kindList && k != kindSecret
		}
		return kindRows, t.Elem().Kind() == reflect.Struct
	}
	return 0, false
}

// plan reflects over a struct. own tells which of the engine's keys are the
// type's all the same; nil: these are rows, whose keys are their own.
func plan(t reflect.Type, own func(key string) bool) ([]*field, error) {
	fields, err := collect(t)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	for _, f := range fields {
		for _, key := range f.keys() {
			switch {
			case seen[key]:
				return nil, fmt.Errorf("property %q twice", key)
			case own != nil && slices.Contains(engineKeys, key) && !own(key):
				return nil, fmt.Errorf("the engine reads %q itself", key)
			}
			seen[key] = true
		}
	}
	for _, f := range fields {
		if f.when != nil {
			if err := f.when.check(fields); err != nil {
				return nil, fmt.Errorf("property %s: when: %w", f.key, err)
			}
		}
		if err := f.checkChoices(fields); err != nil {
			return nil, fmt.Errorf("property %s: %w", f.key, err)
		}
	}
	return fields, nil
}

// collect finds the fields of a struct and of those embedded in it.
func collect(t reflect.Type) ([]*field, error) {
	var fields []*field
	for i := range t.NumField() {
		sf := t.Field(i)
		switch {
		case sf.Anonymous && sf.Tag == "" && sf.Type.Kind() == reflect.Struct:
			inner, err := collect(sf.Type)
			if err != nil {
				return nil, err
			}
			for _, f := range inner {
				f.index = append([]int{i}, f.index...)
			}
			fields = append(fields, inner...)
		case sf.IsExported():
			f, err := planField(sf)
			if err != nil {
				return nil, fmt.Errorf("field %s: %w", sf.Name, err)
			}
			f.index = []int{i}
			fields = append(fields, f)
		case sf.Tag.Get("prop") != "":
			return nil, fmt.Errorf("field %s: has a prop tag but is not exported", sf.Name)
		}
	}
	return fields, nil
}

// keys are all names under which f reads anything.
func (f *field) keys() []string {
	keys := append([]string{f.key}, f.aliases...)
	if f.typeKey != "" {
		keys = append(append(keys, f.typeKey), f.typeAliases...)
	}
	return keys
}

func planField(sf reflect.StructField) (*field, error) {
	f := &field{typ: sf.Type}
	var ok bool
	if f.kind, ok = kindOf(sf.Type); !ok {
		return nil, fmt.Errorf("the editor has no way to show a %s", sf.Type)
	}
	if err := f.parseTags(sf.Tag); err != nil {
		return nil, err
	}
	switch f.kind {
	case kindRows:
		rows, err := plan(sf.Type.Elem(), nil)
		if err != nil {
			return nil, err
		}
		f.rows = rows
	case kindList, kindNames:
		f.elem = &field{typ: sf.Type.Elem(), options: f.options, types: f.types, unit: f.unit, min: f.min, max: f.max}
		k, ok := kindOf(f.elem.typ)
		if !ok || k >= kindList && k != kindAny || k == kindRef || k == kindSecret {
			return nil, fmt.Errorf("the editor has no way to show a %s", sf.Type)
		}
		if k == kindTyped {
			return nil, fmt.Errorf("a typed value in a %s has no place for its type: use rows", f.kind.name())
		}
		f.elem.kind = k
	}
	return f, f.sensible()
}

func (k kind) name() string { return kindNamesForPeople[k] }

// sensible finds tags that mean nothing for the field's kind.
func (f *field) sensible() error {
	scalar := f.kind
	if f.elem != nil {
		scalar = f.elem.kind
	}
	numeric := scalar == kindInt || scalar == kindFloat || scalar == kindDuration
	_, isUnit := unitOf[f.unit]
	switch {
	case f.key == "":
		return fmt.Errorf("prop has no key")
	case f.kind == kindTyped && len(f.types) == 0:
		return fmt.Errorf("a typed value needs the tag types")
	case f.kind == kindTyped && f.typeKey == "" && len(f.types) > 1:
		return fmt.Errorf("a typed value of several types needs the key of its type: prop:\"%s,%sType\"", f.key, f.key)
	case f.kind != kindTyped && (f.typeKey != "" || f.types != nil):
		return fmt.Errorf("only a typed value has types")
	case f.options != nil && scalar != kindString && scalar != kindInt && scalar != kindFloat:
		return fmt.Errorf("a %s has no enum", f.kind.name())
	case (f.min != nil || f.max != nil) && !numeric:
		return fmt.Errorf("a %s has no min or max", f.kind.name())
	case f.kind == kindDuration && !isUnit:
		return fmt.Errorf("a duration does not count in %q", f.unit)
	case f.shown && f.kind != kindSecret:
		return fmt.Errorf("only a secret may be shown")
	case f.kind == kindSecret && (f.def != nil || f.initial != nil):
		return fmt.Errorf("a secret has no default")
	case f.kind == kindRef && (f.def != nil || f.initial != nil):
		return fmt.Errorf("a reference has no default")
	}
	switch f.ports {
	case "":
	case "each":
		if f.kind != kindRows && f.kind != kindList {
			return fmt.Errorf("ports:\"each\" is for a list")
		}
	case "count":
		if f.kind != kindInt {
			return fmt.Errorf("ports:\"count\" is for an int")
		}
	default:
		return fmt.Errorf("ports is \"each\" or \"count\"")
	}
	return nil
}

// literal reads the text of a default tag: what a file would hold.
func (f *field) literal(text string) (any, error) {
	switch f.kind {
	case kindBool:
		b, err := strconv.ParseBool(text)
		return b, err
	case kindInt, kindFloat:
		n, err := strconv.ParseFloat(text, 64)
		return n, err
	case kindList, kindRows, kindNames, kindAny:
		if !json.Valid([]byte(text)) {
			return nil, fmt.Errorf("%q is not JSON", text)
		}
		return msg.Decode([]byte(text))
	}
	return text, nil
}

// outside tells, in words, that a number lies outside the field's limits.
func (f *field) outside(n float64) string {
	switch {
	case f.min != nil && n < *f.min:
		return fmt.Sprintf("%s is below %s", msg.FormatNumber(n), msg.FormatNumber(*f.min))
	case f.max != nil && n > *f.max:
		return fmt.Sprintf("%s is above %s", msg.FormatNumber(n), msg.FormatNumber(*f.max))
	}
	return ""
}

// outsideSpan is outside for a time, of which the limits are seconds: where the
// file counts in other units it is told as one.
func (f *field) outsideSpan(d time.Duration) string {
	limit := func(seconds *float64) time.Duration { return time.Duration(*seconds * float64(time.Second)) }
	switch n := d.Seconds(); {
	case f.unit == "" || f.unit == "s":
		return f.outside(n)
	case f.min != nil && n < *f.min:
		return fmt.Sprintf("%s is below %s", d, limit(f.min))
	case f.max != nil && n > *f.max:
		return fmt.Sprintf("%s is above %s", d, limit(f.max))
	}
	return ""
}

// find returns the field that reads key as its value or its type.
func find(fields []*field, key string) *field {
	for _, f := range fields {
		if f.key == key || f.typeKey == key && key != "" {
			return f
		}
	}
	return nil
}

// optionNames lists an enum for a problem.
func (f *field) optionNames() string {
	var all []string
	for _, o := range f.options {
		if text := msg.Text(o.value); text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, ", ")
}
