package msg

import "slices"

// Clone returns a deep copy that keeps the order of members, Undefined, and
// aliases and cycles inside v: what stands twice in v stands twice in the
// copy. Shared values and Handles are not copied, Buffers are (each place on
// its own). A nil v stays nil.
func Clone[T *Object | *List](v T) T {
	switch v := any(v).(type) {
	case *Object:
		return any(v.Clone()).(T)
	case *List:
		if v == nil {
			return nil
		}
		var c cloner
		return any(c.run(c.list(v))).(T)
	}
	return nil
}

// CloneValue is Clone for any value.
func CloneValue(v any) any {
	switch v := v.(type) {
	case *Object:
		if v == nil {
			return nil
		}
		return v.Clone()
	case *List:
		if v == nil {
			return nil
		}
		return Clone(v)
	case []byte:
		return cloneBytes(v)
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
		case *Object, *List:
			cloneInside(o, to)
			return to
		case []byte:
			to.members[i].value = cloneBytes(v)
		}
	}
	return to
}

// cloneInside finishes a clone of which the first level is copied.
func cloneInside(from, to *Object) {
	var c cloner
	c.objects = append(c.firstObjects[:0], objectPair{from, to})
	c.lists = c.firstLists[:0]
	c.run(nil)
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

// cloner copies level by level rather than by recursion, so that no depth is
// too deep. The pairs are what is still to be looked through and, at the same
// time, the memory of what has been copied already.
type cloner struct {
	objects []objectPair
	lists   []listPair
	// Above a few pairs a map finds them.
	objectMap    map[*Object]*Object
	listMap      map[*List]*List
	firstObjects [8]objectPair
	firstLists   [4]listPair
}

type objectPair struct{ from, to *Object }
type listPair struct{ from, to *List }

const mapAbove = 8

// run copies what is inside everything that was copied, and returns v.
func (c *cloner) run(v any) any {
	for i, k := 0, 0; i < len(c.objects) || k < len(c.lists); {
		for ; i < len(c.objects); i++ {
			from, to := c.objects[i].from, c.objects[i].to
			for m := range from.members {
				switch v := from.members[m].value.(type) {
				case *Object:
					to.members[m].value = c.object(v)
				case *List:
					to.members[m].value = c.list(v)
				case []byte:
					to.members[m].value = cloneBytes(v)
				}
			}
		}
		for ; k < len(c.lists); k++ {
			from, to := c.lists[k].from, c.lists[k].to
			for m, v := range from.Items {
				switch v := v.(type) {
				case *Object:
					to.Items[m] = c.object(v)
				case *List:
					to.Items[m] = c.list(v)
				case []byte:
					to.Items[m] = cloneBytes(v)
				}
			}
		}
	}
	return v
}

func (c *cloner) object(o *Object) any {
	if o == nil {
		return nil
	}
	if o.more != nil && o.more.shared != nil {
		return o.more.shared
	}
	if c.objectMap != nil {
		if to := c.objectMap[o]; to != nil {
			return to
		}
	} else {
		for i := range c.objects {
			if c.objects[i].from == o {
				return c.objects[i].to
			}
		}
	}
	to := copyObject(o)
	c.objects = append(c.objects, objectPair{o, to})
	if c.objectMap != nil {
		c.objectMap[o] = to
	} else if len(c.objects) > mapAbove {
		c.objectMap = make(map[*Object]*Object)
		for _, p := range c.objects {
			c.objectMap[p.from] = p.to
		}
	}
	return to
}

func (c *cloner) list(l *List) any {
	if l == nil {
		return nil
	}
	if l.shared != nil && len(c.objects)+len(c.lists) > 0 {
		return l.shared
	}
	if c.listMap != nil {
		if to := c.listMap[l]; to != nil {
			return to
		}
	} else {
		for i := range c.lists {
			if c.lists[i].from == l {
				return c.lists[i].to
			}
		}
	}
	to := &List{Items: slices.Clone(l.Items)}
	c.lists = append(c.lists, listPair{l, to})
	if c.listMap != nil {
		c.listMap[l] = to
	} else if len(c.lists) > mapAbove {
		c.listMap = make(map[*List]*List)
		for _, p := range c.lists {
			c.listMap[p.from] = p.to
		}
	}
	return to
}
