package network

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"sync"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// TCPIn makes messages of what comes in over TCP (contract nodes.md, network).
type TCPIn struct {
	Kind      string              `prop:"server" label:"Do" enum:"server=listen on a port,client=connect to a server" default:"server"`
	Host      string              `prop:"host" label:"Host" placeholder:"scales.example.com" when:"server == 'client'"`
	Port      int                 `prop:"port" label:"Port" placeholder:"7000" required:"true" min:"1" max:"65535" summary:"true"`
	Mode      string              `prop:"datamode" label:"Output" enum:"stream=a message for each part,single=one message for each connection" default:"stream"`
	As        string              `prop:"datatype" label:"Payload" enum:"buffer=buffer,utf8=text,base64=text in base64" default:"buffer"`
	Delimiter string              `prop:"newline" label:"Split at" placeholder:"\\n" when:"datamode == 'stream' && datatype == 'utf8'" help:"Empty: a message for whatever comes at once. \\n, \\r and \\t may be written so."`
	Keep      bool                `prop:"trim" label:"Keep the delimiter" when:"datamode == 'stream' && datatype == 'utf8'"`
	Topic     string              `prop:"topic" label:"Topic"`
	TLS       node.Ref[TLSConfig] `prop:"tls" label:"TLS"`

	env      *node.Env
	sessions *tcpSessions
	telling  sync.Mutex
	count    int
}

func init() {
	node.Register[TCPIn](node.Type{
		Name: "tcp-in", Aliases: []string{"tcp in"}, Category: "network", Icon: "cable", Outputs: []string{"message"},
		Help: "Starts a flow for what comes in over TCP: as a server for anybody, or from a server that it connects to.\n\n" +
			"`msg._session` says over which connection: *tcp-out* in reply mode answers there. A server adds the peer's `msg.ip` and `msg.port`.\n\n" +
			"A message has at most 16 MB; more ends the connection. What a peer sends waits with it while the flow is busy.",
	})
}

// Upgrade reads the yes and no of older files.
func (*TCPIn) Upgrade(raw *msg.Object) {
	switch raw.Get("server") {
	case true:
		raw.Set("server", "server")
	case false:
		raw.Set("server", "client")
	}
}

// Check wants a host to connect to.
func (t *TCPIn) Check(report func(property, problem string)) {
	if t.Kind == "client" && t.Host == "" {
		report("host", "is required to connect to a server")
	}
}

// Claims names the port that a server listens on: two cannot.
func (t *TCPIn) Claims() []node.Claim {
	if t.Kind == "client" {
		return nil
	}
	return tcpClaim(t.Port)
}

// Open keeps what Start needs.
func (t *TCPIn) Open(_ context.Context, env *node.Env) error {
	t.env, t.sessions = env, tcpSessionsOf(env)
	return nil
}

// Start listens or connects until ctx ends.
func (t *TCPIn) Start(ctx context.Context, out node.Late) error {
	if t.Kind == "client" {
		d := tcpDialer{t.TLS.Get(), t.env.Allow}
		dial := func(ctx context.Context) (net.Conn, error) { return d.dial(ctx, t.Host, strconv.Itoa(t.Port)) }
		tcpKeep(ctx, dial, out.Status, t.env.Log, func(c *tcpConn) bool {
			out.Status(node.Status{Fill: "green", Shape: "dot", Text: "common.status.connected", Extra: msg.Of("_session", c.session())})
			meant := t.read(c, func(payload any) {
				out.Send(msg.Of("topic", t.Topic, "payload", payload, "_session", c.session()))
			})
			out.Status(tcpDisconnected(c))
			return meant
		})
		return nil
	}
	l, err := tcpListen(ctx, t.Port, t.TLS.Get())
	if err != nil {
		return err
	}
	tcpServe(ctx, l, t.env.Log, func(c *tcpConn) {
		ip, port := peerOf(c)
		t.tell(out, 1, "connect", c)
		defer t.tell(out, -1, "disconnect", c)
		t.read(c, func(payload any) {
			out.Send(msg.Of("topic", t.Topic, "payload", payload, "ip", ip, "port", port, "_session", c.session()))
		})
	})
	return nil
}

// read makes messages until the connection ends, and tells whether its end
// was one.
func (t *TCPIn) read(c *tcpConn, emit func(payload any)) (last bool) {
	t.sessions.add(c)
	defer t.sessions.remove(c)
	f := tcpFrames{single: t.Mode == "single", as: t.As, delimiter: delimiterOf(t.Delimiter), keep: t.Keep}
	chunk := make([]byte, 64<<10)
	for {
		n, err := c.Read(chunk)
		if n > 0 {
			if err := f.add(chunk[:n], emit); err != nil {
				t.env.Log.Warn(err.Error(), "address", c.RemoteAddr().String())
				_ = c.Close()
				return false
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) { // the latter is TLS without goodbye
			return f.end(emit)
		}
		if err != nil { // what is left is not all of it
			return false
		}
	}
}

// tell shows how many connections there are.
func (t *TCPIn) tell(out node.Late, change int, event string, c *tcpConn) {
	t.telling.Lock()
	defer t.telling.Unlock()
	t.count += change
	ip, port := peerOf(c)
	out.Status(node.Status{Text: connections(t.count), Extra: msg.Of("event", event, "ip", ip, "port", port, "_session", c.session())})
}

// peerOf is who made a connection to this machine. An IPv4 address is written
// as one of IPv6, as Node.js does where it listens for both.
func peerOf(c net.Conn) (ip string, port int) {
	a, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return "", 0
	}
	if a.IP.To4() != nil && listensForBoth() {
		return "::ffff:" + a.IP.String(), a.Port
	}
	return a.IP.String(), a.Port
}

// listensForBoth tells whether a port on all addresses is one of IPv6, too.
var listensForBoth = sync.OnceValue(func() bool {
	l, err := net.Listen("tcp6", "[::]:0")
	if err != nil {
		return false
	}
	_ = l.Close()
	return true
})
