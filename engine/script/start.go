package script

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/dop251/goja"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// start is what keeps the order of a function's beginning: what its code for
// the start asked for is done before the first message is handled, as in
// Node-RED. That can be done from Start on; messages that come earlier wait.
type start struct {
	over    atomic.Bool // there is nothing to keep in order any more
	mu      sync.Mutex
	late    node.Late // for what no message waits for; nil before Start
	early   []op      // what code asked for before
	waiting []arrival
}

// arrival is a message that came before its time.
type arrival struct {
	m    *msg.Object
	late node.Late
}

// Open runs the code for the start and returns when it has ended.
func (f *Function) Open(ctx context.Context, env *node.Env) error {
	f.ctx, f.env = ctx, env
	p := f.program
	for _, s := range []struct {
		named bool
		scope node.Context
	}{{p.global, env.Global}, {p.flow, env.FlowContext}, {p.context, env.Node}} {
		if s.named && s.scope != nil {
			f.scopes = append(f.scopes, s.scope)
		}
	}
	f.ending.watch(ctx, f)
	if p.lasting {
		f.own = newVM(f)
		f.base = new(run)
		f.base.begin(f.own, f, nil)
	}
	if p.initialize.program == nil {
		return nil
	}
	if err := f.initialize(); err != nil {
		f.dropped = true
		env.Log.Error(err.Error())
	}
	return nil
}

func (f *Function) initialize() error {
	if f.own == nil {
		return f.pooled(nil, nil, func(b *binding) goja.Callable { return b.initialize })
	}
	ended := make(chan error, 1)
	v := f.own
	f.enter(nil, f.base, func() error {
		value, err := v.bind(f).initialize(goja.Undefined(), goja.Undefined())
		if err != nil {
			ended <- v.failure(err)
			return nil
		}
		// It has ended when what it asked for last is done.
		v.when(value, func(_ goja.Value, err error) { v.ops = append(v.ops, op{kind: opReady, err: err, ready: ended}) })
		return nil
	})
	select {
	case err := <-ended:
		return err
	case <-f.ctx.Done():
		return f.ctx.Err()
	}
}

// Start gives the function the way to send what no message waits for.
func (f *Function) Start(ctx context.Context, out node.Late) error {
	s := &f.start
	s.mu.Lock()
	s.late = out
	for len(s.early) > 0 || len(s.waiting) > 0 {
		early, waiting := s.early, s.waiting
		s.early, s.waiting = nil, nil
		s.mu.Unlock()
		f.perform(out, early)
		for _, a := range waiting {
			if err := f.handle(a.m, a.late); f.own == nil {
				a.late.Done(a.m, err)
			}
		}
		s.mu.Lock()
	}
	s.over.Store(true)
	s.mu.Unlock()
	if f.own != nil {
		<-ctx.Done()
	}
	return nil
}

// maxWaiting is how many messages may wait for a function to start; the next
// one is an error.
const maxWaiting = 10_000

var errWaiting = fmt.Errorf("%d messages wait for the function to start", maxWaiting)

// holds tells whether a message has to wait, and keeps it if it does.
func (s *start) holds(m *msg.Object, out node.Out) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over.Load() || s.late == nil && len(s.early) == 0 {
		return false, nil
	}
	if len(s.waiting) >= maxWaiting {
		return true, errWaiting
	}
	s.waiting = append(s.waiting, arrival{m, out.Later()})
	return true, nil
}

// outlet is where an op goes that no message waits for; nil: it waits.
func (s *start) outlet(o *op) node.Out {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over.Load() {
		return s.late
	}
	if len(s.early) < maxTimers {
		s.early = append(s.early, *o)
	}
	return nil
}

var errStopped = errors.New("the node was stopped while its code ran")
