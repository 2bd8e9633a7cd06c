package network

import (
	"context"
	"io"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// TCPOut sends payloads over TCP (contract nodes.md, network).
type TCPOut struct {
	Kind   string              `prop:"beserver" label:"Send" enum:"client=to a server,server=to all who connect to a port,reply=as the reply to tcp-in" default:"client"`
	Host   string              `prop:"host" label:"Host" placeholder:"printer.example.com" when:"beserver == 'client'" summary:"true"`
	Port   int                 `prop:"port" label:"Port" placeholder:"9100" min:"1" max:"65535" when:"beserver != 'reply'" summary:"true"`
	Base64 bool                `prop:"base64" label:"Texts are base64"`
	End    bool                `prop:"end" label:"Close the connection after each message" when:"beserver != 'reply'"`
	TLS    node.Ref[TLSConfig] `prop:"tls" label:"TLS" when:"beserver != 'reply'"`

	env      *node.Env
	sessions *tcpSessions
	cancel   context.CancelFunc
	work     sync.WaitGroup

	mu     sync.Mutex
	peers  map[*tcpConn]struct{} // who is connected
	coming chan struct{}         // of a client that is connecting: closed when it knows
}

func init() {
	node.Register[TCPOut](node.Type{
		Name: "tcp-out", Aliases: []string{"tcp out"}, Category: "network", Icon: "cable", Mode: node.Pool(1),
		Help: "Sends `msg.payload` over TCP: to a server, to all who connect to a port here, or as the reply to *tcp-in*.\n\n" +
			"A buffer is sent as it is, anything else as text. In reply mode a message with the `msg._session` of *tcp-in* goes over that connection and any other over all of them; `msg.reset` closes.\n\n" +
			"A message for a server that is not connected is dropped. A peer that does not read what it is sent is disconnected when 4 MB wait for it.",
	})
}

// Check wants an address to send to.
func (t *TCPOut) Check(report func(property, problem string)) {
	if t.Kind != "reply" && t.Port == 0 {
		report("port", "is required")
	}
	if t.Kind == "client" && t.Host == "" {
		report("host", "is required to connect to a server")
	}
}

// Claims names the port that a server listens on: two cannot.
func (t *TCPOut) Claims() []node.Claim {
	if t.Kind != "server" {
		return nil
	}
	return tcpClaim(t.Port)
}

// Open connects or listens; that a server is away shows under the node.
func (t *TCPOut) Open(_ context.Context, env *node.Env) error {
	t.env, t.peers = env, make(map[*tcpConn]struct{})
	var ctx context.Context
	switch ctx, t.cancel = context.WithCancel(context.Background()); t.Kind {
	case "reply":
		t.sessions = tcpSessionsOf(env)
	case "server":
		l, err := tcpListen(ctx, t.Port, t.TLS.Get())
		if err != nil {
			return err
		}
		env.Status(node.Status{Text: connections(0)})
		t.work.Go(func() { tcpServe(ctx, l, env.Log, t.attend) })
	default:
		t.coming = make(chan struct{})
		t.work.Go(func() { tcpKeep(ctx, t.dial, env.Status, env.Log, t.link) })
	}
	return nil
}

// Close ends all connections once they have been sent what waits, or after a
// second.
func (t *TCPOut) Close() error {
	if t.cancel != nil {
		t.cancel()
	}
	t.work.Wait()
	return nil
}

// attend keeps a connection that somebody has made.
func (t *TCPOut) attend(c *tcpConn) {
	t.show(c, true)
	_, _ = io.Copy(io.Discard, c.Conn)
	t.show(c, false)
}

func (t *TCPOut) show(c *tcpConn, here bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if here {
		t.peers[c] = struct{}{}
	} else {
		delete(t.peers, c)
	}
	t.env.Status(node.Status{Text: connections(len(t.peers))})
}

// dial connects to the server.
func (t *TCPOut) dial(ctx context.Context) (net.Conn, error) {
	conn, err := tcpDialer{t.TLS.Get(), t.env.Allow}.dial(ctx, t.Host, strconv.Itoa(t.Port))
	if err != nil {
		t.known(nil)
	}
	return conn, err
}

// link keeps the connection to the server, and tells whether it ended because
// it was to.
func (t *TCPOut) link(c *tcpConn) bool {
	t.known(c)
	t.env.Status(node.Status{Fill: "green", Shape: "dot", Text: "common.status.connected"})
	_, _ = io.Copy(io.Discard, c.Conn)
	t.env.Status(node.Status{})
	t.env.Status(node.Status{Fill: "red", Shape: "ring", Text: "common.status.disconnected"})
	t.mu.Lock()
	defer t.mu.Unlock()
	_, mine := t.peers[c]
	delete(t.peers, c)
	return !mine
}

// known says what came of connecting.
func (t *TCPOut) known(c *tcpConn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c != nil {
		t.peers[c] = struct{}{}
	}
	if t.coming != nil {
		close(t.coming)
		t.coming = nil
	}
}

// tcpReset is how long a connection that is reset has for what waits.
const tcpReset = time.Second

// tcpComing is how long a message waits for a connection that is being made.
const tcpComing = time.Second

// Receive returns when the message waits at every connection that it is for.
func (t *TCPOut) Receive(ctx context.Context, m *msg.Object, _ node.Out) error {
	to := t.to(ctx, m)
	if t.Kind == "reply" && m.Get("reset") == true {
		for _, c := range to {
			c.finish(tcpReset) // what was sent before is on its way, as by Node.js
		}
		return nil
	}
	data, ok := bytesToSend(m, t.Base64)
	if !ok {
		return nil
	}
	if len(to) == 0 && t.Kind == "client" {
		node.Log(ctx).Debug("not connected: message dropped")
	}
	for _, c := range to {
		if err := c.send(ctx, data); err != nil {
			t.env.Log.Warn(err.Error(), "address", c.RemoteAddr().String())
		}
		if t.End && t.Kind != "reply" {
			t.end(c)
		}
	}
	return nil
}

// end closes a connection once it has been sent what waits.
func (t *TCPOut) end(c *tcpConn) {
	t.mu.Lock()
	delete(t.peers, c)
	if t.Kind == "client" && t.coming == nil {
		t.coming = make(chan struct{})
	}
	t.mu.Unlock()
	c.finish(tcpPatience)
}

// to is where a message goes.
func (t *TCPOut) to(ctx context.Context, m *msg.Object) []*tcpConn {
	if t.Kind == "reply" {
		from, _ := m.Get("_session").(*msg.Object)
		if from.Get("type") != "tcp" {
			return t.sessions.of("")
		}
		if id := msg.Text(from.Get("id")); id != "" {
			return t.sessions.of(id)
		}
		return nil
	}
	t.mu.Lock()
	coming := t.coming
	t.mu.Unlock()
	if coming != nil {
		limit := time.NewTimer(tcpComing)
		defer limit.Stop()
		select {
		case <-coming:
		case <-limit.C:
		case <-ctx.Done():
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]*tcpConn, 0, len(t.peers))
	for c := range t.peers {
		all = append(all, c)
	}
	return all
}
