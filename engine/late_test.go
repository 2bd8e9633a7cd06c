package engine

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// shot is a source with a button.
type shot struct {
	Fails bool `prop:"fails" label:"Fails"`
	late  chan node.Late
}

func (s *shot) Open(context.Context, *node.Env) error {
	s.late = make(chan node.Late, 1)
	return nil
}

func (s *shot) Start(ctx context.Context, out node.Late) error {
	s.late <- out
	<-ctx.Done()
	return nil
}

func (s *shot) Control(_ context.Context, _ string, _ *msg.Object) error {
	source := <-s.late
	s.late <- source
	one := source.Later()
	one.Send(msg.Of("payload", "shot"))
	if s.Fails {
		one.Done(nil, errors.New("jammed"))
	} else {
		one.Done(nil, nil)
	}
	return nil
}

// echoer keeps the first message and, when the second comes, sends and ends
// the first from inside the Receive of the second.
type echoer struct {
	first *msg.Object
	late  node.Late
}

func (e *echoer) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	if e.late == nil {
		e.first, e.late = m, out.Later()
		return nil
	}
	e.late.Send(e.first)
	e.late.Done(nil, nil)
	m.Set("trail", "second")
	out.Send(m)
	return nil
}

func init() {
	node.Register[shot](node.Type{Name: "t-shot", Category: "common", Icon: "x", Help: "Test.", Outputs: []string{"out"}})
	node.Register[echoer](node.Type{Name: "t-echoer", Category: "common", Icon: "x", Help: "Test.", Outputs: []string{"out"}, Mode: node.Serial})
}

func TestEachShotOfASourceCompletesOrFailsByItself(t *testing.T) {
	for _, c := range []struct{ fails, want string }{{"false", "complete"}, {"true", "error"}} {
		synctest.Test(t, func(t *testing.T) {
			b := start(t, tab(n("s", "t-shot", `[["p"]]`, `"fails":`+c.fails), n("p", "t-pass", `[[]]`, `"mark":"changed"`),
				n("l", "t-listen", `[["out"]]`, `"kind":"complete"`, `"scope":["s"]`), n("c", "t-listen", `[["out"]]`), sinkNode("out")))
			got := b.sink("out")
			for range 2 {
				if err := b.eng.Control(context.Background(), "s", "inject", nil); err != nil {
					t.Fatal(err)
				}
			}
			synctest.Wait()
			for range 2 {
				m := <-got
				if !m.Has(c.want) || m.Get("payload") != "shot" || m.Has("trail") {
					t.Errorf("got %s, want the message as it was sent, with %s", msg.Encode(m), c.want)
				}
			}
			_ = b.eng.Close(context.Background())
		})
	}
}

func TestALateOfAnotherMessageWaitsForTheReceiveThatRuns(t *testing.T) {
	// The loop comes back to the node itself, which would wait for its own
	// lock if the send were carried inside Receive.
	b := start(t, tab(n("e", "t-echoer", `[["out"]]`), sinkNode("out"),
		n("l", "t-listen", `[["out"]]`, `"kind":"complete"`, `"scope":["e"]`)))
	got := b.sink("out")
	_ = b.send("e", `{"_msgid":"first"}`)
	if len(got) != 0 {
		t.Fatal("held messages must not complete")
	}
	_ = b.send("e", `{"_msgid":"second"}`)
	var seen []string
	for len(got) > 0 {
		m := <-got
		text := msg.Text(m.Get("_msgid"))
		if m.Has("complete") {
			text += " complete"
		}
		seen = append(seen, text)
	}
	want := []string{"second", "first", "first complete", "second complete"}
	slices.Sort(seen)
	slices.Sort(want)
	if !slices.Equal(seen, want) {
		t.Errorf("got %v", seen)
	}
}
