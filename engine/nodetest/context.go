package nodetest

import (
	"sync"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
)

// Context is a context in memory. Every store but the default one begins
// empty, too, so any store name works.
type Context struct {
	mu     sync.Mutex
	locked sync.Mutex
	stores map[string]*msg.Object
}

// NewContext returns an empty one.
func NewContext() *Context { return &Context{stores: make(map[string]*msg.Object)} }

func (c *Context) store(name string) *msg.Object {
	o := c.stores[name]
	if o == nil {
		o = msg.NewObject(0)
		c.stores[name] = o
	}
	return o
}

// Get returns a copy, Undefined if there is nothing.
func (c *Context) Get(store string, p msg.Path) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := p.Lookup(c.store(store))
	if !ok {
		return msg.Undefined
	}
	return msg.CloneValue(v)
}

// Set keeps a copy; Undefined deletes.
func (c *Context) Set(store string, p msg.Path, v any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p.Set(c.store(store), msg.CloneValue(v))
	return nil
}

// Keys lists the top level.
func (c *Context) Keys(store string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.store(store).Keys()
}

// Lock makes several calls atomic among those who lock.
func (c *Context) Lock() (unlock func()) {
	c.locked.Lock()
	return c.locked.Unlock
}

// JSON is the default store as JSON text, or another one by name.
func (c *Context) JSON(store ...string) string {
	name := ""
	if len(store) > 0 {
		name = store[0]
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(msg.Encode(c.store(name)))
}

func (c *Context) put(t testing.TB, key, json string) {
	t.Helper()
	v, err := msg.Decode([]byte(json))
	if err != nil {
		t.Fatalf("nodetest: value of %s: %v", key, err)
	}
	p, err := msg.ParsePath(key)
	if err != nil {
		t.Fatalf("nodetest: %v", err)
	}
	if err := c.Set("", p, v); err != nil {
		t.Fatalf("nodetest: %v", err)
	}
}
