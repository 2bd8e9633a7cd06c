package flows

import (
	"errors"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
)

func TestParseRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, code, want string }{
		"not json":          {"[\n  {\"id\": \"a\",,}]", "malformed_json", "line 2, column "},
		"empty":             {"", "malformed_json", ""},
		"number":            {"7", "not_an_array", "no flow document"},
		"null":              {"null", "not_an_array", "no flow document"},
		"object":            {`{"rev":"x"}`, "not_an_array", "no flow document"},
		"flows no array":    {`{"flows":{}}`, "not_an_array", "no flow document"},
		"null entry":        {"[{\"id\":\"a\",\"type\":\"tab\"},\n  null]", "no_object", "line 2, column 3: entry 2 is no object"},
		"list entry":        {`[[]]`, "no_object", "line 1, column 2: entry 1 is no object"},
		"no id":             {`[ {"type":"tab"}]`, "no_id", "line 1, column 3: entry 1 has no id"},
		"empty id":          {`[{"id":"","type":"tab"}]`, "no_id", "entry 1 has no id"},
		"id no text":        {`[{"id":7,"type":"tab"}]`, "no_id", "entry 1 has no id"},
		"no type":           {`{"rev":"}[","flows":[{"id":"a\\\"","type":"tab"}, {"id":"b"}]}`, "no_type", "line 1, column 51: entry 2 (id b) has no type"},
		"escaped key":       {`{"\u0066lows":[1]}`, "no_object", "line 1, column 16: entry 1"},
		"several \"flows\"": {`{"flows":[],"flows":[1]}`, "no_object", "line 1, column 22: entry 1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(c.text))
			var f *FormatError
			if !errors.As(err, &f) {
				t.Fatalf("error %v, want a FormatError", err)
			}
			if f.Code != c.code || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s %q, want %s %q", f.Code, err, c.code, c.want)
			}
		})
	}
}

func TestParseHeads(t *testing.T) {
	d, err := Parse([]byte("\ufeff" + `{"rev":"r1","flows":[
		{"id":"t","type":"tab","label":"Front","disabled":true},
		{"id":"s","type":"subflow","name":"S"},
		{"id":"g","type":"group","z":"t","name":"","nodes":["n"]},
		{"id":"j","type":"junction","z":"t","x":1,"y":2,"wires":[["n","m"],[],["k",4]]},
		{"id":"i","type":"subflow:s","z":"t","x":1,"y":2,"d":true},
		{"id":"n","type":"http in","z":"t","g":"g","name":"In","x":0,"y":0,"wires":[["j"]]},
		{"id":"c","type":"http in","z":"t","x":0},
		{"id":"c","type":"vonage","name":"later"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		id, label string
		kind      Kind
		disabled  bool
	}{
		{"t", "Front", Tab, true}, {"s", "S", Subflow, false}, {"g", "group", Group, false}, {"j", "junction", Junction, false},
		{"i", "subflow:s", Instance, true}, {"n", "In", FlowNode, false}, {"c", "http in", Config, false}, {"c", "later", Config, false},
	}
	if len(d.Objects()) != len(want) {
		t.Fatalf("%d objects, want %d", len(d.Objects()), len(want))
	}
	for i, w := range want {
		o := d.Objects()[i]
		if o.ID != w.id || o.Label() != w.label || o.Kind != w.kind || o.Disabled != w.disabled {
			t.Errorf("object %d is %s %q %v disabled %v, want %v", i, o.ID, o.Label(), o.Kind, o.Disabled, w)
		}
	}
	if n := d.Find("n"); n.Z != "t" || n.G != "g" || n.Type != "http in" {
		t.Errorf("n is in %q, group %q, type %q", n.Z, n.G, n.Type)
	}
	if w := d.Find("j").Wires; len(w) != 3 || strings.Join(w[0], " ") != "n m" || len(w[1]) != 0 || strings.Join(w[2], " ") != "k" {
		t.Errorf("wires of j: %v", w)
	}
	if d.Find("i").Template() != "s" || d.Find("n").Template() != "" {
		t.Error("only i stands for a subflow")
	}
	if d.Find("c").Name != "later" || d.Find("x") != nil {
		t.Error("of duplicates the later is found, of unknown ids none")
	}
	if d.Bare() || d.BaseRev() != "r1" {
		t.Errorf("bare %v, rev %q", d.Bare(), d.BaseRev())
	}
}

func TestRev(t *testing.T) {
	d, err := Parse([]byte(" [ ] "))
	if err != nil {
		t.Fatal(err)
	}
	if rev := d.Rev(); rev != "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945" {
		t.Errorf("rev of [] is %s", rev)
	}
	if !d.Bare() || d.BaseRev() != "" {
		t.Error("[] is bare")
	}
}

func TestPack(t *testing.T) {
	text := `[{"id":"t","type":"tab","label":"T","z":null},{"id":"n","type":"x","z":"t","x":1.5,"y":-2,"1":"int key","deep":{"a":[null,true,"ü\u0000"]},"wires":[["n"],[]]}]`
	d, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	before, raw := string(d.JSON()), d.Find("n").Raw()
	d.Pack()
	d.Pack() // nothing is left to do
	if got := string(d.JSON()); got != before {
		t.Errorf("packed: %s\nbefore: %s", got, before)
	}
	n := d.Find("n")
	if !msg.DeepEqual(n.Raw(), raw) || n.Raw().String() != raw.String() {
		t.Errorf("Raw is %s, was %s", n.Raw(), raw)
	}
	if n.Raw() == raw {
		t.Error("the entry is still there: nothing was packed")
	}
	if got := d.Find("t").Label(); got != "T" {
		t.Errorf("label %q", got)
	}
	again, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if c := Diff(d, again); !c.Empty() {
		t.Errorf("packing changed %+v", c)
	}
}
