package engine

import (
	"context"
	"time"

	"github.com/flowrill/flowrill/engine/node"
)

// A node that could not open, or whose Start failed, is tried again after
// firstPause, which doubles up to lastPause.
const (
	firstPause = time.Second
	lastPause  = time.Minute
)

// openPatience is how long a deploy waits for one node's Open before it goes
// on with the others; the node opens in its own time.
const openPatience = 250 * time.Millisecond

// openAll opens nodes in order, config nodes first, and then starts their
// sources. A node that must wait for its predecessor to close, or for a config
// node, opens when it can.
func (e *Engine) openAll(fresh []*place, closed map[string]chan struct{}) {
	begin := make(chan struct{}) // closed when sources may start
	defer close(begin)
	places := make(map[string]*instance, len(fresh))
	for _, p := range fresh {
		places[p.n.info.ID] = p.n
	}
	for _, p := range fresh {
		n := p.n
		if n.inbox != nil {
			n.inbox.owner.Store(n)
		}
		var before []<-chan struct{}
		if c := closed[n.info.ID]; c != nil {
			before = append(before, c)
		}
		for _, r := range n.refs {
			if c := places[r]; c != nil {
				before = append(before, c.ready)
			}
		}
		_, opens := n.value.(node.Opener)
		source, starts := n.value.(node.Source)
		if starts {
			n.sourceDone = make(chan struct{})
			ctx, cancel := context.WithCancel(node.WithLog(context.Background(), node.Log(n.ctx)))
			n.stopSource = cancel
			go func() {
				<-begin
				n.runSource(ctx, source)
			}()
		}
		if !opens && allClosed(before) {
			n.tried = true
			n.markOpen()
			continue
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for _, c := range before {
				<-c
			}
			n.open()
		}()
		patience := time.NewTimer(openPatience)
		select {
		case <-done:
		case <-patience.C:
		}
		patience.Stop()
	}
}

func allClosed(cs []<-chan struct{}) bool {
	for _, c := range cs {
		select {
		case <-c:
		default:
			return false
		}
	}
	return true
}

// open calls Open until it succeeds. After the first try messages need not
// wait any more: while the node is not open they are errors.
func (n *instance) open() {
	if n.fault.Load() != nil {
		n.markOpen()
		return
	}
	n.tried = true
	opener, ok := n.value.(node.Opener)
	if !ok {
		n.markOpen()
		return
	}
	env := n.env()
	err := node.Try(func() error { return opener.Open(n.ctx, env) })
	if err == nil {
		n.markOpen()
		return
	}
	n.fault.Store(&faultError{err})
	n.markOpen()
	n.eng.logFailure(n, nil, err)
	go n.reopen(opener, env)
}

func (n *instance) reopen(opener node.Opener, env *node.Env) {
	for pause := firstPause; n.pause(pause); pause = min(2*pause, lastPause) {
		err := node.Try(func() error { return opener.Open(n.ctx, env) })
		if err == nil {
			n.fault.Store(nil)
			n.setStatus(node.Status{})
			return
		}
		n.fault.Store(&faultError{err})
		n.setStatus(node.Status{Fill: "red", Shape: "ring", Text: err.Error()})
	}
}

// markOpen lets messages in and shows what is wrong, if anything is.
func (n *instance) markOpen() {
	n.opened.Store(true)
	close(n.ready)
	if f := n.fault.Load(); f != nil {
		n.setStatus(node.Status{Fill: "red", Shape: "ring", Text: f.err.Error()})
	}
}

// pause waits, and tells whether the node still runs.
func (n *instance) pause(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-n.ctx.Done():
		return false
	}
}

// runSource calls Start until it returns nil or ctx ends.
func (n *instance) runSource(ctx context.Context, source node.Source) {
	defer close(n.sourceDone)
	if !n.opened.Load() { // else ctx needs no channel
		select {
		case <-n.ready:
		case <-ctx.Done():
			return
		}
	}
	for pause := firstPause; ctx.Err() == nil; pause = min(2*pause, lastPause) {
		if n.fault.Load() == nil {
			err := node.Try(func() error { return source.Start(ctx, &late{n: n, source: true}) })
			if err == nil || ctx.Err() != nil {
				return
			}
			n.eng.logFailure(n, nil, err)
			n.setStatus(node.Status{Fill: "red", Shape: "ring", Text: err.Error()})
		}
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
		}
	}
}

// env is what the engine hands to a node.
func (n *instance) env() *node.Env {
	e := n.eng
	env := &node.Env{
		ID: n.info.ID, Alias: n.docID(), Type: n.info.Type, Name: n.info.Name, Flow: n.info.Flow, Path: n.info.Path,
		Log: node.Log(n.ctx), Status: n.setStatus, Watching: e.watching,
		Debug: func(d node.Debug) { e.observe(&Event{Kind: EventDebug, Node: &n.info, Debug: &d}) },
		Node:  n.context(), FlowContext: n.flowContext, Global: e.contextOf("global", "", nil),
		Var: n.vars.lookup, Links: &links{n}, Allow: e.cfg.Allow, Simulator: e.cfg.Simulator,
		Keep: e.cfg.Keep, DataDir: e.cfg.DataDir, PublicURL: e.cfg.PublicURL, HTTPTimeout: e.cfg.HTTPTimeout, Shared: &e.shared,
	}
	if e.cfg.Routes != nil {
		env.Routes = e.cfg.Routes
	}
	for _, port := range n.wiring() {
		env.Wires += len(port)
	}
	return env
}

func (e *Engine) watching() bool { return e.cfg.Watching == nil || e.cfg.Watching() }
