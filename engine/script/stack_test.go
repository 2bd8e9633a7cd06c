package script_test

import (
	"strings"
	"testing"
)

// TestStacksNameWhatCodeKnows: frames of what is made in Go have the names
// that code calls them by.
func TestStacksNameWhatCodeKnows(t *testing.T) {
	for code, frame := range map[string]string{
		`JSON.parse("{")`:                        "at parse (native)",
		`"x".repeat(1e9)`:                        "at repeat (native)",
		`flow.get("a[")`:                         "at get (native)",
		`RED.util.getMessageProperty(msg, "a[")`: "at getMessageProperty (native)",
		`node.linkcall({}, {get x() { throw new Error("x") }})`: "at linkcall (native)",
		`let s = "x"; for (;;) s += s`:                          "at concat (native)",
	} {
		got := outcome(t, `try { `+code+` } catch (e) { return {s: e.stack} }`)
		if !strings.Contains(got, frame) || strings.Contains(got, "github.com") {
			t.Errorf("%s: %s", code, got)
		}
	}
}
