package engine

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

var errStopped = errors.New("the engine has stopped")

// instance is one node that runs. A node of a subflow template has one per
// instance of the subflow.
type instance struct {
	eng    *Engine
	info   NodeInfo
	typ    *node.Type
	value  any // the author's *T
	mode   node.Mode
	effect bool
	config bool
	vars   *vars
	refs   []string // config nodes it stands on
	claims []node.Claim

	receiver node.Node
	wires    atomic.Pointer[[][]*instance]
	watch    atomic.Pointer[watch]
	fault    atomic.Pointer[faultError] // why it cannot run, as things are
	serial   sync.Mutex
	holding  atomic.Pointer[hold] // of a Serial node: of the Receive that runs
	inbox    *inbox

	ctx         context.Context // ends when the node is stopped
	cancel      context.CancelFunc
	flowContext *scopeContext
	tried       bool // Open was called, or there is none: Close is due
	opened      atomic.Bool
	ready       chan struct{} // closed with opened: carriers need not wait any more
	closed      atomic.Bool

	stopSource context.CancelFunc
	sourceDone chan struct{}

	inside   *generation   // who is in Receive, of a node with an inbox
	replaced chan struct{} // closed when next is set
	next     atomic.Pointer[successor]
}

// successor is who took a stopped node's place in the graph; nobody if it was
// removed.
type successor struct{ n *instance }

// faultError is a node that cannot run: what a deploy found wrong with it, or
// why it could not open.
type faultError struct{ err error }

// current is the node that now has n's place; nil if it was removed.
func (n *instance) current() *instance {
	for {
		s := n.next.Load()
		if s == nil {
			return n
		}
		if n = s.n; n == nil {
			return nil
		}
	}
}

func (n *instance) wiring() [][]*instance {
	if w := n.wires.Load(); w != nil {
		return *w
	}
	return nil
}

func (n *instance) context() *scopeContext {
	return n.eng.contextOf("node", n.info.ID, nil)
}

// passOn is the Receive of what only passes messages on: a subflow instance.
type passOn struct{}

func (passOn) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	out.Send(m)
	return nil
}

// subflowStatus turns what reaches a subflow's status output into the status
// of the instance (runtime.md §5).
type subflowStatus struct{ instance *instance }

// maxStatusDump is how much of a payload that is no status is shown as one.
const maxStatusDump = 32

func (s *subflowStatus) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	st := node.Status{}
	payload, has := m.Lookup("payload")
	has = has && payload != msg.Undefined
	switch p := payload.(type) {
	case string:
		st = statusOf(msg.Of("text", p))
	case *msg.Object:
		if p.Len() == 0 || p.Has("text") || p.Has("fill") || p.Has("shape") {
			st = statusOf(p)
		} else {
			st.Text = dump(p)
		}
	default:
		if has {
			st.Text = dump(p)
		} else if o, ok := m.Get("status").(*msg.Object); ok {
			st = statusOf(o)
		} else {
			return nil
		}
	}
	s.instance.setStatus(st)
	return nil
}

func dump(v any) string {
	text := []rune(msg.Inspect(v))
	if len(text) > maxStatusDump {
		return string(text[:maxStatusDump]) + "..."
	}
	return string(text)
}

func statusOf(o *msg.Object) node.Status {
	st := node.Status{}
	for key, v := range o.All() {
		switch key {
		case "fill":
			st.Fill = msg.Text(v)
		case "shape":
			st.Shape = msg.Text(v)
		case "text":
			if st.Text = msg.Text(v); st.Text == "" {
				st.Extra = extra(st.Extra, key, "") // status nodes are told that there is a text
			}
		case "source":
		default:
			st.Extra = extra(st.Extra, key, v)
		}
	}
	return st
}

// extra adds a member that only status nodes see.
func extra(o *msg.Object, key string, v any) *msg.Object {
	if o == nil {
		o = msg.NewObject(2)
	}
	o.Set(key, v)
	return o
}
