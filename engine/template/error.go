package template

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"
)

// Error is what is wrong with a template or an expression, found when it is
// compiled or when it is evaluated.
type Error struct {
	// Column is where, in characters from the start of the text, 1 for the
	// first; line breaks count. 0 if the place is not known.
	Column int
	// Expr is the hole as it is written, <<msg.n * 2>> or {{#list}}, or the
	// expression where there are no brackets.
	Expr string
	// Message says what is wrong, lower case.
	Message string

	compiling bool
}

// Error names the expression, what is wrong and, if it is one of grammar, where.
func (e *Error) Error() string {
	text := e.Message
	if e.Expr != "" {
		text = shorten(e.Expr) + ": " + text
	}
	if e.compiling && e.Column > 0 {
		text += fmt.Sprintf(" (column %d)", e.Column)
	}
	return text
}

// shorten keeps an error readable whose expression is a page long.
func shorten(text string) string {
	const most = 80
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "…"
}

// column is the 1-based column of a byte of text.
func column(text string, at int) int { return utf8.RuneCountInString(text[:at]) + 1 }

// locate makes an *Error of what expr says, or of what lower found.
func locate(err error, e *Expr, compiling bool) *Error {
	out := &Error{Expr: e.shown, Message: err.Error(), Column: e.column, compiling: compiling}
	var at *file.Error
	if errors.As(err, &at) {
		out.Message, out.Column = at.Message, e.column+at.From
	}
	// A panic inside the compiler carries its stack.
	out.Message, _, _ = strings.Cut(out.Message, "\n")
	if compiling {
		out.Message = plainly(out.Message)
	} else if out.Message == "memory budget exceeded" {
		out.Message = errTooMuch.Error()
	}
	return out
}

// plainly says in our words what expr's reader says in terms of its tokens.
func plainly(text string) string {
	token, ok := strings.CutPrefix(text, "unexpected token ")
	switch {
	case strings.Contains(text, "coalesce expressions"):
		return "?? and another operator need brackets between them: (x ?? y) + z"
	case !ok:
		return text
	case token == "EOF":
		return "the expression ends too early"
	case token == `Operator("=")`:
		return "a single = is no comparison: write =="
	}
	if _, value, ok := strings.Cut(token, "("); ok {
		return strings.TrimSuffix(value, ")") + " is out of place"
	}
	return text
}
