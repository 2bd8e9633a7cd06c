package network

import (
	"context"
	"net/http"
	"strings"

	"github.com/gorilla/websocket"

	"github.com/flowrill/flowrill/engine/node"
)

// WebSocketListener is a path at which browsers and other clients connect.
type WebSocketListener struct {
	Path  string `prop:"path" label:"Path" placeholder:"/ws/chat" required:"true" summary:"true"`
	Whole bool   `prop:"wholemsg" label:"Whole messages" help:"Send and receive messages as JSON objects instead of their payloads."`

	hub    sockets
	remove func()
}

func init() {
	node.Register[WebSocketListener](node.Type{
		Name: "websocket-listener", Category: "config", Icon: "plug",
		Help: "A path of this server at which websocket clients connect. Any web page may connect: check who it is in the flow.\n\n" +
			"A client may send messages of up to 5 MB. One that does not read what it is sent is disconnected when 4 MB wait for it.",
	})
}

// Claims names the path, which only one listener can have.
func (l *WebSocketListener) Claims() []node.Claim {
	return []node.Claim{{Kind: "websocket", Key: strings.ToLower(strings.TrimSuffix(l.path(), "/")), Path: l.path(), Property: "path"}}
}

func (l *WebSocketListener) path() string {
	if strings.HasPrefix(l.Path, "/") {
		return l.Path
	}
	return "/" + l.Path
}

// Open takes the path.
func (l *WebSocketListener) Open(_ context.Context, env *node.Env) (err error) {
	l.hub.begin(env, l.Whole, true)
	l.remove, err = env.Routes.Handle(node.Route{Pattern: l.path(), Node: env.ID, Serve: l.accept})
	return err
}

// Close disconnects everybody.
func (l *WebSocketListener) Close() error {
	if l.remove != nil {
		l.remove()
	}
	l.hub.end()
	return nil
}

// accept makes a socket of a request; of the protocols that the client offers
// the first is taken, as Node-RED does.
func (l *WebSocketListener) accept(w http.ResponseWriter, r *http.Request) {
	if l.hub.full() {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "too many connections", http.StatusServiceUnavailable)
		return
	}
	up := websocket.Upgrader{
		HandshakeTimeout: socketWrite,
		CheckOrigin:      func(*http.Request) bool { return true }, // flows are public, as in Node-RED
	}
	if offered := websocket.Subprotocols(r); len(offered) > 0 {
		up.Subprotocols = offered[:1]
	}
	l.hub.joining.RLock()
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		l.hub.joining.RUnlock()
		return // the upgrader has answered
	}
	read := l.hub.add(conn, pingEvery)
	l.hub.joining.RUnlock()
	if read != nil {
		go read()
	}
}
