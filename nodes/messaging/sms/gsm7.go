// Package sms knows what a text message is made of, apart from any provider:
// the alphabet and the parts it is cut into, phone numbers and senders, and
// the signature of the SMS API (contract vonage.md §1). The messaging nodes
// and the simulator both stand on it.
package sms

import "unicode/utf8"

// What fits into a text of one part and into each part of a longer one, in
// septets for GSM-7 and in UTF-16 units for Unicode (vonage.md §1.6).
const (
	gsmSingle, gsmPart         = 160, 153
	unicodeSingle, unicodePart = 70, 67
)

// basic and extension are the GSM-7 alphabet: one septet for a character of
// the first, two for one of the second.
const (
	basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extension = "\f|^€{}[]~\\"
)

var septetsOf = func() map[rune]int {
	of := make(map[rune]int, 160)
	for _, r := range basic {
		of[r] = 1
	}
	for _, r := range extension {
		of[r] = 2
	}
	return of
}()

// IsGSM7 tells whether every character of text is in the GSM-7 alphabet, so
// that it arrives whole as type "text".
func IsGSM7(text string) bool {
	for _, r := range text {
		if septetsOf[r] == 0 {
			return false
		}
	}
	return true
}

// Foreign returns the characters of text that are not in the GSM-7 alphabet,
// each once, in the order they appear: what type "text" turns into "?".
func Foreign(text string) string {
	var out []rune
	seen := map[rune]bool{}
	for _, r := range text {
		if septetsOf[r] == 0 && !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	}
	return string(out)
}

// Parts is how many messages text is cut into and billed as: in UTF-16 if
// unicode, else in GSM-7, where a foreign character counts as the "?" that
// arrives. No part is cut inside an escape pair or a surrogate pair. An empty
// text is one part.
func Parts(text string, unicode bool) int {
	size, single, part := septets, gsmSingle, gsmPart
	if unicode {
		size, single, part = units, unicodeSingle, unicodePart
	}
	if 2*len(text) <= single { // a character is a byte at least and two units at most
		return 1
	}
	total, parts, used := 0, 1, 0
	for _, r := range text {
		n := size(r)
		total += n
		if used+n > part {
			parts, used = parts+1, 0
		}
		used += n
	}
	if total <= single {
		return 1
	}
	return parts
}

// FillsPart tells whether text takes so much room that it may be a part of a
// longer one: not less than a part of a long text has but for a few
// characters, and not more than fits into one.
func FillsPart(text string) bool {
	size, single, part, few := units, unicodeSingle, unicodePart, 3
	if IsGSM7(text) {
		size, single, part = septets, gsmSingle, gsmPart
	}
	total := 0
	for _, r := range text {
		total += size(r)
	}
	return total >= part-few && total <= single
}

func septets(r rune) int { return max(1, septetsOf[r]) }

func units(r rune) int {
	if r > 0xFFFF && r <= utf8.MaxRune {
		return 2
	}
	return 1
}
