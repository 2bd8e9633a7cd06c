package sms

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	got := Plain("‘it’s’ “so” – or — …\u00a0ok „x“ a\tb")
	if want := `'it's' "so" - or - ... ok "x" a b`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Plain("Zoë ж 😀 ñ"); got != "Zoë ж 😀 ñ" {
		t.Errorf("letters changed: %q", got)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"a\x00b\x07c":    "abc",
		"a\r\nb\tc\x0cd": "a\r\nb\tc\x0cd",
		"a\x7fb\u0085c":  "abc",
		"bad \xff byte":  "bad \ufffd byte",
		"plain":          "plain",
		"\x00":           "",
	} {
		if got := Clean(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestTruncate(t *testing.T) {
	for _, c := range []struct {
		text  string
		parts int
		wide  bool
		want  string
	}{
		{"short", 1, false, "short"},
		{strings.Repeat("a", 160), 1, false, strings.Repeat("a", 160)},
		{strings.Repeat("a", 161), 1, false, strings.Repeat("a", 157) + "..."},
		{strings.Repeat("a", 400), 2, false, strings.Repeat("a", 303) + "..."},
		{strings.Repeat("€", 100), 1, false, strings.Repeat("€", 78) + "..."}, // two septets each
		{strings.Repeat("ж", 71), 1, true, strings.Repeat("ж", 69) + "…"},
		{strings.Repeat("😀", 40), 1, true, strings.Repeat("😀", 34) + "…"}, // 68 units and one
		{strings.Repeat("x", 67) + "👍🏽" + "tail", 1, true, strings.Repeat("x", 67) + "…"},
		{strings.Repeat("x", 64) + "👩\u200d🚀" + "tail", 1, true, strings.Repeat("x", 64) + "👩\u200d🚀…"},
		{strings.Repeat("x", 65) + "👩\u200d🚀" + "tail", 1, true, strings.Repeat("x", 65) + "…"},
		{strings.Repeat("x", 68) + "e\u0301" + "tail", 1, true, strings.Repeat("x", 68) + "…"},
	} {
		got := Truncate(c.text, c.parts, 3200, c.wide)
		if got != c.want {
			t.Errorf("%.20q: %q, want %q", c.text, got, c.want)
		}
		if Parts(got, c.wide) > c.parts {
			t.Errorf("%.20q: %d parts", c.text, Parts(got, c.wide))
		}
	}
	if got := Truncate(strings.Repeat("a", 5000), 100, 3200, false); utf8.RuneCountInString(got) != 3200 {
		t.Errorf("%d characters", utf8.RuneCountInString(got))
	}
}

// FuzzTruncate: what is cut fits, is valid, and begins as the text does.
func FuzzTruncate(f *testing.F) {
	for _, seed := range []string{"", "a", strings.Repeat("😀", 80), strings.Repeat("€", 500), strings.Repeat("e\u0301", 300), "👩\u200d🚀\x00\xff"} {
		f.Add(seed, 1, true)
		f.Add(seed, 3, false)
	}
	f.Fuzz(func(t *testing.T, text string, parts int, wide bool) {
		text = Clean(text)
		if parts < 1 || parts > 50 {
			return
		}
		got := Truncate(text, parts, 3200, wide)
		if !utf8.ValidString(got) || Parts(got, wide) > parts || utf8.RuneCountInString(got) > 3200 {
			t.Fatalf("%q to %d parts: %q", text, parts, got)
		}
		if head := strings.TrimSuffix(strings.TrimSuffix(got, "..."), "…"); got != text && !strings.HasPrefix(text, head) {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
