package messaging

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

func partOf(id, ref string, n, total int, text string) string {
	return url.Values{"msisdn": {"447700900001"}, "to": {"447700900000"}, "messageId": {id}, "text": {text}, "concat": {"true"},
		"concat-ref": {ref}, "concat-part": {strconv.Itoa(n)}, "concat-total": {strconv.Itoa(total)}}.Encode()
}

// TestLongText sends parts in wrong order, twice, late and never.
func TestLongText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := receiving(t, `{"vonage":"v"}`)
		send := func(parts ...string) {
			t.Helper()
			for _, p := range parts {
				if got := get(n, p); got != 200 {
					t.Errorf("%s: %d", p, got)
				}
			}
		}
		is := func(want string) {
			t.Helper()
			got := ""
			for _, m := range n.Take()[0] {
				got += fmt.Sprintf("%s %v %v %v %s;", m.Get("text"), m.Get("parts"), m.Get("complete"), m.Get("missing"), word(m.Get("payload").(*msg.Object), "text"))
			}
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		send(partOf("p3", "7", 3, 3, "three"), partOf("p1", "7", 1, 3, "one "), partOf("p1", "7", 1, 3, "one "), partOf("p1b", "7", 1, 3, "one again "))
		is("")
		send(partOf("p2", "7", 2, 3, "two "))
		is("one two three 3 true <nil> one two three;")

		send(partOf("q2", "8", 2, 3, "second")) // the others are late
		time.Sleep(20*time.Second - 1)
		synctest.Wait()
		is("")
		time.Sleep(2 * time.Nanosecond)
		synctest.Wait()
		is("second 3 false [1,3] second;")
		time.Sleep(time.Second) // warnings come at most that often
		send(partOf("q1", "8", 1, 3, "first"))
		is("")
		if logs := strings.Join(n.Logs(), "\n"); !strings.Contains(logs, "part 1 of a long text of 4477…0001 came too late") {
			t.Errorf("log %s", logs)
		}
		send(partOf("r1", "8", 2, 3, "b"), partOf("r2", "8", 1, 3, "a"), partOf("r3", "8", 3, 3, "c")) // the reference again
		is("abc 3 true <nil> abc;")

		send(partOf("s1", "9", 1, 2, "one"), partOf("s2", "9", 2, 3, "two")) // another text by the same reference
		synctest.Wait()
		is("one 2 false [2] one;")
		send(partOf("t1", "10", 4, 3, "no such part"))
		is("no such part 1 true <nil> no such part;")
		n.Close()
		is("two 3 false [1,3] two;") // what waits at a stop goes on
	})
}

// TestLongTextGuessed: what fills a part is joined with what comes right after
// it, if somebody wants that.
func TestLongTextGuessed(t *testing.T) {
	full, wide := strings.Repeat("a", 153), strings.Repeat("ж", 67)
	type text struct {
		pause     time.Duration // before it
		peer, say string
	}
	for _, c := range []struct {
		name, config string
		texts        []text
		want         string // the lengths and parts of what comes out, in bytes
	}{
		{"two parts", `"joinGuess":true,`, []text{{0, "1", full}, {time.Second, "1", "end"}}, "156/2"},
		{"three", `"joinGuess":true,`, []text{{0, "1", full}, {2 * time.Second, "1", full}, {2 * time.Second, "1", "end"}}, "309/3"},
		{"in Unicode", `"joinGuess":true,`, []text{{0, "1", wide}, {time.Second, "1", wide}, {0, "1", "end"}}, "271/3"},
		{"nothing comes after", `"joinGuess":true,`, []text{{0, "1", full}}, "153/1"},
		{"too late", `"joinGuess":true,`, []text{{0, "1", full}, {3*time.Second + 1, "1", "end"}}, "153/1 3/1"},
		{"short ones", `"joinGuess":true,`, []text{{0, "1", "a"}, {0, "1", "b"}}, "1/1 1/1"},
		{"of two people", `"joinGuess":true,`, []text{{0, "1", full}, {0, "2", "b"}, {time.Second, "1", "end"}}, "1/1 156/2"},
		{"no end of it", `"joinGuess":true,`, []text{{0, "1", full}, {0, "1", full}, {0, "1", full}, {0, "1", full}, {0, "1", full}, {0, "1", full},
			{0, "1", full}, {0, "1", full}, {0, "1", full}, {0, "1", full}, {0, "1", full}, {0, "1", "end"}}, "1530/10 156/2"},
		{"nobody wants it", ``, []text{{0, "1", full}, {0, "1", "end"}}, "153/1 3/1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := receiving(t, `{`+c.config+`"vonage":"v"}`)
				for i, text := range c.texts {
					time.Sleep(text.pause)
					synctest.Wait()
					if got := get(n, url.Values{"msisdn": {"44770090000" + text.peer}, "to": {"447700900000"}, "messageId": {fmt.Sprint(i)}, "text": {text.say}}.Encode()); got != 200 {
						t.Errorf("text %d: %d", i, got)
					}
				}
				time.Sleep(guessWait)
				synctest.Wait()
				var got []string
				for _, m := range n.Take()[0] {
					got = append(got, fmt.Sprintf("%d/%v", len(word(m, "text")), m.Get("parts")))
				}
				if s := strings.Join(got, " "); s != c.want {
					t.Errorf("%s, want %s", s, c.want)
				}
				n.Close()
			})
		})
	}
	synctest.Test(t, func(t *testing.T) { // what waits at a stop goes on
		n := receiving(t, `{"vonage":"v","joinGuess":true}`)
		get(n, url.Values{"msisdn": {"447700900001"}, "to": {"447700900000"}, "messageId": {"1"}, "text": {full}}.Encode())
		n.Close()
		if sent := n.Take(); len(sent[0]) != 1 {
			t.Errorf("sent %s", sent)
		}
	})
}
