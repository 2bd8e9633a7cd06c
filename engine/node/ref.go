package node

import (
	"fmt"
	"reflect"
)

// Ref is a property that names a config node of type T by its id. A reference
// to a node that is missing, disabled or of another type is a problem at
// deploy, so a node that runs finds nil only where nothing was chosen.
type Ref[T any] struct {
	id     string
	config *T
}

// Get returns the config node, nil if none was chosen.
func (r Ref[T]) Get() *T { return r.config }

// ID returns the id in the document, "" if none was chosen.
func (r Ref[T]) ID() string { return r.id }

// RefTo is a reference as tests and Go programs make it.
func RefTo[T any](id string, config *T) Ref[T] { return Ref[T]{id, config} }

func (*Ref[T]) target() reflect.Type { return reflect.TypeFor[T]() }

func (r *Ref[T]) decode(x *decoding, f *field, at string, raw any) {
	id, ok := raw.(string)
	if !ok {
		x.problem(at, notA(raw, "the id of a node"))
		return
	}
	r.id = id
	x.refs = append(x.refs, id)
	if x.around.Ref == nil {
		x.problem(at, fmt.Sprintf("there is no node %q", id))
		return
	}
	config, typeName, problem := x.around.Ref(id)
	if problem != "" {
		x.problem(at, problem)
		return
	}
	if c, ok := config.(*T); ok {
		r.config = c
		return
	}
	want := "another type"
	if t := typeOf(reflect.TypeFor[T]()); t != nil {
		want = t.Name
	}
	x.problem(at, fmt.Sprintf("%q is a node of type %s, not %s", id, typeName, want))
}

// reference is what every Ref[T] is.
type reference interface{ target() reflect.Type }
