package template_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/template"
)

// FuzzParse compiles whatever comes. What compiles must evaluate to a message
// value or an *Error, twice to the same, and leave the message alone.
func FuzzParse(f *testing.F) {
	rows, scope := readDocs(f)
	for _, r := range rows {
		if strings.HasPrefix(r.kind, "Expression") {
			if strings.Contains(r.input, "1..1000") { // slow on purpose
				continue
			}
			f.Add("<<" + r.input + ">>")
		} else {
			f.Add(r.input)
		}
	}
	for _, s := range []string{"<<a", "<<msg.>>", "{{a", "{{{a}}", `<<"a`, "<<`>>`>>", "<</* >> */1>>", "<<(((((", "<<1 ?: (2 ?: 3)>>", "<<x|map()>>", "<<::len(1)>>", "<<{(1): 2}>>", "<<msg?.a?.[1]>>"} {
		f.Add(s)
	}
	scope.Msg.Set("self", scope.Msg)
	scope.Msg.Set("undef", msg.Undefined)
	scope.Msg.Set("date", msg.Date(0))
	scope.Msg.Set("req", msg.NewShared(func() *msg.Object { return msg.Of("l", msg.NewList(msg.NewList(1))) }))
	before := string(msg.Encode(scope.Msg))
	f.Fuzz(func(t *testing.T, source string) {
		p, err := template.Parse(source)
		if err != nil {
			mustBeError(t, source, err)
			return
		}
		if _, err := p.Text(scope); err != nil {
			mustBeError(t, source, err)
		}
		v, err := p.Value(scope)
		if err != nil {
			mustBeError(t, source, err)
		}
		msg.Of("v", v) // panics on what is no message value
		if after := string(msg.Encode(scope.Msg)); after != before {
			t.Fatalf("%q changed the message to %s", source, after)
		}
	})
}

func FuzzParseMustache(f *testing.F) {
	rows, scope := readDocs(f)
	for _, r := range rows {
		if r.kind == "Mustache Text" {
			f.Add(r.input)
		}
	}
	for _, s := range []string{"{{#payload.items}}{{/payload.items}}", "{{=| |=}}|topic|", "{{{a}}", "{{=a=}}", "{{#a}}{{/b}}", " {{!\n}} \n", "{{flow[x].y}}", "{{=<% %>=}}<%{x}%>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		m, err := template.ParseMustache(source)
		if err != nil {
			mustBeError(t, source, err)
			return
		}
		for _, o := range []template.MustacheOptions{{}, {JSON: true}, {MsgOnly: true}} {
			if _, err := m.Render(scope, o); err != nil {
				mustBeError(t, source, err)
			}
		}
	})
}

func mustBeError(t *testing.T, source string, err error) {
	t.Helper()
	var e *template.Error
	if !errors.As(err, &e) || e.Message == "" || e.Column < 0 || e.Column > len(source)+2 {
		t.Fatalf("%q: %#v", source, err)
	}
}
