package function

import (
	"fmt"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// pattern is what a change rule searches for.
type pattern struct {
	kind  string // str, num, bool, re
	text  string // to be found in texts
	fixed bool   // from the configuration, not read per message
	value any
	re    *node.Regex
}

// everywhere is the empty pattern.
var everywhere, _ = node.CompileRegex("", "")

// change replaces where the property meets From. If that is nothing one can
// search for, catch nodes get the message and so does the next rule, as in
// Node-RED.
func (r *ChangeRule) change(m *msg.Object, out node.Out) error {
	v := node.On(m)
	to := v.Any(r.To)
	if err := v.Err(); err != nil {
		if r.To.Type() == "jsonata" {
			err = fmt.Errorf("Invalid JSONata expression: %v", err)
		}
		return err
	}
	from, err := r.pattern(m)
	if err != nil {
		out.Fail(m.Clone(), err)
		return nil
	}
	current, err := r.Target.Value(m)
	if err != nil {
		return nil
	}
	switch current := current.(type) {
	case string:
		return r.changeText(m, current, from, to)
	case float64:
		if from.kind == "num" && current == msg.Number(from.value) {
			return r.Target.Set(m, to)
		}
	case bool:
		if from.kind == "bool" && msg.Text(current) == from.text {
			return r.Target.Set(m, to)
		}
	}
	return nil
}

// changeText replaces all of a text that equals the pattern by the value, else
// every occurrence by the value's text.
func (r *ChangeRule) changeText(m *msg.Object, current string, from pattern, to any) error {
	var text string
	var err error
	switch {
	case from.kind == "re":
		text, err = from.re.Replace(current, msg.Text(to))
	case !from.fixed && from.kind != "str":
		return nil // a number or boolean out of a message is in no text
	case current == from.text:
		return r.Target.Set(m, to)
	default:
		text, err = node.ReplaceText(current, from.text, msg.Text(to))
	}
	switch {
	case err != nil:
		return err
	case r.To.Type() == "bool" && text == msg.Text(to):
		return r.Target.Set(m, to)
	case text == current:
		return nil
	}
	return r.Target.Set(m, text)
}

// pattern reads From.
func (r *ChangeRule) pattern(m *msg.Object) (pattern, error) {
	switch t := r.From.Type(); t {
	case "re":
		re := r.From.Regex()
		if re == nil {
			re = everywhere
		}
		return pattern{kind: "re", re: re}, nil
	case "str", "num", "bool":
		return pattern{kind: t, text: r.From.Raw(), fixed: true, value: r.From.Raw()}, nil
	}
	value, err := r.From.Value(m)
	if err != nil {
		value = msg.Undefined
	}
	switch v := value.(type) {
	case string:
		return pattern{kind: "str", text: v}, nil
	case float64:
		return pattern{kind: "num", value: v}, nil
	case bool:
		return pattern{kind: "bool", value: v}, nil
	}
	return pattern{}, fmt.Errorf("Error: Invalid 'from' property: unsupported type: %s", msg.TypeOf(value)) // Node-RED's text
}
