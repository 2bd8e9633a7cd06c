package nodetest

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"runtime/debug"
	"sync"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
)

// Node is a node under test. Its methods may be called from any goroutine.
type Node struct {
	// Flow, Global and Context are what the node's contexts hold.
	Flow, Global, Context *Context

	t      testing.TB
	in     *node.Instance
	around *surroundings
	ctx    context.Context
	cancel context.CancelFunc
	routes *Routes
	once   sync.Once
	wait   sync.WaitGroup

	mu       sync.Mutex
	sent     Sent
	statuses []node.Status
	debugs   []node.Debug
	errs     []error
	failed   []*msg.Object
	done     int
	given    map[*msg.Object]bool // what the node has given away
	server   *httptest.Server
}

// New makes and opens a node; a wrong configuration and a failing Open end
// the test. It is closed with the test.
func New(t testing.TB, typ, config string, opts ...Option) *Node {
	t.Helper()
	n, err := open(t, typ, config, opts)
	if err != nil {
		t.Fatalf("nodetest: %s: %v", typ, err)
	}
	t.Cleanup(n.Close)
	return n
}

// Of returns the node itself, the *T that was registered.
func Of[T any](n *Node) *T { return n.in.Value.(*T) }

func decode(t testing.TB, typ, config string, s *surroundings) (*node.Instance, []flows.Problem) {
	t.Helper()
	typed, ok := node.Lookup(typ)
	if !ok {
		t.Fatalf("nodetest: type %q is not registered: does the test import its package?", typ)
	}
	raw, err := msg.DecodeObject([]byte(config))
	if err != nil {
		t.Fatalf("nodetest: configuration: %v", err)
	}
	for _, own := range [][2]string{{"id", s.env.ID}, {"type", typ}} {
		if !raw.Has(own[0]) {
			raw.Set(own[0], own[1])
		}
	}
	before := raw.String()
	in, problems := typed.Decode(raw, s.binding())
	if after := raw.String(); after != before {
		t.Errorf("nodetest: decoding changed the configuration:\n%s\n%s", before, after)
	}
	return in, problems
}

func open(t testing.TB, typ, config string, opts []Option) (*Node, error) {
	t.Helper()
	s := newSurroundings(t, opts)
	in, problems := decode(t, typ, config, s)
	if len(problems) > 0 {
		return nil, &ConfigError{problems}
	}
	n := &Node{t: t, in: in, around: s, Flow: s.flow, Global: s.global, Context: s.own, routes: new(Routes)}
	n.sent, n.given = make(Sent, in.Outputs), make(map[*msg.Object]bool)
	n.ctx, n.cancel = context.WithCancel(node.WithLog(context.Background(), s.env.Log))
	env := s.env
	env.Type = typ
	env.Status = n.Status
	env.Debug = func(d node.Debug) {
		d.Value = msg.CloneValue(d.Value)
		record(n, &n.debugs, d)
	}
	if env.Routes == nil {
		env.Routes = n.routes
	}
	if o, ok := in.Value.(node.Opener); ok {
		if err := o.Open(n.ctx, &env); err != nil {
			n.cancel()
			return nil, fmt.Errorf("open: %w", err)
		}
	}
	return n, nil
}

// Send gives messages, each a JSON object, to Receive one after the other and
// returns the first error.
func (n *Node) Send(messages ...string) error {
	n.t.Helper()
	for _, m := range messages {
		if err := n.Receive(Message(n.t, m)); err != nil {
			return err
		}
	}
	return nil
}

// Receive gives one message to the node. A panic is an error with its stack.
func (n *Node) Receive(m *msg.Object) (err error) {
	r, ok := n.in.Value.(node.Node)
	if !ok {
		n.t.Fatalf("nodetest: %s takes no messages", n.in.Type.Name)
	}
	d := n.around.deliver
	if d == nil {
		id, _ := m.Get("_msgid").(string)
		d = &node.Delivery{Key: id}
	}
	o := &out{n: n}
	defer func() {
		o.stale.Store(true)
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return r.Receive(node.WithDelivery(n.ctx, d), m, o)
}

// Start runs the source on a goroutine of its own until it returns or the
// node is closed; an error it returns is among Errors.
func (n *Node) Start() {
	s, ok := n.in.Value.(node.Source)
	if !ok {
		n.t.Fatalf("nodetest: %s is no source", n.in.Type.Name)
	}
	n.wait.Go(func() {
		if err := s.Start(n.ctx, &out{n: n, source: true}); err != nil && !errors.Is(err, context.Canceled) {
			record(n, &n.errs, err)
		}
	})
}

// Control presses a button of the node; body is JSON or "".
func (n *Node) Control(verb, body string) error {
	n.t.Helper()
	c, ok := n.in.Value.(node.Control)
	if !ok {
		n.t.Fatalf("nodetest: %s has no button", n.in.Type.Name)
	}
	var o *msg.Object
	if body != "" {
		o = Message(n.t, body)
	}
	return c.Control(n.ctx, verb, o)
}

// Close stops the source, waits for it, and closes the node. New does it at
// the end of the test.
func (n *Node) Close() {
	n.once.Do(func() {
		n.cancel()
		n.wait.Wait()
		if c, ok := n.in.Value.(node.Closer); ok {
			if err := c.Close(); err != nil {
				n.t.Errorf("nodetest: close: %v", err)
			}
		}
		n.mu.Lock()
		server := n.server
		n.mu.Unlock()
		if server != nil {
			server.Close()
		}
	})
}

// Instance is what decoding made: ports, references, claims.
func (n *Node) Instance() *node.Instance { return n.in }

// Routes are those the node has registered.
func (n *Node) Routes() *Routes { return n.routes }

// URL is where a server on the loopback serves the node's routes. It starts
// with the first call and ends with the node. In a synctest bubble use
// Routes().ServeHTTP.
func (n *Node) URL() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.server == nil {
		n.server = httptest.NewServer(n.routes)
	}
	return n.server.URL
}

// Sent returns what was sent so far, by port.
func (n *Node) Sent() Sent {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := make(Sent, len(n.sent))
	for i, port := range n.sent {
		s[i] = append([]*msg.Object(nil), port...)
	}
	return s
}

// Take returns what was sent so far and forgets it.
func (n *Node) Take() Sent {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := n.sent
	n.sent = make(Sent, len(s))
	return s
}

// Statuses are all statuses so far, the last one last.
func (n *Node) Statuses() []node.Status { return recorded(n, &n.statuses) }

// Debugs are the values shown with Env.Debug.
func (n *Node) Debugs() []node.Debug { return recorded(n, &n.debugs) }

// Errors are those reported by Fail and Done and returned by Start. What
// Receive returns is its caller's.
func (n *Node) Errors() []error { return recorded(n, &n.errs) }

// Failed are the messages that came with Errors of Fail and Done, as they were then.
func (n *Node) Failed() []*msg.Object { return recorded(n, &n.failed) }

// Done counts the messages that Late.Done ended well.
func (n *Node) Done() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.done
}

// Logs are the lines logged so far: "WARN No response object", attributes
// after the text as key=value.
func (n *Node) Logs() []string { return n.around.log.all() }

func record[T any](n *Node, list *[]T, v T) {
	n.mu.Lock()
	defer n.mu.Unlock()
	*list = append(*list, v)
}

func recorded[T any](n *Node, list *[]T) []T {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]T(nil), *list...)
}
