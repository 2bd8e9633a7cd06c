package web

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
)

type handle struct{}

func (handle) Handle() string { return "http:1" }

// shownAs decodes what appendShown wrote.
func shownAs(t *testing.T, v any) (text, format string) {
	t.Helper()
	var got struct {
		Msg    *string
		Format string
	}
	b := append(appendShown([]byte{'{'}, v), '}')
	if err := json.Unmarshal(b, &got); err != nil || got.Msg == nil {
		t.Fatalf("%s: %v", b, err)
	}
	return *got.Msg, got.Format
}

func TestShown(t *testing.T) {
	numbers := func(n int) *msg.List {
		l := msg.NewList()
		for range n {
			l.Append(7)
		}
		return l
	}
	loop := msg.Of("name", "circ")
	loop.Set("self", loop)
	deep := msg.Of("b", msg.NewList("x"))
	deep.Get("b").(*msg.List).Append(deep)
	outer := msg.Of("a", deep)
	sevens := strings.TrimSuffix(strings.Repeat("7,", 1000), ",")
	twice := msg.Of("k", 1)

	for name, c := range map[string]struct {
		value        any
		text, format string
	}{
		"text":             {"hello", "hello", "string[5]"},
		"empty text":       {"", "", "string[0]"},
		"emoji count two":  {"a😀", "a😀", "string[3]"},
		"long text":        {strings.Repeat("x", 1001), strings.Repeat("x", 1000) + "...", "string[1001]"},
		"just fits":        {strings.Repeat("é", 1000), strings.Repeat("é", 1000), "string[1000]"},
		"emoji at the cut": {strings.Repeat("x", 999) + "😀", strings.Repeat("x", 999) + "...", "string[1001]"},
		"number":           {3.14, "3.14", "number"},
		"big":              {1e21, "1e+21", "number"},
		"phone number":     {84901234567.0, "84901234567", "number"},
		"minus zero":       {math.Copysign(0, -1), "0", "number"},
		"not a number":     {math.NaN(), "NaN", "number"},
		"true":             {true, "true", "boolean"},
		"null":             {nil, "(undefined)", "null"},
		"undefined":        {msg.Undefined, "(undefined)", "undefined"},
		"buffer":           {[]byte{1, 2, 255}, "0102ff", "buffer[3]"},
		"long buffer":      {make([]byte, 600), strings.Repeat("00", 500), "buffer[600]"},
		"list":             {msg.NewList(1, "a"), `[1,"a"]`, "array[2]"},
		"long list":        {numbers(1001), `{"__enc__":true,"type":"array","data":[` + sevens + `],"length":1001}`, "array[1001]"},
		"object":           {msg.Of("b", 1, "a", nil), `{"b":1,"a":null}`, "Object"},
		"handle":           {handle{}, `"[internal]"`, "Object"},
		"circle":           {loop, `{"name":"circ","self":"[Circular ~]"}`, "Object"},
		"inner circle":     {outer, `{"a":{"b":["x","[Circular ~.a]"]}}`, "Object"},
		"twice, no circle": {msg.Of("x", twice, "y", twice), `{"x":{"k":1},"y":{"k":1}}`, "Object"},
		"captured": {
			msg.Of("a", 1, "c", msg.Undefined, "d", nil, "e", math.NaN(), "i", []byte("hi"), "j", msg.Date(0)),
			`{"a":1,"c":{"__enc__":true,"type":"undefined"},"d":null,"e":{"__enc__":true,"type":"number","data":"NaN"},` +
				`"i":{"type":"Buffer","data":[104,105],"__enc__":true,"length":2},"j":"1970-01-01T00:00:00.000Z"}`,
			"Object",
		},
		"internal": {msg.Of("_req", msg.Of("a", 1), "_res", 2, "req", handle{}),
			`{"_req":{"__enc__":true,"type":"internal"},"_res":{"__enc__":true,"type":"internal"},"req":"[internal]"}`, "Object"},
		"JSON of a buffer": {msg.Of("type", "Buffer", "data", msg.NewList(1, 2)), `{"type":"Buffer","data":[1,2],"__enc__":true,"length":2}`, "Object"},
		"JSON of a long buffer": {msg.NewList(msg.Of("type", "Buffer", "data", numbers(1001))),
			`[{"type":"Buffer","data":[` + sevens + `],"__enc__":true,"length":1001}]`, "array[1]"},
		"no buffer":   {msg.Of("type", "Buffer", "data", "x"), `{"type":"Buffer","data":"x"}`, "Object"},
		"nested long": {msg.Of("s", strings.Repeat("x", 1001)), `{"s":"` + strings.Repeat("x", 1000) + `..."}`, "Object"},
		"shared":      {msg.NewShared(func() *msg.Object { return msg.Of("method", "GET") }), `{"method":"GET"}`, "Object"},
	} {
		t.Run(name, func(t *testing.T) {
			text, format := shownAs(t, c.value)
			if text != c.text || format != c.format {
				t.Errorf("%s %s\nwant %s %s", format, text, c.format, c.text)
			}
		})
	}
}

// A value may be of any size; what is shown of it is bounded and still JSON.
func TestShownIsBounded(t *testing.T) {
	wide := msg.NewObject(0)
	text := strings.Repeat("x", 900)
	for i := range 5000 {
		wide.Set("k"+msg.FormatNumber(float64(i)), text)
	}
	list := msg.NewList()
	for range 1000 {
		list.Append(text)
	}
	lists := msg.NewList(list, list, list)
	deep := msg.NewObject(1)
	for range 5000 {
		deep = msg.Of("in", deep)
	}
	for name, v := range map[string]any{"wide": wide, "lists": lists, "deep": deep} {
		shown, _ := shownAs(t, v)
		if len(shown) > shownExtent.bytes+8*1024 {
			t.Errorf("%s: %d bytes are shown", name, len(shown))
		}
		if !json.Valid([]byte(shown)) || !strings.Contains(shown, `"..."`) {
			t.Errorf("%s: not cut to JSON: …%s", name, shown[len(shown)-40:])
		}
	}
}

// Whatever a message holds, what is shown of it is JSON in UTF-8: a browser
// ends a websocket that says anything else.
func FuzzShown(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,null,"x"]}`, `"\ud83d"`, `["` + strings.Repeat("é", 1200) + `"]`, `{"":{"":[[]]}}`, `1e400`, "\"\x7f\u2028\"",
	} {
		f.Add(seed, "a\xffb\xc3")
	}
	f.Fuzz(func(t *testing.T, doc, text string) {
		v, err := msg.Decode([]byte(doc))
		if err != nil {
			v = msg.Of(text, msg.NewList(text, []byte(text)))
		}
		for _, v := range []any{v, text, msg.NewList(v, v)} {
			b := append(appendShown([]byte{'{'}, v), '}')
			var got struct{ Msg, Format string }
			if err := json.Unmarshal(b, &got); err != nil || !utf8.Valid(b) {
				t.Fatalf("%q: %v", b, err)
			}
			if (got.Format == "Object" || strings.HasPrefix(got.Format, "array")) && !json.Valid([]byte(got.Msg)) {
				t.Fatalf("within it no JSON: %q", got.Msg)
			}
		}
	})
}

func BenchmarkShown(b *testing.B) {
	m := msg.Of("_msgid", "0123456789abcdef", "payload", msg.Of("msisdn", "447700900001", "to", "447700900000", "text", "hello"), "topic", "")
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = appendShown(dst[:0], m)
	}
}
