package engine

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
)

// drainTime is how long stopping nodes may take to finish what they are at;
// then their context ends.
const drainTime = 15 * time.Second

// Deploy makes d the document that runs. Everything is compiled first; what is
// wrong makes faulty nodes (or, with Strict, refuses), and nodes that did not
// change go on undisturbed. It returns when the nodes it replaced have closed
// and the new ones have been opened once.
func (e *Engine) Deploy(ctx context.Context, d *flows.Document, o Deploy) (*Result, error) {
	e.deploy.Lock()
	defer e.deploy.Unlock()
	select {
	case <-e.stopped:
		return nil, errStopped
	default:
	}
	next := e.compile(d, o)
	defer d.Pack() // from now on it is kept, and seldom looked into
	if o.Strict && hasErrors(next.problems) {
		return nil, &RefusedError{next.problems}
	}
	if o.Save != nil {
		if err := o.Save(); err != nil {
			return nil, err
		}
	}
	e.wanted = deployed{d, o.Credentials}
	res := &Result{Problems: next.problems, Missing: next.missing}
	if e.halted {
		return res, nil
	}
	res.Started = e.swap(next)
	return res, nil
}

func hasErrors(problems []flows.Problem) bool {
	for _, p := range problems {
		if p.Severity == flows.Error {
			return true
		}
	}
	return false
}

// compile makes the graph of a document. Nothing moves yet.
func (e *Engine) compile(d *flows.Document, o Deploy) *graph {
	b := builder{eng: e, doc: d, credentials: o.Credentials}
	if o.Type == "nodes" || o.Type == "flows" {
		b.old = e.graph.Load()
		restarts := flows.Diff(b.old.doc, d).Restarts(o.Type)
		b.reuse = func(id string) bool { return !restarts[id] && !o.Touched[id] }
	}
	return b.build()
}

// Check is what a deploy of d would find wrong with it. Nothing moves.
func (e *Engine) Check(d *flows.Document, credentials map[string]*msg.Object) []flows.Problem {
	return e.compile(d, Deploy{Credentials: credentials}).problems
}

// Check is Engine.Check without an engine that runs: c needs only what nodes
// look at while they are decoded.
func Check(d *flows.Document, c Config, credentials map[string]*msg.Object) []flows.Problem {
	return New(c).Check(d, credentials)
}

// SetRunning stops all flows or starts them again.
func (e *Engine) SetRunning(_ context.Context, run bool) error {
	e.deploy.Lock()
	defer e.deploy.Unlock()
	if e.halted != run {
		return nil
	}
	e.halted = !run
	if run {
		e.swap(e.compile(e.wanted.doc, Deploy{Credentials: e.wanted.credentials}))
	} else {
		e.swap(e.empty())
	}
	return nil
}

// Running tells whether flows run, as opposed to stopped by SetRunning.
func (e *Engine) Running() bool {
	e.deploy.Lock()
	defer e.deploy.Unlock()
	return !e.halted
}

func (e *Engine) empty() *graph {
	d, _ := flows.Parse([]byte("[]"))
	return &graph{doc: d, places: map[string]*place{}}
}

// Close stops sources, lets what was accepted come to its end (until ctx
// ends), closes all nodes and writes what contexts have not written yet. What
// still waits in an inbox then is logged as lost, by message id.
func (e *Engine) Close(ctx context.Context) error {
	e.deploy.Lock()
	defer e.deploy.Unlock()
	select {
	case <-e.stopped:
		return nil
	default:
	}
	g := e.graph.Load()
	e.stopSources(g.order)
	err := e.settle(ctx, g)
	for _, p := range g.order {
		if p.n.inbox != nil {
			for _, d := range p.n.inbox.rest() {
				e.logFailure(p.n, d.m, fmt.Errorf("stopped before it was handled: %w", err))
			}
		}
	}
	e.swap(e.empty())
	close(e.stopped)
	e.flusher.flush()
	return err
}

// settle waits until no carrier runs and no inbox holds anything.
func (e *Engine) settle(ctx context.Context, g *graph) error {
	for {
		old := e.gen.Swap(newGeneration())
		select {
		case <-old.retire():
		case <-ctx.Done():
			return ctx.Err()
		}
		busy := false
		for _, p := range g.order {
			if p.n.inbox == nil {
				continue
			}
			waited, err := p.n.inbox.idle(ctx)
			if err != nil {
				return err
			}
			busy = busy || waited
		}
		if !busy {
			return nil
		}
	}
}

// swap puts next in the place of the graph that runs. It returns the ids of
// the nodes it started.
func (e *Engine) swap(next *graph) []string {
	old := e.graph.Load()
	var gone, fresh []*place
	for _, p := range old.order {
		if q := next.places[p.n.info.ID]; q == nil || q.n != p.n {
			gone = append(gone, p)
		}
	}
	for _, p := range next.order {
		if !p.reused {
			fresh = append(fresh, p)
		}
	}
	release := e.hold(fresh)
	defer release()
	e.stopSources(gone)

	for _, p := range gone {
		handOver(p.n, next.places[p.n.info.ID])
	}
	for _, p := range next.order {
		p.n.wires.Store(&p.wires)
		p.n.watch.Store(p.watch)
	}
	e.graph.Store(next)
	for _, p := range gone {
		succeed(p.n, next.places[p.n.info.ID])
	}
	drained := e.gen.Swap(newGeneration()).retire()

	closed := e.closeAll(gone, next, drained)
	started := make([]string, len(fresh))
	e.openAll(fresh, closed)
	for i, p := range fresh {
		started[i] = p.n.info.ID
		if len(p.n.claims) > 0 {
			<-p.n.ready
		}
	}
	release() // a node that is closing may wait for a request of its own to a route that has gone for good
	for _, c := range closed {
		<-c
	}
	e.forgetAll(old, next, gone)
	return started
}

// hold lets requests wait for the routes of nodes that are about to start;
// where none claims anything, they need not wait.
func (e *Engine) hold(fresh []*place) (release func()) {
	claims := func(p *place) bool { return len(p.n.claims) > 0 }
	if e.cfg.Routes == nil || !slices.ContainsFunc(fresh, claims) {
		return func() {}
	}
	return sync.OnceFunc(e.cfg.Routes.Hold())
}

// handOver gives a stopped node's inbox to its successor, before anyone can
// see the successor.
func handOver(n *instance, to *place) {
	if to == nil || n.inbox == nil || to.n.inbox == nil {
		return
	}
	n.inbox.adjust(to.n.inbox)
	to.n.inbox = n.inbox
}

// succeed makes what is still on its way to n go to its successor.
func succeed(n *instance, to *place) {
	var s successor
	if to != nil {
		s.n = to.n
	}
	n.next.Store(&s)
	if n.inbox == nil {
		return
	}
	if s.n == nil || s.n.inbox != n.inbox {
		n.inbox.owner.Store(nil)
		if left := n.inbox.rest(); len(left) > 0 {
			n.eng.cfg.Log.Warn("messages dropped with the node they waited for", "node", n.info.ID, "type", n.info.Type, "count", len(left))
		}
	} else {
		n.inbox.owner.Store(s.n)
	}
	close(n.replaced)
}

func (e *Engine) stopSources(places []*place) {
	for _, p := range places {
		if p.n.stopSource != nil {
			p.n.stopSource()
		}
	}
	late := time.NewTimer(drainTime)
	defer late.Stop()
	for _, p := range places {
		if p.n.sourceDone == nil {
			continue
		}
		select {
		case <-p.n.sourceDone:
		case <-late.C:
			e.cfg.Log.Error("Error stopping node: Close timed out", "node", p.n.info.ID, "type", p.n.info.Type)
			return
		}
	}
}

// closeAll closes nodes once nobody is inside them, config nodes after their
// users. It returns, by id, what is closed when a node is.
func (e *Engine) closeAll(gone []*place, next *graph, drained <-chan struct{}) map[string]chan struct{} {
	if len(gone) == 0 {
		return nil
	}
	limit, cancel := context.WithTimeout(context.Background(), drainTime)
	var left sync.WaitGroup
	left.Add(len(gone))
	go func() { left.Wait(); cancel() }()

	select {
	case <-drained:
	case <-limit.Done():
	}
	patience, stop := context.WithTimeout(context.Background(), openPatience)
	defer stop()
	closed := make(map[string]chan struct{}, len(gone))
	users := map[string][]chan struct{}{}
	for _, p := range gone {
		c := make(chan struct{})
		closed[p.n.info.ID] = c
		for _, r := range p.n.refs {
			users[r] = append(users[r], c)
		}
	}
	for i := len(gone) - 1; i >= 0; i-- {
		n, c, before := gone[i].n, closed[gone[i].n.info.ID], users[gone[i].n.info.ID]
		finish := func() {
			n.close()
			close(c)
			left.Done()
		}
		if n.inbox == nil && len(before) == 0 {
			if _, closes := n.value.(node.Closer); !closes {
				finish()
				continue
			}
			// Its Close may wait for a message of its own that is on its way to a
			// node which has yet to open: then opening must not wait for it.
			go finish()
			select {
			case <-c:
			case <-patience.Done():
			}
			continue
		}
		go func() {
			for _, u := range before {
				<-u
			}
			if n.inside != nil {
				select {
				case <-n.inside.retire():
				case <-limit.Done():
					n.cancel()
					e.cfg.Log.Error("Error stopping node: Close timed out", "node", n.info.ID, "type", n.info.Type)
				}
			}
			finish()
		}()
	}
	return closed
}

// close ends an instance for good.
func (n *instance) close() {
	n.closed.Store(true)
	n.cancel()
	if c, ok := n.value.(node.Closer); ok && n.tried {
		if err := c.Close(); err != nil {
			n.eng.cfg.Log.Error("Error stopping node: "+err.Error(), "node", n.info.ID, "type", n.info.Type)
		}
	}
	n.eng.keepStatus(n, node.Status{})
}

// forgetAll drops the context of what is gone from the document, and the
// in-memory context of nodes that stopped.
func (e *Engine) forgetAll(old, next *graph, gone []*place) {
	for _, p := range gone {
		e.forget("node", p.n.info.ID, next.places[p.n.info.ID] == nil && next.doc.Find(p.n.docID()) == nil)
	}
	for id := range old.flows {
		if next.flows[id] == nil && next.doc.Find(id) == nil && !e.halted {
			e.forget("flow", id, true)
		}
	}
}

// docID is the id of the object in the document that n is made from.
func (n *instance) docID() string {
	if n.info.Alias != "" {
		return n.info.Alias
	}
	return n.info.ID
}
