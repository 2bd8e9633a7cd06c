package template

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
)

// scanner finds the holes of a text.
type scanner struct {
	text string
	at   int
	// the column of at is 1 + runes
	runes int
}

// column is the 1-based column of a byte not before s.at.
func (s *scanner) column(to int) int {
	return s.runes + utf8.RuneCountInString(s.text[s.at:to]) + 1
}

// hole is what stands between brackets.
type hole struct {
	open   string // "<<", "{{", "{{{"; "" at the end of the text
	source string // between the brackets, spaces trimmed
	shown  string // with the brackets, as it is written
	column int    // of source
	start  int    // column of the opening bracket
}

// next returns the text up to the next hole, and the hole.
func (s *scanner) next() (literal string, h hole, err error) {
	rest := s.text[s.at:]
	from := opening(rest)
	if from < 0 {
		s.at = len(s.text)
		return rest, hole{}, nil
	}
	h.open = rest[from : from+2]
	end, length := 0, 2
	switch {
	case h.open == "<<":
		end, err = endOfExpr(rest[from+2:])
	case strings.HasPrefix(rest[from:], "{{{"):
		h.open, length = "{{{", 3
		end = strings.Index(rest[from+3:], "}}}")
	default:
		end = strings.Index(rest[from+2:], "}}")
	}
	at := s.at + from
	h.start = s.column(at)
	if end < 0 {
		e := &Error{Column: h.start, Expr: line(rest[from:]), Message: h.open + ` is not closed; write <<"` + h.open + `">> for the characters`, compiling: true}
		if err != nil {
			e.Message = err.Error()
		}
		return "", hole{}, e
	}
	inner := rest[from+length : from+length+end]
	h.shown = rest[from : from+2*length+end]
	h.source = strings.TrimSpace(inner)
	h.column = s.column(at + length + len(inner) - len(strings.TrimLeft(inner, " \t\r\n")))
	end = at + 2*length + end
	s.runes, s.at = s.column(end)-1, end
	return rest[:from], h, nil
}

// opening is where the first << or {{ stands, -1 if nowhere.
func opening(text string) int {
	for i := 0; i+1 < len(text); i++ {
		if c := text[i]; (c == '<' || c == '{') && text[i+1] == c {
			return i
		}
	}
	return -1
}

// endOfExpr is where the >> of an expression stands that is not in a string or
// a comment of it, -1 if nowhere.
func endOfExpr(text string) (int, error) {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '>':
			if strings.HasPrefix(text[i:], ">>") {
				return i, nil
			}
		case '"', '\'', '`':
			n := endOfString(text[i+1:], c)
			if n < 0 {
				return -1, errorf("<< is not closed, for the text that %c begins has no end", c)
			}
			i += n + 1
		case '/':
			if strings.HasPrefix(text[i:], "/*") {
				n := strings.Index(text[i+2:], "*/")
				if n < 0 {
					return -1, errorf("<< is not closed, for the comment that /* begins has no end")
				}
				i += n + 3
			}
		}
	}
	return -1, nil
}

// endOfString is where the closing quote stands, -1 if nowhere. Only a
// backquoted string does not know the backslash.
func endOfString(text string, quote byte) int {
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == quote:
			return i
		case text[i] == '\\' && quote != '`':
			i++
		}
	}
	return -1
}

// line is the text up to the first line break, for an error.
func line(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return strings.TrimSuffix(first, "\r")
}

// compile makes a piece of the hole: of literal text if it is that.
func (h hole) compile() (piece, error) {
	if h.open != "<<" {
		return h.lookup()
	}
	if h.source == "" {
		return piece{}, h.fail(h.column, "there is no expression between << and >>")
	}
	e := &Expr{source: h.source, shown: h.shown, column: h.column}
	if err := e.compile(); err != nil {
		return piece{}, err
	}
	switch {
	case e.path != nil:
		return piece{path: e.path, source: h.source}, nil
	case e.literal != nil:
		return piece{text: *e.literal}, nil
	}
	return piece{expr: e, source: h.source}, nil
}

// lookup compiles {{path}}, {{{path}}}, {{&path}}; a comment is no text.
func (h hole) lookup() (piece, error) {
	source := h.source
	if h.open == "{{" && source != "" {
		switch source[0] {
		case '!':
			return piece{}, nil
		case '&':
			source = strings.TrimSpace(source[1:])
		case '#', '^', '/', '>', '=':
			return piece{}, h.fail(h.start, "sections, partials and other delimiters work in a template node only; use an expression, such as <<msg.payload ? \"yes\" : \"no\">>, or put a template node before")
		}
	}
	p, err := parseLookup(source)
	if err != nil {
		at := h.column
		if e := (*msg.PathError)(nil); errors.As(err, &e) {
			at, err = at+e.Column-1, errorf("this is no path: %s", e.Reason)
		}
		return piece{}, h.fail(at, err.Error())
	}
	return piece{path: p, source: source, braces: true}, nil
}

func (h hole) fail(column int, message string) *Error {
	return &Error{Column: column, Expr: h.shown, Message: message, compiling: true}
}
