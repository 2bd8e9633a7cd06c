package node_test

import (
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine/node"
)

// What moment(…).format(…) answers in its English locale.
func TestDateFormat(t *testing.T) {
	zone := time.FixedZone("here", 5*3600+1800)
	at := time.Date(2026, 1, 2, 15, 4, 5, 67e6, zone) // a Friday
	tests := []struct{ format, want string }{
		{"YYYY-MM-DD HH:mm:ss", "2026-01-02 15:04:05"},
		{"YY Y YYYYY YYYYYY", "26 2026 02026 +002026"},
		{"M Mo MM MMM MMMM", "1 1st 01 Jan January"},
		{"D Do DD DDD DDDo DDDD", "2 2nd 02 2 2nd 002"},
		{"d do dd ddd dddd e E", "5 5th Fr Fri Friday 5 5"},
		{"w wo ww W Wo WW gggg GGGG gg GG", "1 1st 01 1 1st 01 2026 2026 26 26"},
		{"Q Qo", "1 1st"},
		{"H HH h hh k kk", "15 15 3 03 15 15"},
		{"m mm s ss", "4 04 5 05"},
		{"S SS SSS SSSSSS", "0 06 067 067000"},
		{"a A", "pm PM"},
		{"Z ZZ", "+05:30 +0530"},
		{"X x", "1767346445 1767346445067"},
		{"hmm hmmss Hmm Hmmss", "304 30405 1504 150405"},
		{"L LT LTS", "01/02/2026 3:04 PM 3:04:05 PM"},
		{"LL|ll", "January 2, 2026|Jan 2, 2026"},
		{"LLLL", "Friday, January 2, 2026 3:04 PM"},
		{"llll", "Fri, Jan 2, 2026 3:04 PM"},
		{"l lll", "1/2/2026 Jan 2, 2026 3:04 PM"},
		{"[Today is] dddd", "Today is Friday"},
		{"[L] [] \\L \\D", "L  L D"},
		{"YYYYMMDDTHHmmss", "20260102T150405"},
		{"N NNNN", "AD Anno Domini"},
		{"été, 日\nD", "été, 日\n2"},
		{"[", "["},
	}
	for _, tt := range tests {
		if got := node.ParseDateFormat(tt.format).Format(at); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.format, got, tt.want)
		}
	}
}

func TestDateFormatEdges(t *testing.T) {
	utc := func(y int, m time.Month, d, h int) time.Time { return time.Date(y, m, d, h, 0, 0, 0, time.UTC) }
	tests := []struct {
		at           time.Time
		format, want string
	}{
		{utc(2026, 3, 11, 0), "Do h k A", "11th 12 24 AM"},
		{utc(2026, 3, 12, 12), "Do h k A", "12th 12 12 PM"},
		{utc(2026, 3, 13, 0), "Do", "13th"},
		{utc(2026, 3, 21, 0), "Do", "21st"},
		{utc(2026, 3, 22, 0), "Do", "22nd"},
		{utc(2026, 3, 23, 0), "Do DDDo", "23rd 82nd"},
		{utc(2024, 12, 29, 0), "w gggg W GGGG E e", "1 2025 52 2024 7 0"}, // a Sunday
		{utc(2024, 12, 28, 0), "w gggg", "52 2024"},
		{utc(2027, 1, 1, 0), "w gggg W GGGG", "1 2027 53 2026"},
		{utc(2026, 12, 31, 0), "Q DDDD Z", "4 365 +00:00"},
		{utc(2026, 6, 1, 0), "Q", "2"},
	}
	for _, tt := range tests {
		if got := node.ParseDateFormat(tt.format).Format(tt.at); got != tt.want {
			t.Errorf("%v %s: got %q, want %q", tt.at, tt.format, got, tt.want)
		}
	}
}

func FuzzDateFormat(f *testing.F) {
	for _, seed := range []string{"YYYY-MM-DD", "[a]b[", "\\", "LLLL lll", "SSSSSSSSSSSS", "NNNNNNN", "\xff"} {
		f.Add(seed)
	}
	at := time.Date(2026, 1, 2, 15, 4, 5, 67e6, time.UTC)
	f.Fuzz(func(t *testing.T, format string) {
		node.ParseDateFormat("[" + format).Format(at)
		if got := node.ParseDateFormat("[\\]" + format).Format(at); format == "" && got != "\\" {
			t.Errorf("%q", got)
		}
	})
}
