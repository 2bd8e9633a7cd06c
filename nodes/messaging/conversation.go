package messaging

import (
	"context"
	"fmt"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// Conversation knows what was said before, person by person.
type Conversation struct {
	Vonage node.Ref[Vonage] `prop:"vonage" label:"Vonage" required:"true"`
	Do     string           `prop:"do" label:"Do" enum:"find=find the conversation that a message belongs to,remember=remember msg.conversation,end=end the conversation" default:"find"`
	Name   string           `prop:"conversation" label:"Conversation" default:"main" help:"Nodes that name the same one share it."`
	Peer   node.Template    `prop:"peer" label:"Person" default:"<<msg.peer ?? msg.payload.msisdn>>" required:"true"`
	Own    node.Template    `prop:"own" label:"Our number" default:"<<msg.own ?? msg.payload.to>>"`
	Expiry node.Duration    `prop:"expiry" label:"Ends after" unit:"h" default:"24" min:"60" help:"Counted from what was last found or remembered."`

	keep node.Keep
}

func init() {
	node.Register[Conversation](node.Type{
		Name: "conversation", Category: "messaging", Icon: "messages-square", Outputs: []string{"new", "goes on"},
		Help: "Knows what was said before: `msg.conversation` is an object of your own for each person and number, kept over restarts until it ends.\n\n" +
			"*Find* comes behind *inbound-message* (and *opt-out*): a first message leaves through the first output with an empty `msg.conversation`, " +
			"a further one through the second with what was remembered. A message that a *wait-for-reply* node waits for goes there instead. " +
			"*Remember* keeps `msg.conversation` as it is then; *end* forgets it.\n\n" +
			"Up to 100,000 conversations are kept; of more, those that would end first are forgotten.",
	})
}

const conversationBucket = "conversations"

// Open takes what conversations are kept in.
func (c *Conversation) Open(_ context.Context, env *node.Env) error {
	c.keep = env.Keep
	return nil
}

// Receive finds, remembers or ends.
func (c *Conversation) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	v := node.On(m)
	own, peer := numberOf(v.Text(c.Own)), numberOf(v.Text(c.Peer))
	if v.Err() != nil {
		return v.Err()
	}
	key := c.Name + "|" + own + "|" + peer
	switch c.Do {
	case "remember":
		return c.remember(key, m, out)
	case "end":
		if err := c.keep.Delete(conversationBucket, key); err != nil {
			return err
		}
		m.Delete("conversation")
		out.SendTo(m, 0)
		return nil
	}
	taken, err := c.Vonage.Get().desk.reply(ctx, own, peer, m)
	if taken || err != nil {
		return err
	}
	text, known, err := c.keep.Get(conversationBucket, key)
	if err != nil {
		return err
	}
	state := msg.NewObject(2)
	if known {
		if state, err = msg.DecodeObject(text); err != nil {
			return fmt.Errorf("what is remembered of %s cannot be read: %w", sms.Mask(peer), err)
		}
	}
	if err := c.keep.Put(conversationBucket, key, msg.Encode(state), c.Expiry.D()); err != nil {
		return err
	}
	m.Set("conversation", state)
	if known {
		out.SendTo(m, 1)
	} else {
		out.SendTo(m, 0)
	}
	return nil
}

// maxConversation is how large what is remembered of one person may be.
const maxConversation = 64 << 10

func (c *Conversation) remember(key string, m *msg.Object, out node.Out) error {
	state, ok := m.Get("conversation").(*msg.Object)
	if !ok {
		return fmt.Errorf("msg.conversation is no object: it is what is remembered")
	}
	text, err := msg.EncodeChecked(state)
	if err != nil {
		return fmt.Errorf("msg.conversation: %w", err)
	}
	if len(text) > maxConversation {
		return fmt.Errorf("msg.conversation has %d kB of JSON: the most is %d", len(text)>>10, maxConversation>>10)
	}
	if err := c.keep.Put(conversationBucket, key, text, c.Expiry.D()); err != nil {
		return err
	}
	out.SendTo(m, 0)
	return nil
}
