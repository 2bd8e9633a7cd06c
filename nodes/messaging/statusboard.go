package messaging

import (
	"slices"
	"sync"
	"time"
)

// earlyReports is how many of the last statuses an account remembers, for
// those that come before the answer to the message they are about.
const earlyReports = 1000

// statusBoard is where the nodes of one account hear of the statuses that
// inbound-message gets. The zero value is ready.
type statusBoard struct {
	mu     sync.Mutex
	chases []*chase
	last   []statusReport // a ring
	next   int
}

type statusReport struct {
	id, ref, status string
	at              time.Time
}

// join has a chase hear of every status from now on.
func (b *statusBoard) join(c *chase) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.chases = append(b.chases, c)
}

func (b *statusBoard) leave(c *chase) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.chases = slices.DeleteFunc(b.chases, func(have *chase) bool { return have == c })
}

// report tells of a status. ref is the message's client_ref where id is one
// that the sender does not know, else "".
func (b *statusBoard) report(id, ref, status string) {
	b.mu.Lock()
	chases := slices.Clone(b.chases)
	if len(chases) > 0 {
		if len(b.last) < earlyReports {
			b.last = append(b.last, statusReport{})
		}
		b.last[b.next] = statusReport{id, ref, status, time.Now()}
		b.next = (b.next + 1) % earlyReports
	}
	b.mu.Unlock()
	for _, c := range chases {
		c.report(id, ref, status)
	}
}

// early are the statuses of a message that have come since it began to leave.
func (b *statusBoard) early(id, ref string, since time.Time) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []string
	for _, r := range b.last {
		if !r.at.Before(since) && (r.id == id || ref != "" && r.ref == ref) {
			all = append(all, r.status)
		}
	}
	return all
}
