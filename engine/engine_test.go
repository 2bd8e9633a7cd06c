package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
)

// tab wraps nodes into a document with one tab.
func tab(nodes ...string) string {
	return `[{"id":"t","type":"tab","label":"T"},` + strings.Join(nodes, ",") + `]`
}

// n writes one node of tab t.
func n(id, typ, wires string, more ...string) string {
	s := fmt.Sprintf(`{"id":%q,"type":%q,"z":"t","x":1,"y":1,"wires":%s`, id, typ, wires)
	for _, m := range more {
		s += "," + m
	}
	return s + "}"
}

func sinkNode(id string) string { return n(id, "t-sink", "[]", fmt.Sprintf(`"key":%q`, id)) }

func TestSendGoesWireByWireAndClonesAllButTheFirst(t *testing.T) {
	b := start(t, tab(
		n("s", "t-several", `[["x","y"],["z"]]`),
		n("x", "t-pass", `[["all"]]`, `"mark":"x"`), n("y", "t-pass", `[["all"]]`, `"mark":"y"`), n("z", "t-pass", `[["all"]]`, `"mark":"z"`),
		sinkNode("all")))
	got := b.sink("all")
	if err := b.send("s", `{"payload":"C","trail":"-"}`); err != nil {
		t.Fatal(err)
	}
	var seen []string
	ids := map[string]bool{}
	for range 5 {
		m := <-got
		seen = append(seen, msg.Text(m.Get("payload"))+msg.Text(m.Get("trail")))
		ids[msg.Text(m.Get("_msgid"))] = true
	}
	// wire by wire, and the mark of one branch is not in another's clone
	want := []string{"Ax", "Bx", "Ay", "By", "C-z"}
	if !slices.Equal(seen, want) {
		t.Errorf("got %v, want %v", seen, want)
	}
	if len(ids) != 1 {
		t.Errorf("messages of one send() have %d ids, want one", len(ids))
	}
}

func TestErrorsGoToTheNearestCatchNodesAndTheFlowWideOnes(t *testing.T) {
	doc := tab(
		`{"id":"g1","type":"group","z":"t","x":1,"y":1,"w":1,"h":1,"nodes":["g2","c1","cs"]}`,
		`{"id":"g2","type":"group","z":"t","g":"g1","x":1,"y":1,"w":1,"h":1,"nodes":["b","c2"]}`,
		n("b", "t-boom", `[["after"]]`, `"g":"g2"`, `"first":true`, `"name":"B"`),
		n("c2", "t-listen", `[["i"]]`, `"g":"g2"`, `"group":true`), n("i", "t-pass", `[["out"]]`, `"mark":"inner"`),
		n("c1", "t-listen", `[["o"]]`, `"g":"g1"`, `"group":true`), n("o", "t-pass", `[["out"]]`, `"mark":"outer"`),
		n("cs", "t-listen", `[["s"]]`, `"g":"g1"`, `"scope":["b"]`), n("s", "t-pass", `[["out"]]`, `"mark":"scoped"`),
		n("cw", "t-listen", `[["w"]]`), n("w", "t-pass", `[["out"]]`, `"mark":"wide"`),
		n("cu", "t-listen", `[["u"]]`, `"uncaught":true`), n("u", "t-pass", `[["out"]]`, `"mark":"uncaught"`),
		n("other", "t-listen", `[["n"]]`, `"scope":["w"]`), n("n", "t-pass", `[["out"]]`, `"mark":"not"`),
		n("after", "t-pass", `[[]]`, `"mark":"changed"`), sinkNode("out"))
	b := start(t, doc)
	got := b.sink("out")
	if err := b.send("b", `{"payload":1,"_msgid":"m1","error":"before"}`); err != nil {
		t.Errorf("a caught error is handled, but carry returned %v", err)
	}
	first := <-got
	e, _ := first.Get("error").(*msg.Object)
	if text := msg.String(e); text != `{"message":"boom","source":{"id":"b","type":"t-boom","name":"B","count":1}}` {
		t.Errorf("error is %s", text)
	}
	if first.Get("_error") != "before" || first.Get("_msgid") != "m1" {
		t.Errorf("message is %s", msg.Encode(first))
	}
	if trails := append([]string{msg.Text(first.Get("trail"))}, all(got, "trail")...); !slices.Equal(trails, []string{"inner", "outer", "scoped", "wide"}) {
		t.Errorf("caught by %v", trails)
	}
}

// Catch nodes for what nobody caught leave alone what one before them took; but
// those behind the first of them hear of it all, as in Node-RED.
func TestCatchNodesForWhatNobodyCaught(t *testing.T) {
	mark := func(id string) string { return n("m"+id, "t-pass", `[["out"]]`, `"mark":"`+id+`"`) }
	catch := func(id string, more ...string) string {
		return n(id, "t-listen", `[["m`+id+`"]]`, more...) + "," + mark(id)
	}
	group := `{"id":"g","type":"group","z":"t","x":1,"y":1,"w":1,"h":1,"nodes":["cg"]}`
	for _, c := range []struct {
		catches []string
		want    []string
	}{
		{[]string{catch("a", `"uncaught":true`), catch("b", `"uncaught":true`)}, []string{"a", "b"}},
		{[]string{catch("a", `"uncaught":true`), catch("b")}, []string{"b"}},
		{[]string{catch("a", `"uncaught":true`), catch("b"), catch("s", `"scope":["x"]`, `"uncaught":true`)}, []string{"s", "b", "a"}},
		{[]string{catch("s", `"scope":["y"]`, `"uncaught":true`), catch("a", `"uncaught":true`)}, []string{"a"}},
		{[]string{group, catch("cg", `"g":"g"`, `"group":true`), catch("a", `"uncaught":true`)}, []string{"a"}},
		{[]string{catch("outside", `"group":true`), catch("a", `"uncaught":true`)}, []string{"outside"}}, // of any group: all of the flow
	} {
		b := start(t, tab(append(c.catches, n("x", "t-boom", `[[]]`), sinkNode("out"))...))
		got := b.sink("out")
		if err := b.send("x", `{}`); err != nil {
			t.Errorf("not caught: %v", err)
		}
		if trails := all(got, "trail"); !slices.Equal(trails, c.want) {
			t.Errorf("caught by %v, want %v", trails, c.want)
		}
	}
}

func TestAnErrorThatIsCaughtAndFailsAgainEndsAfterNineDeliveries(t *testing.T) {
	b := start(t, tab(n("b", "t-boom", `[[]]`), n("c", "t-listen", `[["b","out"]]`), sinkNode("out")))
	got := b.sink("out")
	err := b.send("b", `{}`)
	if counts := all(got, "error.source.count"); !slices.Equal(counts, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}) {
		t.Errorf("deliveries %v", counts)
	}
	if err == nil || err.Error() != "boom" {
		t.Errorf("the last error is uncaught, carry returned %v", err)
	}
}

func TestAPanicIsAnErrorOfItsNode(t *testing.T) {
	b := start(t, tab(n("b", "t-boom", `[[]]`, `"text":"panic"`), n("c", "t-listen", `[["out"]]`), sinkNode("out")))
	got := b.sink("out")
	if err := b.send("b", `{}`); err != nil {
		t.Fatal(err)
	}
	if texts := all(got, "error.message"); !slices.Equal(texts, []string{"panic in node: no such luck"}) {
		t.Errorf("got %v", texts)
	}
}

func TestAnUncaughtErrorIsTold(t *testing.T) {
	b := start(t, tab(n("b", "t-boom", `[[]]`)))
	if err := b.send("b", `{"_msgid":"m7"}`); err == nil {
		t.Error("carry returned nil")
	}
	for e := range b.events {
		if e.Kind == EventLog {
			if e.Node.ID != "b" || e.Value != "boom" || e.MsgID != "m7" {
				t.Errorf("event %+v", e)
			}
			return
		}
	}
}

func TestCompleteSeesTheMessageAsItWasSent(t *testing.T) {
	b := start(t, tab(
		n("p", "t-pass", `[["q"]]`, `"mark":"p"`), n("q", "t-pass", `[[]]`, `"mark":"q"`),
		n("c", "t-listen", `[["out"]]`, `"kind":"complete"`, `"scope":["p"]`), sinkNode("out")))
	got := b.sink("out")
	_ = b.send("p", `{"trail":"-"}`)
	m := <-got
	if m.Get("trail") != "-p" || m.Path("complete.source.id") != "p" {
		t.Errorf("got %s", msg.Encode(m))
	}
}

const statusSubflow = `[{"id":"t","type":"tab"},
 {"id":"sf","type":"subflow","in":[{"x":1,"y":1,"wires":[{"id":"in1"}]}],"out":[{"x":1,"y":1,"wires":[{"id":"in1","port":0}]}]%s,"env":[{"name":"GREETING","type":"str","value":"hello"},{"name":"N","type":"num","value":"1"}]},
 {"id":"in1","type":"t-state","z":"sf","x":1,"y":1,"text":"at work","v":"GREETING","vt":"env","wires":[["st"]]},
 {"id":"st","type":"t-pass","z":"sf","x":1,"y":1,"wires":[[]]},
 {"id":"i1","type":"subflow:sf","z":"t","x":1,"y":1,"name":"One","env":[{"name":"GREETING","type":"str","value":"hi"}],"wires":[["out"]]},
 {"id":"l","type":"t-listen","z":"t","x":1,"y":1,"kind":"status","wires":[["seen"]]},
 {"id":"out","type":"t-sink","key":"out","z":"t","x":1,"y":1,"wires":[]},
 {"id":"seen","type":"t-sink","key":"seen","z":"t","x":1,"y":1,"wires":[]}]`

func TestASubflowInstanceHasItsOwnNodesAndVariables(t *testing.T) {
	b := start(t, fmt.Sprintf(statusSubflow, ""))
	got, seen := b.sink("out"), b.sink("seen")
	if err := b.send("i1", `{}`); err != nil {
		t.Fatal(err)
	}
	m := <-got
	if m.Get("value") != "hi" {
		t.Errorf("the instance's variable is %v", m.Get("value"))
	}
	// nobody inside takes the status, so the flow around hears of it, from the inner node
	s := <-seen
	if s.Path("status.text") != "at work" || s.Path("status.source.id") != "i1-in1" {
		t.Errorf("status message %s", msg.Encode(s))
	}
}

func TestASubflowsStatusOutputIsTheStatusOfTheInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, fmt.Sprintf(statusSubflow, `,"status":{"x":1,"y":1,"wires":[{"id":"st","port":0}]}`))
		seen := b.sink("seen")
		_ = b.send("i1", `{"payload":"ready"}`)
		synctest.Wait()
		s := <-seen
		if s.Path("status.text") != "ready" || s.Path("status.source.id") != "i1" {
			t.Errorf("status message %s", msg.Encode(s))
		}
		if len(seen) != 0 {
			t.Errorf("and %d more", len(seen))
		}
		_ = b.eng.Close(context.Background())
	})
}

func TestALoopWithoutAPauseIsStopped(t *testing.T) {
	b := start(t, tab(n("a", "t-pass", `[["b"]]`), n("b", "t-pass", `[["a"]]`), n("c", "t-listen", `[["out"]]`), sinkNode("out")))
	got := b.sink("out")
	_ = b.send("a", `{}`)
	texts := all(got, "error.message")
	if len(texts) != 1 || !strings.Contains(texts[0], "stopped as a loop") {
		t.Errorf("got %v", texts)
	}
}

func TestAFullInboxDoesWhatItIsToldTo(t *testing.T) {
	for _, c := range []struct{ overflow, want string }{{"drop", ""}, {"fail", "inbox is full"}} {
		t.Run(c.overflow, func(t *testing.T) {
			b := start(t, tab(n("g", "t-gate", `[["out"]]`, `"key":"full-`+c.overflow+`"`, `"inbox":{"size":1,"overflow":"`+c.overflow+`"}`), sinkNode("out"),
				n("c", "t-listen", `[["err"]]`), sinkNode("err")))
			g, got, errs := b.gate("full-"+c.overflow), b.sink("out"), b.sink("err")
			_ = b.send("g", `{"payload":1}`)
			<-g.entered
			_ = b.send("g", `{"payload":2}`)
			_ = b.send("g", `{"payload":3}`) // no room
			if text := strings.Join(all(errs, "error.message"), ""); text != c.want {
				t.Errorf("error %q, want %q", text, c.want)
			}
			g.leave <- struct{}{}
			g.leave <- struct{}{}
			if first, second := msg.Text((<-got).Get("payload")), msg.Text((<-got).Get("payload")); first+second != "12" {
				t.Errorf("got %s, %s", first, second)
			}
		})
	}
}

func TestABlockedCarrierWaitsForRoomUntilItsTimeIsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, tab(n("g", "t-gate", `[["out"]]`, `"key":"block"`, `"inbox":{"size":1}`), sinkNode("out")))
		g, got := b.gate("block"), b.sink("out")
		_ = b.send("g", `{"payload":1}`)
		<-g.entered
		_ = b.send("g", `{"payload":2}`)
		go func() { _ = b.send("g", `{"payload":3}`) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		c := b.eng.carrier(ctx)
		c.put(delivery{to: b.eng.graph.Load().places["g"].n, m: msg.Of("payload", "late")})
		c.carry() // a minute passes
		if !errors.Is(c.err, ErrFull) || !errors.Is(c.err, context.DeadlineExceeded) {
			t.Errorf("error %v", c.err)
		}
		c.release()
		for range 3 {
			g.leave <- struct{}{}
		}
		synctest.Wait()
		if order := all(got, "payload"); !slices.Equal(order, []string{"1", "2", "3"}) {
			t.Errorf("got %v", order)
		}
		_ = b.eng.Close(context.Background())
	})
}

func TestAPoolKeepsTheOrderOfAKeyAndHandlesOthersMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, tab(n("k", "t-keyed", `[[]]`, `"key":"keyed"`)))
		g := b.gate("keyed")
		for _, m := range []string{`{"payload":{"k":"a","n":1}}`, `{"payload":{"k":"a","n":2}}`, `{"payload":{"k":"b","n":3}}`, `{"payload":{"k":"a","n":4}}`} {
			_ = b.send("k", m)
		}
		synctest.Wait()
		var inside []string
		for len(g.entered) > 0 {
			inside = append(inside, msg.Text((<-g.entered).Path("payload.n")))
		}
		slices.Sort(inside)
		if !slices.Equal(inside, []string{"1", "3"}) {
			t.Errorf("at once inside: %v, want the first of a and of b", inside)
		}
		for range 4 {
			g.leave <- struct{}{}
		}
		synctest.Wait()
		if next := all(g.entered, "payload.n"); !slices.Equal(next, []string{"2", "4"}) {
			t.Errorf("then %v", next)
		}
		_ = b.eng.Close(context.Background())
	})
}

func TestAStreamCarriesEachSendToTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, tab(n("m", "t-many", `[["p"]]`, `"n":150000`), n("p", "t-pass", `[["out"]]`), sinkNode("out")))
		got := b.sink("out")
		if err := b.send("m", `{}`); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(got) != 150_000 { // more than a carrier may hold
			t.Errorf("%d messages came", len(got))
		}
		_ = b.eng.Close(context.Background())
	})
}

func TestADeployLeavesUnchangedNodesAlone(t *testing.T) {
	closedBefore := times(&closedNodes, "dB")
	b := start(t, tab(n("dA", "t-state", `[["out"]]`), n("dB", "t-state", `[["out"]]`, `"text":"one"`), sinkNode("out")))
	got := b.sink("out")
	_ = b.send("dA", `{}`)
	_ = b.send("dB", `{}`)
	_ = all(got, "count")
	r := b.deploy("nodes", tab(n("dA", "t-state", `[["out"]]`, `"info":""`, `"l":false`), n("dB", "t-state", `[["out"]]`, `"text":"two"`), sinkNode("out")))
	if !slices.Equal(r.Started, []string{"dB"}) && !slices.Equal(r.Started, []string{"dA", "dB"}) {
		t.Errorf("started %v", r.Started)
	}
	r = b.deploy("nodes", tab(n("dA", "t-state", `[["out"]]`, `"info":""`, `"l":false`), n("dB", "t-state", `[["out"]]`, `"text":"three"`), sinkNode("out")))
	if !slices.Equal(r.Started, []string{"dB"}) {
		t.Errorf("started %v, want dB alone", r.Started)
	}
	before := times(&opened, "dA")
	_ = b.send("dA", `{}`)
	_ = b.send("dB", `{}`)
	if counts := all(got, "count"); counts[1] != "1" || times(&opened, "dA") != before {
		t.Errorf("counts %v", counts)
	}
	if n := times(&closedNodes, "dB") - closedBefore; n != 2 {
		t.Errorf("dB closed %d times", n)
	}
}

func TestAChangedNodeKeepsItsInboxAndTheOldOneFinishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, tab(n("g", "t-gate", `[["out"]]`, `"key":"keep"`), sinkNode("out")))
		g, got := b.gate("keep"), b.sink("out")
		_ = b.send("g", `{"payload":1}`)
		_ = b.send("g", `{"payload":2}`)
		<-g.entered
		done := make(chan *Result)
		go func() {
			done <- b.deploy("nodes", tab(n("g", "t-gate", `[["out"]]`, `"key":"keep"`, `"name":"renamed"`), sinkNode("out")))
		}()
		synctest.Wait()
		select {
		case <-done:
			t.Error("the deploy did not wait for the old node")
		default:
		}
		g.leave <- struct{}{} // the old node finishes its message
		<-done
		<-g.entered // the new one has the second
		g.leave <- struct{}{}
		synctest.Wait()
		if order := all(got, "payload"); !slices.Equal(order, []string{"1", "2"}) {
			t.Errorf("got %v", order)
		}
		_ = b.eng.Close(context.Background())
	})
}

func TestAStuckNodeIsCancelledAfterTheDrainTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, tab(n("g", "t-gate", `[["out"]]`, `"key":"stuck"`), n("c", "t-listen", `[["out"]]`), sinkNode("out")))
		g := b.gate("stuck")
		_ = b.send("g", `{}`)
		<-g.entered
		begin := time.Now()
		b.deploy("full", tab(sinkNode("out")))
		if took := time.Since(begin); took != drainTime {
			t.Errorf("the deploy took %v", took)
		}
		_ = b.eng.Close(context.Background())
	})
}

func TestCloseFinishesWhatWasAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, tab(n("g", "t-gate", `[["p"]]`, `"key":"finish"`), n("p", "t-pass", `[["out"]]`), sinkNode("out")))
		g, got := b.gate("finish"), b.sink("out")
		for range 3 {
			_ = b.send("g", `{}`)
		}
		go func() {
			for range 3 {
				<-g.entered
				time.Sleep(time.Second) // in the bubble: the provider takes its time
				g.leave <- struct{}{}
			}
		}()
		if err := b.eng.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
		if len(got) != 3 {
			t.Errorf("%d of 3 messages came through", len(got))
		}
	})
}

func TestAFaultyNodeDoesNotHoldUpTheOthers(t *testing.T) {
	b := start(t, tab(n("f", "t-sink", "[]"), n("x", "no-such-type", "[]"), n("p", "t-pass", `[["out","f"]]`), sinkNode("out"),
		n("c", "t-listen", `[["err"]]`), sinkNode("err")))
	got, errs := b.sink("out"), b.sink("err")
	_ = b.send("p", `{"payload":1}`)
	if len(got) != 1 {
		t.Errorf("%d messages", len(got))
	}
	if texts := all(errs, "error.message"); len(texts) != 1 || !strings.Contains(texts[0], "key: is required") {
		t.Errorf("errors %v", texts)
	}
	if s := b.eng.Statuses()["f"]; s.Fill != "red" {
		t.Errorf("status %+v", s)
	}
	d, _ := flows.Parse([]byte(tab(n("f", "t-sink", "[]"))))
	var refused *RefusedError
	if _, err := b.eng.Deploy(context.Background(), d, Deploy{Strict: true}); !errors.As(err, &refused) || refused.Problems[0].Node != "f" || refused.Problems[0].Property != "key" {
		t.Errorf("strict: %v", err)
	}
	_ = b.send("p", `{}`)
	if len(got) != 2 {
		t.Error("the refused deploy changed what runs")
	}
}

func TestVariables(t *testing.T) {
	b := startWith(t, Config{Environ: func(name string) (string, bool) {
		return map[string]string{"HOME": "/home/x", "FOO": "process"}[name], name == "HOME" || name == "FOO"
	}}, `[{"id":"t","type":"tab","label":"T","env":[{"name":"FOO","type":"str","value":"tab"},{"name":"SELF","type":"env","value":"SELF"},{"name":"BOTH","type":"env","value":"${FOO}-${HOME}"},{"name":"N","type":"num","value":"5"}]},
	{"id":"gc","type":"global-config","env":[{"name":"SELF","type":"str","value":"outer"}]},
	{"id":"g","type":"group","z":"t","x":1,"y":1,"w":1,"h":1,"nodes":["a"],"env":[{"name":"FOO","type":"str","value":"group"}]},
	{"id":"a","type":"t-state","z":"t","g":"g","x":1,"y":1,"v":"${FOO} $","vt":"env","wires":[["out"]]},
	{"id":"b","type":"t-state","z":"t","x":1,"y":1,"v":"${BOTH}","vt":"str","wires":[["out"]]},
	{"id":"c","type":"t-state","z":"t","g":"g","x":1,"y":1,"v":"$parent.FOO","vt":"env","wires":[["out"]]},
	{"id":"d","type":"t-state","z":"t","x":1,"y":1,"v":"${N}","vt":"str","wires":[["out"]]},
	{"id":"e","type":"t-state","z":"t","x":1,"y":1,"v":"SELF","vt":"env","wires":[["out"]]},
	{"id":"f","type":"t-state","z":"t","x":1,"y":1,"v":"${MISSING}","vt":"str","wires":[["out"]]},
	{"id":"out","type":"t-sink","key":"out","z":"t","x":1,"y":1,"wires":[]}]`)
	got := b.sink("out")
	for _, id := range []string{"a", "b", "c", "d", "e", "f"} {
		_ = b.send(id, `{}`)
	}
	want := []string{"group $", "tab-/home/x", "tab", "5", "outer", "${MISSING}"}
	if values := all(got, "value"); !slices.Equal(values, want) {
		t.Errorf("got %v, want %v", values, want)
	}
}

func TestContextIsClonedAndPersistentOnesAreKept(t *testing.T) {
	kept := &memory{}
	b := startWith(t, Config{Context: kept}, tab(n("a", "t-pass", "[[]]")))
	x, _ := b.eng.Context("flow", "t")
	path := func(s string) msg.Path { p, _ := msg.ParsePath(s); return p }
	v := msg.Of("n", 1)
	_ = x.Set("", path("a"), v)
	v.Set("n", 2)
	if got := x.Get("", path("a.n")); got != 1.0 {
		t.Errorf("the context shares what was put: %v", got)
	}
	x.Get("", path("a")).(*msg.Object).Set("n", 3)
	if got := x.Get("", path("a.n")); got != 1.0 {
		t.Errorf("the context shares what it gave: %v", got)
	}
	if got := x.Get("", path("nothing.here")); got != msg.Undefined {
		t.Errorf("missing is %v", got)
	}
	_ = x.Set("", path("text"), "a")
	if err := x.Set("", path("text.below"), 1); err != nil || x.Get("", path("text")) != "a" {
		t.Errorf("a write below a text: %v, now %v; Node-RED leaves it without a word", err, x.Get("", path("text")))
	}
	_ = x.Set("persistent", path("p"), "kept")
	_ = b.eng.Close(context.Background())
	if msg.String(kept.saved["flow/t"]) != `{"p":"kept"}` {
		t.Errorf("saved %v", kept.saved)
	}
}

// TestContextsShowLargeValues: to who only looks they are not copied, whatever
// is written meanwhile, and who gets them may write.
func TestContextsShowLargeValues(t *testing.T) {
	b := startWith(t, Config{}, tab(n("a", "t-pass", "[[]]")))
	x, _ := b.eng.Context("flow", "t")
	path := func(s string) msg.Path { p, _ := msg.ParsePath(s); return p }
	rows := msg.NewList()
	for i := range 100 {
		rows.Append(msg.Of("n", i))
	}
	_ = x.Set("", path("rows"), rows)
	_ = x.Set("", path("small"), msg.Of("n", 1))
	look := x.(node.Looker)
	first := look.Look("", path("rows")).(*msg.List)
	if !first.IsShared() || look.Look("", path("rows")) != any(first) || look.Look("", path("small")).(*msg.Object).IsShared() {
		t.Error("a large value is copied, or a small one is not")
	}
	own := x.Get("", path("rows")).(*msg.List)
	own.At(1).(*msg.Object).Set("n", "mine")
	if err := x.Set("", path("rows[1].n"), "new"); err != nil {
		t.Fatal(err)
	}
	if first.At(1).(*msg.Object).Get("n") != 1.0 || x.Get("", path("rows[1].n")) != "new" || own.At(1).(*msg.Object).Get("n") != "mine" {
		t.Errorf("who looks sees %v, the context has %v, who got it %v", first.At(1), x.Get("", path("rows[1]")), own.At(1))
	}
	ring := msg.Of("n", 1)
	ring.Set("self", ring)
	if msg.SharePlain(ring) || ring.IsShared() {
		t.Error("a ring is shared")
	}
}

type memory struct{ saved map[string]*msg.Object }

func (m *memory) Load(scope, id string) (*msg.Object, error) { return m.saved[scope+"/"+id], nil }
func (m *memory) Save(scope, id string, v *msg.Object) error {
	if m.saved == nil {
		m.saved = map[string]*msg.Object{}
	}
	m.saved[scope+"/"+id] = v
	return nil
}
func (m *memory) Remove(string, string) error { return nil }

func TestTwoNodesThatWantTheSameThing(t *testing.T) {
	d, _ := flows.Parse([]byte(tab(n("first", "t-claims", "[]"), n("second", "t-claims", "[]"))))
	problems := Check(d, Config{Reserved: []string{"/mine"}}, nil)
	if len(problems) != 1 || problems[0].Node != "second" || problems[0].Property != "path" {
		t.Errorf("problems %v", problems)
	}
	problems = Check(d, Config{Reserved: []string{"/the"}}, nil)
	if len(problems) != 2 || !strings.Contains(problems[0].Message, "reserved") {
		t.Errorf("problems %v", problems)
	}
}

type claims struct{}

func (*claims) Claims() []node.Claim {
	return []node.Claim{{Kind: "route", Key: "GET /the/path", Path: "/The/Path", Property: "path"}}
}
func (*claims) Receive(context.Context, *msg.Object, node.Out) error { return nil }

func init() {
	node.Register[claims](node.Type{Name: "t-claims", Category: "common", Icon: "x", Help: "Test."})
}

func TestRingsOfInboxesDoNotBlock(t *testing.T) {
	b := start(t, tab(n("a", "t-gate", `[["b"]]`, `"key":"ring"`), n("b", "t-gate", `[["a"]]`, `"key":"ring"`), n("c", "t-gate", `[[]]`, `"key":"ring"`)))
	places := b.eng.graph.Load().places
	if places["a"].n.inbox.overflow != fail || places["b"].n.inbox.overflow != fail || places["c"].n.inbox.overflow != block {
		t.Errorf("overflow of a, b, c: %s %s %s", places["a"].n.inbox.overflow, places["b"].n.inbox.overflow, places["c"].n.inbox.overflow)
	}
}

func BenchmarkChain10(b *testing.B) {
	var nodes []string
	for i := range 10 {
		nodes = append(nodes, n(fmt.Sprintf("p%d", i), "t-pass", fmt.Sprintf(`[["p%d"]]`, i+1)))
	}
	e := start(b, tab(nodes...))
	m := msg.Of("_msgid", "x", "payload", "hello")
	p := e.eng.graph.Load().places["p0"].n
	b.ReportAllocs()
	for b.Loop() {
		c := e.eng.carrier(context.Background())
		c.put(delivery{to: p, m: m})
		c.carry()
		c.release()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10, "ns/hop")
}

func BenchmarkFanOut10(b *testing.B) {
	var nodes []string
	var wires []string
	for i := range 10 {
		nodes = append(nodes, n(fmt.Sprintf("p%d", i), "t-pass", `[[]]`))
		wires = append(wires, fmt.Sprintf(`"p%d"`, i))
	}
	e := start(b, tab(append(nodes, n("s", "t-pass", `[[`+strings.Join(wires, ",")+`]]`))...))
	m := msg.Of("_msgid", "x", "payload", msg.Of("msisdn", "447700900001", "to", "447700900000", "text", "hello"))
	p := e.eng.graph.Load().places["s"].n
	b.ReportAllocs()
	for b.Loop() {
		c := e.eng.carrier(context.Background())
		c.put(delivery{to: p, m: m})
		c.carry()
		c.release()
	}
}

func BenchmarkDeploy10000(b *testing.B) {
	var nodes []string
	for i := range 10_000 {
		nodes = append(nodes, n(fmt.Sprintf("p%d", i), "t-pass", fmt.Sprintf(`[["p%d"]]`, i+1)))
	}
	d, err := flows.Parse([]byte(tab(nodes...)))
	if err != nil {
		b.Fatal(err)
	}
	e := New(Config{})
	for b.Loop() {
		if _, err := e.Deploy(context.Background(), d, Deploy{}); err != nil {
			b.Fatal(err)
		}
	}
}
