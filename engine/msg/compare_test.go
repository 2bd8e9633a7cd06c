package msg

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

// inUTC runs a test in the zone that the contract was observed in.
func inUTC(t *testing.T) {
	local := time.Local
	time.Local = time.UTC
	t.Cleanup(func() { time.Local = local })
}

// comparands are the inputs of the table in jsonata-and-js.md §4, and some
// more behind them.
func comparands() []any {
	return []any{nil, Undefined, "", 0.0, "0", false, "false", 1.0, "1", true, "true", NewList(), NewList(1), NewObject(0), "abc",
		math.NaN(), "10", "9", []byte("hi"), []byte{}, Date(0),
		-1.0, "-1", NewList(NewList(1), nil, NewList(2, Undefined)), NewList(nil), "1e1", "0x1", math.Inf(1), "\U0001F600", "\uFFFD"}
}

// compared is what Node.js 24 answers for each comparand (rows) against each
// (columns): ==, ===, and < for less, > for not, - where there is a NaN.
var compared = []struct{ loose, strict, less string }{
	{"110000000000000000000000000000", "100000000000000000000000000000", ">->>>>-<<<-><---<<->>>>-><<<--"},
	{"110000000000000000000000000000", "010000000000000000000000000000", "------------------------------"},
	{"001101000001000000010000100000", "001000000000000000000000000000", ">->><><<<<<><<<-<<<>>><<><<<<<"},
	{"001111000001000000010000100000", "000100000000000000000000000000", ">->>>>-<<<-><---<<->>>>-><<<--"},
	{"000111000000000000000000000000", "000010000000000000000000000000", ">->>>><<<<<><<<-<<<>>>><><<<<<"},
	{"001111000001000000010000100000", "000001000000000000000000000000", ">->>>>-<<<-><---<<->>>>-><<<--"},
	{"000000100000000000000000000000", "000000100000000000000000000000", "-->->->->-<>>>>->><>-->>>>>-<<"},
	{"000000011100100000000000001000", "000000010000000000000000000000", ">->>>>->>>->>---<<->>>>-><><--"},
	{"000000011100100000000000000000", "000000001000000000000000000000", ">->>>><>>><>><<-<<<>>>><><><<<"},
	{"000000011100100000000000001000", "000000000100000000000000000000", ">->>>>->>>->>---<<->>>>-><><--"},
	{"000000000010000000000000000000", "000000000010000000000000000000", "-->->->->->>>>>->>>>-->>>>>-<<"},
	{"001101000001000000000000000000", "000000000001000000000000000000", ">->><><<<<<><<<-<<<>>><<><<<<<"},
	{"000000011100100000000000000000", "000000000000100000000000000000", ">->>>><>>><>><<-<<<>>>><><><<<"},
	{"000000000000010000000000000000", "000000000000010000000000000000", "-->->-<->-<>>><->><>-->>>>>-<<"},
	{"000000000000001000000000000000", "000000000000001000000000000000", "-->->-<->-<>>>>->><>-->>>>>-<<"},
	{"000000000000000000000000000000", "000000000000000000000000000000", "------------------------------"},
	{"000000000000000010000000000000", "000000000000000010000000000000", ">->>>><>>><>><<-><<>>>>>><><<<"},
	{"000000000000000001000000000000", "000000000000000001000000000000", ">->>>><>>><>><<->><>>>>>>>><<<"},
	{"000000000000000000100000000000", "000000000000000000100000000000", "-->->->->-<>>>>->>>>-->>>>>-<<"},
	{"001101000000000000010000000000", "000000000000000000010000000000", ">->><><<<<<><<<-<<<>>><<><<<<<"},
	{"000000000000000000001000000000", "000000000000000000001000000000", ">->>>>-<<<-><---<<->>>>-><<<--"},
	{"000000000000000000000110000000", "000000000000000000000100000000", "<-<<<<-<<<-<<---<<-<<>>-<<<<--"},
	{"000000000000000000000110000000", "000000000000000000000010000000", "<-><<<<<<<<><<<-<<<><>><><<<<<"},
	{"000000000000000000000001000000", "000000000000000000000001000000", "-->->-<->-<>><<-<<<>-->>><>-<<"},
	{"001101000000000000000000100000", "000000000000000000000000100000", ">->><><<<<<><<<-<<<>>><<><<<<<"},
	{"000000000000000000000000010000", "000000000000000000000000010000", ">->>>><>>><>><<-><<>>>>>>>><<<"},
	{"000000010100000000000000001000", "000000000000000000000000001000", ">->>>><><><><<<-<<<>>>><><><<<"},
	{"000000000000000000000000000100", "000000000000000000000000000100", ">->>>>->>>->>--->>->>>>->>>>--"},
	{"000000000000000000000000000010", "000000000000000000000000000010", "-->->->->->>>>>->>>>-->>>>>-><"},
	{"000000000000000000000000000001", "000000000000000000000000000001", "-->->->->->>>>>->>>>-->>>>>->>"},
}

func TestCompare(t *testing.T) {
	inUTC(t)
	for i, a := range comparands() {
		var loose, strict, less strings.Builder
		for k, b := range comparands() {
			if i == k { // identity
				b = a
			}
			bit := map[bool]byte{false: '0', true: '1'}
			loose.WriteByte(bit[LooseEqual(a, b)])
			strict.WriteByte(bit[StrictEqual(a, b)])
			switch is, ok := Less(a, b); {
			case !ok && is:
				t.Errorf("%v < %v although it cannot be told", a, b)
			case !ok:
				less.WriteByte('-')
			case is:
				less.WriteByte('<')
			default:
				less.WriteByte('>')
			}
		}
		if want := compared[i]; loose.String() != want.loose || strict.String() != want.strict || less.String() != want.less {
			t.Errorf("%#v:\n got == %s === %s < %s\nwant == %s === %s < %s", a, &loose, &strict, &less, want.loose, want.strict, want.less)
		}
	}
}

// TestSwitchTable is the table of jsonata-and-js.md §4, each rule as a switch
// makes it of this package's functions.
func TestSwitchTable(t *testing.T) {
	inUTC(t)
	less := func(a, b any) bool { is, _ := Less(a, b); return is }
	atMost := func(a, b any) bool { is, ok := Less(b, a); return ok && !is }
	for _, c := range []struct {
		rule  string
		meets func(v any) bool
		want  string
	}{
		{`== "1"`, func(v any) bool { return LooseEqual(v, "1") }, `1, "1", true, [1]`},
		{`== 1`, func(v any) bool { return LooseEqual(v, 1.0) }, `1, "1", true, [1]`},
		{`== "true"`, func(v any) bool { return LooseEqual(v, "true") }, `"true"`},
		{`!= ""`, func(v any) bool { return !LooseEqual(v, "") },
			`null, undefined, "0", "false", 1, "1", true, "true", [1], {}, "abc", NaN, "10", "9", Buffer hi, Date`},
		{`< 10`, func(v any) bool { return less(v, 10.0) },
			`null, "", 0, "0", false, 1, "1", true, [], [1], "9", Buffer, Date`},
		{`>= "9"`, func(v any) bool { return atMost("9", v) }, `"false", "true", {}, "abc", "9", Buffer hi`},
		{`between 0 and 5`, func(v any) bool { return atMost(0.0, v) && atMost(v, 5.0) },
			`null, "", 0, "0", false, 1, "1", true, [], [1], Buffer, Date`},
		{`contains "1"`, func(v any) bool { return strings.Contains(Text(v), "1") }, `1, "1", [1], "10", Date`},
		{`truthy`, Truthy, `"0", "false", 1, "1", true, "true", [], [1], {}, "abc", "10", "9", Buffer hi, Buffer, Date`},
		{`null rule`, func(v any) bool { return LooseEqual(v, nil) }, `null, undefined`},
		{`is true`, func(v any) bool { return StrictEqual(v, true) }, `true`},
		{`is type object`, func(v any) bool {
			_, list := v.(*List)
			_, buffer := v.([]byte)
			return TypeOf(v) == "object" && v != nil && !list && !buffer
		}, `{}, Date`},
		{`has key "length"`, func(v any) bool {
			_, buffer := v.([]byte)
			_, ok := child(v, &part{key: "length", index: -1})
			return ok && !buffer
		}, `"", "0", "false", "1", "true", [], [1], "abc", "10", "9"`},
		{`is type json`, func(v any) bool { _, err := Decode([]byte(Text(v))); return v != Undefined && err == nil },
			`null, 0, "0", false, "false", 1, "1", true, "true", [1], "10", "9"`},
	} {
		var met []string
		for _, v := range comparands()[:21] {
			if c.meets(v) {
				met = append(met, label(v))
			}
		}
		if got := strings.Join(met, ", "); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.rule, got, c.want)
		}
	}
}

func label(v any) string {
	switch v := v.(type) {
	case []byte:
		return strings.TrimSpace("Buffer " + string(v))
	case Date:
		return "Date"
	case string:
		return `"` + v + `"`
	case *Object, *List:
		return fmt.Sprint(v)
	}
	return Text(v)
}

func TestIdentity(t *testing.T) {
	a, b := []byte("x"), []byte("x")
	shared := NewShared(func() *Object { return Of("a", 1) })
	h := uncomparable{}
	for _, c := range []struct {
		a, b any
		want bool
	}{
		{a, a, true}, {a, b, false}, {a, a[:0], false}, {a, "x", false}, {"x", a, false},
		{shared, shared.Object(), true}, {shared, Of("a", 1), false},
		{socket("a"), socket("a"), true}, {socket("a"), socket("b"), false}, {socket("a"), nil, false}, {h, h, false},
		{Date(1), Date(1), true}, {Date(1), 1.0, false},
	} {
		if StrictEqual(c.a, c.b) != c.want {
			t.Errorf("%#v === %#v is %t", c.a, c.b, !c.want)
		}
	}
	if !LooseEqual(a, "x") || LooseEqual(a, b) || !LooseEqual(Date(0), Date(0).String()) || LooseEqual(socket("a"), "a") {
		t.Error("==")
	}
}

type uncomparable struct{ _ []int }

func (uncomparable) Handle() string { return "u" }

// The order of UTF-16 units is not that of UTF-8 bytes.
func TestLessText(t *testing.T) {
	ordered := []string{"", "\x00", "A", "AB", "Z", "a", "az", "a\u00e9", "\u00e9", "\u20ac", "\ud7ff", "\U00010000", "\U0001F600", "\U0001F601", "\U0001F601a",
		"\U0010FFFF", "\ue000", "\ufffd", "\uffff"}
	for i, a := range ordered {
		for k, b := range ordered {
			for _, prefix := range []string{"", "x", "\u20ac", "\U0001F600"} {
				if got, _ := Less(prefix+a, prefix+b); got != (i < k) {
					t.Errorf("%+q < %+q is %t", prefix+a, prefix+b, got)
				}
			}
		}
	}
}

// What Node-RED 5.0.7's compareObjects answers.
func TestDeepEqual(t *testing.T) {
	deep := func() any {
		l := NewList()
		for range 400 {
			l = NewList(l)
		}
		return l
	}
	cycle := NewList()
	cycle.Append(cycle)
	cycle2 := NewList()
	cycle2.Append(cycle2)
	for _, c := range []struct {
		a, b any
		want bool
	}{
		{Of("a", Undefined), Of("b", 1), true}, {Of("b", 1), Of("a", Undefined), false},
		{Date(0), Date(1), true}, {Date(0), Of(), true}, {Of(), Date(0), true}, {Date(0), Of("a", 1), false},
		{math.NaN(), math.NaN(), false}, {NewList(1, NewList(2)), NewList(1, NewList(2)), true}, {NewList(1), NewList(2), false},
		{NewList(), Of(), false}, {Of(), NewList(), false}, {[]byte("a"), []byte("a"), true}, {[]byte("a"), []byte("b"), false},
		{[]byte("a"), NewList(97), false}, {[]byte(""), Of(), false}, {Of(), []byte(""), false},
		{nil, Undefined, false}, {nil, nil, true}, {Undefined, Undefined, true}, {1.0, "1", false}, {"a", "a", true},
		{Of("a", 1, "b", 2), Of("b", 2, "a", 1), true}, {Of("a", 1), Of("a", 1, "b", 2), false},
		{Of("a", nil), Of("a", Undefined), false}, {NewList(Undefined, 1), NewList(Undefined, 1), true},
		{Of("a", Of("b", NewList(Of("c", 1)))), Of("a", Of("b", NewList(Of("c", 1)))), true},
		{Of("a", Of("b", NewList(Of("c", 1)))), Of("a", Of("b", NewList(Of("c", 2)))), false},
		{NewShared(func() *Object { return Of("a", 1) }), Of("a", 1), true},
		{socket("a"), socket("a"), true}, {socket("a"), socket("b"), false}, {socket("a"), Of(), false},
		{deep(), deep(), true}, {cycle, cycle, true}, {cycle, cycle2, false},
	} {
		if DeepEqual(c.a, c.b) != c.want {
			t.Errorf("%v and %v: want %t", c.a, c.b, c.want)
		}
	}
}
