package msg

import "slices"

// maxGrowth is how many places Path.Set may add to a list at once: a slip in
// an index must not eat the machine's memory.
const maxGrowth = 1 << 20

// Set writes a value, which must be one that Object.Set takes. Objects and
// lists that are missing on the way are made. Undefined deletes, in a list by
// moving the rest up. It tells whether that was possible: not if a text, a
// number, a boolean or null is in the way, or a list by a name. A Shared on
// the way is replaced by the writer's own copy.
func (p Path) Set(root *Object, v any) bool {
	v = normal(v)
	if v == Undefined {
		return p.Delete(root)
	}
	p, err := p.resolve(root)
	if err != nil || p.IsZero() || root == nil {
		return false
	}
	// Look first, so that nothing is made when something is in the way.
	last := len(p.parts) - 1
	var at any = root
	for i := range p.parts[:last] {
		next, ok := child(at, &p.parts[i])
		if !ok || next == Undefined {
			break
		}
		at = next
	}
	switch at.(type) {
	case *Object, *List:
	default:
		return false
	}
	at = root
	for i := range p.parts[:last] {
		if at = step(at, &p.parts[i], p.parts[i+1].number); at == nil {
			return false
		}
	}
	return store(at, &p.parts[last], v)
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
	switch v.(type) {
	case *Object, *List:
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

func store(at any, p *part, v any) bool {
	switch at := at.(type) {
	case *Object:
		at.put(p.key, v)
		return true
	case *List:
		if p.index < 0 || p.index-len(at.Items) >= maxGrowth {
			return false
		}
		for len(at.Items) <= p.index {
			at.Items = append(at.Items, Undefined)
		}
		at.Items[p.index] = v
		return true
	}
	return false
}

// Delete removes a property, or an item of a list by moving the rest up. It
// tells whether there was one.
func (p Path) Delete(root *Object) bool {
	p, err := p.resolve(root)
	if err != nil || p.IsZero() {
		return false
	}
	if _, ok := p.Lookup(root); !ok {
		return false
	}
	last := len(p.parts) - 1
	var at any = root
	for i := range p.parts[:last] {
		if at = step(at, &p.parts[i], false); at == nil {
			return false
		}
	}
	switch at := at.(type) {
	case *Object:
		return at.Delete(p.parts[last].key)
	case *List:
		if i := p.parts[last].index; i >= 0 && i < len(at.Items) {
			at.Items = slices.Delete(at.Items, i, i+1)
			return true
		}
	}
	return false
}
