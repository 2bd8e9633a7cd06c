package msg

import "testing"

func TestScript(t *testing.T) {
	err := &Script{Kind: ScriptError, Members: Of("name", "TypeError", "message", "bad", "stack", "…", "code", 5, "cause", Of("n", 1))}
	for name, tt := range map[string]struct {
		s                *Script
		text, json, kind string
		truthy           bool
	}{
		"map":           {&Script{Kind: ScriptMap, Items: NewList(NewList("k", 1))}, "[object Map]", `{}`, "object", true},
		"set":           {&Script{Kind: ScriptSet, Items: NewList(1)}, "[object Set]", `{}`, "object", true},
		"typed array":   {&Script{Kind: ScriptArray, Text: "Float32Array", Items: NewList(1.5, 2)}, "1.5,2", `{"0":1.5,"1":2}`, "object", true},
		"regexp":        {&Script{Kind: ScriptRegExp, Text: "/a/g"}, "/a/g", `{}`, "object", true},
		"error":         {err, "TypeError: bad", `{"code":5}`, "object", true},
		"nameless":      {&Script{Kind: ScriptError, Members: Of("message", "x")}, "Error: x", `{}`, "object", true},
		"bigint":        {&Script{Kind: ScriptBigInt, Text: "10"}, "10", `null`, "bigint", true},
		"bigint nought": {&Script{Kind: ScriptBigInt, Text: "0"}, "0", `null`, "bigint", false},
		"function":      {&Script{Kind: ScriptFunction, Text: "() => 1"}, "() => 1", `null`, "function", true},
	} {
		if got := Text(tt.s); got != tt.text {
			t.Errorf("%s: text %q, want %q", name, got, tt.text)
		}
		if got := string(Encode(tt.s)); got != tt.json {
			t.Errorf("%s: JSON %s, want %s", name, got, tt.json)
		}
		if got := TypeOf(tt.s); got != tt.kind {
			t.Errorf("%s: typeof %s, want %s", name, got, tt.kind)
		}
		if got := Truthy(tt.s); got != tt.truthy {
			t.Errorf("%s: truthy %v", name, got)
		}
		if !StrictEqual(tt.s, tt.s) || StrictEqual(tt.s, CloneValue(tt.s)) {
			t.Errorf("%s: is equal to its clone, or not to itself", name)
		}
	}
	if got := string(Encode(Of("f", &Script{Kind: ScriptFunction}, "n", 1))); got != `{"n":1}` {
		t.Errorf("a member that is a function: %s", got)
	}
	if _, err := EncodeChecked(Of("n", &Script{Kind: ScriptBigInt, Text: "1"})); err == nil {
		t.Error("a bigint has no JSON")
	}
	m := Of("e", err)
	if m.Path("e.cause.n") != 1.0 || m.Path("e.message") != "bad" {
		t.Errorf("paths into an error: %v, %v", m.Path("e.cause.n"), m.Path("e.message"))
	}
	inner := Of("n", 1)
	m = Of("map", &Script{Kind: ScriptMap, Items: NewList(NewList("k", inner))}, "alias", inner)
	c := m.Clone()
	at := func(o *Object) any { return o.Get("map").(*Script).Items.At(0).(*List).At(1) }
	if at(c) == at(m) || at(c) != c.Get("alias") {
		t.Error("a clone shares what is in a map, or loses an alias")
	}
}
