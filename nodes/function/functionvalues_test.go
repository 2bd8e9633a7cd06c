package function_test

import (
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/nodetest"
)

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
		{`msg.payload = node.name + node.id + node.outputCount + node.path; return msg`, `{}`, `{"payload":"n11t1/n1"}`},
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
		{`Buffer.from([0xe2, 0x82, 65, 0xf0, 0x9f]).toString()`, `"�A�"`},
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
