package sms

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

var (
	numericSender = regexp.MustCompile(`^[1-9][0-9]{2,14}$`)
	calculated    = regexp.MustCompile(`^-|^[0-9]{7,}\.[0-9]{1,2}$`)
	namedSender   = regexp.MustCompile(`^[A-Za-z0-9]{1,11}$`)
)

// Number brings a recipient's number to the form the provider wants (vonage.md
// §1.10): international, digits only, no + and no 00. It never guesses a
// country code: a national number is an error.
func Number(s string) (string, error) {
	if International(s) { // as nearly every one is
		return s, nil
	}
	digits := plain(s)
	switch {
	case strings.TrimSpace(s) == "":
		return "", fmt.Errorf("no number")
	case calculated.MatchString(strings.TrimSpace(s)): // 447700900001.0, as tables export it, is not 4477009000010
		return "", fmt.Errorf("%s is a result, not a phone number: give it as text", quote(s))
	case strings.Contains(s, "(0)"):
		return "", fmt.Errorf("%s has a trunk prefix: leave the (0) out", quote(s))
	case strings.HasPrefix(digits, "0"):
		return "", fmt.Errorf("%s is a national number: write it with its country code, such as 447700900000", quote(s))
	case !International(digits):
		return "", fmt.Errorf("%s is no phone number: 7 to 15 digits with the country code, such as 447700900000", quote(s))
	}
	return digits, nil
}

// International tells whether s is a number in that form already.
func International(s string) bool {
	if len(s) < 7 || len(s) > 15 || s[0] == '0' {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Sender brings what a text comes from to the form the provider wants: a
// number or short code, digits only, or a name of up to 11 letters and digits.
// Spaces are taken out of a name, for the provider ignores them.
func Sender(s string) (string, error) {
	if strings.TrimSpace(s) == "" {
		return "", fmt.Errorf("no sender")
	}
	if International(s) {
		return s, nil
	}
	if digits := plain(s); numericSender.MatchString(digits) && !strings.Contains(s, "(0)") {
		return digits, nil
	}
	name := without(s, unicode.IsSpace)
	if namedSender.MatchString(name) && strings.ContainsFunc(name, unicode.IsLetter) {
		return name, nil
	}
	return "", fmt.Errorf("%s is no sender: a number with its country code, a short code, or a name of up to 11 letters and digits", quote(s))
}

// Mask is a number as it may stand in a log or under a node: 447700900000 is
// 4477…0000, a shorter one keeps its last four digits. A sender's name and a
// short code are nobody's secret and stay.
func Mask(number string) string {
	switch n := len(number); {
	case n <= 6 || strings.ContainsFunc(number, func(r rune) bool { return r < '0' || r > '9' }):
		return number
	case n < 11:
		return "…" + number[n-4:]
	default:
		return number[:4] + "…" + number[n-4:]
	}
}

// plain takes out what people put between digits, and one + or 00 in front.
func plain(s string) string {
	s = without(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("-.()", r) })
	if cut, ok := strings.CutPrefix(s, "+"); ok {
		return cut
	}
	return strings.TrimPrefix(s, "00")
}

func without(s string, drop func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if drop(r) {
			return -1
		}
		return r
	}, s)
}

// quote shows a text in an error without letting it fill the screen.
func quote(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
