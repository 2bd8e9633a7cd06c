package engine

import (
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// maxCatches is how often in a row a message may be caught for one node.
const maxCatches = 9

// watch is who hears of a node's errors, statuses and completions. It is made
// at deploy, shared by nodes that have the same listeners, and nil for nobody.
type watch struct {
	errors   []level // the node's own flow first, then those around it
	statuses []level
	complete []*instance
}

// level is one flow on the way outwards from a node: its listeners, nearest
// group first, without those that leave the node to others.
type level []*instance

func (w *watch) wantsMessage() bool {
	return w != nil && (len(w.errors) > 0 || len(w.complete) > 0)
}

// CodedError is an error that tells catch nodes more than a text: what of
// these is not nil or empty becomes a member of msg.error.
type CodedError interface {
	error
	ErrorDetails() (code any, stack string, cause any)
}

// ShownError is an error of which people are shown a value, not its text, if
// nobody catches it: what a function gave to node.error.
type ShownError interface {
	error
	Shown() any
}

// fail tells the catch nodes that n failed on m, which is cloned for each; if
// nobody takes it, it is logged once (runtime.md §4).
func (c *carrier) fail(n *instance, m *msg.Object, err error, hops int32) {
	count := 1.0
	if last, ok := m.Path("error.source.id").(string); ok && last == n.info.ID {
		count = 1 + msg.Number(m.Path("error.source.count"))
	}
	if count > maxCatches {
		c.eng.log(n, slog.LevelWarn, "Message exceeded maximum number of catches", "")
	} else if w := n.watch.Load(); w != nil {
		for _, l := range w.errors {
			for _, catch := range l {
				c.put(delivery{to: catch, m: caught(n, m, err, count), hops: hops})
			}
			if len(l) > 0 {
				return
			}
		}
	}
	if c.err == nil {
		c.err = err
	}
	c.eng.logFailure(n, m, err)
}

// caught is the message that a catch node gets.
func caught(n *instance, m *msg.Object, err error, count float64) *msg.Object {
	m = m.Clone()
	if m == nil {
		m = msg.NewObject(2)
	}
	if before, ok := m.Lookup("error"); ok {
		m.Set("_error", before)
	}
	e := msg.Of("message", err.Error(), "source", n.source())
	e.Get("source").(*msg.Object).Set("count", count)
	var coded CodedError
	if errors.As(err, &coded) {
		code, stack, cause := coded.ErrorDetails()
		if code != nil {
			e.Set("code", code)
		}
		if stack != "" {
			e.Set("stack", stack)
		}
		if cause != nil {
			e.Set("cause", cause)
		}
	}
	m.Set("error", e)
	return m
}

// source says which node something comes from, as catch, status and complete
// messages have it.
func (n *instance) source() *msg.Object {
	s := msg.Of("id", n.info.ID, "type", n.info.Type)
	if n.info.Name != "" {
		s.Set("name", n.info.Name)
	}
	return s
}

// complete tells the complete nodes that n is done with m. Of a subflow
// instance they hear nothing: it is done when it has passed m on.
func (c *carrier) complete(n *instance, m *msg.Object, hops int32) {
	w := n.watch.Load()
	if w == nil {
		return
	}
	if _, ok := n.receiver.(passOn); ok {
		return
	}
	for _, to := range w.complete {
		x := m.Clone()
		x.Set("complete", msg.Of("source", n.source()))
		c.put(delivery{to: to, m: x, hops: hops})
	}
}

// status keeps and shows a node's status and queues it for status nodes.
func (c *carrier) status(n *instance, s node.Status, hops int32) {
	if n.closed.Load() {
		return
	}
	n.eng.keepStatus(n, s)
	c.statusNodes(n, s, hops)
}

func (c *carrier) statusNodes(n *instance, s node.Status, hops int32) {
	w := n.watch.Load()
	if w == nil {
		return
	}
	for _, l := range w.statuses {
		for _, to := range l {
			st := statusObject(s)
			st.Set("source", n.source())
			c.put(delivery{to: to, m: msg.Of("_msgid", msg.NewID(), "status", st), hops: hops})
		}
		if len(l) > 0 {
			return
		}
	}
}

// statusObject is a status as flows see it.
func statusObject(s node.Status) *msg.Object {
	o := msg.NewObject(4)
	for _, m := range []struct{ key, value string }{{"fill", s.Fill}, {"shape", s.Shape}, {"text", s.Text}} {
		if m.value != "" {
			o.Set(m.key, m.value)
		}
	}
	for k, v := range s.Extra.All() {
		o.Set(k, msg.CloneValue(v))
	}
	return o
}

// setStatus is status from outside a Receive: status nodes hear of it on a
// goroutine of the engine's, in order.
func (n *instance) setStatus(s node.Status) {
	if n.closed.Load() {
		return
	}
	n.eng.keepStatus(n, s)
	if w := n.watch.Load(); w != nil && len(w.statuses) > 0 {
		n.eng.aside.post(func(c *carrier) { c.statusNodes(n, s, 0) })
	}
}

// keepStatus makes s the node's status and tells the observer.
func (e *Engine) keepStatus(n *instance, s node.Status) {
	empty := s.Fill == "" && s.Shape == "" && s.Text == ""
	e.statusMu.Lock()
	_, had := e.statuses[n.info.ID]
	if empty {
		delete(e.statuses, n.info.ID)
	} else {
		e.statuses[n.info.ID] = s
	}
	e.statusMu.Unlock()
	if !empty || had {
		e.observe(&Event{Kind: EventStatus, Node: &n.info, Status: s})
	}
}

// logFailure logs an error nobody caught and shows it to whoever watches.
func (e *Engine) logFailure(n *instance, m *msg.Object, err error) {
	id, _ := m.Get("_msgid").(string)
	attrs := []any{"node", n.info.ID, "type", n.info.Type, "flow", n.info.Flow, "msg", id}
	if n.info.Name != "" {
		attrs = append(attrs, "name", n.info.Name)
	}
	var p *node.PanicError
	if errors.As(err, &p) {
		attrs = append(attrs, "stack", p.Stack)
	}
	e.cfg.Log.Error(err.Error(), attrs...)
	value := any(err.Error())
	var s ShownError
	if errors.As(err, &s) {
		value = s.Shown()
	}
	e.observe(&Event{Kind: EventLog, Node: &n.info, Level: slog.LevelError, Value: value, MsgID: id})
}

// log writes a line about a node and shows warnings and errors to whoever
// watches.
func (e *Engine) log(n *instance, level slog.Level, text, msgID string) {
	e.cfg.Log.Log(n.ctx, level, text, "node", n.info.ID, "type", n.info.Type, "flow", n.info.Flow, "msg", msgID)
	if level >= slog.LevelWarn {
		e.observe(&Event{Kind: EventLog, Node: &n.info, Level: level, Value: text, MsgID: msgID})
	}
}

func (e *Engine) observe(ev *Event) {
	if e.cfg.Observe != nil {
		ev.At = time.Now()
		e.cfg.Observe(ev)
	}
}

// lost ends a message that found no room in time.
func (c *carrier) lost(n *instance, m *msg.Object, cause error) {
	err := &LostError{Node: n.info.ID, Cause: cause}
	if c.err == nil {
		c.err = err
	}
	c.eng.logFailure(n, m, err)
}

// LostError is a message that waited for room in an inbox in vain.
type LostError struct {
	Node  string
	Cause error
}

func (e *LostError) Error() string {
	return "no room in the inbox of " + e.Node + ": message lost: " + e.Cause.Error()
}

// Unwrap makes errors.Is(err, ErrFull) true.
func (e *LostError) Unwrap() []error { return []error{ErrFull, e.Cause} }

// listeners works out who hears of a node: per flow outwards, the catch or
// status nodes that match, nearest group first, then those with a list of
// nodes or a group, then the flow-wide ones (runtime.md §4.1, §5).
func listeners(reporter *place, kind node.ScopeKind) []level {
	var levels []level
	for ; reporter != nil; reporter = reporter.flow.instance {
		if l := reporter.flow.level(reporter, kind); len(l) > 0 {
			levels = append(levels, l)
		}
		if kind == node.Statuses && reporter.flow.ownStatus {
			break // the subflow says itself what its status is
		}
	}
	return levels
}

type candidate struct {
	p        *place
	distance int
}

func (f *flow) level(reporter *place, kind node.ScopeKind) level {
	var found []candidate
	for _, p := range f.listeners {
		if p.scope.Kind != kind || p == reporter {
			continue
		}
		if distance, ok := p.scope.reaches(p, reporter); ok {
			found = append(found, candidate{p, distance})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		return a.rank() - b.rank()
	})
	// A catch node for what nobody caught leaves alone what another before it
	// took; but where it is the first, those behind it hear of it, too, as in
	// Node-RED.
	var l level
	forOthers := false
	for _, c := range found {
		if c.p.scope.Uncaught && !forOthers {
			if len(l) > 0 {
				continue
			}
			forOthers = true
		}
		l = append(l, c.p.n)
	}
	return l
}

func (c candidate) rank() int {
	switch {
	case c.p.scope.Nodes != nil || c.p.scope.Group:
		return 0
	case c.p.scope.Uncaught:
		return 2
	}
	return 1
}

// scope is a listener's Scope made ready: without the nodes it is wired to.
type scope struct {
	node.Scope
	except []string
}

// reaches tells whether a listener hears of reporter, and from how many
// groups away.
func (s *scope) reaches(listener, reporter *place) (distance int, ok bool) {
	if s.Nodes != nil && (!slices.Contains(s.Nodes, reporter.n.info.ID) || slices.Contains(s.except, reporter.n.info.ID)) {
		return 0, false
	}
	if s.Kind == node.Completions && s.Nodes == nil {
		return 0, false
	}
	g := reporter.group
	for ; g != nil && g != listener.group; g = g.parent {
		distance++
	}
	if s.Group && listener.group != nil && g == nil {
		return 0, false
	}
	return distance, true
}
