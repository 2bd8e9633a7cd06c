package sequence

import (
	"fmt"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/nodetest"
	_ "github.com/flowrill/flowrill/engine/script" // JSONata
)

func TestSortList(t *testing.T) {
	for _, c := range []struct{ name, config, in, want string }{
		{"texts", ``, `{"payload":["b","a","C","aa","10","9"]}`, `{"payload":["10","9","C","a","aa","b"]}`},
		{"numbers", ``, `{"payload":[10,9,2,33]}`, `{"payload":[2,9,10,33]}`},
		{"descending", `,"order":"descending"`, `{"payload":[1,3,2]}`, `{"payload":[3,2,1]}`},
		{"texts as numbers", `,"as_num":true`, `{"payload":["10","9","2"]}`, `{"payload":["2","9","10"]}`},
		{"equal ones stay", `,"as_num":true`, `{"payload":["1","1.0",0,1]}`, `{"payload":[0,"1","1.0",1]}`},
		{"UTF-16 order", ``, `{"payload":["\uffee","😀"]}`, `{"payload":["😀","\uffee"]}`},
		{"another property", `,"target":"a.b"`, `{"a":{"b":[2,1]}}`, `{"a":{"b":[1,2]}}`},
		{"by an expression", `,"msgKey":"age","msgKeyType":"jsonata"`, `{"payload":[{"n":"a","age":30},{"n":"b","age":4},{"n":"c"}]}`, `{"payload":[{"n":"b","age":4},{"n":"a","age":30},{"n":"c"}]}`},
		{"by an expression on texts", `,"msgKey":"$length($)","msgKeyType":"jsonata"`, `{"payload":["ccc","a","bb"]}`, `{"payload":["a","bb","ccc"]}`},
		{"no list", ``, `{"payload":"ba"}`, ``},
		{"nothing", ``, `{"topic":"t"}`, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			sent, err := nodetest.Run(t, "sort", `{"targetType":"msg"`+c.config+`}`, c.in)
			if err != nil {
				t.Fatal(err)
			}
			sent.Want(t, `[[`+c.want+`]]`)
		})
	}
}

func TestSortSequence(t *testing.T) {
	message := func(v any, id string, index int, count string) string {
		return fmt.Sprintf(`{"v":%v,"parts":{"id":%q,"index":%d%s}}`, v, id, index, count)
	}
	n := nodetest.New(t, "sort", `{"seqKey":"v"}`) // without a type it is a sequence
	if err := n.Send(message(3, "g", 0, ``), message(9, "h", 0, `,"count":2`), message(1, "g", 1, `,"count":3`), `{"v":0}`, `{"v":0,"parts":{"id":"g"}}`); err != nil {
		t.Fatal(err)
	}
	n.Sent().Want(t, `[[]]`)
	if err := n.Send(message(2, "g", 2, ``)); err != nil {
		t.Fatal(err)
	}
	n.Sent().Want(t, `[[{"v":1,"parts":{"id":"g","index":0,"count":3}},{"v":2,"parts":{"id":"g","index":1}},{"v":3,"parts":{"id":"g","index":2}}]]`)
	if n.Done() != 3 {
		t.Errorf("%d done", n.Done())
	}
	n.Close()
	if got := fmt.Sprint(n.Errors()); got != "[the node stopped before the sequence was whole]" {
		t.Errorf("errors %s", got)
	}
}

func TestSortByExpression(t *testing.T) {
	n := nodetest.New(t, "sort", `{"seqKey":"$length(payload)","seqKeyType":"jsonata"}`)
	if err := n.Send(`{"payload":"ccc","parts":{"id":"g","index":0,"count":2}}`, `{"payload":"a","parts":{"id":"g","index":1,"count":2}}`); err != nil {
		t.Fatal(err)
	}
	n.Take().Want(t, `[[{"payload":"a","parts":{"id":"g","index":0,"count":2}},{"payload":"ccc","parts":{"id":"g","index":1,"count":2}}]]`)
	if err := n.Send(`{"payload":"ccc","parts":{"id":"g","index":0,"count":2}}`, `{"payload":5,"parts":{"id":"g","index":1,"count":2}}`); err != nil {
		t.Fatal(err)
	}
	if errs := n.Errors(); len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), "Invalid JSONata expression in sort node: ") || n.Done() != 3 {
		t.Errorf("errors %v, %d done", errs, n.Done())
	}
}

func TestSortBelowNothing(t *testing.T) {
	n := nodetest.New(t, "sort", `{"target":"nope.x","targetType":"msg"}`)
	if err := n.Send(`{"payload":[2,1]}`); err == nil {
		t.Error("a target below nothing is no error")
	}
	n.Sent().Want(t, `[[]]`)
}
