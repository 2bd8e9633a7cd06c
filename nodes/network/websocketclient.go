package network

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/gorilla/websocket"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// WebSocketClient is a connection to another server that is kept up.
type WebSocketClient struct {
	URL         string              `prop:"path" label:"URL" placeholder:"wss://example.com/events" required:"true" summary:"true"`
	Whole       bool                `prop:"wholemsg" label:"Whole messages" help:"Send and receive messages as JSON objects instead of their payloads."`
	Heartbeat   float64             `prop:"hb" label:"Ping" unit:"s" min:"0" help:"How often to ask whether the server is there; 0 is never."`
	Subprotocol string              `prop:"subprotocol" label:"Subprotocol" advanced:"true"`
	Headers     []WebSocketHeader   `prop:"headers" label:"Headers" widget:"headers" advanced:"true"`
	TLS         node.Ref[TLSConfig] `prop:"tls" label:"TLS"`

	hub    sockets
	pause  time.Duration // between two tries
	allow  node.Allow
	cancel context.CancelFunc
}

// WebSocketHeader is a header of the request that opens the connection, in
// the form that http-request has.
type WebSocketHeader struct {
	KeyType   string `prop:"keyType" label:"Name" default:"other" help:"The header's name, or other."`
	Key       string `prop:"keyValue" label:"Other name"`
	ValueType string `prop:"valueType" label:"Kind of value" default:"other" help:"The value, or other, or env."`
	Value     string `prop:"valueValue" label:"Value"`
}

// reconnectFirst doubles with each try that fails, up to reconnectAfter, which
// is Node-RED's pause between two tries.
const (
	reconnectFirst = 50 * time.Millisecond
	reconnectAfter = 3 * time.Second
)

func init() {
	node.Register[WebSocketClient](node.Type{
		Name: "websocket-client", Category: "config", Icon: "plug",
		Help: "A websocket connection to another server. A connection that ends is made again after 3 seconds.",
	})
}

// Check wants an address that can be one.
func (c *WebSocketClient) Check(report func(property, problem string)) {
	if c.URL == "" {
		return
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "ws" && u.Scheme != "wss" || u.Host == "" {
		report("path", "a websocket address begins with ws:// or wss:// and a host")
	}
}

// Open starts connecting; that it does not succeed shows under the nodes.
func (c *WebSocketClient) Open(_ context.Context, env *node.Env) error {
	c.hub.begin(env, c.Whole, false)
	c.allow = env.Allow
	if c.pause == 0 {
		c.pause = reconnectAfter
	}
	header := c.header(env)
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	c.hub.work.Go(func() { c.keepUp(ctx, header) })
	return nil
}

// Close disconnects.
func (c *WebSocketClient) Close() error {
	if c.cancel != nil {
		c.cancel()
	}
	c.hub.end()
	return nil
}

func (c *WebSocketClient) header(env *node.Env) http.Header {
	header := http.Header{"User-Agent": {""}} // none, as Node-RED
	for _, h := range c.Headers {
		name, value := h.KeyType, h.ValueType
		if name == "other" {
			name = h.Key
		}
		switch value {
		case "other":
			value = h.Value
		case "env":
			v, _ := env.Var(h.Value)
			value = msg.Text(v)
		}
		if name != "" && value != "" {
			header.Set(name, value)
		}
	}
	return header
}

// keepUp connects again and again until ctx ends. The first tries follow each
// other sooner: the server may be a node that a deploy starts with this one.
func (c *WebSocketClient) keepUp(ctx context.Context, header http.Header) {
	for wait, failed := reconnectFirst, false; ; {
		conn, err := c.dial(ctx, header)
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = conn.Close()
			}
			return
		case err != nil:
			if !failed { // the next tries are not worth a line each
				c.hub.log.Warn("connect to " + c.URL + ": " + err.Error())
			}
			failed = true
			id := msg.NewID() // of the connection that was not to be
			c.hub.tell("error", id)
			c.hub.tell("disconnect", id)
		default:
			failed = false
			read := c.hub.add(conn, time.Duration(c.Heartbeat*float64(time.Second)))
			if read == nil {
				return
			}
			read()
			wait = c.pause
		}
		if wait = min(2*wait, c.pause); !pause(ctx, wait) {
			return
		}
	}
}

func (c *WebSocketClient) dial(ctx context.Context, header http.Header) (*websocket.Conn, error) {
	u, err := url.Parse(c.URL)
	if err != nil {
		return nil, err
	}
	if c.allow != nil {
		if err := c.allow.Net(u.Host); err != nil {
			return nil, err
		}
	}
	secure, err := c.TLS.Get().config()
	if err != nil {
		return nil, err
	}
	d := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: socketWrite, TLSClientConfig: secure}
	if c.Subprotocol != "" {
		d.Subprotocols = []string{c.Subprotocol}
	}
	conn, res, err := d.DialContext(ctx, u.String(), header)
	if res != nil && err != nil {
		_ = res.Body.Close()
	}
	return conn, err
}
