package cmd

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// How far the heap may grow between two collections. Flows make much garbage
// and keep little, so a small heap may grow to four times its size; a large
// one by about growth bytes, or twice its size at the least.
const (
	smallGCPercent = 300
	largeGCPercent = 100
	growth         = 64 << 20
)

// tuneMemory trades memory for speed while there is little in use. GOGC wins.
func tuneMemory() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(smallGCPercent)
	watchCollections(func(live uint64) int {
		return int(min(smallGCPercent, max(largeGCPercent, growth*100/max(live, 1))))
	})
}

// watchCollections sets the collector anew after each collection, as percent
// says for what is live.
func watchCollections(percent func(live uint64) int) {
	type sentinel struct{ _ *byte } // has a pointer, so that it is not packed with others
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	now := smallGCPercent
	var again func(*sentinel)
	again = func(*sentinel) {
		metrics.Read(sample)
		if want := percent(sample[0].Value.Uint64()); want > now+now/10 || want < now-now/10 {
			debug.SetGCPercent(want)
			now = want
		}
		runtime.SetFinalizer(new(sentinel), again)
	}
	runtime.SetFinalizer(new(sentinel), again)
}
