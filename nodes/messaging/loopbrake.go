package messaging

import (
	"context"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// LoopBrake stops a flow that answers another machine, or itself.
type LoopBrake struct {
	Peer   node.Template    `prop:"peer" label:"Person" default:"<<msg.peer ?? msg.payload.msisdn>>"`
	Own    node.Template    `prop:"own" label:"Our number" default:"<<msg.own ?? msg.payload.to>>"`
	Reply  node.Template    `prop:"reply" label:"Our reply" default:"<<msg.reply>>" help:"What is about to be sent, so that a message that merely repeats it is not answered."`
	Most   int              `prop:"most" label:"Replies" default:"5" min:"1" max:"1000" width:"4"`
	Within node.Duration    `prop:"within" label:"in" unit:"s" default:"60" min:"1" max:"86400" width:"4"`
	Hold   node.Duration    `prop:"hold" label:"then hold" unit:"min" default:"10" min:"1" max:"604800" width:"4"`
	Total  int              `prop:"total" label:"Replies a minute, to all" default:"300" min:"0" help:"0: any number."`
	Ours   string           `prop:"ours" label:"Our numbers" placeholder:"447700900000, 447700900099" advanced:"true" help:"They are never answered. Those that people have written to are known with an account."`
	Vonage node.Ref[Vonage] `prop:"vonage" label:"Vonage" advanced:"true"`

	brake *brake
}

func init() {
	node.Register[LoopBrake](node.Type{
		Name: "loop-brake", Category: "messaging", Icon: "hand", Outputs: []string{"go on", "held"},
		Help: "Stops automatic replies that would go round in circles. Wire it before the node that sends the reply.\n\n" +
			"After so many replies to one person in so short a time nothing more goes to them for a while. " +
			"Never answered are our own numbers, short codes, senders with a name, receipts, and a message that repeats our last reply. " +
			"What is held leaves through the second output with `msg.brake`: `reason` and `until`.\n\n" +
			"A live account has a brake of its own (see *vonage*) for replies that passed none. This node is for other figures, or for doing something with what is held.",
	})
}

// Open reads the list of numbers.
func (b *LoopBrake) Open(context.Context, *node.Env) error {
	own := map[string]bool{}
	for n := range strings.SplitSeq(b.Ours, ",") {
		if n = numberOf(n); n != "" {
			own[n] = true
		}
	}
	b.brake = newBrake(b.Most, b.Within.D(), b.Hold.D(), b.Total, func(number string) bool {
		return own[number] || b.Vonage.Get() != nil && b.Vonage.Get().desk.isOwn(number)
	})
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
		m.Set("brake", msg.Of("passed", true))
		out.SendTo(m, 0)
		return nil
	}
	held, text := msg.Of("reason", reason), "held: "+reason
	if !until.IsZero() {
		held.Set("until", until.UTC().Format(time.RFC3339))
		text = heldFor(reason, peer, shortly(time.Until(until)))
	}
	m.Set("brake", held)
	out.Status(node.Status{Fill: "yellow", Shape: "ring", Text: text})
	out.SendTo(m, 1)
	return nil
}

// hold says why nothing may be sent, "" if it may.
func (b *LoopBrake) hold(m *msg.Object, peer, own, reply string, now time.Time) (reason string, until time.Time) {
	switch {
	case m.Get("receipt") == true || isReceipt(m.Get("payload")):
		return "a receipt is no message", until
	case peer == "":
		return "", until
	}
	text := word(m, "text")
	if text == "" {
		if o, ok := m.Get("payload").(*msg.Object); ok {
			text = word(o, "text")
		}
	}
	channel := word(m, "channel")
	return b.brake.holds(replying{peer, own, text, reply, channel == "" || channel == "sms" || channel == "mms"}, now)
}

// isReceipt knows a receipt by the provider's names, for flows with http-in.
func isReceipt(payload any) bool {
	o, ok := payload.(*msg.Object)
	return ok && (o.Has("err-code") || o.Has("status") && o.Has("message_uuid") || o.Has("scts"))
}
