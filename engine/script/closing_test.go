package script_test

import "testing"

// TestMessagesDoNotReachOthers: names that a message brings lead to what its
// function alone has, never to what functions share.
func TestMessagesDoNotReachOthers(t *testing.T) {
	for _, code := range []string{
		`const k = ["__pro", "to__"].join(""); try { ({})[k].bad = 1 } catch (e) {}`,
		`const k = ["__pro", "to__"].join(""); const o = {}; try { o[k]["toString"] = 1 } catch (e) {}`,
		`const k = ["constr", "uctor"].join(""), p = ["proto", "type"].join(""); [][k][p]["bad"] = 1; ({})[k][p].bad = 1; ({})[k].bad = 1`,
		`const k = ["constr", "uctor"].join(""); (() => 1)[k]("Object.proto" + "type.bad = 1")()`,
		`Object.prototype.bad = 1; String.prototype.bad = 1`,
		`msg["__proto__"].bad = 1`,
		`Object.assign(Object.getPrototypeOf([]), {bad: 1})`,
	} {
		outcome(t, code)
		if got := outcome(t, `return {l: [typeof ({}).bad, typeof [].bad, typeof "".bad, typeof Object.bad, ({}) + ""]}`); got !=
			`{"l":["undefined","undefined","undefined","undefined","[object Object]"],"_msgid":"i"}` {
			t.Errorf("after %s another function sees %s", code, got)
		}
	}
}
