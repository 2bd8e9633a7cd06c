package flows

import "github.com/flowrill/flowrill/engine/msg"

// Changes is what a new document makes of an old one. The lists are in
// document order and speak of every kind of object; where an object lies on
// the canvas, the order of keys and the order of objects are no change.
type Changes struct {
	Added   []string
	Removed []string
	Changed []string // a property differs, or credentials came with it
	Rewired []string // only the wires differ

	old, new   *Document
	everything bool            // an existing global-config changed
	touched    map[string]bool // what must be made anew, inner nodes and groups too
	seeds      map[string]bool // of these, what takes its wire component along
}

// Diff compares two documents (contract admin-api.md §3). A nil old document
// is an empty one.
func Diff(old, new *Document) *Changes {
	c := &Changes{old: old, new: new}
	s := newSpread(new)
	for _, n := range new.Objects() {
		if !new.Wins(n) {
			continue
		}
		o := old.Find(n.ID)
		switch {
		case o == nil:
			c.Added = append(c.Added, n.ID)
			s.arrived(n)
		case o == n:
		case !sameProperties(o, n):
			c.Changed = append(c.Changed, n.ID)
			c.change(s, o, n)
		case !sameWires(o.Wires, n.Wires):
			c.Rewired = append(c.Rewired, n.ID)
			s.inner(n)
		}
	}
	for _, o := range old.Objects() {
		if old.Wins(o) && new.Find(o.ID) == nil {
			c.Removed = append(c.Removed, o.ID)
			s.gone(o)
		}
	}
	c.touched, c.seeds = s.touched, s.seeds
	return c
}

func (c *Changes) change(s *spread, o, n *Object) {
	if o.Z != n.Z || o.Kind != n.Kind {
		s.gone(o)
		s.arrived(n)
		return
	}
	switch {
	case isGlobalConfig(n):
		c.everything = true
	case n.Kind == Tab:
		if o.Disabled != n.Disabled || credited(n) || !sameMember(o, n, "env") || !sameMember(o, n, "credentials") {
			s.members(s.byZ[n.ID])
		}
	case n.Kind == Subflow:
		s.template(n.ID)
	default:
		s.touch(n, true)
	}
}

// Empty tells whether the documents differ in nothing that matters.
func (c *Changes) Empty() bool {
	return len(c.Added)+len(c.Removed)+len(c.Changed)+len(c.Rewired) == 0
}

// Restarts is what must stop and start again, or just start, under a deploy
// type: "nodes" is what changed and what stands on it, "flows" also what that
// is or was wired to, anything else everything. The ids are those of nodes,
// config nodes, junctions and subflow instances of the new document; whoever
// starts them looks whether they are disabled. What is inside a subflow's
// template is not among them: it restarts with the outermost instance it is
// in. What is in Rewired and not in Restarts takes its new wires as it runs.
func (c *Changes) Restarts(deployType string) map[string]bool {
	restarts := map[string]bool{}
	all := c.everything || deployType != "nodes" && deployType != "flows"
	for _, n := range c.new.Objects() {
		if (all || c.touched[n.ID]) && n.Runs() && !inTemplate(c.new, n) {
			restarts[n.ID] = true
		}
	}
	if all || deployType == "nodes" {
		return restarts
	}
	seeds := make(map[string]bool, len(c.seeds)+len(c.Rewired)+len(c.Removed))
	for id := range c.seeds {
		seeds[id] = true
	}
	for _, ids := range [][]string{c.Rewired, c.Removed} {
		for _, id := range ids {
			seeds[id] = true
		}
	}
	for _, d := range []*Document{c.old, c.new} {
		for _, id := range wiredTo(d, seeds) {
			if n := c.new.Find(id); n != nil && n.Runs() && !inTemplate(c.new, n) {
				restarts[id] = true
			}
		}
	}
	return restarts
}

// inTemplate tells whether o is part of a subflow's template.
func inTemplate(d *Document, o *Object) bool {
	z := d.Find(o.Z)
	return z != nil && z.Kind == Subflow
}

func isGlobalConfig(o *Object) bool { return o.Kind == Config && o.Type == "global-config" }

// sameProperties tells whether nothing differs but place and wires.
func sameProperties(o, n *Object) bool {
	if credited(n) {
		return false
	}
	counted, before := 0, o.Raw()
	for key, value := range n.Raw().All() {
		if immaterial(n, key) {
			continue
		}
		counted++
		was, ok := before.Lookup(key)
		if !ok || !sameValue(n, key, was, value) {
			return false
		}
	}
	for key := range before.All() {
		if !immaterial(o, key) {
			counted--
		}
	}
	return counted == 0 && o.Kind == n.Kind
}

// immaterial tells of members whose change restarts nothing: where the object
// lies, its wires, which are compared apart, and what Node-RED's single-flow
// answers leak (contract flow-format.md §10.4).
func immaterial(o *Object, key string) bool {
	switch key {
	case "x", "y", "wires":
		return true
	case "w", "h", "nodes", "style":
		return o.Kind == Group
	case "subflow":
		return o.Kind == Instance
	case "_users":
		return o.Kind == Config
	}
	return false
}

func sameMember(o, n *Object, key string) bool {
	return msg.DeepEqual(o.Raw().Get(key), n.Raw().Get(key))
}

func sameValue(n *Object, key string, was, is any) bool {
	if msg.DeepEqual(was, is) {
		return true
	}
	if n.Kind != Subflow || key != "in" && key != "out" && key != "status" {
		return false
	}
	return msg.DeepEqual(unplaced(was), unplaced(is))
}

// unplaced is a copy of a subflow's inputs or outputs without where they lie.
func unplaced(v any) any {
	v = msg.CloneValue(v)
	ports := []any{v}
	if list, is := v.(*msg.List); is {
		ports = list.Items
	}
	for _, p := range ports {
		if port, is := p.(*msg.Object); is {
			port.Delete("x")
			port.Delete("y")
		}
	}
	return v
}

// sameWires compares wires; ports without a wire at the end do not count.
func sameWires(a, b [][]string) bool {
	for i := range max(len(a), len(b)) {
		var p, q []string
		if i < len(a) {
			p = a[i]
		}
		if i < len(b) {
			q = b[i]
		}
		if len(p) != len(q) {
			return false
		}
		for j := range p {
			if p[j] != q[j] {
				return false
			}
		}
	}
	return true
}

// wiredTo is every object of d that is, over any number of wires in either
// direction, connected to one of the seeds, these included. Link nodes, and
// what lies inside templates, are not followed.
func wiredTo(d *Document, seeds map[string]bool) []string {
	objects := d.Objects()
	part := make([]int, len(objects)) // a forest: the root names the component
	for i := range part {
		part[i] = i
	}
	root := func(i int) int {
		for part[i] != i {
			part[i] = part[part[i]]
			i = part[i]
		}
		return i
	}
	for i, o := range objects {
		for _, port := range o.Wires {
			for _, id := range port {
				if j, ok := d.index[id]; ok {
					part[root(i)] = root(j)
				}
			}
		}
	}
	hit := map[int]bool{}
	for i, o := range objects {
		if seeds[o.ID] && o.Runs() {
			hit[root(i)] = true
		}
	}
	var ids []string
	for i, o := range objects {
		if hit[root(i)] {
			ids = append(ids, o.ID)
		}
	}
	return ids
}
