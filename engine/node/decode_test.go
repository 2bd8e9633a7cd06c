package node_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestEvery(t *testing.T) { nodetest.Every(t) }

// kinds has a field of each kind.
type kinds struct {
	Text     string                   `prop:"text" label:"Text"`
	Word     string                   `prop:"word" label:"Word" default:"w"`
	Choice   string                   `prop:"choice" label:"Choice" enum:"=none,a=the first,b" enumWhen:"a,b: on; : !on"`
	Level    int                      `prop:"level" label:"Level" enum:"0,1,2" default:"1"`
	Count    int                      `prop:"count|n" label:"Count" min:"0" max:"10"`
	Ratio    float64                  `prop:"ratio" label:"Ratio" default:"0.5"`
	On       bool                     `prop:"on" label:"On"`
	Off      bool                     `prop:"off" label:"Off" default:"true"`
	Wait     node.Duration            `prop:"wait" label:"Wait" default:"10s" min:"0"`
	Short    node.Duration            `prop:"short" label:"Short" unit:"ms"`
	Greeting node.Template            `prop:"greeting" label:"Greeting"`
	Secret   node.Secret              `prop:"secret|old" label:"Secret"`
	List     []string                 `prop:"list" label:"List"`
	Ports    []int                    `prop:"ports" label:"Ports"`
	Headers  map[string]node.Template `prop:"headers" label:"Headers"`
	Any      any                      `prop:"any" label:"Any"`
	Rows     []row                    `prop:"rows" label:"Rows"`
	shared
}

type shared struct {
	Mode  string        `prop:"mode" label:"Mode" enum:"plain,tls" default:"plain"`
	CA    node.Template `prop:"ca" label:"CA" when:"mode == 'tls'" required:"true"`
	Extra int           `prop:"extra" label:"Extra" when:"on && mode != 'tls' || !off"`
}

type row struct {
	Name string          `prop:"name" required:"true"`
	V    node.TypedValue `prop:"v,vt" types:"str,num,json,msg,re,date" typesWhen:"num,re: name" valuesWhen:"a,b: !name" labelWhen:"Named: name"`
}

func init() {
	node.Register[kinds](node.Type{Name: "kinds", Category: "config", Icon: "test", Help: "Has a field of each kind."})
}

func decodeKinds(t *testing.T, config string) (*kinds, []string) {
	t.Helper()
	typ, _ := node.Lookup("kinds")
	in, problems := typ.Decode(nodetest.Message(t, config), nil)
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = p.Property + ": " + p.Message
	}
	return in.Value.(*kinds), texts
}

func TestDecodeTolerance(t *testing.T) {
	show := func(k *kinds) string {
		greeting := node.On(msg.Of("n", 3)).Text(k.Greeting)
		return fmt.Sprint(k.Text, "|", k.Word, "|", k.Choice, "|", k.Level, "|", k.Count, "|", k.Ratio, "|", k.On, "|", k.Off,
			"|", k.Wait, "|", k.Short, "|", greeting, "|", k.Secret.Reveal(), "|", k.List, "|", k.Ports, "|", k.Extra)
	}
	tests := []struct{ name, config, want string }{
		{"nothing", `{}`, `|w||1|0|0.5|false|true|10s|0s|||[]|[]|0`},
		{"null is absent", `{"text":null,"word":null,"level":null,"on":null,"off":null,"wait":null,"list":null}`, `|w||1|0|0.5|false|true|10s|0s|||[]|[]|0`},
		{"empty text is absent", `{"word":"","choice":"","level":"","count":"","ratio":"","on":"","off":"","wait":"","short":"","list":"","secret":""}`,
			`|w||1|0|0.5|false|true|10s|0s|||[]|[]|0`},
		{"as Node-RED writes", `{"level":"2","count":"5","ratio":"1.5","on":"true","off":"false","wait":"3","short":"250"}`,
			`|w||2|5|1.5|true|false|3s|250ms|||[]|[]|0`},
		{"as JSON has it", `{"level":2,"count":10,"ratio":1.5,"on":true,"off":false,"wait":0.1,"short":250,"list":["a","b"],"ports":["80",443]}`,
			`|w||2|10|1.5|true|false|100ms|250ms|||[a b]|[80 443]|0`},
		{"units", `{"wait":"250ms","short":"2m"}`, `|w||1|0|0.5|false|true|250ms|2m0s|||[]|[]|0`},
		{"text of other kinds", `{"text":5,"word":true,"choice":"a"}`, `5|true|a|1|0|0.5|false|true|10s|0s|||[]|[]|0`},
		{"older name", `{"n":7,"old":"s"}`, `|w||1|7|0.5|false|true|10s|0s||s|[]|[]|0`},
		{"older name where the newer is null", `{"n":7,"count":null}`, `|w||1|7|0.5|false|true|10s|0s|||[]|[]|0`},
		{"newer name first", `{"n":7,"count":8}`, `|w||1|8|0.5|false|true|10s|0s|||[]|[]|0`},
		{"1 and 0", `{"on":1,"off":"0"}`, `|w||1|0|0.5|true|false|10s|0s|||[]|[]|0`},
		{"credentials win", `{"secret":"plain","credentials":{"secret":"kept"}}`, `|w||1|0|0.5|false|true|10s|0s||kept|[]|[]|0`},
		{"empty credentials do not win", `{"secret":"plain","credentials":{"secret":""}}`, `|w||1|0|0.5|false|true|10s|0s||plain|[]|[]|0`},
		{"credentials by older name", `{"credentials":{"old":"kept"}}`, `|w||1|0|0.5|false|true|10s|0s||kept|[]|[]|0`},
		{"no variable, no secret", `{"secret":"${NOT_SET}"}`, `|w||1|0|0.5|false|true|10s|0s|||[]|[]|0`},
		{"template", `{"greeting":"n is <<msg.n>>"}`, `|w||1|0|0.5|false|true|10s|0s|n is 3||[]|[]|0`},
		{"hidden field", `{"extra":"x"}`, `|w||1|0|0.5|false|true|10s|0s|||[]|[]|0`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k, problems := decodeKinds(t, tt.config)
			if len(problems) > 0 {
				t.Errorf("problems %q", problems)
			}
			if got := show(k); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestDecodeProblems(t *testing.T) {
	tests := []struct{ config, want string }{
		{`{"text":{}}`, `text: {} is not text`},
		{`{"choice":"c"}`, `choice: "c" is not one of a, b`},
		{`{"level":3}`, `level: 3 is not one of 0, 1, 2`},
		{`{"n":"five"}`, `n: "five" is not a number`},
		{`{"count":5.5}`, `count: 5.5 is not a whole number`},
		{`{"count":"1e400"}`, `count: "1e400" is not a number`},
		{`{"count":11}`, `count: 11 is above 10`},
		{`{"count":-1}`, `count: -1 is below 0`},
		{`{"count":"5px"}`, `count: "5px" is not a number`},
		{`{"ratio":[1]}`, `ratio: [1] is not a number`},
		{`{"on":"maybe"}`, `on: "maybe" is not true or false`},
		{`{"on":2}`, `on: 2 is not true or false`},
		{`{"wait":"soon"}`, `wait: "soon" is not a duration such as "10s" or "250ms"`},
		{`{"wait":-1}`, `wait: -1 is below 0`},
		{`{"wait":1e30}`, `wait: 1e+30 is not a duration that can be counted`},
		{`{"list":"a"}`, `list: "a" is not a list`},
		{`{"list":["a",{}]}`, `list[1]: {} is not text`},
		{`{"headers":[]}`, `headers: [] is not an object`},
		{`{"headers":{"x-a":["v"]}}`, `headers.x-a: ["v"] is not text`},
		{`{"rows":[1]}`, `rows[0]: 1 is not an object`},
		{`{"rows":[{"name":"a"},{}]}`, `rows[1].name: is required`},
		{`{"rows":[{"name":"a","v":"ten","vt":"num"}]}`, `rows[0].v: "ten" is not a number`},
		{`{"rows":[{"name":"a","v":"ten","vt":"flow"}]}`, `rows[0].vt: "flow" is not a type this value can have: str, num, json, msg, re, date`},
		{`{"rows":[{"name":"a","v":"ten","vt":7}]}`, `rows[0].vt: 7 is not a type`},
		{`{"rows":[{"name":"a","v":"a..b","vt":"msg"}]}`, `rows[0].v: Invalid property expression: unexpected . at position 2`},
		{`{"count":"${PORT}"}`, `count: variable PORT is not set`},
		{`{"count":"$(PORT)"}`, `count: variable PORT is not set`},
		{`{"choice":"${WHICH}"}`, `choice: variable WHICH is not set`},
		{`{"mode":"tls"}`, `ca: is required`},
		{`{"mode":"tls","ca":" "}`, `ca: is required`},
		{`{"on":true,"extra":"x"}`, `extra: "x" is not a number`},
		{`{"off":false,"mode":"tls","ca":"c","extra":"x"}`, `extra: "x" is not a number`},
		{`{"on":3,"level":9,"list":{}}`, `level: 9 is not one of 0, 1, 2; on: 3 is not true or false; list: {} is not a list`},
	}
	for _, tt := range tests {
		t.Run(tt.config, func(t *testing.T) {
			if _, problems := decodeKinds(t, tt.config); strings.Join(problems, "; ") != tt.want {
				t.Errorf("got  %s\nwant %s", strings.Join(problems, "; "), tt.want)
			}
		})
	}
}

func TestProblemSaysWhere(t *testing.T) {
	typ, _ := node.Lookup("send-sms")
	in, problems := typ.Decode(nodetest.Message(t, `{"id":"n7","type":"sendsms","name":"greet","to":"<<msg.","from":"a"}`), nil)
	var got []string
	for _, p := range problems {
		got = append(got, p.String())
	}
	want := []string{
		`node "greet" (sendsms n7): vonage: is required`,
		`node "greet" (sendsms n7): to: `,
		`node "greet" (sendsms n7): text: is required`,
	}
	if len(got) != 3 || got[0] != want[0] || !strings.HasPrefix(got[1], want[1]) || got[2] != want[2] {
		t.Errorf("got %q, want %q", got, want)
	}
	if in.Outputs != 1 || in.Inputs != 1 {
		t.Errorf("a faulty node has %d inputs and %d outputs", in.Inputs, in.Outputs)
	}
}

func TestUpgradeWorksOnACopy(t *testing.T) {
	// nodetest fails the test when decoding changes the configuration.
	n := nodetest.New(t, "sendsms", `{"creds":"v1","fr":"447700900000","to":"<<msg.payload.msisdn>>","text":"hi","unicode":"1"}`,
		nodetest.Config(`{"id":"v1","type":"nexmobasic","credentials":{"apikey":"k"}}`))
	if err := n.Send(`{"payload":{"msisdn":447700900001}}`); err != nil {
		t.Fatal(err)
	}
	n.Sent().Want(t, `[[{"payload":{"from":"447700900000","to":"447700900001","text":"hi","encoding":"unicode"}}]]`)
	if refs := n.Instance().Refs; !slices.Equal(refs, []string{"v1"}) {
		t.Errorf("refs %q", refs)
	}
	if key := nodetest.Of[sendSMS](n).Vonage.Get().Key.Reveal(); key != "k" {
		t.Errorf("key %q", key)
	}
}

func TestRef(t *testing.T) {
	config := func(s string) string { return `{"vonage":"` + s + `","from":"a","to":"b","text":"c"}` }
	none := nodetest.Check(t, "send-sms", config("v1"))
	if want := []string{`vonage: there is no node "v1"`}; !slices.Equal(none, want) {
		t.Errorf("got %q, want %q", none, want)
	}
	wrong := nodetest.Check(t, "send-sms", config("k1"), nodetest.Config(`{"id":"k1","type":"kinds"}`))
	if want := []string{`vonage: "k1" is a node of type kinds, not vonage`}; !slices.Equal(wrong, want) {
		t.Errorf("got %q, want %q", wrong, want)
	}
}

func TestPorts(t *testing.T) {
	typ, _ := node.Lookup("switch")
	for config, want := range map[string]int{`{}`: 0, `{"rules":[{},{},{}]}`: 3, `{"rules":"x"}`: 0} {
		if in, _ := typ.Decode(nodetest.Message(t, config), nil); in.Outputs != want {
			t.Errorf("%s: %d outputs, want %d", config, in.Outputs, want)
		}
	}
	many := `{"rules":[{}` + strings.Repeat(`,{}`, 1000) + `]}`
	if in, problems := typ.Decode(nodetest.Message(t, many), nil); in.Outputs != 0 || len(problems) != 1 ||
		problems[0].Message != "1001 outputs: a node has 0 to 1000" {
		t.Errorf("%d outputs, %v", in.Outputs, problems)
	}
}

func (k *kinds) Claims() []node.Claim {
	if k.Text == "" {
		return nil
	}
	return []node.Claim{{Kind: "route", Key: "GET " + k.Text, Path: k.Text, Property: "text"}}
}

func (k *kinds) Check(report func(property, problem string)) {
	if len(k.List) > 2 {
		report("list[2]", "is one too many")
	}
}

func TestClaimsAndChecks(t *testing.T) {
	typ, _ := node.Lookup("kinds")
	for config, want := range map[string]string{
		`{}`:            `[] `,
		`{"text":"/x"}`: `[{route GET /x /x text}] `,
		`{"text":"/x","list":["a","b","c"],"on":7}`: `[] on: 7 is not true or false list[2]: is one too many `,
	} {
		in, problems := typ.Decode(nodetest.Message(t, config), nil)
		got := fmt.Sprint(in.Claims) + " "
		for _, p := range problems {
			got += p.Property + ": " + p.Message + " "
		}
		if got != want {
			t.Errorf("%s: %s, want %s", config, got, want)
		}
	}
}

func TestSecretPrintsMasked(t *testing.T) {
	k, _ := decodeKinds(t, `{"secret":"s3cr3t"}`)
	o := msg.Of("text", fmt.Sprintf("%v %s %+v %#v %q %x", k.Secret, k.Secret, k.Secret, k.Secret, k.Secret, k.Secret))
	if text := o.String() + fmt.Sprint(*k); strings.Contains(text, "s3cr3t") || strings.Contains(text, "733363723374") || !strings.Contains(text, "••••") {
		t.Errorf("printed %s", text)
	}
	if b, err := k.Secret.MarshalText(); err != nil || string(b) != "••••" {
		t.Errorf("marshalled %s, %v", b, err)
	}
}

func TestRun(t *testing.T) {
	rules := `{"rules":[{"t":"eq","v":"5","vt":"num"},{"t":"else"}],"checkall":"true"}`
	sent, err := nodetest.Run(t, "switch", rules, `{"payload":5}`, `{"payload":"x"}`)
	if err != nil {
		t.Fatal(err)
	}
	sent.Want(t, `[[{"payload":5}],[{"payload":"x"}]]`)
}

func TestDurationIsGos(t *testing.T) {
	if d := node.Duration(90 * time.Second); d.String() != "1m30s" || d.D() != 90*time.Second {
		t.Errorf("got %s, %s", d, d.D())
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("kinds", `{"rows":[{"name":"a","v":"{}","vt":"json"}],"headers":{"a":"<<msg."}}`)
	f.Add("switch", `{"property":"a[","propertyType":"msg","rules":[{"t":"eq","v":"(","vt":"re"},null,[]]}`)
	f.Add("send-sms", `{"vonage":{},"to":"{{#a}}","credentials":7}`)
	f.Fuzz(func(t *testing.T, name, config string) {
		typ, ok := node.Lookup(name)
		raw, err := msg.DecodeObject([]byte(config))
		if !ok || err != nil {
			return
		}
		before := raw.String()
		in, _ := typ.Decode(raw, nil)
		if in == nil || in.Outputs < 0 || raw.String() != before {
			t.Errorf("instance %v, configuration %s", in, raw)
		}
	})
}
