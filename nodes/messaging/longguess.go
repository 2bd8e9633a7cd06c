package messaging

import (
	"sync"
	"time"

	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// How long a text that may be a part waits for the next, and how many make
// one. At most maxUnjoined wait; one more goes on as it is.
const (
	guessWait = 3 * time.Second
	maxGuess  = 10
)

// guesser joins long texts of networks that say nothing about parts (Sprint,
// Verizon): what fills a part, and what the same person sends right after it,
// is one text (messaging-practice.md §10). It can be wrong, so it is used only
// where somebody wants it.
type guesser struct {
	emit func(a *arrival) // of a text to which nothing was added in time; on a goroutine of its own

	mu     sync.Mutex
	open   map[string]*guess
	over   bool
	timers sync.WaitGroup
}

type guess struct {
	parts []*arrival
	timer *time.Timer
}

// add takes a text and returns what is to go on now, nil if that waits.
func (g *guesser) add(a *arrival) *arrival {
	if a.api != smsAPI || a.kind != "text" || a.part.total > 0 {
		return a
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open == nil {
		g.open = map[string]*guess{}
	}
	key := a.conversation()
	t := g.open[key]
	if t != nil {
		t.timer.Stop()
		t.parts = append(t.parts, a)
	} else {
		t = &guess{parts: []*arrival{a}}
	}
	n := len(t.parts)
	if n < maxGuess && sms.FillsPart(a.text) && !g.over && (n > 1 || len(g.open) < maxUnjoined) {
		g.open[key] = t
		t.timer = time.AfterFunc(guessWait, func() { g.expire(key, t, n) })
		return nil
	}
	delete(g.open, key)
	return t.join()
}

// expire lets a text go to which nothing was added since it had n parts.
func (g *guesser) expire(key string, t *guess, n int) {
	g.mu.Lock()
	if g.over || g.open[key] != t || len(t.parts) != n {
		g.mu.Unlock()
		return
	}
	delete(g.open, key)
	a := t.join()
	g.timers.Add(1)
	g.mu.Unlock()
	defer g.timers.Done()
	g.emit(a)
}

// close lets everything go that waits.
func (g *guesser) close() {
	g.mu.Lock()
	g.over = true
	var left []*arrival
	for _, t := range g.open {
		t.timer.Stop()
		left = append(left, t.join())
	}
	g.open = nil
	g.mu.Unlock()
	for _, a := range left {
		g.emit(a)
	}
	g.timers.Wait()
}

func (t *guess) join() *arrival {
	if len(t.parts) == 1 {
		return t.parts[0]
	}
	whole := longText{parts: map[int]*arrival{}, total: len(t.parts)}
	for i, a := range t.parts {
		whole.parts[i+1] = a
	}
	return whole.join()
}
