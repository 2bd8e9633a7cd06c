package messaging

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// SendMessage hands one message to the provider's Messages API.
type SendMessage struct {
	Vonage  node.Ref[Vonage] `prop:"vonage|creds" label:"Vonage" required:"true"`
	Channel string           `prop:"channel" label:"Channel" enum:"sms=SMS,mms=MMS,rcs=RCS,whatsapp=WhatsApp,messenger=Messenger,viber_service=Viber,payload=What msg.payload says" default:"sms" summary:"true" help:"With the last one msg.payload is the provider's own object, which is checked and sent as it is."`

	content

	Failover []alternative `prop:"failover" label:"If it does not get through" group:"Failover" advanced:"true" help:"What goes out, in this order, when the message does not get through."`

	Outputs int    `prop:"outputs" label:"Failures" enum:"1=go to the catch nodes,2=go to a second output" default:"1" ports:"count"`
	Version string `prop:"version" label:"API" enum:"v1=Version 1,v0.1=Version 0.1 (older guides)" default:"v1" advanced:"true"`
	Sandbox bool   `prop:"sandbox" label:"Use the sandbox" advanced:"true" help:"The provider's place to try WhatsApp, Viber and Messenger without numbers of one's own. It takes one message a second."`
	Resend  bool   `prop:"resendUnclear" label:"Send again when the answer is lost" advanced:"true" help:"The message may then arrive twice. Off: it is reported as unclear and not sent again."`

	chase *chase // nil where the provider sees to alternatives
}

// alternative is a message that takes another's place.
type alternative struct {
	Until   string        `prop:"until" label:"If the one before" enum:"=was rejected,delivered=was not delivered within,read=was not read within" help:"A rejected one is replaced at once in any case."`
	Expiry  node.Duration `prop:"expiry" label:"Time" unit:"s" min:"15" max:"86400" default:"600" when:"until in ['delivered','read']"`
	Channel string        `prop:"channel" label:"Channel" enum:"sms=SMS,mms=MMS,rcs=RCS,whatsapp=WhatsApp,messenger=Messenger,viber_service=Viber" default:"sms"`

	content
}

func init() {
	node.Register[SendMessage](node.Type{
		Name: "send-message", Category: "messaging", Icon: "send", Outputs: []string{"sent", "failed"}, Mode: node.Pool(sendWorkers), Effect: true,
		Help: "Sends a message by SMS, MMS, RCS, WhatsApp, Messenger or Viber through the Messages API. `msg.payload` becomes the provider's answer, " +
			"`msg.vonage` a summary of it, as with *send-sms*. What the channel would refuse is an error before any request.\n\n" +
			"*If it does not get through* lists messages that take its place, for example a text for a WhatsApp message that is not read. " +
			"Where only a rejection matters the provider sees to it. Where a time matters this node does, over restarts too: it needs an *inbound-message* node " +
			"with the same account that gets the status webhooks, and tells of each further message through its output, with `msg.vonage.failover`.\n\n" +
			"The account needs an application id with its private key, or an API key with its secret.",
	})
}

// Check finds what no message could get through with.
func (s *SendMessage) Check(report func(property, problem string)) {
	check(s.Vonage, messagesAPI, report)
	fits := func(at, channel string, c *content) {
		if kinds := kindsOf(channel, s.Version); channel != "payload" && !slices.Contains(kinds, c.kind(channel)) {
			if kinds == nil {
				report(at+"channel", fmt.Sprintf("%s has no %s", s.Version, channel))
				return
			}
			report(at+"kind", fmt.Sprintf("%s takes %s, not %s", channel, strings.Join(kinds, ", "), c.kind(channel)))
		}
	}
	fits("", s.Channel, &s.content)
	before := s.Channel
	for i := range s.Failover {
		a := &s.Failover[i]
		at := fmt.Sprintf("failover[%d].", i)
		fits(at, a.Channel, &a.content)
		switch {
		case a.Until == "" && s.Version == "v0.1":
			report(at+"until", "v0.1 needs a time: delivered or read")
		case a.Until == "read" && (before == "sms" || before == "mms"):
			report(at+"until", "nobody tells when an "+before+" is read: choose delivered")
		}
		before = a.Channel
	}
}

// Open shows whether messages reach anybody, and takes up those that were
// followed when the process ended.
func (s *SendMessage) Open(_ context.Context, env *node.Env) (err error) {
	v := s.Vonage.Get()
	showSimulated(v, env)
	if !s.timed() {
		return nil
	}
	if s.chase, err = openChase(s, env); err == nil {
		v.board.join(s.chase)
	}
	return err
}

// Start sends what takes another's place.
func (s *SendMessage) Start(ctx context.Context, out node.Late) error {
	if s.chase != nil {
		s.chase.run(ctx, out)
	}
	return nil
}

// Close lets others hear of statuses.
func (s *SendMessage) Close() error {
	if s.chase != nil {
		s.Vonage.Get().board.leave(s.chase)
	}
	return nil
}

// Key keeps messages to the same person in order.
func (s *SendMessage) Key(m *msg.Object) string {
	if s.Channel != "payload" {
		return orderKey(s.To, m)
	}
	o, _ := m.Get("payload").(*msg.Object)
	to := member(o, "to")
	if number, err := sms.Number(to); err == nil {
		return number
	}
	return to
}

// Receive sends one message.
func (s *SendMessage) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	end := ending{m, out, messagesAPI, s.Outputs > 1}
	stages, f := s.compose(m, node.DeliveryOf(ctx).Key)
	if f != nil {
		return end.refused(f)
	}
	g, f := s.Vonage.Get().opened()
	if f != nil {
		return end.refused(f)
	}
	t := s.envelope(stages[0].message)
	if f := g.held(m, t); f != nil {
		return end.refused(f)
	}
	if s.chase != nil {
		id, _ := m.Get("_msgid").(string)
		return end.sent(s.pursue(ctx, out, g, stages, progress{1, len(stages), "", id}))
	}
	path, request, f := s.request(stages)
	if f != nil {
		return end.refused(f)
	}
	return end.sent(g.send(ctx, out, messagesAPI, t, func(ctx context.Context) result { return g.tryMessage(ctx, t, path, request) }))
}

// stage is a message and when it goes out.
type stage struct {
	message *msg.Object // checked, in the shape of v1
	until   string      // what the one before should have become: delivered, read; "": not rejected
	expiry  int         // in so many seconds
}

// compose makes the messages of a message: the first, and those that may take
// its place.
func (s *SendMessage) compose(m *msg.Object, ref string) ([]stage, *failure) {
	v := node.On(m)
	var first *msg.Object
	if s.Channel == "payload" {
		payload, ok := m.Get("payload").(*msg.Object)
		if !ok {
			return nil, invalid("payload", errors.New("is not an object such as {channel, message_type, to, from, text}"))
		}
		first = payload.Clone()
	} else {
		first = s.object(s.Channel, ref, v)
	}
	stages := []stage{{message: first}}
	for i := range s.Failover {
		a := &s.Failover[i]
		stages = append(stages, stage{a.object(a.Channel, ref, v), a.Until, int(a.Expiry.D().Seconds())})
	}
	if v.Err() != nil {
		return nil, unfit(v.Err())
	}
	for i, st := range stages {
		if f := checkMessage(st.message, s.Version); f != nil {
			return nil, at(i, f)
		}
	}
	return stages, nil
}

// at says of which message a failure is: the first one needs no name.
func at(stage int, f *failure) *failure {
	if stage > 0 {
		f.text = fmt.Sprintf("failover[%d].%s", stage-1, f.text)
	}
	return f
}

// request is what goes to the provider, and where.
func (s *SendMessage) request(stages []stage) (path string, o *msg.Object, f *failure) {
	if s.Version == "v0.1" {
		if len(stages) > 1 {
			o, f = dispatch(stages)
			return "/v0.1/dispatch", o, f
		}
		o, f = legacy(stages[0].message)
		return "/v0.1/messages", o, f
	}
	return "/v1/messages", withFailover(stages), nil
}

// withFailover is a message of v1 with those that follow on a rejection.
func withFailover(stages []stage) *msg.Object {
	o := stages[0].message
	if len(stages) == 1 {
		return o
	}
	o = o.Clone()
	rest := msg.NewList()
	for _, s := range stages[1:] {
		rest.Append(s.message)
	}
	o.Set("failover", rest)
	return o
}

// envelope is what the gateway needs to know of a message.
func (s *SendMessage) envelope(o *msg.Object) *text {
	t := &text{to: member(o, "to"), from: member(o, "from"), body: member(o, "text"), parts: parts(o), ref: member(o, "client_ref"), sandbox: s.Sandbox, resend: s.Resend}
	if s.Version == "v0.1" {
		t.ref = cut(t.ref, legacyRef)
	}
	return t
}
