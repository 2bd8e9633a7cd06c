package script

import (
	"errors"
	"testing"
)

func TestTraits(t *testing.T) {
	for _, tt := range []struct {
		code string
		want traits
	}{
		{`return msg;`, traits{}},
		{`let a = 1; a = 2; const {b, c: [d]} = msg; for (let i = 0; i < 3; i++) { msg.x = i } return msg;`, traits{}},
		{`msg.payload.deep[1].er = 5; delete msg.x; msg.n++; [msg.a, msg.b] = [1, 2]`, traits{}},
		{`function f(p, {q}, ...r) { p = q; r.x = 1 } f()`, traits{}},
		{`const f = (p) => { p.x = 1 }; try { f() } catch (e) { e.x = 1 }`, traits{}},
		{`// await setTimeout` + "\n" + `return "global flow Promise"`, traits{}},
		{`left = 1`, traits{lasting: true}},
		{`for (k in msg) {}`, traits{lasting: true}},
		{`[a, b] = [1, 2]`, traits{lasting: true}},
		{`this.x = 1`, traits{lasting: true}},
		{`Math.x = 1`, traits{lasting: true}},
		{`node.x = 1`, traits{lasting: true}},
		{`String.prototype.x = 1`, traits{lasting: true}},
		{`msg["__proto__"].x = 1`, traits{lasting: true}},
		{`const k = "prototype"; msg[k].x = 1`, traits{lasting: true}},
		{`await x`, traits{lasting: true, awaits: true}},
		{`const f = async () => { await x }`, traits{lasting: true, awaits: true}},
		{`setTimeout(() => {}, 1)`, traits{lasting: true}},
		{`node.done()`, traits{lasting: true, done: true}},
		{`node.on("close", () => {})`, traits{lasting: true}},
		{`node.send(msg)`, traits{}},
		{`flow.set("x", 1)`, traits{flow: true}},
		{`global.get("x")`, traits{global: true}},
		{`context.get("x")`, traits{context: true}},
		{`context.global.get("x")`, traits{context: true, global: true}},
		{`new Uint8Array(4)`, traits{}},
		{`1n + 2n`, traits{bigints: true}},
		{`BigInt(1)`, traits{bigints: true}},
		{`eval("1")`, traits{lasting: true, plain: true, bigints: true, evals: true}},
		{`eval("1"); eval`, traits{lasting: true, plain: true, bigints: true}},
		{`eval(...["1"])`, traits{lasting: true, plain: true, bigints: true}},
	} {
		p, err := Compile(Source{Body: tt.code})
		if err != nil {
			t.Errorf("%s: %v", tt.code, err)
		} else if p.traits != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.code, p.traits, tt.want)
		}
	}
}

func TestCompileErrors(t *testing.T) {
	_, err := Compile(Source{Initialize: "let a;\n let b =;", Body: "}", Finalize: "return (;"})
	var found []string
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		var c *CompileError
		var s *SyntaxError
		if !errors.As(e, &c) || !errors.As(e, &s) {
			t.Fatalf("%v is no syntax error", e)
		}
		found = append(found, c.Property)
		if c.Property == "initialize" && (s.Line != 2 || s.Column != 9) {
			t.Errorf("initialize: line %d, column %d", s.Line, s.Column)
		}
	}
	if len(found) != 3 {
		t.Errorf("found errors in %q", found)
	}
}

// FuzzCompile: no code makes compiling panic.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{"return msg;", "}", "})(", "await", "`${", "/[/", "let a; let a", "async function* f() { yield await 1 }", "\x00", "class { #x; static {} }", "({a = 1})"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, code string) {
		p, err := Compile(Source{Body: code})
		if (err == nil) != (p.body.program != nil) {
			t.Errorf("error %v, program %v", err, p.body.program)
		}
	})
}
