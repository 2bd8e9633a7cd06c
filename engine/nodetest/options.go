package nodetest

import (
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Option changes the surroundings of a node under test.
type Option func(*surroundings)

// surroundings are what a node finds around it.
type surroundings struct {
	t       testing.TB
	env     node.Env
	vars    map[string]any
	configs map[string]*config
	emit    func(m *msg.Object) error
	deliver *node.Delivery
	log     *logRecorder

	flow, global, own *Context
}

// config is a config node, or another instance a reference may name.
type config struct {
	value any
	typ   string
}

func newSurroundings(t testing.TB, opts []Option) *surroundings {
	s := &surroundings{
		t: t, vars: make(map[string]any), configs: make(map[string]*config),
		flow: NewContext(), global: NewContext(), own: NewContext(), log: new(logRecorder),
	}
	s.env = node.Env{
		ID: "n1", Alias: "n1", Flow: "t1", Path: "t1", Wires: 1, Log: slog.New(s.log),
		Node: s.own, FlowContext: s.flow, Global: s.global, Var: s.variable,
		Watching: func() bool { return true }, Allow: node.AllowAll{}, Links: noLinks{}, Keep: new(node.MemoryKeep),
		Shared:    new(sync.Map),
		PublicURL: "http://127.0.0.1:1880",
	}
	for _, o := range opts {
		o(s)
	}
	return s
}

func (s *surroundings) variable(name string) (any, bool) {
	v, ok := s.vars[name]
	return msg.CloneValue(v), ok
}

func (s *surroundings) ref(id string) (any, string, string) {
	c, ok := s.configs[id]
	if !ok {
		return nil, "", "there is no node \"" + id + "\""
	}
	return c.value, c.typ, ""
}

func (s *surroundings) binding() *node.Binding {
	return &node.Binding{Node: s.own, Flow: s.flow, Global: s.global, Var: s.variable, Ref: s.ref}
}

// Config adds a config node, opened before and closed after the node under
// test: Config(`{"id":"v1","type":"vonage","credentials":{"apiKey":"k"}}`).
func Config(json string) Option {
	return func(s *surroundings) {
		s.t.Helper()
		raw := Message(s.t, json)
		typ, _ := raw.Get("type").(string)
		id, _ := raw.Get("id").(string)
		in, problems := decode(s.t, typ, json, s)
		if len(problems) > 0 {
			s.t.Fatalf("nodetest: config node %s: %v", id, &ConfigError{problems})
		}
		s.configs[id] = &config{in.Value, in.Type.Name}
		if o, ok := in.Value.(node.Opener); ok {
			env := s.env
			env.ID, env.Alias, env.Type, env.Flow, env.Path = id, id, typ, "", ""
			env.Status = func(node.Status) {}
			env.Debug = func(node.Debug) {}
			if err := o.Open(s.t.Context(), &env); err != nil {
				s.t.Fatalf("nodetest: open config node %s: %v", id, err)
			}
		}
		if c, ok := in.Value.(node.Closer); ok {
			s.t.Cleanup(func() {
				if err := c.Close(); err != nil {
					s.t.Errorf("nodetest: close config node %s: %v", id, err)
				}
			})
		}
	}
}

// Share makes a config node of another node under test, *T, one that this
// node may refer to: what they know in common is the same.
func Share(id string, value any) Option {
	return func(s *surroundings) {
		s.configs[id] = &config{value, fmt.Sprintf("%T", value)}
	}
}

// Var sets a variable, as the environment of a flow has it.
func Var(name string, value any) Option {
	return func(s *surroundings) { s.vars[name] = msg.From(value) }
}

// FlowValue and GlobalValue put a value, given as JSON, into a context.
func FlowValue(key, json string) Option {
	return func(s *surroundings) { s.flow.put(s.t, key, json) }
}

// GlobalValue puts a value, given as JSON, into the global context.
func GlobalValue(key, json string) Option {
	return func(s *surroundings) { s.global.put(s.t, key, json) }
}

// Env changes what Open is given.
func Env(change func(*node.Env)) Option {
	return func(s *surroundings) { change(&s.env) }
}

// Emits decides how each Emit of the node ends; without it all end well.
func Emits(end func(m *msg.Object) error) Option {
	return func(s *surroundings) { s.emit = end }
}

// Delivery is what node.DeliveryOf returns in Receive; without it the key is
// the message's _msgid.
func Delivery(d *node.Delivery) Option {
	return func(s *surroundings) { s.deliver = d }
}
