package script_test

import (
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	_ "github.com/flowrill/flowrill/engine/script"
)

// TestJSONataIsBounded: an expression that would not end, or make too much,
// is an error.
func TestJSONataIsBounded(t *testing.T) {
	for _, tt := range []struct{ expr, want string }{
		{`($f := function() { $f() + 1 }; $f())`, "Stack overflow"},
		{`($f := function($n) { $n = 0 ? 0 : $f($n - 1) + 1 }; $f(100000))`, "Stack overflow"},
		{`[1..1e10]`, "must not exceed 1e7"},
		{`$pad("x", 1e10)`, "Invalid array length"},
		{`$pad("x", -1e10)`, "Invalid array length"},
		{`$reduce([1..60], function($a, $b) { $a & $a }, "x")`, "Invalid string length"},
	} {
		t.Run(tt.expr, func(t *testing.T) {
			f, err := node.JSONata(tt.expr)
			if err != nil {
				t.Fatal(err)
			}
			got, err := f(node.JSONataInput{Msg: msg.NewObject(0)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%.150v, error %.150v", msg.String(got), err)
			}
		})
	}
}

// TestJSONataSourcesAreBounded: what is nested too deeply, or too long, is
// refused.
func TestJSONataSourcesAreBounded(t *testing.T) {
	for source, want := range map[string]string{
		strings.Repeat("(", 90_000):       "Maximum call stack size exceeded",
		"1" + strings.Repeat("+1", 1<<20): "longer than 100000 bytes",
	} {
		if _, err := node.JSONata(source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20s: %.150v", source, err)
		}
	}
}
