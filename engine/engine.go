// Package engine runs flows: it compiles a flow document to a graph of nodes,
// carries messages along its wires, tells errors, statuses and completions to
// the nodes that listen for them, and swaps graphs while messages are under
// way. It knows no node type by name and no other part of Flowrill above it.
package engine

import (
	"log/slog"
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
	// Allow says what nodes may do on this host; nil: everything.
	Allow     node.Allow
	Simulator node.Simulator
	DataDir   string
	PublicURL string
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
