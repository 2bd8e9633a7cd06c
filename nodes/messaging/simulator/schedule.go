package simulator

import (
	"context"
	"slices"
	"sync"
	"time"
)

// waitingReceipts is how many receipts may wait to be sent; more are dropped
// and logged.
const waitingReceipts = 10_000

// schedule is the receipts that are to be sent, each at its time by the
// simulator's clock.
type schedule struct {
	mu   sync.Mutex
	list []receipt // by time
	wake chan struct{}
}

func newSchedule() schedule { return schedule{wake: make(chan struct{}, 1)} }

// add tells whether there was room.
func (q *schedule) add(r receipt) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.list) >= waitingReceipts {
		return false
	}
	at, _ := slices.BinarySearchFunc(q.list, r, func(have, want receipt) int {
		if have.at.After(want.at) {
			return 1
		}
		return -1 // behind those of the same time
	})
	q.list = slices.Insert(q.list, at, r)
	q.ring()
	return true
}

func (q *schedule) ring() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// next takes what is due, or tells how long nothing is.
func (q *schedule) next(now time.Time) (r receipt, wait time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.list) == 0 {
		return r, time.Hour
	}
	if wait = q.list[0].at.Sub(now); wait > 0 {
		return r, min(wait, time.Hour)
	}
	r = q.list[0]
	q.list = slices.Delete(q.list, 0, 1)
	return r, 0
}

func (q *schedule) clear() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = nil
}

// queueReceipt has a receipt sent when its time comes. It is sent once; the
// provider would try again for three days.
func (s *Simulator) queueReceipt(r receipt) {
	if !s.schedule.add(r) {
		s.log.Warn("receipt dropped: too many wait", "message", r.id)
	}
}

func (s *Simulator) sendReceipts(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		r, wait := s.schedule.next(s.Now())
		if wait <= 0 {
			if r.expiry {
				s.replace(r.id)
			} else if h, err := s.sendReceipt(ctx, r); err != nil && ctx.Err() == nil {
				s.log.Warn("receipt not delivered", "message", r.id, "url", h.URL, "error", err)
			}
			if ctx.Err() != nil {
				return
			}
			continue
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-s.schedule.wake:
		}
	}
}
