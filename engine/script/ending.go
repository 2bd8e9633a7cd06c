package script

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/dop251/goja"

	"github.com/flowrill/flowrill/engine/node"
)

// closeTime is how long the code for the end may run.
const closeTime = 5 * time.Second

// ending is how a function stops: what runs when its node is stopped is
// interrupted, nothing begins after that, and then the code for the end runs.
type ending struct {
	unwatch func() bool
	cut     chan struct{} // closed when what ran has been interrupted
	stopped atomic.Bool
	begun   atomic.Bool // the code for the end may run
}

func (e *ending) watch(ctx context.Context, f *Function) {
	e.cut = make(chan struct{})
	e.unwatch = context.AfterFunc(ctx, func() {
		defer close(e.cut)
		e.stopped.Store(true)
		watch.interrupt(f)
	})
}

// refuses tells whether a call that has begun must not go on. It is asked
// after vm.begin, so that a call is either seen by watch.interrupt or refused.
func (e *ending) refuses() bool { return e.stopped.Load() && !e.begun.Load() }

// Close stops the timers and runs the code for the end, which cannot send and
// has closeTime.
func (f *Function) Close() error {
	if f.closed.Load() || f.env == nil {
		return nil
	}
	if !f.ending.unwatch() {
		<-f.ending.cut // or it would be the code for the end that is interrupted
	}
	f.ending.begun.Store(true)
	if f.showed.Load() {
		f.env.Status(node.Status{})
	}
	if f.own == nil {
		if f.program.finalize.program != nil {
			if err := f.pooled(nil, nil, func(b *binding) goja.Callable { return b.finalize }); err != nil {
				f.env.Log.Error(err.Error())
			}
		}
		f.closed.Store(true)
		pool.forget(f)
		return nil
	}
	f.stopTimers()
	_ = f.locked(f.base, f.finalize) // nothing can be sent any more
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed.Store(true)
	watch.remove(f.own)
	return nil
}

func (f *Function) stopTimers() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, t := range f.timers {
		t.clock.Stop()
		delete(f.timers, id)
	}
	f.waiting = nil
	for id, c := range f.links {
		c.timer.Stop()
		delete(f.links, id)
	}
}

func (f *Function) finalize() error {
	for _, c := range f.closers {
		if _, err := c(goja.Undefined()); err != nil {
			f.env.Log.Error(f.own.failure(err).Error())
		}
		if f.own.cut {
			return nil
		}
	}
	if f.program.finalize.program == nil {
		return nil
	}
	_, err := f.own.bind(f).finalize(goja.Undefined(), goja.Undefined())
	return err
}
