package network

import (
	"sync"
	"time"
)

// timeLimit watches over the open exchanges of a node with one timer, which
// is set at most once per period however many requests come.
type timeLimit struct {
	period time.Duration
	most   int // exchanges at once

	mu          sync.Mutex
	active      int // exchanges whose request has not returned
	first, last *exchange
	timer       *time.Timer // runs while armed
	armed       bool
}

// enter counts x and starts its time; false if there are too many.
func (l *timeLimit) enter(x *exchange) bool {
	x.due = time.Now().Add(l.period)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.active >= l.most {
		return false
	}
	l.active++
	x.before, x.listed = l.last, true
	if l.last != nil {
		l.last.after = x
	} else {
		l.first = x
	}
	l.last = x
	if !l.armed {
		l.arm(l.period)
	}
	return true
}

// leave is enter's opposite.
func (l *timeLimit) leave(x *exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.active--
	l.unlink(x)
}

func (l *timeLimit) unlink(x *exchange) {
	if !x.listed {
		return
	}
	if x.before != nil {
		x.before.after = x.after
	} else {
		l.first = x.after
	}
	if x.after != nil {
		x.after.before = x.before
	} else {
		l.last = x.before
	}
	x.before, x.after, x.listed = nil, nil, false
}

func (l *timeLimit) arm(after time.Duration) {
	l.armed = true
	if l.timer == nil {
		l.timer = time.AfterFunc(after, l.strike)
		return
	}
	l.timer.Reset(after)
}

// strike ends what is due and sets the timer for the next.
func (l *timeLimit) strike() {
	var due []*exchange
	l.mu.Lock()
	now := time.Now()
	for l.first != nil && !l.first.due.After(now) {
		due = append(due, l.first)
		l.unlink(l.first)
	}
	l.armed = false
	if l.first != nil {
		l.arm(l.first.due.Sub(now))
	}
	l.mu.Unlock()
	for _, x := range due {
		x.expire()
	}
}
