package web

import (
	"strconv"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
)

// Bounds of what is seen of messages on wires.
const (
	tapEvery    = 100 * time.Millisecond
	keptEvery   = 10       // clones of a port's messages in one such time; of more the last are not seen
	keptPorts   = 20_000   // ports of which the last message is kept
	fullMessage = 64 << 10 // a larger message is shown cut only
)

// wire is a wire of the canvas.
type wire struct {
	from string
	port int
	to   string
}

// lastMessage is what went through a port last.
type lastMessage struct {
	at     int64
	flow   string
	m      *msg.Object
	clones int  // in this interval
	fresh  bool // not told yet
}

// tap watches wires while someone has an editor open: how many messages went
// over each, and the last message at each port. Every 100 ms it tells the
// channels "activity" and "values".
type tap struct {
	mu     sync.Mutex
	counts map[string]map[wire]int // by flow
	ports  map[string]*lastMessage // "node:0" an output, "node:in" an input
	fresh  []string                // ports that have news
	timer  *time.Timer             // nil while there is nothing to tell
	tell   func()
}

func newTap(tell func()) *tap {
	return &tap{counts: map[string]map[wire]int{}, ports: map[string]*lastMessage{}, tell: tell}
}

// see is an engine.Tap.
func (t *tap) see(from *engine.NodeInfo, port int, to *engine.NodeInfo, m *msg.Object) {
	t.mu.Lock()
	defer t.mu.Unlock()
	flow := t.counts[from.Flow]
	if flow == nil {
		flow = map[wire]int{}
		t.counts[from.Flow] = flow
	}
	flow[wire{from.ID, port, to.ID}]++
	out := t.port(from.ID+":"+strconv.Itoa(port), from.Flow)
	in := t.port(to.ID+":in", to.Flow)
	if out.clones < keptEvery || in.clones < keptEvery {
		at, c := time.Now().UnixMilli(), m.Clone()
		out.keep(at, c)
		in.keep(at, c)
	}
	if t.timer == nil {
		t.timer = time.AfterFunc(tapEvery, t.tell)
	}
}

func (l *lastMessage) keep(at int64, m *msg.Object) {
	l.at, l.m = at, m
	l.clones++
}

func (t *tap) port(key, flow string) *lastMessage {
	l := t.ports[key]
	if l == nil {
		if len(t.ports) >= keptPorts {
			for k := range t.ports { // any one
				delete(t.ports, k)
				break
			}
		}
		l = &lastMessage{}
		t.ports[key] = l
	}
	l.flow = flow
	if !l.fresh {
		l.fresh = true
		t.fresh = append(t.fresh, key)
	}
	return l
}

// take returns what there is to tell, and begins a new interval.
func (t *tap) take() (counts map[string]map[wire]int, fresh []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	counts, fresh = t.counts, t.fresh
	t.counts, t.fresh, t.timer = map[string]map[wire]int{}, nil, nil
	for _, key := range fresh {
		if l := t.ports[key]; l != nil {
			l.fresh, l.clones = false, 0
		}
	}
	return counts, fresh
}

// value is what the live socket says of a port, nil if nothing was seen there.
func (t *tap) value(key string) *event {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.ports[key]
	if l == nil || l.m == nil {
		return nil
	}
	data := append([]byte(`{"port":`), strconv.Quote(key)...)
	data = appendShown(append(data, ','), l.m.Get("payload"))
	if full := msg.Encode(l.m); len(full) <= fullMessage {
		data = append(append(data, `,"full":`...), full...)
	}
	id, _ := l.m.Get("_msgid").(string)
	return &event{at: l.at, data: append(data, '}'), node: key, flow: l.flow, msgID: id}
}

// clear forgets all messages.
func (t *tap) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.ports)
	t.counts, t.fresh = map[string]map[wire]int{}, nil
}

// activityEvent is what the live socket says of one flow's wires:
// [["a:0>b",3],…].
func activityEvent(flow string, counts map[wire]int) *event {
	data := []byte{'['}
	for w, n := range counts {
		if len(data) > 1 {
			data = append(data, ',')
		}
		data = append(data, '[')
		data = appendText(data, w.from+":"+strconv.Itoa(w.port)+">"+w.to)
		data = append(data, ',')
		data = strconv.AppendInt(data, int64(n), 10)
		data = append(data, ']')
	}
	return &event{at: time.Now().UnixMilli(), data: append(data, ']'), flow: flow}
}

// tellTap publishes what the tap has seen: wires of every flow, and the ports
// that someone looks at.
func (h *Hub) tellTap() {
	counts, fresh := h.tap.take()
	h.mu.Lock()
	wanted := make([]string, 0, len(h.ports))
	for _, key := range fresh {
		if h.ports[key] > 0 {
			wanted = append(wanted, key)
		}
	}
	for flow, c := range counts {
		h.add(h.channels["activity"], activityEvent(flow, c))
	}
	h.mu.Unlock()
	for _, key := range wanted {
		if e := h.tap.value(key); e != nil {
			h.mu.Lock()
			h.add(h.channels["values"], e)
			h.mu.Unlock()
		}
	}
}

// want says that someone looks at these ports (+1), or does no more (-1).
func (h *Hub) want(ports []string, n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, key := range ports {
		if h.ports[key] += n; h.ports[key] <= 0 {
			delete(h.ports, key)
		}
	}
}

// edits says that an editor is open (+1) or has gone (-1): the engine is
// watched while there is one.
func (h *Hub) edits(n int) {
	h.mu.Lock()
	before := h.editors
	h.editors += n
	set, now := h.setTap, h.editors
	h.mu.Unlock()
	switch {
	case set == nil:
	case before == 0 && now > 0:
		set(h.tap.see)
	case before > 0 && now == 0:
		set(nil)
		h.tap.clear()
	}
}
