// Package msg is what a message is made of: ordered objects and lists, the
// other values a flow can carry, property paths, and the text, number and
// comparison rules of JavaScript that flows from Node-RED rely on.
//
// A value is nil (JavaScript's null), bool, float64, string, []byte (a
// Buffer), Date, *Object, *List, *Script, Undefined or a Handle. Nothing else may be
// put into an object; From converts what Go programs have.
package msg

import (
	"iter"
	"slices"
	"sort"
	"strconv"
)

// Object is an ordered set of members: a message, or an object inside one.
// Members keep the order in which they were first set, but for keys that are
// array indexes in canonical form, which come first and ascending, as
// JavaScript enumerates them.
//
// The zero value is an empty object. An Object is not safe for concurrent
// use: it has one owner. Reading methods accept a nil *Object.
type Object struct {
	members []member
	more    *more // what few objects have; keeps the others at 32 bytes
}

type member struct {
	key   string
	value any
}

// more is what only some objects need.
type more struct {
	index  index  // of an object of more than indexAbove members, else nil
	ints   int    // how many leading members have integer keys
	poison string // why a write must panic; see Poison
}

// indexAbove is the number of members above which a hash finds a key faster
// than a look at each.
const indexAbove = 16

// NewObject returns an empty object with room for n members.
func NewObject(n int) *Object { return newObject(max(n, 0)) }

// Of returns an object with the given keys and values in turn, which are
// passed to Set: Of("payload", "hi", "topic", "t"). It panics on an odd
// number of arguments or a key that is no string: a mistake in the program.
func Of(pairs ...any) *Object {
	o := newObject(len(pairs) / 2)
	for i := 0; i < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

// newObject makes a small object and its members one allocation.
func newObject(n int) *Object {
	switch n {
	case 0:
		return new(Object)
	case 1, 2:
		b := new(struct {
			Object
			room [2]member
		})
		b.members = b.room[:0]
		return &b.Object
	case 3, 4:
		b := new(struct {
			Object
			room [4]member
		})
		b.members = b.room[:0]
		return &b.Object
	case 5, 6:
		b := new(struct {
			Object
			room [6]member
		})
		b.members = b.room[:0]
		return &b.Object
	case 7, 8:
		b := new(struct {
			Object
			room [8]member
		})
		b.members = b.room[:0]
		return &b.Object
	}
	return &Object{members: make([]member, 0, n)}
}

// Len tells how many members o has.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.members)
}

func (o *Object) find(key string) int {
	if o == nil {
		return -1
	}
	if len(o.members) > indexAbove {
		return o.more.index.find(o.members, key)
	}
	for i := range o.members {
		if o.members[i].key == key {
			return i
		}
	}
	return -1
}

// Get returns the member's value, nil if there is none. A Shared value is
// returned as the object it stands for, which must not be written to.
func (o *Object) Get(key string) any {
	i := o.find(key)
	if i < 0 {
		return nil
	}
	return open(o.members[i].value)
}

// Lookup is Get that tells a missing member from one that is null.
func (o *Object) Lookup(key string) (value any, ok bool) {
	i := o.find(key)
	if i < 0 {
		return nil, false
	}
	return open(o.members[i].value), true
}

// Has tells whether o has a member of that name.
func (o *Object) Has(key string) bool { return o.find(key) >= 0 }

// Set adds a member or replaces its value in place. Go's integers and
// float32 become float64; a value of a kind that messages do not know panics
// (use From).
func (o *Object) Set(key string, value any) {
	o.put(key, normal(value))
}

// put is Set for a value that is known to be of the package's kinds.
func (o *Object) put(key string, value any) {
	o.writable(key)
	if i := o.find(key); i >= 0 {
		o.members[i].value = value
		return
	}
	at := len(o.members)
	if n, ok := arrayIndex(key); ok {
		m := o.rare()
		at = sort.Search(m.ints, func(i int) bool {
			have, _ := arrayIndex(o.members[i].key)
			return have > n
		})
		m.ints++
	}
	if o.members == nil {
		o.members = make([]member, 0, 4)
	}
	if at == len(o.members) {
		o.members = append(o.members, member{key, value})
	} else {
		o.members = slices.Insert(o.members, at, member{key, value})
	}
	switch n := len(o.members); {
	case n == indexAbove+1:
		o.rare().index = newIndex(o.members)
	case n > indexAbove:
		o.more.index.insert(o.members, at)
	}
}

// Delete removes a member and tells whether there was one.
func (o *Object) Delete(key string) bool {
	i := o.find(key)
	if i < 0 {
		return false
	}
	o.writable(key)
	if o.more != nil && i < o.more.ints {
		o.more.ints--
	}
	switch n := len(o.members); {
	case n == indexAbove+1:
		o.more.index = nil
	case n > indexAbove:
		o.more.index.remove(o.members, i)
	}
	o.members = slices.Delete(o.members, i, i+1)
	return true
}

func (o *Object) rare() *more {
	if o.more == nil {
		o.more = new(more)
	}
	return o.more
}

// All ranges over the members in order. The object must not gain or lose
// members meanwhile.
func (o *Object) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		if o == nil {
			return
		}
		for i := range o.members {
			if !yield(o.members[i].key, open(o.members[i].value)) {
				return
			}
		}
	}
}

// Keys returns the names of the members in order.
func (o *Object) Keys() []string {
	keys := make([]string, o.Len())
	for i := range keys {
		keys[i] = o.members[i].key
	}
	return keys
}

// Poison makes every later write to o panic with "write … to a message that
// <why>". nodetest poisons what a node has sent. What is Shared, which nobody
// may write to anyway, is left as it is.
func (o *Object) Poison(why string) {
	if !shared(o) {
		o.rare().poison = why
	}
}

// writable panics where a write, or a delete, would change someone else's
// message.
func (o *Object) writable(key string) {
	if o.more != nil && o.more.poison != "" {
		panic("msg: write of " + key + " to a message that " + o.more.poison)
	}
}

// String is the object's JSON, for Go's own output.
func (o *Object) String() string { return string(AppendJSON(nil, o)) }

// MarshalJSON lets encoding/json write an object that stands in a struct.
func (o *Object) MarshalJSON() ([]byte, error) { return EncodeChecked(o) }

// UnmarshalJSON lets encoding/json read an object that stands in a struct.
func (o *Object) UnmarshalJSON(data []byte) error {
	read, err := DecodeObject(data)
	if err == nil {
		*o = *read
	}
	return err
}

// arrayIndex tells whether key is an array index as JavaScript writes it: no
// sign, no leading zero, below 2³²-1.
func arrayIndex(key string) (uint32, bool) {
	if key == "" || len(key) > 10 || key[0] < '0' || key[0] > '9' || key[0] == '0' && len(key) > 1 {
		return 0, false
	}
	n, err := strconv.ParseUint(key, 10, 32)
	return uint32(n), err == nil && n != 1<<32-1
}
