package msg

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func TestEncode(t *testing.T) {
	for _, c := range []struct {
		in   any
		want string
	}{
		{nil, `null`}, {Undefined, `null`}, {true, `true`}, {"a", `"a"`},
		{Of("a", Undefined, "b", nil, "c", Undefined), `{"b":null}`},
		{Of("a", Undefined), `{}`},
		{NewList(Undefined, nil, 1), `[null,null,1]`},
		{math.NaN(), `null`}, {math.Inf(-1), `null`}, {math.Copysign(0, -1), `0`},
		{[]byte{1, 2, 255}, `{"type":"Buffer","data":[1,2,255]}`}, {[]byte{}, `{"type":"Buffer","data":[]}`},
		{Date(1795008107426), `"2026-11-18T13:21:47.426Z"`}, {Date(math.NaN()), `null`}, {Date(math.Inf(1)), `null`},
		{Date(253402300800000), `"+010000-01-01T00:00:00.000Z"`}, {Date(-62198755200000), `"-000001-01-01T00:00:00.000Z"`},
		{Date(-8.64e15), `"-271821-04-20T00:00:00.000Z"`}, {Date(-1.9), `"1969-12-31T23:59:59.999Z"`},
		{Of("res", socket("http:4711")), `{"res":{"handle":"http:4711"}}`},
		{NewShared(func() *Object { return Of("a", 1) }), `{"a":1}`},
		{(*Object)(nil), `{}`}, {(*List)(nil), `[]`},
		{"</script>&\u2028\u2029é😀\x7f", "\"</script>&\u2028\u2029é😀\x7f\""},
		{"\x00\x1f\b\f\n\r\t\"\\/", `"\u0000\u001f\b\f\n\r\t\"\\/"`},
		{"bad\xffutf", "\"bad\uFFFDutf\""}, {"0123456789\xc3", "\"0123456789\uFFFD\""}, {"01234567\n", `"01234567\n"`},
		{Of("a\"b", 1), `{"a\"b":1}`},
	} {
		got := string(Encode(c.in))
		if got != c.want {
			t.Errorf("%#v: got %s, want %s", c.in, got, c.want)
		}
		if got := string(AppendJSON([]byte("x"), c.in)); got != "x"+c.want {
			t.Errorf("%#v: appended %s", c.in, got)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("%#v: %s is no JSON", c.in, got)
		}
	}
}

func TestEncodeCycles(t *testing.T) {
	o := Of("a", 1)
	o.Set("self", NewList(o))
	o.Set("b", 2)
	if got := o.String(); got != `{"a":1,"self":[null],"b":2}` {
		t.Errorf("got %s", got)
	}
	if b, err := EncodeChecked(o); b != nil || err == nil || err.Error() != "Converting circular structure to JSON" {
		t.Errorf("got %s, %v", b, err)
	}
	twice := Of("x", 1)
	if b, err := EncodeChecked(Of("a", twice, "b", NewList(twice, twice))); err != nil || string(b) != `{"a":{"x":1},"b":[{"x":1},{"x":1}]}` {
		t.Errorf("an alias is no cycle: %s, %v", b, err)
	}
	// A cycle that is longer than the encoder keeps at hand.
	first := NewList()
	l := first
	for range 20 {
		l = NewList(l)
	}
	first.Append(l)
	if got := string(Encode(first)); got != strings.Repeat("[", 21)+"null"+strings.Repeat("]", 21) {
		t.Errorf("got %s", got)
	}
	// One further in, and what stands twice that deep but not inside itself.
	inner := Of("twice", twice, "again", NewList(twice))
	l = NewList(inner)
	for range 20 {
		l = NewList(l)
	}
	if _, err := EncodeChecked(l); err != nil {
		t.Errorf("an alias 20 levels down: %v", err)
	}
	inner.Set("inner", inner)
	if got, want := string(Encode(l)), strings.Repeat("[", 21)+`{"twice":{"x":1},"again":[{"x":1}],"inner":null}`+strings.Repeat("]", 21); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	deep := NewList()
	for range 600 {
		deep = NewList(deep)
	}
	if _, err := EncodeChecked(deep); err == nil || !strings.Contains(err.Error(), "512") {
		t.Errorf("600 levels: %v", err)
	}
	if got := string(Encode(deep)); got != strings.Repeat("[", 512)+"null"+strings.Repeat("]", 512) {
		t.Errorf("600 levels: %s", got)
	}
}

func TestAppendIndent(t *testing.T) {
	v := mustDecode(t, `{"a":[1,{"b":[]},[null]],"c":{},"d":"x"}`)
	v.Set("buf", []byte{7})
	v.Set("u", Undefined)
	want := `{
    "a": [
        1,
        {
            "b": []
        },
        [
            null
        ]
    ],
    "c": {},
    "d": "x",
    "buf": {
        "type": "Buffer",
        "data": [
            7
        ]
    }
}`
	if got := string(AppendIndent(nil, v, "    ")); got != want {
		t.Errorf("got %s", got)
	}
	if got := string(AppendIndent([]byte("> "), Of("u", Undefined), "\t")); got != "> {}" {
		t.Errorf("got %s", got)
	}
}

func TestMarshal(t *testing.T) {
	var v struct {
		O *Object `json:"o"`
		L *List   `json:"l"`
	}
	v.L = NewList("<")
	if err := json.Unmarshal([]byte(`{"o":{"b":1,"a":2}}`), &v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if want := `{"o":{"b":1,"a":2},"l":["\u003c"]}`; err != nil || string(b) != want {
		t.Errorf("got %s, %v, want %s", b, err, want)
	}
	if err := json.Unmarshal([]byte(`{"o":[1]}`), &v); err == nil {
		t.Error("a list was read as an object")
	}
}

// What stands twice in what stands twice in … would be written 2^100 times.
func TestEncodeIsBounded(t *testing.T) {
	defer func(n int) { maxJSON = n }(maxJSON)
	maxJSON = 1 << 20
	var v any = strings.Repeat("x", 1<<12)
	for range 100 {
		v = NewList(v, v)
	}
	if _, err := EncodeChecked(v); err == nil || !strings.Contains(err.Error(), "256 MB") {
		t.Errorf("error %v, want one that tells the bound", err)
	}
}
