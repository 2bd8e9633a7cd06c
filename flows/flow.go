package flows

import (
	"errors"
	"fmt"

	"github.com/flowrill/flowrill/engine/msg"
)

// Global is the id under which the single-flow functions know what is on no
// tab: global config nodes and subflows.
const Global = "global"

// ErrNoFlow is the answer when there is no tab of that id.
var ErrNoFlow = errors.New("there is no such flow")

// FlowError is the refusal of a single flow. The texts are Node-RED's
// (contract admin-api.md §4).
type FlowError struct{ Message string }

func (e *FlowError) Error() string { return e.Message }

// GetFlow is one tab with what is on it, or, for Global, what is on none, as
// the admin API shows it: {id, label, …, nodes, configs} (contract
// flow-format.md §7). The result belongs to the caller. A tab that is only
// named by nodes' z is found too.
func GetFlow(d *Document, id string) (*msg.Object, error) {
	if id == Global {
		return globalFlow(d), nil
	}
	tab := d.Find(id)
	flow := msg.Of("id", id)
	switch {
	case tab != nil && tab.Kind == Tab:
		for key, v := range shown(tab).All() {
			if key != "id" && key != "type" && !(key == "label" && v == "") {
				flow.Set(key, v)
			}
		}
	case tab != nil && tab.Kind == Subflow || !named(d, id):
		return nil, ErrNoFlow
	}
	nodes, configs := contents(d, id)
	flow.Set("nodes", nodes)
	if configs.Len() > 0 {
		flow.Set("configs", configs)
	}
	return flow, nil
}

// named tells whether a node says it is in id, which is then a tab even if
// there is no such object.
func named(d *Document, id string) bool {
	for _, o := range d.Objects() {
		if id != "" && o.Z == id && o.Runs() {
			return true
		}
	}
	return false
}

func globalFlow(d *Document) *msg.Object {
	flow := msg.Of("id", Global)
	configs, subflows := msg.NewList(), msg.NewList()
	for _, o := range d.Objects() {
		switch {
		case !d.Wins(o):
		case o.Kind == Config && o.Z == "":
			configs.Append(shown(o))
		case o.Kind == Subflow:
			s := shown(o)
			nodes, configs := contents(d, o.ID)
			s.Set("nodes", nodes)
			s.Set("configs", configs)
			subflows.Append(s)
		}
	}
	if configs.Len() > 0 {
		flow.Set("configs", configs)
	}
	if subflows.Len() > 0 {
		flow.Set("subflows", subflows)
	}
	return flow
}

// contents is what is in a container, groups first.
func contents(d *Document, id string) (nodes, configs *msg.List) {
	nodes, configs = msg.NewList(), msg.NewList()
	for _, groups := range []bool{true, false} {
		for _, o := range d.Objects() {
			switch {
			case o.Z != id || !d.Wins(o) || (o.Kind == Group) != groups || o.Kind == Tab || o.Kind == Subflow:
			case o.Kind == Config:
				configs.Append(shown(o))
			default:
				nodes.Append(shown(o))
			}
		}
	}
	return nodes, configs
}

// shown is an object as the single-flow answers show it: without secrets, and
// link out nodes without wires.
func shown(o *Object) *msg.Object {
	raw := o.Raw().Clone()
	if sent, is := raw.Get("credentials").(*msg.Object); is {
		variables, _ := partCredentials(sent)
		if variables.Len() > 0 {
			raw.Set("credentials", variables)
		} else {
			raw.Delete("credentials")
		}
	}
	if linkType(o) == "link out" {
		raw.Delete("wires")
	}
	return raw
}

// AddFlow is d with one more tab, made of what GetFlow returns. The tab gets
// an id of its own, which everything on it is moved to.
func AddFlow(d *Document, flow *msg.Object) (*Document, string, error) {
	id := msg.NewID()
	for d.Find(id) != nil {
		id = msg.NewID()
	}
	added, err := tabObjects(flow, id)
	if err != nil {
		return nil, "", err
	}
	n, err := d.replace(func(*Object) bool { return false }, added)
	return n, id, err
}

// PutFlow is d with everything of a tab, or for Global everything that is on
// none, replaced: what flow does not mention is gone.
func PutFlow(d *Document, id string, flow *msg.Object) (*Document, error) {
	if id == Global {
		added, err := globalObjects(flow)
		if err != nil {
			return nil, err
		}
		return d.replace(func(o *Object) bool { return !onTab(d, o) }, added)
	}
	if !isFlow(d, id) {
		return nil, ErrNoFlow
	}
	added, err := tabObjects(flow, id)
	if err != nil {
		return nil, err
	}
	return d.replace(func(o *Object) bool { return o.ID == id || o.Z == id }, added)
}

// RemoveFlow is d without a tab and all on it.
func RemoveFlow(d *Document, id string) (*Document, error) {
	if id == Global {
		return nil, &FlowError{"not allowed to remove global"}
	}
	if !isFlow(d, id) {
		return nil, ErrNoFlow
	}
	return d.replace(func(o *Object) bool { return o.ID == id || o.Z == id }, nil)
}

func isFlow(d *Document, id string) bool {
	o := d.Find(id)
	return o != nil && o.Kind == Tab || (o == nil || o.Kind != Subflow) && named(d, id)
}

// onTab tells whether o is a tab or on one that exists.
func onTab(d *Document, o *Object) bool {
	z := d.Find(o.Z)
	return o.Kind == Tab || z != nil && z.Kind == Tab
}

// replace is d without some objects and with others in the place of the first
// of these, else at the end. An id that is still taken is refused.
func (d *Document) replace(out func(*Object) bool, added []*msg.Object) (*Document, error) {
	var objects []*Object
	taken := make(map[string]bool, len(d.objects))
	files := map[string]string{} // of those taken out, for those that come back
	at := -1
	for _, o := range d.objects {
		if !out(o) {
			objects = append(objects, o)
			taken[o.ID] = true
			continue
		}
		files[o.ID] = o.File
		if at < 0 {
			at = len(objects)
		}
	}
	if at < 0 {
		at = len(objects)
	}
	room := make([]Object, len(added))
	all := append(make([]*Object, 0, len(objects)+len(added)), objects[:at]...)
	for i, raw := range added {
		if code, message := room[i].read(raw, ""); code != "" {
			return nil, &FlowError{fmt.Sprintf("entry %d %s", i+1, message)}
		}
		if taken[room[i].ID] {
			return nil, &FlowError{"duplicate id"}
		}
		taken[room[i].ID] = true
		room[i].File = files[room[i].ID]
		all = append(all, &room[i])
	}
	return d.with(append(all, objects[at:]...)), nil
}

// tabObjects is the entries that a single flow stands for.
func tabObjects(flow *msg.Object, id string) ([]*msg.Object, error) {
	if !flow.Has("nodes") {
		return nil, &FlowError{"missing nodes property"}
	}
	tab := msg.Of("id", id, "type", "tab")
	for key, v := range flow.All() {
		if key != "id" && key != "type" && key != "nodes" && key != "configs" && key != "subflows" {
			tab.Set(key, msg.CloneValue(v))
		}
	}
	return appendEntries([]*msg.Object{tab}, flow, id, "nodes", "configs")
}

func globalObjects(flow *msg.Object) ([]*msg.Object, error) {
	subflows, err := appendEntries(nil, flow, "", "subflows")
	if err != nil {
		return nil, err
	}
	var all []*msg.Object
	for _, s := range subflows {
		template := s.Clone()
		template.Delete("nodes")
		template.Delete("configs")
		id, _ := s.Get("id").(string)
		all = append(all, template)
		if all, err = appendEntries(all, s, id, "nodes", "configs"); err != nil {
			return nil, err
		}
	}
	return appendEntries(all, flow, "", "configs")
}

// appendEntries appends the objects in the lists of a flow under these keys,
// moved into the container z ("" leaves them where they are).
func appendEntries(all []*msg.Object, flow *msg.Object, z string, keys ...string) ([]*msg.Object, error) {
	for _, key := range keys {
		v := flow.Get(key)
		if v == nil {
			continue
		}
		list, is := v.(*msg.List)
		if !is {
			return nil, &FlowError{key + " should be a list of objects"}
		}
		for i, item := range list.Items {
			o, is := item.(*msg.Object)
			if !is {
				return nil, &FlowError{property(key, i) + " is no object"}
			}
			typ := o.Get("type")
			if key == "subflows" && typ != "subflow" || key != "subflows" && (typ == "tab" || typ == "subflow") {
				return nil, &FlowError{"invalid node type: " + msg.Text(typ)}
			}
			o = o.Clone()
			if z != "" {
				o.Set("z", z)
			}
			all = append(all, o)
		}
	}
	return all, nil
}
