package node

import (
	"fmt"
	"slices"
	"strings"
)

// typeChoice is one entry of a typed value's menu.
type typeChoice struct {
	name  string // what the file says
	label string // of a type of the node's own
	as    string // which of valueTypes reads it; "" for an own type without a value
}

// valueTypes are the types a TypedValue knows, as Node-RED spells them, and
// what they are to people. prev is only read by the node (switch).
var valueTypes = map[string]string{
	"msg": "message property", "flow": "flow context", "global": "global context", "str": "text", "num": "number",
	"bool": "true or false", "json": "JSON", "bin": "buffer", "date": "timestamp", "env": "variable",
	"expr": "expression", "template": "template", "re": "regular expression", "jsonata": "JSONata", "prev": "previous value",
}

// parseTypes reads the tag types: "msg,str,num" names known types, the first
// is the default; "pay=original message" is a type of the node's own that has
// no value, "len=fixed length of:num" one whose value is read as num.
func parseTypes(tag string) ([]typeChoice, error) {
	var choices []typeChoice
	for entry := range strings.SplitSeq(tag, ",") {
		name, label, own := strings.Cut(entry, "=")
		c := typeChoice{name: name, as: name}
		if own {
			c.label, c.as, _ = strings.Cut(label, ":")
			if _, known := valueTypes[name]; known {
				return nil, fmt.Errorf("types: %s is not this node's to define", name)
			}
		}
		if _, known := valueTypes[c.as]; !known && (c.as != "" || !own) {
			return nil, fmt.Errorf("types: unknown type %q (one of this node's own is written name=label)", c.as)
		}
		if slices.ContainsFunc(choices, func(have typeChoice) bool { return have.name == name }) {
			return nil, fmt.Errorf("types: %s twice", name)
		}
		choices = append(choices, c)
	}
	return choices, nil
}

// choose finds the menu entry for what a file says; nothing is the first.
func (f *field) choose(name string) (choice *typeChoice, ok bool) {
	if name == "" {
		return &f.types[0], true
	}
	i := slices.IndexFunc(f.types, func(c typeChoice) bool { return c.name == name })
	if i < 0 {
		return nil, false
	}
	return &f.types[i], true
}

// typeNames lists a menu for a problem.
func (f *field) typeNames() string {
	names := make([]string, len(f.types))
	for i, c := range f.types {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}
