package messaging

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func quiet(int) {}

func TestTurnRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTurn(30)
		began := time.Now()
		for range 90 { // 30 at once, the others at 30 a second
			if f := tn.wait(t.Context(), quiet); f != nil {
				t.Fatal(f)
			}
		}
		if took := time.Since(began).Round(time.Millisecond); took != 2*time.Second {
			t.Errorf("90 turns took %s", took)
		}
		slow := newTurn(0.5)
		began = time.Now()
		for range 3 {
			slow.wait(t.Context(), quiet)
		}
		if took := time.Since(began).Round(time.Millisecond); took != 4*time.Second {
			t.Errorf("3 turns at 0.5/s took %s", took)
		}
		free := newTurn(0)
		for range 10_000 {
			free.wait(t.Context(), func(int) { t.Error("waits without a rate") })
		}
	})
}

func TestTurnPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTurn(0)
		tn.hold(3 * time.Second)
		tn.hold(time.Second) // a shorter one changes nothing
		began := time.Now()
		var told int
		if f := tn.wait(t.Context(), func(n int) { told = n }); f != nil || time.Since(began) != 3*time.Second || told != 1 {
			t.Errorf("%v after %s, told %d", f, time.Since(began), told)
		}
	})
}

func TestTurnBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTurn(1)
		ctx, cancel := context.WithCancel(t.Context())
		tn.wait(ctx, quiet)
		var stoppedCount atomic.Int32
		for range maxWaiting {
			go func() {
				if f := tn.wait(ctx, quiet); f != nil && f.code == "stopped" && errors.Is(f, context.Canceled) {
					stoppedCount.Add(1)
				}
			}()
		}
		synctest.Wait()
		f := tn.wait(ctx, quiet)
		if f == nil || f.code != "queue_full" || f.text != "queue full: 1000 texts wait for their turn already (1 requests a second)" || !f.retryable {
			t.Errorf("%v", f)
		}
		cancel()
		synctest.Wait()
		if n := stoppedCount.Load(); n != maxWaiting {
			t.Errorf("%d of %d stopped", n, maxWaiting)
		}
		began := time.Now()
		if f := tn.wait(t.Context(), quiet); f != nil || time.Since(began) > 2*time.Second {
			t.Errorf("%v after %s: places that were given up are not free", f, time.Since(began))
		}
	})
}

// TestTurnOrder: who came first goes first.
func TestTurnOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTurn(1)
		tn.wait(t.Context(), quiet)
		done := make(chan int, 5)
		for i := range 5 {
			go func() {
				tn.wait(t.Context(), quiet)
				done <- i
			}()
			synctest.Wait()
		}
		for i := range 5 {
			if got := <-done; got != i {
				t.Errorf("number %d went as %d", got, i)
			}
		}
	})
}
