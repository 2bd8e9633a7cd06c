package simulator

import (
	"sync"
	"time"
)

// clock is the provider's. It can be moved, so that what takes hours can be
// tested in an instant: receipts that are due by then are sent, and what is
// sent has that time on it.
type clock struct {
	mu     sync.Mutex
	offset time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset).UTC()
}

// Now is what the simulator's clock shows.
func (s *Simulator) Now() time.Time { return s.clock.now() }

// Advance moves the simulator's clock, and with it everything that waits for a
// time. Back is allowed: nothing is unsent.
func (s *Simulator) Advance(d time.Duration) {
	s.clock.mu.Lock()
	s.clock.offset += d
	s.clock.mu.Unlock()
	s.schedule.ring()
}

// ClockRequest moves the clock: by so many milliseconds, or to a time.
type ClockRequest struct {
	Advance int64     `json:"advance"`
	Set     time.Time `json:"set"`
}

// ClockState is what the clock shows.
type ClockState struct {
	Now    time.Time `json:"now"`
	Offset int64     `json:"offset"` // milliseconds from this machine's
}

func (s *Simulator) moveClock(q ClockRequest) ClockState {
	d := time.Duration(q.Advance) * time.Millisecond
	if !q.Set.IsZero() {
		d = q.Set.Sub(s.Now())
	}
	s.Advance(d)
	return s.clockState()
}

func (s *Simulator) clockState() ClockState {
	s.clock.mu.Lock()
	defer s.clock.mu.Unlock()
	return ClockState{time.Now().Add(s.clock.offset).UTC(), s.clock.offset.Milliseconds()}
}
