package msg

import (
	"reflect"
	"slices"
)

// Clone returns a deep copy that keeps the order of members, Undefined, and
// aliases and cycles inside v: what stands twice in v stands twice in the
// copy. Shared values and Handles are not copied, Buffers and Scripts are (each place on
// its own). A nil v stays nil.
func Clone[T *Object | *List](v T) T { return clone(v).(T) }

func clone(v any) any {
	switch v := v.(type) {
	case *Object:
		return v.Clone()
	case *List:
		if v == nil {
			return v
		}
		to := copyList(v)
		cloneInside(v, to)
		return to
	}
	return nil
}

// CloneValue is Clone for any value.
func CloneValue(v any) any {
	switch v := v.(type) {
	case *Object, *List:
		return clone(v)
	case []byte:
		return cloneBytes(v)
	case *Script:
		to := *v
		cloneInside(v, &to)
		return &to
	}
	return v
}

// Clone returns a deep copy of o; see the function Clone.
func (o *Object) Clone() *Object {
	if o == nil {
		return nil
	}
	to := copyObject(o)
	for i := range to.members {
		switch v := to.members[i].value.(type) {
		case *Object, *List, *Script:
			cloneInside(o, to)
			return to
		case []byte:
			to.members[i].value = cloneBytes(v)
		}
	}
	return to
}

func copyObject(o *Object) *Object {
	to := newObject(len(o.members))
	to.members = append(to.members, o.members...)
	if o.more != nil && (o.more.index != nil || o.more.ints > 0) {
		to.more = &more{index: slices.Clone(o.more.index), ints: o.more.ints}
	}
	return to
}

func cloneBytes(b []byte) []byte {
	if b == nil {
		return nil
	}
	return append(make([]byte, 0, len(b)), b...)
}

func copyList(l *List) *List {
	to := newList(len(l.Items))
	to.Items = append(to.Items, l.Items...)
	return to
}

// cloner copies level by level rather than by recursion, so that no depth is
// too deep. The pairs are what is still to be looked through and, at the same
// time, the memory of what has been copied already.
type cloner struct {
	all   bool // copy what is shared, too
	n     int
	first [8]pair
	more  []pair
	slots []slot // finds a pair when there are more than first holds
}

// pair is an object, a list or a Script and its copy.
type pair struct{ from, to any }

// slot says which pair was made from what stands at that address.
type slot struct {
	address uintptr // 0: free
	pair    int
}

// cloneInside finishes a clone of which the first level is copied.
func cloneInside(from, to any) {
	var c cloner
	c.inside(from, to)
}

// CloneAll is CloneValue that copies what SharePlain marked, too.
func CloneAll(v any) any {
	c := cloner{all: true}
	switch v := v.(type) {
	case *Object:
		if v == nil {
			return v
		}
		to := copyObject(v)
		c.inside(v, to)
		return to
	case *List:
		if v == nil {
			return v
		}
		to := copyList(v)
		c.inside(v, to)
		return to
	}
	return CloneValue(v)
}

func (c *cloner) inside(from, to any) {
	c.add(from, to)
	for i := 0; i < c.n; i++ {
		p := c.pair(i)
		switch from := p.from.(type) {
		case *Object:
			to := p.to.(*Object).members
			for k := range from.members {
				if v, changed := c.value(from.members[k].value); changed {
					to[k].value = v
				}
			}
		case *List:
			to := p.to.(*List).Items
			for k, v := range from.Items {
				if v, changed := c.value(v); changed {
					to[k] = v
				}
			}
		case *Script:
			to := p.to.(*Script)
			if from.Items != nil {
				if v, changed := c.value(from.Items); changed {
					to.Items = v.(*List)
				}
			}
			if from.Members != nil {
				if v, changed := c.value(from.Members); changed {
					to.Members = v.(*Object)
				}
			}
		}
	}
}

// value is the copy of v, unless v can stand in both.
func (c *cloner) value(v any) (copied any, changed bool) {
	switch v := v.(type) {
	case string, float64, nil:
	case *Object:
		if v == nil {
			return nil, true
		}
		if !c.all && shared(v) {
			break
		}
		if to := c.find(v); to != nil {
			return to, true
		}
		to := copyObject(v)
		c.add(v, to)
		return to, true
	case *List:
		if v == nil {
			return nil, true
		}
		if !c.all && shared(v) {
			break
		}
		if to := c.find(v); to != nil {
			return to, true
		}
		to := copyList(v)
		c.add(v, to)
		return to, true
	case []byte:
		return cloneBytes(v), true
	case *Script:
		if to := c.find(v); to != nil {
			return to, true
		}
		to := *v
		c.add(v, &to)
		return &to, true
	}
	return nil, false
}

func (c *cloner) pair(i int) *pair {
	if i < len(c.first) {
		return &c.first[i]
	}
	return &c.more[i-len(c.first)]
}

func (c *cloner) add(from, to any) {
	if c.n < len(c.first) {
		c.first[c.n] = pair{from, to}
		c.n++
		return
	}
	c.more = append(c.more, pair{from, to})
	if c.n++; 4*c.n > 3*len(c.slots) {
		c.slots = make([]slot, max(64, 4*len(c.slots)))
		for i := range c.n {
			c.enter(i)
		}
		return
	}
	c.enter(c.n - 1)
}

// find returns the copy of v, nil if there is none yet.
func (c *cloner) find(v any) any {
	if c.slots == nil {
		for i := range c.first[:c.n] {
			if c.first[i].from == v {
				return c.first[i].to
			}
		}
		return nil
	}
	address, mask := addressOf(v), len(c.slots)-1
	for i := home(address) & mask; c.slots[i].address != 0; i = (i + 1) & mask {
		if c.slots[i].address == address {
			return c.pair(c.slots[i].pair).to
		}
	}
	return nil
}

// enter puts pair i into the slots.
func (c *cloner) enter(i int) {
	address, mask := addressOf(c.pair(i).from), len(c.slots)-1
	at := home(address) & mask
	for c.slots[at].address != 0 {
		at = (at + 1) & mask
	}
	c.slots[at] = slot{address, i}
}

// addressOf is the address of an object or a list, which a pair keeps alive.
func addressOf(v any) uintptr { return reflect.ValueOf(v).Pointer() }

// home is the slot, modulo their number, where an address belongs.
func home(address uintptr) int { return int(uint64(address) * 0x9E3779B97F4A7C15 >> 32) }
