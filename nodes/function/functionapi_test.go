package function_test

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// recordedAPI is what expressions came to in a function of Node-RED 5.0.7: a
// line each, expression and value as shownAPI shows it, with a tab between.
//
//go:embed testdata/functionapi.txt
var recordedAPI string

const shownAPI = `const show = (v, d = 0) => {
	if (v === undefined) return "undefined";
	if (v === null) return "null";
	switch (typeof v) {
	case "string": return JSON.stringify(v);
	case "number": return Object.is(v, -0) ? "-0" : String(v);
	case "boolean": return String(v);
	case "bigint": return v + "n";
	case "symbol": return v.toString();
	case "function": return "function";
	}
	if (Buffer.isBuffer(v)) return "B<" + v.toString("hex") + ">";
	if (v instanceof Date) return "D<" + v.getTime() + ">";
	if (v instanceof RegExp) return String(v);
	if (v instanceof Error) return "E<" + v.name + ": " + v.message + ">";
	if (d > 6) return "…";
	if (Array.isArray(v)) {
		const r = [];
		for (let i = 0; i < v.length; i++) r.push(i in v ? show(v[i], d + 1) : "hole");
		return "[" + r.join(",") + "]";
	}
	if (ArrayBuffer.isView(v)) return Object.prototype.toString.call(v) + [...v].join(",");
	if (v instanceof Map) return "Map" + show([...v], d + 1);
	if (v instanceof Set) return "Set" + show([...v], d + 1);
	return "{" + Object.keys(v).map((k) => k + ":" + show(v[k], d + 1)).join(",") + "}";
};
const shown = (f) => {
	try {
		return show(f());
	} catch (e) {
		return "THROW " + (e && e.name) + ": " + (e && e.message) + (e && e.code ? " [" + e.code + "]" : "");
	}
};
`

// TestFunctionAPI: RED.util, Buffer, URL, dates and the language itself do what
// they do in Node-RED.
func TestFunctionAPI(t *testing.T) {
	local := time.Local
	time.Local = time.UTC // where it was recorded
	defer func() { time.Local = local }()
	var code strings.Builder
	var expressions, want []string
	code.WriteString(shownAPI + "const got = [];\n")
	for line := range strings.Lines(recordedAPI) {
		expression, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok {
			continue // a heading
		}
		fmt.Fprintf(&code, "got.push(shown(() => (%s)));\n", expression)
		expressions, want = append(expressions, expression), append(want, value)
	}
	code.WriteString("return {got};")
	sent, err := nodetest.Run(t, "function", fn(code.String()), `{"_msgid":"i","payload":{"n":1,"s":"x","deep":{"a":[1]}},"list":[3,1,2]}`)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := sent[0][0].Get("got").(*msg.List)
	if got.Len() != len(want) || len(want) < 500 {
		t.Fatalf("%d values of %d", got.Len(), len(want))
	}
	for i, w := range want {
		if got.At(i) != w {
			t.Errorf("%s:\n got %v\nwant %s", expressions[i], got.At(i), w)
		}
	}
}
