package function

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
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

func TestYAML(t *testing.T) {
	for text, want := range map[string]string{
		"- 1\n- 1.5\n- true\n- null\n- \"1\"\n- ~\n- text here\n": `[1,1.5,true,null,"1",null,"text here"]`,
		"z: 1\na: 2\nm: 3":                            `{"z":1,"a":2,"m":3}`,
		"[yes, no, on, off, y, 2001-12-14]":           `["yes","no","on","off","y","2001-12-14"]`,
		"[0x1f, 0o17, 017, 1e3, -.5, +12, 1_000, .]":  `[31,15,17,1000,-0.5,12,"1_000","."]`,
		"[True, FALSE, Null, 'true', \"~\"]":          `[true,false,null,"true","~"]`,
		"a: |\n  two\n  lines\nb: >\n  one\n  line":   `{"a":"two\nlines\n","b":"one line"}`,
		"base: &b {x: 1, y: 2}\nc:\n  <<: *b\n  x: 3": `{"base":{"x":1,"y":2},"c":{"x":3,"y":2}}`,
		"{1: a, true: b, null: c}":                    `{"1":"a","true":"b","null":"c"}`,
		"a: !!str 12\nb: !!binary aGk=":               `{"a":"12","b":{"type":"Buffer","data":[104,105]}}`,
		"phone: 447700900000":                         `{"phone":447700900000}`,
		"a:":                                          `{"a":null}`,
		"# nothing":                                   ``,
	} {
		v, err := parseYAML(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := string(msg.Encode(v)); got != want && !(want == "" && v == msg.Undefined) {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if v, err := parseYAML("[.inf, -.Inf, .nan]"); err != nil {
		t.Error(err)
	} else if l := v.(*msg.List).Items; l[0] != math.Inf(1) || l[1] != math.Inf(-1) || !math.IsNaN(l[2].(float64)) {
		t.Errorf("%v", l)
	}
	v, err := parseYAML("a: &x {k: 1}\nb: *x")
	if o, ok := v.(*msg.Object); err != nil || !ok || o.Get("a") != o.Get("b") {
		t.Errorf("an alias is not the same object: %v %v", v, err)
	}
}

func TestYAMLRefuses(t *testing.T) {
	bomb := "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := range 8 {
		name, before := string(rune('1'+i)), string(rune('0'+i))
		bomb += "a" + name + ": &a" + name + " [" + strings.TrimSuffix(strings.Repeat("*a"+before+",", 10), ",") + "]\n"
	}
	for text, want := range map[string]string{
		"a: [":            "yaml: ",
		"a: 1\n---\nb: 2": "more than one document",
		"a: 1\na: 2":      "twice",
		"a: !thing 1":     "unknown tag",
		"a: &x [*x]":      "inside its own anchor",
		"a: *nobody":      "nobody",
		"<<: 5":           "<< needs",
		"!!binary '***'":  "!!binary",
		strings.Repeat("[", 600) + strings.Repeat("]", 600): "deeper than 512",
		bomb: "aliases counted",
	} {
		if v, err := parseYAML(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, error %v, want …%s…", text, v, err, want)
		}
	}
}

func FuzzYAML(f *testing.F) {
	for _, seed := range []string{"a: 1", "- [x, {y: z}]", "&a [*a]", "<<: *b", "!!binary aGk=", "? [a]\n: b", "a: |\n x", "%YAML 1.2\n---\n-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := parseYAML(text)
		if err == nil && len(msg.Encode(v)) == 0 && v != msg.Undefined {
			t.Errorf("%q became nothing that JSON can say: %v", text, v)
		}
	})
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
