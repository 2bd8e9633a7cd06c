package network

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/eclipse/paho.golang/packets"
	"github.com/gorilla/websocket"

	"github.com/flowrill/flowrill/engine/node"
)

// Bounds of MQTT connections.
const (
	// maxMQTTPacket is the largest packet that a broker may send; a larger one
	// ends the connection.
	maxMQTTPacket = 64 << 20
	// mqttPatience is how long a broker may take to answer.
	mqttPatience = 30 * time.Second
	// mqttWindow is how many messages with acknowledgement a broker may send that
	// are not acknowledged; and how many a mqtt-out may have under way.
	mqttWindow = 1000
)

// mqttPacket is a message from or for a broker.
type mqttPacket struct {
	topic   string
	payload []byte
	qos     byte
	retain  bool
	props   mqttProps
	sub     int    // the subscription's id; 0: unknown
	ack     func() // tells the broker that it has been dealt with
}

// mqttProps are the properties of MQTT 5.
type mqttProps struct {
	responseTopic, contentType string
	correlation                []byte
	expiry                     *uint32 // seconds
	utf8                       *bool   // payloadFormatIndicator
	user                       []mqttUserProperty
	delay                      *uint32 // of a will, seconds
}

type mqttUserProperty struct{ key, value string }

// mqttSubscription is what a client asks of a broker.
type mqttSubscription struct {
	filter  string
	qos     byte
	noLocal bool
	rap     bool // retain as published
	rh      byte // retain handling
	told    bool // the broker, since it is connected
}

// id is the number by which a broker that speaks MQTT 5 says for which of
// several subscriptions a message is. It is the same each time, for a session
// outlives the process.
func (s mqttSubscription) id() int {
	return 1 + int(crc32.ChecksumIEEE([]byte(s.filter)))%(1<<28-2)
}

// mqttLink is one connection to a broker, in either version.
type mqttLink interface {
	subscribe(ctx context.Context, s mqttSubscription) error
	unsubscribe(ctx context.Context, filter string) error
	// publish sends p before it returns; wait returns when the broker has it.
	publish(ctx context.Context, p *mqttPacket) (wait func() error)
	// disconnect says goodbye, without a will.
	disconnect()
	// lost is closed when the connection has ended.
	lost() <-chan struct{}
}

// mqttSettings are what a connection is made with.
type mqttSettings struct {
	url            *url.URL
	clientID       string
	user, password string
	keepAlive      uint16 // seconds; 0: never
	clean          bool
	version        int // 3, 4 or 5
	tls            *tls.Config
	allow          node.Allow

	will, birth, close *mqttPacket
	userProps          []mqttUserProperty
	sessionExpiry      uint32
}

// dial opens the connection below MQTT.
func (s *mqttSettings) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, mqttPatience)
	defer cancel()
	if s.allow != nil {
		if err := s.allow.Net(s.url.Hostname()); err != nil {
			return nil, err
		}
	}
	plain := &net.Dialer{KeepAliveConfig: tcpListening.KeepAliveConfig}
	port := s.url.Port()
	address := func(standard string) string {
		if port == "" {
			port = standard
		}
		return net.JoinHostPort(s.url.Hostname(), port)
	}
	var conn net.Conn
	var err error
	switch s.url.Scheme {
	case "mqtt", "tcp":
		conn, err = plain.DialContext(ctx, "tcp", address("1883"))
	case "mqtts", "ssl", "tls":
		conn, err = (&tls.Dialer{NetDialer: plain, Config: s.tls}).DialContext(ctx, "tcp", address("8883"))
	case "ws", "wss":
		d := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: mqttPatience, TLSClientConfig: s.tls, Subprotocols: []string{"mqtt"}}
		var ws *websocket.Conn
		var res *http.Response
		u := *s.url
		u.User = nil // MQTT has them
		ws, res, err = d.DialContext(ctx, u.String(), nil)
		if err != nil && res != nil {
			_ = res.Body.Close()
		}
		if err == nil {
			conn = &wsStream{Conn: ws.NetConn(), ws: ws}
		}
	default:
		err = fmt.Errorf("a broker's address begins with mqtt://, mqtts://, ws:// or wss://, not %s://", s.url.Scheme)
	}
	if err != nil {
		return nil, err
	}
	return &mqttConn{Conn: conn, closed: make(chan struct{})}, nil
}

// connect makes a connection. received is called for each message, one after
// the other, and must not wait.
func (s *mqttSettings) connect(ctx context.Context, received func(*mqttPacket)) (mqttLink, error) {
	if s.version == 5 {
		return connectMQTT5(ctx, s, received)
	}
	return connectMQTT3(ctx, s, received)
}

// wsStream is a websocket as a stream of bytes.
type wsStream struct {
	net.Conn // for addresses and deadlines
	ws       *websocket.Conn
	from     io.Reader
}

func (w *wsStream) Read(p []byte) (int, error) {
	for {
		if w.from == nil {
			kind, from, err := w.ws.NextReader()
			if err != nil {
				return 0, err
			}
			if kind != websocket.BinaryMessage {
				return 0, errors.New("the broker sent a text over the websocket")
			}
			w.from = from
		}
		n, err := w.from.Read(p)
		if err == io.EOF {
			w.from, err = nil, nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

func (w *wsStream) Write(p []byte) (int, error) {
	if err := w.ws.WriteMessage(websocket.BinaryMessage, p); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (w *wsStream) Close() error { return w.ws.Close() }

// mqttConn is a connection that takes no packet above the bound, and writes
// what is written under its lock at once.
type mqttConn struct {
	net.Conn

	// first, if it is not nil, holds back what follows the first packet until it
	// is closed, or the connection is.
	first  chan struct{}
	closed chan struct{}
	once   sync.Once // of closed
	one    bool      // packet has been read

	// Of reading: where in a packet the next byte is.
	skip   int // bytes of it that are left
	length int // read so far
	shift  int // of the next part of length; -1: not in the length

	mu       sync.Mutex
	writing  bytes.Buffer
	locked   bool
	released func(first byte) // called after what was written under the lock
	will     []byte           // more properties of the will
}

var errMQTTPacket = fmt.Errorf("the broker sent a packet of more than %d MB", maxMQTTPacket>>20)

// Read looks at lengths before anybody makes room for what they announce.
func (c *mqttConn) Read(p []byte) (int, error) {
	if c.one && c.first != nil {
		select {
		case <-c.first:
		case <-c.closed:
		}
	}
	n, err := c.Conn.Read(p)
	for rest := p[:n]; len(rest) > 0; {
		switch {
		case c.skip > 0:
			k := min(c.skip, len(rest))
			c.skip -= k
			rest = rest[k:]
		case c.shift == 0: // the type of a packet
			c.shift, c.length = 1, 0
			rest = rest[1:]
		default:
			b := rest[0]
			rest = rest[1:]
			c.length |= int(b&0x7f) << (7 * (c.shift - 1))
			if c.length > maxMQTTPacket || c.shift > 4 {
				return 0, errMQTTPacket
			}
			if c.shift++; b&0x80 == 0 {
				c.skip, c.shift = c.length, 0
			}
		}
		c.one = c.one || c.skip == 0 && c.shift == 0
	}
	return n, err
}

// Close ends the connection, and the wait of those who read.
func (c *mqttConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// Write keeps what is written under the lock until Unlock.
func (c *mqttConn) Write(p []byte) (int, error) {
	if c.locked {
		return c.writing.Write(p)
	}
	_ = c.SetWriteDeadline(time.Now().Add(mqttPatience))
	return c.Conn.Write(p)
}

// Lock begins a packet.
func (c *mqttConn) Lock() {
	c.mu.Lock()
	c.locked = true
	c.writing.Reset()
}

// Unlock sends the packet. If that fails the connection is closed, which those
// who read it notice.
func (c *mqttConn) Unlock() {
	c.locked = false
	var first byte
	if c.writing.Len() > 0 {
		data := c.writing.Bytes()
		if first = data[0]; first>>4 == packets.CONNECT {
			data = withWill(data, c.will)
		}
		if _, err := c.Write(data); err != nil {
			_ = c.Close()
		}
		if c.writing.Cap() > 1<<20 {
			c.writing = bytes.Buffer{}
		}
	}
	released := c.released
	c.mu.Unlock()
	if released != nil {
		released(first)
	}
}
