package network

import (
	"context"

	"github.com/flowrill/flowrill/engine/node"
)

// WebSocketIn makes a message of each one that comes over a websocket.
type WebSocketIn struct {
	Server node.Ref[WebSocketListener] `prop:"server" label:"Listener" help:"A path of this server."`
	Client node.Ref[WebSocketClient]   `prop:"client" label:"Client" help:"Another server; wins over the listener."`
}

func init() {
	node.Register[WebSocketIn](node.Type{
		Name: "websocket-in", Aliases: []string{"websocket in"}, Category: "network", Icon: "plug", Outputs: []string{"message"},
		Help: "Starts a flow for each message that comes over a websocket.\n\n" +
			"`msg.payload` is a text or a buffer, or the whole message where the listener says so. `msg._session` says who sent it: " +
			"*websocket-out* answers that client only, unless you delete it.",
	})
}

// Check wants one of the two.
func (w *WebSocketIn) Check(report func(property, problem string)) {
	checkWebSocket(w.Server.ID(), w.Client.ID(), report)
}

func checkWebSocket(server, client string, report func(property, problem string)) {
	if server == "" && client == "" {
		report("server", "Missing server configuration: choose a listener or a client")
	}
}

// hubOf is where a node's messages come from and go to; the client wins.
func hubOf(server *WebSocketListener, client *WebSocketClient) *sockets {
	if client != nil {
		return &client.hub
	}
	return &server.hub
}

// Start listens until ctx ends. Messages of one connection keep their order.
func (w *WebSocketIn) Start(ctx context.Context, out node.Late) error {
	hub := hubOf(w.Server.Get(), w.Client.Get())
	defer hub.watch(out.Status)()
	defer hub.read(out)()
	<-ctx.Done()
	return nil
}
