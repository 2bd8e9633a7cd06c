package cmd

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/store"
	"github.com/flowrill/flowrill/flows"
	"github.com/flowrill/flowrill/web"
)

// guarded is what a text passes before anybody thinks of an answer.
const guarded = `[
	{"id":"t1","type":"tab"},
	{"id":"v1","type":"vonage"},
	{"id":"in","type":"inbound-message","z":"t1","x":1,"y":1,"vonage":"v1","url":"/sms","wires":[["out"],[]]},
	{"id":"out","type":"opt-out","z":"t1","x":1,"y":1,"wires":[["brake"],[],[]]},
	{"id":"brake","type":"loop-brake","z":"t1","x":1,"y":1,"total":0,"wires":[["end"],[]]},
	{"id":"end","type":"debug","z":"t1","x":1,"y":1,"active":true,"tosidebar":true,"complete":"id","targetType":"msg","wires":[]}
]`

// onDisk serves a flow that keeps its claims in a store.
func onDisk(t testing.TB, db *store.DB, flow string, observe func(*engine.Event)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	router := web.NewRouter(slog.New(slog.DiscardHandler))
	e := engine.New(engine.Config{Routes: router, Keep: db.Keep(), Observe: observe,
		Simulator: node.Simulator{URL: "http://127.0.0.1:1", APIKey: "k", APISecret: "s"}})
	d, err := flows.Parse([]byte(flow))
	if err == nil {
		_, err = e.Deploy(t.Context(), d, engine.Deploy{Strict: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: router}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() {
		if err := e.Close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
		_ = server.Close()
		<-served
	})
	return l.Addr().String()
}

var _ node.Keep = (*store.Keeper)(nil)

// TestMemoryIsFlat sends different texts of 1,000 people, on disk: the heap
// at the end is what it was after the first fifth. FLOWRILL_SOAK=1 sends
// 100,000. Of each person five are answered, and then the brake holds.
func TestMemoryIsFlat(t *testing.T) {
	texts := int64(15_000)
	if os.Getenv("FLOWRILL_SOAK") != "" {
		texts = 100_000
	}
	db, err := store.Open(t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var seen atomic.Int64
	addr := onDisk(t, db, guarded, func(e *engine.Event) {
		if e.Kind == engine.EventDebug {
			seen.Add(1)
		}
	})
	var next atomic.Int64
	send := func(until int64) {
		var all sync.WaitGroup
		for range 256 {
			all.Go(func() {
				p := dial(t, addr)
				defer p.conn.Close()
				for {
					i := next.Add(1)
					if i > until {
						next.Add(-1)
						return
					}
					if status, err := p.deliver(fmt.Sprint(447700000000+i%1000), fmt.Sprint("m", i), "hello"); err != nil || status != 200 {
						t.Errorf("text %d: %d %v", i, status, err)
						return
					}
				}
			})
		}
		all.Wait()
	}
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	send(texts / 5)
	before := heap()
	send(texts)
	after := heap()
	t.Logf("heap %d kB, then %d kB", before>>10, after>>10)
	if after-before > 8<<20 {
		t.Errorf("the heap grew from %d to %d kB", before>>10, after>>10)
	}
	if n := seen.Load(); n != 5*1000 {
		t.Errorf("%d texts came through, want 5 of each person", n)
	}
}
