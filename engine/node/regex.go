package node

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// What one match or replacement may take: an expression that backtracks
// without end is an error of its message, not the end of the process.
const (
	regexTime  = time.Second
	regexStack = 4 << 20 // places to go back to; 32 MB
)

// maxPattern is how long a pattern may be, in bytes: how deep it is nested is
// how deep the compiler calls itself, and a full stack ends the process.
const maxPattern = 20_000

// Regex is a regular expression with JavaScript's syntax: lookaround,
// backreferences, named groups (contract jsonata-and-js.md §8). It is safe for
// concurrent use. Matching works on code points where JavaScript without the
// flag u works on UTF-16 units.
type Regex struct {
	re    *regexp2.Regexp
	named bool // has named groups: without any, $<x> is plain text
}

// CompileRegex compiles a pattern without slashes. flags are JavaScript's: i,
// m, s and u count, g, y and d mean nothing here.
func CompileRegex(pattern, flags string) (*Regex, error) {
	if len(pattern) > maxPattern {
		return nil, fmt.Errorf("invalid regular expression: longer than %d bytes", maxPattern)
	}
	options := []regexp2.CompileOption{regexp2.ECMAScript, regexp2.OptionMaintainCaptureOrder(), regexp2.OptionMaxBacktrackingStackSize(regexStack)}
	for _, flag := range flags {
		switch flag {
		case 'i':
			options = append(options, regexp2.IgnoreCase)
		case 'm':
			options = append(options, regexp2.Multiline)
		case 's':
			options = append(options, regexp2.Singleline)
		case 'u', 'v':
			options = append(options, regexp2.Unicode)
		case 'g', 'y', 'd':
		default:
			return nil, fmt.Errorf("invalid regular expression flag %q", flag)
		}
	}
	re, err := regexp2.Compile(pattern, options...)
	if err != nil {
		return nil, fmt.Errorf("invalid regular expression: /%s/: %w", pattern, err)
	}
	re.MatchTimeout = regexTime
	named := func(group string) bool { return group != "" && group[0] > '9' } // others are numbers or ""
	return &Regex{re, slices.ContainsFunc(re.GetGroupNames(), named)}, nil
}

// Match tells whether s contains a match. The error is a match that took too
// long.
func (r *Regex) Match(s string) (bool, error) {
	ok, err := r.re.MatchString(s)
	return ok, r.late(err)
}

// Replace replaces every match; $1 $& $<name> $$ $` and $' in replacement mean
// what they do in JavaScript.
func (r *Regex) Replace(s, replacement string) (string, error) {
	if !strings.Contains(replacement, "$") {
		out, err := r.re.ReplaceFunc(s, func(regexp2.Match) string { return replacement }, -1, -1)
		return out, r.late(err)
	}
	runes := []rune(s)
	out, err := r.re.ReplaceFunc(s, func(m regexp2.Match) string { return r.expand(replacement, &m, runes) }, -1, -1)
	return out, r.late(err)
}

func (r *Regex) late(err error) error {
	if err == nil {
		return nil
	}
	why := fmt.Sprintf("took longer than %v", r.re.MatchTimeout) // the library's text quotes the whole input
	if errors.Is(err, regexp2.ErrBacktrackingStackLimit) {
		why = "went back too far"
	}
	return fmt.Errorf("regular expression /%s/ %s", r.re, why)
}

// ReplaceText replaces every occurrence of from, a plain text, as the change
// node does: replacement is still read for $-patterns.
func ReplaceText(s, from, replacement string) (string, error) {
	if from != "" && !strings.Contains(replacement, "$") {
		return strings.ReplaceAll(s, from, replacement), nil
	}
	r, err := CompileRegex(QuoteRegex(from), "")
	if err != nil {
		return "", err
	}
	return r.Replace(s, replacement)
}

// QuoteRegex escapes what has a meaning in a regular expression.
func QuoteRegex(s string) string {
	var out strings.Builder
	for _, r := range s {
		if strings.ContainsRune(`\^$.|?*+()[]{}/-`, r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// expand is JavaScript's GetSubstitution.
func (r *Regex) expand(replacement string, m *regexp2.Match, s []rune) string {
	var out strings.Builder
	for {
		i := strings.IndexByte(replacement, '$')
		if i < 0 || i+1 == len(replacement) {
			out.WriteString(replacement)
			return out.String()
		}
		out.WriteString(replacement[:i])
		text, n := r.substitute(replacement[i:], m, s)
		out.WriteString(text)
		replacement = replacement[i+n:]
	}
}

// substitute reads one $-pattern: its text and its length.
func (r *Regex) substitute(pattern string, m *regexp2.Match, s []rune) (string, int) {
	switch c := pattern[1]; {
	case c == '$':
		return "$", 2
	case c == '&':
		return m.String(), 2
	case c == '`':
		return string(s[:m.RuneIndex]), 2
	case c == '\'':
		return string(s[m.RuneIndex+m.RuneLength:]), 2
	case c >= '0' && c <= '9':
		for n := 3; n >= 2; n-- { // two digits if there is such a group
			if len(pattern) < n {
				continue
			}
			group, err := strconv.Atoi(pattern[1:n])
			if err == nil && group > 0 && group < m.GroupCount() {
				return m.GroupByNumber(group).String(), n
			}
		}
	case c == '<':
		if end := strings.IndexByte(pattern, '>'); end > 0 && r.named {
			if g := m.GroupByName(pattern[2:end]); g != nil {
				return g.String(), end + 1
			}
			return "", end + 1
		}
	}
	return "$", 1
}
