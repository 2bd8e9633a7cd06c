package messaging

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

// Bounds of joining: how many texts may wait for parts (of one more the oldest
// is let go as it is), and how long a part that missed its text is known for
// one. References are used again after some 255 texts, so not for long.
const (
	maxUnjoined = 10_000
	lateFor     = time.Minute
)

// joiner makes one text of the parts of a long one, which come as webhooks of
// their own in any order (messaging-practice.md §10).
type joiner struct {
	timeout time.Duration
	emit    func(a *arrival) // of a text whose time is up; on a goroutine of its own
	late    func(a *arrival)

	mu     sync.Mutex
	texts  map[longKey]*longText
	oldest []*longText // by start; those that are over are skipped
	over   bool
	timers sync.WaitGroup
}

type longKey struct{ conversation, ref string }

type longText struct {
	key    longKey
	parts  map[int]*arrival
	total  int
	timer  *time.Timer
	gone   bool // emitted without some parts, known for the late ones
	missed map[int]bool
}

// add takes a part and returns the whole text when it was the last.
func (j *joiner) add(a *arrival) *arrival {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.texts == nil {
		j.texts = map[longKey]*longText{}
	}
	key := longKey{a.conversation(), a.part.ref}
	t := j.texts[key]
	if t != nil && t.gone && t.missed[a.part.number] && t.total == a.part.total {
		j.late(a)
		return nil
	}
	if t == nil || t.gone || t.total != a.part.total {
		if t != nil {
			j.giveUp(t)
		}
		t = j.begin(key, a.part.total)
	}
	if t.parts[a.part.number] == nil {
		t.parts[a.part.number] = a
	}
	if len(t.parts) < t.total {
		return nil
	}
	j.forget(t)
	return t.join()
}

func (j *joiner) begin(key longKey, total int) *longText {
	t := &longText{key: key, parts: map[int]*arrival{}, total: total}
	j.texts[key] = t
	if j.oldest = append(j.oldest, t); len(j.oldest) > maxUnjoined {
		j.oldest = slices.DeleteFunc(j.oldest, func(t *longText) bool { return t.parts == nil })
		if len(j.oldest) > maxUnjoined {
			j.giveUp(j.oldest[0])
		}
	}
	t.timer = time.AfterFunc(j.timeout, func() { j.expire(t) })
	return t
}

// expire lets a text go that did not get all its parts.
func (j *joiner) expire(t *longText) {
	j.mu.Lock()
	if j.texts[t.key] != t || j.over {
		j.mu.Unlock()
		return
	}
	if t.gone {
		j.forget(t)
		j.mu.Unlock()
		return
	}
	a := t.join()
	t.gone, t.parts, t.missed = true, nil, map[int]bool{}
	for _, n := range a.missing {
		t.missed[n] = true
	}
	t.timer = time.AfterFunc(lateFor, func() { j.expire(t) })
	j.timers.Add(1)
	j.mu.Unlock()
	defer j.timers.Done()
	j.emit(a)
}

// giveUp lets t go before its time, to make room; j.mu is held.
func (j *joiner) giveUp(t *longText) {
	j.forget(t)
	if t.gone || j.over {
		return
	}
	a := t.join()
	t.parts = nil
	j.timers.Go(func() { j.emit(a) })
}

func (j *joiner) forget(t *longText) {
	if t.timer != nil {
		t.timer.Stop()
	}
	if j.texts[t.key] == t {
		delete(j.texts, t.key)
	}
	if i := slices.Index(j.oldest, t); i >= 0 {
		j.oldest = slices.Delete(j.oldest, i, i+1)
	}
}

// close lets everything go that waits, for nobody will take what still comes.
func (j *joiner) close() {
	j.mu.Lock()
	j.over = true
	var left []*arrival
	for _, t := range j.oldest {
		if !t.gone {
			left = append(left, t.join())
		}
		if t.timer != nil {
			t.timer.Stop()
		}
	}
	j.texts, j.oldest = nil, nil
	j.mu.Unlock()
	for _, a := range left {
		j.emit(a)
	}
	j.timers.Wait()
}

// join makes one arrival of the parts that are there. It has the first one's
// fields, with the whole text.
func (t *longText) join() *arrival {
	var a *arrival
	var text strings.Builder
	raw := msg.NewList()
	for n := 1; n <= t.total; n++ {
		p := t.parts[n]
		if p == nil {
			continue
		}
		if a == nil {
			first := *p
			a = &first
			a.missing = nil
		}
		text.WriteString(p.text)
		raw.Append(p.raw)
	}
	for n := 1; n <= t.total; n++ {
		if t.parts[n] == nil {
			a.missing = append(a.missing, n)
		}
	}
	a.text, a.parts, a.raw, a.part = text.String(), t.total, raw, part{}
	a.payload = a.payload.Clone()
	a.payload.Set("text", a.text)
	return a
}
