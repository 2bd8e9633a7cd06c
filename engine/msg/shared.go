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

// Bounds of what SharePlain takes.
const (
	shareLeast = 64
	shareMost  = 1 << 20
	shareDepth = 32
)

// SharePlain marks a large value as shared, so that it can be handed out to
// readers without being copied, and tells whether it did: there must be at
// least 64 values in it, and nothing but objects, lists and what cannot be
// changed. A caller must own all of it; it must not be written to from now on,
// but for Path.Set and Path.Delete. CloneAll undoes it in a copy.
func SharePlain(v any) bool {
	if shared(v) {
		return true
	}
	n, ok := plainSize(v, 0, 0)
	if !ok || n < shareLeast {
		return false
	}
	share(v)
	return true
}

// plainSize adds the number of values in v to n.
func plainSize(v any, n, depth int) (int, bool) {
	if n++; n > shareMost || depth > shareDepth {
		return n, false
	}
	ok := true
	switch v := v.(type) {
	case nil, bool, float64, string, undefined:
	case *Object:
		for i := range v.members {
			if n, ok = plainSize(v.members[i].value, n, depth+1); !ok {
				return n, false
			}
		}
	case *List:
		for _, item := range v.Items {
			if n, ok = plainSize(item, n, depth+1); !ok {
				return n, false
			}
		}
	default:
		return n, false
	}
	return n, true
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
