package flows

import (
	"slices"
	"strconv"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// Check tells what is wrong with a document that can be seen without knowing
// any node type, in document order. Errors are what makes a faulty node;
// Node-RED passes over the rest in silence (contract flow-format.md §2).
func (d *Document) Check() []Problem {
	c := checker{doc: d}
	firsts := map[string]*Object{}
	for _, o := range d.Objects() {
		if first := firsts[o.ID]; first == nil {
			firsts[o.ID] = o
		} else {
			c.errorf(o, "duplicate_id", "id", "the id is taken by %s; the later one counts", describe(first, o.File))
		}
		c.object(o)
	}
	c.rings()
	if base, _ := d.BaseCredentials().(*msg.Object); base.Has("$") {
		c.problems = append(c.problems, Problem{Severity: Notice, Code: "encrypted_credentials", Property: "credentials",
			Message: "Node-RED encrypted these; they cannot be read here and must be entered again"})
	}
	return c.problems
}

type checker struct {
	doc      *Document
	problems []Problem
	config   *Object // the first global-config
}

func (c *checker) errorf(o *Object, code, property, format string, args ...any) {
	c.problems = append(c.problems, o.Problem(Error, code, property, format, args...))
}

func (c *checker) noticef(o *Object, code, property, format string, args ...any) {
	c.problems = append(c.problems, o.Problem(Notice, code, property, format, args...))
}

// describe names another object in a message about one in file.
func describe(o *Object, file string) string {
	text := o.Kind.String() + " \"" + o.Label() + "\""
	if o.File != file && o.File != "" {
		text += " in " + o.File
	}
	return text
}

func (c *checker) object(o *Object) {
	c.shape(o)
	c.place(o)
	for port, ids := range o.Wires {
		c.ends(o, property("wires", port), ids)
	}
	switch o.Kind {
	case Instance:
		if t := c.doc.Find(o.Template()); t == nil || t.Kind != Subflow {
			c.errorf(o, "missing_subflow", "type", "there is no subflow %q", o.Template())
		}
	case Group:
		for _, id := range readIDs(o.Raw().Get("nodes")) {
			if c.doc.Find(id) == nil {
				c.noticef(o, "missing_node", "nodes", "the group lists %s, which does not exist", id)
			}
		}
	case Subflow:
		c.borders(o)
	case Config:
		if !isGlobalConfig(o) {
			break
		}
		if c.config != nil && c.config.ID != o.ID {
			c.noticef(o, "second_global_config", "", "there is a global-config already, %s; one is expected", c.config.ID)
		}
		c.config = o
	case FlowNode:
		c.links(o)
	}
}

// shape tells of members that are not of the kind every object needs them in.
func (c *checker) shape(o *Object) {
	raw := o.Raw()
	if v, ok := raw.Lookup("wires"); ok && o.Runs() && !areWires(v) {
		c.errorf(o, "wrong_kind", "wires", "should be a list with, for each output, a list of node ids")
	}
	for _, key := range []string{"z", "g"} {
		if _, is := raw.Get(key).(string); !is && raw.Get(key) != nil {
			c.errorf(o, "wrong_kind", key, "should be the text of an id")
		}
	}
	switch o.Kind {
	case Tab, Group, Subflow, Instance, Config:
		c.env(o)
	}
}

func (c *checker) env(o *Object) {
	if o.Kind == Config && !isGlobalConfig(o) {
		return
	}
	v := o.Raw().Get("env")
	list, is := v.(*msg.List)
	if !is && v != nil {
		c.errorf(o, "wrong_kind", "env", "should be a list of variables, each with name, type and value")
	}
	if !is {
		return
	}
	for i, item := range list.Items {
		entry, _ := item.(*msg.Object)
		if name, _ := entry.Get("name").(string); name == "" {
			c.noticef(o, "no_name", property("env", i), "the variable has no name and is left out")
		}
	}
}

func areWires(v any) bool {
	ports, is := v.(*msg.List)
	if !is {
		return false
	}
	for _, p := range ports.Items {
		ids, is := p.(*msg.List)
		if !is || len(readIDs(p)) != len(ids.Items) {
			return false
		}
	}
	return true
}

// place checks the container and the group an object says it is in.
func (c *checker) place(o *Object) {
	switch z := c.doc.Find(o.Z); {
	case o.Z == "":
		if o.Kind == FlowNode || o.Kind == Instance || o.Kind == Junction {
			c.noticef(o, "no_container", "z", "the node is on no tab and does not run")
		}
	case z == nil:
		if o.Runs() {
			c.noticef(o, "missing_container", "z", "there is no tab or subflow %s; one without a label stands in", o.Z)
		}
	case z.Kind != Tab && z.Kind != Subflow:
		c.noticef(o, "missing_container", "z", "%s is no tab or subflow but a %s; a tab without a label stands in", o.Z, z.Kind)
	}
	if o.G == "" {
		return
	}
	if g := c.doc.Find(o.G); g == nil || g.Kind != Group {
		c.noticef(o, "missing_group", "g", "there is no group %s", o.G)
	} else if g.Z != o.Z {
		c.noticef(o, "group_elsewhere", "g", "the group %q is in another container", g.Label())
	}
}

// ends checks where wires lead to.
func (c *checker) ends(o *Object, property string, ids []string) {
	for _, id := range ids {
		end := c.doc.Find(id)
		switch {
		case end == nil:
			c.noticef(o, "missing_node", property, "the wire leads to %s, which does not exist", id)
		case !end.Runs() || end.Kind == Config:
			c.noticef(o, "no_node", property, "the wire leads to the %s %q, which takes no messages", end.Kind, end.Label())
		case end.Z != o.Z:
			c.noticef(o, "node_elsewhere", property, "the wire leads to %q, which is in another container", end.Label())
		}
	}
}

// borders checks the wires of a subflow's inputs and outputs.
func (c *checker) borders(o *Object) {
	for _, key := range []string{"in", "out"} {
		list, _ := o.Raw().Get(key).(*msg.List)
		for i := range list.Len() {
			port, _ := list.Items[i].(*msg.Object)
			c.border(o, property(key, i), port)
		}
	}
	status, _ := o.Raw().Get("status").(*msg.Object)
	c.border(o, "status", status)
}

func (c *checker) border(o *Object, property string, port *msg.Object) {
	wires, _ := port.Get("wires").(*msg.List)
	for i := range wires.Len() {
		wire, _ := wires.Items[i].(*msg.Object)
		id, _ := wire.Get("id").(string)
		if id == o.ID {
			continue // straight from the input
		}
		if end := c.doc.Find(id); end == nil || end.Z != o.ID {
			c.noticef(o, "missing_node", property, "the wire is to %q, which is not in this subflow", id)
		}
	}
}

// links checks the virtual wires of link nodes.
func (c *checker) links(o *Object) {
	var ends []string
	switch linkType(o) {
	case "link out", "link call":
		ends = []string{"link in"}
	case "link in":
		ends = []string{"link out", "link call"}
	default:
		return
	}
	for _, id := range readIDs(o.Raw().Get("links")) {
		end := c.doc.Find(id)
		switch {
		case end == nil:
			c.noticef(o, "missing_node", "links", "the link leads to %s, which does not exist", id)
		case !slices.Contains(ends, linkType(end)):
			c.noticef(o, "no_link", "links", "the link leads to %q, which is no %s node", end.Label(), strings.Join(ends, " or "))
		}
	}
}

// property is the path of an item of a list: wires[2].
func property(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// linkType is the type as Node-RED spells it: ours is "link-in".
func linkType(o *Object) string { return strings.Replace(o.Type, "link-", "link ", 1) }
