package node_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// typed has a value of every type and writes it to a target.
type typed struct {
	Value  node.TypedValue `prop:"v,vt|kind" label:"Value" types:"msg,flow,global,str,num,bool,json,bin,date,env,expr,template,re,jsonata,prev,len=fixed length of:num,nul=nothing"`
	Target node.TypedValue `prop:"p,pt" label:"Target" types:"msg,flow,global"`
	Path   node.TypedValue `prop:"path" label:"Path" types:"msg" default:"payload"`
	Must   node.TypedValue `prop:"must,mustType" label:"Must" types:"str,msg,date" when:"p == 'required'" required:"true"`
}

func (n *typed) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	v, err := n.Value.Value(m)
	if err != nil {
		return err
	}
	if err := n.Target.Set(m, v); err != nil {
		return err
	}
	out.Send(m)
	return nil
}

func init() {
	node.Register[typed](node.Type{Name: "typed", Category: "tests", Icon: "test", Help: "Writes a value of any type.", Outputs: []string{"out"}})
}

func TestTypedValues(t *testing.T) {
	opts := []nodetest.Option{
		nodetest.Var("NAME", "Ann"), nodetest.Var("PORT", 1880), nodetest.Var("GONE", msg.Undefined), nodetest.Var("OBJ", map[string]any{"a": 1}),
		nodetest.FlowValue("count", "7"), nodetest.FlowValue("o", `{"x":[1,{"y":2}]}`), nodetest.GlobalValue("g", `"global"`),
	}
	tests := []struct{ vt, v, in, want string }{
		{"msg", `"payload"`, `{"payload":[1]}`, `{"payload":[1],"out":[1]}`},
		{"msg", `"msg.payload"`, `{"payload":1}`, `{"payload":1,"out":1}`},
		{"msg", `"a[msg.topic].b"`, `{"a":{"k y":{"b":2}},"topic":"k y"}`, `{"a":{"k y":{"b":2}},"topic":"k y","out":2}`},
		{"msg", `"none"`, `{"out":1}`, `{}`},
		{"msg", `""`, `{"out":1}`, `{}`},
		{"flow", `"count"`, `{}`, `{"out":7}`},
		{"flow", `"o.x[1].y"`, `{}`, `{"out":2}`},
		{"flow", `"o[msg.key][0]"`, `{"key":"x"}`, `{"key":"x","out":1}`},
		{"flow", `"none.at.all"`, `{"out":1}`, `{}`},
		{"flow", `"#:(memory)::count"`, `{"out":1}`, `{}`},
		{"global", `"g"`, `{}`, `{"out":"global"}`},
		{"str", `"a <<msg.x>> {{x}} ${NAME}"`, `{}`, `{"out":"a <<msg.x>> {{x}} ${NAME}"}`},
		{"str", `""`, `{}`, `{"out":""}`},
		{"str", `5`, `{}`, `{"out":"5"}`},
		{"num", `"5"`, `{}`, `{"out":5}`},
		{"num", `" 0x1f "`, `{}`, `{"out":31}`},
		{"num", `""`, `{}`, `{"out":0}`},
		{"num", `7.5`, `{}`, `{"out":7.5}`},
		{"num", `true`, `{}`, `{"out":1}`},
		{"bool", `"true"`, `{}`, `{"out":true}`},
		{"bool", `"TRUE"`, `{}`, `{"out":true}`},
		{"bool", `true`, `{}`, `{"out":true}`},
		{"bool", `"1"`, `{}`, `{"out":false}`},
		{"bool", `""`, `{}`, `{"out":false}`},
		{"json", `"{\"b\":1,\"a\":[null]}"`, `{}`, `{"out":{"b":1,"a":[null]}}`},
		{"json", `"null"`, `{}`, `{"out":null}`},
		{"json", `{"already":1}`, `{}`, `{"out":{"already":1}}`},
		{"bin", `"[1,2,258]"`, `{}`, `{"out":{"type":"Buffer","data":[1,2,2]}}`},
		{"bin", `"\"hé\""`, `{}`, `{"out":{"type":"Buffer","data":[104,195,169]}}`},
		{"date", `""`, `{}`, `{"out":946684800000}`},
		{"date", `"iso"`, `{}`, `{"out":"2000-01-01T00:00:00.000Z"}`},
		{"date", `"object"`, `{}`, `{"out":"2000-01-01T00:00:00.000Z"}`},
		{"date", `"[at] x"`, `{}`, `{"out":"at 946684800000"}`},
		{"env", `"NAME"`, `{}`, `{"out":"Ann"}`},
		{"env", `"${PORT}"`, `{}`, `{"out":1880}`},
		{"env", `"OBJ"`, `{}`, `{"out":{"a":1}}`},
		{"env", `"${NAME}:${PORT}/${NONE}!"`, `{}`, `{"out":"Ann:1880/!"}`},
		{"env", `"a${NAME}"`, `{}`, `{"out":"aAnn"}`},
		{"env", `"NONE"`, `{}`, `{"out":""}`},
		{"env", `""`, `{}`, `{"out":""}`},
		{"env", `"GONE"`, `{}`, `{"out":""}`},
		{"env", `"-${GONE}-"`, `{}`, `{"out":"--"}`},
		{"expr", `"msg.a + 1"`, `{"a":2}`, `{"a":2,"out":3}`},
		{"expr", `"flow.count"`, `{}`, `{"out":7}`},
		{"template", `"<<msg.a>>"`, `{"a":[2]}`, `{"a":[2],"out":[2]}`},
		{"template", `"<<msg.a>>!"`, `{"a":2}`, `{"a":2,"out":"2!"}`},
		{"template", `"plain"`, `{}`, `{"out":"plain"}`},
		{"re", `"a+"`, `{}`, `{"out":"a+"}`},
		{"prev", `"x"`, `{"out":1}`, `{}`},
		{"len", `"4"`, `{}`, `{"out":4}`},
		{"nul", `"x"`, `{"out":1}`, `{}`},
	}
	for _, tt := range tests {
		t.Run(tt.vt+" "+tt.v, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // where the time stands at 2000-01-01
				n := nodetest.New(t, "typed", `{"vt":"`+tt.vt+`","v":`+tt.v+`,"p":"out"}`, opts...)
				if err := n.Send(tt.in); err != nil {
					t.Fatal(err)
				}
				n.Sent().Want(t, `[[`+tt.want+`]]`)
			})
		})
	}
}

func TestTypedProblems(t *testing.T) {
	tests := []struct{ config, want string }{
		{`{"v":"ten","vt":"num"}`, `v: "ten" is not a number`},
		{`{"v":"4px","vt":"len"}`, `v: "4px" is not a number`},
		{`{"v":"x y","kind":"msg"}`, `v: Invalid property expression:`},
		{`{"v":"#:(x)count","vt":"flow"}`, `v: "#:(x)count" is not a context key: expected #:(store)::key`},
		{`{"v":"#:(x)::a b","vt":"global"}`, `v: Invalid property expression:`},
		{`{"v":"{\"a\":","vt":"json"}`, `v: `},
		{`{"v":"5","vt":"bin"}`, `v: "5" is not a JSON list of bytes, or a text in quotes`},
		{`{"v":"(","vt":"re"}`, `v: invalid regular expression: /(/`},
		{`{"v":"1 +","vt":"expr"}`, `v: `},
		{`{"v":"<<msg.","vt":"template"}`, `v: `},
		{`{"v":"$sum(payload)","vt":"jsonata"}`, `v: JSONata is not part of this build`},
		{`{"v":{},"vt":"msg"}`, `v: {} is not text`},
		{`{"v":"x","kind":"pay"}`, `kind: "pay" is not a type this value can have: msg,`},
		{`{"p":"required"}`, `must: is required`},
		{`{"p":"required","must":" "}`, `must: is required`},
		{`{"p":"required","must":"","mustType":"date"}`, ``},
	}
	for _, tt := range tests {
		t.Run(tt.config, func(t *testing.T) {
			got := strings.Join(nodetest.Check(t, "typed", tt.config), "; ")
			if !strings.HasPrefix(got, tt.want) || (tt.want == "") != (got == "") {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestTypedConstantsAreCopies(t *testing.T) {
	n := nodetest.New(t, "typed", `{"v":"{\"a\":1}","vt":"json","p":"out"}`)
	v := nodetest.Of[typed](n).Value
	for range 2 {
		got, err := v.Value(nil)
		if err != nil || string(msg.Encode(got)) != `{"a":1}` {
			t.Fatalf("got %s, %v", msg.Encode(got), err)
		}
		got.(*msg.Object).Set("a", 2)
	}
}

func TestTypedErrors(t *testing.T) {
	n := nodetest.New(t, "typed", `{"v":"a.b.c","vt":"msg","p":"out"}`)
	f := nodetest.Of[typed](n)
	m := nodetest.Message(t, `{"out":1}`)
	if _, err := f.Value.Value(m); err == nil || err.Error() != "Cannot read properties of undefined (reading 'b')" {
		t.Errorf("Value: %v", err)
	}
	v := node.On(m)
	if got := v.Any(f.Value); got != msg.Undefined || v.Err() != nil {
		t.Errorf("Any: %v, %v", got, v.Err())
	}
	if f.Value.Raw() != "a.b.c" || f.Value.Type() != "msg" || f.Value.Path().String() != "a.b.c" {
		t.Errorf("raw %q type %q path %q", f.Value.Raw(), f.Value.Type(), f.Value.Path())
	}
}

func TestTypedDefault(t *testing.T) {
	for config, want := range map[string]string{
		`{}`:                                    "payload true",
		`{"property":""}`:                       "payload true",
		`{"property":null}`:                     "payload true",
		`{"property":"","propertyType":"flow"}`: " false", // a default is of the first type
		`{"property":"x"}`:                      "x true",
	} {
		p := nodetest.Of[router](nodetest.New(t, "switch", config)).Property
		if got := fmt.Sprint(p.Raw(), " ", p.IsSet()); got != want {
			t.Errorf("%s: %s, want %s", config, got, want)
		}
	}
}

func TestTypedSet(t *testing.T) {
	set := func(config, in string, v any) (string, *nodetest.Node, error) {
		n := nodetest.New(t, "typed", config)
		m := nodetest.Message(t, in)
		err := nodetest.Of[typed](n).Target.Set(m, v)
		return m.String(), n, err
	}
	if got, _, err := set(`{"p":"a.b[1]"}`, `{}`, "x"); got != `{"a":{"b":[null,"x"]}}` || err != nil {
		t.Errorf("new path: %s, %v", got, err)
	}
	if got, _, err := set(`{"p":"a.b"}`, `{"a":{"b":1,"c":2}}`, msg.Undefined); got != `{"a":{"c":2}}` || err != nil {
		t.Errorf("delete: %s, %v", got, err)
	}
	if got, _, err := set(`{"p":"a.b"}`, `{}`, msg.Undefined); got != `{}` || err != nil {
		t.Errorf("delete what is not there: %s, %v", got, err)
	}
	var override *node.OverrideError
	if got, _, err := set(`{"p":"a.b"}`, `{"a":5}`, 1); got != `{"a":5}` || !errors.As(err, &override) ||
		err.Error() != "Cannot set property of non-object type: a.b" {
		t.Errorf("below a number: %s, %v", got, err)
	}
	if _, _, err := set(`{"p":"a[msg.none]"}`, `{}`, 1); err == nil || !strings.Contains(err.Error(), "Invalid expression started at position 2") {
		t.Errorf("undefined reference: %v", err)
	}
	if _, n, err := set(`{"p":"a[msg.k]","pt":"flow"}`, `{"k":"x"}`, 1.0); err != nil || n.Flow.JSON() != `{"a":{"x":1}}` {
		t.Errorf("flow: %s, %v", n.Flow.JSON(), err)
	}
	if _, n, err := set(`{"p":"#:(disk)::a","pt":"global"}`, `{}`, true); err != nil || n.Global.JSON("disk") != `{"a":true}` {
		t.Errorf("global: %s, %v", n.Global.JSON("disk"), err)
	}
	if _, _, err := set(`{}`, `{}`, 1); !errors.Is(err, node.ErrNoTarget) {
		t.Errorf("no target: %v", err)
	}
}

func TestJSONataSeam(t *testing.T) {
	node.JSONata = func(source string) (node.JSONataFunc, error) {
		if source == "bad(" {
			return nil, errors.New("unclosed")
		}
		return func(in node.JSONataInput) (any, error) {
			home, _ := in.Env("HOME_TOWN")
			return msg.Of("source", source, "payload", in.Msg.Get("payload"), "I", in.Vars["I"], "home", home), nil
		}, nil
	}
	defer func() { node.JSONata = nil }()
	if got := nodetest.Check(t, "typed", `{"v":"bad(","vt":"jsonata"}`); len(got) != 1 || got[0] != "v: Invalid JSONata expression: unclosed" {
		t.Errorf("problems %q", got)
	}
	n := nodetest.New(t, "typed", `{"v":"payload","vt":"jsonata"}`, nodetest.Var("HOME_TOWN", "Hue"))
	got, err := nodetest.Of[typed](n).Value.ValueWith(nodetest.Message(t, `{"payload":1}`), map[string]any{"I": 2.0})
	if want := `{"source":"payload","payload":1,"I":2,"home":"Hue"}`; err != nil || string(msg.Encode(got)) != want {
		t.Errorf("got %s, %v", msg.Encode(got), err)
	}
}

func TestZeroFields(t *testing.T) {
	var value node.TypedValue
	var text node.Template
	v := node.On(msg.NewObject(0))
	if got := v.Any(value); got != msg.Undefined {
		t.Errorf("typed value %v", got)
	}
	if got := v.Text(text); got != "" {
		t.Errorf("template %q", got)
	}
	if value.IsSet() || value.Type() != "" || value.Raw() != "" || !value.Path().IsZero() || value.Regex() != nil || text.IsSet() || text.Source() != "" {
		t.Error("a zero field is set")
	}
	if v.Int(text) != 0 || v.Bool(value) || v.Float(value) != 0 || v.Err() != nil {
		t.Errorf("error %v", v.Err())
	}
}
