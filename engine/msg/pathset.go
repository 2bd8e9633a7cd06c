package msg

import (
	"math"
	"slices"
)

// maxGrowth is how many places Path.Set may add to a list at once: a slip in
// an index must not eat the machine's memory.
const maxGrowth = 1 << 20

// Set writes a value, which must be one that Object.Set takes. Objects and
// lists that are missing on the way are made. Undefined deletes, in a list by
// moving the rest up. A Shared on the way is replaced by the writer's own
// copy.
//
// It tells whether that was possible (jsonata-and-js.md §2): not if a text, a
// number, a boolean or null is in the way, or a list where the path has a
// name, and not if there is nothing that Undefined could be deleted from; that
// the property was not there is no failure.
func (p Path) Set(root *Object, v any) bool {
	p, err := p.resolve(root)
	if err != nil || p.IsZero() || root == nil {
		return false
	}
	v = normal(v)
	remove := v == Undefined
	last := len(p.parts) - 1
	if !p.open(root, remove) {
		return false
	}
	var at any = root
	for i := range p.parts[:last] {
		if at = step(at, &p.parts[i], p.parts[i+1].number); at == nil {
			return false
		}
	}
	if remove {
		erase(at, &p.parts[last])
		return true
	}
	return store(at, &p.parts[last], v)
}

// Delete removes a property, or an item of a list by moving the rest up. It
// tells whether there was one.
func (p Path) Delete(root *Object) bool {
	p, err := p.resolve(root)
	if err != nil {
		return false
	}
	_, ok := p.Lookup(root)
	return ok && p.Set(root, Undefined)
}

// open tells whether nothing is in the way of a write, before anything is
// made or copied. whole asks for the parents to be there.
func (p Path) open(root *Object, whole bool) bool {
	var at any = root
	for i := range p.parts[:len(p.parts)-1] {
		next, ok := child(at, &p.parts[i])
		if _, list := at.(*List); !ok || list && next == Undefined {
			return !whole && writable(at)
		}
		at = next
	}
	return writable(at)
}

func writable(at any) bool {
	switch at.(type) {
	case *Object, *List, []byte:
		return true
	}
	return false
}

// step goes one level down for writing; it makes what is missing.
func step(at any, p *part, list bool) any {
	v, ok := raw(at, p)
	if !ok || v == Undefined {
		if list {
			v = new(List)
		} else {
			v = new(Object)
		}
		if !store(at, p, v) {
			return nil
		}
		return v
	}
	v, copied := own(v)
	if copied && !store(at, p, v) {
		return nil
	}
	if writable(v) {
		return v
	}
	return nil
}

// raw is child without opening a Shared.
func raw(at any, p *part) (any, bool) {
	switch at := at.(type) {
	case *Object:
		if i := at.find(p.key); i >= 0 {
			return at.members[i].value, true
		}
	case *List:
		if p.index >= 0 && p.index < len(at.Items) {
			return at.Items[p.index], true
		}
	}
	return nil, false
}

// store writes the last part of a path.
func store(at any, p *part, v any) bool {
	switch at := at.(type) {
	case *Object:
		at.put(p.key, v)
		return true
	case *List:
		if p.key == "length" {
			n := Number(v)
			return n == math.Trunc(n) && n >= 0 && at.resize(n)
		}
		if p.index < 0 || p.index >= len(at.Items) && !at.resize(float64(p.index)+1) {
			return false
		}
		at.Items[p.index] = v
		return true
	case []byte:
		if p.index >= 0 && p.index < len(at) {
			at[p.index] = byte(int64(math.Mod(Number(v), 256)))
		}
		return p.index >= 0
	}
	return false
}

// resize cuts the list or adds holes.
func (l *List) resize(n float64) bool {
	if n > float64(len(l.Items)+maxGrowth) {
		return false
	}
	for float64(len(l.Items)) < n {
		l.Items = append(l.Items, Undefined)
	}
	clear(l.Items[int(n):])
	l.Items = l.Items[:int(n)]
	return true
}

// erase deletes the last part of a path. In a list a number takes the item
// out, a name leaves a hole, as in JavaScript.
func erase(at any, p *part) {
	switch at := at.(type) {
	case *Object:
		at.Delete(p.key)
	case *List:
		switch {
		case p.index < 0 || p.index >= len(at.Items):
		case p.number:
			at.Items = slices.Delete(at.Items, p.index, p.index+1)
		default:
			at.Items[p.index] = Undefined
		}
	}
}
