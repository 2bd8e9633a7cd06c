package yamltext

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// width is how long a line of text may be before it is folded; deep down at
// least narrow.
const (
	width  = 80
	narrow = 40
)

// What older readers take for true, false or a number in base 60.
var (
	oldBooleans = strings.Fields("y Y yes Yes YES on On ON n N no No NO off Off OFF")
	base60      = regexp.MustCompile(`^[-+]?[0-9_]+(?::[0-9_]+)+(?:\.[0-9_]*)?$`)
)

// scalarText writes a text: plain where it stays a text when read, else in
// quotes, or as a block if it has several or long lines.
func scalarText(s string, p place) string {
	if s == "" {
		return "''"
	}
	if slices.Contains(oldBooleans, s) || base60.MatchString(s) {
		return "'" + s + "'"
	}
	indent := 2 * max(1, p.level)
	line := max(narrow, width-indent)
	switch styleOf(s, p, line) {
	case double:
		return `"` + escape(s) + `"`
	case literal:
		return "|" + blockHeader(s) + strings.TrimSuffix(indentLines(s, indent), "\n")
	case folded:
		return ">" + blockHeader(s) + strings.TrimSuffix(indentLines(fold(s, line), indent), "\n")
	case bare:
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

type style int

const (
	bare style = iota
	single
	double
	literal
	folded
)

// styleOf chooses how to write a text.
func styleOf(s string, p place, line int) style {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	safe := safeFirst(first) && !blank(last) && last != ':'
	lines, long := false, false
	var prev rune
	length, start := 0, first // of the line: how long, and what it starts with
	for _, c := range s {
		if c == '\n' && !p.key {
			lines = true
			long = long || length > line && start != ' '
			length, start = -1, 0
		} else if !printable(c) {
			return double
		}
		if length == 0 {
			start = c
		}
		length++
		safe = safe && safeInside(c, prev, p.block)
		prev = c
	}
	long = long || !p.key && length > line && start != ' '
	switch {
	case !lines && !long:
		if _, isText := plain(s).(string); safe && isText && s != "<<" {
			return bare
		}
		return single
	case long:
		return folded
	}
	return literal
}

func blank(c rune) bool { return c == ' ' || c == '\t' }

// printable tells whether a character may stand outside of double quotes.
func printable(c rune) bool {
	return c >= 0x20 && c <= 0x7E || c >= 0xA1 && c <= 0xD7FF && c != 0x2028 && c != 0x2029 ||
		c >= 0xE000 && c <= 0xFFFD && c != 0xFEFF || c >= 0x10000 && c <= 0x10FFFF
}

func safeFirst(c rune) bool {
	return printable(c) && c != ' ' && !strings.ContainsRune("-?:,[]{}#&*!|=>'\"%@`", c)
}

// safeInside tells whether c can follow prev in a text without quotes.
func safeInside(c, prev rune, block bool) bool {
	char := printable(c) && c != ' '
	if prev == ':' && char || c == '#' && printable(prev) && prev != ' ' {
		return true
	}
	return printable(c) && (block || !strings.ContainsRune(",[]{}", c)) && c != '#' && (prev != ':' || char)
}

// blockHeader says how a block is indented and what becomes of its last line
// ends.
func blockHeader(s string) string {
	header := ""
	if strings.HasPrefix(strings.TrimLeft(s, "\n"), " ") {
		header = "2"
	}
	switch {
	case strings.HasSuffix(s, "\n\n") || s == "\n":
		header += "+"
	case !strings.HasSuffix(s, "\n"):
		header += "-"
	}
	return header + "\n"
}

// indentLines indents the lines that are not empty.
func indentLines(s string, indent int) string {
	var out strings.Builder
	for line := range strings.SplitAfterSeq(s, "\n") {
		if line != "" && line != "\n" {
			out.WriteString(strings.Repeat(" ", indent))
		}
		out.WriteString(line)
	}
	return out.String()
}

// fold breaks long lines at single spaces. Lines that begin with a space stay
// as they are.
func fold(s string, line int) string {
	first, _, _ := strings.Cut(s, "\n")
	rest := s[len(first):]
	out := foldLine(first, line)
	indented := strings.HasPrefix(s, "\n") || strings.HasPrefix(s, " ")
	for rest != "" {
		ends := len(rest) - len(strings.TrimLeft(rest, "\n"))
		text, _, _ := strings.Cut(rest[ends:], "\n")
		more := strings.HasPrefix(text, " ")
		out += rest[:ends]
		if !indented && !more && text != "" {
			out += "\n"
		}
		out += foldLine(text, line)
		indented = more
		rest = rest[ends+len(text):]
	}
	return out
}

func foldLine(s string, line int) string {
	if s == "" || s[0] == ' ' {
		return s
	}
	var out strings.Builder
	runes := []rune(s)
	start, at := 0, 0 // of the line; the last space seen
	for i := 0; i+1 < len(runes); i++ {
		if runes[i] != ' ' || runes[i+1] == ' ' {
			continue
		}
		if i-start > line {
			end := i
			if at > start {
				end = at
			}
			out.WriteString("\n" + string(runes[start:end]))
			start = end + 1
		}
		at = i
	}
	out.WriteString("\n")
	if len(runes)-start > line && at > start {
		out.WriteString(string(runes[start:at]) + "\n" + string(runes[at+1:]))
	} else {
		out.WriteString(string(runes[start:]))
	}
	return out.String()[1:]
}

var escapes = map[rune]string{
	0: `\0`, 7: `\a`, 8: `\b`, 9: `\t`, 10: `\n`, 11: `\v`, 12: `\f`, 13: `\r`, 0x1B: `\e`, '"': `\"`, '\\': `\\`,
	0x85: `\N`, 0xA0: `\_`, 0x2028: `\L`, 0x2029: `\P`,
}

func escape(s string) string {
	var out strings.Builder
	for _, c := range s {
		switch {
		case escapes[c] != "":
			out.WriteString(escapes[c])
		case printable(c):
			out.WriteRune(c)
		case c <= 0xFF:
			fmt.Fprintf(&out, `\x%02X`, c)
		case c <= 0xFFFF:
			fmt.Fprintf(&out, `\u%04X`, c)
		default:
			fmt.Fprintf(&out, `\U%08X`, c)
		}
	}
	return out.String()
}
