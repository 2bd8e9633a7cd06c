package node

import (
	"fmt"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
)

func TestAlikeValues(t *testing.T) {
	property, text, variable := &typeChoice{as: "msg"}, &typeChoice{as: "str"}, &typeChoice{as: "env"}
	tests := []struct {
		name  string
		a, b  alikeKey
		alike bool
	}{
		{"the same property", alikeKey{property, "p", "payload"}, alikeKey{property, "p", "payload"}, true},
		{"another field", alikeKey{property, "p", "payload"}, alikeKey{property, "q", "payload"}, false},
		{"another type", alikeKey{property, "p", "payload"}, alikeKey{text, "p", "payload"}, false},
		{"number and text", alikeKey{text, "p", 1.0}, alikeKey{text, "p", "1"}, false},
		{"a long text", alikeKey{text, "p", strings.Repeat("x", alikeText+1)}, alikeKey{text, "p", strings.Repeat("x", alikeText+1)}, false},
		{"a list", alikeKey{text, "p", msg.NewList()}, alikeKey{text, "p", msg.NewList()}, false},
		{"a variable, which is each node's own", alikeKey{variable, "p", "HOME"}, alikeKey{variable, "p", "HOME"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			values := alikeValues{known: map[alikeKey]*boundValue{}}
			a, problem := values.compile(tt.a.choice, tt.a.at, tt.a.raw, surround(nil))
			if problem != "" {
				t.Fatal(problem)
			}
			b, _ := values.compile(tt.b.choice, tt.b.at, tt.b.raw, surround(nil))
			if (a == b) != tt.alike {
				t.Errorf("one value for both: %v, want %v", a == b, tt.alike)
			}
		})
	}
}

func TestAlikeValuesAreBounded(t *testing.T) {
	values := alikeValues{known: map[alikeKey]*boundValue{}}
	choice := &typeChoice{as: "str"}
	for i := range 3 * alikeMost {
		b, _ := values.compile(choice, "p", fmt.Sprint(i), nil)
		if b.value != fmt.Sprint(i) {
			t.Fatalf("value %d reads %v", i, b.value)
		}
		if len(values.known) > alikeMost {
			t.Fatalf("%d values are kept, want at most %d", len(values.known), alikeMost)
		}
	}
}

func TestAlikeValuesKeepNoBrokenOne(t *testing.T) {
	values := alikeValues{known: map[alikeKey]*boundValue{}}
	choice := &typeChoice{as: "msg"}
	for range 2 {
		if _, problem := values.compile(choice, "p", "a[", nil); problem == "" {
			t.Error("a broken path has no problem")
		}
	}
}
