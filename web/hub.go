package web

import (
	"crypto/rand"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Bounds of the hub. What waits for one client never exceeds 4 MB.
const (
	commsBytes    = 4 << 20
	debugBytes    = 3 << 20
	statusBytes   = 512 << 10
	logBytes      = 384 << 10
	runtimeBytes  = 64 << 10
	activityBytes = 256 << 10
	valuesBytes   = 1 << 20
	phoneBytes    = 512 << 10
	streamEvents  = 64 << 10
	logKept       = 1000             // errors and warnings
	lingerAfter   = 60 * time.Second // debug is kept so long after the last watcher left
	statusEvery   = 100 * time.Millisecond
)

// Hub is where the engine's events go and where everyone who watches takes
// them from. Observe is the engine's observer and Watching what tells the
// engine whether debug output is worth the trouble. A Hub never makes the
// engine wait: who cannot follow loses the oldest events and is told how many.
type Hub struct {
	session  string // of this process; the live socket's numbers mean nothing in another
	watching atomic.Bool

	mu       sync.Mutex
	comms    *stream // everything, as published on /comms
	channels map[string]*stream
	wholes   wholes
	waiters  map[*waiter]struct{}
	linger   *time.Timer // forgets debug some time after the last one left

	tap     *tap
	setTap  func(engine.Tap) // the engine's; nil: nothing is seen of wires
	editors int              // live clients
	ports   map[string]int   // those that someone looks at
	peers   map[string]peer
	arrived int

	statuses map[string]shownStatus // retained, by instance id
	dirty    map[string]struct{}    // statuses that live clients have not been told
	flush    *time.Timer            // tells them; nil while nothing is dirty
	state    *event                 // retained notifications
	deployed *event
	rev      string
}

type shownStatus struct {
	at   int64
	flow string
	node.Status
}

// waiter is someone's wish to be woken when there is something to read.
type waiter struct {
	wake  chan struct{} // holds one
	armed uint          // the streams that are waited for, by bit
}

// NewHub returns a hub that nobody watches yet.
func NewHub() *Hub {
	h := &Hub{
		session:  rand.Text(),
		comms:    newStream("comms", 0, commsBytes, streamEvents),
		channels: map[string]*stream{},
		waiters:  map[*waiter]struct{}{},
		statuses: map[string]shownStatus{},
		dirty:    map[string]struct{}{},
		ports:    map[string]int{},
		peers:    map[string]peer{},
	}
	h.tap = newTap(h.tellTap)
	for _, s := range []*stream{
		newStream("debug", 1, debugBytes, streamEvents),
		newStream("status", 2, statusBytes, streamEvents),
		newStream("log", 3, logBytes, logKept),
		newStream("runtime", 4, runtimeBytes, 100),
		newStream("activity", 5, activityBytes, streamEvents),
		newStream("values", 6, valuesBytes, streamEvents),
		newStream("presence", 7, runtimeBytes, 1),
		newStream("sim", 8, phoneBytes, streamEvents),
	} {
		h.channels[s.name] = s
	}
	return h
}

// Watching tells whether anyone looks at debug output, or did a minute ago.
func (h *Hub) Watching() bool { return h.watching.Load() }

// Observe takes an event in. It encodes it, so the caller may go on using the
// event's values when it returns.
func (h *Hub) Observe(e *engine.Event) {
	at := e.At.UnixMilli()
	switch e.Kind {
	case engine.EventDebug:
		if h.watching.Load() {
			h.debug(debugEvent(at, e))
		}
	case engine.EventLog:
		h.publish("log", logEvent(at, e))
	case engine.EventStatus:
		h.status(at, e)
	case engine.EventState:
		h.notifyState(at, e.State)
	case engine.EventDeployed:
		h.notifyDeployed(at, deployment{rev: e.Rev})
	}
}

// debug publishes what a debug node shows, and keeps the whole value if there
// is more of it.
func (h *Hub) debug(shown *event, whole []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.channels["debug"]
	if whole != nil {
		h.wholes.add(s.next(), whole)
	}
	h.add(s, shown)
	h.toComms(shown)
}

// publish gives an event to both sockets.
func (h *Hub) publish(channel string, e *event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.add(h.channels[channel], e)
	h.toComms(e)
}

// add puts an event into a stream and wakes those who wait for one there.
func (h *Hub) add(s *stream, e *event) {
	s.add(e)
	for w := range h.waiters {
		if w.armed&s.bit != 0 {
			w.armed = 0
			select {
			case w.wake <- struct{}{}:
			default: // it has not seen the last call yet
			}
		}
	}
}

// toComms adds to what comms clients read. While nobody watches there is
// nobody to read it.
func (h *Hub) toComms(e *event) {
	if h.watching.Load() {
		h.add(h.comms, e)
	}
}

func (h *Hub) status(at int64, e *engine.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	id, s := e.Node.ID, e.Status
	s.Extra = nil
	if s == (node.Status{}) {
		if _, ok := h.statuses[id]; !ok {
			return
		}
		delete(h.statuses, id)
	} else {
		h.statuses[id] = shownStatus{at, e.Node.Flow, s}
	}
	if !h.watching.Load() {
		return
	}
	h.add(h.comms, statusEvent(at, id, e.Node.Flow, s))
	h.dirty[id] = struct{}{}
	if h.flush == nil {
		h.flush = time.AfterFunc(statusEvery, h.flushStatuses)
	}
}

// flushStatuses tells live clients the last status of each node that changed.
func (h *Hub) flushStatuses() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.flush = nil
	for id := range h.dirty {
		s := h.statuses[id]
		h.add(h.channels["status"], statusEvent(s.at, id, s.flow, s.Status))
	}
	clear(h.dirty)
}

// forget drops the retained statuses of nodes that are no more.
func (h *Hub) forget(exists func(id string) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id := range h.statuses {
		if !exists(id) {
			delete(h.statuses, id)
			delete(h.dirty, id)
		}
	}
}

func (h *Hub) notifyState(at int64, state *msg.Object) {
	e := &event{at: at, topic: "notification/runtime-state", data: msg.Encode(state)}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.state = e
	h.add(h.channels["runtime"], e)
	h.toComms(e)
}

// deployment is new flows that run.
type deployment struct {
	rev     string
	by      string   // who deployed
	changed []string // ids of the nodes that were started
}

func (h *Hub) notifyDeployed(at int64, d deployment) {
	changed := msg.NewList()
	for _, id := range d.changed {
		changed.Append(id)
	}
	told := msg.Encode(msg.Of("rev", d.rev, "by", d.by, "changed", changed))
	e := &event{
		at: at, topic: "notification/runtime-deploy", data: msg.Encode(msg.Of("revision", d.rev)),
		live: told[1 : len(told)-1],
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.deployed, h.rev = e, d.rev
	h.add(h.channels["runtime"], e)
	h.toComms(e)
}

// join says that someone watches from now on.
func (h *Hub) join() *waiter {
	w := &waiter{wake: make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiters[w] = struct{}{}
	h.watching.Store(true)
	if h.linger != nil {
		h.linger.Stop()
		h.linger = nil
	}
	return w
}

// leave is the end of join.
func (h *Hub) leave(w *waiter) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.waiters, w)
	if len(h.waiters) > 0 {
		return
	}
	var t *time.Timer
	t = time.AfterFunc(lingerAfter, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.linger != t {
			return // someone has come back
		}
		h.watching.Store(false)
		h.comms.clear()
		h.channels["debug"].clear()
		h.wholes = wholes{}
		h.channels["status"].clear()
		h.channels["sim"].clear()
	})
	h.linger = t
}
