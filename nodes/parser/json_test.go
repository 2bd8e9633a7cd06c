package parser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestJSON(t *testing.T) {
	for _, c := range []struct{ name, config, in, want string }{
		{"text", `{}`, `{"payload":"{\"a\":[1,{\"b\":null}]}"}`, `{"payload":{"a":[1,{"b":null}]}}`},
		{"a number's text", `{}`, `{"payload":" 5 "}`, `{"payload":5}`},
		{"null's text", `{}`, `{"payload":"null"}`, `{"payload":null}`},
		{"object", `{}`, `{"payload":{"b":1,"a":"é<"}}`, `{"payload":"{\"b\":1,\"a\":\"é<\"}"}`},
		{"list", `{}`, `{"payload":[1,"x"]}`, `{"payload":"[1,\"x\"]"}`},
		{"true", `{}`, `{"payload":true}`, `{"payload":"true"}`},
		{"null", `{}`, `{"payload":null}`, `{"payload":"null"}`},
		{"nothing there", `{}`, `{"topic":"t"}`, `{"topic":"t"}`},
		{"indented", `{"pretty":true}`, `{"payload":{"a":[1,{}]}}`, `{"payload":"{\n    \"a\": [\n        1,\n        {}\n    ]\n}"}`},
		{"only to a value", `{"action":"obj"}`, `{"payload":{"b":2}}`, `{"payload":{"b":2}}`},
		{"only to a value, text", `{"action":"obj"}`, `{"payload":"[]"}`, `{"payload":[]}`},
		{"only to text", `{"action":"str"}`, `{"payload":"{"}`, `{"payload":"{"}`},
		{"only to text, number", `{"action":"str"}`, `{"payload":1e21}`, `{"payload":"1e+21"}`},
		{"another property", `{"property":"d.t"}`, `{"d":{"t":"[1]"},"payload":"{"}`, `{"d":{"t":[1]},"payload":"{"}`},
		{"text that meets the schema", `{}`, `{"payload":"{\"n\":5}","schema":{"required":["n"]}}`, `{"payload":{"n":5}}`},
		{"object that meets it", `{}`, `{"payload":{"n":5},"schema":{"required":["n"]}}`, `{"payload":"{\"n\":5}"}`},
		{"text that stays text", `{"action":"str"}`, `{"payload":"{\"n\":5}","schema":{"required":["n"]}}`, `{"payload":"{\"n\":5}"}`},
		{"draft 6", `{}`, `{"payload":"5","schema":{"$schema":"http://json-schema.org/draft-06/schema#","exclusiveMinimum":4}}`, `{"payload":5}`},
		{"no schema", `{}`, `{"payload":"5","schema":""}`, `{"payload":5,"schema":""}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			sent, err := nodetest.Run(t, "json", c.config, c.in)
			if err != nil {
				t.Fatal(err)
			}
			sent.Want(t, `[[`+c.want+`]]`)
		})
	}
}

func TestJSONBuffer(t *testing.T) {
	n := nodetest.New(t, "json", `{}`)
	if err := n.Receive(msg.Of("payload", []byte("{\"x\":\"\xff\"}"))); err != nil {
		t.Fatal(err)
	}
	n.Sent().Want(t, `[[{"payload":{"x":"\ufffd"}}]]`)
}

func TestJSONFails(t *testing.T) {
	for _, c := range []struct{ name, config, in, want string }{
		{"cut off", `{}`, `{"payload":"{\"a\":"}`, `invalid JSON at line 1, column 6: `},
		{"not JSON to be checked", `{"action":"str"}`, `{"payload":"{","schema":true}`, `invalid JSON at line 1`},
		{"too deep", `{}`, `{"payload":"` + strings.Repeat("[", 600) + `"}`, `invalid JSON at line 1`},
		{"a wrong schema", `{}`, `{"payload":"{}","schema":{"type":"nosuch"}}`, `JSON Schema error: failed to compile schema`},
		{"against the schema", `{}`, `{"payload":"{\"n\":\"x\"}","schema":{"properties":{"n":{"type":"number"}},"required":["m"]}}`, `JSON Schema error: data must have required property 'm', data/n must be number`},
		{"a value against it", `{"action":"obj"}`, `{"payload":7,"schema":{"maximum":5}}`, `JSON Schema error: data must be <= 5`},
	} {
		t.Run(c.name, func(t *testing.T) {
			sent, err := nodetest.Run(t, "json", c.config, c.in)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("error %v\nwant  %s", err, c.want)
			}
			sent.Want(t, `[[]]`)
		})
	}
	elsewhere := filepath.Join(t.TempDir(), "s.json")
	if err := os.WriteFile(elsewhere, []byte(`{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := nodetest.Run(t, "json", `{}`, `{"payload":"1","schema":{"$ref":"file://`+elsewhere+`"}}`); err != errSchema {
		t.Errorf("a schema in a file: %v", err)
	}
	n := nodetest.New(t, "json", `{}`)
	ring := msg.NewObject(1)
	ring.Set("self", ring)
	if err := n.Receive(msg.Of("payload", ring)); err == nil || err.Error() != "Failed to convert payload" {
		t.Errorf("a ring: %v", err)
	}
	if err := n.Receive(msg.Of("payload", ring, "schema", msg.Of("type", "object"))); err == nil || err.Error() != "JSON Schema error: nested deeper than 512" {
		t.Errorf("a ring against a schema: %v", err)
	}
}

// TestSchemaFaults compares with what ajv 8, Node-RED's validator, said.
func TestSchemaFaults(t *testing.T) {
	for _, c := range []struct{ schema, value, want string }{
		{`{"type":["number","null"]}`, `"x"`, `[{"instancePath":"","schemaPath":"#/type","keyword":"type","params":{"type":["number","null"]},"message":"must be number,null"}]`},
		{`{"properties":{"b":{"minimum":3},"a":{"minLength":2,"pattern":"^z"}},"additionalProperties":false}`, `{"a":"x","b":1,"c":1}`,
			`[{"instancePath":"","schemaPath":"#/additionalProperties","keyword":"additionalProperties","params":{"additionalProperty":"c"},"message":"must NOT have additional properties"},` +
				`{"instancePath":"/b","schemaPath":"#/properties/b/minimum","keyword":"minimum","params":{"comparison":">=","limit":3},"message":"must be >= 3"},` +
				`{"instancePath":"/a","schemaPath":"#/properties/a/minLength","keyword":"minLength","params":{"limit":2},"message":"must NOT have fewer than 2 characters"},` +
				`{"instancePath":"/a","schemaPath":"#/properties/a/pattern","keyword":"pattern","params":{"pattern":"^z"},"message":"must match pattern \"^z\""}]`},
		{`{"enum":[1,"a"]}`, `2`, `[{"instancePath":"","schemaPath":"#/enum","keyword":"enum","params":{"allowedValues":[1,"a"]},"message":"must be equal to one of the allowed values"}]`},
		{`{"const":{"a":1}}`, `2`, `[{"instancePath":"","schemaPath":"#/const","keyword":"const","params":{"allowedValue":{"a":1}},"message":"must be equal to constant"}]`},
		{`{"uniqueItems":true}`, `[1,2,1]`, `[{"instancePath":"","schemaPath":"#/uniqueItems","keyword":"uniqueItems","params":{"i":2,"j":0},"message":"must NOT have duplicate items (items ## 0 and 2 are identical)"}]`},
		{`{"anyOf":[{"type":"string"},{"minimum":5}]}`, `1`, `[{"instancePath":"","schemaPath":"#/anyOf/0/type","keyword":"type","params":{"type":"string"},"message":"must be string"},` +
			`{"instancePath":"","schemaPath":"#/anyOf/1/minimum","keyword":"minimum","params":{"comparison":">=","limit":5},"message":"must be >= 5"},` +
			`{"instancePath":"","schemaPath":"#/anyOf","keyword":"anyOf","params":{},"message":"must match a schema in anyOf"}]`},
		{`{"properties":{"x":{"$ref":"#/definitions/p"}},"definitions":{"p":{"type":"integer"}}}`, `{"x":"a"}`, `[{"instancePath":"/x","schemaPath":"#/definitions/p/type","keyword":"type","params":{"type":"integer"},"message":"must be integer"}]`},
		{`{"items":[{"type":"number"}],"additionalItems":false}`, `[1,2]`, `[{"instancePath":"","schemaPath":"#/additionalItems","keyword":"additionalItems","params":{"limit":1},"message":"must NOT have more than 1 items"}]`},
		{`{"properties":{"a/b":false}}`, `{"a/b":1}`, `[{"instancePath":"/a~1b","schemaPath":"#/properties/a~1b/false schema","keyword":"false schema","params":{},"message":"boolean schema is false"}]`},
		{`{"dependencies":{"a":["b","c"]}}`, `{"a":1}`, `[{"instancePath":"","schemaPath":"#/dependencies","keyword":"dependencies","params":{"property":"a","missingProperty":"b","depsCount":2,"deps":"b, c"},"message":"must have properties b, c when property a is present"},` +
			`{"instancePath":"","schemaPath":"#/dependencies","keyword":"dependencies","params":{"property":"a","missingProperty":"c","depsCount":2,"deps":"b, c"},"message":"must have properties b, c when property a is present"}]`},
	} {
		n := nodetest.New(t, "json", `{"action":"obj"}`)
		m := nodetest.Message(t, `{"schema":`+c.schema+`}`)
		value := nodetest.Message(t, `{"v":`+c.value+`}`).Get("v")
		if text, ok := value.(string); ok {
			value = `"` + text + `"`
		}
		m.Set("payload", value)
		if err := n.Receive(m); err == nil {
			t.Errorf("%s meets %s", c.value, c.schema)
		}
		if got := string(msg.Encode(m.Get("schemaError"))); got != c.want {
			t.Errorf("%s against %s\ngot  %s\nwant %s", c.value, c.schema, got, c.want)
		}
	}
}

func BenchmarkJSON100k(b *testing.B) {
	list := msg.NewList()
	for i := range 1000 {
		list.Append(msg.Of("id", i, "name", "somebody with a name", "tags", msg.NewList("a", "b"), "at", msg.Of("x", 1.5, "y", true)))
	}
	text := string(msg.Encode(list))
	b.SetBytes(int64(2 * len(text)))
	n := nodetest.New(b, "json", `{}`)
	for b.Loop() {
		m := msg.Of("payload", text)
		for range 2 {
			if err := n.Receive(m); err != nil {
				b.Fatal(err)
			}
			m = n.Take().Port(0)[0]
		}
	}
}
