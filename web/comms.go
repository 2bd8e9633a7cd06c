package web

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"github.com/labstack/echo/v4"
)

// strangerStays is how long a client may be silent before it logs in.
const strangerStays = time.Minute

// comms is Node-RED's websocket (contract comms.md).
func (s *Server) comms(c echo.Context) error {
	granted, ok := s.auth.ofSocket(c.Request())
	if !ok {
		return unauthorized(c)
	}
	s.sockets.serve(c.Response(), c.Request(), s.hub, granted != nil, 0, func(sock *socket) func(context.Context) {
		client := &commsClient{socket: sock, server: s, granted: granted}
		if granted != nil {
			client.live()
		}
		return client.run
	})
	return nil
}

type commsClient struct {
	*socket
	server  *Server
	granted *grant // nil until the client has shown its token
	next    uint64 // in the hub's comms stream
}

func (c *commsClient) run(ctx context.Context) {
	beat := time.NewTicker(c.server.keepAlive)
	defer beat.Stop()
	stranger := time.NewTimer(strangerStays)
	defer stranger.Stop()
	var later <-chan time.Time
	for {
		if later == nil && c.wait != nil {
			sent, more, ok := c.flush(nil)
			if !ok {
				return
			}
			later = pace(sent, more)
		}
		select {
		case <-later:
			later = nil
		case <-c.woken():
		case frame, ok := <-c.in:
			if !ok || !c.handle(frame) {
				return
			}
		case <-beat.C:
			if !c.beat() {
				return
			}
		case <-stranger.C:
			if c.granted == nil {
				c.fail()
				return
			}
		case <-ctx.Done():
			c.close(1001, "the server stops")
			return
		}
	}
}

// live lets the client see events from here on.
func (c *commsClient) live() {
	if c.wait != nil {
		return
	}
	c.join()
	c.hub.mu.Lock()
	c.next = c.hub.comms.next()
	c.hub.mu.Unlock()
}

func (c *commsClient) beat() bool {
	if c.wait == nil {
		return true
	}
	if !c.server.auth.still(c.granted) {
		return c.fail()
	}
	b := append([]byte(`[{"topic":"hb","data":`), strconv.FormatInt(c.server.started.UnixMilli(), 10)...)
	return c.write(append(b, "}]"...))
}

func (c *commsClient) fail() bool {
	c.write([]byte(`{"auth":"fail"}`))
	c.close(0, "")
	return false
}

// handle does what the client asks for; false ends the connection.
func (c *commsClient) handle(frame []byte) bool {
	var m struct{ Auth, Subscribe *string }
	if json.Unmarshal(frame, &m) != nil {
		return c.granted != nil || c.fail() // dropped, but a stranger must begin with auth
	}
	switch {
	case m.Auth != nil:
		granted := c.server.auth.check(*m.Auth)
		if granted == nil || !granted.may("status.read") {
			return c.fail()
		}
		if !c.welcome() {
			c.close(websocket.CloseTryAgainLater, tooManySockets)
			return false
		}
		c.granted = granted
		if !c.write([]byte(`{"auth":"ok"}`)) {
			return false
		}
		c.live()
	case c.granted == nil:
		return c.fail()
	case m.Subscribe != nil:
		_, _, ok := c.flush(m.Subscribe)
		return ok
	}
	return true
}

// flush sends what waits, and after it, of a subscription, the retained
// messages. Nothing waiting arms the waiter.
func (c *commsClient) flush(subscribe *string) (sent, more, ok bool) {
	budget := frameBytes
	if subscribe != nil {
		budget = commsBytes
	}
	h := c.hub
	h.mu.Lock()
	batch, next, lost := h.comms.read(nil, c.next, budget)
	c.next = next
	more = next < h.comms.next()
	if subscribe != nil {
		batch = append(batch, h.retained(*subscribe)...)
	} else if len(batch) == 0 {
		c.wait.armed = h.comms.bit
	}
	h.mu.Unlock()

	if lost > 0 {
		batch = slices.Insert(batch, 0, lostEvent(lost))
	}
	if len(batch) == 0 {
		return false, false, true
	}
	for len(batch) > 0 {
		var frame []byte
		frame, batch = commsFrame(batch)
		if !c.write(frame) {
			return true, false, false
		}
	}
	return true, more, true
}

// commsFrame makes a frame of as many events as fit, and returns the rest.
func commsFrame(batch []*event) (frame []byte, rest []*event) {
	size := 2
	n := 0
	for n < len(batch) && (n == 0 || size < frameBytes) {
		size += batch[n].weight()
		n++
	}
	frame = make([]byte, 0, size)
	for _, e := range batch[:n] {
		frame = append(frame, `,{"topic":`...)
		frame = appendText(frame, e.topic)
		frame = append(frame, `,"data":`...)
		frame = append(frame, e.data...)
		frame = append(frame, '}')
	}
	frame[0] = '['
	return append(frame, ']'), batch[n:]
}

// lostEvent tells a client that it was too slow, as a warning of the runtime.
func lostEvent(n uint64) *event {
	at := time.Now().UnixMilli()
	b := []byte(`{"level":30,"timestamp":` + strconv.FormatInt(at, 10) + `,`)
	b = appendShown(b, fmt.Sprintf("%d messages are not shown: they came faster than this connection takes them", n))
	return &event{at: at, topic: "debug", data: append(b, '}')}
}

// retained are the messages of which newcomers get the last, those of them
// whose topics match. It needs the hub's mutex.
func (h *Hub) retained(pattern string) []*event {
	var found []*event
	for id, s := range h.statuses {
		if matchTopic(pattern, "status/"+id) {
			found = append(found, statusEvent(s.at, id, s.flow, s.Status))
		}
	}
	slices.SortFunc(found, func(a, b *event) int { return strings.Compare(a.topic, b.topic) })
	for _, e := range []*event{h.state, h.deployed} {
		if e != nil && matchTopic(pattern, e.topic) {
			found = append(found, e)
		}
	}
	return found
}
