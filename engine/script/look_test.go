package script_test

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/script"
)

// table is a context that shows large values as the engine's does.
type table struct {
	mu     sync.Mutex
	values *msg.Object
}

func (c *table) Get(_ string, p msg.Path) any {
	v, ok := p.Lookup(c.values)
	if !ok {
		return msg.Undefined
	}
	return msg.CloneAll(v)
}

func (c *table) Look(store string, p msg.Path) any {
	v, ok := p.Lookup(c.values)
	if ok && msg.SharePlain(v) {
		return v
	}
	return c.Get(store, p)
}

func (c *table) Set(_ string, p msg.Path, v any) error {
	p.Set(c.values, msg.CloneValue(v))
	return nil
}

func (c *table) Keys(string) []string { return c.values.Keys() }

func (c *table) Lock() func() {
	c.mu.Lock()
	return c.mu.Unlock
}

// newTable has rows "k0", "k1", … of {n, tags} in its value t.
func newTable(rows int) *table {
	t := msg.NewObject(rows)
	for i := range rows {
		t.Set(fmt.Sprint("k", i), msg.Of("n", i, "tags", msg.NewList("a", "b")))
	}
	return &table{values: msg.Of("t", t)}
}

// TestContextsAreLookedAt: what is not copied to be read behaves as if it were
// the context's own, and never becomes part of a message.
func TestContextsAreLookedAt(t *testing.T) {
	for _, tt := range []struct{ code, sent, kept string }{
		{`return {n: flow.get("t").k5.n, m: flow.get("t.k6.n")}`, `{"n":5,"m":6}`, ``},
		{`const t = flow.get("t"); return {same: t === flow.get("t") && t.k1 === flow.get("t").k1 && t.k1.tags === t.k1.tags}`, `{"same":true}`, ``},
		{`flow.get("t").k1.n = "x"; return {n: flow.get("t").k1.n, other: flow.get("t").k2.n}`, `{"n":"x","other":2}`, `"k1":{"n":"x","tags":["a","b"]}`},
		{`flow.get("t").k1.tags.push("c"); return {l: flow.get("t.k1.tags")}`, `{"l":["a","b","c"]}`, `"k1":{"n":1,"tags":["a","b","c"]}`},
		{`delete flow.get("t").k0; return {has: "k0" in flow.get("t")}`, `{"has":false}`, `{"k1":`},
		{`msg.row = flow.get("t").k1; msg.row.n = 7; return {row: msg.row, n: flow.get("t").k1.n}`, `{"row":{"n":7,"tags":["a","b"]},"n":7}`, `"k1":{"n":7,`},
		{`const row = {...flow.get("t").k1}; row.n = 7; return {row, n: flow.get("t").k1.n}`, `{"row":{"n":7,"tags":["a","b"]},"n":1}`, ``},
		{`flow.get("t").k1.own = {a: new Date(0)}; return {d: flow.get("t").k1.own.a.getTime()}`, `{"d":0}`, `"own":{"a":"1970`},
		{`flow.set("u", flow.get("t")); flow.get("u").k1.n = 8; return {n: flow.get("t").k1.n}`, `{"n":8}`, `"k1":{"n":8,`},
		{`return flow.get("t").k3`, `{"n":3,"tags":["a","b"]}`, ``},
		{`node.send(flow.get("t").k3)`, `{"n":3,"tags":["a","b"]}`, ``},
		{`return {l: Object.keys(flow.get("t")).length, j: JSON.stringify(flow.get("t").k2)}`, `{"l":100,"j":"{\"n\":2,\"tags\":[\"a\",\"b\"]}"}`, ``},
	} {
		c := newTable(100)
		before := c.values.String()
		p, err := script.Compile(script.Source{Body: tt.code})
		if err != nil {
			t.Fatal(err)
		}
		f := script.NewFunction(p, 1, 0)
		env := &node.Env{ID: "f", Log: slog.New(slog.DiscardHandler), FlowContext: c, Node: empty{}, Global: empty{}}
		if err := f.Open(t.Context(), env); err != nil {
			t.Fatal(err)
		}
		out := new(writes)
		if err := f.Receive(t.Context(), msg.NewObject(0), out); err != nil {
			t.Errorf("%s: %v", tt.code, err)
		}
		_ = f.Close()
		if out.text != tt.sent {
			t.Errorf("%s: sent %s, want %s", tt.code, out.text, tt.sent)
		}
		after := c.values.String()
		if tt.kept == "" && after != before || !strings.Contains(after, tt.kept) {
			t.Errorf("%s: the context holds %.200s", tt.code, after)
		}
	}
}

// writes is an Out that writes into all that it gets.
type writes struct {
	drain
	text string
}

func (w *writes) SendAll(byPort [][]*msg.Object) {
	m := byPort[0][0]
	w.text = m.String()
	scribble(m)
}

func scribble(v any) {
	switch v := v.(type) {
	case *msg.Object:
		for _, item := range v.All() {
			scribble(item)
		}
		v.Set("scribbled", true)
	case *msg.List:
		for i := range v.Len() {
			scribble(v.At(i))
		}
		v.Append("scribbled")
	}
}

// BenchmarkContextTable reads one row of a table of 10,000.
func BenchmarkContextTable(b *testing.B) {
	p, err := script.Compile(script.Source{Body: `msg.n = flow.get("t").k77.n; return msg`})
	if err != nil {
		b.Fatal(err)
	}
	f := script.NewFunction(p, 1, 0)
	if err := f.Open(b.Context(), &node.Env{ID: "f", Log: slog.New(slog.DiscardHandler), FlowContext: newTable(10_000)}); err != nil {
		b.Fatal(err)
	}
	out := new(drain)
	for b.Loop() {
		if err := f.Receive(b.Context(), msg.NewObject(1), out); err != nil {
			b.Fatal(err)
		}
	}
	_ = f.Close()
}
