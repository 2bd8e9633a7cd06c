package script

import (
	"errors"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"
)

// How the memory of scripts is watched: the JavaScript engine has no limit of
// its own. While anything runs, every watchPause the heap is measured. The
// calls that run since the last look are interrupted if what is alive in it
// passes watchShare of what the process may use, and those in whose time it
// has grown by growShare of that.
const (
	watchPause = 50 * time.Millisecond
	watchShare = 0.8
	growShare  = 0.25
)

// tellAfter is after how many looks a warning says that a call still runs:
// without a time limit it may do so for ever.
const tellAfter = int(10 * time.Second / watchPause)

var errMemory = errors.New("RangeError: out of memory: the function was stopped because the process uses too much")

// watchdog knows all runtimes.
type watchdog struct {
	mu     sync.Mutex
	all    map[*vm]struct{}
	awake  atomic.Bool
	quiet  atomic.Int32 // looks in a row that found nothing
	sample []metrics.Sample
	limit  uint64 // 0: not known yet
}

var watch watchdog

func (w *watchdog) add(v *vm) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[*vm]struct{}{}
	}
	w.all[v] = struct{}{}
}

func (w *watchdog) remove(v *vm) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.all, v)
}

// interrupt stops what runs of one function.
func (w *watchdog) interrupt(f *Function) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for v := range w.all {
		v.interruptOf(f, errStopped)
	}
}

// wake makes sure that the watchdog looks while calls run.
func (w *watchdog) wake() {
	if !w.awake.Load() && w.awake.CompareAndSwap(false, true) {
		time.AfterFunc(watchPause, w.watch)
	}
}

// watch looks, and looks again later, until nothing has run for a while.
func (w *watchdog) watch() {
	if w.look() {
		w.quiet.Store(0)
	} else if w.quiet.Add(1) >= 2 {
		w.quiet.Store(0)
		w.awake.Store(false)
		if w.look() { // something began meanwhile, and did not wake us
			w.wake()
		}
		return
	}
	time.AfterFunc(watchPause, w.watch)
}

// look interrupts what must be, and tells whether anything runs.
func (w *watchdog) look() (busy bool) {
	busy, endless := w.check()
	for _, f := range endless {
		f.env.Log.Warn("the code has been running for 10 s and goes on; the node's timeout would stop it")
	}
	return busy
}

func (w *watchdog) check() (busy bool, endless []*Function) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var long []*vm
	for v := range w.all {
		v.guard.Lock()
		switch {
		case v.running == 0:
		case v.running == v.checked:
			long = append(long, v)
			busy = true
			if v.looks++; v.looks == tellAfter && v.whose != nil && v.whose.timeout == 0 {
				endless = append(endless, v.whose)
			}
		default:
			v.began, v.looks = w.alive(), 0
			busy = true
		}
		v.checked = v.running
		v.guard.Unlock()
	}
	if len(long) == 0 {
		return busy, endless
	}
	alive, limit := float64(w.alive()), float64(w.most())
	for _, v := range long {
		if alive > watchShare*limit || alive > float64(v.began)+growShare*limit {
			v.interrupt(v.checked, errMemory)
		}
	}
	return busy, endless
}

// alive is the heap's size when it was last collected.
func (w *watchdog) alive() uint64 {
	if w.sample == nil {
		w.sample = []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	}
	metrics.Read(w.sample)
	return w.sample[0].Value.Uint64()
}

// most is what the process may use.
func (w *watchdog) most() uint64 {
	if w.limit == 0 {
		w.limit = memoryLimit()
	}
	return w.limit
}
