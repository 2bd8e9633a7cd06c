package web

import (
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// routePattern is a compiled express 4 path: what is in it beyond plain text
// is kept as a regular expression (contract runtime.md §10).
type routePattern struct {
	key    string         // canonical path of a pattern without anything special
	re     *regexp.Regexp // nil: only key matches
	prefix string         // lower-case text every match starts with; saves most runs of re
	names  []string       // of the groups of re, in order; unnamed ones are numbered
}

// compileRoute reads a pattern: `:name`, `:name(regex)`, `:name?`, `*`,
// optional and regex groups. Without a leading slash it gets one. Two oddities
// are express's: a group right after a slash captures nothing, and a star means
// "anything" inside a group, too. A parameter that follows text of several
// characters after another parameter, as in /:a--:b, may contain that text here.
func compileRoute(pattern string) (*routePattern, error) {
	if !strings.HasPrefix(pattern, "/") {
		pattern = "/" + pattern
	}
	if !strings.ContainsAny(pattern, `:*?+()[]{}|\^$`) {
		return literalRoute(pattern), nil
	}
	c := routeCompiler{in: pattern}
	expr := c.translate()
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, fmt.Errorf("route %q: %w", pattern, err)
	}
	if re.NumSubexp() != len(c.names) {
		return nil, fmt.Errorf("route %q: its groups cannot be told apart", pattern)
	}
	return &routePattern{re: re, prefix: routePrefix(pattern), names: c.names}, nil
}

// literalRoute is a path that stands for itself alone.
func literalRoute(path string) *routePattern {
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return &routePattern{key: strings.ToLower(trimSlash(escapePath(path)))}
}

// match returns the values of the names, nil if path does not match. path is
// as the client sent it, still escaped.
func (p *routePattern) match(path string) []int {
	if len(path) < len(p.prefix) || !strings.EqualFold(path[:len(p.prefix)], p.prefix) {
		return nil
	}
	return p.re.FindStringSubmatchIndex(path)
}

// value is the unescaped text of the n-th name of a match; ok is false for a
// group that took no part in it.
func (p *routePattern) value(path string, at []int, n int) (text string, ok bool) {
	from, to := at[2*n+2], at[2*n+3]
	if from < 0 {
		return "", false
	}
	text, err := url.PathUnescape(path[from:to])
	if err != nil {
		return path[from:to], true
	}
	return text, true
}

// trimSlash takes one slash off the end, as routes do not care about it.
func trimSlash(path string) string { return strings.TrimSuffix(path, "/") }

// escapePath writes what cannot stand in a request line as it will arrive.
func escapePath(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c == '"' || c == '<' || c == '>' || c == '`' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// routePrefix is the text before anything special, less its last character,
// which a `?`, `+` or `(` after it may make optional.
func routePrefix(pattern string) string {
	end := strings.IndexAny(pattern, `:*?+()[]{}|\^$.`)
	if strings.Contains(pattern, "|") || end < 1 {
		return ""
	}
	return strings.ToLower(escapePath(pattern[:end-1]))
}

// routeCompiler turns a pattern into a regular expression.
type routeCompiler struct {
	in      string
	out     strings.Builder
	names   []string
	unnamed int
	literal string // text since the last parameter that began a segment
}

func (c *routeCompiler) translate() string {
	c.out.WriteString("(?i)^")
	for at := 0; at < len(c.in); {
		at += c.step(c.in[at:])
	}
	if !strings.HasSuffix(c.in, "/") {
		c.out.WriteByte('/')
	}
	c.out.WriteString("?$")
	return c.out.String()
}

// step translates the head of rest and tells how long that was.
func (c *routeCompiler) step(rest string) int {
	if n := c.parameter(rest); n > 0 {
		return n
	}
	switch {
	case rest[0] == '\\' && len(rest) > 1:
		c.emit(rest[:2], rest[:2])
		return 2
	case rest[0] == '*':
		c.group()
		c.out.WriteString("(.*)")
		return 1
	case rest[0] == '.':
		c.emit(`\.`, `\.`)
		return 1
	case strings.HasPrefix(rest, "/("):
		if strings.HasPrefix(rest, "/(?") {
			c.emit("/(", "/")
		} else {
			c.emit("/(?:", "/")
		}
		return 2
	case rest[0] == '(':
		if !strings.HasPrefix(rest, "(?") {
			c.group()
		}
		c.emit("(", "(")
		return 1
	}
	c.emit(escapePath(rest[:1]), rest[:1])
	return 1
}

func (c *routeCompiler) emit(expr, literal string) {
	c.out.WriteString(expr)
	c.literal += literal
}

// group gives the next unnamed group its number.
func (c *routeCompiler) group() {
	c.names = append(c.names, strconv.Itoa(c.unnamed))
	c.unnamed++
}

var parameterForm = regexp.MustCompile(`^(/)?(\.)?:(\w+)(\(.*?\))?(\*)?(\?)?`)

// parameter translates `/:name(capture)*?` and its parts; 0 if there is none.
func (c *routeCompiler) parameter(rest string) int {
	m := parameterForm.FindStringSubmatch(rest)
	if m == nil {
		return 0
	}
	slash, dot, name, capture, star, optional := m[1], m[2], m[3], m[4], m[5], m[6]
	if slash != "" || dot != "" {
		c.literal = ""
	}
	without := "/"
	if dot != "" {
		dot, without = `\.`, `/\.`
	} else if text := strings.TrimPrefix(c.literal, `\`); len(text) == 1 {
		without += `\x` + hex.EncodeToString([]byte(text))
	}
	c.names = append(c.names, name)
	if capture == "" {
		capture = "([^" + without + "]+?)"
	} else {
		capture = c.capture(capture)
	}
	if star != "" {
		c.group()
		star = "((?:[/" + dot + "].+?)?)"
	}
	c.out.WriteString("(?:" + dot + slash + capture + star + ")" + optional)
	return len(m[0])
}

// capture is the group that a parameter brings along; its first star means
// anything, and its inner groups are numbered.
func (c *routeCompiler) capture(text string) string {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case text[i] == '(' && !strings.HasPrefix(text[i:], "(?"):
			c.group()
		case text[i] == '*':
			c.group()
			return text[:i] + "(.*)" + text[i+1:]
		}
	}
	return text
}
