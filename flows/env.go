package flows

import "github.com/flowrill/flowrill/engine/msg"

// EnvEntry is one variable that a tab, group, subflow, subflow instance or
// global-config defines (contract flow-format.md §5).
type EnvEntry struct {
	Name  string
	Type  string // str num bool json bin re date env jsonata cred conf-type; "str" where the file says nothing
	Value any    // as in the file, not resolved
}

// EnvEntries is the member "env" of an object. Entries without a name are
// left out; Check tells of them.
func EnvEntries(raw *msg.Object) []EnvEntry {
	list, _ := raw.Get("env").(*msg.List)
	if list.Len() == 0 {
		return nil
	}
	entries := make([]EnvEntry, 0, list.Len())
	for _, item := range list.Items {
		o, _ := item.(*msg.Object)
		name, _ := o.Get("name").(string)
		if name == "" {
			continue
		}
		typ, _ := o.Get("type").(string)
		if typ == "" {
			typ = "str"
		}
		entries = append(entries, EnvEntry{Name: name, Type: typ, Value: o.Get("value")})
	}
	return entries
}
