package script

import (
	"container/heap"
	"time"
)

// waiting are a function's timers, the one that is due first in front. Their
// clocks tick on goroutines of their own, which may come in any order; it is
// the order here in which the callbacks run, as JavaScript's are.
type waiting []*timer

func (w waiting) Len() int { return len(w) }

func (w waiting) Less(i, j int) bool {
	if c := w[i].due.Compare(w[j].due); c != 0 {
		return c < 0
	}
	return w[i].id < w[j].id
}

func (w waiting) Swap(i, j int) {
	w[i], w[j] = w[j], w[i]
	w[i].place, w[j].place = i, j
}

// Push implements heap.Interface.
func (w *waiting) Push(x any) {
	t := x.(*timer)
	t.place = len(*w)
	*w = append(*w, t)
}

// Pop implements heap.Interface.
func (w *waiting) Pop() any {
	last := len(*w) - 1
	t := (*w)[last]
	(*w)[last] = nil
	*w = (*w)[:last]
	return t
}

// wait puts a timer into its place, anew for each turn of setInterval.
func (w *waiting) wait(t *timer, after time.Duration) {
	t.due = time.Now().Add(after)
	heap.Push(w, t)
}

// drop takes a timer out, if it waits.
func (w *waiting) drop(t *timer) {
	if t.place < len(*w) && (*w)[t.place] == t {
		heap.Remove(w, t.place)
	}
}

// next takes out the timer whose turn it is, nil if none is due: a clock may
// have ticked for one that was cleared meanwhile.
func (w *waiting) next() *timer {
	if len(*w) == 0 || time.Now().Before((*w)[0].due) {
		return nil
	}
	return heap.Pop(w).(*timer)
}
