package msg

import (
	"math"
	"strings"
	"testing"
)

// What Node.js 24's util.inspect prints.
func TestInspect(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":1}`:                           `{ a: 1 }`,
		`[1,2]`:                             `[ 1, 2 ]`,
		`[]`:                                `[]`,
		`{"a":[],"b":{}}`:                   `{ a: [], b: {} }`,
		`{"a":{"b":{"c":{"d":1}}}}`:         `{ a: { b: { c: [Object] } } }`,
		`{"a":{"b":{"c":{}}}}`:              `{ a: { b: { c: {} } } }`,
		`[[1,[2,[3,[4]]]]]`:                 `[ [ 1, [ 2, [Array] ] ] ]`,
		`{"a-b":1,"x":"it's"}`:              `{ 'a-b': 1, x: "it's" }`,
		`{"":1,"1":2,"$a":3,"_b":4,"é":5}`:  `{ '1': 2, '': 1, '$a': 3, _b: 4, 'é': 5 }`,
		`{"s":"a\nb\t\\\u001b"}`:            `{ s: 'a\nb\t\\\x1B' }`,
		`"both ' and \""`:                   "`both ' and \"`",
		`[true,null,3.5]`:                   `[ true, null, 3.5 ]`,
		`[1,2,3,4,5,6,7,8,9,10]`:            "[\n  1, 2, 3, 4,  5,\n  6, 7, 8, 9, 10\n]",
		`["a","bb","ccc","dd","e","f","g"]`: "[\n  'a',   'bb',\n  'ccc', 'dd',\n  'e',   'f',\n  'g'\n]",
		`{"k":[0,100,200,300,400,500,600,700,800,900]}`:       "{\n  k: [\n      0, 100, 200, 300,\n    400, 500, 600, 700,\n    800, 900\n  ]\n}",
		`{"a":"` + strings.Repeat("x", 60) + `","b":1}`:       "{\n  a: '" + strings.Repeat("x", 60) + "',\n  b: 1\n}",
		`["` + strings.Repeat("a", 33) + `",1,2,3,4,5,6,"g"]`: "[ '" + strings.Repeat("a", 33) + "', 1, 2, 3, 4, 5, 6, 'g' ]",
	} {
		v, err := Decode([]byte(in))
		if err != nil {
			t.Fatal(err)
		}
		if got := Inspect(v); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", in, got, want)
		}
	}
	loop := NewObject(2)
	loop.Set("name", "c")
	loop.Set("self", loop)
	set := &Script{Kind: ScriptSet, Items: NewList(1.0)}
	set.Items.Append(set)
	coded := Of("stack", "Error: no\n    at x", "name", "Error", "message", "no", "code", "E1")
	for _, c := range []struct {
		value any
		want  string
	}{
		{Undefined, "undefined"}, {nil, "null"}, {math.Copysign(0, -1), "-0"}, {math.NaN(), "NaN"},
		{[]byte("hi"), "<Buffer 68 69>"}, {[]byte{}, "<Buffer >"},
		{make([]byte, 51), "<Buffer" + strings.Repeat(" 00", 50) + " ... 1 more byte>"},
		{make([]byte, 60), "<Buffer" + strings.Repeat(" 00", 50) + " ... 10 more bytes>"},
		{Date(0), "1970-01-01T00:00:00.000Z"}, {Date(math.NaN()), "Invalid Date"},
		{loop, "<ref *1> { name: 'c', self: [Circular *1] }"},
		{set, "<ref *1> Set(2) { 1, [Circular *1] }"},
		{&Script{Kind: ScriptMap, Items: NewList(NewList("a", 1.0))}, "Map(1) { 'a' => 1 }"},
		{&Script{Kind: ScriptArray, Text: "Float32Array", Items: NewList(1.5, 2.0)}, "Float32Array(2) [ 1.5, 2 ]"},
		{&Script{Kind: ScriptRegExp, Text: "/a/g"}, "/a/g"}, {&Script{Kind: ScriptBigInt, Text: "12"}, "12n"},
		{&Script{Kind: ScriptError, Members: coded}, "Error: no\n    at x {\n  code: 'E1'\n}"},
		{&Script{Kind: ScriptFunction, Text: "function foo() {}"}, "[Function: foo]"},
		{&Script{Kind: ScriptFunction, Text: "(x) => x"}, "[Function (anonymous)]"},
		{&Script{Kind: ScriptFunction, Text: "async () => 1"}, "[AsyncFunction (anonymous)]"},
		{&Script{Kind: ScriptFunction, Text: "class A {}"}, "[class A]"},
	} {
		if got := Inspect(c.value); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// What is enormous, or in itself over and over, has a short text all the same.
func TestInspectIsBounded(t *testing.T) {
	wide := NewObject(0)
	for i := range 20_000 {
		wide.Set("k"+FormatNumber(float64(i)), strings.Repeat("x", 50))
	}
	folded := NewList(strings.Repeat("x", 20_000))
	for range 5 {
		next := NewList()
		for range 100 {
			next.Append(folded)
		}
		folded = next
	}
	for _, v := range []any{wide, folded, strings.Repeat("x", 1<<20)} {
		if n := len(Inspect(v)); n > 4*inspectMost {
			t.Errorf("%d bytes", n)
		}
	}
}
