package script_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/script"
)

// TestTimeoutStopsEverything: whatever code does, its time limit ends it with
// an error, and the runtime is as good as new.
func TestTimeoutStopsEverything(t *testing.T) {
	for _, code := range []string{
		`for (;;);`,
		`while (true) { try { for (;;); } catch (e) {} finally { continue } }`,
		`return {get x() { for (;;); }}`,
		`msg.x = {get x() { for (;;); }}; return msg`,
		`node.send({get x() { for (;;); }})`,
		`node.error({toString() { for (;;); }}, msg)`,
		`node.status({toString() { for (;;); }, get text() { for (;;); }})`,
		`throw {toString() { for (;;); }, get message() { for (;;); }}`,
		`const e = new Error("x"); Object.defineProperty(e, "stack", {get() { for (;;); }}); throw e`,
		`const e = new Error("x"); Object.defineProperty(e, "name", {get() { for (;;); }}); throw e`,
		`return new Proxy({}, {get() { for (;;); }, ownKeys() { for (;;); }})`,
		`return new Proxy([], {get() { for (;;); }})`,
		`flow.set("x", {get y() { for (;;); }})`,
		`flow.get("x", () => { for (;;); })`,
		`[3, 2, 1].sort(() => { for (;;); })`,
		`JSON.stringify({toJSON() { for (;;); }})`,
		`JSON.parse("[1]", () => { for (;;); })`,
		`"aaa".replace(/a/g, () => { for (;;); })`,
		`Array.from({length: 10}, () => { for (;;); })`,
		`Array.from({get length() { for (;;); }})`,
		`new Promise(() => { for (;;); })`,
		`for (let s = "x"; ; s = s.length > 1e6 ? "x" : s + s);`,
		`class A { static { for (;;); } }`,
		`function* g() { for (;;) yield 1 } for (const x of g());`,
		`function* g() { for (;;) yield 1 } [...g()]`,
		`Buffer.from({length: 5, get 0() { for (;;); }})`,
		`util.inspect({get a() { for (;;); }})`,
		`RED.util.cloneMessage({get a() { for (;;); }})`,
		`structuredClone({get a() { for (;;); }})`,
		`RED.util.evaluateNodeProperty("$map([1..9999999], function($v) { $v })", "jsonata", node, msg)`,
		`with (new Proxy({}, {has() { for (;;); }})) { x }`,
		`String({[Symbol.toPrimitive]() { for (;;); }})`,
		`new Function("for (;;);")()`,
		`eval("for (;;);")`,
		`await null; for (;;);`,
		`for (;;) await null`,
		`await {then() { for (;;); }}`,
		`const more = () => Promise.resolve().then(more); more(); await new Promise(() => {})`,
		`queueMicrotask(function f() { queueMicrotask(f) }); await new Promise(() => {})`,
	} {
		t.Run(code, func(t *testing.T) {
			p, err := script.Compile(script.Source{Body: code})
			if err != nil {
				t.Fatal(err)
			}
			f := script.NewFunction(p, 1, 30*time.Millisecond)
			env := &node.Env{ID: "f", Log: slog.New(slog.DiscardHandler), FlowContext: empty{}, Node: empty{}, Global: empty{}}
			if err := f.Open(t.Context(), env); err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			out := new(ends)
			err = f.Receive(t.Context(), msg.NewObject(0), out)
			if err == nil {
				err = out.err
			}
			if err == nil || !strings.Contains(err.Error(), "timed out after 30ms") {
				t.Errorf("ended with %v", err)
			}
		})
	}
	if got := outcome(t, `return {ok: [1, 2].join()}`); got != `{"ok":"1,2","_msgid":"i"}` {
		t.Errorf("afterwards a function sends %s", got)
	}
}

// TestOneStroke: what would make more than fits, or nest deeper than the
// engine can follow, in one step that nothing interrupts, is an error.
func TestOneStroke(t *testing.T) {
	for _, tt := range []struct{ code, want string }{
		{`let s = "x"; for (;;) s += s`, "Invalid string length"},
		{`let s = "x"; for (;;) s = s + s`, "Invalid string length"},
		{`let s = "x"; for (;;) s = s + "," + s + "\n"`, "Invalid string length"},
		{"let s = 'x'; for (;;) s = `${s}${s}`", "Invalid string length"},
		{`msg.p = "x"; for (;;) msg.p += msg.p`, "Invalid string length"},
		{`let a = "x", b; for (;;) { b = a + a; a = b + b }`, "Invalid string length"},
		{`let s = "x"; for (;;) s = s.concat(s)`, "Invalid string length"},
		{`let s = "x"; for (;;) s = s.replace(/x/g, "xx".repeat(1000))`, "Invalid string length"},
		{`"x".repeat(1e6).replaceAll("x", "y".repeat(1e6))`, "Invalid string length"},
		{`"x".repeat(2e7).split("")`, "Invalid array length"},
		{`[...Array(4294967295)]`, "Invalid array length"},
		{`new Array(4294967295).map(x => x)`, "Invalid array length"},
		{`const l = []; l[4294967294] = 1; l.sort()`, "Invalid array length"},
		{`JSON.parse("[".repeat(1e6) + "]".repeat(1e6))`, "nested too deeply"},
		{`let o = {}; for (let i = 0; i < 2e5; i++) o = {o}; msg.o = o; return msg`, "Maximum nesting of a message exceeded"},
		{`let o = []; for (let i = 0; i < 2e5; i++) o = [o]; return {o}`, "Maximum nesting of a message exceeded"},
		{`new ArrayBuffer(1e12)`, "Invalid typed array length"},
		{`Buffer.concat(Array(1000).fill(Buffer.alloc(2e8)))`, "Invalid typed array length"},
		{`Buffer.from({length: 1e10})`, "Invalid typed array length"},
		{`for (;;) setTimeout(() => 1, 1e6)`, "too many timers"},
	} {
		if got := outcome(t, tt.code); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %.200s, want %s", tt.code, got, tt.want)
		}
	}
	if _, err := script.Compile(script.Source{Body: "return " + strings.Repeat("(", 2<<20)}); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("a deeply nested program: %.200v", err)
	}
	if got := outcome(t, `let s = "a"; let n = 2; for (let i = 0; i < 3; i++) { s += s; n += n } const o = {s: "b"}; o.s += o.s; return {s, n, o, t: s + "-" + s + o.s + o.s}`); got !=
		`{"s":"aaaaaaaa","n":16,"o":{"s":"bb"},"t":"aaaaaaaa-aaaaaaaabbbb","_msgid":"i"}` {
		t.Errorf("ordinary sums are %s", got)
	}
	if got := outcome(t, `return {l: [Array(3).length, Array(3, 4).join(), Array("3")[0], new Array(2).fill(1), Array.isArray(Array.of(7)), Array.from({length: 2}).length, [] instanceof Array, [].constructor === Array]}`); got !=
		`{"l":[3,"3,4","3",[1,1],true,2,true,true],"_msgid":"i"}` {
		t.Errorf("ordinary lists are %s", got)
	}
}

// ends is an Out that keeps how the message ended.
type ends struct {
	drain
	err error
}

func (e *ends) Later() node.Late              { return e }
func (e *ends) Done(_ *msg.Object, err error) { e.err = err }

// empty is a context without values.
type empty struct{}

func (empty) Get(string, msg.Path) any        { return msg.Undefined }
func (empty) Set(string, msg.Path, any) error { return nil }
func (empty) Keys(string) []string            { return nil }
func (empty) Lock() func()                    { return func() {} }
