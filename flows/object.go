package flows

import (
	"strings"
	"sync/atomic"

	"github.com/flowrill/flowrill/engine/msg"
)

// Kind is what an entry of a flow document is (contract flow-format.md §2).
type Kind int

// The kinds of entry. What is none of the first five is a flow node if it has
// both x and y, and a config node otherwise; its type does not matter.
const (
	FlowNode Kind = iota
	Config
	Tab
	Subflow  // a subflow's template
	Instance // a node that stands for a subflow
	Group
	Junction
)

var kindNames = [...]string{"node", "config node", "tab", "subflow", "subflow instance", "group", "junction"}

// String is the kind as people call it.
func (k Kind) String() string { return kindNames[k] }

// Object is one entry of a document: the members every entry has. Documents
// share objects, so nobody may write to one.
type Object struct {
	ID       string
	Type     string // as the file spells it
	Z        string // the tab or subflow template it is in, "" if global
	G        string // the group it is in
	Name     string
	Kind     Kind
	Disabled bool
	Wires    [][]string // by output port; entries that are no text are left out
	File     string     // where it was read from, "" if not from a file

	entry    *entry
	credited bool // credentials came with it, which TakeCredentials took
}

// entry is the whole of an object: read, or packed as JSON.
type entry struct {
	raw  atomic.Pointer[msg.Object] // nil if packed
	text []byte                     // set before raw becomes nil
}

func newEntry(raw *msg.Object) *entry {
	e := new(entry)
	e.raw.Store(raw)
	return e
}

// Raw is the whole entry, in its order. Of a document that is packed it is
// read anew each time: ask once. Nobody may write to it.
func (o *Object) Raw() *msg.Object {
	if raw := o.entry.raw.Load(); raw != nil {
		return raw
	}
	raw, _ := msg.DecodeObject(o.entry.text) // our own JSON
	return raw
}

// appendJSON appends the whole entry as compact JSON.
func (o *Object) appendJSON(dst []byte) []byte {
	if raw := o.entry.raw.Load(); raw != nil {
		return msg.AppendJSON(dst, raw)
	}
	return append(dst, o.entry.text...)
}

// pack keeps the entry as JSON, which takes a fifth of the room.
func (o *Object) pack() {
	if raw := o.entry.raw.Load(); raw != nil {
		o.entry.text = msg.Encode(raw)
		o.entry.raw.Store(nil)
	}
}

// Label is what to call the object in a message: its name, else its label,
// else its type.
func (o *Object) Label() string {
	if o.Name != "" {
		return o.Name
	}
	if label, _ := o.Raw().Get("label").(string); label != "" {
		return label
	}
	return o.Type
}

// Template is the id of the subflow that an Instance stands for, "" for other
// kinds.
func (o *Object) Template() string {
	if o.Kind != Instance {
		return ""
	}
	return o.Type[len(instancePrefix):]
}

// Runs tells whether the object is something a runtime makes a node of: not a
// tab, a group or a subflow's template.
func (o *Object) Runs() bool {
	return o.Kind != Tab && o.Kind != Group && o.Kind != Subflow
}

const instancePrefix = "subflow:"

// read fills o from raw. code and message say why raw can be no entry.
func (o *Object) read(raw *msg.Object, file string) (code, message string) {
	id, is := raw.Get("id").(string)
	if !is || id == "" {
		return "no_id", "has no id: it needs a member \"id\" that is a text and not empty"
	}
	typ, is := raw.Get("type").(string)
	if !is || typ == "" {
		return "no_type", "(id " + id + ") has no type: it needs a member \"type\" that is a text and not empty"
	}
	o.ID, o.Type, o.File, o.entry = id, typ, file, newEntry(raw)
	o.Kind = kindOf(typ, raw)
	o.Z, _ = raw.Get("z").(string)
	o.G, _ = raw.Get("g").(string)
	o.Name, _ = raw.Get("name").(string)
	o.Wires = readWires(raw.Get("wires"))
	if o.Kind == Tab {
		o.Disabled = msg.Truthy(raw.Get("disabled"))
	} else {
		o.Disabled = msg.Truthy(raw.Get("d"))
	}
	return "", ""
}

func kindOf(typ string, raw *msg.Object) Kind {
	switch {
	case typ == "tab":
		return Tab
	case typ == "subflow":
		return Subflow
	case typ == "group":
		return Group
	case typ == "junction":
		return Junction
	case strings.HasPrefix(typ, instancePrefix):
		return Instance
	case raw.Has("x") && raw.Has("y"):
		return FlowNode
	}
	return Config
}

func readWires(v any) [][]string {
	ports, _ := v.(*msg.List)
	if ports.Len() == 0 {
		return nil
	}
	wires := make([][]string, len(ports.Items))
	for i, p := range ports.Items {
		wires[i] = readIDs(p)
	}
	return wires
}

// readIDs is the texts of a list, nil if v is no list.
func readIDs(v any) []string {
	list, _ := v.(*msg.List)
	if list.Len() == 0 {
		return nil
	}
	ids := make([]string, 0, len(list.Items))
	for _, item := range list.Items {
		if id, is := item.(string); is {
			ids = append(ids, id)
		}
	}
	return ids
}
