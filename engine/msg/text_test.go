package msg

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestText(t *testing.T) {
	inUTC(t)
	want := []string{"null", "undefined", "", "0", "0", "false", "false", "1", "1", "true", "true", "", "1", "[object Object]", "abc", "NaN",
		"10", "9", "hi", "", "Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)", "-1", "-1", "1,,2,", "", "1e1", "0x1", "Infinity",
		"\U0001F600", "\uFFFD"}
	types := strings.Fields("object undefined string number string boolean string number string boolean string object object object " +
		"string number string string object object object number string object object string string number string string")
	for i, v := range comparands() {
		if got := Text(v); got != want[i] {
			t.Errorf("%#v: got %q, want %q", v, got, want[i])
		}
		if got := TypeOf(v); got != types[i] {
			t.Errorf("%#v: type %s, want %s", v, got, types[i])
		}
	}
	l := NewList("a")
	l.Append(l)
	if got := Text(l); strings.Trim(got, "a,") != "" {
		t.Errorf("a list inside itself: %s", got)
	}
	if got := Text(NewList(Of("a", 1), []byte("x"), NewShared(func() *Object { return nil }))); got != "[object Object],x,[object Object]" {
		t.Errorf("got %s", got)
	}
	if got := Text([]byte("a\xffb\xe2\x82")); got != "a\uFFFDb\uFFFD" {
		t.Errorf("got %+q", got)
	}
}

// ensureString and ensureBuffer, jsonata-and-js.md §1.3.
func TestStringAndBytes(t *testing.T) {
	for _, c := range []struct {
		in   any
		want string
	}{
		{"a", "a"}, {[]byte("b"), "b"}, {nil, "null"}, {Undefined, "undefined"}, {true, "true"}, {84901234567.0, "84901234567"},
		{Of("a", 1), `{"a":1}`}, {NewList(1, nil), `[1,null]`}, {Date(0), `"1970-01-01T00:00:00.000Z"`},
		{socket("tcp:1"), `{"handle":"tcp:1"}`}, {math.NaN(), "NaN"},
	} {
		if got := String(c.in); got != c.want {
			t.Errorf("%#v: got %s, want %s", c.in, got, c.want)
		}
		if got := string(Bytes(c.in)); got != c.want {
			t.Errorf("%#v: got bytes %s, want %s", c.in, got, c.want)
		}
	}
	b := []byte{0xff}
	if got := Bytes(b); &got[0] != &b[0] {
		t.Error("a Buffer was copied")
	}
}

func TestUTF16Len(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "é€": 2, "😀": 2, "a😀é": 4} {
		if got := UTF16Len(s); got != want {
			t.Errorf("%q: got %d, want %d", s, got, want)
		}
	}
}

func TestDate(t *testing.T) {
	for _, c := range []struct {
		ms   float64
		zone string
		want string
	}{
		{0, "UTC", "Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)"},
		{1795008107426, "Europe/Berlin", "Wed Nov 18 2026 14:21:47 GMT+0100 (Central European Standard Time)"},
		{1784073600000, "Europe/London", "Wed Jul 15 2026 01:00:00 GMT+0100 (British Summer Time)"},
		{1784073600000, "America/New_York", "Tue Jul 14 2026 20:00:00 GMT-0400 (Eastern Daylight Time)"},
		{1784073600000, "Asia/Kolkata", "Wed Jul 15 2026 05:30:00 GMT+0530 (India Standard Time)"},
		{1784073600000, "Africa/Casablanca", "Wed Jul 15 2026 01:00:00 GMT+0100 (GMT+01:00)"},
		{-62198755200000, "UTC", "Fri Jan 01 -0001 00:00:00 GMT+0000 (Coordinated Universal Time)"},
		{253402300800000, "UTC", "Sat Jan 01 10000 00:00:00 GMT+0000 (Coordinated Universal Time)"},
		{8.64e15, "UTC", "Sat Sep 13 275760 00:00:00 GMT+0000 (Coordinated Universal Time)"},
		{-1.9, "UTC", "Wed Dec 31 1969 23:59:59 GMT+0000 (Coordinated Universal Time)"},
		{8.64e15 + 2, "UTC", "Invalid Date"}, {-8.64e15 - 2, "UTC", "Invalid Date"}, {math.NaN(), "UTC", "Invalid Date"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Skip(err)
		}
		if got := Date(c.ms).in(zone); got != c.want {
			t.Errorf("%v in %s: got %s, want %s", c.ms, c.zone, got, c.want)
		}
	}
	at := time.Date(2026, 11, 20, 13, 21, 47, 426_999_999, time.UTC)
	if d := DateOf(at); d != 1795180907426 || !d.Time().Equal(at.Truncate(time.Millisecond)) {
		t.Errorf("got %v, %v", float64(d), d.Time())
	}
	if !Date(math.NaN()).Time().IsZero() {
		t.Error("an invalid date has a time")
	}
}

// TestBrokenUTF8 is what Buffer.toString of Node.js 24 makes.
func TestBrokenUTF8(t *testing.T) {
	for in, want := range map[string]string{
		"\xff": "\ufffd", "a\xc3": "a\ufffd", "\xe2\x82": "\ufffd", "\xe2\x82A": "\ufffdA", "\xf0\x9f\x98": "\ufffd", "\xf0\x9f\x98A": "\ufffdA",
		"\xed\xa0\x80": "\ufffd\ufffd\ufffd", "\xf4\x90\x80\x80": "\ufffd\ufffd\ufffd\ufffd", "\xc0\x80": "\ufffd\ufffd",
		"\xe0\x80\x80": "\ufffd\ufffd\ufffd", "\xf8\x88\x80\x80\x80": "\ufffd\ufffd\ufffd\ufffd\ufffd", "\x80\x80": "\ufffd\ufffd",
		"\xe2\xe2\x82\xac": "\ufffd€", "\xf0\x9f\xf0\x9f\x98\x80": "\ufffd😀", "\xf1\x80\x80": "\ufffd", "\xed\x9f": "\ufffd",
		"\xed\xa0": "\ufffd\ufffd", "\xf4\x8f": "\ufffd", "\xf4\x90": "\ufffd\ufffd", "\xe0\xa0": "\ufffd", "\xe0\x9f": "\ufffd\ufffd",
		"\ufffd\xff": "\ufffd\ufffd",
	} {
		if got := Text([]byte(in)); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
