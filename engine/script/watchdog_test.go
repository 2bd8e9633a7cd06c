package script

import (
	"cmp"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// TestWatchdogStopsWhatEatsMemory lowers the limit, so that the heap is always
// above it: what runs long is stopped, what does not is not.
func TestWatchdogStopsWhatEatsMemory(t *testing.T) {
	watch.mu.Lock()
	before := watch.limit
	watch.limit = 1
	watch.mu.Unlock()
	watch.awake.Store(false) // its timer may belong to a bubble that has ended
	defer func() {
		watch.mu.Lock()
		watch.limit = before
		watch.mu.Unlock()
	}()
	run := func(code string) error {
		p, err := Compile(Source{Body: code})
		if err != nil {
			t.Fatal(err)
		}
		f := NewFunction(p, 1, 0)
		if err := f.Open(t.Context(), &node.Env{ID: "f", Log: slog.New(slog.DiscardHandler)}); err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		return f.Receive(t.Context(), msg.NewObject(0), nil)
	}
	if err := run(`const kept = []; for (;;) { kept.push("x".repeat(100)); if (kept.length > 1000) kept.length = 0 }`); !errors.Is(err, errMemory) {
		t.Errorf("the endless loop ended with %v", err)
	}
	if err := run(`msg.x = 1`); err != nil {
		t.Errorf("a short call ended with %v", err)
	}
}

// TestWatchdogTellsOfEndlessCalls: once for each call that goes on, unless a
// time limit is going to end it.
func TestWatchdogTellsOfEndlessCalls(t *testing.T) {
	v := newVM(nil)
	watch.remove(v)
	var w watchdog
	w.limit = 1 << 40
	w.add(v)
	told := func(f *Function, looks int) (n int) {
		v.begin(f)
		defer v.end()
		for range looks {
			_, endless := w.check()
			n += len(endless)
		}
		return n
	}
	for _, tt := range []struct {
		f           *Function
		looks, want int
	}{
		{&Function{}, tellAfter, 0}, // the first look only sees that it has begun
		{&Function{}, 3 * tellAfter, 1},
		{&Function{timeout: time.Minute}, 3 * tellAfter, 0},
		{nil, 3 * tellAfter, 0}, // an expression has a limit of its own
	} {
		if got := told(tt.f, tt.looks); got != tt.want {
			t.Errorf("%d looks at %+v: told %d times, want %d", tt.looks, tt.f, got, tt.want)
		}
	}
}

// TestWatchdogStopsWhatGrows fills the memory bit by bit.
func TestWatchdogStopsWhatGrows(t *testing.T) {
	if testing.Short() {
		t.Skip("fills memory")
	}
	watch.mu.Lock()
	before := watch.limit
	watch.limit = 128 << 20
	watch.mu.Unlock()
	watch.awake.Store(false)
	defer func() {
		watch.mu.Lock()
		watch.limit = before
		watch.mu.Unlock()
	}()
	for _, code := range []string{
		`const kept = []; for (let i = 0;; i++) kept.push({i, text: "x" + i})`,
		`const kept = {}; for (let i = 0;; i++) kept["k" + i] = i`,
		`for (let i = 0;; i++) msg["k" + i] = "x" + i`,
		`let s = ""; for (;;) s += "x".repeat(1e6)`,
		`for (;;) node.send({payload: "x".repeat(1000)})`,
	} {
		p, err := Compile(Source{Body: code})
		if err != nil {
			t.Fatal(err)
		}
		f := NewFunction(p, 1, time.Minute)
		if err := f.Open(t.Context(), &node.Env{ID: "f", Log: slog.New(slog.DiscardHandler)}); err != nil {
			t.Fatal(err)
		}
		out := new(done)
		if err := cmp.Or(f.Receive(t.Context(), msg.NewObject(0), out), out.err); !errors.Is(err, errMemory) {
			t.Errorf("%s ended with %v", code, err)
		}
		_ = f.Close()
		runtime.GC()
	}
}

// done is a Late that keeps how its message ended.
type done struct {
	node.Late
	err error
}

func (d *done) Later() node.Late              { return d }
func (d *done) SendAll([][]*msg.Object)       {}
func (d *done) Done(_ *msg.Object, err error) { d.err = err }

// TestMatchingIsBounded runs a regular expression that would take for ever.
func TestMatchingIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes as long as a match may")
	}
	p, err := Compile(Source{Body: `/(?=a)(a+)+\1b/.test("a".repeat(40))`})
	if err != nil {
		t.Fatal(err)
	}
	f := NewFunction(p, 1, 0)
	if err := f.Open(t.Context(), &node.Env{ID: "f", Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	began := time.Now()
	err = f.Receive(t.Context(), msg.NewObject(0), nil)
	if took := time.Since(began); took > 4*maxMatch {
		t.Errorf("took %v", took)
	}
	if err != nil && !strings.Contains(err.Error(), "time") {
		t.Errorf("error %v", err)
	}
}
