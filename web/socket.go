package web

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Bounds of both sockets, /comms and /live.
const (
	frameBytes   = 256 << 10 // a frame takes what waits, up to this
	frameEvery   = 5 * time.Millisecond
	clientFrame  = 64 << 10         // what a client may send at once
	writeTimeout = 30 * time.Second // then the client is gone
	maxSockets   = 256              // of those who have shown their token
	maxStrangers = 64               // of those who have not yet
)

// socket is one websocket client. All but the reading happens on the
// goroutine of its request.
type socket struct {
	conn *websocket.Conn
	hub  *Hub
	wait *waiter     // nil until it may see events
	in   chan []byte // what the client sends; closed when it has gone

	all   *sockets
	known bool // the client has shown its token; all.mu
	cut   bool // another takes its place; all.mu
}

// sockets keeps count of the open ones. Of strangers the newest takes the
// place of the oldest, so that nobody can shut others out by connecting only.
type sockets struct {
	ctx       context.Context // ends when the server stops
	mu        sync.Mutex
	known     int
	strangers []*socket // oldest first
	wg        sync.WaitGroup
}

// enter counts one more, unless there are too many.
func (o *sockets) enter(s *socket, known bool) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.ctx.Err() != nil, known && o.known >= maxSockets:
		return false
	case known:
		o.known++
	default:
		if len(o.strangers) >= maxStrangers {
			oldest := o.strangers[0]
			o.strangers = slices.Delete(o.strangers, 0, 1)
			if oldest.cut = true; oldest.conn != nil {
				_ = oldest.conn.Close()
			}
		}
		o.strangers = append(o.strangers, s)
	}
	s.all, s.known = o, known
	o.wg.Add(1)
	return true
}

// connected tells whether s may use its connection.
func (o *sockets) connected(s *socket, conn *websocket.Conn) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	s.conn = conn
	return !s.cut
}

// welcome is for a client that has shown its token now or before; false: there
// are too many.
func (s *socket) welcome() bool {
	o := s.all
	o.mu.Lock()
	defer o.mu.Unlock()
	if s.known {
		return true
	}
	if s.cut || o.known >= maxSockets {
		return false
	}
	o.forget(s)
	o.known++
	s.known = true
	return true
}

// forget takes s off the strangers; o.mu is held.
func (o *sockets) forget(s *socket) {
	o.strangers = slices.DeleteFunc(o.strangers, func(have *socket) bool { return have == s })
}

func (o *sockets) exit(s *socket) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if s.known {
		o.known--
	} else {
		o.forget(s)
	}
	o.wg.Done()
}

// wait returns when all are closed; ctx has ended.
func (o *sockets) wait() {
	o.mu.Lock() // no one enters any more
	//lint:ignore SA2001 this waits for whoever is entering
	o.mu.Unlock()
	o.wg.Wait()
}

const tooManySockets = "too many websockets are open"

var upgrader = websocket.Upgrader{
	ReadBufferSize:  4 << 10,
	WriteBufferSize: 16 << 10,
	CheckOrigin:     func(*http.Request) bool { return true }, // guard has done so
}

// serve upgrades the request and runs the client until it returns. It begins
// before the client hears that it is connected: what happens from then on,
// the client is to see.
func (o *sockets) serve(w http.ResponseWriter, r *http.Request, hub *Hub, known bool, silence time.Duration, begin func(*socket) func(context.Context)) {
	s := &socket{hub: hub, in: make(chan []byte)}
	if !o.enter(s, known) {
		http.Error(w, tooManySockets, http.StatusServiceUnavailable)
		return
	}
	defer o.exit(s)
	run := begin(s)
	defer func() {
		if s.wait != nil {
			hub.leave(s.wait)
		}
	}()
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	if !o.connected(s, conn) {
		_ = conn.Close()
		return
	}
	conn.SetReadLimit(clientFrame)
	ctx, cancel := context.WithCancel(o.ctx)
	go s.read(ctx, silence)
	run(ctx)
	cancel()
	_ = conn.Close()
	for range s.in { // until read has ended
	}
}

// read hands the client's frames to the socket's goroutine, which may be
// writing: then the client has to wait.
func (s *socket) read(ctx context.Context, silence time.Duration) {
	defer close(s.in)
	for {
		if silence > 0 {
			_ = s.conn.SetReadDeadline(time.Now().Add(silence))
		}
		_, frame, err := s.conn.ReadMessage()
		if err != nil {
			return
		}
		select {
		case s.in <- frame:
		case <-ctx.Done():
			return
		}
	}
}

// write sends one text frame; false: the client has gone.
func (s *socket) write(frame []byte) bool {
	_ = s.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	return s.conn.WriteMessage(websocket.TextMessage, frame) == nil
}

// close says goodbye. Code 0 is none, as Node-RED does it.
func (s *socket) close(code int, reason string) {
	var body []byte
	if code != 0 {
		body = websocket.FormatCloseMessage(code, reason)
	}
	_ = s.conn.WriteControl(websocket.CloseMessage, body, time.Now().Add(time.Second))
}

// join makes the socket a watcher.
func (s *socket) join() {
	if s.wait == nil {
		s.wait = s.hub.join()
	}
}

// woken is the channel on which a watcher hears of news.
func (s *socket) woken() <-chan struct{} {
	if s.wait == nil {
		return nil
	}
	return s.wait.wake
}

// at once is the pace when another full frame waits.
var atOnce = func() <-chan time.Time {
	c := make(chan time.Time)
	close(c)
	return c
}()

// pace says when to look for the next frame: at once if there is more, after
// a little while if one was sent, so that many events share a frame, and
// otherwise (nil) when woken.
func pace(sent, more bool) <-chan time.Time {
	switch {
	case more:
		return atOnce
	case sent:
		return time.After(frameEvery)
	}
	return nil
}
