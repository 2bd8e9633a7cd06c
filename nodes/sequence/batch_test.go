package sequence

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// line is what a batch sent: payload, and id, index and count of its parts.
func line(sent nodetest.Sent) string {
	var all []string
	for _, m := range sent.Port(0) {
		all = append(all, msg.Text(m.Get("payload"))+":"+msg.Text(m.Path("parts.id"))+msg.Text(m.Path("parts.index"))+"/"+msg.Text(m.Path("parts.count")))
	}
	return strings.Join(all, " ")
}

func letters(from, to byte) []string {
	var all []string
	for c := from; c <= to; c++ {
		all = append(all, fmt.Sprintf(`{"_msgid":"%c-","payload":"%c"}`, c, c))
	}
	return all
}

func TestBatch(t *testing.T) {
	for _, c := range []struct {
		name, config string
		in           []string
		want         string
		done         int
	}{
		{"two at a time", `"count":"2"`, letters('a', 'e'), `a:a-0/2 b:a-1/2 c:c-0/2 d:c-1/2`, 4},
		{"overlap", `"count":3,"overlap":"2"`, letters('a', 'd'), `a:a-0/3 b:a-1/3 c:a-2/3 b:b-0/3 c:b-1/3 d:b-2/3`, 2},
		{"reset", `"count":2`, []string{letters('a', 'a')[0], `{"reset":1}`, letters('b', 'b')[0], letters('c', 'c')[0]}, `b:b-0/2 c:b-1/2`, 3},
		{"end of a sequence", `"count":5,"honourParts":true`, []string{`{"_msgid":"x","payload":1,"parts":{"id":"g","index":0,"count":2,"type":"array"}}`, `{"payload":2,"parts":{"id":"g","index":1,"count":2}}`}, `1:x0/2 2:x1/2`, 2},
		{"end of a sequence, not asked for", `"count":5`, []string{`{"payload":2,"parts":{"id":"g","index":1,"count":2}}`}, ``, 0},
		{"topics", `"mode":"concat","topics":[{"topic":"A"},{"topic":"B"}]`, []string{
			`{"_msgid":"1","payload":"b0","topic":"B","parts":{"id":"gb","index":0,"count":2}}`,
			`{"payload":"b1","topic":"B","parts":{"id":"gb","index":1,"count":2}}`,
			`{"payload":"other","topic":"C","parts":{"id":"gc","index":0,"count":1}}`,
			`{"payload":"later","topic":"B","parts":{"id":"gd","index":0,"count":1}}`,
			`{"_msgid":"7","payload":"a0","topic":"A","parts":{"id":"ga","index":0,"count":1}}`,
		}, `a0:70/3 b0:71/3 b1:72/3`, 3},
		{"topics, reset", `"mode":"concat","topics":[{"topic":"A"},{"topic":"B"}]`, []string{
			`{"payload":"a","topic":"A","parts":{"id":"g1","index":0,"count":1}}`, `{"reset":1}`,
			`{"payload":"b","topic":"B","parts":{"id":"g2","index":0,"count":1}}`,
		}, ``, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "batch", `{`+c.config+`}`)
			if err := n.Send(c.in...); err != nil {
				t.Fatal(err)
			}
			if got := line(n.Sent()); got != c.want {
				t.Errorf("sent %q\nwant %q", got, c.want)
			}
			if n.Done() != c.done {
				t.Errorf("%d done, want %d", n.Done(), c.done)
			}
		})
	}
}

func TestBatchInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "batch", `{"mode":"interval","interval":"3600","allowEmptySequence":true}`)
		n.Start()
		if err := n.Send(letters('a', 'b')...); err != nil {
			t.Fatal(err)
		}
		time.Sleep(61 * time.Minute)
		if got := line(n.Take()); got != `a:a-0/2 b:a-1/2` || n.Done() != 2 {
			t.Errorf("sent %q, %d done", got, n.Done())
		}
		time.Sleep(time.Hour)
		empty := n.Take().Port(0)
		if len(empty) != 1 || empty[0].Get("payload") != nil || msg.Text(empty[0].Path("parts.count")) != "1" {
			t.Errorf("sent %v", empty)
		}
		time.Sleep(30 * time.Minute)
		if err := n.Send(letters('a', 'a')[0], `{"reset":1}`, letters('b', 'b')[0]); err != nil {
			t.Fatal(err)
		}
		if time.Sleep(59 * time.Minute); len(n.Sent().Port(0)) != 0 {
			t.Errorf("reset does not start the clock anew: %s", n.Sent())
		}
		time.Sleep(2 * time.Minute)
		if got := line(n.Take()); got != `b:b-0/1` {
			t.Errorf("sent %q", got)
		}
		n.Close() // the bubble ends only if the clock's goroutine does
	})
}

func TestBatchFails(t *testing.T) {
	n := nodetest.New(t, "batch", `{"mode":"concat","topics":[{"topic":"A"}]}`)
	if err := n.Send(`{"topic":"A"}`); err == nil || err.Error() != "no parts property in message" {
		t.Errorf("no parts: %v", err)
	}
	nodetest.Of[Batch](n).held = maxHeld // as if so many waited
	if err := n.Send(`{"topic":"A","parts":{"id":"g","index":0,"count":2}}`); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(n.Errors()); got != "[too many pending messages in batch node]" {
		t.Errorf("errors %s", got)
	}
	for _, c := range []struct{ config, want string }{
		{`{"count":2,"overlap":2}`, "overlap: 2 of 2 messages: less must overlap than a group has"},
		{`{"count":0}`, "count: 0 is below 1"},
		{`{"mode":"all"}`, `mode: "all" is not`},
	} {
		if got := strings.Join(nodetest.Check(t, "batch", c.config), "; "); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s\nwant %s", c.config, got, c.want)
		}
	}
}
