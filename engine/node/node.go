// Package node is what the author of a node type works with: two verbs
// (Receive and Start), five field types and Register. A node type is a struct
// whose exported fields are its configuration, its form in the editor and its
// documentation; its unexported fields are its state.
package node

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

// Node is a type that takes messages. Receive owns m and gives it away by
// sending it. ctx ends when the node is stopped, never because a client went
// away. A nil return is a success (complete nodes see it), an error goes to
// catch nodes with the message as it then is. out is good until Receive
// returns; a node that sends later takes out.Later().
type Node interface {
	Receive(ctx context.Context, m *msg.Object, out Out) error
}

// Source is a type that makes messages of its own accord. Start runs on its
// own goroutine until ctx ends. Returning nil before means finished; an error
// shows on the node and Start is called again after a pause.
type Source interface {
	Start(ctx context.Context, out Late) error
}

// Opener is a type that prepares itself before messages come: it connects,
// registers, keeps env. An error shows on the node and Open is called again
// after a pause. A type that must let go of something is an io.Closer too.
type Opener interface {
	Open(ctx context.Context, env *Env) error
}

// Closer is called once after the last Receive and Start have returned.
type Closer = io.Closer

// Upgrader brings an old spelling of a configuration to today's, on a copy,
// before it is decoded.
type Upgrader interface {
	Upgrade(raw *msg.Object)
}

// Keyed orders a Pool: messages of one key are handled one after the other
// and in order, others side by side.
type Keyed interface {
	Key(m *msg.Object) string
}

// Inputs decides where the configuration says whether there is an input.
type Inputs interface {
	Inputs() int
}

// Listener is a type that hears of what other nodes did: catch, status and
// complete. The engine calls its Receive with the message made for it.
type Listener interface {
	Scope() Scope
}

// ScopeKind says which of a node's events a Listener wants.
type ScopeKind int

// The three things a Listener can hear of.
const (
	Errors ScopeKind = iota
	Statuses
	Completions
)

// Scope says whose events a Listener hears (contract runtime.md §4–6).
type Scope struct {
	Kind     ScopeKind
	Nodes    []string // these; nil: every node of the flow
	Group    bool     // those in the listener's own group and the groups within
	Uncaught bool     // only errors that no other listener took
}

// Control is a type with a button: inject's "inject", debug's "enable" and
// "disable". body is the request's object, nil if there was none.
type Control interface {
	Control(ctx context.Context, verb string, body *msg.Object) error
}

// Claimer is a type of which only one node may have a thing, such as a route.
// Of two nodes with equal claims the first in the document has it; the other
// is a faulty node.
type Claimer interface {
	Claims() []Claim
}

// Claim names the thing and the property to blame.
type Claim struct {
	Kind     string // "route", "websocket"
	Key      string // "GET /sms"
	Path     string // "/sms": refused when it lies in a reserved part of the path space
	Property string // "url"
}

// Returner takes back what a link-out in return mode hands to the link-call
// that sent it; id is what Links.Call was given.
type Returner interface {
	Return(ctx context.Context, id string, m *msg.Object, out Out) error
}

// Out is where a node's messages, errors and states go. Sending gives the
// message away: over several wires the first gets the original, the others
// clones, made before anything is delivered.
//
// Inside Receive a send is queued and delivered when Receive has returned (in
// every mode but Stream).
type Out interface {
	// Send sends through the first port.
	Send(m *msg.Object)
	// SendTo sends through each of these ports; none: nowhere.
	SendTo(m *msg.Object, ports ...int)
	// SendAll is one send(): several messages a port, delivered wire by wire.
	// A nil message is skipped.
	SendAll(byPort [][]*msg.Object)
	// Fail tells the catch nodes; Receive goes on. m is cloned for them.
	Fail(m *msg.Object, err error)
	// Status shows under the node and goes to status nodes.
	Status(s Status)
	// Later lets Receive return while the message is not done with: complete,
	// acknowledgement and the open request wait for Done.
	Later() Late
}

// Late sends from any goroutine, any time until Close. On a goroutine of the
// node's own a send carries: it returns when all has come to rest: handled,
// failed, in an inbox, or held by a Late.
type Late interface {
	Out
	// Emit is SendTo that tells how it ended: nil, or the first error that no
	// catch node took. ctx bounds the wait for room in an inbox. Without ports
	// it sends through the first.
	Emit(ctx context.Context, m *msg.Object, ports ...int) error
	// Done ends what Later began, once: nil fires complete, an error goes to
	// the catch nodes with m.
	Done(m *msg.Object, err error)
}

// Status is the line under a node. The zero Status clears it.
type Status struct {
	Fill  string      // red green yellow blue grey, or empty
	Shape string      // dot ring, or empty
	Text  string      // may be one of Node-RED's locale keys
	Extra *msg.Object // further members, seen by status nodes only
}

// Mode says how a type's Receive wants to run.
type Mode struct {
	kind    ModeKind
	workers int
}

// ModeKind is the name of a Mode.
type ModeKind int

// The modes of architecture section 6.
const (
	KindInline ModeKind = iota
	KindSerial
	KindPool
	KindStream
)

// The modes without a parameter. Inline, the zero value: on the carrier, many
// at once. Serial: on the carrier, one at a time. Stream: one worker behind an
// inbox, each send carried to the end before it returns.
var (
	Inline = Mode{}
	Serial = Mode{kind: KindSerial}
	Stream = Mode{kind: KindStream, workers: 1}
)

// Pool is n workers behind a bounded inbox, for what waits on something.
func Pool(n int) Mode { return Mode{kind: KindPool, workers: n} }

// Kind tells which mode it is.
func (m Mode) Kind() ModeKind { return m.kind }

// Workers is how many Receives may run at once behind an inbox; 0 without one.
func (m Mode) Workers() int { return m.workers }

// Env is what the engine hands to a node when it opens. It stays valid until
// Close.
type Env struct {
	ID    string // of this instance: "<instance>-<inner>" inside a subflow
	Alias string // the id in the document; differs from ID inside a subflow
	Type  string // as the document spells it
	Name  string
	Flow  string // the tab's or subflow instance's id
	Path  string // "t1" or "t1/si1": tab and subflow instances around the node
	Wires int    // how many wires leave the node, all ports together

	Log *slog.Logger // has node, type and flow; a warning reaches the debug panel

	// Status may be called from any goroutine.
	Status func(Status)
	// Debug shows a value to whoever watches; Watching tells whether anyone does.
	Debug    func(Debug)
	Watching func() bool

	Node, FlowContext, Global Context
	// Var looks a variable up along group, flow, global-config and process.
	Var func(name string) (any, bool)

	Routes    Routes
	Links     Links
	Allow     Allow
	Simulator Simulator
	// Keep is what a crash does not wipe.
	Keep Keep
	// Shared is what the nodes of one engine share beside config nodes, such as
	// sockets, each under a key of an unexported type of its package.
	Shared *sync.Map
	// DataDir is where a node may keep files, "" if there is none.
	DataDir string
	// PublicURL is how the world reaches the flows' routes, "" if not known.
	PublicURL string
	// HTTPTimeout is how long a request may wait for its answer, 0 for the 120 s
	// that are the default.
	HTTPTimeout time.Duration
}

// Debug is what a debug node shows.
type Debug struct {
	Value    any
	Topic    any    // msg.topic, Undefined if there is none
	Property string // which property is shown, "" for the whole message or an expression
}

// Context is one scope's values. Values are cloned on the way in and out.
// store "" is the default store.
type Context interface {
	Get(store string, p msg.Path) any // Undefined if missing
	Set(store string, p msg.Path, v any) error
	Keys(store string) []string
	// Lock makes a read-change-write of several calls atomic; call unlock once.
	Lock() (unlock func())
}

// Looker is a Context that shows large values without copying them: Look is
// Get, but an object or list that IsShared must not be written to, nor be put
// into a message but for its CloneAll.
type Looker interface {
	Look(store string, p msg.Path) any
}

// Routes is the path space that belongs to the flows.
type Routes interface {
	// Handle serves a route until remove is called. pattern is Node-RED's
	// (runtime.md §10); method is upper case, "*" for every method, "" for a
	// websocket upgrade.
	Handle(r Route) (remove func(), err error)
}

// Route is one method and path and what answers it. The pattern's parameters
// are in Request.PathValue, their names, in braces, in Request.Pattern.
type Route struct {
	Method, Pattern string
	Node            string // who asks, for messages
	Serve           http.HandlerFunc
}

// Links joins link-call, link-in and link-out.
type Links interface {
	// Call delivers m to the link-in with that id or, in dynamic mode, name.
	// The errors are Node-RED's texts.
	Call(out Out, m *msg.Object, target string) error
	// Return hands m to the link-call with that node id.
	Return(out Out, m *msg.Object, callNode, id string)
}

// Allow says what nodes may do on this host.
type Allow interface {
	// Read, Write, Exec and Net return an error that names the flag which would
	// allow it.
	Read(path string) error
	Write(path string) error
	Exec(command string) error
	Net(host string) error
}

// AllowAll is an Allow that refuses nothing.
type AllowAll struct{}

// Read implements Allow.
func (AllowAll) Read(string) error { return nil }

// Write implements Allow.
func (AllowAll) Write(string) error { return nil }

// Exec implements Allow.
func (AllowAll) Exec(string) error { return nil }

// Net implements Allow.
func (AllowAll) Net(string) error { return nil }

// Simulator is the stand-in for the provider; empty URL: there is none.
type Simulator struct {
	URL, APIKey, APISecret, ApplicationID, PrivateKey, SignatureSecret, SignatureMethod string
}

// Linked is a type that is joined by links instead of wires (contract
// flow-format.md §3).
type Linked interface {
	Links() Link
}

// Link says which end of a link a node is and which nodes it names.
type Link struct {
	End LinkEnd
	IDs []string
}

// LinkEnd is what a node does with its links.
type LinkEnd int

// The ends. What a LinkOut sends through its first port reaches every LinkIn
// that either of them names; a LinkCall names those it may call.
const (
	LinkNone LinkEnd = iota
	LinkOut
	LinkIn
	LinkCall
	LinkReturn
)
