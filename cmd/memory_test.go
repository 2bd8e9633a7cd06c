package cmd

import (
	"testing"
	"time"
)

func TestGCPercent(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		name       string
		live, made uint64
		since      time.Duration
		want       int
	}{
		{"a small heap that does nothing", 2 * mb, 0, time.Minute, 150},
		{"a small heap in use", 5 * mb, 24 * mb, 150 * time.Millisecond, 480}, // as long as it may wait
		{"a burst is bounded", 8 * mb, 500 * mb, 100 * time.Millisecond, 500},
		{"a large heap that does little", 200 * mb, mb, time.Second, 50},
		{"a large heap in use", 200 * mb, 600 * mb, time.Second, 100},
		{"a middling one has time", 50 * mb, 50 * mb, time.Second, 60},
		{"no time has passed", 5 * mb, mb, 0, 800},
	} {
		if got := gcPercent(c.live, c.made, c.since); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}
