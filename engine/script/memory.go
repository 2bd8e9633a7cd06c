package script

import (
	"bytes"
	"math"
	"os"
	"runtime/debug"
	"strconv"
)

// usualMemory is what the process may use where nobody says anything else and
// the machine has twice as much.
const usualMemory = 2 << 30

// memoryLimit is how much memory the process may use: GOMEMLIMIT, or half of
// what the container or the machine has, up to usualMemory.
func memoryLimit() uint64 {
	if limit := debug.SetMemoryLimit(-1); limit != math.MaxInt64 {
		return uint64(limit)
	}
	limit := uint64(usualMemory)
	for _, have := range []uint64{
		bytesIn("/sys/fs/cgroup/memory.max", "", 1),
		bytesIn("/sys/fs/cgroup/memory/memory.limit_in_bytes", "", 1),
		bytesIn("/proc/meminfo", "MemTotal:", 1024),
	} {
		if have > 0 {
			limit = min(limit, have/2)
		}
	}
	return limit
}

// bytesIn is the number after name in a file of Linux's, 0 if there is none.
func bytesIn(file, name string, unit uint64) uint64 {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	_, rest, ok := bytes.Cut(text, []byte(name))
	fields := bytes.Fields(rest)
	if !ok || len(fields) == 0 {
		return 0
	}
	n, err := strconv.ParseUint(string(fields[0]), 10, 64)
	if err != nil {
		return 0 // "max": there is none
	}
	return n * unit
}
