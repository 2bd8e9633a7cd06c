package common

import (
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// exchange stands between link nodes, as the engine does, and notes what goes
// through it.
type exchange struct {
	mu       sync.Mutex
	err      error
	targets  []string
	calls    []*msg.Object
	returned []string
	answers  []*msg.Object
}

func (x *exchange) Call(_ node.Out, m *msg.Object, target string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.targets = append(x.targets, target)
	if x.err != nil {
		return x.err
	}
	x.calls = append(x.calls, m)
	return nil
}

func (x *exchange) Return(_ node.Out, m *msg.Object, callNode, id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.returned = append(x.returned, callNode+" "+id)
	x.answers = append(x.answers, m)
}

func (x *exchange) option() nodetest.Option {
	return nodetest.Env(func(e *node.Env) { e.Links = x })
}

// outbox is an Out that keeps what is sent through the first port.
type outbox struct {
	node.Late
	sent []*msg.Object
}

func (o *outbox) Send(m *msg.Object) { o.sent = append(o.sent, m) }

func TestLinkOutSends(t *testing.T) {
	n := nodetest.New(t, "link out", `{"mode":"link","links":["li1","li2"]}`)
	var out outbox
	if err := nodetest.Of[LinkOut](n).Receive(t.Context(), nodetest.Message(t, `{"payload":1}`), &out); err != nil {
		t.Fatal(err)
	}
	if len(out.sent) != 1 || out.sent[0].String() != `{"payload":1,"_event":"node:n1"}` {
		t.Errorf("sent %v", out.sent)
	}
	if l := nodetest.Of[LinkOut](n).Links(); l.End != node.LinkOut || len(l.IDs) != 2 || l.IDs[1] != "li2" {
		t.Errorf("links %+v", l)
	}
}

func TestLinkOutReturns(t *testing.T) {
	var x exchange
	n := nodetest.New(t, "link out", `{"mode":"return","links":["left over"]}`, x.option())
	if err := n.Send(`{"payload":1,"_linkSource":[{"id":"a","node":"outer"},{"id":"b","node":"inner"}]}`); err != nil {
		t.Fatal(err)
	}
	if len(x.returned) != 1 || x.returned[0] != "inner b" || x.answers[0].String() != `{"payload":1,"_linkSource":[{"id":"a","node":"outer"}]}` {
		t.Errorf("returned %v to %v", x.answers, x.returned)
	}
	if l := nodetest.Of[LinkOut](n).Links(); l.End != node.LinkReturn || l.IDs != nil {
		t.Errorf("links %+v", l)
	}
}

func TestLinkOutWithoutCaller(t *testing.T) {
	var x exchange
	n := nodetest.New(t, "link out", `{"mode":"return"}`, x.option())
	if err := n.Send(`{"payload":1}`, `{"payload":1,"_linkSource":[]}`, `{"payload":1,"_linkSource":"odd"}`); err != nil {
		t.Fatal(err)
	}
	if logs := n.Logs(); len(logs) != 3 || logs[2] != "WARN Missing return node information" || len(x.returned) != 0 {
		t.Errorf("logged %q, returned %v", logs, x.returned)
	}
	// Members that are no caller lead nowhere, and do no harm.
	if err := n.Send(`{"_linkSource":[7]}`); err != nil || x.returned[0] != " " {
		t.Errorf("returned %q: %v", x.returned, err)
	}
}

func TestLinkCall(t *testing.T) {
	var x exchange
	n := nodetest.New(t, "link call", `{"links":["li1"],"linkType":"static","timeout":"2"}`, x.option())
	if err := n.Send(`{"payload":21,"topic":"kept"}`); err != nil {
		t.Fatal(err)
	}
	if len(x.targets) != 1 || x.targets[0] != "li1" {
		t.Fatalf("called %q", x.targets)
	}
	m := x.calls[0]
	id, _ := m.Path("_linkSource[0].id").(string)
	if !regexp.MustCompile(`^[0-9a-f]{28}$`).MatchString(id) || m.Path("_linkSource[0].node") != "n1" {
		t.Fatalf("called with %s", m)
	}
	if n.Done() != 0 || len(n.Sent().Port(0)) != 0 {
		t.Error("done before the answer")
	}
	answer := nodetest.Message(t, `{"payload":42,"topic":"kept","_linkSource":[]}`)
	var out outbox
	if err := nodetest.Of[LinkCall](n).Return(t.Context(), id, answer, &out); err != nil {
		t.Fatal(err)
	}
	if len(out.sent) != 1 || out.sent[0].String() != `{"payload":42,"topic":"kept"}` || n.Done() != 1 {
		t.Errorf("sent %v, done %d", out.sent, n.Done())
	}
}

func TestLinkCallNested(t *testing.T) {
	var x exchange
	n := nodetest.New(t, "link call", `{"links":"li1"}`, x.option()) // a bare id, as older files have it
	if err := n.Send(`{"_linkSource":[{"id":"outer","node":"n0"}]}`); err != nil {
		t.Fatal(err)
	}
	m := x.calls[0]
	if m.Path("_linkSource[0].id") != "outer" || m.Path("_linkSource[1].node") != "n1" || x.targets[0] != "li1" {
		t.Errorf("called %q with %s", x.targets, m)
	}
	var out outbox
	answer := nodetest.Message(t, `{"_linkSource":[{"id":"outer","node":"n0"}]}`)
	if err := nodetest.Of[LinkCall](n).Return(t.Context(), msg.Text(m.Path("_linkSource[1].id")), answer, &out); err != nil {
		t.Fatal(err)
	}
	if out.sent[0].Path("_linkSource[0].id") != "outer" {
		t.Errorf("the outer call is lost: %s", out.sent[0])
	}
}

func TestLinkCallByName(t *testing.T) {
	x := exchange{}
	n := nodetest.New(t, "link call", `{"linkType":"dynamic","links":["ignored"]}`, x.option())
	if err := n.Send(`{"target":"double it"}`, `{"payload":6}`); err != nil {
		t.Fatal(err)
	}
	if x.targets[0] != "double it" || x.targets[1] != "" {
		t.Errorf("called %q", x.targets)
	}
}

func TestLinkCallToNobody(t *testing.T) {
	x := exchange{err: errors.New("target link-in node 'nosvc' not found")}
	sent, err := func() (nodetest.Sent, error) {
		n := nodetest.New(t, "link call", `{"linkType":"dynamic"}`, x.option())
		err := n.Send(`{"payload":1,"target":"nosvc"}`)
		if errs := n.Errors(); err == nil && len(errs) == 1 {
			if f := n.Failed()[0].String(); f != `{"payload":1,"target":"nosvc"}` {
				t.Errorf("catch nodes get %s", f)
			}
			err = errs[0]
		}
		return n.Sent(), err
	}()
	if err == nil || err.Error() != "Error: target link-in node 'nosvc' not found" {
		t.Errorf("error %v", err)
	}
	sent.Want(t, `[[]]`)
}

func TestLinkCallTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var x exchange
		n := nodetest.New(t, "link call", `{"links":["li1"],"timeout":"0.3"}`, x.option())
		if err := n.Send(`{"payload":6,"topic":"orig"}`); err != nil {
			t.Fatal(err)
		}
		x.calls[0].Set("payload", "changed by the callee")
		time.Sleep(299 * time.Millisecond)
		synctest.Wait()
		if len(n.Errors()) != 0 {
			t.Fatal("gave up too early")
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if errs := n.Errors(); len(errs) != 1 || errs[0].Error() != "timeout" || n.Failed()[0].String() != `{"payload":6,"topic":"orig"}` {
			t.Fatalf("errors %v with %v", errs, n.Failed())
		}
		// An answer that comes later is sent on all the same.
		id := msg.Text(x.calls[0].Path("_linkSource[0].id"))
		var out outbox
		if err := nodetest.Of[LinkCall](n).Return(t.Context(), id, msg.Of("payload", "late"), &out); err != nil || len(out.sent) != 1 {
			t.Errorf("late answer: sent %v, %v", out.sent, err)
		}
		if n.Done() != 0 {
			t.Error("done after its timeout")
		}
	})
}

func TestLinkCallDefaultTimeout(t *testing.T) {
	for _, config := range []string{`{"links":["li1"]}`, `{"links":["li1"],"timeout":"0"}`} {
		synctest.Test(t, func(t *testing.T) {
			n := nodetest.New(t, "link call", config, new(exchange).option())
			if err := n.Send(`{}`); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			for len(n.Errors()) == 0 && time.Since(start) < time.Hour {
				time.Sleep(time.Second)
				synctest.Wait()
			}
			if got := time.Since(start); got != 30*time.Second {
				t.Errorf("%s: gave up after %v", config, got)
			}
		})
	}
}

func TestLinkCallCloses(t *testing.T) {
	n := nodetest.New(t, "link call", `{"links":["li1"]}`, new(exchange).option())
	if err := n.Send(`{"payload":1}`); err != nil {
		t.Fatal(err)
	}
	n.Close()
	if errs := n.Errors(); len(errs) != 1 || !strings.Contains(errs[0].Error(), "stopped") {
		t.Errorf("errors %v", errs)
	}
}

func TestLinkCallIsBounded(t *testing.T) {
	n := nodetest.New(t, "link call", `{"links":["li1"]}`, new(exchange).option())
	for range maxCalls {
		if err := n.Receive(msg.NewObject(1)); err != nil {
			t.Fatal(err)
		}
	}
	if err := n.Send(`{"payload":1}`); err == nil || !strings.Contains(err.Error(), "10000 calls are waiting") {
		t.Errorf("one call more: %v", err)
	}
}
