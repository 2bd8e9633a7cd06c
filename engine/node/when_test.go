package node

import (
	"reflect"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
)

func TestConditions(t *testing.T) {
	fields, err := plan(reflect.TypeFor[struct {
		Op    string     `prop:"t|op" default:"set"`
		On    bool       `prop:"on"`
		N     int        `prop:"n" default:"3"`
		Value TypedValue `prop:"v,vt" types:"str,num"`
		Rows  []string   `prop:"rows"`
	}](), nil)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		when, raw string
		want      bool
	}{
		{"t == 'set'", `{}`, true},
		{"t == 'set'", `{"t":""}`, true},
		{"t == 'set'", `{"op":"move"}`, false},
		{"t != 'set'", `{"op":"move"}`, true},
		{"t in ['set', 'move']", `{"t":"move"}`, true},
		{"t in ['set','move']", `{"t":"x"}`, false},
		{"on", `{}`, false},
		{"on", `{"on":true}`, true},
		{"on", `{"on":"true"}`, true},
		{"on", `{"on":"false"}`, false},
		{"!on", `{"on":false}`, true},
		{"!on", `{"on":1}`, false},
		{"on == 'true'", `{"on":true}`, true},
		{"n == '3'", `{}`, true},
		{"n == '4'", `{"n":4}`, true},
		{"vt == 'str'", `{}`, true},
		{"vt == 'num'", `{"vt":"num","v":"5"}`, true},
		{"v == 'it is & || [x]'", `{"v":"it is & || [x]"}`, true},
		{"v", `{"v":[1]}`, false},
		{"rows", `{"rows":{"a":1}}`, false},
		{"on && t == 'set'", `{"on":true}`, true},
		{"on && t == 'set'", `{"on":true,"t":"x"}`, false},
		{"on || t == 'set' && n == '4'", `{"on":true,"t":"x"}`, true},
		{"on || t == 'set' && n == '4'", `{"n":3}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.when+" "+tt.raw, func(t *testing.T) {
			c, err := parseCondition(tt.when)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.check(fields); err != nil {
				t.Fatal(err)
			}
			raw, err := msg.DecodeObject([]byte(tt.raw))
			if err != nil {
				t.Fatal(err)
			}
			if got := c.holds(fields, raw); got != tt.want {
				t.Errorf("holds %v", got)
			}
		})
	}
}

func TestTagsThatDoNotParse(t *testing.T) {
	for _, tag := range []string{`prop:"a" label=A`, `prop:"a`, `prop`, `:"a"`, `prop:"a" prop:"b"`, `prop:"\q"`} {
		if err := new(field).parseTags(reflect.StructTag(tag)); err == nil || !strings.HasPrefix(err.Error(), "tag ") {
			t.Errorf("%s: %v", tag, err)
		}
	}
}

func TestConditionErrors(t *testing.T) {
	for when, want := range map[string]string{
		"t = 'a'":       "single =",
		"t == a":        "expected a 'text'",
		"t == 'a":       "unclosed quote",
		"t in 'a'":      "expected [",
		"t in ['a'":     "unclosed [",
		"t in []":       "expected a 'text'",
		"t 'a'":         "expected && or ||",
		"t & u":         "single &",
		"t == 'a' u":    "expected && or ||",
		"t ==":          "expected a 'text'",
		"t == 'a' && )": "no sibling",
		"!":             "no sibling",
		"t && ":         "no sibling",
	} {
		c, err := parseCondition(when)
		if err == nil {
			err = c.check([]*field{{key: "t"}, {key: "u"}})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", when, err, want)
		}
	}
}
