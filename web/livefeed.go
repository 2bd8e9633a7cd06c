package web

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// maxPorts is at how many ports one client may look.
const maxPorts = 200

// unsubscribe ends a channel.
func (c *liveClient) unsubscribe(name string) {
	c.subs = slices.DeleteFunc(c.subs, func(s *subscription) bool {
		if s.ch == name {
			c.hub.want(s.filter.Ports, -1)
		}
		return s.ch == name
	})
	if name == "presence" {
		c.hub.depart(c.peer)
	}
}

// showPeers sends where the other editors are.
func (c *liveClient) showPeers() {
	c.send(map[string]any{"t": "presence", "peers": c.hub.others(c.peer)})
}

// subscribe starts a channel: where the client left off, if that is still at
// hand, else with a snapshot.
func (c *liveClient) subscribe(r request) error {
	stream, phone, err := c.channel(r.Ch)
	if err != nil {
		return err
	}
	sub := &subscription{stream: stream, ch: r.Ch, credit: startCredit}
	if len(r.Args) > 0 {
		if err := json.Unmarshal(r.Args, &sub.filter); err != nil {
			return fmt.Errorf("args of %s: %w", r.Ch, err)
		}
	}
	sub.filter.phone = phone
	if r.Ch == "values" {
		if len(sub.filter.Ports) == 0 || len(sub.filter.Ports) > maxPorts {
			return fmt.Errorf("args of values: ports must name 1 to %d of them", maxPorts)
		}
		c.hub.want(sub.filter.Ports, +1)
	}
	c.unsubscribe(r.Ch)
	c.subs = append(c.subs, sub)

	if r.Ch == "presence" {
		c.peer, sub.pos = c.hub.arrive(c.granted.user)
		c.showPeers()
		return nil
	}
	last, resumed := c.last[r.Ch]
	delete(c.last, r.Ch)
	h := c.hub
	h.mu.Lock()
	next, first := stream.next(), stream.first
	if resumed && phone == "" && last+1 >= first && last < next {
		h.mu.Unlock()
		sub.pos = last + 1
		return nil
	}
	snap, numbered := h.snapshot(stream)
	h.mu.Unlock()
	for _, key := range sub.filter.Ports {
		if e := h.tap.value(key); e != nil {
			snap = append(snap, e)
		}
	}
	if phone != "" {
		snap = c.phoneNow(phone)
	}

	sub.pos = next
	if resumed && phone == "" && last < next {
		c.gap(sub, last+1, next-1)
	}
	c.begin()
	c.out = append(c.out, `{"t":"snap","ch":`...)
	c.out = append(appendText(c.out, r.Ch), `,"seq":`...)
	c.out = strconv.AppendUint(c.out, next-1, 10)
	c.out = append(c.out, `,"data":[`...)
	some := false
	for i, e := range snap {
		if !sub.filter.meets(e) {
			continue
		}
		if some {
			c.out = append(c.out, ',')
		}
		some = true
		c.out = append(c.out, '{')
		if numbered {
			c.out = append(c.out, `"seq":`...)
			c.out = strconv.AppendUint(c.out, next-uint64(len(snap)-i), 10)
			c.out = append(c.out, ',')
		}
		c.event(sub, e)
	}
	c.out = append(c.out, "]}"...)
	return nil
}

// snapshot is what a newcomer to a channel is shown: the latest events, or,
// not numbered, how things are now. It needs the hub's mutex.
func (h *Hub) snapshot(s *stream) (events []*event, numbered bool) {
	switch s.name {
	case "status":
		return h.retained("status/#"), false
	case "runtime":
		if h.state == nil {
			return nil, false
		}
		return []*event{h.state}, false
	case "debug":
		return s.last(snapDebug), true
	case "activity", "values", "sim":
		return nil, false
	}
	return s.last(s.n), true
}

// gap tells of events that are lost.
func (c *liveClient) gap(s *subscription, from, to uint64) {
	c.begin()
	c.out = fmt.Appendf(c.out, `{"t":"gap","ch":%q,"from":%d,"to":%d,"dropped":%d}`, s.ch, from, to, to-from+1)
}

// flush sends a frame of what waits in the subscribed channels, as far as the
// client's credit goes. It tells whether it came any further and whether more
// waits. If nothing does, it arms the waiter.
func (c *liveClient) flush() (moved, more, ok bool) {
	for _, s := range c.subs {
		if credited[s.name] && s.credit <= 0 {
			continue
		}
		room := frameBytes - len(c.out)
		if room <= 0 {
			more = true
			break
		}
		h := c.hub
		h.mu.Lock()
		batch, next, lost := s.read(nil, s.pos, room)
		waits := next < s.next()
		h.mu.Unlock()
		if lost > 0 && s.name == "presence" {
			s.pos += lost
		} else if lost > 0 {
			c.gap(s, s.pos, s.pos+lost-1)
			s.pos += lost
		}
		moved = moved || lost > 0 || len(batch) > 0
		more = c.events(s, batch) && waits || more
	}
	if !moved {
		c.arm()
	}
	return moved, more, c.writeOut()
}

// events sends a batch; false: the credit ended before the batch did.
func (c *liveClient) events(s *subscription, batch []*event) bool {
	if s.name == "presence" && len(batch) > 0 {
		c.showPeers()
		s.pos += uint64(len(batch))
		return true
	}
	for _, e := range batch {
		if s.filter.meets(e) {
			if credited[s.name] {
				if s.credit <= 0 {
					return false
				}
				s.credit--
			}
			c.begin()
			if e.live != nil {
				c.out = append(c.out, `{"t":"deployed","ch":"runtime","seq":`...)
			} else {
				c.out = append(c.out, `{"t":"ev","ch":`...)
				c.out = append(appendText(c.out, s.ch), `,"seq":`...)
			}
			c.out = strconv.AppendUint(c.out, s.pos, 10)
			c.out = append(c.out, ',')
			c.event(s, e)
		}
		s.pos++
	}
	return true
}

// event appends what an object says of an event, and the object's end.
func (c *liveClient) event(s *subscription, e *event) {
	b := append(c.out, `"at":`...)
	b = strconv.AppendInt(b, e.at, 10)
	b = append(b, ',')
	if s.name == "status" || s.name == "activity" {
		b = appendMember(b, "node", e.node)
		b = appendMember(b, "z", e.flow)
	}
	b = appendMember(b, "msgid", e.msgID)
	if e.whole > 0 {
		b = append(b, `"whole":`...)
		b = strconv.AppendInt(b, int64(e.whole), 10)
		b = append(b, ',')
	}
	if e.live != nil {
		b = append(b, e.live...)
	} else {
		b = append(b, `"data":`...)
		b = append(b, e.data...)
	}
	c.out = append(b, '}')
}

// arm asks to be woken by the channels that the client can take something
// from, unless something has come to one of them meanwhile.
func (c *liveClient) arm() {
	h := c.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range c.subs {
		if credited[s.name] && s.credit <= 0 {
			continue
		}
		c.wait.armed |= s.bit
		if s.pos < s.next() {
			select {
			case c.wait.wake <- struct{}{}:
			default:
			}
		}
	}
}
