package template

import (
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
)

func TestExpressionsAreBounded(t *testing.T) {
	m := msg.Of("list", msg.NewList(1, 2, 3, 4), "text", "0123456789abcdef")
	m.Set("self", msg.NewList(m))
	s := &Scope{Msg: m}
	for _, in := range []string{
		`map(1..1000, map(1..10000, #))`,
		`reduce(1..60, [#acc, #acc], 1)`,
		`string(reduce(1..60, [#acc, #acc], 1))`,
		`flatten(reduce(1..60, [#acc, #acc], 1))`,
		`let l = reduce(1..60, [#acc, #acc], 1); l == reduce(1..60, [#acc, #acc], 1)`,
		`reduce(1..60, #acc + #acc, msg.text)`,
		`repeat(repeat("x", 1e6), 1e6)`, `repeat("x", 1e18)`, `repeat("x", 1/0)`,
		`replace(repeat("x", 1e6), "x", repeat("y", 1e6))`,
		`join(map(1..1000, repeat("x", 100000)))`,
		`1..1e9`, `-1e18..1e18`,
		`reduce(1..1000, [#acc], 1)`,
		`string(msg.self)`, `toJSON(msg)`, `msg == msg.self[0]`,
		`reduce(1..100, concat(#acc, #acc), msg.list)`,
		`map(1..3000, sort(1..3000))`,
		`count(1..100000, "a" matches repeat("(a|b)", 8000))`,
	} {
		e, err := ParseExpr(in)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := e.within(s, maxWork/50); err == nil {
			t.Errorf("%s came to %.60s", in, TextOf(v))
		}
	}
}

func TestMustacheIsBounded(t *testing.T) {
	list := msg.NewList()
	for range 100 {
		list.Append("x")
	}
	s := &Scope{Msg: msg.Of("l", list)}
	m, err := ParseMustache(strings.Repeat("{{#l}}", 9) + "{{.}}" + strings.Repeat("{{/l}}", 9))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.within(s, MustacheOptions{}, 10_000); err == nil {
		t.Error("a hundred to the ninth elements were rendered")
	}
	m, err = ParseMustache("{{#l}}{{#l}}" + strings.Repeat("x", 10_000) + "{{/l}}{{/l}}")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Render(s, MustacheOptions{}); err == nil {
		t.Error("100 MB were rendered")
	}
	m, err = ParseMustache(strings.Repeat("{{#t}}", 5_000) + strings.Repeat("{{/t}}", 5_000))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Render(&Scope{Msg: msg.Of("t", true)}, MustacheOptions{}); err != nil {
		t.Error(err)
	}
}
