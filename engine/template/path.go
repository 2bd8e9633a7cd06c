package template

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// root is what a path starts from.
type root uint8

const (
	ofMsg root = iota
	ofFlow
	ofGlobal
	ofEnv
)

var roots = map[string]root{"msg": ofMsg, "flow": ofFlow, "global": ofGlobal, "env": ofEnv}

// path is a lookup that needs no expression: msg.payload.list[0].
type path struct {
	root  root
	steps []step
}

// step is one name or index on the way.
type step struct {
	key     string
	index   int
	isIndex bool // key is a whole number
}

func stepOf(key string) step {
	n, err := strconv.Atoi(key)
	if err != nil || strconv.Itoa(n) != key {
		return step{key: key}
	}
	return step{key: key, index: n, isIndex: true}
}

// stepAt is the step that a value between brackets makes.
func stepAt(v any) step {
	if f, ok := v.(float64); ok {
		if n := int(f); float64(n) == f && math.Abs(f) < 1<<53 {
			return step{key: strconv.Itoa(n), index: n, isIndex: true}
		}
	}
	return stepOf(TextOf(v))
}

// dotted reads the commonest path, names and dots, without expr's parser. It
// is nil of anything else, also of paths that are written in other ways.
func dotted(source string) *path {
	for i := range len(source) {
		switch c := source[i] | 0x20; {
		case c >= 'a' && c <= 'z', source[i] == '_', source[i] == '.':
		case source[i] >= '0' && source[i] <= '9' && i > 0 && source[i-1] != '.':
		default:
			return nil
		}
	}
	names := strings.Split(source, ".")
	r, ok := roots[names[0]]
	if !ok || len(names) == 1 || slices.Contains(names, "") {
		return nil
	}
	p := &path{root: r}
	for _, name := range names[1:] {
		p.steps = append(p.steps, step{key: name})
	}
	return p
}

// parseLookup reads what stands between {{ and }}: a path below msg, flow,
// global or env, or else of a property of the message.
func parseLookup(source string) (*path, error) {
	if source == "" {
		return nil, errors.New("there is no path between the brackets")
	}
	if source == "msg" {
		return &path{}, nil
	}
	parsed, err := msg.ParsePath(source)
	if err != nil {
		return nil, err
	}
	if parsed.Dynamic() {
		return nil, errors.New("brackets around a path work in an expression only: <<" + source + ">>")
	}
	parts := parsed.Parts()
	p := &path{}
	if r, ok := roots[parts[0]]; ok && r != ofMsg && len(parts) > 1 {
		p.root, parts = r, parts[1:]
	}
	for _, part := range parts {
		p.steps = append(p.steps, stepOf(part))
	}
	return p, nil
}

// get follows the path; what is missing at any depth is nil.
func (p *path) get(s *Scope) any {
	if s == nil {
		return nil
	}
	steps := p.steps
	var v any
	if p.root == ofMsg {
		if s.Msg == nil {
			return nil
		}
		v = s.Msg
	} else {
		if len(steps) == 0 {
			return outside{s, p.root}
		}
		v = outside{s, p.root}.get(steps[0].key)
		steps = steps[1:]
	}
	for i := range steps {
		if v = member(v, &steps[i]); v == nil {
			return nil
		}
	}
	return v
}

// outside is flow, global or env while an expression looks into it.
type outside struct {
	scope *Scope
	root  root
}

func (o outside) get(key string) any {
	switch {
	case o.root == ofFlow && o.scope.Flow != nil:
		return known(o.scope.Flow(key))
	case o.root == ofGlobal && o.scope.Global != nil:
		return known(o.scope.Global(key))
	case o.root == ofEnv && o.scope.Env != nil:
		if v, ok := o.scope.Env(key); ok {
			return known(v)
		}
	}
	return nil
}

// member is v.key or v[key], nil if there is no such thing.
func member(v any, s *step) any {
	switch v := v.(type) {
	case *msg.Object:
		return known(v.Get(s.key))
	case *msg.List:
		return item(v.Len(), v.At, s)
	case []any: // what map and filter made
		return item(len(v), func(i int) any { return v[i] }, s)
	case string:
		switch {
		case s.key == "length":
			return float64(msg.UTF16Len(v))
		case s.isIndex:
			return character(v, s.index)
		}
	case []byte:
		i := s.index
		if i < 0 {
			i += len(v)
		}
		switch {
		case s.key == "length":
			return float64(len(v))
		case s.isIndex && i >= 0 && i < len(v):
			return float64(v[i])
		}
	case outside:
		return v.get(s.key)
	}
	return nil
}

// item is an element of a list of n; a negative index counts from the end.
func item(n int, at func(int) any, s *step) any {
	i := s.index
	if i < 0 {
		i += n
	}
	switch {
	case s.key == "length":
		return float64(n)
	case s.isIndex && i >= 0 && i < n:
		return known(at(i))
	}
	return nil
}

// known makes nil of Undefined, and shows what is shared.
func known(v any) any {
	if v == any(msg.Undefined) {
		return nil
	}
	if s, ok := v.(*msg.Shared); ok {
		return msg.NewList(s).At(0)
	}
	return v
}
