package messaging

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

// desk is what the nodes of one account know in common. The zero value is
// ready.
type desk struct {
	mu  sync.Mutex
	own []string // the numbers that people have written to, newest last
	// Who waits for a reply, by our number and theirs, the last question last.
	waits map[string][]waiter
	early earlyReplies
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

// waiter is a question that somebody has not answered yet.
type waiter struct {
	node *WaitForReply
	key  string
}

// maxAsked is how many questions to one person are remembered; of more the
// oldest ends with its time only.
const maxAsked = 16

// await notes a question to somebody.
func (d *desk) await(conversation string, w waiter) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waits == nil {
		d.waits = map[string][]waiter{}
	}
	asked := append(d.waits[conversation], w)
	if len(asked) > maxAsked {
		asked = slices.Delete(asked, 0, 1)
	}
	d.waits[conversation] = asked
	d.early.tell(conversation)
}

// forget drops a question whose time is up.
func (d *desk) forget(conversation string, w waiter) {
	d.mu.Lock()
	defer d.mu.Unlock()
	asked := slices.DeleteFunc(d.waits[conversation], func(have waiter) bool { return have == w })
	if len(asked) == 0 {
		delete(d.waits, conversation)
	} else {
		d.waits[conversation] = asked
	}
}

// join notes a node that waits for replies.
func (d *desk) join(w *WaitForReply) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.early.nodes == nil {
		d.early.nodes = map[*WaitForReply]bool{}
	}
	d.early.nodes[w] = true
}

// leave forgets all questions of a node that stops.
func (d *desk) leave(w *WaitForReply) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.early.nodes, w)
	for conversation, asked := range d.waits {
		asked = slices.DeleteFunc(asked, func(have waiter) bool { return have.node == w })
		if d.waits[conversation] = asked; len(asked) == 0 {
			delete(d.waits, conversation)
		}
	}
}

// reply gives an inbound message to the last question that is still open, and
// tells whether there was one. If a text to that person is just leaving it
// waits for the question to be known.
func (d *desk) reply(ctx context.Context, own, peer string, inbound *msg.Object) (taken bool, err error) {
	conversation, began := own+"|"+peer, time.Now()
	for {
		d.mu.Lock()
		asked := d.waits[conversation]
		if len(asked) == 0 {
			wait, changed := d.early.soon(conversation, began)
			d.mu.Unlock()
			if wait <= 0 || !waitFor(ctx, wait, changed) {
				return false, nil
			}
			continue
		}
		last := asked[len(asked)-1]
		if asked = asked[:len(asked)-1]; len(asked) == 0 {
			delete(d.waits, conversation)
		} else {
			d.waits[conversation] = asked
		}
		d.mu.Unlock()
		if taken, err := last.node.resume(last.key, inbound); taken || err != nil {
			return taken, err
		}
	}
}
