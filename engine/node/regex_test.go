package node_test

import (
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/node"
)

// What JavaScript answers, by `s.replace(new RegExp(pattern, "g"+flags), replacement)`.
func TestRegexReplace(t *testing.T) {
	tests := []struct{ pattern, flags, s, replacement, want string }{
		{`b`, "", "abcb", "x", "axcx"},
		{`(\w)(\d)?`, "", "a1b", "<$1|$2>", "<a|1><b|>"},
		{`b`, "", "abc", "[$&$&]", "a[bb]c"},
		{`b`, "", "abc", "[$`|$']", "a[a|c]c"},
		{`b`, "", "abc", "$$1", "a$1c"},
		{`(b)`, "", "abc", "$2 $10 $01 $0", "a$2 b0 b $0c"},
		{`(?<y>\d{4})-(?<m>\d\d)`, "", "2026-11", "$<m>/$<y>$<none>", "11/2026"},
		{`b`, "", "abc", "$<y>", "a$<y>c"},
		{`(?<y>b)(c)`, "", "abc", "$1$2$2", "abcc"},
		{`b`, "", "abc", "$", "a$c"},
		{`B`, "i", "abc", "x", "axc"},
		{`^b$`, "m", "a\nb", "x", "a\nx"},
		{`a.b`, "s", "a\nb", "x", "x"},
		{`(?<=\$)\d+(?=€)`, "", "$5€ $6", "x", "$x€ $6"},
		{`(a)\1`, "", "aab", "x", "xb"},
		{`\d`, "", "١2", "x", "١x"},
		{`é`, "", "caféé", "$`", "cafcafcafé"},
		{`x*`, "", "ab", "-", "-a-b-"},
		{`.`, "u", "😀a", "[$&]", "[😀][a]"},
	}
	for _, tt := range tests {
		t.Run(tt.pattern+" "+tt.replacement, func(t *testing.T) {
			re, err := node.CompileRegex(tt.pattern, "g"+tt.flags)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := re.Replace(tt.s, tt.replacement); got != tt.want || err != nil {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestReplaceText(t *testing.T) {
	tests := []struct{ s, from, replacement, want string }{
		{"a.b.c", ".", "-", "a-b-c"},
		{"a.b", ".", "$&$&", "a..b"},
		{"1+1=2", "+1=", "$$", "1$2"},
		{"(x)[y]{z}^|\\", "[y]{z}^|\\", "!", "(x)!"},
		{"abc", "", "-", "-a-b-c-"},
		{"abc", "x", "$1", "abc"},
	}
	for _, tt := range tests {
		if got, err := node.ReplaceText(tt.s, tt.from, tt.replacement); got != tt.want || err != nil {
			t.Errorf("%q.replace(%q, %q): %q, %v, want %q", tt.s, tt.from, tt.replacement, got, err, tt.want)
		}
	}
}

func TestRegexErrors(t *testing.T) {
	for _, pattern := range []string{"(", "[a", "a**", "(?<n>a)(?<n>b)", "\\"} {
		if _, err := node.CompileRegex(pattern, ""); err == nil || !strings.HasPrefix(err.Error(), "invalid regular expression: /"+pattern+"/: ") {
			t.Errorf("%s: %v", pattern, err)
		}
	}
	if _, err := node.CompileRegex("a", "k"); err == nil || err.Error() != `invalid regular expression flag 'k'` {
		t.Errorf("flag: %v", err)
	}
}

// TestRegexPatternsAreBounded: nested as deep as the bound lets it, a pattern
// is compiled or refused, and the process goes on.
func TestRegexPatternsAreBounded(t *testing.T) {
	for _, open := range []string{"(", "(?:", "(?=", "(?<=", "(a|", "["} {
		_, _ = node.CompileRegex(strings.Repeat(open, 10_000/len(open))+strings.Repeat(")", 10_000/len(open)), "")
		if _, err := node.CompileRegex(strings.Repeat(open, 20_001), ""); err == nil || !strings.Contains(err.Error(), "longer than 20000 bytes") {
			t.Errorf("%s: %.100v", open, err)
		}
	}
}
