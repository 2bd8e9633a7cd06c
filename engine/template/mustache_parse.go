package template

import (
	"strings"
	"unicode"
)

type mustacheParser struct {
	text        string
	at          int
	open, close string // the delimiters
	out         []token
	sections    []openSection

	// What is known of the line that is being read: one of nothing but spaces
	// and tags that print nothing leaves no trace.
	line     int // where in out it begins
	hasTag   bool
	nonSpace bool
}

// openSection is a section whose end is not yet found.
type openSection struct {
	name, tag string
	start     int
}

func (p *mustacheParser) parse() error {
	for p.at < len(p.text) {
		n := strings.Index(p.text[p.at:], p.open)
		if n < 0 {
			n = len(p.text) - p.at
		}
		p.literal(p.text[p.at : p.at+n])
		if p.at += n; p.at == len(p.text) {
			break
		}
		if err := p.tag(); err != nil {
			return err
		}
	}
	p.endLine()
	if n := len(p.sections); n > 0 {
		s := p.sections[n-1]
		return p.fail(s.start, s.tag, "the section is not closed; write "+p.open+"/"+s.name+p.close)
	}
	return nil
}

func (p *mustacheParser) fail(at int, tag, message string) error {
	return &Error{Column: column(p.text, at), Expr: tag, Message: message, compiling: true}
}

// literal takes in text, line by line.
func (p *mustacheParser) literal(text string) {
	for line := range strings.Lines(text) {
		if strings.TrimFunc(line, isSpace) != "" {
			p.nonSpace = true
		}
		p.out = append(p.out, token{text: line})
		if strings.HasSuffix(line, "\n") {
			p.endLine()
		}
	}
}

// isSpace is \s of JavaScript.
func isSpace(r rune) bool { return r == '\uFEFF' || r != '\u0085' && unicode.IsSpace(r) }

// endLine takes the spaces out of a line that has nothing else but tags that
// print nothing.
func (p *mustacheParser) endLine() {
	if p.hasTag && !p.nonSpace {
		for i := p.line; i < len(p.out); i++ {
			p.out[i].text = ""
		}
	}
	p.hasTag, p.nonSpace, p.line = false, false, len(p.out)
}

// tag reads what begins with the opening delimiter.
func (p *mustacheParser) tag() error {
	start := p.at
	rest := strings.TrimLeftFunc(p.text[p.at+len(p.open):], isSpace)
	kind := byte(0)
	if rest != "" && strings.IndexByte("#^/>{&=!", rest[0]) >= 0 {
		kind, rest = rest[0], strings.TrimLeftFunc(rest[1:], isSpace)
	}
	name, rest, ok := p.body(kind, rest)
	if !ok {
		return p.fail(start, line(p.text[start:]), p.open+" is not closed")
	}
	p.at = len(p.text) - len(rest)
	p.hasTag = true
	tag := p.text[start:p.at]
	switch kind {
	case '#', '^':
		t := named(sectionToken, name)
		if kind == '^' {
			t.kind = invertedToken
		}
		p.out = append(p.out, t)
		p.sections = append(p.sections, openSection{name, tag, start})
	case '/':
		n := len(p.sections)
		if n == 0 {
			return p.fail(start, tag, "there is no section to close")
		}
		if open := p.sections[n-1]; open.name != name {
			return p.fail(start, tag, "this does not close "+open.tag)
		}
		p.sections = p.sections[:n-1]
		p.out = append(p.out, token{kind: endToken})
	case '{', '&':
		p.nonSpace = true
		p.out = append(p.out, named(rawToken, name))
	case 0:
		p.nonSpace = true
		p.out = append(p.out, named(escapedToken, name))
	case '=':
		tags := strings.FieldsFunc(name, isSpace)
		if len(tags) < 2 {
			return p.fail(start, tag, "two delimiters belong between the equals signs, such as {{=<% %>=}}")
		}
		p.open, p.close = tags[0], tags[1]
	}
	return nil
}

// body is what stands in a tag, without the spaces around it, and what follows
// the tag.
func (p *mustacheParser) body(kind byte, text string) (name, rest string, ok bool) {
	switch kind {
	case '{':
		name, rest, ok = strings.Cut(text, "}"+p.close)
	case '=':
		if name, rest, ok = strings.Cut(text, "="); ok {
			_, rest, ok = strings.Cut(rest, p.close)
		}
	default:
		name, rest, ok = strings.Cut(text, p.close)
	}
	return strings.TrimFunc(name, isSpace), rest, ok
}
