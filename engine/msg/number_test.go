package msg

import (
	"math"
	"testing"
)

// jsonata-and-js.md §1.1.
func TestFormatNumber(t *testing.T) {
	tenth, fifth := 0.1, 0.2 // as constants they would be exact
	sum := tenth + fifth
	for _, c := range []struct {
		in   float64
		want string
	}{
		{0, "0"}, {math.Copysign(0, -1), "0"}, {1, "1"}, {-1, "-1"}, {84901234567, "84901234567"}, {1e15, "1000000000000000"},
		{1e16, "10000000000000000"}, {1e20, "100000000000000000000"}, {-1e20, "-100000000000000000000"}, {1e21, "1e+21"}, {123456789012345680000, "123456789012345680000"},
		{1 << 53, "9007199254740992"}, {sum, "0.30000000000000004"}, {1e-6, "0.000001"}, {1e-7, "1e-7"}, {1.5e300, "1.5e+300"},
		{-1.5e-10, "-1.5e-10"}, {12e-9, "1.2e-8"}, {1e100, "1e+100"}, {5e-324, "5e-324"}, {math.MaxFloat64, "1.7976931348623157e+308"},
		{math.NaN(), "NaN"}, {math.Inf(1), "Infinity"}, {math.Inf(-1), "-Infinity"}, {4.35, "4.35"}, {-4.35, "-4.35"}, {100.5, "100.5"}, {-0.5, "-0.5"},
		{0.0001, "0.0001"}, {0.00001234, "0.00001234"}, {1234.5678, "1234.5678"}, {999999999999999.9, "999999999999999.9"},
		{123456789.123, "123456789.123"}, {1.005, "1.005"}, {0.07, "0.07"}, {1.1, "1.1"}, {12345678901.0625, "12345678901.0625"},
	} {
		if got := FormatNumber(c.in); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// jsonata-and-js.md §1.2; the answers are Node.js 24's.
func TestNumberOfText(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		in                           string
		number, parseFloat, parseInt float64
	}{
		{"", 0, nan, nan},
		{"  ", 0, nan, nan},
		{"5", 5, 5, 5},
		{" 5 ", 5, 5, 5},
		{"\n5\t", 5, 5, 5},
		{"5px", nan, 5, 5},
		{"1e3", 1000, 1000, 1},
		{"1E+3", 1000, 1000, 1},
		{".5", 0.5, 0.5, nan},
		{"5.", 5, 5, 5},
		{"+5", 5, 5, 5},
		{"-5", -5, -5, -5},
		{"--5", nan, nan, nan},
		{"0x1F", 31, 0, 0},
		{"0b101", 5, 0, 0},
		{"0o17", 15, 0, 0},
		{"0X1f", 31, 0, 0},
		{"-0x1", nan, 0, 0},
		{"0x", nan, 0, 0},
		{"0xg", nan, 0, 0},
		{"Infinity", inf, inf, nan},
		{"-Infinity", -inf, -inf, nan},
		{"+Infinity", inf, inf, nan},
		{"infinity", nan, nan, nan},
		{"inf", nan, nan, nan},
		{"NaN", nan, nan, nan},
		{"1_000", nan, 1, 1},
		{"1e", nan, 1, 1},
		{"e5", nan, nan, nan},
		{".", nan, nan, nan},
		{"1e400", inf, inf, 1},
		{"\u00a05\ufeff", 5, 5, 5},
		{"\u00855", nan, nan, nan},
		{"1,5", nan, 1, 1},
		{"0x1p4", nan, 0, 0},
		{"00012", 12, 12, 12},
		{"0x1_0", nan, 0, 0},
		{"123456789012345678901234567890", 1.2345678901234568e+29, 1.2345678901234568e+29, 1.2345678901234568e+29},
		{"0xffffffffffffffffff", 4.722366482869645e+21, 0, 0},
		{"0b", nan, 0, 0},
		{"0b2", nan, 0, 0},
		{"0x+1", nan, 0, 0},
		{"\u20285", 5, 5, 5},
		{"5 5", nan, 5, 5},
		{"+", nan, nan, nan},
		{"1e5.5", nan, 100000, 1},
		{".e1", nan, nan, nan},
		{"5.e1", 50, 50, 5},
		{"404x", nan, 404, 404},
		{"Infinityx", nan, inf, nan},
		{"-.5e-1x", nan, -0.05, nan},
	} {
		for _, f := range []struct {
			name      string
			got, want float64
		}{{"Number", Number(c.in), c.number}, {"ParseFloat", ParseFloat(c.in), c.parseFloat}, {"ParseInt", ParseInt(c.in), c.parseInt}} {
			if f.got != f.want && !(math.IsNaN(f.got) && math.IsNaN(f.want)) {
				t.Errorf("%s(%+q) is %v, want %v", f.name, c.in, f.got, f.want)
			}
		}
	}
}

func TestNumber(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		in   any
		want float64
	}{
		{nil, 0}, {Undefined, nan}, {true, 1}, {false, 0}, {1.5, 1.5}, {NewList(), 0}, {NewList("5"), 5}, {NewList(1, 2), nan},
		{NewList(NewList(7)), 7}, {Of(), nan}, {Date(5), 5}, {[]byte("12"), 12}, {[]byte(""), 0}, {socket("1"), nan},
		{NewShared(func() *Object { return Of() }), nan},
	} {
		if got := Number(c.in); got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%#v: got %v, want %v", c.in, got, c.want)
		}
	}
}
