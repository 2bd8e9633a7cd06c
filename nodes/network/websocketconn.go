package network

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"github.com/flowrill/flowrill/engine/msg"
)

// frame is a message to a peer.
type frame struct {
	binary bool
	data   []byte
}

// cost is what a frame takes of a queue's room, an empty one too.
func (f frame) cost() int { return len(f.data) + 64 }

// socket is one connection: a goroutine reads, another writes what waits in
// its queue, which is bounded by bytes.
type socket struct {
	id   string
	hub  *sockets
	conn *websocket.Conn
	ping time.Duration // 0: never

	mu        sync.Mutex
	queue     []frame
	waiting   int           // bytes in queue and in the frame that is being written
	fullSince time.Time     // or has read leastRead since; zero: not full since it was last empty
	progress  int           // bytes written since fullSince
	room      chan struct{} // closed when something was written while somebody waits
	closing   int           // the code to close with; 0: not yet
	wake      chan struct{} // there is something for the writer
	over      chan struct{} // closed when reading has ended
}

func newSocket(s *sockets, conn *websocket.Conn, ping time.Duration) *socket {
	return &socket{id: msg.NewID(), hub: s, conn: conn, ping: ping, wake: make(chan struct{}, 1), over: make(chan struct{})}
}

// read runs until the connection ends.
func (k *socket) read() {
	defer close(k.over)
	defer k.hub.remove(k)
	defer k.conn.Close()
	k.hub.tell("connect", k.id)
	k.conn.SetReadLimit(maxFrame)
	k.conn.SetPongHandler(func(string) error { return k.alive() })
	for {
		if k.alive() != nil {
			return
		}
		kind, data, err := k.conn.ReadMessage()
		if err != nil {
			if nonsense(err) {
				k.hub.tell("error", k.id)
			}
			return
		}
		if kind == websocket.TextMessage && !utf8.Valid(data) {
			bad := websocket.FormatCloseMessage(websocket.CloseInvalidFramePayloadData, "")
			_ = k.conn.WriteControl(websocket.CloseMessage, bad, time.Now().Add(socketGoodbye))
			k.hub.tell("error", k.id)
			return
		}
		k.hub.received(k, kind == websocket.BinaryMessage, data)
	}
}

// nonsense tells whether err is the peer's breach of the protocol, not the end
// of the connection.
func nonsense(err error) bool {
	var end *websocket.CloseError
	var network net.Error
	return !errors.As(err, &end) && !errors.As(err, &network) && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF)
}

// alive gives the peer time until two pings without an answer.
func (k *socket) alive() error {
	if k.ping == 0 {
		return nil
	}
	return k.conn.SetReadDeadline(time.Now().Add(2*k.ping + k.ping/2))
}

// write runs until the connection ends or is shut, and reading has ended.
func (k *socket) write() {
	defer func() {
		k.drop()
		<-k.over
	}()
	var pings <-chan time.Time
	if k.ping > 0 {
		ticker := time.NewTicker(k.ping)
		defer ticker.Stop()
		pings = ticker.C
	}
	for {
		select {
		case <-k.over:
			return
		case <-pings:
			if k.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(socketWrite)) != nil {
				return
			}
		case <-k.wake:
			if !k.flush() {
				return
			}
		}
	}
}

// flush writes what waits; false when that was the end.
func (k *socket) flush() bool {
	for {
		k.mu.Lock()
		if len(k.queue) == 0 {
			code := k.closing
			k.mu.Unlock()
			if code == 0 {
				return true
			}
			k.goodbye(code)
			return false
		}
		f := k.queue[0]
		k.queue[0] = frame{}
		if k.queue = k.queue[1:]; len(k.queue) == 0 {
			k.queue = nil
		}
		k.mu.Unlock()

		kind := websocket.TextMessage
		if f.binary {
			kind = websocket.BinaryMessage
		}
		_ = k.conn.SetWriteDeadline(time.Now().Add(socketWrite))
		if k.conn.WriteMessage(kind, f.data) != nil {
			return false
		}
		k.written(f.cost())
	}
}

func (k *socket) written(n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.progress += n
	if k.waiting -= n; k.waiting == 0 {
		k.fullSince = time.Time{}
	} else if !k.fullSince.IsZero() && k.progress >= leastRead {
		k.fullSince, k.progress = time.Now(), 0
	}
	if k.room != nil {
		close(k.room)
		k.room = nil
	}
}

// goodbye says that the connection ends, and waits a little for the peer to
// agree.
func (k *socket) goodbye(code int) {
	err := k.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(socketGoodbye))
	if err != nil {
		return
	}
	limit := time.NewTimer(socketGoodbye)
	defer limit.Stop()
	select {
	case <-k.over:
	case <-limit.C:
	}
}

// drop ends the connection as it is: nobody waits for it any more.
func (k *socket) drop() {
	_ = k.conn.Close()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.queue, k.waiting = nil, 0
	if k.closing == 0 {
		k.closing = websocket.CloseAbnormalClosure
	}
	if k.room != nil {
		close(k.room)
		k.room = nil
	}
}

// shut ends the connection once what waits has been written.
func (k *socket) shut(code int) {
	k.mu.Lock()
	if k.closing == 0 {
		k.closing = code
	}
	k.mu.Unlock()
	k.rouse()
}

func (k *socket) rouse() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// put queues f; false if the queue is full. What is sent to a connection that
// ends is forgotten.
func (k *socket) put(f frame) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.tryPut(f)
}

func (k *socket) tryPut(f frame) bool {
	if k.closing != 0 {
		return true
	}
	if k.waiting > 0 && k.waiting+f.cost() > maxWaiting {
		if k.fullSince.IsZero() {
			k.fullSince, k.progress = time.Now(), 0
		}
		return false
	}
	k.queue = append(k.queue, f)
	k.waiting += f.cost()
	k.rouse()
	return true
}

// putPatiently waits for room; a peer that leaves none is disconnected.
func (k *socket) putPatiently(f frame) {
	for {
		k.mu.Lock()
		if k.tryPut(f) {
			k.mu.Unlock()
			return
		}
		if k.room == nil {
			k.room = make(chan struct{})
		}
		room, left := k.room, time.Until(k.fullSince.Add(k.hub.patience))
		k.mu.Unlock()
		limit := time.NewTimer(max(left, 0))
		select {
		case <-room:
			limit.Stop()
		case <-limit.C:
			k.hub.log.Warn("websocket client does not read: disconnected", "session", k.id, "waiting", maxWaiting, "address", k.conn.RemoteAddr().String())
			k.drop()
			return
		}
	}
}
