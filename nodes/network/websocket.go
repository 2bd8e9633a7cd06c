package network

import (
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Bounds of a websocket, and what happens at them.
const (
	// maxFrame is the largest message a peer may send; a larger one closes the
	// connection with code 1009.
	maxFrame = 5 << 20
	// maxWaiting is how many bytes may wait for a peer to read them.
	maxWaiting = 4 << 20
	// maxSockets is how many connections a listener has; the next is told 503.
	maxSockets = 10_000
	// socketPatience is how long those who send wait for peers whose queue is
	// full, all of them together. A peer that has not read leastRead bytes in
	// that time is disconnected.
	socketPatience = 5 * time.Second
	leastRead      = maxWaiting / 8
	// socketWrite is how long one message may take to be written.
	socketWrite = 10 * time.Second
	// pingEvery is how often a listener asks its clients whether they are there;
	// two without an answer disconnect.
	pingEvery = 30 * time.Second
	// socketsYoung is how long, after a deploy, messages wait for the first
	// websocket-in: connections are there before the nodes are.
	socketsYoung = 2 * time.Second
	// socketGoodbye is how long a close waits for the peer to agree.
	socketGoodbye = time.Second
)

// sockets are the connections of one websocket-listener or websocket-client,
// and the nodes that use them (contract nodes.md, websocket).
type sockets struct {
	whole    bool // a message is a whole message as JSON, not its payload
	counted  bool // there may be several: statuses tell how many
	patience time.Duration
	log      *slog.Logger
	work     sync.WaitGroup // goroutines of the sockets

	joining sync.RWMutex // read-held from before a client is told that it is connected until it is among open
	telling sync.Mutex   // keeps statuses in order; never taken under mu

	mu       sync.Mutex
	closed   bool
	open     []*socket
	readers  []node.Late // websocket-in nodes in the order in which they came
	watchers []*watcher
	young    chan struct{} // closed when somebody reads, or is waited for no more; nil from then on
}

// watcher is a node that shows how many are connected.
type watcher struct{ status func(node.Status) }

// begin makes s ready for connections.
func (s *sockets) begin(env *node.Env, whole, counted bool) {
	s.whole, s.counted, s.log = whole, counted, env.Log
	if s.patience == 0 {
		s.patience = socketPatience
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = false
	if len(s.readers) > 0 {
		return
	}
	young := make(chan struct{})
	s.young = young
	time.AfterFunc(socketsYoung, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.young == young {
			s.grown()
		}
	})
}

// grown lets messages pass; s.mu is held.
func (s *sockets) grown() {
	if s.young != nil {
		close(s.young)
		s.young = nil
	}
}

// read gives every message that comes in to out, too, until stop.
func (s *sockets) read(out node.Late) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readers = append(slices.Clip(s.readers), out)
	s.grown()
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.readers = slices.DeleteFunc(slices.Clone(s.readers), func(have node.Late) bool { return have == out })
	}
}

// watch shows the state of the connections as a status until stop.
func (s *sockets) watch(status func(node.Status)) (stop func()) {
	w := &watcher{status}
	s.telling.Lock()
	s.mu.Lock()
	s.watchers = append(slices.Clip(s.watchers), w)
	n := len(s.open)
	s.mu.Unlock()
	if n > 0 {
		status(s.connected(n))
	}
	s.telling.Unlock()
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.watchers = slices.DeleteFunc(slices.Clone(s.watchers), func(have *watcher) bool { return have == w })
	}
}

func (s *sockets) connected(n int) node.Status {
	st := node.Status{Fill: "green", Shape: "dot", Text: "connected"}
	st.Text += " " // which is all that Node-RED says of a client
	if s.counted {
		st.Text += msg.FormatNumber(float64(n))
	}
	return st
}

// tell shows what happened to the socket of that id under every node.
func (s *sockets) tell(event, id string) {
	s.telling.Lock()
	defer s.telling.Unlock()
	s.mu.Lock()
	n, watchers := len(s.open), s.watchers
	s.mu.Unlock()
	st := s.connected(n)
	switch {
	case event == "error":
		st = node.Status{Fill: "red", Shape: "ring", Text: "common.status.error"}
	case n == 0:
		st = node.Status{Fill: "red", Shape: "ring", Text: "common.status.disconnected"}
	}
	for _, w := range watchers {
		each := st
		each.Extra = msg.Of("event", event, "_session", session(id))
		w.status(each)
	}
}

// session is what a message carries to be answered to its sender.
func session(id string) *msg.Object { return msg.Of("type", "websocket", "id", id) }

// add takes over a connection and returns what reads it until it ends; nil if
// there is no room, and the connection is closed.
func (s *sockets) add(conn *websocket.Conn, ping time.Duration) (read func()) {
	k := newSocket(s, conn, ping)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.open) >= maxSockets {
		_ = conn.Close()
		return nil
	}
	s.open = append(slices.Clip(s.open), k)
	s.work.Go(k.write)
	return k.read
}

// full tells whether another connection would be refused.
func (s *sockets) full() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed || len(s.open) >= maxSockets
}

// remove forgets a connection that has ended.
func (s *sockets) remove(k *socket) {
	s.mu.Lock()
	s.open = slices.DeleteFunc(slices.Clone(s.open), func(have *socket) bool { return have == k })
	s.mu.Unlock()
	s.tell("disconnect", k.id)
}

// received makes messages of what came in, one for each websocket-in, and
// returns when they have come to rest; what follows on the connection waits.
func (s *sockets) received(k *socket, binary bool, data []byte) {
	s.mu.Lock()
	if young := s.young; young != nil {
		s.mu.Unlock()
		<-young
		s.mu.Lock()
	}
	readers := s.readers
	s.mu.Unlock()
	if len(readers) == 0 {
		return
	}
	messages := make([]*msg.Object, len(readers))
	messages[0] = s.message(binary, data)
	messages[0].Set("_session", session(k.id))
	for i := 1; i < len(messages); i++ {
		messages[i] = messages[0].Clone()
	}
	for i, out := range readers {
		out.Send(messages[i])
	}
}

// message reads a frame: the payload, or where whole messages travel the
// object itself.
func (s *sockets) message(binary bool, data []byte) *msg.Object {
	if s.whole {
		if v, err := msg.Decode(data); err == nil {
			if o, ok := v.(*msg.Object); ok {
				return o
			}
			return msg.Of("payload", v)
		}
	}
	if binary {
		return msg.Of("payload", data)
	}
	return msg.Of("payload", string(data))
}

// send writes to the connection of that id, to all if id is "". It waits for
// those whose queue is full, but not for long. sent tells whether there was
// anybody.
func (s *sockets) send(id string, f frame) (sent bool) {
	s.joining.Lock() // who knows to be connected gets it
	s.mu.Lock()
	s.joining.Unlock()
	open := s.open
	s.mu.Unlock()
	var slow []*socket
	for _, k := range open {
		if id != "" && k.id != id {
			continue
		}
		sent = true
		if !k.put(f) {
			slow = append(slow, k)
		}
	}
	for _, k := range slow {
		k.putPatiently(f)
	}
	return sent
}

// end closes all connections in order and waits for their goroutines, at most
// a second longer than their goodbyes take.
func (s *sockets) end() {
	s.mu.Lock()
	s.grown()
	s.closed = true
	open := s.open
	s.mu.Unlock()
	for _, k := range open {
		k.shut(websocket.CloseGoingAway)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.work.Wait()
	}()
	limit := time.NewTimer(socketGoodbye + time.Second)
	defer limit.Stop()
	select {
	case <-done:
	case <-limit.C:
		for _, k := range open {
			k.drop()
		}
	}
}
