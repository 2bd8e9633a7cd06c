package sms

import (
	"strings"
	"testing"
	"unicode/utf16"
)

func TestParts(t *testing.T) {
	r := strings.Repeat
	for _, c := range []struct {
		name    string
		text    string
		unicode bool
		want    int
	}{
		{"empty", "", false, 1},
		{"one", "a", false, 1},
		{"160", r("a", 160), false, 1},
		{"161", r("a", 161), false, 2},
		{"306", r("a", 306), false, 2},
		{"307", r("a", 307), false, 3},
		{"459", r("a", 459), false, 3},
		{"460", r("a", 460), false, 4},
		{"612", r("a", 612), false, 4},
		{"613", r("a", 613), false, 5},
		{"two-byte letters count one septet", r("é", 160), false, 1},
		{"161 two-byte letters", r("é", 161), false, 2},
		{"newlines count one", r("\n", 160), false, 1},
		{"80 euros are 160 septets", r("€", 80), false, 1},
		{"81 euros", r("€", 81), false, 2},
		{"a last euro that needs 161", r("a", 159) + "€", false, 2},
		{"a last euro that needs 160", r("a", 158) + "€", false, 1},
		// 153 is odd: of euros alone a part holds 76 and leaves a septet free.
		{"152 euros", r("€", 152), false, 2},
		{"153 euros are 306 septets but three parts", r("€", 153), false, 3},
		{"escape pair kept whole at the first cut", r("a", 152) + "€" + r("a", 152), false, 3},
		{"escape pair that just fits", r("a", 151) + "€" + r("a", 153), false, 2},
		{"foreign as one question mark", r("ж", 160), false, 1},

		{"unicode 70", r("ж", 70), true, 1},
		{"unicode 71", r("ж", 71), true, 2},
		{"unicode 134", r("ж", 134), true, 2},
		{"unicode 135", r("ж", 135), true, 3},
		{"unicode 201", r("ж", 201), true, 3},
		{"unicode 202", r("ж", 202), true, 4},
		{"ASCII as unicode", r("a", 71), true, 2},
		{"35 emoji are 70 units", r("😀", 35), true, 1},
		{"36 emoji", r("😀", 36), true, 2},
		// 67 is odd as well: 33 emoji a part.
		{"66 emoji", r("😀", 66), true, 2},
		{"67 emoji are 134 units but three parts", r("😀", 67), true, 3},
		{"skin tone is four units", r("👍🏽", 17) + "aa", true, 1},
		{"skin tone over", r("👍🏽", 17) + "aaa", true, 2},
		{"surrogate pair kept whole", r("a", 66) + "😀" + r("a", 66), true, 3},
	} {
		if got := Parts(c.text, c.unicode); got != c.want {
			t.Errorf("%s: %d parts, want %d", c.name, got, c.want)
		}
	}
}

func TestAlphabet(t *testing.T) {
	one := "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	if n := len([]rune(one)); n != 127 { // 128 places, one of them the escape
		t.Fatalf("the test's own alphabet has %d characters", n)
	}
	for _, c := range one {
		if !IsGSM7(string(c)) || septets(c) != 1 {
			t.Errorf("%q is not one septet", c)
		}
	}
	for _, c := range "|^€{}[]~\\\f" {
		if !IsGSM7(string(c)) || septets(c) != 2 {
			t.Errorf("%q is not two septets", c)
		}
	}
	for _, c := range "`\tçáíóúâêÀ“”‘’–—…\u00a0😀ж\u200d\ufffd\x00" {
		if IsGSM7(string(c)) {
			t.Errorf("%q is taken for GSM-7", c)
		}
	}
	if IsGSM7("fine until the end…") {
		t.Error("a text with one foreign character is taken for GSM-7")
	}
	if got := Foreign("“quoted” and “again” – 😀 {ok}"); got != "“”–😀" {
		t.Errorf("foreign characters %q", got)
	}
}

// FuzzParts holds the cut against bounds that any cut must keep.
func FuzzParts(f *testing.F) {
	for _, seed := range []string{"", "hello", strings.Repeat("€", 153), strings.Repeat("😀", 67), "a\xffb", "`"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := len(utf16.Encode([]rune(text)))
		got := Parts(text, true)
		if n <= 70 && got != 1 {
			t.Fatalf("%d units in %d parts", n, got)
		}
		if n > 70 && (got*67 < n || (got-1)*66 >= n) {
			t.Fatalf("%d units in %d parts", n, got)
		}
		if g := Parts(text, false); IsGSM7(text) && g > got {
			t.Fatalf("%d parts in GSM-7, %d in UTF-16", g, got)
		}
	})
}

func BenchmarkParts(b *testing.B) {
	text := strings.Repeat("You said: 5 € for {name}, is that right? ", 12)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Parts(text, !IsGSM7(text))
	}
}

func TestFillsPart(t *testing.T) {
	for _, c := range []struct {
		text string
		want bool
	}{
		{"", false},
		{strings.Repeat("a", 149), false}, {strings.Repeat("a", 150), true}, {strings.Repeat("a", 160), true}, {strings.Repeat("a", 161), false},
		{strings.Repeat("€", 75), true}, {strings.Repeat("€", 81), false},
		{strings.Repeat("ж", 63), false}, {strings.Repeat("ж", 64), true}, {strings.Repeat("ж", 70), true}, {strings.Repeat("ж", 71), false},
		{strings.Repeat("😀", 32), true}, {strings.Repeat("😀", 36), false},
	} {
		if got := FillsPart(c.text); got != c.want {
			t.Errorf("%d bytes of %.4q: %v", len(c.text), c.text, got)
		}
	}
}
