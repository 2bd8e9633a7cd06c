// Package template turns text with holes into text: <<expression>> in the
// dialect of expr-lang/expr that docs/expressions.md describes, {{path}} as a
// plain lookup, and, as a type of its own, the Mustache that Node-RED's
// template node speaks (contract jsonata-and-js.md §5).
//
// What is compiled here is immutable and may be used on many goroutines at
// once; the message it is rendered against must belong to the caller.
package template

import (
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// Scope is what a template can see. Members that are nil are empty.
type Scope struct {
	Msg *msg.Object
	// Flow and Global read a top-level key of the default context store. They
	// return a value that belongs to the caller, nil or Undefined if missing.
	Flow, Global func(key string) any
	// FlowStore and GlobalStore are the same for a store by name, which only
	// Mustache can ask for: flow[store].key.
	FlowStore, GlobalStore func(store, key string) any
	// Env reads an environment variable.
	Env func(name string) (any, bool)
}

// Template is a compiled text. The zero Template is empty text.
type Template struct {
	source string
	pieces []piece
	size   int // how long the text will be, roughly
}

// piece is literal text, or a path, or an expression.
type piece struct {
	text   string
	path   *path
	expr   *Expr
	source string // of a path or expression, without its brackets
	braces bool   // written as {{…}}
}

func (p *piece) isText() bool { return p.path == nil && p.expr == nil }

// Parse compiles a text. An error is an *Error.
func Parse(text string) (*Template, error) {
	t := &Template{source: text}
	s := scanner{text: text}
	var literal strings.Builder
	flush := func() {
		if literal.Len() > 0 {
			t.pieces = append(t.pieces, piece{text: literal.String()})
			t.size += literal.Len()
			literal.Reset()
		}
	}
	for {
		before, hole, err := s.next()
		if err != nil {
			return nil, err
		}
		literal.WriteString(before)
		if hole.open == "" {
			flush()
			return t, nil
		}
		p, err := hole.compile()
		if err != nil {
			return nil, err
		}
		if p.isText() {
			literal.WriteString(p.text)
			continue
		}
		flush()
		t.pieces = append(t.pieces, p)
		t.size += 16
	}
}

// Text renders the template. Missing values are empty text, objects and lists
// JSON, numbers and other values JavaScript's text. An error is an *Error.
func (t *Template) Text(s *Scope) (string, error) {
	if text, ok := t.Literal(); ok {
		return text, nil
	}
	dst, err := t.Append(make([]byte, 0, t.size), s)
	if err != nil {
		return "", err
	}
	return string(dst), nil
}

// Append is Text at the end of dst. After an error dst is as it was.
func (t *Template) Append(dst []byte, s *Scope) ([]byte, error) {
	start := len(dst)
	for i := range t.pieces {
		p := &t.pieces[i]
		if p.isText() {
			dst = append(dst, p.text...)
			continue
		}
		v, err := p.value(s)
		if err != nil {
			return dst[:start], err
		}
		dst = appendText(dst, v)
	}
	return dst, nil
}

// Value is Text, but for a template that is one single <<…>>: that keeps the
// type of its value, which is nil if it is missing. A value that is taken from
// the message is not copied.
func (t *Template) Value(s *Scope) (any, error) {
	if len(t.pieces) == 1 && !t.pieces[0].isText() && !t.pieces[0].braces {
		return t.pieces[0].value(s)
	}
	return t.Text(s)
}

func (p *piece) value(s *Scope) (any, error) {
	if p.path != nil {
		return p.path.get(s), nil
	}
	return p.expr.Eval(s)
}

// Literal returns the text of a template without holes.
func (t *Template) Literal() (string, bool) {
	switch {
	case len(t.pieces) == 0:
		return "", true
	case len(t.pieces) == 1 && t.pieces[0].isText():
		return t.pieces[0].text, true
	}
	return "", false
}

// Source is the text the template was compiled from.
func (t *Template) Source() string { return t.source }

// Exprs returns what stands between the brackets of each hole.
func (t *Template) Exprs() []string {
	var all []string
	for _, p := range t.pieces {
		if !p.isText() {
			all = append(all, p.source)
		}
	}
	return all
}
