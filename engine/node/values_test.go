package node_test

import (
	"context"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// fields is read by the tests of Values.
type fields struct {
	Text   node.Template   `prop:"text" label:"Text"`
	Needed node.Template   `prop:"needed" label:"Needed" required:"true" default:"<<msg.payload.msisdn>>"`
	Value  node.TypedValue `prop:"v,vt" label:"Value" types:"msg,str,num,bool,json,flow"`
	Rows   []fieldRow      `prop:"rows" label:"Rows"`
}

type fieldRow struct {
	Text node.Template `prop:"text" required:"true"`
}

func (*fields) Receive(context.Context, *msg.Object, node.Out) error { return nil }

func init() {
	node.Register[fields](node.Type{Name: "fields", Category: "tests", Icon: "test", Help: "Has fields to read."})
}

func newFields(t testing.TB, config string) *fields {
	t.Helper()
	return nodetest.Of[fields](nodetest.New(t, "fields", config, nodetest.FlowValue("k", `"flow"`), nodetest.Var("HOST", "h1")))
}

func TestValuesKeepFirstError(t *testing.T) {
	f := newFields(t, `{"text":"<<msg.a>>","v":"b","rows":[{"text":"x"},{"text":"<<msg.c>> <<msg.d>>"}]}`)
	tests := []struct {
		name, in, want string
		read           func(v *node.Values)
	}{
		{"blank", `{"payload":{}}`, `needed is empty: <<msg.payload.msisdn>> has no value`, func(v *node.Values) { v.Text(f.Needed); v.Int(f.Text) }},
		{"blank value", `{"payload":{"msisdn":" "}}`, `needed is empty: <<msg.payload.msisdn>> has no value`, func(v *node.Values) { v.Any(f.Needed) }},
		{"blank in a row", `{}`, `rows[1].text is empty: nothing in <<msg.c>> <<msg.d>> has a value`, func(v *node.Values) { v.Text(f.Rows[1].Text) }},
		{"whole number", `{"a":1.5}`, `text: 1.5 is not a whole number`, func(v *node.Values) { v.Int(f.Text); v.Text(f.Needed) }},
		{"number", `{"a":"x"}`, `text: "x" is not a number`, func(v *node.Values) { v.Float(f.Text) }},
		{"yes or no", `{"b":"x"}`, `v: "x" is not true or false`, func(v *node.Values) { v.Bool(f.Value) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := node.On(nodetest.Message(t, tt.in))
			if tt.read(v); v.Err() == nil || v.Err().Error() != tt.want {
				t.Errorf("got  %v\nwant %s", v.Err(), tt.want)
			}
			if v.Text(f.Rows[0].Text) != "" || v.Any(f.Value) != nil {
				t.Error("reads on after an error")
			}
		})
	}
}

func TestValuesRead(t *testing.T) {
	f := newFields(t, `{"text":" <<msg.a>> ","v":"a","vt":"msg"}`)
	v := node.On(nodetest.Message(t, `{"a":200}`))
	if got := v.Int(f.Text); got != 200 {
		t.Errorf("Int %d", got)
	}
	if got := v.Float(f.Value); got != 200 {
		t.Errorf("Float %v", got)
	}
	if got := v.Text(f.Value); got != "200" {
		t.Errorf("Text %q", got)
	}
	if v = node.On(nodetest.Message(t, `{"a":"true"}`)); !v.Bool(f.Text) || v.Err() != nil {
		t.Errorf("Bool: %v", v.Err())
	}
	if v = node.On(nodetest.Message(t, `{"a":{"b":[1,null]}}`)); v.Text(f.Value) != `{"b":[1,null]}` {
		t.Errorf("Text of an object: %q", v.Text(f.Value))
	}
	f = newFields(t, `{"text":"<<flow.k>>@<<env.HOST>>{{flow.k}}"}`)
	if v = node.On(msg.NewObject(0)); v.Text(f.Text) != "flow@h1flow" || v.Err() != nil {
		t.Errorf("surroundings: %q, %v", v.Text(f.Text), v.Err())
	}
}

// underRace is set in builds with the race detector.
var underRace bool

func TestValuesDoNotAllocate(t *testing.T) {
	if underRace {
		t.Skip("with the race detector a sync.Pool forgets things on purpose")
	}
	m := nodetest.Message(t, `{"payload":{"msisdn":"447700900001","items":[{"id":7}]}}`)
	tests := []struct {
		name, config string
		most         float64
		read         func(v *node.Values, f *fields)
	}{
		{"msg path", `{"v":"payload.items[0].id"}`, 0, func(v *node.Values, f *fields) { v.Any(f.Value) }},
		{"missing path", `{"v":"a.b.c"}`, 0, func(v *node.Values, f *fields) { v.Any(f.Value) }},
		{"str", `{"v":"text","vt":"str"}`, 0, func(v *node.Values, f *fields) { v.Any(f.Value) }},
		{"num", `{"v":"12345.5","vt":"num"}`, 0, func(v *node.Values, f *fields) { v.Any(f.Value) }},
		{"literal template", `{"text":"hello"}`, 0, func(v *node.Values, f *fields) { v.Text(f.Text) }},
		{"template", `{"text":"to <<msg.payload.msisdn>>, {{payload.items[0].id}}"}`, 1, func(v *node.Values, f *fields) { v.Text(f.Text) }},
		{"template's value", `{"text":"<<msg.payload>>"}`, 0, func(v *node.Values, f *fields) { v.Any(f.Text) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFields(t, tt.config)
			var err error
			got := testing.AllocsPerRun(200, func() {
				v := node.On(m)
				tt.read(v, f)
				err = v.Err()
			})
			// tt.read is called through a pointer, so v itself escapes here: one.
			if got > tt.most+1 || err != nil {
				t.Errorf("%v allocations, want %v; %v", got-1, tt.most, err)
			}
		})
	}
	f := newFields(t, `{"v":"payload.items[0].id"}`)
	if got := testing.AllocsPerRun(200, func() { sink = node.On(m).Any(f.Value) }); got != 0 {
		t.Errorf("On(m).Any: %v allocations", got)
	}
	f = newFields(t, `{"text":"to <<msg.payload.msisdn>>"}`)
	if got := testing.AllocsPerRun(200, func() { textSink = node.On(m).Text(f.Text) }); got > 1 {
		t.Errorf("On(m).Text: %v allocations", got)
	}
}

var (
	sink     any
	textSink string
)

func BenchmarkValues(b *testing.B) {
	m := nodetest.Message(b, `{"payload":{"msisdn":"447700900001","items":[{"id":7}]}}`)
	f := newFields(b, `{"v":"payload.items[0].id","text":"to <<msg.payload.msisdn>>"}`)
	b.Run("msg path", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sink = node.On(m).Any(f.Value)
		}
	})
	b.Run("template", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			textSink = node.On(m).Text(f.Text)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	typ, _ := node.Lookup("switch")
	raw := nodetest.Message(b, `{"id":"n1","type":"switch","property":"payload","propertyType":"msg","rules":[{"t":"eq","v":"5","vt":"num"},{"t":"else"}],"checkall":"true","outputs":2}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, problems := typ.Decode(raw, nil); problems != nil {
			b.Fatal(problems)
		}
	}
}
