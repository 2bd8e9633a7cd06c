package messaging

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// LoopBrake stops a flow that answers another machine, or itself.
type LoopBrake struct {
	Peer   node.Template    `prop:"peer" label:"Person" default:"<<msg.peer ?? msg.payload.msisdn>>"`
	Own    node.Template    `prop:"own" label:"Our number" default:"<<msg.own ?? msg.payload.to>>"`
	Reply  node.Template    `prop:"reply" label:"Our reply" default:"<<msg.reply>>" help:"What is about to be sent, so that a message that merely repeats it is not answered."`
	Most   int              `prop:"most" label:"Replies" default:"5" min:"1" max:"1000" width:"4" summary:"true"`
	Within node.Duration    `prop:"within" label:"in" unit:"s" default:"60" min:"1" max:"86400" width:"4" summary:"true"`
	Hold   node.Duration    `prop:"hold" label:"then hold" unit:"min" default:"10" min:"1" max:"604800" width:"4"`
	Total  int              `prop:"total" label:"Replies a minute, to all" default:"300" min:"0" help:"0: any number."`
	Ours   string           `prop:"ours" label:"Our numbers" placeholder:"447700900000, 447700900099" advanced:"true" help:"They are never answered. Those that people have written to are known with an account."`
	Vonage node.Ref[Vonage] `prop:"vonage" label:"Vonage" advanced:"true"`

	own map[string]bool

	mu     sync.Mutex
	peers  map[string]*braked
	minute time.Time // since when total counts
	count  int
	swept  time.Time
}

// braked is what the brake knows of one person.
type braked struct {
	replies []time.Time // the newest Most at most, oldest first
	until   time.Time
	last    string // our last reply, cut
}

// maxBraked is how many people the brake knows at once. When all are in use,
// somebody new is held.
const maxBraked = 100_000

// maxLast is how much of our last reply is compared.
const maxLast = 1000

func init() {
	node.Register[LoopBrake](node.Type{
		Name: "loop-brake", Category: "messaging", Icon: "hand", Outputs: []string{"go on", "held"},
		Help: "Stops automatic replies that would go round in circles. Wire it before the node that sends the reply.\n\n" +
			"After so many replies to one person in so short a time nothing more goes to them for a while. " +
			"Never answered are our own numbers, short codes, senders with a name, receipts, and a message that repeats our last reply. " +
			"What is held leaves through the second output with `msg.brake`: `reason` and `until`.",
	})
}

// Open reads the list of numbers.
func (b *LoopBrake) Open(context.Context, *node.Env) error {
	b.own = map[string]bool{}
	for n := range strings.SplitSeq(b.Ours, ",") {
		if n = numberOf(n); n != "" {
			b.own[n] = true
		}
	}
	b.peers = map[string]*braked{}
	return nil
}

// Receive lets a reply go, or holds it. A message that answers nobody goes.
func (b *LoopBrake) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	v := node.On(m)
	peer, own, reply := v.Text(b.Peer), v.Text(b.Own), v.Text(b.Reply)
	if v.Err() != nil {
		return v.Err()
	}
	reason, until := b.hold(m, numberOf(peer), numberOf(own), reply, time.Now())
	if reason == "" {
		out.SendTo(m, 0)
		return nil
	}
	brake, text := msg.Of("reason", reason), "held: "+reason
	if !until.IsZero() {
		brake.Set("until", until.UTC().Format(time.RFC3339))
		text = fmt.Sprintf("loop brake: %s held %s", sms.Mask(peer), shortly(time.Until(until)))
	}
	m.Set("brake", brake)
	out.Status(node.Status{Fill: "yellow", Shape: "ring", Text: text})
	out.SendTo(m, 1)
	return nil
}

// hold says why nothing may be sent, "" if it may.
func (b *LoopBrake) hold(m *msg.Object, peer, own, reply string, now time.Time) (reason string, until time.Time) {
	channel := word(m, "channel")
	byNumber := channel == "" || channel == "sms" || channel == "mms"
	switch {
	case m.Get("receipt") == true || isReceipt(m.Get("payload")):
		return "a receipt is no message", until
	case peer == "":
		return "", until
	case peer == own:
		return "it comes from the number it went to", until
	case b.own[peer] || b.Vonage.Get() != nil && b.Vonage.Get().desk.isOwn(peer):
		return sms.Mask(peer) + " is our own number", until
	case byNumber && !dialable.MatchString(peer):
		return peer + " takes no replies", until
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sweep(now)
	p := b.peers[own+"|"+peer]
	if p == nil {
		if len(b.peers) >= maxBraked {
			return "too many people at once", until
		}
		p = new(braked)
		b.peers[own+"|"+peer] = p
	}
	text := word(m, "text")
	if text == "" {
		if o, ok := m.Get("payload").(*msg.Object); ok {
			text = word(o, "text")
		}
	}
	switch {
	case now.Before(p.until):
		return "too many replies", p.until
	case text != "" && cut(text, maxLast) == p.last:
		return "it repeats our last reply", until
	}
	for len(p.replies) > 0 && now.Sub(p.replies[0]) >= b.Within.D() {
		p.replies = p.replies[1:]
	}
	if len(p.replies) >= b.Most {
		p.replies, p.until = nil, now.Add(b.Hold.D())
		return "too many replies", p.until
	}
	if now.Sub(b.minute) >= time.Minute {
		b.minute, b.count = now, 0
	}
	if b.Total > 0 && b.count >= b.Total {
		return "too many replies to all", b.minute.Add(time.Minute)
	}
	b.count++
	p.replies, p.last = append(p.replies, now), cut(reply, maxLast)
	return "", until
}

// sweep forgets those who have been quiet, now and then; b.mu is held.
func (b *LoopBrake) sweep(now time.Time) {
	pause := time.Minute
	if len(b.peers) >= maxBraked {
		pause = time.Second
	}
	if now.Sub(b.swept) < pause {
		return
	}
	b.swept = now
	for key, p := range b.peers {
		n := len(p.replies)
		if !now.Before(p.until) && (n == 0 || now.Sub(p.replies[n-1]) >= b.Within.D()) {
			delete(b.peers, key)
		}
	}
}

// isReceipt knows a receipt by the provider's names, for flows with http-in.
func isReceipt(payload any) bool {
	o, ok := payload.(*msg.Object)
	return ok && (o.Has("err-code") || o.Has("status") && o.Has("message_uuid") || o.Has("scts"))
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
