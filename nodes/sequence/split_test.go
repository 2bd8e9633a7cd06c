package sequence

import (
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// parts is what split sent, one line a message: payload and msg.parts without
// its id, which must be the same in all.
func parts(t *testing.T, sent nodetest.Sent) string {
	t.Helper()
	var lines []string
	var id any
	for i, m := range sent.Port(0) {
		p := m.Get("parts").(*msg.Object)
		if i == 0 {
			id = p.Get("id")
		}
		if p.Get("id") != id || len(id.(string)) != 16 {
			t.Errorf("part %d has id %v, the first %v", i, p.Get("id"), id)
		}
		p.Delete("id")
		lines = append(lines, string(msg.Encode(m.Get("payload")))+" "+string(msg.Encode(p)))
	}
	return strings.Join(lines, "\n")
}

func TestSplit(t *testing.T) {
	for _, c := range []struct{ name, config, in, want string }{
		{"lines", `{}`, `{"payload":"a\nb"}`, `"a" {"type":"string","ch":"\n","count":2,"index":0}` + "\n" + `"b" {"type":"string","ch":"\n","count":2,"index":1}`},
		{"an escape", `{"splt":"\\t"}`, `{"payload":"a\tb"}`, `"a" {"type":"string","ch":"\t","count":2,"index":0}` + "\n" + `"b" {"type":"string","ch":"\t","count":2,"index":1}`},
		{"no separator in it", `{"splt":";"}`, `{"payload":"abc"}`, `"abc" {"type":"string","ch":";","count":1,"index":0}`},
		{"an empty text", `{}`, `{"payload":""}`, `"" {"type":"string","ch":"\n","count":1,"index":0}`},
		{"text at bytes", `{"splt":"[59,32]","spltType":"bin"}`, `{"payload":"a; b"}`, `"a" {"type":"string","ch":[59,32],"count":2,"index":0}` + "\n" + `"b" {"type":"string","ch":[59,32],"count":2,"index":1}`},
		{"text by length", `{"splt":"2","spltType":"len"}`, `{"payload":"abc"}`, `"ab" {"type":"string","ch":"","len":2,"count":2,"index":0}` + "\n" + `"c" {"type":"string","ch":"","len":2,"count":2,"index":1}`},
		{"length counts UTF-16 units and leaves pairs whole", `{"splt":2,"spltType":"len"}`, `{"payload":"a😀b😀"}`, `"a😀" {"type":"string","ch":"","len":2,"count":2,"index":0}` + "\n" + `"b😀" {"type":"string","ch":"","len":2,"count":2,"index":1}`},
		{"an empty text by length", `{"splt":2,"spltType":"len"}`, `{"payload":""}`, `"" {"type":"string","ch":"","len":2,"count":0,"index":0}`},
		{"items", `{}`, `{"payload":[1,{"a":2},null]}`, `1 {"type":"array","count":3,"len":1,"index":0}` + "\n" + `{"a":2} {"type":"array","count":3,"len":1,"index":1}` + "\n" + `null {"type":"array","count":3,"len":1,"index":2}`},
		{"items by two", `{"arraySplt":"2"}`, `{"payload":[1,2,3]}`, `[1,2] {"type":"array","count":2,"len":2,"index":0}` + "\n" + `[3] {"type":"array","count":2,"len":2,"index":1}`},
		{"no items", `{}`, `{"payload":[]}`, ``},
		{"keys", `{}`, `{"payload":{"b":1,"a":[2]}}`, `1 {"type":"object","key":"b","index":0,"count":2}` + "\n" + `[2] {"type":"object","key":"a","index":1,"count":2}`},
		{"a number", `{}`, `{"payload":5}`, ``},
		{"no payload", `{}`, `{"topic":"t"}`, ``},
		{"another property", `{"property":"a.b"}`, `{"a":{"b":[1]},"payload":0}`, `0 {"property":"a.b","type":"array","count":1,"len":1,"index":0}`},
		{"a split within a split", `{}`, `{"payload":[1],"parts":{"id":"x","index":3}}`, `1 {"parts":{"id":"x","index":3},"type":"array","count":1,"len":1,"index":0}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			sent, err := nodetest.Run(t, "split", c.config, c.in)
			if err != nil {
				t.Fatal(err)
			}
			if got := parts(t, sent); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestSplitMessages(t *testing.T) {
	sent, err := nodetest.Run(t, "split", `{"addname":"a.key"}`, `{"_msgid":"m1","topic":"t","payload":{"x":1,"y":2},"a":{"b":1}}`)
	if err != nil {
		t.Fatal(err)
	}
	first, second := sent.Port(0)[0], sent.Port(0)[1]
	if a, b := first.Get("_msgid"), second.Get("_msgid"); a == "m1" || a == b || b == nil {
		t.Errorf("ids %v, %v", a, b)
	}
	for _, m := range sent.Port(0) {
		m.Delete("parts")
		m.Delete("_msgid")
	}
	sent.Want(t, `[[{"topic":"t","payload":1,"a":{"b":1,"key":"x"}},{"topic":"t","payload":2,"a":{"b":1,"key":"y"}}]]`)
}

// TestSplitOwns holds parts to be the receiver's own: what is one object in
// the message is another in every part.
func TestSplitOwns(t *testing.T) {
	for _, config := range []string{`{}`, `{"arraySplt":2}`} {
		item := msg.Of("n", 1)
		var got []string
		out := wire{to: func(m *msg.Object) { // changes what it gets
			got = append(got, msg.String(m.Get("payload"))+msg.String(m.Get("also")))
			m.Get("also").(*msg.Object).Set("n", 3)
			switch payload := m.Get("payload").(type) {
			case *msg.Object:
				payload.Set("n", 2)
			case *msg.List:
				payload.At(0).(*msg.Object).Set("n", 2)
			}
		}}
		split := nodetest.Of[Split](nodetest.New(t, "split", config))
		if err := split.Receive(t.Context(), msg.Of("payload", msg.NewList(item, item, item), "also", item), out); err != nil {
			t.Fatal(err)
		}
		for i, text := range got {
			if strings.ContainsAny(text, "23") {
				t.Errorf("part %d shares: %s", i, text)
			}
		}
	}
}

func buffer(s string) *msg.Object { return msg.Of("payload", []byte(s)) }

func TestSplitBuffer(t *testing.T) {
	for _, c := range []struct{ name, config, in, want string }{
		{"at bytes", `{"splt":"[59]","spltType":"bin"}`, "a;bc", `a 2 0|bc 2 1`},
		{"at text", `{}`, "a\nb", `a 2 0|b 2 1`},
		{"nothing after the last", `{}`, "a\n", `a 2 0`},
		{"by length", `{"splt":"2","spltType":"len"}`, "abcde", `ab 3 0|cd 3 1|e 3 2`},
		{"by length without rest", `{"splt":"2","spltType":"len"}`, "abcd", `ab 2 0|cd 2 1`},
		{"empty by length", `{"splt":"2","spltType":"len"}`, "", ` 0 0`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "split", c.config)
			if err := n.Receive(buffer(c.in)); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range n.Sent().Port(0) {
				got = append(got, string(m.Get("payload").([]byte))+" "+msg.Text(m.Path("parts.count"))+" "+msg.Text(m.Path("parts.index")))
			}
			if got := strings.Join(got, "|"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestSplitStream(t *testing.T) {
	for _, c := range []struct{ name, config, want string }{
		{"at a text", `{"splt":"-","stream":true}`, `ab0 cd1 e2`},
		{"by length", `{"splt":2,"spltType":"len","stream":true}`, `ab0 -c1 d-2 e-3`},
	} {
		for _, as := range []string{"text", "buffer"} {
			t.Run(c.name+", "+as, func(t *testing.T) {
				n := nodetest.New(t, "split", c.config)
				for _, in := range []string{"ab-c", "d-", "e-f"} {
					m := msg.Of("payload", in)
					if as == "buffer" {
						m = buffer(in)
					}
					if err := n.Receive(m); err != nil {
						t.Fatal(err)
					}
				}
				var got []string
				for _, m := range n.Sent().Port(0) {
					if m.Get("parts").(*msg.Object).Has("count") {
						t.Errorf("a stream has no count: %s", m)
					}
					got = append(got, msg.Text(m.Get("payload"))+msg.Text(m.Path("parts.index")))
				}
				if got := strings.Join(got, " "); got != c.want {
					t.Errorf("got %q, want %q", got, c.want)
				}
			})
		}
	}
}

func TestSplitStreamIsBounded(t *testing.T) {
	n := nodetest.New(t, "split", `{"stream":true}`)
	for _, m := range []*msg.Object{msg.Of("payload", strings.Repeat("x", maxRemainder+1)), buffer(strings.Repeat("x", maxRemainder+1))} {
		if err := n.Receive(m); err == nil || err.Error() != "more than 16 MB without a separator" {
			t.Errorf("error %v", err)
		}
	}
	if err := n.Send(`{"payload":"a\nb"}`); err != nil {
		t.Fatal(err)
	}
	if got := n.Sent().Port(0); len(got) != 1 || got[0].Get("payload") != "a" {
		t.Errorf("sent %s", n.Sent())
	}
}

func TestSplitFails(t *testing.T) {
	if _, err := nodetest.Run(t, "split", `{}`, `{"payload":null}`); err == nil || err.Error() != "TypeError: Cannot convert undefined or null to object" {
		t.Errorf("null: %v", err)
	}
	for _, c := range []struct{ config, want string }{
		{`{"splt":"x","spltType":"len"}`, `splt: "x" is not a number`},
		{`{"splt":"0","spltType":"len"}`, `splt: "0" is not a length of at least 1`},
		{`{"splt":"[]","spltType":"bin"}`, `splt: at least one byte is needed, such as [10]`},
		{`{"splt":"{","spltType":"bin"}`, `splt: "{" is not a JSON list of bytes, or a text in quotes`},
		{`{"arraySplt":0}`, `arraySplt: 0 is below 1`},
		{`{"addname":"a["}`, `addname: Invalid property expression: `},
	} {
		if got := strings.Join(nodetest.Check(t, "split", c.config), "; "); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s\nwant %s", c.config, got, c.want)
		}
	}
}
