package function

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// test is what a rule has to go by.
type test struct {
	got   any  // the property
	prev  any  // the property of the message before
	parts any  // msg.parts
	met   bool // a rule since the last "otherwise" was met
	value any  // v and v2 of the rule
	upper any
}

// compile compiles a pattern that is known at deploy.
func (r *SwitchRule) compile() error {
	if r.Op != "regex" || r.Value.Type() != "str" {
		return nil
	}
	var err error
	r.re, err = compileRegex(r.Value.Raw(), r.IgnoreCase)
	return err
}

func compileRegex(pattern string, ignoreCase bool) (*node.Regex, error) {
	if ignoreCase {
		return node.CompileRegex(pattern, "i")
	}
	return node.CompileRegex(pattern, "")
}

// meets applies one operator (contract nodes.md, switch; the comparisons are
// JavaScript's, jsonata-and-js.md §4).
func (r *SwitchRule) meets(t *test, m *msg.Object, v *node.Values) (bool, error) {
	if t.value = r.constant; !r.isConstant {
		var err error
		if t.value, err = r.read(r.Value, t, m, v); err != nil {
			return false, err
		}
	}
	if r.Op == "btwn" || r.Op == "index" {
		var err error
		if t.upper, err = r.read(r.Upper, t, m, v); err != nil {
			return false, err
		}
	}
	switch r.Op {
	case "head", "tail", "index":
		return r.meetsPlace(t)
	case "eq":
		return equal(t.got, t.value), nil
	case "neq":
		return !equal(t.got, t.value), nil
	case "lt":
		return less(t.got, t.value), nil
	case "lte":
		return atMost(t.got, t.value), nil
	case "gt":
		return less(t.value, t.got), nil
	case "gte":
		return atMost(t.value, t.got), nil
	case "btwn":
		return atMost(t.value, t.got) && atMost(t.got, t.upper) ||
			atMost(t.upper, t.got) && atMost(t.got, t.value), nil
	case "hask":
		return msg.TypeOf(t.value) != "object" && hasKey(t.got, msg.Text(t.value)), nil
	case "cont":
		return strings.Contains(msg.Text(t.got), msg.Text(t.value)), nil
	case "regex":
		return r.matches(t)
	case "true":
		return t.got == true, nil
	case "false":
		return t.got == false, nil
	case "null":
		return t.got == nil || t.got == msg.Undefined, nil
	case "nnull":
		return t.got != nil && t.got != msg.Undefined, nil
	case "empty":
		n, ok := size(t.got)
		return ok && n == 0, nil
	case "nempty":
		n, ok := size(t.got)
		return ok && n > 0, nil
	case "istype":
		return isType(t.got, msg.Text(t.value)), nil
	case "jsonata_exp":
		return t.value == true, nil
	case "else":
		return !t.met, nil
	}
	return false, fmt.Errorf("switch knows no test %q", r.Op)
}

// meetsPlace applies the operators that ask for the place in a sequence. A
// message without parts is an error, as in Node-RED.
func (r *SwitchRule) meetsPlace(t *test) (bool, error) {
	if t.parts == nil || t.parts == msg.Undefined {
		return false, errNoParts
	}
	n, index := msg.Number(t.value), t.place("index")
	switch r.Op {
	case "head":
		return index < n, nil
	case "tail":
		return t.place("count")-n <= index, nil
	}
	return n <= index && index <= msg.Number(t.upper), nil
}

var errNoParts = errors.New("the message is no part of a sequence: msg.parts is missing")

// place is a number in parts; NaN, which is no more and no less than anything,
// where there is none.
func (t *test) place(key string) float64 {
	parts, ok := t.parts.(*msg.Object)
	if !ok {
		return math.NaN()
	}
	v, ok := parts.Lookup(key)
	if !ok {
		return math.NaN()
	}
	return msg.Number(v)
}

// equal is msg.LooseEqual with a short way for texts.
func equal(a, b any) bool {
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			return x == y
		}
	}
	return msg.LooseEqual(a, b)
}

func less(a, b any) bool {
	is, ok := msg.Less(a, b)
	return ok && is
}

// atMost is JavaScript's a <= b.
func atMost(a, b any) bool {
	is, ok := msg.Less(b, a)
	return ok && !is
}

// prepare keeps what v is for every message.
func (r *SwitchRule) prepare() {
	switch r.Value.Type() {
	case "", "str", "num", "bool":
		v, err := r.Value.Value(nil)
		r.constant, r.isConstant = v, err == nil
	}
}

// read reads v or v2.
func (r *SwitchRule) read(field node.TypedValue, t *test, m *msg.Object, v *node.Values) (any, error) {
	switch field.Type() {
	case "":
		return msg.Undefined, nil
	case "prev":
		return t.prev, nil
	case "jsonata":
		v, err := field.ValueWith(m, t.vars())
		if err != nil {
			err = fmt.Errorf("Invalid JSONata expression: %v", err)
		}
		return v, err
	}
	value := v.Any(field)
	return value, v.Err()
}

// vars are $I and $N of a JSONata expression.
func (t *test) vars() map[string]any {
	parts, ok := t.parts.(*msg.Object)
	if !ok {
		return nil
	}
	vars := make(map[string]any, 2)
	for name, key := range map[string]string{"I": "index", "N": "count"} {
		if v, ok := parts.Lookup(key); ok {
			vars[name] = v
		}
	}
	return vars
}

func (r *SwitchRule) matches(t *test) (bool, error) {
	re := r.re
	if re == nil {
		pattern := ""
		if t.value != msg.Undefined {
			pattern = msg.Text(t.value)
		}
		var err error
		if re, err = compileRegex(pattern, r.IgnoreCase); err != nil {
			return false, err
		}
	}
	return re.Match(msg.Text(t.got))
}

// hasKey is Object.prototype.hasOwnProperty.
func hasKey(v any, key string) bool {
	n := -1
	switch v := v.(type) {
	case *msg.Object:
		return v.Has(key)
	case *msg.List:
		n = v.Len()
	case string:
		n = msg.UTF16Len(v)
	case []byte:
		i := msg.Number(key)
		return i >= 0 && i < float64(len(v)) && msg.Text(i) == key
	}
	if n < 0 {
		return false
	}
	i := msg.Number(key)
	return key == "length" || i >= 0 && i < float64(n) && msg.Text(i) == key
}

// size is what "is empty" looks at; false for what has no size.
func size(v any) (int, bool) {
	switch v := v.(type) {
	case string:
		return len(v), true
	case []byte:
		return len(v), true
	case *msg.List:
		return v.Len(), true
	case *msg.Object:
		return v.Len(), true
	case msg.Date, msg.Handle:
		return 0, true // objects without keys
	case *msg.Script:
		return v.Members.Len(), msg.TypeOf(v) == "object"
	}
	return 0, false
}

func isType(v any, want string) bool {
	switch want {
	case "array":
		_, ok := v.(*msg.List)
		return ok
	case "buffer":
		_, ok := v.([]byte)
		return ok
	case "null":
		return v == nil
	case "json":
		_, err := msg.Decode([]byte(msg.Text(v)))
		return err == nil
	case "number":
		f, ok := v.(float64)
		return ok && !math.IsNaN(f)
	case "object":
		switch v.(type) {
		case nil, *msg.List, []byte:
			return false
		}
	}
	return msg.TypeOf(v) == want
}
