package common

import (
	"container/heap"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/node"
)

// clock rings the alarms of all inject nodes of an engine. Those that are due
// together ring one after the other in one goroutine, so that thousands of
// nodes do not wake the process thousands of times a second.
type clock struct {
	begin time.Time

	mu     sync.Mutex
	alarms alarms
	timer  *time.Timer // for the first alarm; nil before there was one
}

const (
	// grid is what times are rounded up to, but for those that must be exact.
	grid = 10 * time.Millisecond
	// patience is how long the others wait for an alarm's ring.
	patience = 5 * time.Millisecond
)

// alarm is one time and what to do then.
type alarm struct {
	ring  func()
	at    time.Duration // since the clock's begin
	place int           // among the clock's alarms, -1 if it is not set
}

type clockKey struct{}

// clockOf is the clock that the nodes of an engine share.
func clockOf(env *node.Env) *clock {
	own := &clock{begin: time.Now()}
	if env.Shared == nil {
		return own
	}
	c, _ := env.Shared.LoadOrStore(clockKey{}, own)
	return c.(*clock)
}

// set has a ring when due, which may have passed. a is not set already.
func (c *clock) set(a *alarm, due time.Time, exact bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a.at = time.Since(c.begin) + max(time.Until(due), 0)
	if !exact {
		a.at = (a.at + grid - 1).Truncate(grid)
	}
	heap.Push(&c.alarms, a)
	if a.place == 0 {
		c.wind()
	}
}

// stop takes a back if it is set.
func (c *clock) stop(a *alarm) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a.place >= 0 && a.place < len(c.alarms) && c.alarms[a.place] == a {
		heap.Remove(&c.alarms, a.place)
	}
}

// wind sets the timer to the first alarm; c.mu is held.
func (c *clock) wind() {
	wait := c.alarms[0].at - time.Since(c.begin)
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
	if len(c.alarms) == 0 {
		return nil
	}
	if c.alarms[0].at > time.Since(c.begin) {
		c.wind()
		return nil
	}
	return heap.Pop(&c.alarms).(*alarm)
}

// alarms is a heap.
type alarms []*alarm

func (s alarms) Len() int           { return len(s) }
func (s alarms) Less(i, j int) bool { return s[i].at < s[j].at }
func (s alarms) Swap(i, j int) {
	s[i], s[j] = s[j], s[i]
	s[i].place, s[j].place = i, j
}

// Push is heap's.
func (s *alarms) Push(x any) {
	a := x.(*alarm)
	a.place = len(*s)
	*s = append(*s, a)
}

// Pop is heap's.
func (s *alarms) Pop() any {
	last := len(*s) - 1
	a := (*s)[last]
	(*s)[last] = nil
	*s = (*s)[:last]
	a.place = -1
	return a
}
