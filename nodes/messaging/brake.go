package messaging

import (
	"fmt"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// brake counts replies, person by person, and holds those that go round in
// circles with another machine (messaging-practice.md §6). An account has one,
// and so has each loop-brake node.
type brake struct {
	most         int // replies to one person
	within, hold time.Duration
	total        int // replies a minute to all; 0: any number
	ours         func(number string) bool

	mu     sync.Mutex
	people roster[*braked]
	minute time.Time // since when total counts
	count  int
}

// braked is what the brake knows of one person.
type braked struct {
	replies []time.Time // the newest most, oldest first
	until   time.Time
	last    string // our last reply, cut
}

// maxBraked is how many people a brake knows at once. When all are in use,
// somebody new is held.
const maxBraked = 100_000

// maxLast is how much of our last reply is compared.
const maxLast = 1000

func newBrake(most int, within, hold time.Duration, total int, ours func(string) bool) *brake {
	b := &brake{most: most, within: within, hold: hold, total: total, ours: ours}
	b.people = roster[*braked]{most: maxBraked, begin: func() *braked { return new(braked) }, quiet: func(p *braked, now time.Time) bool {
		n := len(p.replies)
		return !now.Before(p.until) && (n == 0 || now.Sub(p.replies[n-1]) >= within)
	}}
	return b
}

// tooManyToAll is why a reply is held that is one too many of all people's.
const tooManyToAll = "too many replies to all"

// replying is a reply that is about to leave: to whom, from which number of
// ours, to what, and what it says, as far as that is known.
type replying struct {
	peer, own, heard, says string
	byNumber               bool // the peer is known by a phone number
}

// holds says why a reply must not leave, "" if it may; until is zero where
// time does not help.
func (b *brake) holds(a replying, now time.Time) (reason string, until time.Time) {
	switch {
	case a.peer == a.own:
		return "it comes from the number it went to", until
	case b.ours(a.peer):
		return sms.Mask(a.peer) + " is our own number", until
	case a.byNumber && !sms.International(a.peer):
		return a.peer + " takes no replies", until
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	p, ok := b.people.get(a.own+"|"+a.peer, now)
	switch {
	case !ok:
		return "too many people at once", until
	case now.Before(p.until):
		return "too many replies", p.until
	case a.heard != "" && cut(a.heard, maxLast) == p.last:
		return "it repeats our last reply", until
	}
	for len(p.replies) > 0 && now.Sub(p.replies[0]) >= b.within {
		p.replies = p.replies[1:]
	}
	if len(p.replies) >= b.most {
		p.replies, p.until = nil, now.Add(b.hold)
		return "too many replies", p.until
	}
	if now.Sub(b.minute) >= time.Minute {
		b.minute, b.count = now, 0
	}
	if b.total > 0 && b.count >= b.total {
		return tooManyToAll, b.minute.Add(time.Minute)
	}
	b.count++
	p.replies, p.last = append(p.replies, now), cut(a.says, maxLast)
	return "", until
}

// heard is what somebody wrote that a message to them answers: the message
// still has the text that came, by inbound-message or by a webhook of the
// provider's. A receipt has no text, but to text again whoever it is about
// goes round in circles, too.
func heard(m *msg.Object, to string) (text string, reply bool) {
	if (m.Has("replyable") || m.Get("receipt") == true) && numberOf(word(m, "peer")) == to {
		return word(m, "text"), true
	}
	o, _ := m.Get("payload").(*msg.Object)
	switch {
	case o == nil:
		return "", false
	case o.Has("messageId"):
		return word(o, "text"), numberOf(word(o, "msisdn")) == to
	case o.Has("message_uuid") && o.Has("status"):
		return "", numberOf(address(o, "to")) == to
	case o.Has("message_uuid") && o.Has("from"):
		return word(o, "text"), numberOf(address(o, "from")) == to
	}
	return "", false
}

// held is why a message must not leave this account, nil if it may: a reply
// that goes round in circles. What passed a loop-brake node was counted there.
func (g *gateway) held(m *msg.Object, t *text) *failure {
	if m.Path("brake.passed") == true {
		m.Delete("brake") // it passed for this one
		return nil
	}
	if g.brake == nil {
		return nil
	}
	came, reply := heard(m, t.to)
	if !reply {
		return nil
	}
	now := time.Now()
	reason, until := g.brake.holds(replying{peer: t.to, own: t.from, heard: came, says: t.body}, now)
	if reason == "" {
		g.desk.seeOwn(t.from)
		return nil
	}
	f := &failure{code: "loop_brake", short: "held: " + reason,
		text: fmt.Sprintf("held by the loop brake, for %s: not sent to %s", reason, sms.Mask(t.to))}
	if until.IsZero() {
		return f
	}
	span := shortly(until.Sub(now))
	f.short = heldFor(reason, t.to, span)
	if reason == tooManyToAll {
		f.text = fmt.Sprintf("held by the loop brake: more than %d replies to all people within a minute, so no reply leaves for %s. The account's vonage node sets this",
			g.brake.total, span)
	} else {
		f.text = fmt.Sprintf("held by the loop brake: more than %d replies to %s within %s, so nothing more goes there for %s. The account's vonage node sets this",
			g.brake.most, sms.Mask(t.to), shortly(g.brake.within), span)
	}
	return f
}

// heldFor is the line under a node that holds a reply.
func heldFor(reason, peer, span string) string {
	who := sms.Mask(peer)
	if reason == tooManyToAll {
		who = "everybody"
	}
	return fmt.Sprintf("loop brake: %s held %s", who, span)
}

// shortly prints a span for people.
func shortly(d time.Duration) string {
	switch d = d.Round(time.Second); {
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d h", int(d.Round(time.Hour).Hours()))
	case d >= 2*time.Minute:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	}
	return fmt.Sprintf("%d s", int(d.Seconds()))
}
