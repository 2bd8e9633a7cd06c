package msg

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func TestDecode(t *testing.T) {
	for _, c := range []struct{ in, want string }{ // want: as AppendJSON writes it
		{`{"payload":"hi","topic":"t"}`, `{"payload":"hi","topic":"t"}`},
		{" \t\r\n{ \"b\" : [ 1 , 2 ] ,\n\"a\" : { } }\n", `{"b":[1,2],"a":{}}`},
		{`{"b":1,"10":2,"a":3,"9":4,"":5}`, `{"9":4,"10":2,"b":1,"a":3,"":5}`},
		{`{"a":1,"9":2}`, `{"9":2,"a":1}`},
		{`{"a":1,"b":2,"a":3}`, `{"a":3,"b":2}`},
		{`{"a":1,"a":{"a":1,"a":2}}`, `{"a":{"a":2}}`},
		{`[]`, `[]`}, {`[[],{},null,true,false]`, `[[],{},null,true,false]`},
		{`""`, `""`}, {`"x"`, `"x"`}, {`null`, `null`},
		{`"\"\\\/\b\f\n\r\t\u0000\u001f"`, `"\"\\/\b\f\n\r\t\u0000\u001f"`},
		{`"\u00e9\u20AC\ud83d\ude00"`, `"é€😀"`},
		{`"\ud83d"`, "\"\uFFFD\""}, {`"\ude00x"`, "\"\uFFFDx\""},
		{`"\ud83d\ud83d\ude00"`, "\"\uFFFD😀\""}, {`"\ud83d\n"`, "\"\uFFFD\\n\""}, {`"\ud83d\u0041"`, "\"\uFFFDA\""},
		{"\"a\xffb\xc3\"", "\"a\uFFFDb\uFFFD\""}, {"\"<&>\u2028\x7f\"", "\"<&>\u2028\x7f\""},
		{`84901234567`, `84901234567`}, {`9007199254740993`, `9007199254740992`}, {`447700900000`, `447700900000`},
		{`-0`, `0`}, {`0`, `0`}, {`-5`, `-5`}, {`1.50`, `1.5`}, {`-0.25`, `-0.25`}, {`1E3`, `1000`}, {`1e-7`, `1e-7`}, {`12e+2`, `1200`},
		{`123456789012345680000`, `123456789012345680000`}, {`1e21`, `1e+21`}, {`1e400`, `null`}, {`1e-400`, `0`},
		{`0.1`, `0.1`}, {`0.30000000000000004`, `0.30000000000000004`}, {`1.7976931348623157e308`, `1.7976931348623157e+308`},
		{`5e-324`, `5e-324`}, {`18446744073709551615`, `18446744073709552000`}, {`99999999999999999999999`, `1e+23`},
		{`12345678.12345678`, `12345678.12345678`}, {`123456789012345`, `123456789012345`}, {`255`, `255`}, {`256`, `256`},
	} {
		v, err := Decode([]byte(c.in))
		if got := string(Encode(v)); err != nil || got != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.in, got, err, c.want)
		}
	}
	if v, _ := Decode([]byte("-0")); !math.Signbit(v.(float64)) {
		t.Error("-0 lost its sign")
	}
	if v, _ := Decode([]byte("-1e400")); v != math.Inf(-1) {
		t.Errorf("-1e400 is %v", v)
	}
	if o, err := DecodeObject([]byte(` {"a":1}`)); err != nil || o.Get("a") != 1.0 {
		t.Errorf("object: %v, %v", o, err)
	}
}

func TestDecodeErrors(t *testing.T) {
	for _, c := range []struct {
		in, text             string
		offset, line, column int
	}{
		{``, "expected a value, found the end", 0, 1, 1},
		{` `, "expected a value, found the end", 1, 1, 2},
		{`{`, "expected a property name in double quotes, found the end", 1, 1, 2},
		{`{'a':1}`, `expected a property name in double quotes, found '\''`, 1, 1, 2},
		{"{\n \"a\": 1,\n}", "expected a property name in double quotes, found '}'", 11, 3, 1},
		{`{"é" 1}`, "expected ':' after the property name, found '1'", 6, 1, 6},
		{`{"a":1 "b":2}`, `expected ',' or '}', found '"'`, 7, 1, 8},
		{`{"a":}`, "expected a value, found '}'", 5, 1, 6},
		{`{"a":1`, "expected ',' or '}', found the end", 6, 1, 7},
		{`[1,]`, "expected a value, found ']'", 3, 1, 4},
		{`[1 2]`, "expected ',' or ']', found '2'", 3, 1, 4},
		{`[,1]`, "expected a value, found ','", 1, 1, 2},
		{`1 2`, "expected the end, found '2'", 2, 1, 3},
		{"1\x00", `expected the end, found '\x00'`, 1, 1, 2},
		{`nul`, "expected a value, found 'n'", 0, 1, 1},
		{`True`, "expected a value, found 'T'", 0, 1, 1},
		{"\ufeff1", `expected a value, found '\ufeff'`, 0, 1, 1},
		{"\xff", "expected a value, found byte 0xff", 0, 1, 1},
		{`01`, "a number with a leading zero", 0, 1, 1},
		{`-`, "expected a digit, found the end", 1, 1, 2},
		{`-a`, "expected a digit, found 'a'", 1, 1, 2},
		{`1.`, "expected a digit, found the end", 2, 1, 3},
		{`1.e2`, "expected a digit, found 'e'", 2, 1, 3},
		{`1e`, "expected a digit, found the end", 2, 1, 3},
		{`1e+x`, "expected a digit, found 'x'", 3, 1, 4},
		{`.5`, "expected a value, found '.'", 0, 1, 1},
		{`+1`, "expected a value, found '+'", 0, 1, 1},
		{`NaN`, "expected a value, found 'N'", 0, 1, 1},
		{`"a`, "a text without closing quote", 0, 1, 1},
		{`"a\"`, "a text without closing quote", 0, 1, 1},
		{`"a\`, "unknown escape in a text", 2, 1, 3},
		{`["a", "b\x"]`, "unknown escape in a text", 8, 1, 9},
		{`"\u12"`, `\u without four hexadecimal digits`, 1, 1, 2},
		{`"\u12g4"`, `\u without four hexadecimal digits`, 1, 1, 2},
		{"\"a\nb\"", `control character '\n' in a text; write it as an escape`, 2, 1, 3},
		{"\"0123456789abcdef\x01\"", `control character '\x01' in a text; write it as an escape`, 17, 1, 18},
		{`{"a":1}}`, "expected the end, found '}'", 7, 1, 8},
		{strings.Repeat("[", 600), "nested deeper than 512 levels", 512, 1, 513},
	} {
		v, err := Decode([]byte(c.in))
		var se *SyntaxError
		if !errors.As(err, &se) || v != nil {
			t.Errorf("%q: got %v, %v, want an error", c.in, v, err)
			continue
		}
		if want := (SyntaxError{c.offset, c.line, c.column, c.text}); *se != want {
			t.Errorf("%q:\n got %+v\nwant %+v", c.in, *se, want)
		}
	}
	_, err := DecodeObject([]byte(" [1]"))
	if want := "invalid JSON at line 1, column 2: expected an object, found '['"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestDecodeDepth(t *testing.T) {
	for _, c := range []struct{ open, inner, end string }{{"[", "[]", "]"}, {`{"a":`, "{}", "}"}} {
		full := strings.Repeat(c.open, 511) + c.inner + strings.Repeat(c.end, 511)
		v, err := Decode([]byte(full))
		if err != nil {
			t.Fatalf("512 levels of %s: %v", c.inner, err)
		}
		if got, err := EncodeChecked(v); err != nil || string(got) != full {
			t.Errorf("512 levels of %s: %v", c.inner, err)
		}
		if _, err := Decode([]byte(c.open + full + c.end)); err == nil {
			t.Errorf("513 levels of %s are no error", c.inner)
		}
	}
}

// Depth is how many are around a value, not how many there are.
func TestDecodeWidth(t *testing.T) {
	text := "[" + strings.Repeat(`{"a":[]},[{}],`, 600) + "0]"
	v, err := Decode([]byte(text))
	if err != nil || string(Encode(v)) != text {
		t.Errorf("got %v", err)
	}
}

// Decimals of every length are what strconv makes of them.
func TestDecodeNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20000 {
		text := strconv.FormatUint(r.Uint64()>>r.IntN(60)|1, 10)
		if point := r.IntN(len(text)); point > 0 {
			text = text[:point] + "." + text[point:]
		}
		want, _ := strconv.ParseFloat(text, 64)
		v, err := Decode([]byte(text))
		if err != nil || v != want {
			t.Fatalf("%s: got %v, %v, want %v", text, v, err, want)
		}
		shortest := strconv.FormatFloat(want, 'f', -1, 64)
		if got := string(Encode(want)); want < 1e21 && got != shortest {
			t.Fatalf("%s: wrote %s, want %s", text, got, shortest)
		}
	}
}

// A decoder that is used again must not show anything of the text before.
func TestDecodeAfterError(t *testing.T) {
	for range 100 {
		if _, err := Decode([]byte(`{"a":[1,{"b":[2,3,`)); err == nil {
			t.Fatal("no error")
		}
		if o := mustDecode(t, `{"x":[{"y":[]}]}`); o.String() != `{"x":[{"y":[]}]}` {
			t.Fatalf("got %s", o)
		}
	}
}

func TestDecodeManyMembers(t *testing.T) {
	var b strings.Builder
	b.WriteByte('{')
	for i := range 1000 {
		fmt.Fprintf(&b, `"k%d":%d,`, i%900, i)
	}
	b.WriteString(`"last":true}`)
	o := mustDecode(t, b.String())
	if o.Len() != 901 || o.Get("k5") != 905.0 || o.Get("k899") != 899.0 || o.Keys()[99] != "k99" || !o.Has("last") {
		t.Errorf("got %d members, k5 %v, k899 %v", o.Len(), o.Get("k5"), o.Get("k899"))
	}
}

type socket string

func (s socket) Handle() string { return string(s) }

// FuzzDecode holds the reader against encoding/json's and the writer against
// the reader.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"payload":"hi"}`, `[1,2.5e3,-0,1e400,{"a":{"a":1,"a":2}}]`, `"\ud83d\ude00\ud83d\u0041é"`, "\"\xff\xc3\"",
		`84901234567`, `9007199254740993`, `<<msg.>>`, `a[`, `{"10":1,"2":2,"b":3,"":4}`, ` [ ] `, `{"a":1,}`, "\"a\nb\"", `"\u00e9\/"`,
		`0.30000000000000004`, `123456789012345.6`, `1234567.8901`, `4.35`, `1.005`, "\"0123456\\\"89\x7f\u2028\"", `01`, `-`, `[[[[[[[[[[1]]]]]]]]]]`,
		string(Encode(Of("a", []byte("x"), "d", Date(0)))), `{"key0":0,"key1":1,"key2":2,"key3":3,"key4":4,"key5":5,"key6":6,"key7":7,"key8":8,` +
			`"key9":9,"keya":10,"keyb":11,"keyc":12,"keyd":13,"keye":14,"keyf":15,"keyg":16,"keyh":17,"key0":18}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Decode(data)
		var se *SyntaxError
		if errors.As(err, &se) {
			if se.Offset < 0 || se.Offset > len(data) || se.Line < 1 || se.Column < 1 {
				t.Errorf("error at %+v of %d bytes", se, len(data))
			}
			if json.Valid(data) && !strings.Contains(se.Msg, "deeper") {
				t.Errorf("encoding/json takes what we refuse: %v", err)
			}
			return
		}
		if !json.Valid(data) {
			t.Fatalf("encoding/json refuses what we read as %s", Encode(v))
		}
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		var want any
		if err := dec.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if got := From(want); !sameValue(v, got) {
			t.Errorf("got %s, encoding/json %s", Encode(v), Encode(got))
		}
		out := Encode(v)
		again, err := Decode(out)
		if err != nil || !bytes.Equal(Encode(again), out) {
			t.Errorf("wrote %s, read %s, %v", out, Encode(again), err)
		}
		if !json.Valid(AppendIndent(nil, v, " ")) {
			t.Errorf("indented is no JSON: %s", AppendIndent(nil, v, " "))
		}
		switch v.(type) {
		case string, float64:
			sameText(t, v, string(out))
		}
		if clone := CloneValue(v); !bytes.Equal(Encode(clone), out) {
			t.Errorf("clone of %s is %s", out, Encode(clone))
		}
	})
}

// sameText compares how a text or number is written with encoding/json.
func sameText(t *testing.T, v any, got string) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) != nil { // infinite
		return
	}
	want := strings.TrimSuffix(b.String(), "\n")
	if want == "-0" {
		want = "0"
	}
	want = strings.NewReplacer(`\\`, `\\`, `\u2028`, "\u2028", `\u2029`, "\u2029").Replace(want)
	if got != want {
		t.Errorf("wrote %s, encoding/json %s", got, want)
	}
}

// sameValue compares without regard to the order of members.
func sameValue(a, b any) bool {
	switch a := a.(type) {
	case *Object:
		b, ok := b.(*Object)
		if !ok || a.Len() != b.Len() {
			return false
		}
		for k, v := range a.All() {
			w, ok := b.Lookup(k)
			if !ok || !sameValue(v, w) {
				return false
			}
		}
		return true
	case *List:
		b, ok := b.(*List)
		if !ok || a.Len() != b.Len() {
			return false
		}
		for i := range a.Items {
			if !sameValue(a.Items[i], b.Items[i]) {
				return false
			}
		}
		return true
	case float64:
		b, ok := b.(float64)
		return ok && math.Float64bits(a) == math.Float64bits(b)
	}
	return a == b
}

// TestDecodeLarge: however keys of a large object repeat or count, it is what
// setting one after the other makes.
func TestDecodeLarge(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{15, 16, 17, 18, 60, 65, 500} {
		for _, keys := range []int{3, 12, 17, 40, 2 * n} {
			for _, format := range []string{"k%d", "%d", "0%d", "a very long name, longer than those that are kept: %d"} {
				want := NewObject(0)
				var b strings.Builder
				for i := range n {
					key := fmt.Sprintf(format, r.IntN(keys))
					if i%3 == 0 {
						key = "x" + key
					}
					want.Set(key, i)
					fmt.Fprintf(&b, ",%q:%d", key, i)
				}
				got, err := DecodeObject([]byte("{" + b.String()[1:] + "}"))
				if err != nil || got.String() != want.String() {
					t.Fatalf("%d of %d %s: %v %v, want %v", n, keys, format, got, err, want)
				}
				for key, v := range want.All() { // the index knows them all
					if got.Get(key) != v {
						t.Fatalf("%s is %v, want %v", key, got.Get(key), v)
					}
				}
				first := want.Keys()[0]
				for _, o := range []*Object{got, want} { // and can be gone on with
					o.Set("7", "seven")
					o.Set("new", true)
					o.Delete(first)
				}
				if got.String() != want.String() {
					t.Fatalf("afterwards %v, want %v", got, want)
				}
			}
		}
	}
}

// TestDecodeHostile reads bodies that were made to take a time which grows
// with the square of their size: hours.
func TestDecodeHostile(t *testing.T) {
	for name, key := range map[string]func(i int) string{
		"names":      func(i int) string { return fmt.Sprintf("k%d", i) },
		"counting":   func(i int) string { return fmt.Sprint(i) },
		"backwards":  func(i int) string { return fmt.Sprint(150_000 - i) },
		"mixed":      func(i int) string { return strings.Repeat("x", 1-i*2/150_000) + fmt.Sprint(i) },
		"long names": func(i int) string { return fmt.Sprintf("%050d", i) },
	} {
		body := []byte{'{'}
		for i := range 150_000 {
			body = fmt.Appendf(body, `%q:1,`, key(i))
		}
		o, err := DecodeObject(append(body[:len(body)-1], '}'))
		if err != nil || o.Len() != 150_000 {
			t.Errorf("%s: %d members, %v", name, o.Len(), err)
		}
	}
}
