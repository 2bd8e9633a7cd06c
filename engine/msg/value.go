package msg

import (
	"fmt"
	"sync"
)

// List is JavaScript's array. It is a pointer so that one list may stand in
// several places of a message, as in JavaScript. A hole is Undefined.
type List struct {
	Items []any
}

// NewList returns a list of the given values, which become the list's own.
func NewList(items ...any) *List {
	for i, v := range items {
		items[i] = normal(v)
	}
	return &List{Items: items}
}

// Len tells how many items l has.
func (l *List) Len() int {
	if l == nil {
		return 0
	}
	return len(l.Items)
}

// Append adds a value at the end; what Object.Set says of values holds.
func (l *List) Append(v any) { l.Items = append(l.Items, normal(v)) }

// Date is a moment: milliseconds since 1970-01-01 UTC, NaN for JavaScript's
// invalid date.
type Date float64

type undefined struct{}

// Undefined is JavaScript's undefined where it must be told from null: what a
// script put into a message, and what a typed value finds missing.
var Undefined undefined

// String makes Undefined readable in Go's own output.
func (undefined) String() string { return "undefined" }

// Handle is a live thing that a message carries but does not own, such as the
// request that waits in msg.res. Clones share it; in JSON it is
// {"handle":"<what Handle returns>"}.
type Handle interface {
	// Handle names the thing for people and logs, such as "http:4711".
	Handle() string
}

// Shared stands in a message for an object that is made when it is first
// looked at and that clones share, such as msg.req. Get, All and paths show
// the object; Path.Set and Path.Delete give the writer his own copy.
type Shared struct {
	once sync.Once
	make func() *Object
	obj  *Object
}

// NewShared returns a Shared that calls make once, when first looked at, on
// whatever goroutine looks.
func NewShared(make func() *Object) *Shared { return &Shared{make: make} }

// Object makes the object if that has not happened yet, and returns it. It
// must not be written to.
func (s *Shared) Object() *Object {
	s.once.Do(func() { s.obj, s.make = s.make(), nil })
	return s.obj
}

func open(v any) any {
	if s, ok := v.(*Shared); ok {
		return s.Object()
	}
	return v
}

// normal makes float64 of Go's other numbers, and panics on what is no value.
func normal(v any) any {
	switch v := v.(type) {
	case nil, bool, float64, string, []byte, Date, *Object, *List, undefined, *Shared, Handle:
		return v
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case int32:
		return float64(v)
	case uint32:
		return float64(v)
	case uint64:
		return float64(v)
	case float32:
		return float64(v)
	case uint8:
		return float64(v)
	case uint16:
		return float64(v)
	case int16:
		return float64(v)
	case int8:
		return float64(v)
	case uint:
		return float64(v)
	}
	panic(fmt.Sprintf("msg: %T is no message value; use msg.From", v))
}
