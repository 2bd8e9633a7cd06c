package msg

import (
	"errors"
	"testing"
)

func mustPath(t testing.TB, expr string) Path {
	t.Helper()
	p, err := ParsePath(expr)
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	return p
}

func mustDecode(t testing.TB, text string) *Object {
	t.Helper()
	o, err := DecodeObject([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return o
}

func TestPathGet(t *testing.T) {
	m := Of("a", mustDecode(t, `{"b":[1,{"c":"x"}],"n":null,"s":"a😀c","0":"zero","length":7,"num":5,"t":true}`),
		"buf", []byte("hi"), "u", Undefined, "date", Date(0), "topic", "b", "one", 1,
		"req", NewShared(func() *Object { return Of("headers", Of("host", "h")) }))
	for _, c := range []struct {
		expr string
		want any
		err  string
	}{
		{"a.b[1].c", "x", ""},
		{"a.b[0]", 1.0, ""},
		{`a.b["0"]`, 1.0, ""},
		{"a.b.0", 1.0, ""},
		{"a.b[2]", Undefined, ""},
		{"a.b[2].c", Undefined, "Cannot read properties of undefined (reading 'c')"},
		{"a.b[4294967295]", Undefined, ""},
		{"a.b.length", 2.0, ""},
		{"a.n", nil, ""},
		{"a.n.y", Undefined, "Cannot read properties of null (reading 'y')"},
		{"a.x", Undefined, ""},
		{"a.x.y", Undefined, "Cannot read properties of undefined (reading 'y')"},
		{"x.y.z", Undefined, "Cannot read properties of undefined (reading 'y')"},
		{"u", Undefined, ""},
		{"u.y", Undefined, "Cannot read properties of undefined (reading 'y')"},
		{"a.s.length", 4.0, ""},
		{"a.s[0]", "a", ""},
		{"a.s[1]", "\uFFFD", ""},
		{"a.s[2]", "\uFFFD", ""},
		{"a.s[3]", "c", ""},
		{"a.s[4]", Undefined, ""},
		{"a.s.x", Undefined, ""},
		{"a[0]", "zero", ""},
		{"a.length", 7.0, ""},
		{"a.num.x", Undefined, ""},
		{"a.num.x.y", Undefined, "Cannot read properties of undefined (reading 'y')"},
		{"a.t.x", Undefined, ""},
		{"buf.length", 2.0, ""},
		{"buf[1]", 105.0, ""},
		{"buf[2]", Undefined, ""},
		{"date.x", Undefined, ""},
		{"a[msg.topic][msg.one].c", "x", ""},
		{"a[msg.nothing]", Undefined, "Invalid expression started at position 2"},
		{"a[msg.nothing.below]", Undefined, "Invalid expression started at position 2"},
		{"req.headers.host", "h", ""},
		{"msg.a.num", 5.0, ""},
	} {
		p := mustPath(t, c.expr)
		got, err := p.Get(m)
		if text := ""; err != nil {
			text = err.Error()
			if text != c.err {
				t.Errorf("%s: error %q, want %q", c.expr, text, c.err)
			}
		} else if c.err != "" {
			t.Errorf("%s: no error, want %q", c.expr, c.err)
		}
		if got != c.want {
			t.Errorf("%s: got %#v, want %#v", c.expr, got, c.want)
		}

		// Lookup and Object.Path agree where there is something.
		looked, ok := p.Lookup(m)
		missing := c.want == Undefined && c.expr != "u"
		if ok == missing || ok && looked != c.want || !ok && looked != nil {
			t.Errorf("%s: Lookup gave %#v, %t", c.expr, looked, ok)
		}
		if path := m.Path(c.expr); path != looked {
			t.Errorf("%s: Object.Path gave %#v, Lookup %#v", c.expr, path, looked)
		}
	}
	for _, bad := range []string{"", "a.", ".a", "a..b", "a.-x", "a[", "msg.", "a b"} {
		if v := m.Path(bad); v != nil {
			t.Errorf("%q: got %#v", bad, v)
		}
	}
	var none *Object
	if v := none.Path("a.b"); v != nil {
		t.Errorf("below a nil object is %#v", v)
	}
	if v, ok := (Path{}).Lookup(m); ok || v != nil {
		t.Errorf("the zero path found %#v", v)
	}
}

// The results are Node-RED 5.0.7's, but for names set on a list, which we
// refuse because they would be lost in JSON.
func TestPathSet(t *testing.T) {
	const missing = "undefined"
	for _, c := range []struct {
		in, expr, value string
		ok              bool
		want            string
	}{
		{`{}`, `x`, `1`, true, `{"x":1}`},
		{`{"x":[]}`, `x`, `1`, true, `{"x":1}`},
		{`{}`, `x.y[0].z`, `1`, true, `{"x":{"y":[{"z":1}]}}`},
		{`{}`, `x[0]`, `1`, true, `{"x":[1]}`},
		{`{}`, `x.0`, `1`, true, `{"x":{"0":1}}`},
		{`{}`, `x.0.y`, `1`, true, `{"x":[{"y":1}]}`},
		{`{}`, `0.b`, `1`, true, `{"0":{"b":1}}`},
		{`{"a":null}`, `a.b`, `1`, false, `{"a":null}`},
		{`{"a":0}`, `a.b`, `1`, false, `{"a":0}`},
		{`{"a":""}`, `a.b`, `1`, false, `{"a":""}`},
		{`{"a":false}`, `a.b`, `1`, false, `{"a":false}`},
		{`{"a":"s"}`, `a[0]`, `"z"`, false, `{"a":"s"}`},
		{`{"a":5}`, `a.b.c`, `5`, false, `{"a":5}`},
		{`{"a":{"b":{"c":1}}}`, `a.b.c.d.e`, `5`, false, `{"a":{"b":{"c":1}}}`},
		{`{"a":[]}`, `a[3]`, `1`, true, `{"a":[null,null,null,1]}`},
		{`{"a":[1,null]}`, `a[1].b`, `1`, false, `{"a":[1,null]}`},
		{`{"a":[1]}`, `a[0].b`, `1`, false, `{"a":[1]}`},
		{`{"a":[1]}`, `a[4].b`, `1`, true, `{"a":[1,null,null,null,{"b":1}]}`},
		{`{"a":[1,2,3]}`, `a["1"]`, `9`, true, `{"a":[1,9,3]}`},
		{`{"a":[1,2,3]}`, `a.length`, `1`, true, `{"a":[1]}`},
		{`{"a":[1]}`, `a.length`, `3`, true, `{"a":[1,null,null]}`},
		{`{"a":[1]}`, `a.length`, `1.5`, false, `{"a":[1]}`},
		{`{"a":[1]}`, `a.length`, `-1`, false, `{"a":[1]}`},
		{`{"a":[1]}`, `a.foo`, `1`, false, `{"a":[1]}`},
		{`{"a":[1]}`, `a.foo.bar`, `1`, false, `{"a":[1]}`},
		{`{"a":{"0":"q"}}`, `a[0]`, `3`, true, `{"a":{"0":3}}`},
		{`{"a":{}}`, `a[0].b`, `3`, true, `{"a":{"0":{"b":3}}}`},
		{`{}`, `a[0][1]`, `3`, true, `{"a":[[null,3]]}`},
		{`{"b":{"topic":"k"}}`, `x[msg.b.topic].y`, `1`, true, `{"b":{"topic":"k"},"x":{"k":{"y":1}}}`},
		{`{"topic":2}`, `x[msg.topic]`, `1`, true, `{"topic":2,"x":[null,null,1]}`},
		{`{}`, `x[msg.q]`, `1`, false, `{}`},
		{`{"a":[]}`, `a[4294967294]`, `1`, false, `{"a":[]}`},

		{`{"a":[1,2,3]}`, `a[1]`, missing, true, `{"a":[1,3]}`},
		{`{"a":[1,2,3]}`, `a.1`, missing, true, `{"a":[1,null,3]}`},
		{`{"a":[1,2,3]}`, `a[7]`, missing, true, `{"a":[1,2,3]}`},
		{`{"a":1}`, `b`, missing, true, `{"a":1}`},
		{`{"a":1}`, `a`, missing, true, `{}`},
		{`{"a":1}`, `b.c`, missing, false, `{"a":1}`},
		{`{"a":{}}`, `a.c.d`, missing, false, `{"a":{}}`},
		{`{"a":{"c":1,"d":2}}`, `a.c`, missing, true, `{"a":{"d":2}}`},
		{`{"a":5}`, `a.c`, missing, false, `{"a":5}`},
	} {
		m := mustDecode(t, c.in)
		var v any = Undefined
		if c.value != missing {
			v, _ = Decode([]byte(c.value))
		}
		if ok := mustPath(t, c.expr).Set(m, v); ok != c.ok || m.String() != c.want {
			t.Errorf("%s: %s = %s: %t %s, want %t %s", c.in, c.expr, c.value, ok, m, c.ok, c.want)
		}
	}

	m := Of("u", Undefined, "list", NewList(1, Undefined), "buf", []byte("hi"))
	if mustPath(t, "u.b").Set(m, 1) {
		t.Error("wrote below a member that is undefined")
	}
	if !mustPath(t, "list[1].b").Set(m, 1) || m.Path("list[1].b") != 1.0 {
		t.Error("a hole was not filled:", m)
	}
	if !mustPath(t, "buf[0]").Set(m, 256+65) || !mustPath(t, "buf[1]").Set(m, -1) || !mustPath(t, "buf[9]").Set(m, 1) {
		t.Error("a byte could not be written")
	}
	if b := m.Get("buf").([]byte); string(b) != "A\xff" {
		t.Errorf("buffer is %q", b)
	}
	if mustPath(t, "a").Set(nil, 1) || (Path{}).Set(m, 1) {
		t.Error("wrote to nothing")
	}
}

func TestPathDelete(t *testing.T) {
	m := mustDecode(t, `{"a":{"b":[1,2]},"c":1}`)
	for _, c := range []struct {
		expr string
		ok   bool
		want string
	}{
		{"a.x", false, `{"a":{"b":[1,2]},"c":1}`},
		{"x.y", false, `{"a":{"b":[1,2]},"c":1}`},
		{"c.y", false, `{"a":{"b":[1,2]},"c":1}`},
		{"a.b[2]", false, `{"a":{"b":[1,2]},"c":1}`},
		{"a.b[0]", true, `{"a":{"b":[2]},"c":1}`},
		{"a[msg.x]", false, `{"a":{"b":[2]},"c":1}`},
		{"c", true, `{"a":{"b":[2]}}`},
	} {
		if ok := mustPath(t, c.expr).Delete(m); ok != c.ok || m.String() != c.want {
			t.Errorf("%s: %t %s, want %t %s", c.expr, ok, m, c.ok, c.want)
		}
	}
	if (Path{}).Delete(m) {
		t.Error("the zero path deleted something")
	}
}

// A path for a context is resolved against the message first.
func TestPathResolve(t *testing.T) {
	m := Of("topic", "a b", "n", 2)
	p := mustPath(t, "count[msg.topic][msg.n]")
	if !p.Dynamic() || mustPath(t, "a.b").Dynamic() {
		t.Error("Dynamic is wrong")
	}
	got, err := p.Resolve(m)
	if err != nil || got.Dynamic() || got.String() != `count["a b"][2]` || got.First() != "count" {
		t.Errorf("got %v, %v", got, err)
	}
	_, err = mustPath(t, "é[msg.x]").Resolve(m)
	var pe *PathError
	if !errors.As(err, &pe) || pe.Column != 3 || pe.Expr != "é[msg.x]" {
		t.Errorf("got %#v", err)
	}
}
