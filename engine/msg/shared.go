package msg

import "sync"

// isShared ends the panic of a write past Path.Set to a shared value.
const isShared = "its clones share; use Path.Set"

// Shared stands in a message for an object that is made when it is first
// looked at and that clones share, such as msg.req. Get, All and paths show
// the object; Path.Set and Path.Delete give the writer his own copy, one
// level at a time. The object and all that is in it know that they are
// shared, so they stay so wherever in a message a node puts them. Set, Delete
// and Append on them panic, for they would write into other people's
// messages.
type Shared struct {
	once   sync.Once
	build  func() *Object
	object *Object
}

// NewShared returns a Shared that calls build once, when first looked at, on
// whatever goroutine looks.
func NewShared(build func() *Object) *Shared { return &Shared{build: build} }

// Object makes the object if that has not happened yet, and returns it. It
// must not be written to.
func (s *Shared) Object() *Object {
	s.once.Do(func() {
		s.object = new(Object)
		if s.build != nil {
			if o := s.build(); o != nil {
				s.object = o
			}
		}
		s.build = nil
		share(s.object)
	})
	return s.object
}

// share marks v and what is in it.
func share(v any) {
	if shared(v) {
		return
	}
	switch v := v.(type) {
	case *Object:
		v.rare().poison = isShared
		for i := range v.members {
			share(v.members[i].value)
		}
	case *List:
		v.shared = true
		for _, item := range v.Items {
			share(item)
		}
	}
}

// shared tells whether v is part of a Shared.
func shared(v any) bool {
	switch v := v.(type) {
	case *Object:
		return v.more != nil && v.more.poison == isShared
	case *List:
		return v.shared
	}
	return false
}

// IsShared tells whether o belongs to a Shared, so that a writer must put a
// clone in its place.
func (o *Object) IsShared() bool { return o != nil && shared(o) }

// IsShared tells whether l belongs to a Shared.
func (l *List) IsShared() bool { return l != nil && l.shared }

func open(v any) any {
	if s, ok := v.(*Shared); ok {
		return s.Object()
	}
	return v
}

// own is open for someone who is going to write: of what is shared it makes a
// copy, to be put in its place.
func own(v any) (value any, copied bool) {
	v = open(v)
	if shared(v) {
		return CloneValue(v), true
	}
	return v, false
}
