package node

import (
	"fmt"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/template"
)

// Template is a text with <<expressions>> and {{paths}}, compiled at deploy
// and rendered against a message by On(m).Text. The zero Template renders "".
type Template struct{ t *boundTemplate }

type boundTemplate struct {
	at       string // where in the configuration, for errors
	compiled *template.Template
	literal  string // what it renders, if it has no holes
	fixed    bool
	required bool
	around   *surroundings
}

// Source returns the text as it was configured.
func (t Template) Source() string {
	if t.t == nil {
		return ""
	}
	return t.t.compiled.Source()
}

// IsSet tells whether a text, even an empty one, was configured.
func (t Template) IsSet() bool { return t.t != nil }

// Literal returns the text of a template without holes, which renders the
// same for every message.
func (t Template) Literal() (string, bool) {
	if t.t == nil {
		return "", true
	}
	return t.t.literal, t.t.fixed
}

func (t *Template) decode(x *decoding, f *field, at string, raw any) {
	source, problem := textOf(raw)
	if problem != "" {
		x.problem(at, problem)
		return
	}
	compiled, err := template.Parse(source)
	if err != nil {
		x.problem(at, err.Error())
		return
	}
	b := &boundTemplate{at: at, compiled: compiled, required: f.required, around: x.around}
	b.literal, b.fixed = compiled.Literal()
	t.t = b
}

func (t Template) path() string { return t.t.at }

// text renders against m.
func (t Template) text(m *msg.Object) (string, error) {
	b := t.t
	if b == nil {
		return "", nil
	}
	if b.fixed {
		return b.literal, nil
	}
	e := b.around.evaluate(m)
	defer e.release()
	var err error
	if e.text, err = b.compiled.Append(e.text[:0], &e.scope); err != nil {
		return "", err
	}
	text := string(e.text)
	if b.required && strings.TrimSpace(text) == "" {
		return "", b.blank()
	}
	return text, nil
}

// value is what the template stands for: a single <<…>> keeps its type.
func (t Template) value(m *msg.Object) (any, error) {
	b := t.t
	if b == nil {
		return msg.Undefined, nil
	}
	if b.fixed {
		return b.literal, nil
	}
	e := b.around.evaluate(m)
	defer e.release()
	v, err := b.compiled.Value(&e.scope)
	if err == nil && b.required && strings.TrimSpace(template.TextOf(v)) == "" {
		return nil, b.blank()
	}
	return v, err
}

// blankError is a required template that rendered nothing.
type blankError struct{ at, what string }

func (e *blankError) Error() string { return e.at + " is empty: " + e.what }

// blank names the expressions that had no value.
func (b *boundTemplate) blank() error {
	source := b.compiled.Source()
	exprs := b.compiled.Exprs()
	if len(exprs) == 0 {
		return &blankError{b.at, "it is blank"}
	}
	if strings.TrimSpace(source) == "<<"+exprs[0]+">>" || len(exprs) == 1 {
		return &blankError{b.at, fmt.Sprintf("%s has no value", strings.TrimSpace(source))}
	}
	return &blankError{b.at, fmt.Sprintf("nothing in %s has a value", strings.TrimSpace(source))}
}
