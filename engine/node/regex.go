package node

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// regexTime bounds one match or replacement: an expression that backtracks
// without end is an error of its message, not the end of the process.
const regexTime = time.Second

// Regex is a regular expression with JavaScript's syntax: lookaround,
// backreferences, named groups (contract jsonata-and-js.md §8). It is safe for
// concurrent use. Matching works on code points where JavaScript without the
// flag u works on UTF-16 units.
type Regex struct{ re *regexp2.Regexp }

// CompileRegex compiles a pattern without slashes. flags are JavaScript's: i,
// m, s and u count, g, y and d mean nothing here.
func CompileRegex(pattern, flags string) (*Regex, error) {
	options := []regexp2.CompileOption{regexp2.ECMAScript, regexp2.OptionMaintainCaptureOrder()}
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
	return &Regex{re}, nil
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
	out, err := r.re.ReplaceFunc(s, func(m regexp2.Match) string { return expand(replacement, &m, runes) }, -1, -1)
	return out, r.late(err)
}

func (r *Regex) late(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("regular expression /%s/ gave up: %w", r.re.String(), err)
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
func expand(replacement string, m *regexp2.Match, s []rune) string {
	var out strings.Builder
	for {
		i := strings.IndexByte(replacement, '$')
		if i < 0 || i+1 == len(replacement) {
			out.WriteString(replacement)
			return out.String()
		}
		out.WriteString(replacement[:i])
		text, n := substitute(replacement[i:], m, s)
		out.WriteString(text)
		replacement = replacement[i+n:]
	}
}

// substitute reads one $-pattern: its text and its length.
func substitute(pattern string, m *regexp2.Match, s []rune) (string, int) {
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
		if end := strings.IndexByte(pattern, '>'); end > 0 && named(m) {
			if g := m.GroupByName(pattern[2:end]); g != nil {
				return g.String(), end + 1
			}
			return "", end + 1
		}
	}
	return "$", 1
}

// named tells whether the expression has named groups: without any, $<x> is
// plain text.
func named(m *regexp2.Match) bool {
	for i, g := range m.Groups() {
		if g.Name != strconv.Itoa(i) {
			return true
		}
	}
	return false
}
