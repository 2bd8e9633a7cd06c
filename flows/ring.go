package flows

import "slices"

// rings finds subflows that contain themselves and groups that are in
// themselves: both would have no end.
func (c *checker) rings() {
	var instances, groups []*Object
	within := map[string][]string{} // by template, the templates it has instances of
	parents := map[string][]string{}
	for _, o := range c.doc.Objects() {
		switch {
		case !c.doc.Wins(o):
		case o.Kind == Instance && inTemplate(c.doc, o):
			instances = append(instances, o)
			within[o.Z] = append(within[o.Z], o.Template())
		case o.Kind == Group && o.G != "":
			groups = append(groups, o)
			parents[o.ID] = []string{o.G}
		}
	}
	ring := findRings(within)
	for _, o := range instances {
		if n := ring[o.Z]; n != 0 && ring[o.Template()] == n {
			c.errorf(o, "subflow_ring", "type", "the subflow %q contains itself by way of this node", c.doc.Find(o.Z).Label())
		}
	}
	ring = findRings(parents)
	for _, o := range groups {
		if ring[o.ID] != 0 {
			c.errorf(o, "group_ring", "g", "the group is inside itself")
		}
	}
}

// findRings gives each id that can be reached from itself the number of its
// ring, from 1; ids that reach each other share one. (Tarjan's algorithm.)
func findRings(next map[string][]string) map[string]int {
	ring := map[string]int{}
	order, low, open := map[string]int{}, map[string]int{}, map[string]bool{}
	var path []string
	var visit func(id string)
	visit = func(id string) {
		order[id] = len(order) + 1
		low[id] = order[id]
		open[id] = true
		path = append(path, id)
		for _, n := range next[id] {
			if order[n] == 0 {
				visit(n)
				low[id] = min(low[id], low[n])
			} else if open[n] {
				low[id] = min(low[id], order[n])
			}
		}
		if low[id] != order[id] {
			return
		}
		at := len(path) - 1
		for path[at] != id {
			at--
		}
		part := path[at:]
		path = path[:at]
		for _, p := range part {
			open[p] = false
			if len(part) > 1 || slices.Contains(next[p], p) {
				ring[p] = order[id]
			}
		}
	}
	for id := range next {
		if order[id] == 0 {
			visit(id)
		}
	}
	return ring
}
