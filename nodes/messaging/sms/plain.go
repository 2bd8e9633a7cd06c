package sms

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// typographic are the characters that word processors put where a keyboard
// has plain ones, and those plain ones. One of them alone makes a text cost
// more than twice as much (messaging-practice.md §1).
var typographic = strings.NewReplacer(
	"‘", "'", "’", "'", "‚", "'", "‛", "'", "′", "'", "´", "'", "`", "'",
	"“", `"`, "”", `"`, "„", `"`, "‟", `"`, "″", `"`, "«", `"`, "»", `"`, "‹", "'", "›", "'",
	"‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "―", "-", "−", "-",
	"…", "...", "•", "*", "·", "*",
	"\u00a0", " ", "\u2002", " ", "\u2003", " ", "\u2009", " ", "\u202f", " ", "\u200b", "", "\ufeff", "", "\u00ad", "",
	"\t", " ",
)

// Plain replaces typographic quotes, dashes, dots and spaces by those that
// the GSM-7 alphabet has. Letters stay as they are.
func Plain(text string) string { return typographic.Replace(text) }

// Clean takes out of a text what no phone shows and networks stumble over:
// null bytes and other control characters but tab, line feed, form feed and
// carriage return. What is no UTF-8 becomes U+FFFD.
func Clean(text string) string {
	clean := true
	for i := 0; i < len(text) && clean; i++ {
		clean = text[i] >= ' ' && text[i] < 0x7f || text[i] == '\n'
	}
	if clean {
		return text
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\f' && r != '\r' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}

// Truncate cuts text so that with an ellipsis it takes no more than parts
// parts and limit characters. It cuts between what a reader takes for two
// characters: no emoji loses its skin tone, no letter its accent.
func Truncate(text string, parts, limit int, wide bool) string {
	if Parts(text, wide) <= parts && utf8.RuneCountInString(text) <= limit {
		return text
	}
	dots := "..."
	if wide {
		dots = "…"
	}
	runes := []rune(text)
	low, high := 0, min(len(runes), limit-utf8.RuneCountInString(dots))
	for low < high { // the longest prefix that fits
		if middle := (low + high + 1) / 2; Parts(string(runes[:middle])+dots, wide) <= parts {
			low = middle
		} else {
			high = middle - 1
		}
	}
	for low > 0 && (continues(runes[low]) || runes[low-1] == zeroWidthJoiner) {
		low--
	}
	return strings.TrimRightFunc(string(runes[:low]), unicode.IsSpace) + dots
}

const zeroWidthJoiner = '\u200d'

// continues tells whether r belongs to the character before it.
func continues(r rune) bool {
	return r == zeroWidthJoiner || unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc, unicode.Variation_Selector) ||
		r >= 0x1f3fb && r <= 0x1f3ff // skin tones
}
