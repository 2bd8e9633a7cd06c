package function_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
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

// TestFunctionValues looks at what a script makes of values and values of
// what a script makes.
func TestFunctionValues(t *testing.T) {
	for _, tt := range []struct{ code, in, want string }{
		{`return msg`, `{"b":1,"a":[{"z":1,"y":2}],"payload":"x"}`, `{"b":1,"a":[{"z":1,"y":2}],"payload":"x"}`},
		{`msg.new = 1; delete msg.b; msg.a = 3; return msg`, `{"b":1,"a":2,"c":0}`, `{"a":3,"c":0,"new":1}`},
		{`msg.payload = Object.keys(msg); return msg`, `{"z":1,"a":2,"10":3,"2":4}`, `{"2":4,"10":3,"z":1,"a":2,"payload":["2","10","z","a"]}`},
		{`msg.same = msg.payload === msg.payload && msg.payload.l === msg.payload.l; return msg`, `{"payload":{"l":[1]}}`, `{"payload":{"l":[1]},"same":true}`},
		{`const o = {n: 1}; msg.payload = o; o.n = 2; msg.is = msg.payload === o; return msg`, `{}`, `{"payload":{"n":2},"is":true}`},
		{`const o = {n: 1}; msg.list.push(o); o.n = 2; msg.is = msg.list[1] === o; return msg`, `{"list":[0]}`, `{"list":[0,{"n":2}],"is":true}`},
		{`msg.b = msg.a; msg.b.n++; return msg`, `{"a":{"n":1}}`, `{"a":{"n":2},"b":{"n":2}}`},
		{`return {payload: msg.payload, list: [msg.payload]}`, `{"payload":{"n":1}}`, `{"payload":{"n":1},"list":[{"n":1}]}`},
		{`msg.l.push(4, 5); msg.l.shift(); msg.l.splice(1, 1); msg.l.reverse(); return msg`, `{"l":[1,2,3]}`, `{"l":[5,4,2]}`},
		{`msg.l = msg.l.map(x => x * 2).filter(x => x > 2).concat([1]); msg.l.sort(); return msg`, `{"l":[1,2,3]}`, `{"l":[1,4,6]}`},
		{`msg.l.sort((a, b) => b - a); return msg`, `{"l":[1,3,2]}`, `{"l":[3,2,1]}`},
		{`msg.l.length = 1; msg.l[3] = 9; return msg`, `{"l":[1,2]}`, `{"l":[1,null,null,9]}`},
		{`msg.is = [Array.isArray(msg.l), typeof msg, JSON.stringify(msg.o), {...msg.o}.a, [...msg.l].length]; return msg`, `{"l":[1,2],"o":{"b":1,"a":2}}`,
			`{"l":[1,2],"o":{"b":1,"a":2},"is":[true,"object","{\"b\":1,\"a\":2}",2,2]}`},
		{`let s = ""; for (const k in msg.o) s += k; for (const x of msg.l) s += x; msg.s = s; return msg`, `{"l":[1,2],"o":{"b":1,"a":2}}`, `{"l":[1,2],"o":{"b":1,"a":2},"s":"ba12"}`},
		{`msg.has = ["payload" in msg, msg.hasOwnProperty("nope"), msg.nope === undefined, msg.n === null]; return msg`, `{"payload":0,"n":null}`,
			`{"payload":0,"n":null,"has":[true,false,true,true]}`},
		{`msg.payload = [1/0, NaN, -0, 1e21, 84901234567, 2**53, 0.1+0.2]; return msg`, `{}`, `{"payload":[null,null,0,1e+21,84901234567,9007199254740992,0.30000000000000004]}`},
		{`msg.u = undefined; msg.k = Object.keys(msg); msg.d = new Date(5); return msg`, `{}`, `{"k":["u"],"d":"1970-01-01T00:00:00.005Z"}`},
		{`msg.payload = "ümläut 👍".length + " " + [..."👍"].length + "\ud83d\udc4d"; return msg`, `{}`, `{"payload":"9 1👍"}`},
		{`msg.d = new Date(0); msg.d.setUTCFullYear(2000); msg.is = msg.d === msg.d; return msg`, `{}`, `{"d":"2000-01-01T00:00:00.000Z","is":true}`},
		{`msg.m = [...msg.e].map(([k, v]) => k + v).join(); return msg`, `{"e":[["a",1],["b",2]]}`, `{"e":[["a",1],["b",2]],"m":"a1,b2"}`},
		{`const {payload: {a, ...rest}, topic = "none"} = msg; return {a, rest, topic}`, `{"payload":{"a":1,"b":2,"c":3}}`, `{"a":1,"rest":{"b":2,"c":3},"topic":"none"}`},
		{`Object.assign(msg, {x: 1}); msg.payload?.deep?.er; msg.y ??= 2; return msg`, `{}`, `{"x":1,"y":2}`},
		{`class P { constructor() { this.x = 1 } get y() { return 2 } } msg.p = new P(); msg.n = new Number(5); msg.s = new String("s"); return msg`, `{}`, `{"p":{"x":1},"n":5,"s":"s"}`},
		{`msg.payload = node.name + node.id + node.outputCount + node.path; return msg`, `{}`, `{"payload":"n11t1"}`},
	} {
		sent, err := nodetest.Run(t, "function", fn(tt.code), tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.code, err)
			continue
		}
		if got, want := sent.String(), "[["+tt.want+"]]"; got != want {
			t.Errorf("%s\nof %s\n got %s\nwant %s", tt.code, tt.in, got, want)
		}
	}
}

// TestFunctionLibrary looks at what there is beyond the language.
func TestFunctionLibrary(t *testing.T) {
	for _, tt := range []struct{ code, want string }{
		{`Buffer.from("h\u00e9llo").toString("hex")`, `"68c3a96c6c6f"`},
		{`Buffer.from("aGk=", "base64").toString()`, `"hi"`},
		{`Buffer.from("-_8", "base64url")`, `{"type":"Buffer","data":[251,255]}`},
		{`Buffer.from([251,255]).toString("base64url")`, `"-_8"`},
		{`Buffer.from("zz68", "hex").length + Buffer.from("686", "hex").toString()`, `"0h"`},
		{`Buffer.from("é", "latin1")`, `{"type":"Buffer","data":[233]}`},
		{`Buffer.from([233]).toString("latin1") + Buffer.from([200]).toString("ascii")`, `"éH"`},
		{`Buffer.from("hé", "utf16le").toString("ucs2")`, `"hé"`},
		{`Buffer.from([104, 255]).toString()`, `"h�"`},
		{`Buffer.from({type: "Buffer", data: [1, 300]})`, `{"type":"Buffer","data":[1,44]}`},
		{`Buffer.concat([Buffer.from([1, 2]), Buffer.alloc(2, 7)])`, `{"type":"Buffer","data":[1,2,7,7]}`},
		{`Buffer.alloc(5, "ab").toString()`, `"ababa"`},
		{`[Buffer.isBuffer(Buffer.from("")), Buffer.isBuffer({}), Buffer.byteLength("é"), Buffer.compare(Buffer.from("a"), Buffer.from("b"))]`, `[true,false,2,-1]`},
		{`const b = Buffer.from("hello"); [b.indexOf("l"), b.lastIndexOf("l"), b.indexOf("x"), b.includes("ell"), b.indexOf(Buffer.from("lo")), b.equals(Buffer.from("hello"))]`, `[2,3,-1,true,3,true]`},
		{`const b = Buffer.from("hello"); const s = b.slice(1, 3); s[0] = 69; [b.toString(), s.toString(), b.slice(-2).toString(), b.toString("utf8", 1, 2)]`, `["hEllo","El","lo","E"]`},
		{`const b = Buffer.alloc(8); b.writeInt32LE(-5, 0); b.writeUInt16BE(258, 4); b.write("hi", 6); [b.readInt32LE(0), b.readUInt16LE(4), b[6]]`, `[-5,513,104]`},
		{`const b = Buffer.from("abcd"); b.copy(b, 2, 0, 2); b.toString() + b.swap16().toString() + b.fill("x", 3).toString()`, `"ababbabababx"`},
		{`typeof Buffer.from("a").map(x => x + 1).toString`, `"function"`},
		{`JSON.stringify(Buffer.from("a"))`, `"{\"type\":\"Buffer\",\"data\":[97]}"`},
		{`new URL("https://u:p@h.example:8080/a/b?x=1&y=2#z").searchParams.get("y") + new URL("../c", "http://h/a/b").href`, `"2http://h/c"`},
		{`new URLSearchParams({a: "1 2", b: "ü"}).toString()`, `"a=1+2&b=%C3%BC"`},
		{`[btoa("hi"), atob("aGk="), new TextDecoder().decode(new TextEncoder().encode("é"))]`, `["aGk=","hi","é"]`},
		{`util.inspect({a: [1, {b: {c: {}}}], s: "x", f() {}, d: new Date(0), m: new Map([[1, 2]])})`, `"{\n  a: [ 1, { b: [Object] } ],\n  s: 'x',\n  f: [Function: f],\n  d: 1970-01-01T00:00:00.000Z,\n  m: Map(1) { 1 => 2 }\n}"`},
		{`util.format("%s is %d, %j %%", "x", "5", {a: 1}, "more")`, `"x is 5, {\"a\":1} % more"`},
		{`const o = {a: {b: [1]}}; const c = structuredClone(o); c.a.b[0] = 2; [o.a.b[0], c.a.b[0]]`, `[1,2]`},
		{`[RED.util.getMessageProperty(msg, "msg.list[1].n"), RED.util.getMessageProperty({a: {b: 1}}, "a.b"), RED.util.getMessageProperty(msg, "none")===undefined]`, `[7,1,true]`},
		{`try { RED.util.getMessageProperty(msg, "none.deeper") } catch (e) { e.message }`, `"Cannot read properties of undefined (reading 'deeper')"`},
		{`try { RED.util.getMessageProperty(msg, "a[") } catch (e) { e.code }`, `"INVALID_EXPR"`},
		{`const o = {}; [RED.util.setMessageProperty(o, "a.b[1].c", 5), RED.util.setMessageProperty(o, "x.y", 1, false), o]`, `[true,false,{"a":{"b":[null,{"c":5}]}}]`},
		{`RED.util.normalisePropertyExpression('a["k y"][0].b')`, `["a","k y",0,"b"]`},
		{`RED.util.cloneMessage(msg).list[1].n`, `7`},
		{`[RED.util.evaluateNodeProperty("5", "num"), RED.util.evaluateNodeProperty("list[1].n", "msg", node, msg), RED.util.evaluateNodeProperty("payload + 1", "jsonata", node, {payload: 1}), RED.util.evaluateNodeProperty('{"a":1}', "json").a]`, `[5,7,2,1]`},
		{`[RED.util.compareObjects({a: 1}, {a: 1}), RED.util.ensureString({a: 1}), RED.util.ensureBuffer("hi").length, RED.util.generateId().length]`, `[true,"{\"a\":1}",2,16]`},
		{`[typeof require, typeof process, typeof console.log, typeof setTimeout]`, `["undefined","undefined","function","function"]`},
		{`env.get("TOWN") + env.get("NONE")`, `"Leithundefined"`},
		{`[/\p{L}+/u.exec("1äb")[0], /^[\p{Lu} ]+$/u.test("Zoë"), "aé1!👍".replace(/[^\p{L}\p{N}]/gu, ""), "aé1👍".replace(/\P{L}/gu, ""), /\p{Script=Greek}/u.test("α")]`, `["äb",false,"aé1","aé",true]`},
		{`[/\p{Extended_Pictographic}/u.test("hi 👍"), /\p{Emoji_Presentation}/u.test("hi 5"), /\p/.test("p")]`, `[true,false,true]`},
		{`[new RegExp("\\p{L}+", "u").exec("1äb")[0], new RegExp("a") instanceof RegExp, /a/ instanceof RegExp, RegExp("b+").test("abb"), "a,b".split(new RegExp(",")).length]`, `["äb",true,true,true,2]`},
		{`["2024-05".match(/(?<y>\d+)-(?<m>\d+)/).groups.m, "abc".replace(/(?<=a)b/, "[$&]"), [..."a1b2".matchAll(/\d/g)].length]`, `["05","a[b]c",2]`},
		{`const u = new Uint8Array([1, 2]); [u instanceof Uint8Array, u.length, new Uint8Array(u.buffer, 1)[0], Buffer.from(u).length, u.map(x => x * 2)[1]]`, `[true,2,2,2,4]`},
		{`[(1234567.891).toLocaleString(), (5).toLocaleString("en", {minimumFractionDigits: 2}), Object.groupBy([1, 2, 3], x => x % 2 ? "odd" : "even").odd]`, `["1,234,567.891","5.00",[1,3]]`},
		{`String(new Date(NaN))`, `"Invalid Date"`},
	} {
		code := tt.code
		if i := strings.LastIndex(code, "; "); i > 0 && !strings.HasPrefix(code, "try") {
			code = code[:i] + "; msg.r = " + code[i+2:]
		} else if strings.HasPrefix(code, "try") {
			code = strings.Replace(code, "{ e.", "{ msg.r = e.", 1)
		} else {
			code = "msg.r = " + code
		}
		n := nodetest.New(t, "function", fn(code+"; return {r: msg.r}"), nodetest.Var("TOWN", "Leith"))
		if err := n.Send(`{"list":[1,{"n":7}]}`); err != nil {
			t.Errorf("%s: %v", tt.code, err)
			continue
		}
		if got, want := n.Sent().String(), `[[{"r":`+tt.want+`}]]`; got != want {
			t.Errorf("%s\n got %s\nwant %s", tt.code, got, want)
		}
	}
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
		{`Array(1e9).join("x")`, `RangeError: Invalid string length`},
		{`Array.from({length: 1e9})`, `RangeError: Invalid array length`},
		{`Buffer.alloc(1e10)`, `RangeError: Invalid typed array length`},
		{`new Uint8Array(1e10)`, `RangeError: Invalid typed array length`},
		{`msg.list[1e9] = 1`, `RangeError: Invalid array length`},
		{`msg.x = {get y() { throw new Error("in a getter") }}; return msg`, `Error: in a getter`},
		{`return {get y() { throw new Error("in a getter") }}`, `Error: in a getter`},
		{`flow.get("")`, `Error: Context key must be a non-empty string`},
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

func TestFunctionTimers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "function", fn(`
const never = setTimeout(() => node.send({p: "never"}), 40); clearTimeout(never);
setTimeout((a, b) => { node.send({p: a + b}); msg.payload = "changed"; }, 1000, "la", "ter");
let n = 0; const i = setInterval(() => { node.send({p: ++n}); if (n === 3) clearInterval(i); }, 60000);
setTimeout(() => { throw new Error("in timer") }, 5);
new Promise((_, no) => setTimeout(() => no(new Error("nobody cares")), 6));
return msg`))
		n.Start()
		if err := n.Send(`{"_msgid":"i","payload":"now"}`); err != nil {
			t.Fatal(err)
		}
		if n.Done() != 1 {
			t.Error("a function with timers completes at once")
		}
		n.Take().Want(t, `[[{"_msgid":"i","payload":"now"}]]`)
		time.Sleep(2 * time.Second)
		n.Take().Want(t, `[[{"p":"later","_msgid":"i"}]]`)
		if got := n.Logs(); !slices.Equal(got, []string{"ERROR Error: in timer", "ERROR Error: nobody cares"}) {
			t.Errorf("logs %q", got)
		}
		time.Sleep(10 * time.Minute)
		n.Take().Want(t, `[[{"p":1,"_msgid":"i"},{"p":2,"_msgid":"i"},{"p":3,"_msgid":"i"}]]`)
		n.Close()
	})
}

func TestFunctionAwaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "function", fn(`const ms = msg.payload; await new Promise(r => setTimeout(r, ms)); msg.slept = true; flow.set("n", (flow.get("n") || 0) + 1); return msg`))
		n.Start()
		if err := n.Send(`{"_msgid":"a","payload":300}`, `{"_msgid":"b","payload":100}`, `{"_msgid":"c","payload":200}`); err != nil {
			t.Fatal(err)
		}
		if n.Done() != 0 {
			t.Error("completed before its time")
		}
		time.Sleep(time.Second)
		n.Sent().Want(t, `[[{"_msgid":"b","payload":100,"slept":true},{"_msgid":"c","payload":200,"slept":true},{"_msgid":"a","payload":300,"slept":true}]]`)
		if n.Done() != 3 || n.Flow.JSON() != `{"n":3}` {
			t.Errorf("%d done, flow %s", n.Done(), n.Flow.JSON())
		}
		n.Close()
	})
}

func TestFunctionDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "function", fn(`node.send(msg); setTimeout(() => node.done(msg.payload), 50)`))
		n.Start()
		if err := n.Send(`{"payload":""}`, `{"payload":"went wrong"}`); err != nil {
			t.Fatal(err)
		}
		if n.Done() != 0 {
			t.Error("completed before node.done")
		}
		time.Sleep(time.Second)
		errs := n.Errors()
		if n.Done() != 1 || len(errs) != 1 || errs[0].Error() != "went wrong" {
			t.Errorf("%d done, errors %v", n.Done(), errs)
		}
		n.Close()
	})
}

func TestFunctionStartAndStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var last string
		n := nodetest.New(t, "function", fn(`msg.ready = context.get("ready"); return msg`,
			"initialize", `"await new Promise(r => setTimeout(r, 500)); context.set('ready', 42); node.send({p:'early'}); node.status('up')"`,
			"finalize", `"global.set('gone', context.get('ready')); node.send({p:'too late'})"`),
			nodetest.Env(func(e *node.Env) {}))
		n.Start()
		if err := n.Send(`{}`); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		n.Sent().Want(t, `[[{"ready":42},{"p":"early"}]]`)
		n.Close()
		if got := n.Global.JSON(); got != `{"gone":42}` {
			t.Errorf("finalize left %s", got)
		}
		for _, s := range n.Statuses() {
			last += s.Text + ";"
		}
		if last != "up;;" {
			t.Errorf("statuses %q: it is cleared at the end", last)
		}
	})
}

func TestFunctionStartFails(t *testing.T) {
	n := nodetest.New(t, "function", fn(`return msg`, "initialize", `"throw new Error('no')"`))
	if err := n.Send(`{}`); err != nil {
		t.Fatal(err)
	}
	n.Sent().Want(t, `[[]]`)
	if got := n.Logs(); len(got) != 1 || got[0] != "ERROR Error: no" {
		t.Errorf("logs %q", got)
	}
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

// links hands calls back as a link-out would.
type links struct {
	answer func(out node.Out, m *msg.Object, target string) error
}

func (l *links) Call(out node.Out, m *msg.Object, target string) error {
	return l.answer(out, m, target)
}
func (l *links) Return(node.Out, *msg.Object, string, string) {}

func TestFunctionLinkCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n *nodetest.Node
		answered := new(receiver)
		l := &links{answer: func(_ node.Out, m *msg.Object, target string) error {
			switch target {
			case "missing":
				return errors.New("target link-in node 'missing' not found")
			case "silent":
				return nil
			}
			id := m.Path("_linkSource[0].id").(string)
			m.Delete("_linkSource")
			m.Set("payload", m.Get("payload").(float64)*2)
			time.AfterFunc(time.Second, func() {
				if err := n.Instance().Value.(node.Returner).Return(t.Context(), id, m, answered); err != nil {
					t.Error(err)
				}
			})
			return nil
		}}
		n = nodetest.New(t, "function", fn(`try { const r = await node.linkcall(msg.to, msg, {timeout: 3000}); return {r: r.payload, own: msg.payload} } catch (e) { return {failed: e.message} }`),
			nodetest.Env(func(e *node.Env) { e.Links = l }))
		n.Start()
		if err := n.Send(`{"to":"double","payload":21}`, `{"to":"missing","payload":1}`, `{"to":"silent","payload":1}`); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		n.Sent().Want(t, `[[{"failed":"target link-in node 'missing' not found"},{"failed":"timeout"}]]`)
		if !slices.Equal(answered.sent, []string{`{"r":42,"own":21}`}) || n.Done() != 3 {
			t.Errorf("%q came of the answer, %d done", answered.sent, n.Done())
		}
		n.Close()
	})
}

// receiver is the Out of a Return: it keeps what is sent.
type receiver struct {
	node.Late
	sent []string
}

func (r *receiver) Later() node.Late { return r }

func (r *receiver) SendAll(byPort [][]*msg.Object) {
	for _, m := range byPort[0] {
		r.sent = append(r.sent, m.String())
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
