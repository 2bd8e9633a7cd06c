package script_test

import (
	"cmp"
	"log/slog"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/script"
)

// kept is an Out that keeps what is sent.
type kept struct {
	drain
	texts []string
	err   error
}

func (k *kept) SendAll(byPort [][]*msg.Object) {
	if len(byPort) == 0 {
		return
	}
	for _, m := range byPort[0] {
		k.texts = append(k.texts, m.String())
	}
}

func (k *kept) Later() node.Late              { return k }
func (k *kept) Done(_ *msg.Object, err error) { k.err = err }

// outcome is what code sends, or the error it ends with.
func outcome(t *testing.T, code string) string {
	t.Helper()
	p, err := script.Compile(script.Source{Body: code})
	if err != nil {
		return "!" + err.Error()
	}
	f := script.NewFunction(p, 1, 0)
	if err := f.Open(t.Context(), &node.Env{ID: "f", Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, _ := msg.DecodeObject([]byte(`{"_msgid":"i","payload":{"b":1,"a":[1,2]}}`))
	out := new(kept)
	if err := cmp.Or(f.Receive(t.Context(), m, out), out.err); err != nil {
		return "!" + err.Error()
	}
	return strings.Join(out.texts, "|")
}

// TestRecordsAreObjects runs code with records and, because it then names
// Symbol, without: nobody must see a difference.
func TestRecordsAreObjects(t *testing.T) {
	for _, tt := range []struct{ code, want string }{
		{`return {p: {b: 1, a: "x", c: null, u: undefined}}`, `{"p":{"b":1,"a":"x","c":null},"_msgid":"i"}`},
		{`const o = {b: 1, a: 2}; o[10] = 3; o[9] = 4; o.z = 5; o["01"] = 6; return {o, k: Object.keys(o)}`,
			`{"o":{"9":4,"10":3,"b":1,"a":2,"z":5,"01":6},"k":["9","10","b","a","z","01"],"_msgid":"i"}`},
		{`const o = {a: 1, b: 2, c: 3}; delete o.a; o.a = 4; delete o.nope; return {o}`, `{"o":{"b":2,"c":3,"a":4},"_msgid":"i"}`},
		{`const f = () => ({a: 1, b: 2}); const x = f(), y = f(); x.c = 3; delete y.a; y.d = 4; return {x, y, z: f()}`,
			`{"x":{"a":1,"b":2,"c":3},"y":{"b":2,"d":4},"z":{"a":1,"b":2},"_msgid":"i"}`},
		{`const o = {}; for (let i = 0; i < 20; i++) { o["k" + i] = i } delete o.k3; o.k3 = "again"; o.k19++; return {n: Object.keys(o).length, k: o.k19, last: Object.keys(o)[19], o: o.k0}`,
			`{"n":20,"k":20,"last":"k3","o":0,"_msgid":"i"}`},
		{`return {a:1,b:2,c:3,d:4,e:5,f:6,g:7,h:8,i:9,j:10,k:11,l:12,m:13,n:14}`, `{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11,"l":12,"m":13,"n":14,"_msgid":"i"}`},
		{`return {a: 1, a: 2, "b c": 3, 5: 4, ["x" + 1]: 5, ...msg.payload}`, `{"5":4,"a":[1,2],"b c":3,"x1":5,"b":1,"_msgid":"i"}`},
		{`const base = {greet: "hi"}; const o = {__proto__: base, own: 1}; return {g: o.greet, o}`, `{"g":"hi","o":{"own":1},"_msgid":"i"}`},
		{`const o = {f: function () {}, g: () => 1, C: class {}, h() { return this.n }, n: 7, get t() { return this.n * 2 }}; return {n: [o.f.name, o.g.name, o.C.name, o.h(), o.t]}`,
			`{"n":["f","g","C",7,14],"_msgid":"i"}`},
		{`const o = {a: {b: {}}}; o.a.b.c = o.a; return {same: o.a.b.c === o.a, j: o.a.b.c.b === o.a.b}`, `{"same":true,"j":true,"_msgid":"i"}`},
		{`const s = {n: 1}; const o = {x: s, y: s, l: [s]}; s.n = 2; return o`, `{"x":{"n":2},"y":{"n":2},"l":[{"n":2}],"_msgid":"i"}`},
		{`const o = {a: 1}; return {r: [typeof o, o instanceof Object, o.constructor === Object, String(o), o + "", "a" in o, "b" in o, o.hasOwnProperty("a"), Object.hasOwn(o, "b"), Array.isArray(o), o.toString === Object.prototype.toString, !!o, o == o, o === {a: 1}]}`,
			`{"r":["object",true,true,"[object Object]","[object Object]",true,false,true,false,false,true,true,true,false],"_msgid":"i"}`},
		{`const o = {b: 1, a: [{c: 2}], u: undefined, d: new Date(0)}; return {j: JSON.stringify(o), p: JSON.stringify(o, ["b"], 1), e: Object.entries({x: 1}), f: Object.fromEntries([["y", {z: 1}]])}`,
			`{"j":"{\"b\":1,\"a\":[{\"c\":2}],\"d\":\"1970-01-01T00:00:00.000Z\"}","p":"{\n \"b\": 1\n}","e":[["x",1]],"f":{"y":{"z":1}},"_msgid":"i"}`},
		{`const {a, ...rest} = {a: 1, b: 2, c: 3}; const {x = {d: 1}, y: {z} = {z: 9}} = {}; let p, q; ({p, q = 5} = {p: 4}); return {a, rest, x, z, p, q}`,
			`{"a":1,"rest":{"b":2,"c":3},"x":{"d":1},"z":9,"p":4,"q":5,"_msgid":"i"}`},
		{`let s = ""; for (const k in {b: 1, a: 2}) s += k; for (const [k, v] of Object.entries({z: 1})) s += k + v; return {s}`, `{"s":"baz1","_msgid":"i"}`},
		{`const o = Object.assign({a: 1}, {b: 2}, msg.payload); const c = structuredClone(o); c.a.push(3); return {o, c}`,
			`{"o":{"a":[1,2],"b":1},"c":{"a":[1,2,3],"b":1},"_msgid":"i"}`},
		{`const o = Object.create({inherited: 1}); o.own = {x: 2}; return {i: o.inherited, k: Object.keys(o), o}`, `{"i":1,"k":["own"],"o":{"own":{"x":2}},"_msgid":"i"}`},
		{`const o = {n: 1}; o.n++; o.n += 2; o.m ??= 5; o.n ||= 9; [o.n, o.m] = [o.m, o.n]; return o`, `{"n":5,"m":4,"_msgid":"i"}`},
		{`const l = [{v: 3}, {v: 1}, {v: 2}]; l.sort((a, b) => a.v - b.v); return {l: l.map(({v}) => v), g: Object.groupBy(l, x => x.v > 1 ? "more" : "less")}`,
			`{"l":[1,2,3],"g":{"less":[{"v":1}],"more":[{"v":2},{"v":3}]},"_msgid":"i"}`},
		{`msg.payload = {n: 1}; msg.payload.n = 2; const p = msg.payload; p.m = {k: 1}; msg.is = [msg.payload === p, msg.payload.m === p.m]; return msg`, `{"_msgid":"i","payload":{"n":2,"m":{"k":1}},"is":[true,true]}`},
		{`const o = {n: 1}; node.send({o}); o.n = 2; node.send({o}, false); o.n = 3; return {o}`, `{"o":{"n":1},"_msgid":"i"}|{"o":{"n":3},"_msgid":"i"}|{"o":{"n":3},"_msgid":"i"}`},
		{`const m = new Map([[{k: 1}, {v: 2}]]); const s = new Set([{x: 1}]); return {m: [...m.values()], s: [...s], w: new WeakMap([[msg.payload, {y: 1}]]).get(msg.payload)}`,
			`{"m":[{"v":2}],"s":[{"x":1}],"w":{"y":1},"_msgid":"i"}`},
		{`function* g() { const got = {a: yield 1, b: yield 2}; yield got } const it = g(); it.next(); it.next("x"); return {r: it.next("y").value}`, `{"r":{"a":"x","b":"y"},"_msgid":"i"}`},
		{`try { throw new Error("outer", {cause: {deep: 1}}) } catch (e) { return {c: e.cause} }`, `{"c":{"deep":1},"_msgid":"i"}`},
		{`try { return {a: 1, b: missing} } catch (e) { return {e: e.message} }`, `{"e":"missing is not defined","_msgid":"i"}`},
		{"const o = {\n a: 1,\n b: missing\n}", `!ReferenceError: ReferenceError: missing is not defined (line 3, col 5)`},
		{`const o = {}; o.f = function () { return this.v }; o.v = 3; o.toString = () => "own text"; return {r: [o.f(), String(o), o + "!"]}`, `{"r":[3,"own text","own text!"],"_msgid":"i"}`},
		{`return {o: {toJSON() { return 5 }}, j: JSON.stringify({x: {toJSON() { return 5 }}})}`, `{"o":{},"j":"{\"x\":5}","_msgid":"i"}`},
		{`const o = {then: 1}; return {r: await o === o, s: (await Promise.resolve({x: 1})).x}`, `{"r":true,"s":1,"_msgid":"i"}`},
		{`const record = {record: 1}; return {record}`, `{"record":{"record":1},"_msgid":"i"}`},
		{`return {a: {get x() { throw new Error("in a getter") }}}`, `!Error: in a getter`},
		{`({a: 1} = 5)`, `!func: SyntaxError: Invalid destructuring assignment target`},
	} {
		with, without := outcome(t, tt.code), outcome(t, "void Symbol;"+tt.code)
		if !strings.HasPrefix(with, tt.want) || !strings.HasPrefix(tt.want, "!") && with != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.code, with, tt.want)
		}
		with, _, _ = strings.Cut(with, " (line") // "void Symbol;" moves the column
		without, _, _ = strings.Cut(without, " (line")
		if with != without {
			t.Errorf("%s\nwith records    %s\nwithout records %s", tt.code, with, without)
		}
	}
}
