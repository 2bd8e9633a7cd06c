package function

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/template"
	"github.com/flowrill/flowrill/nodes/parser/yamltext"
)

// Template makes a text, or what a JSON or YAML text says, of a message
// (contract nodes.md, function; jsonata-and-js.md §5).
type Template struct {
	Field  node.TypedValue `prop:"field,fieldType" types:"msg,flow,global" label:"Set" default:"payload"`
	Text   string          `prop:"template" label:"Template" widget:"code" multiline:"true" initial:"You said {{payload.text}}" help:"Empty: the message brings it in msg.template."`
	Syntax string          `prop:"syntax" label:"Syntax" enum:"mustache={{mustache}},flowrill=<<expressions>>,plain=plain text" default:"mustache"`
	Output string          `prop:"output" label:"Output" enum:"str=text,json=JSON,yaml=YAML" default:"str" help:"What the text is read as."`
	Format string          `prop:"format" label:"Highlight as" default:"handlebars" suggest:"handlebars,html,json,javascript,css,markdown,sql,yaml,text" advanced:"true" help:"For the editor only."`

	scope    template.Scope
	compiled *rendering                // of Text
	last     atomic.Pointer[rendering] // of the last msg.template
}

// rendering is a template made ready: one of the three syntaxes.
type rendering struct {
	source   string
	mustache *template.Mustache
	flowrill *template.Template
}

func init() {
	node.Register[Template](node.Type{
		Name: "template", Category: "function", Icon: "file-text", Outputs: []string{"out"},
		Help: "Makes a text of a message and a template, and puts it into a property.\n\n" +
			"*Mustache* is Node-RED's: `{{payload.name}}` looks into the message, `{{flow.x}}`, `{{global.x}}` and `{{env.X}}` further out, " +
			"`{{#list}}…{{/list}}` repeats, and `{{{x}}}` leaves out the HTML escaping, which a text message does not want. " +
			"*Expressions* are Flowrill's own: `<<msg.payload.name>>`.\n\n" +
			"As JSON or YAML the text becomes the value it says; if it cannot be read the message goes to catch nodes.\n\n" +
			"Example: `Hi <<msg.payload.name ?? \"there\">>, we open at <<global.hours.open>>.`",
	})
}

// Check compiles the template.
func (t *Template) Check(report func(property, problem string)) {
	if _, err := t.compile(t.Text); err != nil {
		report("template", err.Error())
	}
}

// Open compiles the template and keeps what it can see.
func (t *Template) Open(_ context.Context, env *node.Env) error {
	t.scope = scopeOf(env)
	if t.Text == "" {
		return nil
	}
	var err error
	t.compiled, err = t.compile(t.Text)
	return err
}

func (t *Template) compile(source string) (*rendering, error) {
	r := &rendering{source: source}
	var err error
	switch t.Syntax {
	case "mustache":
		r.mustache, err = template.ParseMustache(source)
	case "flowrill":
		r.flowrill, err = template.Parse(source)
	}
	return r, err
}

// Receive renders the template into the property.
func (t *Template) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	r, err := t.of(m)
	if err != nil {
		return err
	}
	text, err := t.render(r, m)
	if err != nil {
		return err
	}
	value, err := t.read(text)
	if err != nil {
		return err
	}
	if err := t.Field.Set(m, value); err != nil {
		node.Log(ctx).Warn(err.Error())
	}
	out.Send(m)
	return nil
}

// of is the node's template, or the one in msg.template.
func (t *Template) of(m *msg.Object) (*rendering, error) {
	if t.compiled != nil {
		return t.compiled, nil
	}
	source := ""
	if v, ok := m.Lookup("template"); ok && v != nil && v != msg.Undefined {
		source = msg.String(v)
	}
	if r := t.last.Load(); r != nil && r.source == source {
		return r, nil
	}
	r, err := t.compile(source)
	if err != nil {
		return nil, fmt.Errorf("msg.template: %w", err)
	}
	t.last.Store(r)
	return r, nil
}

func (t *Template) render(r *rendering, m *msg.Object) (string, error) {
	scope := t.scope
	scope.Msg = m
	switch {
	case r.mustache != nil:
		return r.mustache.Render(&scope, template.MustacheOptions{JSON: t.Output == "json"})
	case r.flowrill != nil:
		return r.flowrill.Text(&scope)
	}
	return r.source, nil
}

// read makes a value of the text.
func (t *Template) read(text string) (any, error) {
	switch t.Output {
	case "json":
		return msg.Decode([]byte(text))
	case "yaml":
		return yamltext.Parse(text)
	}
	return text, nil
}

// scopeOf is what a template sees of a node's surroundings.
func scopeOf(env *node.Env) template.Scope {
	flow, global := reader(env.FlowContext), reader(env.Global)
	return template.Scope{
		Flow:        func(key string) any { return flow("", key) },
		Global:      func(key string) any { return global("", key) },
		FlowStore:   flow,
		GlobalStore: global,
		Env:         env.Var,
	}
}

// reader reads top-level keys of a context.
func reader(c node.Context) func(store, key string) any {
	return func(store, key string) any {
		p, err := msg.ParsePath(key)
		if c == nil || err != nil {
			return msg.Undefined
		}
		return c.Get(store, p)
	}
}
