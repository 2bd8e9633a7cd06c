package template_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/template"
)

func TestMustache(t *testing.T) {
	for _, c := range []struct{ name, msg, text, want string }{
		{"nested", `{"payload":{"name":"Al","info":{"age":3}},"topic":"T"}`, `{{payload.name}} is {{payload.info.age}} [{{topic}}]`, `Al is 3 [T]`},
		{"missing", `{"payload":{"name":"Bo"}}`, `{{payload.name}} is {{payload.info.age}} [{{topic}}]`, `Bo is  []`},
		{"the root is the message", `{"payload":1}`, `[{{msg.payload}}]`, `[]`},
		{"escaped", `{"a":"& < > \" ' / ` + "`" + ` ="}`, `{{a}}`, `&amp; &lt; &gt; &quot; &#39; &#x2F; &#x60; &#x3D;`},
		{"raw", `{"a":"<b>'"}`, `{{{a}}}|{{&a}}|{{& a }}|{{{ a }}}`, `<b>'|<b>'|<b>'|<b>'`},
		{"values", `{"n":5.0,"big":84901234567,"t":true,"f":false,"z":null,"o":{},"l":[1,[2,null],"<"]}`, `{{n}} {{big}} {{t}} {{f}} {{z}} {{o}} {{l}}`, `5 84901234567 true false  [object Object] 1,2,,&lt;`},
		{"list", `{"payload":[{"n":"a","v":1},{"n":"b","v":0}],"topic":"T"}`, `{{#payload}}{{n}}={{v}}({{topic}});{{/payload}}`, `a=1(T);b=0(T);`},
		{"dot", `{"payload":["a",3,null,[1]]}`, `{{#payload}}<{{.}}>{{/payload}}`, `<a><3><><1>`},
		{"index", `{"payload":["zero",{"k":"one"}]}`, `{{payload.0}}-{{payload.1.k}}-{{payload.length}}-{{payload.-1}}`, `zero-one-2-`},
		{"length of a text", `{"s":"héllo"}`, `{{s.length}}`, `5`},
		{"sections that are skipped", `{"f":false,"z":null,"n":0,"s":"","l":[]}`, `{{#f}}1{{/f}}{{#z}}2{{/z}}{{#n}}3{{/n}}{{#s}}4{{/s}}{{#l}}5{{/l}}{{#no}}6{{/no}}`, ``},
		{"sections that are not", `{"t":true,"o":{},"n":1,"s":"0"}`, `{{#t}}1{{/t}}{{#o}}2{{/o}}{{#n}}{{.}}{{/n}}{{#s}}{{.}}{{/s}}`, `1210`},
		{"inverted", `{"t":true,"l":[],"o":{}}`, `{{^t}}1{{/t}}{{^l}}2{{/l}}{{^o}}3{{/o}}{{^no}}4{{/no}}`, `24`},
		{"inner names win, outer ones are seen", `{"a":1,"b":2,"o":{"a":3,"o2":{"c":4}}}`, `{{#o}}{{a}}{{b}}{{#o2}}{{a}}{{b}}{{c}}{{/o2}}{{/o}}`, `32324`},
		{"a dotted name falls back as a whole", `{"a":{"b":1},"o":{"a":{"c":2}}}`, `{{#o}}{{a.b}}{{a.c}}{{/o}}`, `12`},
		{"null is found", `{"a":1,"o":{"a":null}}`, `{{#o}}[{{a}}]{{/o}}`, `[]`},
		{"comments and sections on lines of their own", `{"t":true}`, "a\n{{! x }}\nb\n {{#t}} \nc\n\t{{/t}}\r\nd", "a\nb\nc\nd"},
		{"on the last line", `{"t":true}`, "a\n  {{#t}}\nb\n  {{/t}}  ", "a\nb\n"},
		{"beside text", `{"t":true}`, " {{#t}}x{{/t}} \n {{!}} y\n", " x \n  y\n"},
		{"delimiters", `{"a":1,"b":2}`, "{{a}}{{=<% %>=}}<%a%>{{a}}<%={{ }}=%>{{b}}{{= | | =}}|a|", `11{{a}}21`},
		{"partials", `{"a":1}`, "{{a}}\n  {{>p}}\n{{> q }}.", "1\n."},
		{"not a tag", `{"a":1}`, "{ {a} } {a}", "{ {a} } {a}"},
		{"triple closes as triple", `{"a":"}"}`, "{{{a}}}}", "}}"},
		{"names with spaces", `{"a b":1}`, "{{a b}}{{ a b }}", "11"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := render(c.text, &template.Scope{Msg: message(t, c.msg)}, template.MustacheOptions{})
			if err != nil || got != c.want {
				t.Errorf("\n got  %q, %v\n want %q", got, err, c.want)
			}
		})
	}
}

func TestMustacheOutsideTheMessage(t *testing.T) {
	world := message(t, `{"msg":{"payload":1,"global":{"x":"of the message"},"o":{"y":"inner"}},
		"flow":{"x":"of the flow","o":{"a":{"b":"deep"},"l":["p","q"]},"list":[{"n":1},{"n":2}],"f":false},
		"global":{"x":"of all"},"env":{"NAME":"var","A.B":"dotted"}}`)
	s := scopeOf(world)
	s.FlowStore = func(store, key string) any { return store + "/" + key }
	s.GlobalStore = func(store, key string) any { return msg.Of("k", store+"!"+key) }
	for text, want := range map[string]string{
		`{{flow.x}} {{flow.o.a.b}} {{flow.o.l.1}} {{flow.o.l[0]}} {{flow.o["a"].b}} {{flow.f}}`: `of the flow deep q p deep false`,
		`{{global.x}}`: `of the message`,
		`[{{flow.none}}{{flow.none.x}}{{flow.}}{{flow}}{{flow.o[}}]`: `[]`,
		`{{{flow[mem].x}}} {{global[mem].x.k}}`:                      `mem/x mem!x`,
		`{{env.NAME}} {{env.A.B}} [{{env.NO}}]`:                      `var dotted []`,
		`{{#flow.list}}<{{n}}{{flow.x}}>{{/flow.list}}`:              `<1of the flow><2of the flow>`,
		`{{#flow.f}}1{{/flow.f}}{{^flow.f}}2{{/flow.f}}`:             `2`,
		`{{#o}}{{y}}{{flow.x}}{{/o}}`:                                `innerof the flow`,
	} {
		got, err := render(text, s, template.MustacheOptions{})
		if err != nil || got != want {
			t.Errorf("%s\n got  %q, %v\n want %q", text, got, err, want)
		}
	}
	got, err := render(`[{{flow.x}}{{env.NAME}}{{global.x}}{{flow[m].x}}]`, s, template.MustacheOptions{MsgOnly: true})
	if err != nil || got != "[of the message]" {
		t.Errorf("of the message only: %q, %v", got, err)
	}
}

func TestMustacheForJSON(t *testing.T) {
	m := message(t, `{"s":"a\"b\\c\n\t\r\f\b/","o":["x\n"],"n":1}`)
	s := &template.Scope{Msg: m}
	got, err := render(`{{{s}}}|{{s}}|{{n}}|{{{o}}}|{{#o}}{{{.}}}{{/o}}`, s, template.MustacheOptions{JSON: true})
	want := `a"b\\c\n\t\r\f\b/|a&quot;b\\c\n\t\r\f\b&#x2F;|1|x` + "\n" + `|x\n`
	if err != nil || got != want {
		t.Errorf("\n got  %q, %v\n want %q", got, err, want)
	}
}

func TestMustacheErrors(t *testing.T) {
	for _, c := range []struct {
		text    string
		column  int
		message string
	}{
		{`é{{a`, 2, "{{ is not closed"},
		{`{{{a}}`, 1, "{{ is not closed"},
		{"a\n{{#a}}x", 3, "the section is not closed; write {{/a}}"},
		{`{{#a}}{{^b}}{{/a}}`, 13, "this does not close {{^b}}"},
		{`x{{/a}}`, 2, "there is no section to close"},
		{`{{=x=}}`, 1, "two delimiters"},
		{`{{=<% %>}}`, 1, "not closed"},
		{`{{=<% %>=}}<%#a%>`, 12, "write <%/a%>"},
	} {
		_, err := template.ParseMustache(c.text)
		var e *template.Error
		if !errors.As(err, &e) || e.Column != c.column || !strings.Contains(e.Message, c.message) {
			t.Errorf("%s: %+v; want column %d, %s", c.text, err, c.column, c.message)
		}
	}
}
