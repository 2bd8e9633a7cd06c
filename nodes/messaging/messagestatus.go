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

	env   *node.Env
	list  optOuts
	early earlyReceipts
}

// sentRecord is what is kept of a message that was sent.
type sentRecord struct {
	ID    string    `json:"id,omitempty"` // of the first part; none where the answer was lost
	Parts int       `json:"parts"`
	Msgid string    `json:"_msgid"`
	Topic any       `json:"topic,omitempty"`
	At    time.Time `json:"at"`
}

// What was sent is known as long as receipts come (vonage.md §1.9), the
// 100,000 newest parts of it by their ids, and as many messages by their
// references.
const (
	sentBucket = "sent"
	refBucket  = "sent by reference"
	sentLife   = 73 * time.Hour
)

// refKey finds a message by its reference. A reference is only a label, and
// may be the same for everybody who gets the news: who it went to belongs to it.
func refKey(ref, peer string) string { return ref + "|" + numberOf(peer) }

func init() {
	node.Register[MessageStatus](node.Type{
		Name: "message-status", Category: "messaging", Icon: "check-check", Outputs: []string{"arrived", "failed", "under way"},
		Help: "Tells what became of the messages you sent.\n\n" +
			"Wire the output of the send nodes into it, and the second output of *inbound-message*: each receipt leaves as it came, through the output that says how it went, " +
			"with `msg.sent` about the message it belongs to: `id`, `parts`, `_msgid`, `topic`, `at` and `seconds` from there to here. " +
			"A receipt of something unknown has none.\n\n" +
			"A receipt is matched by the id that the provider gave to the message, else by its reference and its number. So what became of a message " +
			"whose answer was lost is told, too: wire the second output of the send node here, or a *catch*. " +
			"A receipt that is faster than the answer to its message waits for it, five seconds at most.\n\n" +
			"What was sent is known for 73 hours and over restarts, up to 100,000 parts.",
	})
}

// Open takes what is kept.
func (s *MessageStatus) Open(_ context.Context, env *node.Env) error {
	s.env, s.list = env, optOuts{env.Keep}
	return nil
}

// Start has nobody wait any more when ctx ends.
func (s *MessageStatus) Start(ctx context.Context, _ node.Late) error {
	<-ctx.Done()
	s.early.close()
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
	ref := word(summary, "ref")
	unclear := summary.Path("error.ambiguous") == true
	if ids.Len() == 0 && (!unclear || ref == "") {
		return nil // nothing was accepted
	}
	parts, _ := summary.Get("parts").(float64)
	r := sentRecord{Parts: max(int(parts), ids.Len()), Msgid: word(m, "_msgid"), At: time.Now().UTC()}
	if ids.Len() > 0 {
		r.ID = msg.Text(ids.Items[0])
	}
	if topic, ok := m.Get("topic").(string); ok {
		r.Topic = topic
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	keys := make([][2]string, 0, ids.Len()+1)
	put := func(bucket, key string) error {
		keys = append(keys, [2]string{bucket, key})
		return s.env.Keep.Put(bucket, key, text, sentLife)
	}
	if ref != "" {
		if err := put(refBucket, refKey(ref, word(summary, "to"))); err != nil {
			return err
		}
	}
	for i := range ids.Len() {
		if err := put(sentBucket, msg.Text(ids.Items[i])); err != nil {
			return err
		}
	}
	s.early.know(keys)
	return nil
}

// keysOf are those under which the message of a receipt may be kept.
func keysOf(m *msg.Object) (keys [][2]string) {
	if id := word(m, "id"); id != "" {
		keys = append(keys, [2]string{sentBucket, id})
	}
	if ref := word(m, "ref"); ref != "" {
		keys = append(keys, [2]string{refBucket, refKey(ref, word(m, "peer"))})
	}
	return keys
}

// sent is what is known of the message that a receipt is about, nil if
// nothing is.
func (s *MessageStatus) sent(m *msg.Object) (*msg.Object, error) {
	for _, key := range keysOf(m) {
		text, known, err := s.env.Keep.Get(key[0], key[1])
		if err != nil {
			return nil, err
		}
		if !known {
			continue
		}
		sent, err := msg.DecodeObject(text)
		if err != nil {
			return nil, err
		}
		if at, err := time.Parse(time.RFC3339, word(sent, "at")); err == nil {
			sent.Set("seconds", time.Since(at).Round(time.Second).Seconds())
		}
		return sent, nil
	}
	return nil, nil
}

// receipt tells of one at once if it is known what it is about, else when it
// is, or when that has taken too long.
func (s *MessageStatus) receipt(m *msg.Object, out node.Out) error {
	sent, err := s.sent(m)
	if err != nil {
		return err
	}
	if sent == nil && len(keysOf(m)) > 0 {
		go s.await(m, out.Later())
		return nil
	}
	return s.tell(m, sent, out)
}

// await tells of a receipt that may have been too fast.
func (s *MessageStatus) await(m *msg.Object, out node.Late) {
	s.early.wait(keysOf(m), func() bool {
		sent, err := s.sent(m)
		return sent != nil || err != nil
	})
	sent, err := s.sent(m)
	if err == nil {
		err = s.tell(m, sent, out)
	}
	if err != nil {
		out.Done(m, err)
		return
	}
	out.Done(nil, nil)
}

// tell sends a receipt on with what is known of its message.
func (s *MessageStatus) tell(m, sent *msg.Object, out node.Out) error {
	if sent != nil {
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
