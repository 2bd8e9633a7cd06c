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
	Encoding string           `prop:"encoding" label:"Encoding" enum:"auto,text,unicode" default:"auto"`
}

func init() {
	node.Register[SendSMS](node.Type{
		Name: "send-sms", Aliases: []string{"sendsms"}, Category: "messaging", Icon: "phone",
		Outputs: []string{"sent"}, Mode: node.Pool(16), Effect: true,
		Help: "Sends a text. `msg.payload` becomes the provider's answer, `msg.vonage` a summary of it: `ok`, `ids`, `parts`, `status`, " +
			"`attempts`, `ms`, `price`, `balance` and, if it failed, `error`.\n\n" +
			"Sent means that the provider took it, not that it arrived. What it refuses goes to the *catch* nodes. " +
			"A text that may have been sent is never sent again.\n\n" +
			"*Encoding* auto takes Unicode only for characters that a plain text cannot carry, for it halves what fits into one part.",
	})
}

// Upgrade turns the old palette's checkbox into an encoding; unticked never
// meant "lose the emoji".
func (*SendSMS) Upgrade(raw *msg.Object) {
	if raw.Get("encoding") == nil && msg.LooseEqual(raw.Get("unicode"), true) {
		raw.Set("encoding", "unicode")
	}
}

// Check finds an account that cannot use the SMS API.
func (s *SendSMS) Check(report func(property, problem string)) { check(s.Vonage, smsAPI, report) }

// Open shows whether texts reach anybody.
func (s *SendSMS) Open(_ context.Context, env *node.Env) error {
	showSimulated(s.Vonage.Get(), env)
	return nil
}

// Key keeps texts to the same number in order.
func (s *SendSMS) Key(m *msg.Object) string { return orderKey(s.To, m) }

// Receive sends one text.
func (s *SendSMS) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	v := node.On(m)
	to, from, body := v.Text(s.To), v.Text(s.From), v.Text(s.Text)
	if v.Err() != nil {
		return unfit(out, v.Err())
	}
	t, f := compose(from, to, body, s.Encoding, smsLimit, node.DeliveryOf(ctx).Key)
	if f != nil {
		return refuse(m, out, smsAPI, f)
	}
	g, f := s.Vonage.Get().opened()
	if f != nil {
		return refuse(m, out, smsAPI, f)
	}
	if s.Encoding == "text" && !sms.IsGSM7(body) {
		node.Log(ctx).Warn("characters arrive as ? with the encoding text", "characters", sms.Foreign(body))
	}
	answer, summary, err := g.send(ctx, out, smsAPI, t, func(ctx context.Context) result { return g.trySMS(ctx, t) })
	return deliver(m, out, answer, summary, err)
}
