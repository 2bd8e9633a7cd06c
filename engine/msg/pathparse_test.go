package msg

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// The table of jsonata-and-js.md §2 and what Node-RED 5.0.7 says of more of
// the kind. A number part is written with a leading #.
func TestParsePath(t *testing.T) {
	for _, c := range []struct{ expr, parts, canonical string }{
		{`a.b[0].c`, `a b #0 c`, `a.b[0].c`},
		{`a["b"].c`, `a b c`, `a.b.c`},
		{`a['b'].c`, `a b c`, `a.b.c`},
		{`a.0.b`, `a #0 b`, `a[0].b`},
		{`a.0`, `a 0`, `a["0"]`},
		{`a["k y"]`, `a k_y`, `a["k y"]`},
		{`a['x"y']`, `a x"y`, `a['x"y']`},
		{`a["x'y"]`, `a x'y`, `a["x'y"]`},
		{`a["b"]c`, `a b c`, `a.b.c`},
		{`a["b"]-c`, `a b -c`, `a.b["-c"]`},
		{`a["b"]"c"`, `a b c`, `a.b.c`},
		{`a[0]b`, `a #0 b`, `a[0].b`},
		{`a[0][1]`, `a #0 #1`, `a[0][1]`},
		{`a.b[01]`, `a b #1`, `a.b[1]`},
		{`a["]"]`, `a ]`, `a["]"]`},
		{`a.é`, ``, ``},
		{`é`, `é`, `é`},
		{`1a`, `1a`, `1a`},
		{`a-b`, `a-b`, `a-b`},
		{`$x`, `$x`, `$x`},
		{`_x`, `_x`, `_x`},
		{`0`, `0`, `0`},
		{`0.b`, `#0 b`, `0.b`},
		{`"0".b`, `0 b`, `"0".b`},
		{`"a".b`, `a b`, `a.b`},
		{`'a b'[0]`, `a_b #0`, `"a b"[0]`},
		{`payload`, `payload`, `payload`},
		{`msg.payload`, `payload`, `payload`},
		{`msg`, `msg`, `msg`},
		{`msg.msg`, `msg`, `msg`},
		{`msg.msg.a`, `msg a`, `msg.msg.a`},
		{`msg["a"]`, `msg a`, `msg.msg.a`},
		{`msgs.a`, `msgs a`, `msgs.a`},
		{`a[99999999999999999999].b`, `a #100000000000000000000 b`, `a[100000000000000000000].b`},
		{`a[msg.topic]`, `a [msg.topic]`, `a[msg.topic]`},
		{`a[msg.topic].b`, `a [msg.topic] b`, `a[msg.topic].b`},
		{`a[msg.b[msg.topic]]c`, `a [msg.b[msg.topic]] c`, `a[msg.b[msg.topic]].c`},
		{`a[msg.b.0]`, `a [msg.b["0"]]`, `a[msg.b["0"]]`},
		{`a[msg.msg.b]`, `a [msg.msg.b]`, `a[msg.msg.b]`},
		{`msg.a[msg.msg]`, `a [msg.msg]`, `a[msg.msg]`},
	} {
		p, err := ParsePath(c.expr)
		if c.parts == "" {
			if err == nil {
				t.Errorf("%s: no error", c.expr)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.expr, err)
			continue
		}
		var parts []string
		for i, key := range p.Parts() {
			switch {
			case p.parts[i].ref != nil:
				key = "[" + key + "]"
			case p.parts[i].number:
				key = "#" + key
			}
			parts = append(parts, strings.ReplaceAll(key, " ", "_"))
		}
		if got := strings.Join(parts, " "); got != c.parts {
			t.Errorf("%s: parts %s, want %s", c.expr, got, c.parts)
		}
		if p.String() != c.canonical {
			t.Errorf("%s: printed %s, want %s", c.expr, p, c.canonical)
		}
		if again := mustPath(t, p.String()); !reflect.DeepEqual(again, p) {
			t.Errorf("%s: printed %s, read %v, want %v", c.expr, p, again, p)
		}
	}
}

// The texts are Node-RED 5.0.7's, but for clearer ones of references and of
// spaces in brackets.
func TestParsePathErrors(t *testing.T) {
	for _, c := range []struct {
		expr, reason string
		column       int
	}{
		{``, `zero-length`, 1},
		{`msg.`, `zero-length`, 5},
		{`.a`, `unexpected . at position 0`, 1},
		{`msg..a`, `unexpected . at position 0`, 5},
		{`a.`, `unterminated expression`, 2},
		{`a..b`, `unexpected . at position 2`, 3},
		{`[0]`, `unexpected [ at position 0`, 1},
		{`a[`, `unterminated expression`, 2},
		{`a[]`, `unexpected ] at position 2`, 3},
		{`a[b]`, `unexpected b at position 2`, 3},
		{`a[-1]`, `unexpected - at position 2`, 3},
		{`a b`, `unexpected ' ' at position 1`, 2},
		{`msg.a b`, `unexpected ' ' at position 1`, 6},
		{`a[ 0]`, `unexpected ' ' at position 2`, 3},
		{`a["b]`, `unterminated expression`, 6},
		{`a["b"`, `unterminated expression`, 6},
		{`a["b"c]`, `unexpected array expression at position 2`, 3},
		{`a["b"].`, `unterminated expression`, 7},
		{`a["b"] c`, `unexpected ' ' at position 6`, 7},
		{`"a"b`, `unexpected b expression at position 3`, 4},
		{`a"b"`, `unexpected " at position 1`, 2},
		{`a]`, `unexpected ] at position 1`, 2},
		{`a[0`, `unterminated expression`, 4},
		{`a[0]]`, `unexpected ] at position 4`, 5},
		{`a[1a]`, `unexpected array expression at position 2`, 3},
		{`a[1.2]`, `unexpected array expression at position 2`, 3},
		{`a.-x`, `unexpected - at position 2`, 3},
		{`a."b"`, `unexpected " at position 2`, 3},
		{`a.[0]`, `unexpected [ at position 2`, 3},
		{`é.é`, `unexpected é at position 2`, 3},
		{`😀.é`, `unexpected é at position 3`, 3},
		{`a[""]`, `zero-length string at position 3`, 4},
		{`a[msg]`, `unexpected m at position 2`, 3},
		{`a[msg.]`, `unexpected ] at position 6`, 7},
		{`a[msg.b`, `unterminated expression`, 8},
		{`a[msg.b c]`, `unexpected ' ' at position 7`, 8},
		{`"`, `unterminated expression`, 2},
		{strings.Repeat("a[msg.", 40), `too many references inside each other at position 194`, 195},
	} {
		p, err := ParsePath(c.expr)
		var pe *PathError
		if !errors.As(err, &pe) || !p.IsZero() {
			t.Errorf("%q: %v, %v, want an error", c.expr, p, err)
			continue
		}
		want := PathError{Expr: c.expr, Column: c.column, Reason: c.reason}
		if *pe != want {
			t.Errorf("%q: got %+v, want %+v", c.expr, *pe, want)
		}
		if pe.Error() != "Invalid property expression: "+c.reason {
			t.Errorf("%q: text %s", c.expr, pe)
		}
	}
}

func FuzzParsePath(f *testing.F) {
	for _, s := range []string{`<<msg.>>`, `a[`, `a.b[0].c`, `a["k y"]`, `a['x"y']`, `a[msg.b[msg.topic]]c`, `msg.msg.a`,
		`a.0.b`, `"0".b`, `a[99999999999999999999]`, `84901234567`, `9007199254740993.a`, "a[" + strings.Repeat("9", 400) + "]", `a["b"]-c`, `a[msg."x y"]`, `a[msg.msg]`} {
		f.Add(s)
	}
	m := Of("topic", "k", "b", NewList(1, 2))
	f.Fuzz(func(t *testing.T, expr string) {
		p, err := ParsePath(expr)
		direct := m.Path(expr)
		if err != nil {
			if direct != nil {
				t.Errorf("%q is wrong, %v, but reads %v", expr, err, direct)
			}
			return
		}
		again, err := ParsePath(p.String())
		if err != nil {
			t.Fatalf("%q printed %q: %v", expr, p, err)
		}
		if !reflect.DeepEqual(p, again) {
			t.Errorf("%q printed %q, which is another path", expr, p)
		}
		if v, ok := p.Lookup(m); ok && !StrictEqual(v, direct) {
			t.Errorf("%q: Lookup %v, Path %v", expr, v, direct)
		}
		p.Set(m.Clone(), "x")
		p.Delete(m.Clone())
	})
}
