package common

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// rung collects what rang, and when.
func rung(c *clock, into *[]string, name string) *alarm {
	return &alarm{ring: func() { *into = append(*into, name+" "+time.Since(c.begin).String()) }}
}

func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock()
		var got []string
		in := func(d time.Duration) time.Time { return c.begin.Add(d) }
		late, early, exact, gone := rung(c, &got, "late"), rung(c, &got, "early"), rung(c, &got, "exact"), rung(c, &got, "gone")
		c.set(late, in(time.Hour), grid)
		c.set(early, in(101*time.Millisecond), grid)
		c.set(exact, in(102*time.Millisecond), fineGrid)
		c.set(gone, in(50*time.Millisecond), fineGrid)
		c.stop(gone)
		c.stop(gone) // twice is no harm
		past := rung(c, &got, "past")
		c.set(past, in(-time.Minute), fineGrid)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		want := []string{"past 0s", "exact 102ms", "early 110ms", "late 1h0m0s"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestClockDoesNotWaitForWhoIsSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock()
		var got []string
		slow := &alarm{ring: func() { time.Sleep(time.Minute) }}
		c.set(slow, c.begin.Add(time.Second), fineGrid)
		c.set(rung(c, &got, "other"), c.begin.Add(time.Second), fineGrid)
		c.set(rung(c, &got, "next"), c.begin.Add(2*time.Second), fineGrid)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if want := []string{"other 1.005s", "next 2s"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		time.Sleep(2 * time.Minute)
	})
}
