package messaging

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// SendMessage hands one message to the provider's Messages API.
type SendMessage struct {
	Vonage  node.Ref[Vonage] `prop:"vonage|creds" label:"Vonage" required:"true"`
	Channel string           `prop:"channel" label:"Channel" enum:"sms=SMS" default:"sms"`
	Kind    string           `prop:"kind" label:"Kind" enum:"text=Text" default:"text"`
	From    node.Template    `prop:"from" label:"From" placeholder:"<<msg.payload.to>>" required:"true"`
	To      node.Template    `prop:"to" label:"To" placeholder:"<<msg.payload.from>>" required:"true"`
	Text    node.Template    `prop:"text" label:"Text" widget:"sms" required:"true"`
}

func init() {
	node.Register[SendMessage](node.Type{
		Name: "send-message", Category: "messaging", Icon: "message", Outputs: []string{"sent"}, Mode: node.Pool(16), Effect: true,
		Help: "Sends a message through the Messages API. `msg.payload` becomes the provider's answer, `msg.vonage` a summary of it, as with *send-sms*.\n\n" +
			"The account needs an application id with its private key, or an API key with its secret.",
	})
}

// Check finds an account that cannot use the Messages API.
func (s *SendMessage) Check(report func(property, problem string)) {
	check(s.Vonage, messagesAPI, report)
}

// Open shows whether messages reach anybody.
func (s *SendMessage) Open(_ context.Context, env *node.Env) error {
	showSimulated(s.Vonage.Get(), env)
	return nil
}

// Key keeps messages to the same number in order.
func (s *SendMessage) Key(m *msg.Object) string { return orderKey(s.To, m) }

// Receive sends one message.
func (s *SendMessage) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	end := ending{m, out, messagesAPI, false}
	v := node.On(m)
	to, from, body := v.Text(s.To), v.Text(s.From), v.Text(s.Text)
	if v.Err() != nil {
		return end.refused(unfit(v.Err()))
	}
	t := &text{ref: cut(node.DeliveryOf(ctx).Key, 100), body: body, parts: 1}
	if f := t.address(from, to); f != nil {
		return end.refused(f)
	}
	if n := utf8.RuneCountInString(body); n > messagesLimit {
		return end.refused(invalid("text", fmt.Errorf("%d characters: the provider takes %d", n, messagesLimit)))
	}
	g, f := s.Vonage.Get().opened()
	if f != nil {
		return end.refused(f)
	}
	request := msg.Of("channel", s.Channel, "message_type", s.Kind, "to", t.to, "from", t.from, "text", t.body)
	if t.ref != "" {
		request.Set("client_ref", t.ref)
	}
	return end.sent(g.send(ctx, out, messagesAPI, t, func(ctx context.Context) result { return g.tryMessage(ctx, request) }))
}
