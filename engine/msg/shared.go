package msg

import "sync"

// isShared ends the panic of a write past Path.Set to a shared value.
const isShared = "its clones share; use Path.Set"

// Shared stands in a message for an object that is made when it is first
// looked at and that clones share, such as msg.req. Get, All and paths show
// the object; Path.Set and Path.Delete give the writer his own copy, one
// level at a time: every object and list inside a Shared is itself shared,
// so it stays so wherever in a message a node puts it. Set, Delete and
// Append on a shared object or list panic, for they would write into other
// people's messages.
type Shared struct {
	once  sync.Once
	build func() *Object
	value any // *Object or *List
}

// NewShared returns a Shared that calls build once, when first looked at, on
// whatever goroutine looks.
func NewShared(build func() *Object) *Shared { return &Shared{build: build} }

// Object makes the object if that has not happened yet, and returns it. It
// must not be written to.
func (s *Shared) Object() *Object {
	o, _ := s.open().(*Object)
	return o
}

func (s *Shared) open() any {
	s.once.Do(s.make)
	return s.value
}

func (s *Shared) make() {
	if s.build == nil { // made by share, or the zero Shared
		return
	}
	o := s.build()
	if o == nil {
		o = new(Object)
	}
	s.build, s.value = nil, o
	s.claim(o)
}

// claim marks o as the shared value and puts what it holds behind Shareds.
func (s *Shared) claim(o *Object) {
	m := o.rare()
	if m.shared != nil {
		return
	}
	m.shared, m.poison = s, isShared
	for i := range o.members {
		o.members[i].value = share(o.members[i].value)
	}
}

func share(v any) any {
	switch v := v.(type) {
	case *Object:
		if v.more == nil || v.more.shared == nil {
			s := &Shared{value: v}
			s.claim(v)
		}
		return v.more.shared
	case *List:
		if v.shared == nil {
			v.shared = &Shared{value: v}
			for i := range v.Items {
				v.Items[i] = share(v.Items[i])
			}
		}
		return v.shared
	}
	return v
}

func open(v any) any {
	if s, ok := v.(*Shared); ok {
		return s.open()
	}
	return v
}

// own is open for someone who is going to write: of what is shared it makes a
// copy, to be put in its place.
func own(v any) (value any, copied bool) {
	v = open(v)
	switch o := v.(type) {
	case *Object:
		copied = o.more != nil && o.more.shared != nil
	case *List:
		copied = o.shared != nil
	}
	if copied {
		v = CloneValue(v)
	}
	return v, copied
}
