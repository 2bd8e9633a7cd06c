package node_test

import (
	"os"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

func same(t *testing.T, got []byte, want string) {
	t.Helper()
	v, err := msg.Decode([]byte(want))
	if err != nil {
		t.Fatal(err)
	}
	if want := string(msg.Encode(v)); string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// The golden schema is the one that the editor is held to as well.
func TestSchemaGolden(t *testing.T) {
	golden, err := os.ReadFile("testdata/send-sms.json")
	if err != nil {
		t.Fatal(err)
	}
	typ, _ := node.Lookup("sendsms")
	same(t, typ.JSON(), string(golden))
}

func TestSchemaOfRowsAndTypedValues(t *testing.T) {
	typ, _ := node.Lookup("switch")
	same(t, typ.JSON(), `{"type": "switch", "category": "function", "icon": "fork", "inputs": 1, "outputs": [],
		"help": "Routes by rule. `+"`else`"+` is met when no rule before it was.",
		"schema": {"type": "object", "properties": {
			"property": {"format": "typed", "default": "payload", "x-ui": {"label": "Property", "typeKey": "propertyType",
				"types": ["msg", "flow", "global", "jsonata", "env", "expr"]}},
			"rules": {"type": "array", "items": {"type": "object", "properties": {
				"t": {"type": "string", "enum": ["eq", "neq", "null", "else"], "default": "eq",
					"x-ui": {"enumLabels": {"null": "is null", "else": "otherwise"}, "width": 3}},
				"v": {"format": "typed", "x-ui": {"typeKey": "vt",
					"types": ["str", "num", "msg", "flow", "global", "jsonata", "env", "expr", "prev"], "when": "t in ['eq','neq']"}}}},
				"x-ui": {"label": "Rules", "ports": "each", "initial": [{"t": "eq", "v": "", "vt": "str"}]}},
			"checkall": {"type": "boolean", "default": true, "x-ui": {"label": "Check all rules"}}}}}`)
}

func TestSchemaOfEachKind(t *testing.T) {
	typ, _ := node.Lookup("kinds")
	o := typ.Schema()
	for path, want := range map[string]string{
		"config":                    `true`,
		"inputs":                    `null`,
		"schema.properties.text":    `{"type":"string","x-ui":{"label":"Text"}}`,
		"schema.properties.choice":  `{"type":"string","enum":["","a","b"],"x-ui":{"label":"Choice","enumLabels":{"":"none","a":"the first"},"enumWhen":{"a":"on","b":"on","":"!on"}}}`,
		"schema.properties.level":   `{"type":"integer","enum":[0,1,2],"default":1,"x-ui":{"label":"Level"}}`,
		"schema.properties.count":   `{"type":"integer","minimum":0,"maximum":10,"x-ui":{"label":"Count","aliases":["n"]}}`,
		"schema.properties.ratio":   `{"type":"number","default":0.5,"x-ui":{"label":"Ratio"}}`,
		"schema.properties.on":      `{"type":"boolean","x-ui":{"label":"On"}}`,
		"schema.properties.wait":    `{"type":"string","format":"duration","minimum":0,"default":"10s","x-ui":{"label":"Wait"}}`,
		"schema.properties.short":   `{"type":"string","format":"duration","x-ui":{"label":"Short","unit":"ms"}}`,
		"schema.properties.secret":  `{"type":"string","format":"secret","x-ui":{"label":"Secret","aliases":["old"]}}`,
		"schema.properties.list":    `{"type":"array","items":{"type":"string"},"x-ui":{"label":"List"}}`,
		"schema.properties.headers": `{"type":"object","additionalProperties":{"type":"string","format":"template"},"x-ui":{"label":"Headers"}}`,
		"schema.properties.any":     `{"format":"json","x-ui":{"label":"Any"}}`,
		"schema.properties.ca":      `{"type":"string","format":"template","x-ui":{"label":"CA","when":"mode == 'tls'"}}`,
		"schema.required":           `["ca"]`,
	} {
		if got := string(msg.Encode(o.Path(path))); got != want {
			t.Errorf("%s: %s\nwant %s", path, got, want)
		}
	}
	same(t, msg.Encode(typ.Schema().Path(`schema.properties.rows.items.properties.v["x-ui"]`)),
		`{"typeKey":"vt","types":["str","num","json","msg","re","date"],"typesWhen":{"num":"name","re":"name"},
		  "valuesWhen":{"a":"!name","b":"!name"},"labelWhen":{"Named":"name"}}`)
	typ, _ = node.Lookup("vonage")
	same(t, msg.Encode(typ.Schema().Path("schema.properties.apiKey")),
		`{"type":"string","format":"secret","x-ui":{"label":"API key","aliases":["apikey"],"shown":true}}`)
	typ, _ = node.Lookup("typed")
	same(t, msg.Encode(typ.Schema().Path(`schema.properties.v["x-ui"].ownTypes`)),
		`{"len":{"label":"fixed length of","as":"num"},"nul":{"label":"nothing"}}`)
}

func TestSchemaJSONListsAll(t *testing.T) {
	v, err := msg.Decode(node.SchemaJSON())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range v.(*msg.List).Items {
		names = append(names, entry.(*msg.Object).Get("type").(string))
	}
	if got := strings.Join(names, " "); got != "switch send-sms fields typed kinds vonage" {
		t.Errorf("types %s", got)
	}
}

func TestMarkdown(t *testing.T) {
	typ, _ := node.Lookup("switch")
	var page strings.Builder
	if err := typ.Markdown(&page); err != nil {
		t.Fatal(err)
	}
	want := "## switch\n\nRoutes by rule. `else` is met when no rule before it was.\n\n" +
		"Inputs: 1. Outputs: one per entry of `rules`.\n\n" +
		"| Property | Kind | Default | Meaning |\n| --- | --- | --- | --- |\n" +
		"| `property` | typed value; type in `propertyType`: `msg`, `flow`, `global`, `jsonata`, `env`, `expr` | `payload` | Property. |\n" +
		"| `rules` | table |  | Rules. |\n" +
		"| `rules[].t` | `eq`, `neq`, `null` is null, `else` otherwise | `eq` |  |\n" +
		"| `rules[].v` | typed value; type in `vt`: `str`, `num`, `msg`, `flow`, `global`, `jsonata`, `env`, `expr`, `prev` |  | Where `t in ['eq','neq']`. |\n" +
		"| `checkall` | yes or no | `true` | Check all rules. |\n\n"
	if got := page.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	page.Reset()
	if err := node.Markdown(&page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"# messaging\n\n## send-sms\n\n", "In files also: `sendsms`.\n", "Outputs: 1 (sent).\n",
		"| `vonage` | a `vonage` node | *required* | Vonage. Formerly `creds`. |\n",
		"| `smsUrl` | template | `https://rest.nexmo.com` | SMS API. |\n",
		"| `rate` | number in requests/s | `30` | Rate. |\n",
		"| `choice` | `\"\"` none, `a` the first, `b` |  | Choice. |\n",
		"| `wait` | duration (a bare number counts in s) | `10s` | Wait. |\n",
		"| `headers` | names, each with template |  | Headers. |\n",
	} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("no %q in\n%s", want, page.String())
		}
	}
	if a, b := strings.Index(page.String(), "# function"), strings.Index(page.String(), "# config"); a < 0 || b < a {
		t.Errorf("function at %d, config at %d", a, b)
	}
}
