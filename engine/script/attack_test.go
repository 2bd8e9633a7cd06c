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
		`(function f() { try { f() } catch { f() } finally { f() } })()`,
		`for (let s = "x"; ; s = s.length > 1e6 ? "x" : s + s);`,
		`class A { static { for (;;); } }`,
		`function* g() { for (;;) yield 1 } for (const x of g());`,
		`function* g() { for (;;) yield 1 } [...g()]`,
		`Buffer.from({length: 5, get 0() { for (;;); }})`,
		`util.inspect({get a() { for (;;); }})`,
		`RED.util.cloneMessage({get a() { for (;;); }})`,
		`structuredClone({get a() { for (;;); }})`,
		`RED.util.evaluateNodeProperty("$f()", "jsonata", node, {f: () => { for (;;); }}); for (;;);`,
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
