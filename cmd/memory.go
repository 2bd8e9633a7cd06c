package cmd

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// How much garbage may pile up between two collections. Flows make much of it
// and keep little: what is made in a tenth of a second may wait, and longer
// where a collection has much to look through. A process that does little
// stays small, and a burst finds it so.
const (
	leastGarbage = 8 << 20
	mostGarbage  = 32 << 20 // or as much as is live, if that is more
	baseInterval = 100 * time.Millisecond
	perLiveMB    = 10 * time.Millisecond
)

// What a burst or a deploy leaves free goes back to the system when there was
// no collection for calmAfter, if it is more than tolerable, and so does what
// the start has left.
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
	started := false
	calm := time.AfterFunc(calmAfter, func() {
		if !started || freeMemory() > tolerable {
			returnMemory()
		}
		started = true
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
	garbage = min(max(garbage, leastGarbage), max(live, mostGarbage))
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

// returnMemory gives the system what is not in use: of the heap, and of the
// program's own file the pages that only the start has read.
func returnMemory() {
	debug.FreeOSMemory()
	dropFilePages()
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
