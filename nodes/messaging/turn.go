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

// manySenders is from how many senders on those are forgotten that have not
// sent for a while.
const manySenders = 1000

// senders gives each sender a turn of its own, for networks that allow a
// number so many texts a second (messaging-practice.md §4).
type senders struct {
	perSecond float64 // 0: any number
	mu        sync.Mutex
	turns     map[string]*turn
}

// of returns a sender's turn, nil if there is no limit.
func (s *senders) of(from string) *turn {
	if s == nil || s.perSecond <= 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.turns[from]
	if t == nil {
		if len(s.turns) >= manySenders {
			for name, old := range s.turns {
				if old.rested() {
					delete(s.turns, name)
				}
			}
		}
		t = newTurn(s.perSecond)
		if s.turns == nil {
			s.turns = map[string]*turn{}
		}
		s.turns[from] = t
	}
	return t
}

// rested tells whether the turn has nothing to remember: its bucket is full
// and nobody waits.
func (t *turn) rested() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.waiting == 0 && !time.Now().Before(t.paused) && t.limit.Tokens() >= float64(t.limit.Burst())
}
