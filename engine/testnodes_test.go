package engine

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
)

// pass sends on what it gets, with its mark added to msg.trail.
type pass struct {
	Mark string `prop:"mark" label:"Mark"`
}

func (p *pass) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	if p.Mark != "" {
		trail, _ := m.Get("trail").(string)
		m.Set("trail", trail+p.Mark)
	}
	out.Send(m)
	return nil
}

// boom fails, after sending if it is told so.
type boom struct {
	First bool   `prop:"first" label:"Send first"`
	Text  string `prop:"text" label:"Text" default:"boom"`
}

func (b *boom) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	if b.First {
		out.Send(m)
	}
	if b.Text == "panic" {
		panic("no such luck")
	}
	return errors.New(b.Text)
}

// several sends two messages to output 1 and one to output 2 in one call.
type several struct{}

func (several) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	one, two := msg.Of("payload", "A"), msg.Of("payload", "B")
	out.SendAll([][]*msg.Object{{one, two}, {m}})
	return nil
}

// sink keeps what it gets and reports it.
type sink struct {
	Key string `prop:"key" label:"Key" required:"true"`
}

var sinks sync.Map // key to chan *msg.Object

func (s *sink) Receive(_ context.Context, m *msg.Object, _ node.Out) error {
	if c, ok := sinks.Load(s.Key); ok {
		c.(chan *msg.Object) <- m
	}
	return nil
}

// listen is catch, status or complete.
type listen struct {
	Kind     string   `prop:"kind" label:"Kind" enum:"catch,status,complete" default:"catch"`
	Nodes    []string `prop:"scope" label:"Scope"`
	Group    bool     `prop:"group" label:"Group"`
	Uncaught bool     `prop:"uncaught" label:"Uncaught"`
}

func (l *listen) Scope() node.Scope {
	kind := map[string]node.ScopeKind{"catch": node.Errors, "status": node.Statuses, "complete": node.Completions}[l.Kind]
	return node.Scope{Kind: kind, Nodes: l.Nodes, Group: l.Group, Uncaught: l.Uncaught}
}

func (l *listen) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	out.Send(m)
	return nil
}

// gate is a pool whose Receive waits until the test lets it go on.
type gate struct {
	Key string `prop:"key" label:"Key" required:"true"`
}

type gateState struct {
	entered chan *msg.Object
	leave   chan struct{}
}

var gates sync.Map // key to *gateState

func (g *gate) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	s, _ := gates.Load(g.Key)
	st := s.(*gateState)
	st.entered <- m
	select {
	case <-st.leave:
	case <-ctx.Done():
		return ctx.Err()
	}
	out.Send(m)
	return nil
}

// keyed is gate with a key: payload.k.
type keyed struct {
	Gate string `prop:"key" label:"Key" required:"true"`
}

func (k *keyed) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	return (&gate{Key: k.Gate}).Receive(ctx, m, out)
}

func (k *keyed) Key(m *msg.Object) string { return msg.Text(m.Path("payload.k")) }

// many sends n messages, one after the other.
type many struct {
	N int `prop:"n" label:"N"`
}

func (s *many) Receive(_ context.Context, _ *msg.Object, out node.Out) error {
	for i := range s.N {
		out.Send(msg.Of("payload", i))
	}
	return nil
}

// state is a node with a status, a context and things to see of its life.
type state struct {
	Text  string          `prop:"text" label:"Text"`
	Value node.TypedValue `prop:"v,vt" label:"Value" types:"str,num,env,flow"`
	env   *node.Env
	count int
}

var opened, closedNodes sync.Map // id to times

func (s *state) Open(_ context.Context, env *node.Env) error {
	s.env = env
	n, _ := opened.LoadOrStore(env.ID, new(counter))
	n.(*counter).add()
	return nil
}

func (s *state) Close() error {
	n, _ := closedNodes.LoadOrStore(s.env.ID, new(counter))
	n.(*counter).add()
	return nil
}

func (s *state) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	s.count++
	if s.Text != "" {
		out.Status(node.Status{Fill: "green", Shape: "dot", Text: s.Text})
	}
	v := node.On(m)
	m.Set("value", v.Any(s.Value))
	m.Set("count", s.count)
	out.Send(m)
	return v.Err()
}

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) add() { c.mu.Lock(); c.n++; c.mu.Unlock() }

func times(m *sync.Map, id string) int {
	c, ok := m.Load(id)
	if !ok {
		return 0
	}
	c.(*counter).mu.Lock()
	defer c.(*counter).mu.Unlock()
	return c.(*counter).n
}

func init() {
	one := []string{"out"}
	node.Register[pass](node.Type{Name: "t-pass", Category: "common", Icon: "x", Help: "Test.", Outputs: one})
	node.Register[boom](node.Type{Name: "t-boom", Category: "common", Icon: "x", Help: "Test.", Outputs: one})
	node.Register[several](node.Type{Name: "t-several", Category: "common", Icon: "x", Help: "Test.", Outputs: []string{"a", "b"}})
	node.Register[sink](node.Type{Name: "t-sink", Category: "common", Icon: "x", Help: "Test."})
	node.Register[listen](node.Type{Name: "t-listen", Category: "common", Icon: "x", Help: "Test.", Outputs: one})
	node.Register[gate](node.Type{Name: "t-gate", Category: "common", Icon: "x", Help: "Test.", Outputs: one, Mode: node.Pool(1)})
	node.Register[keyed](node.Type{Name: "t-keyed", Category: "common", Icon: "x", Help: "Test.", Outputs: one, Mode: node.Pool(4)})
	node.Register[many](node.Type{Name: "t-many", Category: "common", Icon: "x", Help: "Test.", Outputs: one, Mode: node.Stream})
	node.Register[state](node.Type{Name: "t-state", Category: "common", Icon: "x", Help: "Test.", Outputs: one, Mode: node.Serial})
}

// bench is an engine with flows, and what a test does with them.
type bench struct {
	t      testing.TB
	eng    *Engine
	events chan *Event
}

func start(t testing.TB, doc string) *bench {
	t.Helper()
	return startWith(t, Config{}, doc)
}

func startWith(t testing.TB, c Config, doc string) *bench {
	t.Helper()
	b := &bench{t: t, events: make(chan *Event, 1000)}
	c.Observe = func(e *Event) {
		select {
		case b.events <- e:
		default:
		}
	}
	b.eng = New(c)
	b.deploy("full", doc)
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = b.eng.Close(ctx)
	})
	return b
}

func (b *bench) deploy(how, doc string) *Result {
	b.t.Helper()
	d, err := flows.Parse([]byte(doc))
	if err != nil {
		b.t.Fatal(err)
	}
	r, err := b.eng.Deploy(context.Background(), d, Deploy{Type: how})
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// sink makes a sink's messages readable.
func (b *bench) sink(key string) chan *msg.Object {
	c := make(chan *msg.Object, 200_000)
	sinks.Store(key, c)
	b.t.Cleanup(func() { sinks.Delete(key) })
	return c
}

func (b *bench) gate(key string) *gateState {
	s := &gateState{entered: make(chan *msg.Object, 1000), leave: make(chan struct{}, 1000)}
	gates.Store(key, s)
	b.t.Cleanup(func() { gates.Delete(key) })
	return s
}

// send delivers a message to a node and returns when it has come to rest.
func (b *bench) send(id, json string) error {
	b.t.Helper()
	m, err := msg.DecodeObject([]byte(json))
	if err != nil {
		b.t.Fatal(err)
	}
	return b.put(id, m)
}

func (b *bench) put(id string, m *msg.Object) error {
	p := b.eng.graph.Load().places[id]
	if p == nil {
		b.t.Fatalf("no node %q", id)
	}
	c := b.eng.carrier(context.Background())
	defer c.release()
	c.put(delivery{to: p.n, m: m})
	c.carry()
	return c.err
}

// all empties a sink, as payloads or whatever path names.
func all(c chan *msg.Object, path string) []string {
	var got []string
	for {
		select {
		case m := <-c:
			got = append(got, msg.String(m.Path(path)))
		default:
			return got
		}
	}
}
