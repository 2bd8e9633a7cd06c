package network

import (
	"bytes"
	"context"
	"math"
	"net/http"
	"runtime/debug"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// TestLargeBodiesTakeTurns: what could fill the memory together is worked on
// one after the other, and a webhook does not wait for it.
func TestLargeBodiesTakeTurns(t *testing.T) {
	entered, leave := make(chan string, 10), make(chan struct{})
	f := newFlow(t, `{"url":"/a","method":"post"}`, `{}`, func(m *msg.Object) {
		entered <- msg.Text(m.Path("payload.n"))
		if msg.Text(m.Path("payload.n")) != "light" {
			<-leave
		}
	}, nodetest.Env(func(env *node.Env) { env.Shared.Store(bodyRoomKey{}, newBodyRoom(3*lightBody)) }))
	answers := make(chan int, 10)
	post := func(n string, size int) {
		body := append([]byte(`{"n":"`+n+`","rest":"`), bytes.Repeat([]byte("x"), size)...)
		r, _ := f.do(t, "POST", "/a", http.Header{"Content-Type": {"application/json"}}, append(body, `"}`...))
		answers <- r.StatusCode
	}
	go post("heavy", 2*lightBody)
	if got := <-entered; got != "heavy" {
		t.Fatal(got)
	}
	go post("heavier", 10*lightBody) // more than there is room for: alone
	for range 3 {
		post("light", 100)
		if got := <-entered; got != "light" || <-answers != 200 {
			t.Errorf("%s came in", got)
		}
	}
	leave <- struct{}{}
	if got := <-entered; got != "heavier" {
		t.Error(got)
	}
	leave <- struct{}{}
	for range 2 {
		if got := <-answers; got != 200 {
			t.Errorf("answer %d", got)
		}
	}
}

func TestBodyRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newBodyRoom(100_000)
		leave, err := r.enter(t.Context(), 90_000)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := r.enter(t.Context(), 20_000); err != errNoRoom || time.Since(began) != roomPatience {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := r.enter(gone, 20_000); err != errNoRoom {
			t.Errorf("a client that went away: %v", err)
		}
		leave()
		if leave, err = r.enter(t.Context(), 1<<30); err != nil {
			t.Fatal(err)
		}
		leave()
		leave, err = r.enter(t.Context(), 100_000) // all was given back
		if err != nil {
			t.Error(err)
		}
		leave()
	})
}

// TestBodyRoomFitsTheMemory limit of the process.
func TestBodyRoomFitsTheMemory(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	for limit, want := range map[int64]int64{math.MaxInt64: mostRoom, 1 << 40: mostRoom, 512 << 20: 4 << 20, 64 << 20: leastRoom} {
		debug.SetMemoryLimit(limit)
		if got := bodyRoomOf(new(sync.Map)).all; got != want {
			t.Errorf("limit %d: room %d, want %d", limit, got, want)
		}
	}
}
