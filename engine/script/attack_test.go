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
		{`eval("[".repeat(1e6))`, "nested too deeply"},
		{`(0, eval)("!".repeat(5e6) + "1")`, "too long"},
		{`const e = eval; e("(".repeat(1e5))`, "nested too deeply"},
		{`globalThis["ev" + "al"]("(".repeat(1e5))`, "nested too deeply"},
		{"eval('eval(\"(\".repeat(1e5))')", "not available"},
		{"eval('ev\\\\u0061l(\"(\".repeat(1e5))')", "not available"},
		{`new Function("return " + "[".repeat(1e6))`, "nested too deeply"},
		{`(() => 1)["constr" + "uctor"]("[".repeat(1e6))`, "nested too deeply"},
		{`(async () => {}).constructor("return " + "[".repeat(1e5))`, "nested too deeply"},
		{`(function* () {}).constructor("return " + "[".repeat(1e5))`, "nested too deeply"},
		{`new RegExp("(".repeat(4e6))`, "too large"},
		{`/x/.constructor("(".repeat(4e6))`, "too large"},
		{`"x".match("(".repeat(4e6))`, "too large"},
		{`(function () {}).apply(null, {length: 4e9})`, "Maximum call stack size exceeded"},
		{`Math.max.apply(null, {length: 2 ** 53})`, "Maximum call stack size exceeded"},
		{`Reflect.apply(Math.max, null, {length: 4e9})`, "Maximum call stack size exceeded"},
		{`Reflect.construct(Date, {length: 4e9})`, "Maximum call stack size exceeded"},
		{`new Float64Array({length: 4e9})`, "Invalid typed array length"},
		{`Uint8Array.from({length: 4e9})`, "Invalid array length"},
		{`[].slice.call({length: 4e9})`, "Invalid array length"},
		{`[].forEach.call({length: 4e15}, () => 1)`, "Invalid array length"},
		{`[].concat({length: 4e9, [Symbol.isConcatSpreadable]: true})`, "Invalid array length"},
		{`const l = []; l[4294967290] = 1; l.indexOf(2)`, "Invalid array length"},
		{`const l = []; l[4294967290] = 1; JSON.stringify({l})`, "Invalid array length"},
		{`const l = []; l[0] = l; l.flat(Infinity)`, "Maximum call stack size exceeded"},
		{`let l = ["x".repeat(1000)]; for (let i = 0; i < 40; i++) l = [l, l]; String(l)`, "Invalid string length"},
		{`let l = []; for (let i = 0; i < 1e4; i++) l = [l]; String(l)`, "Maximum call stack size exceeded"},
		{`let l = []; for (let i = 0; i < 1e4; i++) l = [l]; JSON.stringify(l)`, "Maximum call stack size exceeded"},
		{`JSON.stringify(Array(100).fill("x".repeat(6e6)))`, "Invalid string length"},
		{`function* g() { yield* g() } [...g()]`, "Maximum call stack size exceeded"},
		{`class A { constructor() { new A() } } new A()`, "Maximum call stack size exceeded"},
		{`const f = () => [1].map(f); f()`, "Maximum call stack size exceeded"},
		{`const o = {get x() { return this.x }}; o.x`, "Maximum call stack size exceeded"},
		{`async function f() { await f() } await f()`, "Maximum call stack size exceeded"},
		{`let f = () => 1; for (;;) f = f.bind(null)`, "Maximum call stack size exceeded"},
		{`let p = {}; for (;;) p = new Proxy(p, {})`, "Maximum call stack size exceeded"},
		{`let p = {}; for (;;) p = new Proxy({}, p)`, "Maximum call stack size exceeded"},
		{`2n ** (2n ** 40n)`, "Maximum BigInt size exceeded"},
		{`1n << (2n ** 40n)`, "Maximum BigInt size exceeded"},
		{`let x = 3n; for (;;) x *= x`, "Maximum BigInt size exceeded"},
		{`let x = Object(3n); for (;;) x = x * x`, "Maximum BigInt size exceeded"},
		{`BigInt("9".repeat(1e7))`, "Maximum BigInt size exceeded"},
		{`BigInt.asUintN(2 ** 53 - 1, -1n)`, "Maximum BigInt size exceeded"},
		{`return {...Buffer.alloc(2e7)}`, "Invalid array length"},
		{`Object.keys(Buffer.alloc(2e7))`, "Invalid array length"},
		{`Buffer.alloc(2e8).toString("hex")`, "Cannot create a string"},
		{"\"x\".repeat(6e4).replace(/x/g, \"$`\")", "Invalid string length"},
		{`"\ufdfa".repeat(6e7).normalize("NFKD")`, "Invalid string length"},
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
	if got := outcome(t, `const n = 2; const f = (a, b) => eval("a + b + n"); return {l: [f(1, 2), eval("1 + 1"), eval(5), 2 ** 3, 3n ** 4n + "", 1n << 8n == 256n, [[1], [2, [3]]].flat().length, Math.max.apply(null, [1, 5])]}`); got !=
		`{"l":[5,2,5,8,"81",true,3,5],"_msgid":"i"}` {
		t.Errorf("ordinary code is %s", got)
	}
	if got := outcome(t, `return {o: {...{a: 1}, ...null, ...[7], ..."x"}, j: JSON.stringify({a: [1, {b: undefined, c: new Date(0)}], d: NaN}, null, 1)}`); got !=
		`{"o":{"0":"x","a":1},"j":"{\n \"a\": [\n  1,\n  {\n   \"c\": \"1970-01-01T00:00:00.000Z\"\n  }\n ],\n \"d\": null\n}","_msgid":"i"}` {
		t.Errorf("ordinary objects are %s", got)
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
