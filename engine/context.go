package engine

import (
	"strings"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// The two context stores: memory forgets with the process, persistent does
// not. An unknown store name means the default, memory (runtime.md §9).
const (
	memoryStore     = "memory"
	persistentStore = "persistent"
)

// flushAfter is how long a change of a persistent context may wait before it
// is written. A crash loses no more than that.
const flushAfter = 200 * time.Millisecond

// scopeContext is the context of one node, one flow or of all.
type scopeContext struct {
	eng    *Engine
	scope  string // "node", "flow", "global"
	id     string
	outer  *scopeContext // what $parent. reaches, of a subflow instance
	around sync.Mutex    // held over a read-change-write of several calls

	mu     sync.Mutex
	values map[string]*msg.Object // by store
	dirty  bool
}

var (
	_ node.Context = (*scopeContext)(nil)
	_ node.Looker  = (*scopeContext)(nil)
)

func (x *scopeContext) store(name string) string {
	if name == persistentStore && x.eng.cfg.Context != nil {
		return name
	}
	return memoryStore
}

// object returns a store's values, loading persistent ones on first use.
func (x *scopeContext) object(store string) *msg.Object {
	if o, ok := x.values[store]; ok {
		return o
	}
	o := msg.NewObject(0)
	if store == persistentStore {
		saved, err := x.eng.cfg.Context.Load(x.scope, x.id)
		if err != nil {
			x.eng.cfg.Log.Error("load context", "scope", x.scope, "id", x.id, "err", err)
		} else if saved != nil {
			o = saved
		}
	}
	if x.values == nil {
		x.values = map[string]*msg.Object{}
	}
	x.values[store] = o
	return o
}

// climb follows $parent. outwards; nil: above the tab.
func (x *scopeContext) climb(p msg.Path) (*scopeContext, msg.Path) {
	for x != nil && p.First() == "$parent" {
		rest, ok := strings.CutPrefix(p.String(), "$parent.")
		if !ok {
			break
		}
		inner, err := msg.ParsePath(rest)
		if err != nil {
			break
		}
		x, p = x.outer, inner
	}
	return x, p
}

// Get implements node.Context.
func (x *scopeContext) Get(store string, p msg.Path) any {
	return x.read(store, p, msg.CloneAll)
}

// Look implements node.Looker.
func (x *scopeContext) Look(store string, p msg.Path) any {
	return x.read(store, p, func(v any) any {
		if msg.SharePlain(v) {
			return v
		}
		return msg.CloneAll(v)
	})
}

// read gives out a value as give makes it.
func (x *scopeContext) read(store string, p msg.Path, give func(any) any) any {
	x, p = x.climb(p)
	if x == nil {
		return msg.Undefined
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	v, ok := p.Lookup(x.object(x.store(store)))
	if !ok {
		return msg.Undefined
	}
	return give(v)
}

// Set implements node.Context. Undefined deletes. Where a value that is no
// object is in the way nothing happens, as in Node-RED.
func (x *scopeContext) Set(store string, p msg.Path, v any) error {
	x, p = x.climb(p)
	if x == nil {
		return nil // above the tab writes vanish
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	store = x.store(store)
	if !p.Set(x.object(store), msg.CloneValue(v)) {
		return nil
	}
	if store == persistentStore && !x.dirty {
		x.dirty = true
		x.eng.flusher.later(x)
	}
	return nil
}

// Keys implements node.Context.
func (x *scopeContext) Keys(store string) []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.object(x.store(store)).Keys()
}

// Lock implements node.Context.
func (x *scopeContext) Lock() (unlock func()) {
	x.around.Lock()
	return x.around.Unlock
}

// save writes what changed.
func (x *scopeContext) save() {
	x.mu.Lock()
	values := x.values[persistentStore].Clone()
	x.dirty = false
	x.mu.Unlock()
	if err := x.eng.cfg.Context.Save(x.scope, x.id, values); err != nil {
		x.eng.cfg.Log.Error("save context", "scope", x.scope, "id", x.id, "err", err)
	}
}

// flusher writes persistent contexts a little after they changed.
type flusher struct {
	mu    sync.Mutex
	dirty []*scopeContext
	timer *time.Timer
}

func (f *flusher) later(x *scopeContext) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dirty = append(f.dirty, x)
	if f.timer == nil {
		f.timer = time.AfterFunc(flushAfter, f.flush)
	}
}

func (f *flusher) flush() {
	f.mu.Lock()
	dirty := f.dirty
	f.dirty = nil
	if f.timer != nil {
		f.timer.Stop()
		f.timer = nil
	}
	f.mu.Unlock()
	for _, x := range dirty {
		x.save()
	}
}

// contextOf returns the context of a scope, the same one for the same id.
func (e *Engine) contextOf(scope, id string, outer *scopeContext) *scopeContext {
	e.contextMu.Lock()
	defer e.contextMu.Unlock()
	key := scope + "/" + id
	x := e.contexts[key]
	if x == nil {
		x = &scopeContext{eng: e, scope: scope, id: id, outer: outer}
		e.contexts[key] = x
	}
	return x
}

// Context returns the values of a scope ("global", "flow" or "node") for
// tools; id is "" for global. Unknown ids have empty contexts.
func (e *Engine) Context(scope, id string) (node.Context, bool) {
	g := e.graph.Load()
	switch scope {
	case "global":
		return e.contextOf("global", "", nil), true
	case "flow":
		if f := g.flows[id]; f != nil {
			return f.context(e), true
		}
	case "node":
		if p := g.places[id]; p != nil {
			return p.n.context(), true
		}
	}
	return nil, false
}

// Stores names the context stores, the default first.
func (e *Engine) Stores() []string {
	if e.cfg.Context == nil {
		return []string{memoryStore}
	}
	return []string{memoryStore, persistentStore}
}

// forget drops the contexts of flows and nodes that a deploy removed, and
// what the memory store has of nodes that stop.
func (e *Engine) forget(scope, id string, gone bool) {
	e.contextMu.Lock()
	x := e.contexts[scope+"/"+id]
	if gone {
		delete(e.contexts, scope+"/"+id)
	}
	e.contextMu.Unlock()
	if x != nil {
		x.mu.Lock()
		delete(x.values, memoryStore)
		x.mu.Unlock()
	}
	if gone && e.cfg.Context != nil {
		if err := e.cfg.Context.Remove(scope, id); err != nil {
			e.cfg.Log.Error("remove context", "scope", scope, "id", id, "err", err)
		}
	}
}
