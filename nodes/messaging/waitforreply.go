package messaging

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// WaitForReply holds a message until the person it went to has written back.
type WaitForReply struct {
	Vonage  node.Ref[Vonage] `prop:"vonage" label:"Vonage" required:"true"`
	Peer    node.Template    `prop:"peer" label:"Person" default:"<<msg.peer ?? msg.to>>" required:"true"`
	Own     node.Template    `prop:"own" label:"Our number" default:"<<msg.own ?? msg.from>>" required:"true"`
	Timeout node.Duration    `prop:"timeout" label:"Wait at most" unit:"h" default:"24" min:"1" max:"2592000"`

	env   *node.Env
	shelf shelf
}

// maxWaits is how many messages one node holds; one more is an error.
const maxWaits = 10_000

func init() {
	node.Register[WaitForReply](node.Type{
		Name: "wait-for-reply", Category: "messaging", Icon: "hourglass", Outputs: []string{"reply", "no reply"},
		Help: "Waits until somebody has answered, and goes on with the answer.\n\n" +
			"Wire it behind the node that sends the question. The next message of that person comes out here instead of behind *conversation* " +
			"(*find*), through which inbound messages must run: the message that was held, with `msg.text`, `msg.payload` and all the rest of what came. " +
			"After the time the held message leaves through the second output.\n\n" +
			"An answer that is faster than the question's way here is not lost: what comes from somebody while a text to them is leaving, or in the half second after, " +
			"waits in *conversation* for the question.\n\n" +
			"Waiting survives a restart. Of several questions to one person the last one gets the reply. Up to 10,000 wait; one more is an error.",
	})
}

// Open finds the questions that are open from the last time.
func (w *WaitForReply) Open(_ context.Context, env *node.Env) error {
	w.env = env
	if err := w.shelf.open(env.Keep, "waits", env.ID, maxWaits); err != nil {
		return err
	}
	w.desk().join(w)
	for _, key := range w.shelf.keys() {
		w.desk().await(conversationOf(key), waiter{w, key})
	}
	return nil
}

// Close lets the account forget that anybody waits here.
func (w *WaitForReply) Close() error {
	w.desk().leave(w)
	return nil
}

func (w *WaitForReply) desk() *desk { return &w.Vonage.Get().desk }

// A key is our number, theirs, and a place in time.
func conversationOf(key string) string { return key[:strings.LastIndexByte(key, '|')] }

// Start passes on what has been answered and what will not be.
func (w *WaitForReply) Start(ctx context.Context, out node.Late) error {
	w.show()
	w.shelf.run(ctx, func(key string, m *msg.Object, due bool) {
		w.show()
		port := 0
		if due {
			port = 1
			w.desk().forget(conversationOf(key), waiter{w, key})
		}
		_ = out.Emit(context.Background(), m, port)
	}, func(err error) { node.Log(ctx).Error("a message that waited is lost", "error", err) })
	return nil
}

// Receive begins to wait.
func (w *WaitForReply) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	v := node.On(m)
	own, peer := numberOf(v.Text(w.Own)), numberOf(v.Text(w.Peer))
	if v.Err() != nil {
		return v.Err()
	}
	now := time.Now()
	key := own + "|" + peer + "|" + w.shelf.newKey(now)
	if err := w.shelf.put(key, m, now.Add(w.Timeout.D())); err != nil {
		return fmt.Errorf("cannot wait for %s: %w", sms.Mask(peer), err)
	}
	w.desk().await(own+"|"+peer, waiter{w, key})
	w.show()
	return nil
}

// resume goes on with the question of that key, if it is still open: what the
// inbound message has wins.
func (w *WaitForReply) resume(key string, inbound *msg.Object) (bool, error) {
	m, err := w.shelf.take(key)
	if m == nil || err != nil {
		return false, err
	}
	for name, v := range inbound.Clone().All() {
		if name != "_msgid" {
			m.Set(name, v)
		}
	}
	w.shelf.hand(m)
	return true, nil
}

func (w *WaitForReply) show() {
	s := node.Status{}
	if n := w.shelf.len(); n > 0 {
		s = node.Status{Fill: "blue", Shape: "ring", Text: fmt.Sprintf("waiting for %d", n)}
	}
	w.env.Status(s)
}
