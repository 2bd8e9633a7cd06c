package node

import (
	"sync"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/template"
)

// Binding is the surroundings that a node's fields are bound to when they are
// decoded, so that On needs only the message. The engine fills it per
// instance; zero members are empty surroundings.
type Binding struct {
	Node, Flow, Global Context
	// Var looks a variable up along group, flow, global-config and process.
	Var func(name string) (any, bool)
	// Needs, if set, is told while a node is decoded of each variable that a
	// value is to be.
	Needs func(name string)
	// Ref finds a config node: its *T and type, or a problem in words, such as
	// `"c1" names a disabled node`.
	Ref func(id string) (config any, typeName string, problem string)
}

func (b *Binding) variable(name string) (any, bool) {
	if b == nil || b.Var == nil {
		return nil, false
	}
	return b.Var(name)
}

func (b *Binding) needs(name string) {
	if b != nil && b.Needs != nil {
		b.Needs(name)
	}
}

// surroundings is a Binding as templates and expressions see it, one per
// decoded node.
type surroundings struct {
	*Binding
	scope template.Scope // Msg is nil; copied for every evaluation
}

func surround(b *Binding) *surroundings {
	if b == nil {
		b = new(Binding)
	}
	s := &surroundings{Binding: b}
	s.scope.Env = b.variable
	if b.Flow != nil {
		s.scope.FlowStore = contextReader(b.Flow)
		s.scope.Flow = func(key string) any { return s.scope.FlowStore("", key) }
	}
	if b.Global != nil {
		s.scope.GlobalStore = contextReader(b.Global)
		s.scope.Global = func(key string) any { return s.scope.GlobalStore("", key) }
	}
	return s
}

// contextReader reads top-level keys; what is missing is Undefined.
func contextReader(c Context) func(store, key string) any {
	return func(store, key string) any {
		p, err := msg.ParsePath(key)
		if err != nil {
			return nil
		}
		return c.Get(store, p)
	}
}

// evaluation is what one evaluation of a template or expression needs.
type evaluation struct {
	scope template.Scope
	text  []byte
}

// keepText is the largest buffer kept for the next evaluation.
const keepText = 16 << 10

var evaluations = sync.Pool{New: func() any { return new(evaluation) }}

func (s *surroundings) evaluate(m *msg.Object) *evaluation {
	e := evaluations.Get().(*evaluation)
	e.scope = s.scope
	e.scope.Msg = m
	return e
}

func (e *evaluation) release() {
	e.scope = template.Scope{}
	if cap(e.text) > keepText {
		e.text = nil
	}
	evaluations.Put(e)
}
