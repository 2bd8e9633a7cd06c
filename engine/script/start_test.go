package script_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/script"
)

// opened is a function whose code for the start has run.
func opened(t *testing.T, s script.Source) *script.Function {
	t.Helper()
	p, err := script.Compile(s)
	if err != nil {
		t.Fatal(err)
	}
	f := script.NewFunction(p, 1, 0)
	if err := f.Open(t.Context(), &node.Env{ID: "f", Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	return f
}

// loop is a Late that is wired back to its function, once.
type loop struct {
	kept
	f *script.Function
	t *testing.T
}

func (l *loop) Later() node.Late { return l }

func (l *loop) SendAll(byPort [][]*msg.Object) {
	l.kept.SendAll(byPort)
	if len(l.texts) == 1 {
		if err := l.f.Receive(l.t.Context(), msg.Of("p", "round"), l); err != nil {
			l.t.Error(err)
		}
	}
}

// TestStartSendsInALoop: what the code for the start sends comes back to the
// function while Start has not finished; that waits, and does not block.
func TestStartSendsInALoop(t *testing.T) {
	for _, lasts := range []string{"", "; setTimeout(() => {}, 1)"} {
		synctest.Test(t, func(t *testing.T) {
			f := opened(t, script.Source{Initialize: `node.send({p: 1}); node.send({p: 2})` + lasts, Body: `return msg`})
			out := &loop{f: f, t: t}
			if err := f.Receive(t.Context(), msg.Of("p", 3), out); err != nil {
				t.Fatal(err)
			}
			if len(out.texts) != 0 {
				t.Fatalf("%q before Start", out.texts)
			}
			ctx, stop := context.WithCancel(t.Context())
			go func() { _ = f.Start(ctx, out) }()
			synctest.Wait()
			if want := []string{`{"p":1}`, `{"p":2}`, `{"p":3}`, `{"p":"round"}`}; !slices.Equal(out.texts, want) {
				t.Errorf("sent %q, want %q", out.texts, want)
			}
			stop()
			_ = f.Close()
		})
	}
}

// TestStopping: what runs when the node is stopped ends, nothing begins after
// that, and the code for the end has its time but no more.
func TestStopping(t *testing.T) {
	for _, tt := range []struct {
		name string
		s    script.Source
	}{
		{"a call", script.Source{Body: `for (;;);`}},
		{"a call that goes on", script.Source{Body: `await null; for (;;);`}},
		{"promises", script.Source{Body: `for (;;) await null`}},
		{"promises that make more", script.Source{Body: `const more = () => Promise.resolve().then(more); more(); await new Promise(() => {})`}},
		{"a timer", script.Source{Body: `setTimeout(() => { for (;;); }, 1); await new Promise(() => {})`}},
		{"many timers", script.Source{Body: `setInterval(() => { for (let i = 0; i < 1e6; i++); }, 0); setInterval(() => { for (;;); }, 0)`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := script.Compile(tt.s)
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			f := script.NewFunction(p, 1, 0)
			if err := f.Open(ctx, &node.Env{ID: "f", Log: slog.New(slog.DiscardHandler)}); err != nil {
				t.Fatal(err)
			}
			received := make(chan error)
			go func() { received <- f.Receive(ctx, msg.NewObject(0), new(kept)) }()
			stop()
			<-received
			_ = f.Close()
		})
	}
}

// TestTheEndIsBounded: code for the end that never ends does not hold up a
// deploy.
func TestTheEndIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes as long as the code for the end may")
	}
	for _, end := range []string{`for (;;);`, `await null; for (;;);`} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			opened(t, script.Source{Body: `return msg`, Finalize: end}).Close()
		})
	}
}
