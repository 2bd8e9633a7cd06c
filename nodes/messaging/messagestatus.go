package messaging

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// MessageStatus tells what became of the messages that were sent.
type MessageStatus struct {
	Debug  bool `prop:"debug" label:"Show in the debug panel" default:"true"`
	OptOut bool `prop:"optOut" label:"Mark who has opted out" default:"true" help:"A receipt with err-code 9 or error 1240 means that the person wants no more."`

	env  *node.Env
	list optOuts
}

// sentRecord is what is kept of a message that was sent.
type sentRecord struct {
	ID    string    `json:"id"` // of the first part
	Parts int       `json:"parts"`
	Msgid string    `json:"_msgid"`
	Topic any       `json:"topic,omitempty"`
	At    time.Time `json:"at"`
}

// What was sent is known as long as receipts come (vonage.md §1.9), the
// 100,000 newest parts of it.
const (
	sentBucket = "sent"
	sentLife   = 73 * time.Hour
)

func init() {
	node.Register[MessageStatus](node.Type{
		Name: "message-status", Category: "messaging", Icon: "check-check", Outputs: []string{"arrived", "failed", "under way"},
		Help: "Tells what became of the messages you sent.\n\n" +
			"Wire the output of the send nodes into it, and the second output of *inbound-message*: each receipt leaves as it came, through the output that says how it went, " +
			"with `msg.sent` about the message it belongs to: `id`, `parts`, `_msgid`, `topic`, `at` and `seconds` from there to here. " +
			"A receipt of something unknown has none.\n\n" +
			"What was sent is known for 73 hours and over restarts, up to 100,000 parts.",
	})
}

// Open takes what is kept.
func (s *MessageStatus) Open(_ context.Context, env *node.Env) error {
	s.env, s.list = env, optOuts{env.Keep}
	return nil
}

// Receive notes what was sent, or tells of a receipt.
func (s *MessageStatus) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	if m.Get("receipt") == true {
		return s.receipt(m, out)
	}
	summary := inner(m, "vonage")
	if summary == nil {
		return fmt.Errorf("neither a receipt of inbound-message nor a message from a send node: msg.receipt and msg.vonage are missing")
	}
	return s.note(m, summary)
}

func (s *MessageStatus) note(m, summary *msg.Object) error {
	ids, _ := summary.Get("ids").(*msg.List)
	if ids == nil || ids.Len() == 0 {
		return nil // nothing was accepted
	}
	r := sentRecord{ID: msg.Text(ids.Items[0]), Parts: ids.Len(), Msgid: word(m, "_msgid"), At: time.Now().UTC()}
	if topic, ok := m.Get("topic").(string); ok {
		r.Topic = topic
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	for _, id := range ids.Items {
		if err := s.env.Keep.Put(sentBucket, msg.Text(id), text, sentLife); err != nil {
			return err
		}
	}
	return nil
}

func (s *MessageStatus) receipt(m *msg.Object, out node.Out) error {
	text, known, err := s.env.Keep.Get(sentBucket, word(m, "id"))
	if err != nil {
		return err
	}
	if known {
		sent, err := msg.DecodeObject(text)
		if err != nil {
			return err
		}
		if at, err := time.Parse(time.RFC3339, word(sent, "at")); err == nil {
			sent.Set("seconds", time.Since(at).Round(time.Second).Seconds())
		}
		m.Set("sent", sent)
	}
	peer, status, reason := word(m, "peer"), word(m, "status"), word(m, "reason")
	if s.OptOut && optedOut(word(m, "api"), word(m, "code")) {
		if _, err := s.list.add(word(m, "own"), peer, "receipt "+word(m, "code")); err != nil {
			return err
		}
	}
	line, port := node.Status{Fill: "blue", Shape: "ring", Text: status + " " + sms.Mask(peer)}, 2
	switch {
	case m.Get("delivered") == true:
		line.Fill, line.Shape, port = "green", "dot", 0
	case m.Get("final") == true:
		line.Fill, line.Shape, port = "red", "dot", 1
		if reason != "" {
			line.Text += ": " + cut(reason, 60)
		}
	}
	out.Status(line)
	if s.Debug && s.env.Watching() {
		s.env.Debug(node.Debug{Value: line.Text + " (" + word(m, "id") + ")", Topic: "receipt", Property: "status"})
	}
	out.SendTo(m, port)
	return nil
}
