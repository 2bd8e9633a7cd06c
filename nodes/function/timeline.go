package function

import (
	"cmp"
	"container/heap"
	"slices"
	"sync"
	"time"
)

// timeline calls back for values when they are due: one after the other, in
// order of their time and, where that is the same, of their coming. It needs
// one timer however many wait, and no goroutine while nothing is due.
type timeline[T any] struct {
	call func(*moment[T]) // never under the timeline's lock

	mu      sync.Mutex
	waiting moments[T]
	count   uint64
	timer   *time.Timer
	running bool // a goroutine calls back
	closed  bool
}

// moment is a value and when it is due.
type moment[T any] struct {
	value  T
	at     time.Time
	number uint64 // of its coming
	place  int    // in the heap; gone: no longer
}

// gone is the place of a moment that has been taken.
const gone = -1

// add notes a value; nil after close.
func (l *timeline[T]) add(at time.Time, value T) *moment[T] {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	m := &moment[T]{value: value, at: at, number: l.count}
	l.count++
	heap.Push(&l.waiting, m)
	if m.place == 0 {
		l.arm()
	}
	return m
}

// arm sets the timer to the first moment; l.mu is held.
func (l *timeline[T]) arm() {
	if l.running || len(l.waiting) == 0 {
		return
	}
	wait := time.Until(l.waiting[0].at)
	if l.timer == nil {
		l.timer = time.AfterFunc(wait, l.run)
	} else {
		l.timer.Reset(wait)
	}
}

// run calls back for what is due.
func (l *timeline[T]) run() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.running {
		return
	}
	l.running = true
	for len(l.waiting) > 0 && time.Until(l.waiting[0].at) <= 0 {
		m := heap.Pop(&l.waiting).(*moment[T])
		l.mu.Unlock()
		l.call(m)
		l.mu.Lock()
	}
	l.running = false
	l.arm()
}

// remove takes a moment out and tells whether it still waited.
func (l *timeline[T]) remove(m *moment[T]) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if m == nil || m.place == gone {
		return false
	}
	heap.Remove(&l.waiting, m.place)
	return true
}

// take takes out the n values that came first, all if n is less than 0.
func (l *timeline[T]) take(n int) []T {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n < 0 || n > len(l.waiting) {
		n = len(l.waiting)
	}
	first := slices.SortedFunc(slices.Values(l.waiting), func(a, b *moment[T]) int { return cmp.Compare(a.number, b.number) })[:n]
	values := make([]T, n)
	for i, m := range first {
		values[i] = m.value
		heap.Remove(&l.waiting, m.place)
	}
	return values
}

// size is how many wait.
func (l *timeline[T]) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.waiting)
}

// close returns what waits; nothing is called any more.
func (l *timeline[T]) close() []T {
	left := l.take(-1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.timer != nil {
		l.timer.Stop()
	}
	return left
}

// moments is a heap, the first to be due on top.
type moments[T any] []*moment[T]

func (h moments[T]) Len() int { return len(h) }

func (h moments[T]) Less(i, j int) bool {
	if d := h[i].at.Compare(h[j].at); d != 0 {
		return d < 0
	}
	return h[i].number < h[j].number
}

func (h moments[T]) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

func (h *moments[T]) Push(x any) {
	m := x.(*moment[T])
	m.place = len(*h)
	*h = append(*h, m)
}

func (h *moments[T]) Pop() any {
	last := len(*h) - 1
	m := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	m.place = gone
	return m
}
