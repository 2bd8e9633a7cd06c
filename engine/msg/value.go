package msg

import "fmt"

// List is JavaScript's array. It is a pointer so that one list may stand in
// several places of a message, as in JavaScript. A hole is Undefined.
type List struct {
	Items []any

	shared bool // part of a Shared
}

// NewList returns a list of the given values, which become the list's own.
func NewList(items ...any) *List {
	for i, v := range items {
		items[i] = normal(v)
	}
	return &List{Items: items}
}

// newList makes a small list and its items one allocation.
func newList(n int) *List {
	switch {
	case n == 0:
		return new(List)
	case n <= 2:
		b := new(struct {
			List
			room [2]any
		})
		b.Items = b.room[:0]
		return &b.List
	case n <= 4:
		b := new(struct {
			List
			room [4]any
		})
		b.Items = b.room[:0]
		return &b.List
	}
	return &List{Items: make([]any, 0, n)}
}

// Len tells how many items l has.
func (l *List) Len() int {
	if l == nil {
		return 0
	}
	return len(l.Items)
}

// At returns the item at that place, nil beyond the ends.
func (l *List) At(i int) any {
	if i < 0 || i >= l.Len() {
		return nil
	}
	return open(l.Items[i])
}

// Append adds a value at the end; what Object.Set says of values holds.
func (l *List) Append(v any) {
	if l.shared {
		panic("msg: append to a list that " + isShared)
	}
	l.Items = append(l.Items, normal(v))
}

// Set replaces the item at i, which must be one of the list's; what
// Object.Set says of values holds.
func (l *List) Set(i int, v any) {
	if l.shared {
		panic("msg: write to a list that " + isShared)
	}
	l.Items[i] = normal(v)
}

// String is the list's JSON, for Go's own output.
func (l *List) String() string { return string(AppendJSON(nil, l)) }

// MarshalJSON lets encoding/json write a list that stands in a struct.
func (l *List) MarshalJSON() ([]byte, error) { return EncodeChecked(l) }

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

// normal makes float64 of Go's other numbers, null of nil pointers, and
// panics on what is no value.
func normal(v any) any {
	switch v := v.(type) {
	case nil, bool, float64, string, []byte, Date, undefined, *Shared, *Script:
		return v
	case *Object:
		if v == nil {
			return nil
		}
		return v
	case *List:
		if v == nil {
			return nil
		}
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
	if h, ok := v.(Handle); ok {
		return h
	}
	panic(fmt.Sprintf("msg: %T is no message value; use msg.From", v))
}
