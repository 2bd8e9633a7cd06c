package nodetest

import (
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Every looks at all registered types: the schema draws, every field has a
// label, defaults compile, help is there, and configurations of nothing and of
// nonsense give problems, never a panic.
func Every(t *testing.T) {
	t.Helper()
	if len(node.Types()) == 0 {
		t.Fatal("no node type is registered")
	}
	for _, typ := range node.Types() {
		t.Run(typ.Name, func(t *testing.T) {
			schema := drawn(t, typ)
			told(t, typ)
			configs := map[string]*msg.Object{"empty": msg.NewObject(0), "initial": typ.Initial()}
			for name, v := range map[string]any{
				"all null": nil, "all numbers": 7.0, "all objects": msg.Of("a", msg.NewList(nil)), "all lists": msg.NewList(1.0, nil, msg.Of("t", 1.0)),
				"all texts": "<<", "all true": true, "all variables": "${NOT_SET}",
			} {
				configs[name] = filled(schema, v)
			}
			for name, config := range configs {
				t.Run(name, func(t *testing.T) { decodes(t, typ, config, name) })
			}
		})
	}
}

// drawn checks the schema and returns its properties.
func drawn(t *testing.T, typ *node.Type) *msg.Object {
	t.Helper()
	o, err := msg.DecodeObject(typ.JSON())
	if err != nil {
		t.Fatalf("schema is not JSON: %v", err)
	}
	properties, ok := o.Path("schema.properties").(*msg.Object)
	if !ok {
		t.Fatalf("schema has no properties: %s", o)
	}
	for key, v := range properties.All() {
		if label, _ := v.(*msg.Object).Path("x-ui.label").(string); strings.TrimSpace(label) == "" {
			t.Errorf("%s has no label", key)
		}
		if v.(*msg.Object).Path("format") == "ref" && v.(*msg.Object).Path("x-ui.ref") == nil {
			t.Errorf("%s refers to a type that is not registered", key)
		}
	}
	return properties
}

// told checks what people read.
func told(t *testing.T, typ *node.Type) {
	t.Helper()
	var page strings.Builder
	if err := typ.Markdown(&page); err != nil {
		t.Errorf("reference page: %v", err)
	}
	if !strings.Contains(page.String(), strings.TrimSpace(typ.Help)) || len(typ.Help) < 10 {
		t.Errorf("help says nothing: %q", typ.Help)
	}
	if typ.Icon == "" {
		t.Error("no icon")
	}
	if found, ok := node.Lookup(typ.Name); !ok || found != typ {
		t.Error("not found under its own name")
	}
}

// filled is a configuration in which every property has the same value.
func filled(properties *msg.Object, v any) *msg.Object {
	o := msg.NewObject(properties.Len())
	for key, schema := range properties.All() {
		o.Set(key, msg.CloneValue(v))
		if typeKey, ok := schema.(*msg.Object).Path("x-ui.typeKey").(string); ok {
			o.Set(typeKey, msg.CloneValue(v))
		}
	}
	return o
}

func decodes(t *testing.T, typ *node.Type, config *msg.Object, name string) {
	config.Set("id", "n1")
	config.Set("type", typ.Name)
	in, problems := typ.Decode(config, nil)
	if in == nil || in.Outputs < 0 || in.Inputs < 0 || in.Inputs > 1 {
		t.Fatalf("instance %+v", in)
	}
	for _, p := range problems {
		if p.Message == "" || p.Node != "n1" {
			t.Errorf("a problem that says nothing: %+v", p)
		}
		if (name == "empty" || name == "initial") && strings.Contains(p.Message, "is not") {
			t.Errorf("a new node has a wrong value: %s: %s", p.Property, p.Message)
		}
	}
}
