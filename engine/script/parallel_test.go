package script_test

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/script"
)

// TestFunctionsRunSideBySide: calls of one function meet inside its code,
// unless that names a context, which others must not change meanwhile.
func TestFunctionsRunSideBySide(t *testing.T) {
	const calls = 3
	for _, tt := range []struct {
		code string
		meet bool
	}{
		{`env.get("here"); return msg`, true},
		{`const o = {n: [1, 2].map(n => n * 2)}; env.get("here"); return o`, true},
		{`flow.get("x"); env.get("here"); return msg`, false},
		{`env.get("here"); global.set("x", 1)`, false},
		{`await null; env.get("here"); return msg`, false}, // has a runtime of its own
	} {
		p, err := script.Compile(script.Source{Body: tt.code})
		if err != nil {
			t.Fatal(err)
		}
		var inside, most atomic.Int64
		var all sync.WaitGroup
		all.Add(calls)
		env := &node.Env{
			ID: "f", Log: slog.New(slog.DiscardHandler), FlowContext: new(locked), Global: new(locked), Node: new(locked),
			Var: func(string) (any, bool) {
				n := inside.Add(1)
				for have := most.Load(); have < n && !most.CompareAndSwap(have, n); have = most.Load() {
				}
				if tt.meet {
					all.Done()
					all.Wait() // for ever, if they cannot be inside together
				}
				inside.Add(-1)
				return nil, false
			},
		}
		f := script.NewFunction(p, 1, 0)
		if err := f.Open(t.Context(), env); err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		for range calls {
			wait.Go(func() {
				if err := f.Receive(t.Context(), msg.NewObject(0), new(kept)); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if got := most.Load(); tt.meet && got != calls || !tt.meet && got != 1 {
			t.Errorf("%s: %d calls at once", tt.code, got)
		}
		_ = f.Close()
	}
}

// locked is a context without values that is locked as contexts are.
type locked struct {
	empty
	mu sync.Mutex
}

func (l *locked) Lock() func() {
	l.mu.Lock()
	return l.mu.Unlock
}
