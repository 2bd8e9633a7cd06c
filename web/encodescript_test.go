package web

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
)

// What only JavaScript has is shown as itself, and within other values as
// what stands for it (contract comms.md §5.1, §5.2).
func TestScriptValuesAreShown(t *testing.T) {
	many := msg.NewList()
	for range 1001 {
		many.Append(7)
	}
	sevens := "[" + strings.TrimSuffix(strings.Repeat("7,", 1000), ",") + "]"
	failure := msg.Of("stack", "Error: no\n at x", "name", "Error", "message", "no", "code", "E1", "own", 1)
	caused := msg.Of("name", "TypeError", "message", "", "cause", &msg.Script{Kind: msg.ScriptBigInt, Text: "1"})
	nested := msg.Of("name", "Error", "message", "out", "cause", &msg.Script{Kind: msg.ScriptError, Members: caused})
	loop := &msg.Script{Kind: msg.ScriptSet, Items: msg.NewList(1)}
	loop.Items.Append(loop)

	text := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	for name, c := range map[string]struct {
		value               *msg.Script
		top, format, nested string // top: "" if it is the text of nested
	}{
		"Error": {&msg.Script{Kind: msg.ScriptError, Members: failure}, "", "error",
			`{"__enc__":true,"type":"error","data":{"name":"Error","message":"no","code":"E1","stack":"Error: no\n at x"}}`},
		"Error with a cause": {&msg.Script{Kind: msg.ScriptError, Members: caused}, "", "error",
			`{"__enc__":true,"type":"error","data":{"name":"TypeError","message":"","cause":"1"}}`},
		"Error with an Error as cause": {&msg.Script{Kind: msg.ScriptError, Members: nested}, "", "error",
			`{"__enc__":true,"type":"error","data":{"name":"Error","message":"out","cause":"TypeError"}}`},
		"RegExp": {&msg.Script{Kind: msg.ScriptRegExp, Text: `/r"\d+/g`}, text(`/r"\d+/g`), "regexp",
			`{"__enc__":true,"type":"regexp","data":"/r\"\\d+/g"}`},
		"Set": {&msg.Script{Kind: msg.ScriptSet, Items: msg.NewList(1, "a")}, "", "set[2]",
			`{"__enc__":true,"type":"set","data":[1,"a"],"length":2}`},
		"long Set": {&msg.Script{Kind: msg.ScriptSet, Items: many}, "", "set[1001]",
			`{"__enc__":true,"type":"set","data":` + sevens + `,"length":1001}`},
		"Map": {&msg.Script{Kind: msg.ScriptMap, Items: msg.NewList(msg.NewList("k", 1), msg.NewList(2, msg.Undefined))}, "", "map",
			`{"__enc__":true,"type":"map","data":{"2":{"__enc__":true,"type":"undefined"},"k":1},"length":2}`},
		"typed array": {&msg.Script{Kind: msg.ScriptArray, Text: "Float32Array", Items: msg.NewList(1.5, 2)}, "", "Float32Array[2]",
			`{"__enc__":true,"type":"array","data":[1.5,2],"length":2}`},
		"class with any name": {&msg.Script{Kind: msg.ScriptArray, Text: `a"b`, Items: msg.NewList()}, "", `a"b[0]`,
			`{"__enc__":true,"type":"array","data":[],"length":0}`},
		"bigint": {&msg.Script{Kind: msg.ScriptBigInt, Text: "123"}, `{"__enc__":true,"type":"bigint","data":"123"}`, "bigint",
			`{"__enc__":true,"type":"bigint","data":"123"}`},
		"function": {&msg.Script{Kind: msg.ScriptFunction, Text: "() => 1"}, `"[function]"`, "function",
			`{"__enc__":true,"type":"function"}`},
		"Set in itself": {loop, text(`{"__enc__":true,"type":"set","data":[1,"[Circular ~]"],"length":2}`), "set[2]",
			`{"__enc__":true,"type":"set","data":[1,"[Circular ~.v]"],"length":2}`},
	} {
		t.Run(name, func(t *testing.T) {
			if c.top == "" {
				c.top = text(c.nested)
			}
			var got struct {
				Msg    json.RawMessage
				Format string
			}
			b := append(appendShown([]byte{'{'}, c.value), '}')
			if err := json.Unmarshal(b, &got); err != nil {
				t.Fatalf("%s: %v", b, err)
			}
			if string(got.Msg) != c.top || got.Format != c.format {
				t.Errorf("%s %s\nwant %s %s", got.Format, got.Msg, c.format, c.top)
			}
			want := `{"v":` + c.nested + `}`
			if inner, format := shownAs(t, msg.Of("v", c.value)); inner != want || format != "Object" {
				t.Errorf("within an object: %s %s\nwant %s", format, inner, want)
			}
		})
	}
}
