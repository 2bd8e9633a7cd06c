package template_test

import (
	"os"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/template"
)

// row is a line of a table of docs/expressions.md.
type row struct{ kind, input, want string }

// readDocs returns the rows of the tables that can be run, and what their
// examples see.
func readDocs(t testing.TB) ([]row, *template.Scope) {
	text, err := os.ReadFile("../../docs/expressions.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(text), "```json\n")
	block, _, _ = strings.Cut(block, "```")
	world, err := msg.DecodeObject([]byte(block))
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	kind := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			kind = ""
			continue
		}
		cells := strings.Split(strings.ReplaceAll(strings.Trim(line, "|"), `\|`, "\x00"), "|")
		for i := range cells {
			cells[i] = strings.ReplaceAll(strings.TrimSpace(cells[i]), "\x00", "|")
		}
		switch {
		case len(cells) != 2 || strings.HasPrefix(line, "|---"):
		case kind == "":
			kind = cells[0] + " " + cells[1]
		default:
			rows = append(rows, row{kind, code(cells[0]), code(cells[1])})
		}
	}
	return rows, scopeOf(world)
}

// code is what stands between backquotes.
func code(cell string) string {
	return strings.TrimSuffix(strings.TrimPrefix(cell, "`"), "`")
}

// scopeOf makes a scope of an object with the members msg, flow, global, env.
func scopeOf(world *msg.Object) *template.Scope {
	under := func(name string) func(string) any {
		o, _ := world.Get(name).(*msg.Object)
		return func(key string) any { return msg.CloneValue(o.Get(key)) }
	}
	env, _ := world.Get("env").(*msg.Object)
	m, _ := world.Get("msg").(*msg.Object)
	return &template.Scope{Msg: m, Flow: under("flow"), Global: under("global"), Env: func(name string) (any, bool) { return env.Lookup(name) }}
}

func TestDocs(t *testing.T) {
	rows, scope := readDocs(t)
	before := string(msg.Encode(scope.Msg))
	ran := map[string]int{}
	for _, r := range rows {
		ran[r.kind]++
		got, err := "", error(nil)
		switch strings.Fields(r.kind)[0] {
		case "Expression":
			var v any
			if v, err = eval(r.input, scope); err == nil {
				got = string(msg.Encode(v))
			}
		case "Template":
			got, err = text(r.input, scope)
		case "Mustache":
			got, err = render(r.input, scope, template.MustacheOptions{})
		default:
			ran[r.kind]--
			continue
		}
		if strings.HasSuffix(r.kind, "Error") {
			if err == nil || !strings.Contains(err.Error(), r.want) {
				t.Errorf("%s:\n got  %v\n want an error with %s", r.input, err, r.want)
			}
			continue
		}
		if err != nil || got != r.want {
			t.Errorf("%s:\n got  %s, %v\n want %s", r.input, got, err, r.want)
		}
	}
	for _, kind := range []string{"Expression Result", "Expression Error", "Template Text", "Template Error", "Mustache Text"} {
		if ran[kind] < 4 {
			t.Errorf("the page has %d rows of %s: are they still found?", ran[kind], kind)
		}
	}
	if after := string(msg.Encode(scope.Msg)); after != before {
		t.Errorf("an expression changed the message to %s", after)
	}
}

func eval(source string, s *template.Scope) (any, error) {
	e, err := template.ParseExpr(source)
	if err != nil {
		return nil, err
	}
	return e.Eval(s)
}

func text(source string, s *template.Scope) (string, error) {
	t, err := template.Parse(source)
	if err != nil {
		return "", err
	}
	return t.Text(s)
}

func render(source string, s *template.Scope, o template.MustacheOptions) (string, error) {
	m, err := template.ParseMustache(source)
	if err != nil {
		return "", err
	}
	return m.Render(s, o)
}
