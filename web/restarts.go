package web

import "github.com/flowrill/flowrill/flows"

// maxNamed is how many ids a restartList names.
const maxNamed = 200

// restartList is what a deploy would stop and start again. What only starts,
// or only stops, is not in it, nor are junctions.
type restartList struct {
	Count int      `json:"count"`
	IDs   []string `json:"ids"` // the first of them, in document order
}

// restarts tells for each type of deploy what it would restart if d took the
// place of old. touched are the objects that credentials came with.
func restarts(old, d *flows.Document, touched map[string]bool) map[string]restartList {
	changes := flows.Diff(old, d)
	all := map[string]restartList{}
	for _, kind := range []string{"nodes", "flows", "full"} {
		again := changes.Restarts(kind)
		list := restartList{IDs: []string{}}
		for _, o := range d.Objects() {
			if !d.Wins(o) || o.Kind == flows.Junction || !again[o.ID] && !(touched[o.ID] && o.Runs()) || !ran(old, o.ID) {
				continue
			}
			if list.Count++; list.Count <= maxNamed {
				list.IDs = append(list.IDs, o.ID)
			}
		}
		all[kind] = list
	}
	return all
}

// ran tells whether a document starts an object of that id.
func ran(d *flows.Document, id string) bool {
	o := d.Find(id)
	if o == nil || !o.Runs() || o.Disabled {
		return false
	}
	z := d.Find(o.Z)
	return z == nil || !z.Disabled
}
