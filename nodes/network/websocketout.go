package network

import (
	"context"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// WebSocketOut sends messages over a websocket.
type WebSocketOut struct {
	Server node.Ref[WebSocketListener] `prop:"server" label:"Listener" help:"A path of this server."`
	Client node.Ref[WebSocketClient]   `prop:"client" label:"Client" help:"Another server; wins over the listener."`

	unwatch func()
}

func init() {
	node.Register[WebSocketOut](node.Type{
		Name: "websocket-out", Aliases: []string{"websocket out"}, Category: "network", Icon: "plug", Mode: node.Pool(1),
		Help: "Sends `msg.payload`, or the whole message where the listener says so, over a websocket.\n\n" +
			"A message that came from *websocket-in* goes back to the client that sent it, for it still has `msg._session`; any other goes to all " +
			"that are connected. Texts and buffers are sent as they are, everything else as JSON.",
	})
}

// Check wants one of the two.
func (w *WebSocketOut) Check(report func(property, problem string)) {
	checkWebSocket(w.Server.ID(), w.Client.ID(), report)
}

// Open shows who is connected.
func (w *WebSocketOut) Open(_ context.Context, env *node.Env) error {
	w.unwatch = hubOf(w.Server.Get(), w.Client.Get()).watch(env.Status)
	return nil
}

// Close ends that.
func (w *WebSocketOut) Close() error {
	if w.unwatch != nil {
		w.unwatch()
	}
	return nil
}

// Receive returns when the message waits at every connection that it is for.
func (w *WebSocketOut) Receive(ctx context.Context, m *msg.Object, _ node.Out) error {
	hub := hubOf(w.Server.Get(), w.Client.Get())
	from, _ := m.Get("_session").(*msg.Object)
	reply, to := from.Get("type") == "websocket", ""
	if reply {
		to = msg.Text(from.Get("id"))
	}
	f, err := hub.frame(m)
	if err != nil || !f.binary && len(f.data) == 0 {
		return err
	}
	if reply && !hub.counted {
		// Node-RED drops it, and flows would answer each other for ever if we did not.
		node.Log(ctx).Warn("msg._session is set: not sent; delete it to send over a websocket client")
		return nil
	}
	if reply && to == "" {
		return nil // to nobody who is known
	}
	if !hub.send(to, f) && !hub.counted {
		node.Log(ctx).Warn("An error occurred while sending: the websocket is not connected")
	}
	return nil
}

// frame is what goes over the wire for m; a text without anything in it is
// not sent.
func (s *sockets) frame(m *msg.Object) (frame, error) {
	if s.whole {
		from, session := m.Lookup("_session")
		m.Delete("_session")
		data, err := msg.EncodeChecked(m)
		if session {
			m.Set("_session", from) // complete nodes see it
		}
		if err != nil {
			return frame{}, typeError(err.Error())
		}
		return frame{data: data}, nil
	}
	payload, ok := m.Lookup("payload")
	if !ok {
		return frame{}, nil
	}
	if data, ok := payload.([]byte); ok {
		return frame{binary: true, data: data}, nil
	}
	return frame{data: []byte(msg.String(payload))}, nil
}
