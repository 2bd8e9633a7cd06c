package common

import (
	"container/heap"
	"slices"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/node"
)

// clock rings the alarms of all inject nodes of an engine. Those that are due
// together ring one after the other in one goroutine, so that thousands of
// nodes do not wake the process thousands of times a second.
type clock struct {
	begin time.Time

	mu    sync.Mutex
	ticks ticks
	at    map[time.Duration]*tick
	timer *time.Timer // for the first tick; nil before there was one
}

const (
	// grid is what times are rounded up to, fineGrid those that come often.
	grid     = 10 * time.Millisecond
	fineGrid = time.Millisecond
	// patience is how long the others wait for an alarm's ring.
	patience = 5 * time.Millisecond
)

// alarm is what to do at a time.
type alarm struct {
	ring func()
	tick *tick // nil if it is not set
}

// tick is a time since the clock's begin, and what rings then, in the order in
// which it was set.
type tick struct {
	at     time.Duration
	alarms []*alarm
}

type clockKey struct{}

// clockOf is the clock that the nodes of an engine share.
func clockOf(env *node.Env) *clock {
	own := newClock()
	if env.Shared == nil {
		return own
	}
	c, _ := env.Shared.LoadOrStore(clockKey{}, own)
	return c.(*clock)
}

func newClock() *clock { return &clock{begin: time.Now(), at: map[time.Duration]*tick{}} }

// set has a ring when due, which may have passed, rounded up to step. a is not
// set already.
func (c *clock) set(a *alarm, due time.Time, step time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := time.Since(c.begin) + max(time.Until(due), 0)
	at = (at + step - 1).Truncate(step)
	a.tick = c.at[at]
	if a.tick == nil {
		a.tick = &tick{at: at}
		c.at[at] = a.tick
		heap.Push(&c.ticks, a.tick)
		if c.ticks[0] == a.tick {
			c.wind()
		}
	}
	a.tick.alarms = append(a.tick.alarms, a)
}

// stop takes a back if it is set.
func (c *clock) stop(a *alarm) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := a.tick
	if t == nil {
		return
	}
	a.tick = nil
	i := slices.Index(t.alarms, a)
	t.alarms = slices.Delete(t.alarms, i, i+1)
	if len(t.alarms) == 0 {
		delete(c.at, t.at)
		heap.Remove(&c.ticks, slices.Index(c.ticks, t))
	}
}

// wind sets the timer to the first tick; c.mu is held.
func (c *clock) wind() {
	wait := c.ticks[0].at - time.Since(c.begin)
	if c.timer == nil {
		c.timer = time.AfterFunc(wait, c.run)
		return
	}
	c.timer.Reset(wait)
}

// run rings what is due. Whatever takes longer than patience goes on by itself
// while somebody else rings the others.
func (c *clock) run() {
	relief := time.AfterFunc(patience, c.run)
	for {
		a := c.due()
		if a == nil {
			relief.Stop()
			return
		}
		relief.Reset(patience)
		a.ring()
		if !relief.Stop() {
			return
		}
	}
}

// due takes out the first alarm if its time has come.
func (c *clock) due() *alarm {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.ticks) == 0 {
		return nil
	}
	t := c.ticks[0]
	if t.at > time.Since(c.begin) {
		c.wind()
		return nil
	}
	a := t.alarms[0]
	a.tick, t.alarms[0], t.alarms = nil, nil, t.alarms[1:]
	if len(t.alarms) == 0 {
		delete(c.at, t.at)
		heap.Pop(&c.ticks)
	}
	return a
}

// ticks is a heap.
type ticks []*tick

func (s ticks) Len() int           { return len(s) }
func (s ticks) Less(i, j int) bool { return s[i].at < s[j].at }
func (s ticks) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }

// Push is heap's.
func (s *ticks) Push(x any) { *s = append(*s, x.(*tick)) }

// Pop is heap's.
func (s *ticks) Pop() any {
	last := len(*s) - 1
	t := (*s)[last]
	(*s)[last] = nil
	*s = (*s)[:last]
	return t
}
