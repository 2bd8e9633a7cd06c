package web

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// peer is where one editor is, as the others see it.
type peer struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Tab       string          `json:"tab,omitempty"`
	Selection []string        `json:"selection,omitempty"`
	Editing   string          `json:"editing,omitempty"`
	Cursor    json.RawMessage `json:"cursor,omitempty"`
}

// maxSelected is how many selected nodes the others are told of.
const maxSelected = 100

// arrive makes an editor known to the others and returns its id, and the
// number of the first event after that.
func (h *Hub) arrive(name string) (id string, next uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.arrived++
	id = strconv.Itoa(h.arrived)
	h.peers[id] = peer{ID: id, Name: name}
	h.add(h.channels["presence"], &event{})
	return id, h.channels["presence"].next()
}

// moved says where an editor is now.
func (h *Hub) moved(p peer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.peers[p.ID]; ok {
		p.Selection = p.Selection[:min(len(p.Selection), maxSelected)]
		h.peers[p.ID] = p
		h.add(h.channels["presence"], &event{})
	}
}

// depart forgets an editor.
func (h *Hub) depart(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.peers[id]; ok {
		delete(h.peers, id)
		h.add(h.channels["presence"], &event{})
	}
}

// others are all editors but one.
func (h *Hub) others(id string) []peer {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := []peer{}
	for _, key := range slices.Sorted(maps.Keys(h.peers)) {
		if key != id {
			all = append(all, h.peers[key])
		}
	}
	return all
}
