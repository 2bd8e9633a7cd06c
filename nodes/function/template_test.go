package function

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/nodetest"
)

// config is a template node's configuration.
func config(text string, more ...string) string {
	quoted, _ := json.Marshal(text)
	return `{"template":` + strings.Join(append([]string{string(quoted)}, more...), ",") + `}`
}

func TestTemplate(t *testing.T) {
	for _, c := range []struct{ name, config, in, want string }{
		{"lookups", config(`{{payload.name}} is {{payload.age}} [{{topic}}]`), `{"payload":{"name":"Al","age":3}}`, `{"payload":"Al is 3 []"}`},
		{"escapes for HTML", config(`{{payload}}|{{{payload}}}|{{&payload}}`), `{"payload":"<&"}`, `{"payload":"&lt;&amp;|<&|<&"}`},
		{"sections", config(`{{#payload}}{{name}}={{v}}({{topic}});{{/payload}}`), `{"payload":[{"name":"a","v":1},{"name":"b","v":0}],"topic":"T"}`, `{"payload":"a=1(T);b=0(T);","topic":"T"}`},
		{"context and variables", config(`{{flow.fo.a}} {{global.g}} {{env.NAME}} [{{flow.none}}]`), `{"payload":1}`, `{"payload":"deep GLOB shop []"}`},
		{"the message wins", config(`{{flow.fo.a}}`), `{"flow":{"fo":{"a":"mine"}}}`, `{"flow":{"fo":{"a":"mine"}},"payload":"mine"}`},
		{"plain", config(`{{payload}} <<x>>`, `"syntax":"plain"`), `{"payload":1}`, `{"payload":"{{payload}} <<x>>"}`},
		{"mustache leaves << alone", config(`cout << {{payload}}`), `{"payload":1}`, `{"payload":"cout << 1"}`},
		{"expressions", config(`Hi <<msg.payload.name ?? "there">>, <<flow.fo.a>> <<env.NAME>>`, `"syntax":"flowrill"`), `{"payload":{}}`, `{"payload":"Hi there, deep shop"}`},
		{"an expression's text", config(`<<msg.payload>>`, `"syntax":"flowrill"`), `{"payload":[1]}`, `{"payload":"[1]"}`},
		{"JSON", config(`{"v": {{payload}}, "s": "{{topic}}"}`, `"output":"json"`), `{"payload":5,"topic":"x\ty"}`, `{"payload":{"v":5,"s":"x\ty"},"topic":"x\ty"}`},
		{"JSON of an expression", config(`{"v": <<msg.payload>>}`, `"output":"json"`, `"syntax":"flowrill"`), `{"payload":[1,2]}`, `{"payload":{"v":[1,2]}}`},
		{"YAML", config("b: {{payload}}\na: [x, ~]\n", `"output":"yaml"`), `{"payload":5}`, `{"payload":{"b":5,"a":["x",null]}}`},
		{"another property", config(`T:{{payload}}`, `"field":"out.text"`), `{"payload":1}`, `{"payload":1,"out":{"text":"T:1"}}`},
		{"the message brings it", config(``), `{"payload":"v","template":"from msg {{payload}}"}`, `{"payload":"from msg v","template":"from msg {{payload}}"}`},
		{"nobody brings it", config(``), `{"payload":"w"}`, `{"payload":""}`},
		{"the node's wins", config(`mine`), `{"payload":"v","template":"other"}`, `{"payload":"mine","template":"other"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "template", c.config, nodetest.FlowValue("fo", `{"a":"deep"}`), nodetest.GlobalValue("g", `"GLOB"`), nodetest.Var("NAME", "shop"))
			if err := n.Send(c.in); err != nil {
				t.Fatal(err)
			}
			n.Sent().Want(t, `[[`+c.want+`]]`)
		})
	}
}

func TestTemplateIntoContext(t *testing.T) {
	n := nodetest.New(t, "template", config(`G:{{payload}}`, `"field":"a.x"`, `"fieldType":"global"`))
	if err := n.Send(`{"payload":1}`); err != nil {
		t.Fatal(err)
	}
	n.Sent().Want(t, `[[{"payload":1}]]`)
	if got := n.Global.JSON(); got != `{"a":{"x":"G:1"}}` {
		t.Errorf("global context %s", got)
	}
}

func TestTemplateFails(t *testing.T) {
	for _, c := range []struct{ config, in, want string }{
		{config(`{"v": {{payload}}`, `"output":"json"`), `{"payload":5}`, ""},
		{config("a: [\n", `"output":"yaml"`), `{}`, "yaml: "},
		{config(``), `{"template":"{{#a}}x"}`, "msg.template: "},
		{config(``, `"syntax":"flowrill"`), `{"template":"<<msg."}`, "msg.template: "},
	} {
		sent, err := nodetest.Run(t, "template", c.config, c.in)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %s…", c.config, err, c.want)
		}
		sent.Want(t, `[[]]`)
	}
	for _, text := range []string{`{{#a}}x`, `{{a`} {
		if problems := nodetest.Check(t, "template", config(text)); len(problems) != 1 || !strings.HasPrefix(problems[0], "template: ") {
			t.Errorf("%s: problems %q", text, problems)
		}
	}
	if problems := nodetest.Check(t, "template", config(`<<msg.`, `"syntax":"flowrill"`)); len(problems) != 1 {
		t.Errorf("an unclosed expression: %q", problems)
	}
	if problems := nodetest.Check(t, "template", config(`{{#a}} <<msg.`, `"syntax":"plain"`)); len(problems) != 0 {
		t.Errorf("plain text has no syntax: %q", problems)
	}
}

func BenchmarkTemplate(b *testing.B) {
	for _, syntax := range []string{"mustache", "flowrill"} {
		text := map[string]string{"mustache": `Hi {{payload.name}}, you said {{{payload.text}}}`, "flowrill": `Hi <<msg.payload.name>>, you said <<msg.payload.text>>`}[syntax]
		b.Run(syntax, func(b *testing.B) {
			n := nodetest.New(b, "template", config(text, `"field":"out"`, `"syntax":"`+syntax+`"`))
			c, m := nodetest.Of[Template](n), nodetest.Message(b, `{"payload":{"name":"Ann","text":"hello"}}`)
			b.ReportAllocs()
			for b.Loop() {
				if err := c.Receive(b.Context(), m, discard{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
