package cmd

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"time"
)

// How much garbage may pile up between two collections. Flows make much of it
// and keep little: what is made in a tenth of a second may wait, and longer
// where a collection has much to look through. A process that does little
// stays small, and a burst finds it so.
const (
	leastGarbage = 6 << 20  // or half as much as is live, if that is more
	mostGarbage  = 40 << 20 // or as much as is live, if that is more
	baseInterval = 100 * time.Millisecond
	perLiveMB    = 10 * time.Millisecond
)

// When there was no collection for calmAfter, what a burst or a deploy has left
// free goes back to the system, if it is more than tolerable or left by the
// start, and so do the pages of the program's own file that nothing reads now.
const (
	calmAfter = 500 * time.Millisecond
	tolerable = 2 * leastGarbage
)

// tuneMemory trades memory for speed while there is much to do. GOGC wins.
func tuneMemory() {
	if os.Getenv("GOGC") != "" {
		return
	}
	var at time.Time
	var before uint64
	var started atomic.Bool
	calm := time.AfterFunc(calmAfter, func() {
		if !started.Swap(true) || freeMemory() > tolerable {
			debug.FreeOSMemory()
		}
		dropFilePages()
	})
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/heap/allocs:bytes"}}
	tune := func() {
		metrics.Read(sample)
		live, made, now := sample[0].Value.Uint64(), sample[1].Value.Uint64(), time.Now()
		debug.SetGCPercent(gcPercent(live, made-before, now.Sub(at)))
		at, before = now, made
		calm.Reset(calmAfter)
	}
	tune()
	afterCollections(tune)
}

// gcPercent is GOGC for a heap of which live bytes are in use and that got
// made bytes in the time since the last collection.
func gcPercent(live, made uint64, since time.Duration) int {
	interval := baseInterval + time.Duration(live>>20)*perLiveMB
	garbage := uint64(float64(made) * interval.Seconds() / max(since, time.Millisecond).Seconds())
	garbage = min(max(garbage, leastGarbage, live/2), max(live, mostGarbage))
	const minimum = 4 << 20 // GOGC counts a smaller heap as one of this size
	return int(garbage * 100 / max(live, minimum))
}

// freeMemory is how many bytes of the heap hold nothing, not even garbage, and
// are not returned yet.
func freeMemory() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/free:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// afterCollections calls f after each collection.
func afterCollections(f func()) {
	type sentinel struct{ _ *byte } // has a pointer, so that it is not packed with others
	var again func(*sentinel)
	again = func(*sentinel) {
		f()
		runtime.SetFinalizer(new(sentinel), again)
	}
	runtime.SetFinalizer(new(sentinel), again)
}
