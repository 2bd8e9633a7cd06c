package messaging

import "sync"

// peerOrder lets what belongs to one conversation pass in the order in which
// it came, though each has its own goroutine. Conversations do not wait for
// one another.
type peerOrder struct {
	mu   sync.Mutex
	last map[string]*ticket
}

// ticket is a place in a conversation's line.
type ticket struct {
	order  *peerOrder
	key    string
	before <-chan struct{} // closed when the one before has passed
	passed chan struct{}
}

// join takes the place at the end. leave must be called, once.
func (o *peerOrder) join(key string) *ticket {
	t := &ticket{order: o, key: key, passed: make(chan struct{})}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.last == nil {
		o.last = map[string]*ticket{}
	}
	if last := o.last[key]; last != nil {
		t.before = last.passed
	}
	o.last[key] = t
	return t
}

// wait returns when all who came before have left.
func (t *ticket) wait() {
	if t.before != nil {
		<-t.before
	}
}

// leave lets the next one pass, when it is this one's turn.
func (t *ticket) leave() {
	t.wait()
	t.order.mu.Lock()
	if t.order.last[t.key] == t {
		delete(t.order.last, t.key)
	}
	t.order.mu.Unlock()
	close(t.passed)
}
