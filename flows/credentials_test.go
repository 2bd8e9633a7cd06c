package flows

import (
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
)

func object(t testing.TB, text string) *msg.Object {
	t.Helper()
	o, err := msg.DecodeObject([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// byID reads {"id": {…}, …}.
func byID(t testing.TB, text string) map[string]*msg.Object {
	t.Helper()
	all := map[string]*msg.Object{}
	for id, v := range object(t, text).All() {
		all[id] = v.(*msg.Object)
	}
	return all
}

// asText is the opposite of byID; of maps it shows the ids in order.
func asText(all map[string]*msg.Object) string {
	return string(msg.Encode(msg.From(map[string]any(toAny(all)))))
}

func toAny(all map[string]*msg.Object) map[string]any {
	m := make(map[string]any, len(all))
	for id, c := range all {
		m[id] = c
	}
	return m
}

// TestMergeCredentials is the table of contract flow-format.md §6.2.
func TestMergeCredentials(t *testing.T) {
	const doc = `[{"id":"n","type":"vonage"},{"id":"i","type":"subflow:s","x":1,"y":1},{"id":"s","type":"subflow"},{"id":"t","type":"tab"},{"id":"gc","type":"global-config"}]`
	const stored = `{"n":{"key":"k","secret":"s"},"i":{"a":"1","b":"2"},"s":{"a":"1"},"t":{"P":"p"},"gone":{"x":"y"}}`
	for name, c := range map[string]struct{ sent, want string }{
		"none":                 {`{}`, `{"i":{"a":"1","b":"2"},"n":{"key":"k","secret":"s"},"s":{"a":"1"},"t":{"P":"p"}}`},
		"key absent":           {`{"n":{"key":"new"},"t":{"Q":"q"}}`, `{"i":{"a":"1","b":"2"},"n":{"key":"new","secret":"s"},"s":{"a":"1"},"t":{"P":"p","Q":"q"}}`},
		"key absent, subflow":  {`{"i":{"b":"3"},"s":{}}`, `{"i":{"b":"3"},"n":{"key":"k","secret":"s"},"t":{"P":"p"}}`},
		"kept":                 {`{"n":{"secret":"__PWRD__","other":"__PWRD__"},"i":{"a":"__PWRD__"}}`, `{"i":{"a":"1"},"n":{"key":"k","secret":"s"},"s":{"a":"1"},"t":{"P":"p"}}`},
		"deleted":              {`{"n":{"key":"","secret":" \t"},"t":{"P":null}}`, `{"i":{"a":"1","b":"2"},"s":{"a":"1"}}`},
		"other kinds":          {`{"n":{"key":7,"secret":false}}`, `{"i":{"a":"1","b":"2"},"n":{"key":7,"secret":false},"s":{"a":"1"},"t":{"P":"p"}}`},
		"unknown node":         {`{"who":{"a":"b"}}`, `{"i":{"a":"1","b":"2"},"n":{"key":"k","secret":"s"},"s":{"a":"1"},"t":{"P":"p"}}`},
		"map of global-config": {`{"gc":{"map":{"A":"__PWRD__","B":"b","has_B":true}}}`, `{"gc":{"map":{"B":"b","has_B":true}},"i":{"a":"1","b":"2"},"n":{"key":"k","secret":"s"},"s":{"a":"1"},"t":{"P":"p"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := Parse([]byte(doc))
			if err != nil {
				t.Fatal(err)
			}
			before := byID(t, stored)
			if got := asText(MergeCredentials(before, byID(t, c.sent), d)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if asText(before) != asText(byID(t, stored)) {
				t.Error("the stored credentials were changed")
			}
		})
	}
}

func TestMergeCredentialsInsideMap(t *testing.T) {
	d := document(t, []string{`{"id":"gc","type":"global-config"}`})
	got := asText(MergeCredentials(byID(t, `{"gc":{"map":{"A":"a","B":"b","C":"c"}}}`), byID(t, `{"gc":{"map":{"A":"__PWRD__","B":"new"}}}`), d))
	if want := `{"gc":{"map":{"A":"a","B":"new"}}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTakeCredentials(t *testing.T) {
	const text = `[{"id":"a","credentials":{"u":"${USER}","p":"secret","q":"x${Y}"},"type":"n"},` +
		`{"id":"b","type":"n","credentials":{"u":"${USER}","v":"$(OLD)"}},{"id":"c","type":"n","credentials":{}},` +
		`{"id":"d","type":"n","credentials":"text"},{"id":"e","type":"n"},{"id":"e","type":"n","credentials":{"k":"later"}}]`
	original, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	d := original.Clone()
	rev := d.Rev()
	if got, want := asText(d.TakeCredentials()), `{"a":{"p":"secret","q":"x${Y}"},"c":{},"e":{"k":"later"}}`; got != want {
		t.Errorf("took %s, want %s", got, want)
	}
	want := `[{"id":"a","credentials":{"u":"${USER}"},"type":"n"},{"id":"b","type":"n","credentials":{"u":"${USER}","v":"$(OLD)"}},` +
		`{"id":"c","type":"n"},{"id":"d","type":"n"},{"id":"e","type":"n"},{"id":"e","type":"n"}]`
	if got := string(d.JSON()); got != want {
		t.Errorf("left %s\nwant %s", got, want)
	}
	if d.Rev() == rev {
		t.Error("the revision is still that of the document with secrets")
	}
	if string(original.JSON()) != text {
		t.Errorf("the original became %s", original.JSON())
	}
	if again := d.TakeCredentials(); len(again) != 0 {
		t.Errorf("took %v a second time", again)
	}
}

func TestTakeCredentialsBesideFlows(t *testing.T) {
	d, err := Parse([]byte(`{"credentials":{"a":{"p":"s","u":"${U}"},"who":{"k":"v"},"bad":1},"flows":[{"id":"a","type":"n","credentials":{"q":"own","u":"${V}"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(msg.Encode(d.BaseCredentials())); got != `{"a":{"p":"s","u":"${U}"},"who":{"k":"v"},"bad":1}` {
		t.Errorf("base credentials %s", got)
	}
	if got, want := asText(d.TakeCredentials()), `{"a":{"p":"s","q":"own"},"who":{"k":"v"}}`; got != want {
		t.Errorf("took %s, want %s", got, want)
	}
	if got, want := string(d.JSON()), `[{"id":"a","type":"n","credentials":{"u":"${V}"}}]`; got != want {
		t.Errorf("left %s, want %s", got, want)
	}
	if d.BaseCredentials() != nil {
		t.Error("they are still there")
	}

	sealed, err := Parse([]byte(`{"credentials":{"$":"00"},"flows":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := sealed.TakeCredentials(); len(got) != 0 || sealed.BaseCredentials() == nil {
		t.Errorf("took %v of credentials nobody can read", got)
	}
}

// TestTakenCredentialsRestart: what comes with credentials restarts although
// they are in the document no more; what comes with variables does not.
func TestTakenCredentialsRestart(t *testing.T) {
	const text = `{"id":"a","type":"n","credentials":{"p":"s"}}`
	const variable = `{"id":"b","type":"n","credentials":{"p":"${P}"}}`
	old, now := document(t, []string{text, variable}), document(t, []string{text, variable})
	old.TakeCredentials()
	now.TakeCredentials()
	if got := words(Diff(old, now).Restarts("nodes")); got != "a" {
		t.Errorf("restarts %q, want a", got)
	}
	other := document(t, []string{`{"id":"a","type":"n"}`, `{"id":"b","type":"n","credentials":{"p":"${Q}"}}`})
	if got := words(Diff(now, other).Restarts("nodes")); got != "b" {
		t.Errorf("restarts %q, want b", got)
	}
}

func TestVariable(t *testing.T) {
	for text, want := range map[string]string{
		"${A}": "A", "$(A)": "A", "${a.b-c}": "a.b-c", "${A}${B}": "A}${B",
		"${}": "", "${A": "", "${A)": "", "x${A}": "", "${A}x": "", "${A B}": "", "${A\u00a0B}": "", "$A": "", "": "", "${A\n}": "",
	} {
		if name, ok := Variable(text); name != want || ok != (want != "") {
			t.Errorf("%q: %q, %v; want %q", text, name, ok, want)
		}
	}
}

func TestEnvEntries(t *testing.T) {
	raw := object(t, `{"env":[{"name":"A","type":"num","value":"5"},{"name":"B"},{"name":""},7,{"name":"C","type":"json","value":{"x":1}}]}`)
	got := EnvEntries(raw)
	want := []EnvEntry{{"A", "num", "5"}, {"B", "str", nil}, {"C", "json", object(t, `{"x":1}`)}}
	if len(got) != len(want) {
		t.Fatalf("%d entries, want %d", len(got), len(want))
	}
	for i, w := range want {
		if got[i].Name != w.Name || got[i].Type != w.Type || !msg.DeepEqual(got[i].Value, w.Value) {
			t.Errorf("entry %d is %v, want %v", i, got[i], w)
		}
	}
	if EnvEntries(object(t, `{"env":"no"}`)) != nil || EnvEntries(nil) != nil {
		t.Error("what is no list has no entries")
	}
}

// TestVariableReplacesSecret: what the document now writes as ${NAME} is not
// kept as a secret beside it.
func TestVariableReplacesSecret(t *testing.T) {
	d := document(t, []string{`{"id":"n","type":"vonage","credentials":{"key":"${KEY}"}}`})
	if got := d.TakeCredentials(); len(got) != 0 {
		t.Errorf("took %s", asText(got))
	}
	if got, want := asText(MergeCredentials(byID(t, `{"n":{"key":"k","secret":"s"}}`), nil, d)), `{"n":{"secret":"s"}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
