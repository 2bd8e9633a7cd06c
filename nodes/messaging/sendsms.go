package messaging

import (
	"context"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// SendSMS hands one text to the provider's SMS API.
type SendSMS struct {
	Vonage   node.Ref[Vonage] `prop:"vonage|creds" label:"Vonage" required:"true"`
	From     node.Template    `prop:"from|fr" label:"From" placeholder:"<<msg.payload.to>>" required:"true"`
	To       node.Template    `prop:"to" label:"To" placeholder:"<<msg.payload.msisdn>>" required:"true"`
	Text     node.Template    `prop:"text" label:"Text" widget:"sms" required:"true"`
	Encoding string           `prop:"encoding" label:"Encoding" enum:"auto,text,unicode" default:"auto" help:"Auto takes Unicode only for characters that a plain text cannot carry."`
	Plain    bool             `prop:"plain" label:"Replace typographic characters" help:"Curly quotes, long dashes and the like become plain ones: a single one makes a text take more than twice the parts."`
	MaxParts int              `prop:"maxParts" label:"At most" unit:"parts" default:"10" min:"1" max:"50" width:"6" help:"Every part is billed."`
	Overlong string           `prop:"overlong" label:"A longer text" enum:"error=is an error,truncate=is cut off" default:"error" width:"6"`
	Outputs  int              `prop:"outputs" label:"Failures" enum:"1=go to the catch nodes,2=go to a second output" default:"1" ports:"count"`

	Callback  node.Template `prop:"callback" label:"Receipts to" placeholder:"https://example.com/receipt" group:"Delivery" advanced:"true" help:"The URL that hears what became of this text; empty: the one of the account."`
	ClientRef node.Template `prop:"clientRef" label:"Reference" group:"Delivery" advanced:"true" help:"A label that comes back in the receipt; empty: the message's id."`
	TTL       node.Duration `prop:"ttl" label:"Give up after" unit:"s" min:"20" max:"604800" group:"Delivery" advanced:"true" help:"How long the network tries; empty: three days."`
	Class     string        `prop:"messageClass" label:"Class" enum:"=Normal,0=0: shown at once,1=1: to the phone,2=2: to the SIM card,3=3: to the equipment" advanced:"true"`
	EntityID  node.Template `prop:"entityId" label:"Entity id" advanced:"true" help:"As some countries' regulators want it."`
	ContentID node.Template `prop:"contentId" label:"Content id" advanced:"true"`
	Resend    bool          `prop:"resendUnclear" label:"Send again when the answer is lost" advanced:"true" help:"The text may then arrive twice. Off: it is reported as unclear and not sent again."`
}

func init() {
	node.Register[SendSMS](node.Type{
		Name: "send-sms", Aliases: []string{"sendsms"}, Category: "messaging", Icon: "message-square-text",
		Outputs: []string{"sent", "failed"}, Mode: node.Pool(sendWorkers), Effect: true,
		Help: "Sends a text. `msg.payload` becomes the provider's answer, `msg.vonage` a summary of it: `ok`, `ids`, `parts`, `statuses` " +
			"(one a part), `status`, `to`, `ref`, `attempts`, `ms`, `price`, `balance` and, if it failed, `error`.\n\n" +
			"Sent means that the provider took it, not that it arrived. What it refuses goes to the *catch* nodes, or to a second output. " +
			"Texts to one number leave in order. Too fast a sender waits and tries again; " +
			"a text that may have been sent is not sent again.",
	})
}

// sendWorkers is how many messages of one node may be on their way at once.
// Many may wait for a slow sender's turn without holding up the others.
const sendWorkers = 64

// Upgrade turns the old palette's checkbox into an encoding; unticked never
// meant "lose the emoji".
func (*SendSMS) Upgrade(raw *msg.Object) {
	if raw.Get("encoding") == nil && msg.LooseEqual(raw.Get("unicode"), true) {
		raw.Set("encoding", "unicode")
	}
}

// Check finds an account that cannot use the SMS API.
func (s *SendSMS) Check(report func(property, problem string)) {
	check(s.Vonage, smsAPI, report)
	if url, fixed := s.Callback.Literal(); fixed && url != "" {
		if err := checkCallback(url); err != nil {
			report("callback", err.Error())
		}
	}
}

// Open shows whether texts reach anybody.
func (s *SendSMS) Open(_ context.Context, env *node.Env) error {
	showSimulated(s.Vonage.Get(), env)
	return nil
}

// Key keeps texts to the same number in order.
func (s *SendSMS) Key(m *msg.Object) string { return orderKey(s.To, m) }

// Receive sends one text.
func (s *SendSMS) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	end := ending{m, out, smsAPI, s.Outputs > 1}
	t, f := s.compose(m, node.DeliveryOf(ctx).Key)
	if f != nil {
		return end.refused(f)
	}
	g, f := s.Vonage.Get().opened()
	if f != nil {
		return end.refused(f)
	}
	if f := g.held(m, t); f != nil {
		return end.refused(f)
	}
	if s.Encoding == "text" && !sms.IsGSM7(t.body) {
		node.Log(ctx).Warn("characters arrive as ? with the encoding text", "characters", sms.Foreign(t.body))
	}
	return end.sent(g.send(ctx, out, smsAPI, t, func(ctx context.Context) result { return g.trySMS(ctx, t) }))
}

// compose makes a text of a message and checks it before any request.
func (s *SendSMS) compose(m *msg.Object, key string) (*text, *failure) {
	v := node.On(m)
	to, from, body := v.Text(s.To), v.Text(s.From), v.Text(s.Text)
	t := &text{resend: s.Resend, ttl: s.TTL.D(), class: s.Class}
	t.ref, t.callback, t.entity, t.content = v.Text(s.ClientRef), v.Text(s.Callback), v.Text(s.EntityID), v.Text(s.ContentID)
	if v.Err() != nil {
		return nil, unfit(v.Err())
	}
	if t.ref == "" {
		t.ref = key
	}
	t.ref = cut(t.ref, 100)
	if f := t.address(from, to); f != nil {
		return nil, f
	}
	if t.callback != "" {
		if err := checkCallback(t.callback); err != nil {
			return nil, invalid("callback", err)
		}
	}
	if s.Plain {
		body = sms.Plain(body)
	}
	if f := t.write(body, s.Encoding, s.MaxParts, s.Overlong == "truncate"); f != nil {
		return nil, f
	}
	return t, nil
}
