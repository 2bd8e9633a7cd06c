package common

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
)

func init() { node.RegisterCheck(differences) }

// differences finds what any node may have that means something else in
// Node-RED (docs/node-red-differences.md).
func differences(d *flows.Document, _ string) []flows.Problem {
	var problems []flows.Problem
	notice := func(o *flows.Object, property, format string, args ...any) {
		problems = append(problems, o.Problem(flows.Notice, string(node.Differs), property, format, args...))
	}
	for _, o := range d.Objects() {
		if !d.Wins(o) || o.Disabled || !o.Runs() {
			continue
		}
		for _, key := range o.Raw().Keys() {
			if name := otherStore(o.Raw().Get(key)); name != "" {
				notice(o, key, "there is no context store %q: the default, memory, is used; persistent is kept on disk", name)
			}
		}
		if t, ok := node.Lookup(o.Type); !ok || t.Name != "complete" {
			continue
		}
		scope, _ := o.Raw().Get("scope").(*msg.List)
		for i := range scope.Len() {
			id, _ := scope.At(i).(string)
			if of := d.Find(id); of != nil && completes(of) {
				notice(o, fmt.Sprintf("scope[%d]", i), "%q is a %s, which never completes in Node-RED: this node gets messages here", of.Label(), of.Type)
			}
		}
	}
	return problems
}

// completes tells whether a node reports completion here alone.
func completes(o *flows.Object) bool {
	t, ok := node.Lookup(o.Type)
	return ok && (t.Name == "switch" || t.Name == "filter")
}

// store matches how a value names a context store.
var store = regexp.MustCompile(`^#:\(([^)]*)\)::`)

// otherStore is the first context store that a property names and nobody has.
func otherStore(v any) string {
	switch v := v.(type) {
	case string:
		if m := store.FindStringSubmatch(v); m != nil && !slices.Contains([]string{"memory", "persistent", "default", ""}, m[1]) {
			return m[1]
		}
	case *msg.List:
		for i := range v.Len() {
			if name := otherStore(v.At(i)); name != "" {
				return name
			}
		}
	case *msg.Object:
		for _, member := range v.All() {
			if name := otherStore(member); name != "" {
				return name
			}
		}
	}
	return ""
}
