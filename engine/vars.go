package engine

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/flows"
)

// vars is one level of the chain along which a variable is looked up: a node's
// built-in names, a group, a tab or subflow instance, global-config, the
// process (contract flow-format.md §5.3).
type vars struct {
	outer   *vars
	node    *NodeInfo         // whose names win over all others, of the innermost level
	builtin map[string]string // win over entries
	entries map[string]any
	process func(name string) (string, bool) // the outermost level only
}

// lookup finds a variable; each leading $parent. skips one level, but the
// outermost.
func (v *vars) lookup(name string) (any, bool) {
	for strings.HasPrefix(name, "$parent.") {
		name = name[len("$parent."):]
		if v != nil && v.outer != nil {
			v = v.outer
		}
	}
	for ; v != nil; v = v.outer {
		if s, ok := v.node.variable(name); ok {
			return s, true
		}
		if s, ok := v.builtin[name]; ok {
			return s, true
		}
		if x, ok := v.entries[name]; ok {
			return msg.CloneValue(x), true
		}
		if v.process != nil {
			if s, ok := v.process(name); ok {
				return s, true
			}
		}
	}
	return nil, false
}

// variable is what a node tells of itself. Nobody tells nothing.
func (i *NodeInfo) variable(name string) (value string, ok bool) {
	if i == nil {
		return "", false
	}
	switch name {
	case "NR_NODE_ID":
		return i.ID, true
	case "NR_NODE_NAME":
		return i.Name, true
	case "NR_NODE_PATH":
		return i.Path + "/" + cmp.Or(i.Alias, i.ID), true
	}
	return "", false
}

// envLevel makes a level of an object's env entries. Entries that name other
// variables are resolved after all others of the level; one that names itself
// means the outer one. JSONata sees the outer level only, as in Node-RED.
//
// Secrets are those of o, or else of the template that it is an instance of.
func (b *builder) envLevel(o, template *flows.Object, entries []flows.EnvEntry, outer *vars, builtin map[string]string) *vars {
	level := &vars{outer: outer, builtin: builtin, entries: make(map[string]any, len(entries))}
	var last []flows.EnvEntry
	for _, e := range entries {
		if e.Type == "env" || e.Type == "jsonata" || e.Type == "conf-type" {
			last = append(last, e)
			continue
		}
		v, err := b.envValue(o, template, e)
		if err != nil {
			b.problem(o, "env."+e.Name, err.Error())
			continue
		}
		if v != msg.Undefined {
			level.entries[e.Name] = v
		}
	}
	for _, e := range last {
		text, _ := e.Value.(string)
		switch e.Type {
		case "env", "conf-type":
			scope := level
			if name, _ := flows.Variable(text); text == e.Name || name == e.Name {
				scope = outer
			}
			if v, ok := expandVars(text, e.Type == "env", scope.lookup); ok {
				level.entries[e.Name] = v
			} else if e.Type == "env" {
				level.entries[e.Name] = "" // as in Node-RED
			}
		default:
			v, err := b.evaluate(text, outer)
			if err != nil {
				b.problem(o, "env."+e.Name, err.Error())
				continue
			}
			level.entries[e.Name] = v
		}
	}
	return level
}

// envValue reads an entry that depends on no other.
func (b *builder) envValue(o, template *flows.Object, e flows.EnvEntry) (any, error) {
	switch e.Type {
	case "num":
		return msg.Number(e.Value), nil
	case "bool":
		return e.Value == true || e.Value == "true", nil
	case "json":
		return msg.Decode(msg.Bytes(e.Value))
	case "bin":
		v, err := msg.Decode(msg.Bytes(e.Value))
		if l, ok := v.(*msg.List); err == nil && ok {
			buf := make([]byte, l.Len())
			for i, x := range l.Items {
				buf[i] = byte(int64(msg.Number(x)))
			}
			return buf, nil
		}
		return msg.Bytes(v), err
	case "cred":
		for _, owner := range []*flows.Object{o, template} {
			if owner != nil {
				if v, ok := b.credentials[owner.ID].Lookup(e.Name); ok {
					return v, nil
				}
			}
		}
		return "", nil
	case "re":
		return &msg.Script{Kind: msg.ScriptRegExp, Text: "/" + msg.Text(e.Value) + "/"}, nil
	case "flow", "global": // there is nothing yet
		return msg.Undefined, nil
	}
	return e.Value, nil
}

// expandVars is what a value of type env means (flow-format.md §5.2): a name,
// a whole ${NAME} with its own type, or a text with ${NAME} in it.
func expandVars(text string, bare bool, lookup func(string) (any, bool)) (any, bool) {
	if name, ok := flows.Variable(text); ok && !strings.Contains(name, "}") {
		return lookup(name)
	}
	if !strings.Contains(text, "${") {
		if !bare {
			return text, true
		}
		return lookup(text)
	}
	return partVarPattern.ReplaceAllStringFunc(text, func(s string) string {
		v, ok := lookup(s[2 : len(s)-1])
		if !ok {
			return ""
		}
		return msg.Text(v)
	}), true
}

var partVarPattern = regexp.MustCompile(`\$\{[^}\s]+\}`)

// substitute returns v with every string that is wholly ${NAME} replaced by
// the variable in its own type, and every id in ids by its new one. What needs
// no change is returned as it is; the rest is copied (flow-format.md §5.1).
func substitute(v any, lookup func(string) (any, bool), ids map[string]string) any {
	switch v := v.(type) {
	case string:
		if id, ok := ids[v]; ok {
			return id
		}
		if name, ok := flows.Variable(v); ok {
			if x, ok := lookup(name); ok {
				return x
			}
		}
	case *msg.Object:
		var c *msg.Object
		for key, x := range v.All() {
			y := substitute(x, lookup, ids)
			if c == nil && !same(x, y) {
				c = v.Clone()
			}
			if c != nil {
				c.Set(key, y)
			}
		}
		if c != nil {
			return c
		}
	case *msg.List:
		var c *msg.List
		for i, x := range v.Items {
			y := substitute(x, lookup, ids)
			if c == nil && !same(x, y) {
				c = msg.CloneValue(v).(*msg.List)
			}
			if c != nil {
				c.Items[i] = y
			}
		}
		if c != nil {
			return c
		}
	}
	return v
}

// same tells whether substitute left x alone: strings by value, objects and
// lists by identity.
func same(x, y any) bool {
	if _, ok := x.([]byte); ok {
		return true
	}
	if _, ok := y.([]byte); ok {
		return false
	}
	return x == y
}
