package function_test

import (
	"cmp"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// fn is a function node's configuration: its code, and further members as
// pairs of name and JSON value.
func fn(code string, more ...string) string {
	o := msg.Of("func", code)
	for i := 0; i < len(more); i += 2 {
		v, err := msg.Decode([]byte(more[i+1]))
		if err != nil {
			panic(err)
		}
		o.Set(more[i], v)
	}
	return o.String()
}

// TestFunctionSends is runtime.md §1.
func TestFunctionSends(t *testing.T) {
	for _, tt := range []struct {
		name, code, want string
		logs             string
	}{
		{"nothing", `return null`, `[[],[]]`, ""},
		{"no return", `msg.x = 1`, `[[],[]]`, ""},
		{"ports", `return [{p:1},{p:2},{p:3}]`, `[[{"p":1,"_msgid":"i"}],[{"p":2,"_msgid":"i"}]]`, ""},
		{"several", `return [[{p:1},null,{p:2}],{p:3}]`, `[[{"p":1,"_msgid":"i"},{"p":2,"_msgid":"i"}],[{"p":3,"_msgid":"i"}]]`, ""},
		{"own id is lost", `return {p:1,_msgid:"mine"}`, `[[{"p":1,"_msgid":"i"}],[]]`, ""},
		{"text", `return "x"`, `[[],[]]`, "ERROR Function tried to send a message of type string"},
		{"list within", `return [[[1]]]`, `[[],[]]`, "ERROR Function tried to send a message of type Array"},
		{"buffer", `return Buffer.from("x")`, `[[],[]]`, "ERROR Function tried to send a message of type Buffer"},
		{"nested primitive", `return [[5, {p:1}]]`, `[[{"p":1,"_msgid":"i"}],[]]`,
			"ERROR Function tried to send a message of type number|ERROR Node tried to send a message of type number"},
		{"send clones", `msg.v = 1; node.send(msg); msg.v = 2; node.send(msg); msg.v = 3; return msg`,
			`[[{"_msgid":"i","v":1},{"_msgid":"i","v":2},{"_msgid":"i","v":3}],[]]`, ""},
		{"send what is JavaScript's", `const o = {v: 1}; msg.o = o; node.send(msg); o.v = 2; return msg`,
			`[[{"_msgid":"i","o":{"v":1}},{"_msgid":"i","o":{"v":2}}],[]]`, ""},
		{"send without clone", `node.send(msg, false); msg.v = 2`, `[[{"_msgid":"i","v":2}],[]]`, ""},
		{"logs values", `node.log({a: 1}); node.warn("w"); node.warn({a: 1}); node.warn(12); node.error({b: [1]}); node.error(new RangeError("far"))`, `[[],[]]`,
			`INFO {"a":1}|WARN w|WARN {"a":1} value={"a":1}|WARN 12 value=12|ERROR {"b":[1]} value={"b":[1]}|ERROR RangeError: far value=RangeError: far`},
		{"two of the same", `return [[{a: msg.s}, {b: msg.s}]]`, `[[{"_msgid":"i"},{"_msgid":"i"}],[]]`, ""},
	} {
		n := nodetest.New(t, "function", fn(tt.code, "outputs", "2"))
		if err := n.Send(`{"_msgid":"i"}`); err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := n.Sent().String(); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
		if got := strings.Join(n.Logs(), "|"); got != tt.logs {
			t.Errorf("%s: logs %q, want %q", tt.name, got, tt.logs)
		}
	}
}

// TestFunctionErrors is runtime.md §4.
func TestFunctionErrors(t *testing.T) {
	for _, tt := range []struct{ code, want string }{
		{`throw new Error("boom")`, `Error: boom`},
		{`throw "text"`, `text`},
		{`throw {code: 7, why: "x"}`, `{"code":7,"why":"x"}`},
		{`throw new TypeError("odd")`, `TypeError: odd`},
		{"// a line\nmsg.payload = x;", `ReferenceError: ReferenceError: x is not defined (line 2, col 15)`},
		{`null.x`, `TypeError: `},
		{`const f = () => f(); f()`, `RangeError: Maximum call stack size exceeded`},
		{`"x".repeat(1e9)`, `RangeError: Invalid string length`},
		{`"x".padEnd(1e9)`, `RangeError: Invalid string length`},
		{`Array(1e9).fill(0)`, `RangeError: Invalid array length`},
		{`msg.l = []; msg.l.length = 9e6; msg.l.join("x".repeat(99))`, `RangeError: Invalid string length`},
		{`Array.from({length: 1e9})`, `RangeError: Invalid array length`},
		{`Buffer.alloc(1e10)`, `RangeError: Invalid typed array length`},
		{`new Uint8Array(1e10)`, `RangeError: Invalid typed array length`},
		{`msg.list[1e9] = 1`, `RangeError: Invalid array length`},
		{`msg.x = {get y() { throw new Error("in a getter") }}; return msg`, `Error: in a getter`},
		{`return {get y() { throw new Error("in a getter") }}`, `Error: in a getter`},
		{`flow.get("")`, `Error: Invalid context key`},
		{`await null; throw new Error("late")`, `Error: late`},
		{`await null; y`, `ReferenceError: ReferenceError: y is not defined (line 1, col 13)`},
	} {
		_, err := nodetest.Run(t, "function", fn(tt.code), `{"list":[]}`)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %s", tt.code, err, tt.want)
		}
	}
}

func TestFunctionErrorDetails(t *testing.T) {
	n := nodetest.New(t, "function", fn(`const e = new Error("with code"); e.code = "E_X"; e.cause = {deep: 1}; node.error(e, msg); msg.after = true; node.error("plain"); return msg`))
	if err := n.Send(`{"payload":1}`); err != nil {
		t.Fatal(err)
	}
	errs := n.Errors()
	if len(errs) != 1 || errs[0].Error() != "Error: with code" {
		t.Fatalf("errors %v", errs)
	}
	var coded interface {
		ErrorDetails() (any, string, any)
	}
	if !errors.As(errs[0], &coded) {
		t.Fatal("no details")
	}
	code, stack, cause := coded.ErrorDetails()
	if code != "E_X" || !strings.HasPrefix(stack, "Error: with code\n    at ") || !strings.Contains(stack, ":1:") || msg.String(cause) != `{"deep":1}` {
		t.Errorf("code %v, cause %v, stack %s", code, cause, stack)
	}
	if got := n.Failed()[0].String(); got != `{"payload":1}` {
		t.Errorf("catch nodes get %s", got)
	}
	if got := n.Logs(); len(got) != 1 || got[0] != "ERROR plain" {
		t.Errorf("logs %v", got)
	}
}

// TestFunctionErrorIsShown: of an error that nobody catches the debug panel
// shows what node.error was given (seen with Node-RED 5.0.7).
func TestFunctionErrorIsShown(t *testing.T) {
	for _, tt := range []struct{ given, text, shown string }{
		{`{b: [1]}`, "[object Object]", `{"b":[1]}`},
		{`[1, 2]`, "1,2", `[1,2]`},
		{`5`, "5", `5`},
		{`"text"`, "text", `text`},
		{`new RangeError("far")`, "RangeError: far", `RangeError: far`},
		{``, "", ``},
		{`null`, "", ``},
		{`0`, "", ``},
		{`false`, "false", `false`},
	} {
		n := nodetest.New(t, "function", fn(`node.error(`+cmp.Or(tt.given, "undefined")+`, msg)`))
		if err := n.Send(`{}`); err != nil || len(n.Errors()) != 1 {
			t.Fatalf("%s: error %v, %d told", tt.given, err, len(n.Errors()))
		}
		err := n.Errors()[0]
		shown := err.(interface{ Shown() any }).Shown()
		got := msg.String(shown)
		if s, ok := shown.(*msg.Script); ok {
			got = s.String()
		}
		if err.Error() != tt.text || got != tt.shown {
			t.Errorf("%s: %q, shown as %q", tt.given, err, got)
		}
	}
}

// TestFunctionScriptValues hands what only JavaScript has from one node to
// another.
func TestFunctionScriptValues(t *testing.T) {
	n := nodetest.New(t, "function", fn(`msg.m = new Map([["k", {a: 1}]]); msg.s = new Set([1, "x"]); msg.r = /a+/gi; msg.e = new TypeError("bad"); msg.e.code = 5;
msg.b = 10n; msg.f = function (x) { return x + 1 }; msg.t = new Float32Array([1.5, 2]); msg.d = new Date(5); return msg`))
	if err := n.Send(`{}`); err != nil {
		t.Fatal(err)
	}
	m := n.Sent().Port(0)[0]
	if got := msg.Text(m.Get("e")); got != "TypeError: bad" || m.Path("e.code") != 5.0 {
		t.Errorf("error is %q, code %v", got, m.Path("e.code"))
	}
	if got := m.String(); got != `{"m":{},"s":{},"r":{},"e":{"code":5},"b":null,"t":{"0":1.5,"1":2},"d":"1970-01-01T00:00:00.005Z"}` {
		t.Errorf("JSON %s", got)
	}
	second := nodetest.New(t, "function", fn(`const m = msg; return {r: [m.m instanceof Map, m.m.get("k").a, m.s.has("x"), m.r.test("AA"), m.r.flags, m.e instanceof Error, m.e.name, m.e.message, m.e.code,
typeof m.b, String(m.b * 2n), m.f(1), m.t[0] + m.t.length, m.d.getTime(), m.m === m.m]}`))
	if err := second.Receive(m.Clone()); err != nil {
		t.Fatal(err)
	}
	second.Sent().Want(t, `[[{"r":[true,1,true,true,"gi",true,"TypeError","bad",5,"bigint","20",2,3.5,5,true]}]]`)
}

// TestFunctionScriptValuesHoldThemselves hands on what is in itself: the next
// script gets it so, whether it is a function or JSONata, and comes to an end.
func TestFunctionScriptValuesHoldThemselves(t *testing.T) {
	for _, tt := range []struct{ make, see string }{
		{`const s = new Set(["x"]); s.add(s); return s`, `p.has(p) && p.has("x")`},
		{`const m = new Map([["n", 1]]); m.set("m", m); m.set(m, 2); return m`, `p.get("m") === p && p.get(p) === 2 && p.get("n") === 1`},
		{`const e = new Error("e"); e.cause = e; e.self = e; return e`, `p.cause === p && p.self === p && p.message === "e"`},
		{`const l = []; l.push(new Set([l])); return l`, `[...[...p[0]][0]][0] instanceof Set`},
		{`const o = {}; o.m = new Map([["o", o]]); return o`, `p.m.get("o").m instanceof Map`},
		{`const s = new Set(); return [s, s]`, `p[0] instanceof Set && p[1] instanceof Set`},
	} {
		n := nodetest.New(t, "function", fn(`msg.payload = (() => { `+tt.make+` })(); return msg`))
		if err := n.Send(`{}`); err != nil {
			t.Fatal(err)
		}
		m := n.Sent().Port(0)[0]
		query := nodetest.New(t, "change", `{"rules": [{"t": "set", "p": "query", "to": "payload", "tot": "jsonata"}]}`)
		if err := query.Receive(m.Clone()); err != nil {
			t.Errorf("JSONata on %s: %v", tt.make, err)
		}
		after := query.Sent().Port(0)[0]
		second := nodetest.New(t, "function", fn(`const see = p => `+tt.see+`; return {r: [see(msg.payload), see(msg.query)]}`))
		if err := second.Receive(after); err != nil {
			t.Fatal(err)
		}
		second.Sent().Want(t, `[[{"r":[true,true]}]]`)
	}
}

// TestFunctionContext is runtime.md §9.
func TestFunctionContext(t *testing.T) {
	n := nodetest.New(t, "function", fn(`
const seen = [];
flow.set("a.b[1].c", 5); seen.push(flow.get("a"), flow.get("a.b[1].c"), flow.get("a.x.y") === undefined);
flow.get("a").b[1].c = 6; seen.push(flow.get("a.b[1].c"));
const given = global.get("given"); given.list.push(3); seen.push(global.get("given") === given, global.get("given.list.length"));
flow.set(["k1", "k2"], [1, 2]); seen.push(flow.get(["k1", "k2", "k3"]), flow.keys());
flow.set("k1", undefined); seen.push(flow.keys());
context.set("n", (context.get("n") || 0) + 1); context.flow.set("viaContext", true);
context.get("n", (err, n) => seen.push(err === undefined, n)); context.set("o", {n: 0}); context.get("o").n += 5;
flow.get(["k2", "viaContext"], (err, a, b) => seen.push(b, a));
global.set("d", new Date(0));
const held = flow.get("held"); flow.set("held.x", 1); held.y = 2;
return {seen}`), nodetest.GlobalValue("given", `{"list":[1,2]}`), nodetest.FlowValue("held", `{"z":0}`))
	if err := n.Send(`{}`); err != nil {
		t.Fatal(err)
	}
	n.Sent().Want(t, `[[{"seen":[{"b":[null,{"c":6}]},5,true,6,true,3,[1,2,null],["held","a","k1","k2"],["held","a","k2"],true,1,true,2]}]]`)
	for what, got := range map[string]string{
		`{"held":{"z":0,"x":1,"y":2},"a":{"b":[null,{"c":6}]},"k2":2,"viaContext":true}`: n.Flow.JSON(),
		`{"given":{"list":[1,2,3]},"d":"1970-01-01T00:00:00.000Z"}`:                      n.Global.JSON(),
		`{"n":1,"o":{"n":5}}`: n.Context.JSON(),
	} {
		if got != what {
			t.Errorf("context %s\nwant %s", got, what)
		}
	}
}

// TestFunctionContextIsAtomic counts with many messages at once.
func TestFunctionContextIsAtomic(t *testing.T) {
	const messages, workers = 200, 4
	n := nodetest.New(t, "function", fn(`global.set("n", (global.get("n") || 0) + 1); const o = flow.get("o"); o.n++;`), nodetest.FlowValue("o", `{"n":0}`))
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for range messages {
				if err := n.Receive(msg.NewObject(0)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	if n.Global.JSON() != `{"n":800}` || n.Flow.JSON() != `{"o":{"n":800}}` {
		t.Errorf("global %s, flow %s", n.Global.JSON(), n.Flow.JSON())
	}
}

// TestFunctionsShareNothing: what one function leaves behind another one does
// not see, and what it leaves to itself it does.
func TestFunctionsShareNothing(t *testing.T) {
	first := nodetest.New(t, "function", fn(`left = (typeof left === "undefined" ? 0 : left) + 1; Array.prototype.odd = 1; msg.n = left; return msg`))
	second := nodetest.New(t, "function", fn(`msg.seen = [typeof left, typeof [].odd]; return msg`))
	for range 2 {
		if err := errors.Join(first.Send(`{}`), second.Send(`{}`)); err != nil {
			t.Fatal(err)
		}
	}
	first.Sent().Want(t, `[[{"n":1},{"n":2}]]`)
	second.Sent().Want(t, `[[{"seen":["undefined","undefined"]},{"seen":["undefined","undefined"]}]]`)
}

func TestFunctionStatus(t *testing.T) {
	n := nodetest.New(t, "function", fn(`node.status({fill: "red", shape: "ring", text: 5, more: [1]}); node.status("text"); node.status({})`))
	if err := n.Send(`{}`); err != nil {
		t.Fatal(err)
	}
	got := n.Statuses()
	if len(got) != 3 || got[0].Fill != "red" || got[0].Shape != "ring" || got[0].Text != "5" || got[0].Extra.String() != `{"more":[1]}` || got[1].Text != "text" || got[2] != (node.Status{}) {
		t.Errorf("statuses %+v", got)
	}
}

func TestFunctionTimeout(t *testing.T) {
	_, err := nodetest.Run(t, "function", fn(`while (true) {}`, "timeout", `0.05`), `{}`)
	if err == nil || err.Error() != "Error: Script execution timed out after 50ms" {
		t.Errorf("error %v", err)
	}
	sent, err := nodetest.Run(t, "function", fn(`return msg`, "timeout", `0.05`), `{}`)
	if err != nil {
		t.Fatalf("the next function on that runtime: %v", err)
	}
	sent.Want(t, `[[{}]]`)
}

// TestFunctionStopsWithItsNode: an endless loop ends when the node is stopped.
func TestFunctionStopsWithItsNode(t *testing.T) {
	for _, code := range []string{`while (true) {}`, `await 1; while (true) {}`} {
		n := nodetest.New(t, "function", fn(code))
		ended := make(chan error)
		running := make(chan struct{})
		go func() {
			close(running)
			ended <- n.Receive(msg.NewObject(0))
		}()
		<-running
		go n.Close()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Fatalf("%s still runs", code)
		}
	}
}

func TestFunctionProblems(t *testing.T) {
	for _, tt := range []struct{ config, want string }{
		{fn("let a = 1;\nreturn (;"), `func: SyntaxError: Unexpected token ; (line 2, col 9)`},
		{fn("return msg", "initialize", `"let x = ;"`), `initialize: SyntaxError: `},
		{fn("let a; let a;"), `func: SyntaxError: Identifier 'a' has already been declared`},
		{fn("} function x() {"), `func: SyntaxError: `},
		{fn("return msg", "libs", `[{"var":"os","module":"os"}]`), `libs: Node.js modules are not available: os`},
		{fn("return msg", "libs", `[]`), ``},
		{fn(`return /\p{Nope}/u`), "func: SyntaxError: Invalid regular expression: /\\p{Nope}/: Invalid property name"},
	} {
		got := strings.Join(nodetest.Check(t, "function", tt.config), "; ")
		if !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", tt.config, got, tt.want)
		}
	}
}
