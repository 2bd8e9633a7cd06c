package messaging

import (
	"slices"
	"sync"
)

// desk is what the nodes of one account know in common. The zero value is
// ready.
type desk struct {
	mu  sync.Mutex
	own []string // the numbers that people have written to, newest last
}

// maxOwn is how many own numbers an account remembers, the oldest out first.
const maxOwn = 1000

// seeOwn notes a number that somebody wrote to, so that it is ours.
func (d *desk) seeOwn(number string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if number == "" || slices.Contains(d.own, number) {
		return
	}
	if d.own = append(d.own, number); len(d.own) > maxOwn {
		d.own = slices.Delete(d.own, 0, 1)
	}
}

// isOwn tells whether a number is ours.
func (d *desk) isOwn(number string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Contains(d.own, number)
}
