// Package engine runs flows: it compiles a flow document to a graph of nodes,
// carries messages along its wires, tells errors, statuses and completions to
// the nodes that listen for them, and swaps graphs while messages are under
// way. It knows no node type by name and no other part of Flowrill above it.
package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
)

// Config is what an engine is made with. The zero value runs flows that need
// nothing from outside.
type Config struct {
	Log *slog.Logger
	// Observe sees every Event. It is called on carriers and must not block.
	Observe func(*Event)
	// Watching tells whether anyone looks at debug output; nil: yes.
	Watching func() bool
	// Routes is where http-in and websocket-listener register.
	Routes RouteTable
	// Context keeps context over restarts; nil: in memory only.
	Context ContextStore
	// Keep is what nodes keep over a crash; nil: in memory only.
	Keep node.Keep
	// Allow says what nodes may do on this host; nil: everything.
	Allow     node.Allow
	Simulator node.Simulator
	DataDir   string
	PublicURL string
	// HTTPTimeout is how long a request may wait for its answer; 0: 120 s.
	HTTPTimeout time.Duration
	// Reserved are the path prefixes that flows may not claim, "/admin".
	Reserved []string
	// Environ is the process environment as far as flows may see it.
	Environ func(name string) (string, bool)
}

// RouteTable is node.Routes as the engine drives it.
type RouteTable interface {
	node.Routes
	// Hold is called before a deploy stops anything: until release, a request
	// whose route has just gone waits for the new owner rather than be told 404.
	Hold() (release func())
}

// ContextStore keeps the values of a scope ("global", "flow", "node") and id.
type ContextStore interface {
	Load(scope, id string) (*msg.Object, error)
	Save(scope, id string, values *msg.Object) error
	Remove(scope, id string) error
}

// Deploy says how to deploy a document.
type Deploy struct {
	// Type is what restarts (contract admin-api.md §3): "full" (and anything
	// unknown) everything, "flows" what changed and what it is wired to,
	// "nodes" what changed.
	Type string
	// Strict refuses a document in which any node has an error.
	Strict bool
	// Credentials by id of the document's objects.
	Credentials map[string]*msg.Object
	// Touched are the ids whose credentials this deploy brought: they restart.
	Touched map[string]bool
	// Save is called when the document is compiled and nothing has moved yet.
	// Its error ends the deploy.
	Save func() error
}

// Result is what came of a deploy.
type Result struct {
	Problems []flows.Problem
	Missing  []string // types nobody knows
	Started  []string // ids of the node instances that were started
}

// RefusedError is a deploy that changed nothing because of its problems.
type RefusedError struct{ Problems []flows.Problem }

// EventKind tells what an Event is about.
type EventKind int

// What can happen.
const (
	EventDebug    EventKind = iota // a debug node shows a value: Node, Debug
	EventStatus                    // Node, Status
	EventLog                       // a warning or an error people should see: Level, Value, Node if any
	EventState                     // the runtime started or stopped: State, as comms.md §4
	EventDeployed                  // new flows run: Rev
)

// Event is something people watch. Its values must be read before Observe
// returns; they go on belonging to the flow.
type Event struct {
	Kind   EventKind
	At     time.Time
	Node   *NodeInfo
	Debug  *node.Debug
	Status node.Status
	Level  slog.Level
	Value  any // of a log event: the text, or the value that a function logged
	MsgID  string
	State  *msg.Object
	Rev    string
}

// NodeInfo says which node an event comes from.
type NodeInfo struct {
	ID    string // of the instance: "<instance>-<inner>" inside a subflow
	Alias string // the id in the document, "" where it is ID
	Type  string // as the document spells it
	Name  string
	Flow  string // the tab's or subflow instance's id
	Path  string // "t1" or "t1/si1"
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("refused: %d problems, the first: %s", len(e.Problems), e.Problems[0])
}

// ErrNoNode is an id that names no node that runs.
var ErrNoNode = errors.New("no such node")

// Engine runs one document at a time.
type Engine struct {
	cfg     Config
	graph   atomic.Pointer[graph]
	gen     atomic.Pointer[generation]
	stopped chan struct{} // closed by Close
	tap     atomic.Pointer[Tap]
	aside   *aside
	flusher flusher
	shared  sync.Map // node.Env.Shared

	deploy sync.Mutex // one deploy at a time
	wanted deployed   // what runs, or would if the flows were not stopped
	halted bool       // the flows are stopped by SetRunning

	statusMu sync.Mutex
	statuses map[string]node.Status

	contextMu sync.Mutex
	contexts  map[string]*scopeContext
}

// deployed is a document and the secrets of its nodes.
type deployed struct {
	doc         *flows.Document
	credentials map[string]*msg.Object
}

// New makes an engine that runs no flows yet.
func New(c Config) *Engine {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Allow == nil {
		c.Allow = node.AllowAll{}
	}
	if c.Keep == nil {
		c.Keep = new(node.MemoryKeep)
	}
	e := &Engine{cfg: c, stopped: make(chan struct{}), statuses: map[string]node.Status{}, contexts: map[string]*scopeContext{}}
	e.aside = &aside{eng: e}
	empty, _ := flows.Parse([]byte("[]"))
	e.wanted.doc = empty
	e.graph.Store(&graph{doc: empty})
	e.gen.Store(newGeneration())
	return e
}

// Document is what was deployed last. It must not be written to.
func (e *Engine) Document() *flows.Document {
	e.deploy.Lock()
	defer e.deploy.Unlock()
	return e.wanted.doc
}

// Statuses returns the status of every node that shows one, by instance id.
func (e *Engine) Statuses() map[string]node.Status {
	e.statusMu.Lock()
	defer e.statusMu.Unlock()
	return maps.Clone(e.statuses)
}

// Inject delivers an empty message to the input of any node.
func (e *Engine) Inject(id string) error {
	p := e.graph.Load().places[id]
	if p == nil || p.n.receiver == nil {
		return ErrNoNode
	}
	c := e.carrier(context.Background())
	c.put(delivery{to: p.n, m: msg.Of("_msgid", msg.NewID())})
	c.carry()
	c.release()
	return nil
}

// Control presses a node's button: "inject", "enable", "disable". A node
// without one is ErrNoNode.
func (e *Engine) Control(ctx context.Context, id, verb string, body *msg.Object) error {
	p := e.graph.Load().places[id]
	if p == nil {
		return ErrNoNode
	}
	b, ok := p.n.value.(node.Control)
	if !ok {
		return ErrNoNode
	}
	if f := p.n.fault.Load(); f != nil {
		c := e.carrier(ctx)
		c.fail(p.n, body, f.err, 0)
		c.carry()
		c.release()
		return nil
	}
	if !p.n.opened.Load() {
		c := e.carrier(ctx)
		defer c.release()
		if !c.await(p.n) {
			return ErrNoNode
		}
		c.leave()
	}
	return b.Control(p.n.ctx, verb, body)
}
