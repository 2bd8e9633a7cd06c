package messaging

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxWaiting is how many texts of one account may wait for their turn; one
// more is an error.
const maxWaiting = 1000

// turn is what an account's nodes share so that together they keep to its
// rate: a token bucket, and a pause that the provider asked for. Who waits is
// served in order.
type turn struct {
	limit *rate.Limiter // nil: no limit
	rate  float64
	door  chan struct{} // held by the one whose turn is next

	mu      sync.Mutex
	paused  time.Time
	waiting int
}

// newTurn allows so many requests a second, 0: any number. The bucket holds
// those of one second.
func newTurn(perSecond float64) *turn {
	t := &turn{rate: perSecond, door: make(chan struct{}, 1)}
	if perSecond > 0 {
		t.limit = rate.NewLimiter(rate.Limit(perSecond), max(1, int(math.Ceil(perSecond))))
	}
	return t
}

// wait returns when it is the caller's turn, at once if nobody waits. queued
// hears how many wait if the caller has to. An error means that nothing may
// be sent.
func (t *turn) wait(ctx context.Context, queued func(waiting int)) *failure {
	t.mu.Lock()
	if t.waiting == 0 && !time.Now().Before(t.paused) && (t.limit == nil || t.limit.Allow()) {
		t.mu.Unlock()
		return nil
	}
	if t.waiting >= maxWaiting {
		t.mu.Unlock()
		return &failure{code: "queue_full", short: "queue full", retryable: true, wait: time.Second,
			text: fmt.Sprintf("queue full: %d texts wait for their turn already (%g requests a second)", maxWaiting, t.rate)}
	}
	t.waiting++
	n := t.waiting
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		t.waiting--
		t.mu.Unlock()
	}()
	queued(n)
	select {
	case t.door <- struct{}{}:
		defer func() { <-t.door }()
	case <-ctx.Done():
		return stopped(context.Cause(ctx))
	}
	if t.limit != nil {
		if err := t.limit.Wait(ctx); err != nil {
			return stopped(err)
		}
	}
	for pause := t.pause(); pause > 0; pause = t.pause() {
		if err := sleep(ctx, pause); err != nil {
			return stopped(err)
		}
	}
	return nil
}

func (t *turn) pause() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Until(t.paused)
}

// hold makes everybody wait, because the provider said so.
func (t *turn) hold(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if until := time.Now().Add(d); until.After(t.paused) {
		t.paused = until
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
