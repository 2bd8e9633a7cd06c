package yamltext

import (
	"math"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"- 1\n- 1.5\n- true\n- null\n- \"1\"\n- ~\n- text here\n": `[1,1.5,true,null,"1",null,"text here"]`,
		"z: 1\na: 2\nm: 3":                               `{"z":1,"a":2,"m":3}`,
		"[yes, no, on, off, y, 12:30, 2001-1-1]":         `["yes","no","on","off","y","12:30","2001-1-1"]`,
		"[2001-12-14, 2001-12-14t21:59:43.1-05:00]":      `["2001-12-14T00:00:00.000Z","2001-12-15T02:59:43.100Z"]`,
		"[-0x1f, 0b11, -0o17, 0b1_1, 1e400, 5.]":         `[-31,3,-15,"0b1_1","1e400",5]`,
		"c:\n  x: 3\n  <<: [{x: 1, y: 2}, {y: 5, z: 6}]": `{"c":{"x":3,"y":2,"z":6}}`,
		"[!!set {a, b}, !!omap [a: 1], !!pairs [a: 1]]":  `[{"a":null,"b":null},[{"a":1}],[["a",1]]]`,
		"[!!int \"5\", !!timestamp 2001-12-14]":          `[5,"2001-12-14T00:00:00.000Z"]`,
		"%YAML 1.2\n---\na":                              `"a"`,
		"[0x1f, 0o17, 017, 1e3, -.5, +12, 1_000, .]":     `[31,15,17,1000,-0.5,12,"1_000","."]`,
		"[True, FALSE, Null, 'true', \"~\"]":             `[true,false,null,"true","~"]`,
		"a: |\n  two\n  lines\nb: >\n  one\n  line":      `{"a":"two\nlines\n","b":"one line"}`,
		"base: &b {x: 1, y: 2}\nc:\n  <<: *b\n  x: 3":    `{"base":{"x":1,"y":2},"c":{"x":3,"y":2}}`,
		"{1: a, true: b, null: c}":                       `{"1":"a","true":"b","null":"c"}`,
		"a: !!str 12\nb: !!binary aGk=":                  `{"a":"12","b":{"type":"Buffer","data":[104,105]}}`,
		"phone: 447700900000":                            `{"phone":447700900000}`,
		"a:":                                             `{"a":null}`,
		"# nothing":                                      `null`,
		"":                                               ``,
		" \n":                                            ``,
	} {
		v, err := Parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := string(msg.Encode(v)); got != want && !(want == "" && v == msg.Undefined) {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if v, err := Parse("[.inf, -.Inf, .nan]"); err != nil {
		t.Error(err)
	} else if l := v.(*msg.List).Items; l[0] != math.Inf(1) || l[1] != math.Inf(-1) || !math.IsNaN(l[2].(float64)) {
		t.Errorf("%v", l)
	}
	v, err := Parse("a: &x {k: 1}\nb: *x")
	if o, ok := v.(*msg.Object); err != nil || !ok || o.Get("a") != o.Get("b") {
		t.Errorf("an alias is not the same object: %v %v", v, err)
	}
}

func TestParseRefuses(t *testing.T) {
	bomb := "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := range 8 {
		name, before := string(rune('1'+i)), string(rune('0'+i))
		bomb += "a" + name + ": &a" + name + " [" + strings.TrimSuffix(strings.Repeat("*a"+before+",", 10), ",") + "]\n"
	}
	for text, want := range map[string]string{
		"a: [":                         "yaml: ",
		"a: 1\n---\nb: 2":              "more than one document",
		"a: 1\na: 2":                   "twice",
		"a: !thing 1":                  "unknown tag",
		"a: &x [*x]":                   "inside its own anchor",
		"a: *nobody":                   "nobody",
		"<<: 5":                        "<< needs",
		"!!bool yes":                   "is no !!bool",
		"!!foo [a]":                    "unknown tag",
		strings.Repeat("x", MaxText+1): "longer than 32 MB",
		"!!binary '***'":               "!!binary",
		strings.Repeat("[", 600) + strings.Repeat("]", 600): "deeper than 512",
		bomb: "aliases counted",
		"a: &a " + strings.Repeat("x", 100_000) + "\nb: [" + strings.Repeat("*a,", 1000) + "]": "aliases counted",
	} {
		if v, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, error %v, want …%s…", text, v, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a: 1", "- [x, {y: z}]", "&a [*a]", "<<: *b", "!!binary aGk=", "? [a]\n: b", "a: |\n x", "%YAML 1.2\n---\n-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := Parse(text)
		if err == nil && len(msg.Encode(v)) == 0 && v != msg.Undefined {
			t.Errorf("%q became nothing that JSON can say: %v", text, v)
		}
	})
}
