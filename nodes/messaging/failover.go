package messaging

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// The messages that may still be replaced by another are in failoverBucket, at
// most maxChased of a node. While the other is on its way to the provider a
// note of it is in begunBucket: after a crash nobody knows whether it arrived.
const (
	failoverBucket = "failover"
	begunBucket    = "failover-begun"
	maxChased      = 10_000
	chasers        = 16 // that send at once

	// rejectedWithin is how long a message may still turn out to be rejected.
	rejectedWithin = 72 * time.Hour
	// grace is how long a node that has just started waits for receipts that
	// came while it was down.
	grace = 30 * time.Second
)

// chase follows the messages that a send-message node has sent until they are
// what they should become, or another takes their place: the timed failover
// that the provider no longer has (vonage.md §3.2).
type chase struct {
	node  *SendMessage
	keep  node.Keep
	id    string // of the node
	log   func(string)
	shelf shelf
	old   bool // there are messages from before the start

	mu   sync.Mutex
	refs map[string]string // client_ref → key on the shelf
}

// timed tells whether an alternative depends on time, so that this node sees
// to all of them.
func (s *SendMessage) timed() bool {
	return s.Version != "v0.1" && slices.ContainsFunc(s.Failover, func(a alternative) bool { return a.Until != "" })
}

// openChase takes up what is kept from the last time.
func openChase(s *SendMessage, env *node.Env) (*chase, error) {
	c := &chase{node: s, keep: env.Keep, id: env.ID, refs: map[string]string{}, log: func(text string) { env.Log.Warn(text) }}
	if err := c.shelf.open(env.Keep, failoverBucket, env.ID, maxChased); err != nil {
		return nil, err
	}
	c.old = c.shelf.len() > 0
	err := env.Keep.All(failoverBucket, func(key string, value []byte, _ time.Time) {
		if key, ours := strings.CutPrefix(key, env.ID+"/"); ours {
			if o, err := msg.DecodeObject(value); err == nil {
				c.refs[word(o, "ref")] = key
			}
		}
	})
	return c, err
}

// run sends what takes another's place until ctx ends, and then waits for
// what is on its way.
func (c *chase) run(ctx context.Context, out node.Late) {
	c.tellBegun(out)
	if c.old {
		_ = sleep(ctx, grace)
	}
	var under sync.WaitGroup
	free := make(chan struct{}, chasers)
	c.shelf.run(ctx, func(_ string, m *msg.Object, _ bool) {
		select {
		case free <- struct{}{}:
		case <-ctx.Done():
			c.again(m)
			return
		}
		under.Go(func() {
			defer func() { <-free }()
			c.replace(ctx, m, out)
		})
	}, func(err error) { c.log("failover: " + err.Error()) })
	under.Wait()
}

// again puts back what was taken, to be sent at once or, if the node stops,
// when it starts again.
func (c *chase) again(m *msg.Object) {
	if err := c.shelf.put(word(m, "key"), m, time.Now()); err != nil {
		c.log("no alternative will be sent: " + err.Error())
	}
}

// tellBegun reports what was under way when the process ended.
func (c *chase) tellBegun(out node.Late) {
	var begun []string
	err := c.keep.All(begunBucket, func(key string, _ []byte, _ time.Time) {
		if strings.HasPrefix(key, c.id+"/") {
			begun = append(begun, key)
		}
	})
	for _, key := range begun {
		out.Fail(msg.Of("_msgid", msg.NewID()), lost("the process ended while it sent an alternative to the message %s", key[len(c.id)+1:]))
		err = errors.Join(err, c.keep.Delete(begunBucket, key))
	}
	if err != nil {
		c.log("failover: " + err.Error())
	}
}

// follow keeps a message that was accepted until it is what it should become.
func (c *chase) follow(key, ref, msgid string, rest []stage, number, of int) error {
	next := rest[0]
	within := rejectedWithin
	if next.until != "" {
		within = time.Duration(next.expiry) * time.Second
	}
	list := msg.NewList()
	for _, s := range rest {
		list.Append(msg.Of("message", s.message, "until", s.until, "expiry", s.expiry))
	}
	c.mu.Lock()
	if ref != "" {
		c.refs[ref] = key
	}
	c.mu.Unlock()
	return c.shelf.put(key, msg.Of("key", key, "ref", ref, "_msgid", msgid, "rest", list, "number", number, "of", of), time.Now().Add(within))
}

// report hears of every status of the account's messages.
func (c *chase) report(id, ref, status string) {
	c.mu.Lock()
	if byRef, ok := c.refs[ref]; ok && ref != "" {
		id = byRef
	}
	c.mu.Unlock()
	m, err := c.relevant(id, status)
	switch {
	case err != nil:
		c.log("failover: " + err.Error())
	case m != nil && !slices.Contains(arrivals, status):
		m.Set("because", "the one before was "+status)
		c.again(m)
	}
}

// arrivals are the statuses of a message that got through, the others of the
// second list those of one that never will.
var (
	arrivals = []string{"delivered", "read"}
	failures = []string{"rejected", "undeliverable", "failed", "expired"}
)

// relevant takes a message off the shelf if a status ends the wait for it.
func (c *chase) relevant(id, status string) (*msg.Object, error) {
	if status != "read" && status != "delivered" && !slices.Contains(failures, status) {
		return nil, nil
	}
	if status == "delivered" {
		text, ok, err := c.keep.Get(failoverBucket, c.id+"/"+id)
		if !ok || err != nil {
			return nil, err
		}
		if o, err := msg.DecodeObject(text); err != nil || restOf(o)[0].until == "read" {
			return nil, err // delivered is not enough
		}
	}
	return c.take(id)
}

func (c *chase) take(key string) (*msg.Object, error) {
	m, err := c.shelf.take(key)
	if m != nil {
		c.mu.Lock()
		delete(c.refs, word(m, "ref"))
		c.mu.Unlock()
	}
	return m, err
}

// restOf reads what may take a message's place.
func restOf(o *msg.Object) []stage {
	list, _ := o.Get("rest").(*msg.List)
	rest := make([]stage, 0, max(1, list.Len()))
	for i := range list.Len() {
		item, _ := list.Items[i].(*msg.Object)
		message, _ := item.Get("message").(*msg.Object)
		expiry, _ := item.Get("expiry").(float64)
		rest = append(rest, stage{message, word(item, "until"), int(expiry)})
	}
	if len(rest) == 0 {
		rest = append(rest, stage{message: msg.NewObject(0)})
	}
	return rest
}

// replace sends what takes a message's place, because of a report or because
// its time is up.
func (c *chase) replace(ctx context.Context, kept *msg.Object, out node.Late) {
	rest, because := restOf(kept), word(kept, "because")
	if because == "" {
		c.mu.Lock()
		delete(c.refs, word(kept, "ref"))
		c.mu.Unlock()
		if rest[0].until == "" {
			return // it was not rejected
		}
		because = fmt.Sprintf("the one before was not %s within %d s", rest[0].until, rest[0].expiry)
		kept.Set("because", because)
	}
	m := msg.Of("_msgid", word(kept, "_msgid"))
	g, f := c.node.Vonage.Get().opened()
	if f != nil {
		out.Fail(m, f)
		return
	}
	key := c.id + "/" + word(kept, "key")
	if err := c.keep.Put(begunBucket, key, []byte{1}, spareLife); err != nil {
		out.Fail(m, fmt.Errorf("not sent: %w", err))
		return
	}
	number, _ := kept.Get("number").(float64)
	of, _ := kept.Get("of").(float64)
	answer, summary, err := c.node.pursue(ctx, out, g, rest, progress{int(number) + 1, int(of), because, word(kept, "_msgid")})
	if stopped := (*failure)(nil); errors.As(err, &stopped) && stopped.code == "stopped" {
		c.again(kept)
	} else if err := (ending{m, out, messagesAPI, c.node.Outputs > 1}).sent(answer, summary, err); err != nil {
		out.Fail(m, err)
	}
	if err := c.keep.Delete(begunBucket, key); err != nil {
		c.log("failover: " + err.Error())
	}
}

// progress says which of a message's alternatives is on its way, and why.
type progress struct {
	number, of int
	because    string
	msgid      string
}

// pursue sends the first of the stages that the provider takes, and has it
// followed if there are others.
func (s *SendMessage) pursue(ctx context.Context, out shower, g *gateway, stages []stage, p progress) (answer any, summary *msg.Object, err error) {
	for i, st := range stages {
		t, began := s.envelope(st.message), time.Now()
		answer, summary, err = g.send(ctx, out, messagesAPI, t, func(ctx context.Context) result {
			return g.tryMessage(ctx, t, "/v1/messages", st.message)
		})
		if summary != nil {
			o := msg.Of("number", p.number+i, "of", p.of)
			said(o, "because", p.because)
			summary.Set("failover", o)
		}
		var f *failure
		if err == nil {
			if rest := stages[i+1:]; len(rest) > 0 {
				s.follow(summary, t.ref, began, rest, p, p.number+i)
			}
			return answer, summary, nil
		}
		if !errors.As(err, &f) || f.ambiguous || f.retryable || f.partial {
			return answer, summary, err
		}
		p.because = "the one before was refused: " + f.label()
	}
	return answer, summary, err
}

// follow waits for what becomes of a message. It was sent: that it cannot be
// followed is a warning.
func (s *SendMessage) follow(summary *msg.Object, ref string, began time.Time, rest []stage, p progress, number int) {
	ids, _ := summary.Get("ids").(*msg.List)
	if ids.Len() == 0 {
		return
	}
	key := msg.Text(ids.Items[0])
	if err := s.chase.follow(key, ref, p.msgid, rest, number, p.of); err != nil {
		s.chase.log("no alternative will be sent: " + err.Error())
		return
	}
	for _, r := range s.Vonage.Get().board.early(key, ref, began) { // a receipt may be faster than the answer
		s.chase.report(key, ref, r)
	}
}
