package sequence

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestJoinAuto(t *testing.T) {
	part := func(value, id string, index, count int, more string) string {
		return fmt.Sprintf(`{"payload":%s,"parts":{"id":%q,"index":%d,"count":%d%s}}`, value, id, index, count, more)
	}
	text := `,"type":"string","ch":"-"`
	for _, c := range []struct {
		name string
		in   []string
		want string
	}{
		{"text", []string{part(`"a"`, "g", 0, 2, text), part(`"b"`, "g", 1, 2, text)}, `{"payload":"a-b"}`},
		{"out of order", []string{part(`"b"`, "g", 1, 2, text), part(`"a"`, "g", 0, 2, text)}, `{"payload":"a-b"}`},
		{"one twice", []string{part(`"a"`, "g", 0, 2, text), part(`"c"`, "g", 0, 2, text), part(`"b"`, "g", 1, 2, text)}, `{"payload":"c-b"}`},
		{"two groups", []string{part(`"a"`, "g", 0, 2, text), part(`"x"`, "h", 0, 2, text), part(`"b"`, "g", 1, 2, text), part(`"y"`, "h", 1, 2, text)}, `{"payload":"a-b"},{"payload":"x-y"}`},
		{"null and missing are empty text", []string{part(`null`, "g", 0, 2, text), part(`5`, "g", 1, 2, text)}, `{"payload":"-5"}`},
		{"list", []string{part(`[1]`, "g", 0, 2, `,"type":"array","len":1`), part(`2`, "g", 1, 2, `,"type":"array","len":1`)}, `{"payload":[[1],2]}`},
		{"list of pieces", []string{part(`[1,2]`, "g", 0, 2, `,"type":"array","len":2`), part(`[3]`, "g", 1, 2, `,"type":"array","len":2`)}, `{"payload":[1,2,3]}`},
		{"object", []string{part(`1`, "g", 0, 2, `,"type":"object","key":"b"`), part(`2`, "g", 1, 2, `,"type":"object","key":"a"`)}, `{"payload":{"b":1,"a":2}}`},
		{"no type", []string{part(`1`, "g", 0, 2, ``), part(`2`, "g", 1, 2, ``)}, `{"payload":[1,2]}`},
		{"count told late", []string{`{"payload":1,"parts":{"id":"g","index":0}}`, part(`2`, "g", 1, 2, ``)}, `{"payload":[1,2]}`},
		{"the outer split's parts", []string{part(`1`, "g", 0, 1, `,"parts":{"id":"o","index":4}`)}, `{"payload":[1],"parts":{"id":"o","index":4}}`},
		{"another property", []string{`{"a":{"b":"x"},"parts":{"id":"g","index":0,"count":1,"type":"string","ch":"","property":"a.b"}}`}, `{"a":{"b":"x"}}`},
		{"all properties", []string{`{"payload":1,"a":1,"b":1,"parts":{"id":"g","index":0,"count":2}}`, `{"payload":2,"b":2,"c":2,"parts":{"id":"g","index":1,"count":2}}`}, `{"payload":[1,2],"a":1,"b":2,"c":2}`},
		{"no parts", []string{`{"payload":1}`}, ``},
		{"reset of all", []string{part(`1`, "g", 0, 2, ``), `{"reset":1}`, part(`2`, "g", 1, 2, ``)}, ``},
		{"reset of one", []string{part(`1`, "g", 0, 2, ``), part(`1`, "h", 0, 2, ``), `{"reset":1,"parts":{"id":"g"}}`, part(`2`, "g", 1, 2, ``), part(`2`, "h", 1, 2, ``)}, `{"payload":[1,2]}`},
		{"complete", []string{part(`1`, "g", 0, 9, ``), `{"payload":2,"complete":true,"parts":{"id":"g","index":1,"count":9}}`}, `{"payload":[1,2]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "join", `{}`)
			if err := n.Send(c.in...); err != nil {
				t.Fatal(err)
			}
			n.Sent().Want(t, `[[`+c.want+`]]`)
		})
	}
}

func TestJoinCustom(t *testing.T) {
	for _, c := range []struct {
		name, config string
		in           []string
		want         string
	}{
		{"text", `"build":"string","joiner":"\\n","count":"2"`, []string{`{"payload":"a"}`, `{"payload":2}`, `{"payload":"c"}`}, `{"payload":"a\n2"}`},
		{"complete", `"build":"string","joiner":",","count":"5"`, []string{`{"payload":"a"}`, `{"payload":"b","complete":true}`}, `{"payload":"a,b"}`},
		{"list is the default", `"count":2`, []string{`{"payload":1,"a":1}`, `{"payload":{"x":1},"b":2}`}, `{"payload":[1,{"x":1}],"a":1,"b":2}`},
		{"another property", `"count":2,"property":"d.v"`, []string{`{"d":{"v":1}}`, `{"d":{"v":2,"w":3}}`}, `{"d":{"v":[1,2],"w":3}}`},
		{"a message without it does not count", `"count":2`, []string{`{"payload":1}`, `{"topic":"t"}`, `{"payload":2}`}, `{"payload":[1,2],"topic":"t"}`},
		{"whole messages", `"count":2,"propertyType":"full"`, []string{`{"payload":1}`, `{"payload":2,"a":1}`}, `{"payload":[{"payload":1},{"payload":2,"a":1}],"a":1}`},
		{"object", `"build":"object","count":2`, []string{`{"payload":1,"topic":"a"}`, `{"payload":2,"topic":"a"}`, `{"payload":3,"topic":"b"}`}, `{"payload":{"a":2,"b":3},"topic":"b"}`},
		{"object without key", `"build":"object","count":2`, []string{`{"payload":1,"topic":"a"}`, `{"payload":9}`, `{"complete":1}`}, `{"payload":{"a":1},"topic":"a"}`},
		{"object by another key", `"build":"object","count":1,"key":"d.n"`, []string{`{"payload":1,"d":{"n":7}}`}, `{"payload":{"7":1},"d":{"n":7}}`},
		{"merged", `"build":"merged","count":3`, []string{`{"payload":{"a":1}}`, `{"payload":{"b":2,"a":5}}`, `{"payload":"no"}`, `{"payload":{"c":3}}`}, `{"payload":{"a":5,"b":2,"c":3}}`},
		{"merged whole messages", `"build":"merged","count":3,"propertyType":"full"`, []string{`{"_msgid":"1","a":1}`, `{"_msgid":"2","b":2,"c":3}`}, `{"_msgid":"2","a":1,"b":2,"c":3,"payload":{"a":1,"b":2,"c":3}}`},
		{"buffer", `"build":"buffer","joiner":"[255]","joinerType":"bin","count":2`, []string{`{"payload":"a"}`, `{"payload":[1,2]}`}, `{"payload":{"type":"Buffer","data":[97,255,1,2]}}`},
		{"accumulate", `"build":"object","count":2,"accumulate":true`, []string{`{"payload":1,"topic":"a"}`, `{"payload":2,"topic":"b"}`, `{"payload":3,"topic":"a"}`}, `{"payload":{"a":1,"b":2},"topic":"b"},{"payload":{"a":3,"b":2},"topic":"a"}`},
		{"accumulate until complete", `"count":1,"accumulate":true`, []string{`{"payload":1}`, `{"payload":2,"complete":1}`, `{"payload":3}`}, `{"payload":[1]},{"payload":[1,2]},{"payload":[3]}`},
		{"count of parts", `"count":""`, []string{`{"payload":1,"parts":{"id":"g","count":2}}`, `{"payload":5,"parts":{"id":"h","count":1}}`, `{"payload":2,"parts":{"id":"g","count":2}}`}, `{"payload":[5]},{"payload":[1,2]}`},
		{"parts not used", `"count":2,"useparts":false`, []string{`{"payload":1,"parts":{"id":"g","count":1,"parts":{"id":"o"}}}`, `{"payload":2,"parts":{"id":"h","count":1,"parts":{"id":"o"}}}`}, `{"payload":[1,2],"parts":{"id":"o"}}`},
		{"nowhere to put it", `"count":2,"property":"d.length"`, []string{`{"d":"ab"}`, `{"d":"abc"}`}, `{"d":"abc"}`},
		{"reset", `"count":2`, []string{`{"payload":1}`, `{"reset":1}`, `{"payload":2}`, `{"payload":3}`}, `{"payload":[2,3]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "join", `{"mode":"custom",`+c.config+`}`)
			if err := n.Send(c.in...); err != nil {
				t.Fatal(err)
			}
			n.Sent().Want(t, `[[`+c.want+`]]`)
		})
	}
}

func TestJoinTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "join", `{"mode":"custom","count":10,"timeout":"3600"}`)
		if err := n.Send(`{"payload":1}`); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Minute)
		if err := n.Send(`{"payload":2}`); err != nil {
			t.Fatal(err)
		}
		if time.Sleep(11 * time.Minute); n.Done() != 2 {
			t.Errorf("%d done", n.Done())
		}
		n.Take().Want(t, `[[{"payload":[1,2]}]]`)

		if err := n.Send(`{"payload":1}`); err != nil {
			t.Fatal(err)
		}
		time.Sleep(59 * time.Minute)
		if err := n.Send(`{"payload":2,"restartTimeout":true}`); err != nil {
			t.Fatal(err)
		}
		time.Sleep(59 * time.Minute)
		n.Sent().Want(t, `[[]]`)
		time.Sleep(2 * time.Minute)
		n.Take().Want(t, `[[{"payload":[1,2],"restartTimeout":true}]]`)

		if err := n.Send(`{"payload":1}`); err != nil {
			t.Fatal(err)
		}
		n.Close() // the bubble ends only if no timer's goroutine does anything
		time.Sleep(2 * time.Hour)
		n.Sent().Want(t, `[[]]`)
		if got := fmt.Sprint(n.Errors()); got != "[the node stopped before the group was whole]" {
			t.Errorf("errors %s", got)
		}
	})
}

// TestJoinTimeOwns: what leaves on the clock's goroutine is not what the
// engine still has of the messages.
func TestJoinTimeOwns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		join := nodetest.Of[Join](nodetest.New(t, "join", `{"mode":"custom","count":10,"timeout":1}`))
		item := msg.Of("n", 1)
		var sent *msg.Object
		if err := join.Receive(t.Context(), msg.Of("payload", item), wire{to: func(m *msg.Object) { sent = m }}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if sent.String() != `{"payload":[{"n":1}]}` || sent.Get("payload").(*msg.List).At(0) == any(item) {
			t.Errorf("sent %s", sent)
		}
	})
}

// TestJoinDone: messages are done when their group is sent, all of them.
func TestJoinDone(t *testing.T) {
	n := nodetest.New(t, "join", `{"mode":"custom","count":3}`)
	for i, want := range []int{0, 0, 2, 2} { // the third by its Receive
		if err := n.Send(`{"payload":1}`); err != nil {
			t.Fatal(err)
		}
		if n.Done() != want {
			t.Errorf("after %d messages %d are done, want %d", i+1, n.Done(), want)
		}
	}
}

func TestJoinFails(t *testing.T) {
	n := nodetest.New(t, "join", `{"mode":"custom","build":"buffer","count":2}`)
	if err := n.Send(`{"payload":5}`); err == nil || err.Error() != "Cannot join number to buffer" {
		t.Errorf("number into buffer: %v", err)
	}
	n = nodetest.New(t, "join", `{}`)
	if err := n.Send(`{"payload":5,"parts":{"id":"g","index":1e9,"count":2}}`); err == nil || err.Error() != "more than 1000000 parts in a group" {
		t.Errorf("a huge index: %v", err)
	}
	for _, c := range []struct{ config, want string }{
		{`{"mode":"sum"}`, `mode: "sum" is not`},
		{`{"mode":"custom","count":"many"}`, `count: "many" is not a number`},
		{`{"mode":"custom","timeout":"soon"}`, `timeout: "soon" is not a duration`},
	} {
		if got := strings.Join(nodetest.Check(t, "join", c.config), "; "); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s\nwant %s", c.config, got, c.want)
		}
	}
}

// TestJoinIsBounded: beyond the limit the oldest group goes, with an error.
func TestJoinIsBounded(t *testing.T) {
	n := nodetest.New(t, "join", `{}`)
	send := func(id string, index int) {
		t.Helper()
		if err := n.Receive(msg.Of("parts", msg.Of("id", id, "index", index, "count", 3))); err != nil {
			t.Fatal(err)
		}
	}
	send("old", 0)
	send("next", 0)
	nodetest.Of[Join](n).groups.held = maxHeld // as if so many waited
	send("new", 0)
	if got := fmt.Sprint(n.Errors()); got != "[group old given up: more than 1000000 messages wait for the rest of theirs]" {
		t.Errorf("errors %s", got)
	}
	nodetest.Of[Join](n).groups.held = 2
	send("next", 1)
	send("next", 2)
	if got := len(n.Sent().Port(0)); got != 1 {
		t.Errorf("%d groups sent", got)
	}
	send("new", 1)
	send("new", 2)
	if g := &nodetest.Of[Join](n).groups; g.held != 0 || len(g.order) != 0 || len(g.byID) != 0 {
		t.Errorf("%d messages, %d groups are still held", g.held, len(g.order))
	}
}

func TestJoinReduce(t *testing.T) {
	part := func(v string, index int) string {
		return fmt.Sprintf(`{"payload":%s,"parts":{"id":"g","index":%d,"count":3}}`, v, index)
	}
	for _, c := range []struct {
		name, config string
		in           []string
		want         string
	}{
		{"sum", `"reduceExp":"$A + payload","reduceInit":"0","reduceInitType":"num"`, []string{part("1", 0), part("2", 1), part("3", 2)}, `{"payload":6,"parts":{"id":"g","index":2,"count":3}}`},
		{"in the order of the index", `"reduceExp":"$A & payload & $I","reduceInit":">","reduceInitType":"str"`, []string{part(`"c"`, 2), part(`"a"`, 0), part(`"b"`, 1)}, `{"payload":">a0b1c2","parts":{"id":"g","index":2,"count":3}}`},
		{"from the right", `"reduceExp":"$A & payload","reduceInit":"","reduceInitType":"str","reduceRight":true`, []string{part(`"a"`, 0), part(`"b"`, 1), part(`"c"`, 2)}, `{"payload":"cba","parts":{"id":"g","index":0,"count":3}}`},
		{"average", `"reduceExp":"$A + payload","reduceInit":"0","reduceInitType":"num","reduceFixup":"$A / $N"`, []string{part("1", 0), part("2", 1), part("3", 2)}, `{"payload":2,"parts":{"id":"g","index":2,"count":3}}`},
		{"without parts", `"reduceExp":"$A"`, []string{`{"payload":5}`}, `{"payload":5}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "join", `{"mode":"reduce",`+c.config+`}`)
			if err := n.Send(c.in...); err != nil {
				t.Fatal(err)
			}
			n.Sent().Want(t, `[[`+c.want+`]]`)
			if n.Done() != max(len(c.in)-1, 0) { // the last by its Receive
				t.Errorf("%d done", n.Done())
			}
		})
	}
	n := nodetest.New(t, "join", `{"mode":"reduce","reduceExp":"$A + payload","reduceInit":"0","reduceInitType":"num"}`)
	if err := n.Send(part("1", 0), part("2", 1), part(`"x"`, 2)); err == nil || n.Done() != 2 {
		t.Errorf("error %v, %d done", err, n.Done())
	}
	if got := nodetest.Check(t, "join", `{"mode":"reduce","reduceExp":"$A +"}`); len(got) != 1 || !strings.HasPrefix(got[0], "reduceExp: Invalid JSONata expression: ") {
		t.Errorf("problems %q", got)
	}
}

// A value that cannot go into a buffer fails, but the group begins with its
// message, as in Node-RED.
func TestJoinBeginsWithAMessageThatFails(t *testing.T) {
	n := nodetest.New(t, "join", `{"mode":"custom","build":"buffer","joiner":"","count":1}`)
	if err := n.Send(`{"payload":5,"topic":"first"}`); err == nil || err.Error() != "Cannot join number to buffer" {
		t.Errorf("error %v", err)
	}
	if err := n.Send(`{"payload":"a"}`); err != nil {
		t.Fatal(err)
	}
	n.Sent().Want(t, `[[{"payload":{"type":"Buffer","data":[97]},"topic":"first"}]]`)
}

func TestJoinKeyBelowNothing(t *testing.T) {
	n := nodetest.New(t, "join", `{"mode":"custom","build":"object","key":"topic.name","count":1}`)
	if err := n.Send(`{"payload":5}`); err == nil {
		t.Error("a key below nothing is no error")
	}
	n.Sent().Want(t, `[[]]`)
}

func TestReduceTellsTheCodeOfAnError(t *testing.T) {
	n := nodetest.New(t, "join", `{"mode":"reduce","reduceExp":"$error('x')","reduceInit":"0","reduceInitType":"num"}`)
	err := n.Send(`{"payload":1,"parts":{"id":"g","index":0,"count":1}}`)
	var coded interface {
		ErrorDetails() (any, string, any)
	}
	if !errors.As(err, &coded) {
		t.Fatalf("error %v has no code", err)
	}
	if code, _, _ := coded.ErrorDetails(); code != "D3137" {
		t.Errorf("code %v", code)
	}
}
