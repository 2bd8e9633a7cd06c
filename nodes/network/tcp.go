package network

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Bounds of TCP connections, and what happens at them.
const (
	// maxTCPConns is how many connections a node has; one more is closed at once.
	maxTCPConns = 10_000
	// maxTCPMessage is how much comes in before there is a message of it: a line,
	// or all of a connection. More ends the connection, with an error.
	maxTCPMessage = 16 << 20
	// maxTCPWaiting is how many bytes may wait for a peer to read them. Who sends
	// then waits tcpPatience for room; a peer that has read nothing by then is
	// disconnected.
	maxTCPWaiting = 4 << 20
	tcpPatience   = 5 * time.Second
	// tcpWrite is how long a peer may take to read what is sent at once.
	tcpWrite = 2 * time.Minute
	// tcpDial is how long a connection, with its TLS handshake, may take to come.
	tcpDial = 15 * time.Second
	// tcpAlive is how long a connection may be silent before it is asked whether
	// the peer is there; one that is not is closed some minutes later.
	tcpAlive = 120 * time.Second
	// tcpFirst is the pause after the first failure to connect. It doubles up to
	// tcpAgain, which is Node-RED's. tcpSoon is the one after a connection that
	// was meant to end.
	tcpFirst = 100 * time.Millisecond
	tcpAgain = 10 * time.Second
	tcpSoon  = 20 * time.Millisecond
)

var errTCPSlow = errors.New("the peer does not read: disconnected")

// tcpConn is a connection whose writes do not wait for the peer: they are
// queued, up to a bound.
type tcpConn struct {
	net.Conn
	id string

	mu      sync.Mutex
	queue   [][]byte
	waiting int           // bytes in queue, and those that are being written
	writing bool          // a goroutine writes
	ending  bool          // close when the queue is empty
	closed  bool          // nothing is written any more
	room    chan struct{} // closed when there may be room again
}

func newTCPConn(conn net.Conn) *tcpConn { return &tcpConn{Conn: conn, id: msg.NewID()} }

// session is what a message carries to be answered on its connection.
func (c *tcpConn) session() *msg.Object { return msg.Of("type", "tcp", "id", c.id) }

// send queues data. What is sent to a connection that ends is forgotten.
func (c *tcpConn) send(ctx context.Context, data []byte) error {
	patience := time.NewTimer(tcpPatience)
	defer patience.Stop()
	for {
		c.mu.Lock()
		if c.closed || c.ending {
			c.mu.Unlock()
			return nil
		}
		if c.waiting == 0 || c.waiting+len(data) <= maxTCPWaiting {
			c.queue = append(c.queue, data)
			c.waiting += len(data)
			if !c.writing {
				c.writing = true
				go c.write()
			}
			c.mu.Unlock()
			return nil
		}
		if c.room == nil {
			c.room = make(chan struct{})
		}
		room := c.room
		c.mu.Unlock()
		select {
		case <-room:
			patience.Reset(tcpPatience)
		case <-patience.C:
			_ = c.Close()
			return errTCPSlow
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// write runs while there is something to write.
func (c *tcpConn) write() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.queue) > 0 && !c.closed {
		data := c.queue[0]
		c.queue[0] = nil
		c.queue = c.queue[1:]
		if !c.ending {
			_ = c.SetWriteDeadline(time.Now().Add(tcpWrite))
		}
		c.mu.Unlock()
		_, err := c.Write(data)
		c.mu.Lock()
		c.waiting -= len(data)
		c.free()
		if err != nil {
			c.ending = true
			c.queue = nil
		}
	}
	c.writing = false
	if c.ending && !c.closed {
		c.closed = true
		_ = c.Conn.Close()
	}
}

// free wakes who waits for room; c.mu is held.
func (c *tcpConn) free() {
	if c.room != nil {
		close(c.room)
		c.room = nil
	}
}

// finish closes the connection when all that waits has been written, and after
// limit in any case.
func (c *tcpConn) finish(limit time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ending = true
	if !c.writing {
		c.closed = true
		_ = c.Conn.Close()
		return
	}
	_ = c.SetWriteDeadline(time.Now().Add(limit))
}

// Close closes the connection as it is.
func (c *tcpConn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.queue, c.waiting = nil, 0
	c.free()
	return c.Conn.Close()
}

// tcpSessions are the connections of all tcp-in nodes of an engine: those that
// a tcp-out can reply to.
type tcpSessions struct {
	mu   sync.Mutex
	open map[string]*tcpConn
}

type tcpSessionsKey struct{}

func tcpSessionsOf(env *node.Env) *tcpSessions {
	s, _ := env.Shared.LoadOrStore(tcpSessionsKey{}, &tcpSessions{open: make(map[string]*tcpConn)})
	return s.(*tcpSessions)
}

func (s *tcpSessions) add(c *tcpConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[c.id] = c
}

func (s *tcpSessions) remove(c *tcpConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c.id)
}

// of returns the connection of that id, or all of them if id is "".
func (s *tcpSessions) of(id string) []*tcpConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == "" {
		return slices.Collect(maps.Values(s.open))
	}
	if c := s.open[id]; c != nil {
		return []*tcpConn{c}
	}
	return nil
}

var tcpListening = net.ListenConfig{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: tcpAlive, Interval: 30 * time.Second, Count: 5}}

// tcpListen takes a port on all addresses of this machine.
func tcpListen(ctx context.Context, port int, config *TLSConfig) (net.Listener, error) {
	secure, err := config.config()
	if err != nil {
		return nil, err
	}
	l, err := tcpListening.Listen(ctx, "tcp", ":"+strconv.Itoa(port))
	if err != nil {
		return nil, fmt.Errorf("unable to listen on port %d, error: %w", port, err)
	}
	if config != nil {
		l = tls.NewListener(l, secure)
	}
	return l, nil
}

// tcpServe hands each connection to use, on a goroutine of its own, until ctx
// ends; then it closes them all and waits.
func tcpServe(ctx context.Context, l net.Listener, log *slog.Logger, use func(*tcpConn)) {
	log.Info("listening", "address", l.Addr().String())
	var work sync.WaitGroup
	var mu sync.Mutex
	open := make(map[*tcpConn]struct{})
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	for ctx.Err() == nil {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			break
		}
		if err != nil { // too many open files, or the like
			log.Warn("accept a connection: " + err.Error())
			pause(ctx, time.Second)
			continue
		}
		c := newTCPConn(conn)
		mu.Lock()
		if len(open) >= maxTCPConns {
			mu.Unlock()
			log.Warn("too many connections: closed one", "address", conn.RemoteAddr().String(), "most", maxTCPConns)
			_ = c.Close()
			continue
		}
		open[c] = struct{}{}
		mu.Unlock()
		work.Go(func() {
			if shaken(ctx, conn) {
				use(c)
			}
			c.finish(tcpPatience)
			mu.Lock()
			delete(open, c)
			mu.Unlock()
		})
	}
	mu.Lock()
	for c := range open {
		c.finish(time.Second)
	}
	mu.Unlock()
	work.Wait()
}

// shaken makes the TLS handshake of a connection that needs one.
func shaken(ctx context.Context, conn net.Conn) bool {
	t, ok := conn.(*tls.Conn)
	if !ok {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, tcpDial)
	defer cancel()
	return t.HandshakeContext(ctx) == nil
}

// tcpDialer connects to a host, with TLS where there is a configuration.
type tcpDialer struct {
	config *TLSConfig
	allow  node.Allow
}

func (d tcpDialer) dial(ctx context.Context, host, port string) (net.Conn, error) {
	if d.allow != nil {
		if err := d.allow.Net(host); err != nil {
			return nil, err
		}
	}
	secure, err := d.config.config()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, tcpDial)
	defer cancel()
	plain := &net.Dialer{KeepAliveConfig: tcpListening.KeepAliveConfig}
	if d.config == nil {
		return plain.DialContext(ctx, "tcp", net.JoinHostPort(host, port))
	}
	return (&tls.Dialer{NetDialer: plain, Config: secure}).DialContext(ctx, "tcp", net.JoinHostPort(host, port))
}

// tcpKeep connects again and again until ctx ends, with growing pauses. use
// runs as long as the connection lives, and tells whether its end was meant.
func tcpKeep(ctx context.Context, dial func(context.Context) (net.Conn, error), status func(node.Status), log *slog.Logger, use func(*tcpConn) (meant bool)) {
	for wait, failed := tcpFirst, false; ; {
		status(node.Status{Fill: "grey", Shape: "dot", Text: "common.status.connecting"})
		conn, err := dial(ctx)
		now := wait
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = conn.Close()
			}
			return
		case err != nil:
			if !failed { // the next tries are not worth a line each
				log.Warn(err.Error())
			}
			failed = true
		default:
			failed = false
			c := newTCPConn(conn)
			began := time.Now()
			stop := context.AfterFunc(ctx, func() { c.finish(time.Second) })
			meant := use(c)
			stop()
			c.finish(tcpPatience)
			if meant {
				now = tcpSoon
			}
			if meant || time.Since(began) >= tcpAgain {
				wait = tcpFirst
			}
		}
		if ctx.Err() != nil {
			return
		}
		status(node.Status{Fill: "red", Shape: "ring", Text: "common.status.disconnected"})
		if !pause(ctx, now) {
			return
		}
		if now != tcpSoon {
			wait = min(2*wait, tcpAgain)
		}
	}
}

// pause tells whether the time passed before ctx ended.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// bytesToSend is what of a payload goes over the wire; false for nothing. A
// text may be base64.
func bytesToSend(m *msg.Object, encoded bool) ([]byte, bool) {
	switch v := m.Get("payload").(type) {
	case nil:
		return nil, false
	case []byte:
		return v, true
	case string:
		if encoded {
			return decodeBase64(v), true
		}
		return []byte(v), true
	default:
		if v == any(msg.Undefined) {
			return nil, false
		}
		return []byte(msg.Text(v)), true
	}
}

// decodeBase64 reads what can be read, as Node does: both alphabets, with
// anything else in between.
func decodeBase64(s string) []byte {
	clean := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c == '-':
			clean = append(clean, '+')
		case c == '_':
			clean = append(clean, '/')
		case c == '+' || c == '/' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			clean = append(clean, c)
		}
	}
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	data := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(data, clean)
	return data[:n]
}

// connections is how many there are, in Node-RED's words.
func connections(n int) string {
	if n == 1 {
		return "1 connection"
	}
	return strconv.Itoa(n) + " connections"
}
