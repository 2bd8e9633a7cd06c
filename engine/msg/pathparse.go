package msg

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// PathError is a property expression that cannot be understood.
type PathError struct {
	Expr   string
	Column int    // where in Expr, in characters from 1
	Reason string // as Node-RED words it: "unexpected . at position 0"

	missing bool // it can be understood, but the message has not what it refers to
}

func (e *PathError) Error() string {
	if e.missing {
		return "Invalid expression started at position " + strconv.Itoa(e.Column-1)
	}
	return "Invalid property expression: " + e.Reason
}

// maxReferences bounds how deep [msg.…] may stand inside [msg.…].
const maxReferences = 32

// ParsePath understands a property expression such as `payload.items[0].id`,
// `a["k y"]` or `list[msg.index]`. A leading `msg.` is dropped. The error is
// a *PathError.
func ParsePath(expr string) (Path, error) {
	p := pathParser{expr: expr}
	if strings.HasPrefix(expr, "msg.") {
		p.start = 4
	}
	p.pos = p.start
	parts, err := p.parse(0)
	if err != nil {
		return Path{}, err
	}
	return Path{parts}, nil
}

type pathParser struct {
	expr       string
	start, pos int
}

// parse reads up to the end or, in a reference, up to the bracket that closes
// it.
func (p *pathParser) parse(depth int) ([]part, error) {
	var parts []part
	first, last := p.pos, byte(0) // last is what the part before ended in: n(ame), q(uote), ]
	for p.pos < len(p.expr) {
		c := p.expr[p.pos]
		switch {
		case c == ']' && depth > 0 && p.pos > first:
			return parts, nil
		case c == '.' && p.pos > first:
			p.pos++
			if p.pos == len(p.expr) {
				return nil, p.fail(p.pos-1, "unterminated expression")
			}
			if !startsName(p.expr[p.pos]) {
				return nil, p.unexpected(p.pos)
			}
			parts, last = append(parts, p.name()), 'n'
		case c == '[' && p.pos > first:
			box, err := p.box(depth)
			if err != nil {
				return nil, err
			}
			parts, last = append(parts, box), ']'
		case (c == '"' || c == '\'') && last != 'n':
			key, err := p.quoted()
			if err != nil {
				return nil, err
			}
			if p.pos < len(p.expr) && strings.IndexByte(".[", p.expr[p.pos]) < 0 && (depth == 0 || p.expr[p.pos] != ']') {
				return nil, p.fail(p.pos, "unexpected %s expression at position %d", p.char(p.pos), p.position(p.pos))
			}
			parts, last = append(parts, named(key)), 'q'
		case strings.IndexByte(notInName, c) >= 0:
			return nil, p.unexpected(p.pos)
		default:
			parts, last = append(parts, p.name()), 'n'
		}
	}
	if depth > 0 {
		return nil, p.fail(p.pos, "unterminated expression")
	}
	if len(parts) == 0 {
		return nil, p.fail(p.pos, "zero-length")
	}
	return parts, nil
}

// notInName are the characters that end a plain name.
const notInName = `.[] "'`

// startsName tells whether a name may follow a dot with this character.
func startsName(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '$' || c == '_'
}

// name reads a plain name; digits that are not the last part are a number.
func (p *pathParser) name() part {
	rest := p.expr[p.pos:]
	n := strings.IndexAny(rest, notInName)
	if n < 0 {
		n = len(rest)
	}
	p.pos += n
	if n < len(rest) && (rest[n] == '.' || rest[n] == '[') && digits(rest[:n]) {
		return numbered(rest[:n])
	}
	return named(rest[:n])
}

// quoted reads a text in quotes, which knows no escapes.
func (p *pathParser) quoted() (string, error) {
	rest := p.expr[p.pos+1:]
	n := strings.IndexByte(rest, p.expr[p.pos])
	if n < 0 {
		return "", p.fail(len(p.expr), "unterminated expression")
	}
	if n == 0 {
		return "", p.fail(p.pos+1, "zero-length string at position %d", p.position(p.pos+1))
	}
	p.pos += n + 2
	return rest[:n], nil
}

// box reads what stands in brackets.
func (p *pathParser) box(depth int) (part, error) {
	p.pos++
	from := p.pos
	if from == len(p.expr) {
		return part{}, p.fail(from-1, "unterminated expression")
	}
	var read part
	switch rest := p.expr[from:]; {
	case rest[0] == '"' || rest[0] == '\'':
		key, err := p.quoted()
		if err != nil {
			return part{}, err
		}
		read = named(key)
	case '0' <= rest[0] && rest[0] <= '9':
		n := 1
		for n < len(rest) && '0' <= rest[n] && rest[n] <= '9' {
			n++
		}
		p.pos += n
		read = numbered(rest[:n])
	case strings.HasPrefix(rest, "msg."):
		if depth == maxReferences {
			return part{}, p.fail(from, "too many references inside each other at position %d", p.position(from))
		}
		p.pos += 4
		parts, err := p.parse(depth + 1)
		if err != nil {
			return part{}, err
		}
		read = part{ref: &Path{parts}, index: -1}
	default:
		return part{}, p.unexpected(from)
	}
	if p.pos == len(p.expr) {
		return part{}, p.fail(p.pos, "unterminated expression")
	}
	if p.expr[p.pos] != ']' {
		return part{}, p.fail(from, "unexpected array expression at position %d", p.position(from))
	}
	p.pos++
	return read, nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func named(key string) part {
	p := part{key: key, index: -1}
	if n, ok := arrayIndex(key); ok {
		p.index = int(n)
	}
	return p
}

// numbered is a part written as a number: a[01] is a[1].
func numbered(text string) part {
	f, _ := strconv.ParseFloat(text, 64)
	p := named(FormatNumber(f))
	p.number = !math.IsInf(f, 0)
	return p
}

func (p *pathParser) unexpected(at int) error {
	if c := p.expr[at]; c == ' ' {
		return p.fail(at, "unexpected ' ' at position %d", p.position(at))
	}
	return p.fail(at, "unexpected %s at position %d", p.char(at), p.position(at))
}

func (p *pathParser) char(at int) string {
	_, n := utf8.DecodeRuneInString(p.expr[at:])
	return p.expr[at : at+n]
}

// position counts as Node-RED does: UTF-16 units from 0, without the `msg.`.
func (p *pathParser) position(at int) int { return UTF16Len(p.expr[p.start:at]) }

func (p *pathParser) fail(at int, format string, args ...any) error {
	return &PathError{
		Expr:   p.expr,
		Column: utf8.RuneCountInString(p.expr[:at]) + 1,
		Reason: fmt.Sprintf(format, args...),
	}
}
