package messaging

import (
	"context"
	"time"
)

// A reply may be faster than the message that carries its question from the
// send node to wait-for-reply, for the network has the text before the
// provider has answered us. Such a reply waits until the question is known:
// while the text leaves, at most replyPatience, and questionGrace after.
const (
	replyPatience = 10 * time.Second
	questionGrace = 500 * time.Millisecond
)

// earlyReplies knows to whom texts are leaving or have just left. It is part
// of a desk, under its lock; the zero value is ready.
type earlyReplies struct {
	nodes map[*WaitForReply]bool // without any nothing is noted
	to    map[string]*addressee  // by conversation
	past  []string               // conversations whose last text has left, in order
}

// addressee is somebody who may be answering already.
type addressee struct {
	leaving int           // texts that the provider has not answered yet
	until   time.Time     // how long after them a question may become known
	changed chan struct{} // closed when there is reason to look again
}

// asking notes a text that leaves. It returns what is to be called when the
// provider has answered, with whether it took the text.
func (d *desk) asking(own, peer string) (answered func(sent bool)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, conversation := &d.early, own+"|"+peer
	if len(e.nodes) == 0 {
		return func(bool) {}
	}
	e.sweep(time.Now())
	a := e.to[conversation]
	if a == nil {
		a = &addressee{changed: make(chan struct{})}
		if e.to == nil {
			e.to = map[string]*addressee{}
		}
		e.to[conversation] = a
	}
	a.leaving++
	return func(sent bool) {
		d.mu.Lock()
		defer d.mu.Unlock()
		if sent {
			a.until = time.Now().Add(questionGrace)
		}
		if a.leaving--; a.leaving == 0 {
			e.past = append(e.past, conversation)
		}
		e.tell(conversation)
	}
}

// sweep forgets whose time is over. One that has been asked again meanwhile
// comes a second time.
func (e *earlyReplies) sweep(now time.Time) {
	for len(e.past) > 0 {
		a := e.to[e.past[0]]
		if a != nil && a.leaving == 0 {
			if now.Before(a.until) {
				return
			}
			delete(e.to, e.past[0])
		}
		e.past = e.past[1:]
	}
}

// tell has those look again who wait in a conversation.
func (e *earlyReplies) tell(conversation string) {
	if a := e.to[conversation]; a != nil {
		close(a.changed)
		a.changed = make(chan struct{})
	}
}

// soon tells how long somebody who began to wait then should go on, and what
// ends that before. 0: no question will come.
func (e *earlyReplies) soon(conversation string, began time.Time) (time.Duration, <-chan struct{}) {
	a := e.to[conversation]
	if a == nil {
		return 0, nil
	}
	end := began.Add(replyPatience)
	if a.leaving == 0 && a.until.Before(end) {
		end = a.until
	}
	return time.Until(end), a.changed
}

// waitFor tells whether to look again; not if the node stops.
func waitFor(ctx context.Context, d time.Duration, changed <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-changed:
	case <-ctx.Done():
		return false
	}
	return true
}
