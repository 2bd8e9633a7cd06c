package web

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// maxPhones is at how many phones of the simulator one client may look.
const maxPhones = 20

// Phone tells who looks at the phone of that number, on the live channel
// "sim:<number>", what happened there; an empty number means every phone. The
// data is JSON. Nothing is kept of it: a newcomer is shown Config.Phone.
func (h *Hub) Phone(number string, data []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watching.Load() {
		h.add(h.channels["sim"], &event{at: time.Now().UnixMilli(), data: data, node: number})
	}
}

// channel finds the stream of a channel; the phone is the one whose channel it
// is.
func (c *liveClient) channel(name string) (s *stream, phone string, err error) {
	kind, phone, ofPhone := strings.Cut(name, ":")
	s = c.hub.channels[kind]
	if s == nil || ofPhone != (kind == "sim") || ofPhone && phone == "" {
		return nil, "", fmt.Errorf("no channel %q", name)
	}
	if ofPhone {
		n := 0
		for _, sub := range c.subs {
			if sub.filter.phone != "" && sub.ch != name {
				n++
			}
		}
		if n >= maxPhones {
			return nil, "", fmt.Errorf("no more than %d phones at once", maxPhones)
		}
	}
	return s, phone, nil
}

// phoneNow is what a newcomer to a phone is shown.
func (c *liveClient) phoneNow(number string) []*event {
	if c.server.phone == nil {
		return nil
	}
	var all []*event
	for at, data := range c.server.phone(number) {
		all = append(all, &event{at: at.UnixMilli(), data: data, node: number})
	}
	return slices.Clip(all)
}
