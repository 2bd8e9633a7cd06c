package web

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/gorilla/websocket"
	"github.com/labstack/echo/v4"
)

// The live socket is the editor's own (editor.md §6). Both sides send JSON
// arrays of objects; "t" says what an object is. The client begins with
//
//	{"t":"hello","v":1,"token":"…","session":"…","last":{"debug":812}}
//
// and gets {"t":"welcome","session":"…","rev":"…","serverTime":…,"resumed":…}.
// With {"t":"sub","ch":"debug","args":{"flows":["t1"]}} it gets, as "last" is
// still at hand or not, what came since, or
//
//	{"t":"snap","ch":"debug","seq":900,"data":[…]}
//
// and from then on {"t":"ev","ch":"debug","seq":901,"at":…,"data":{…}}. Events
// of a channel are numbered without holes; those that a filter hides are
// skipped, and those that were lost are told as
// {"t":"gap","ch":"debug","from":902,"to":1200,"dropped":299}. The channel
// "sim:447700900001" is what comes to that phone of the simulator.
const (
	liveVersion   = 1
	helloWithin   = 15 * time.Second
	liveSilence   = 75 * time.Second // five of the client's pings
	startCredit   = 500
	maxCredit     = 100_000
	snapDebug     = 200 // how many past events a newcomer gets
	maxLiveFrames = 64  // messages in one frame of the client's
)

// credited are the channels of which a client says how much it can take. The
// others are bounded by nature.
var credited = map[string]bool{"debug": true, "log": true}

// live serves /live.
func (s *Server) live(c echo.Context) error {
	granted, ok := s.auth.ofSocket(c.Request())
	if !ok {
		return unauthorized(c)
	}
	s.sockets.serve(c.Response(), c.Request(), s.hub, granted != nil, liveSilence, func(sock *socket) func(context.Context) {
		client := liveClient{socket: sock, server: s, granted: granted}
		return func(ctx context.Context) {
			client.run(ctx)
			client.gone()
		}
	})
	return nil
}

type liveClient struct {
	*socket
	server  *Server
	granted *grant
	greeted bool
	last    map[string]uint64 // what the client saw before it lost the connection
	subs    []*subscription
	peer    string // its id among the editors
	out     []byte // the frame being made
}

// subscription is a client's place in a channel.
type subscription struct {
	*stream
	ch     string // as the client calls it: the stream's name, or "sim:" and a number
	filter filter
	pos    uint64 // number of the event it wants next
	credit int
}

// filter is the args of sub: what of the channel the client wants to see.
type filter struct {
	Flows []string `json:"flows"` // tabs and subflow instances
	Nodes []string `json:"nodes"`
	Level int      `json:"level"` // of log: 20 errors only
	Text  string   `json:"text"`  // somewhere in the data, whatever the case
	Ports []string `json:"ports"` // of values: "node:0" outputs, "node:in" inputs
	phone string   // of sim
}

func (f *filter) meets(e *event) bool {
	return (f.Flows == nil || slices.Contains(f.Flows, e.flow)) &&
		(f.Nodes == nil || slices.Contains(f.Nodes, e.node)) &&
		(f.Ports == nil || slices.Contains(f.Ports, e.node)) &&
		(f.phone == "" || e.node == "" || e.node == f.phone) &&
		(f.Level == 0 || e.level == 0 || int(e.level) <= f.Level) &&
		(f.Text == "" || bytes.Contains(bytes.ToLower(e.data), bytes.ToLower([]byte(f.Text))))
}

func (c *liveClient) run(ctx context.Context) {
	hello := time.NewTimer(helloWithin)
	defer hello.Stop()
	beat := time.NewTicker(c.server.keepAlive)
	defer beat.Stop()
	var later <-chan time.Time
	for {
		if later == nil && c.wait != nil {
			moved, more, ok := c.flush()
			if !ok {
				return
			}
			later = pace(moved, more)
		}
		select {
		case <-later:
			later = nil
		case <-c.woken():
		case frame, ok := <-c.in:
			if !ok || !c.handle(frame) {
				return
			}
			later = nil // there may be credit, or something subscribed
		case <-beat.C:
			if c.granted != nil && !c.server.auth.still(c.granted) {
				c.bye("unauthorized", 4401)
				return
			}
		case <-hello.C:
			if !c.greeted {
				c.bye("no hello", 1002)
				return
			}
		case <-ctx.Done():
			c.bye("the server stops", 1001)
			return
		}
	}
}

// request is anything a client sends.
type request struct {
	T       string            `json:"t"`
	V       int               `json:"v"`
	Token   string            `json:"token"`
	Session string            `json:"session"`
	Last    map[string]uint64 `json:"last"`
	Ch      string            `json:"ch"`
	Args    json.RawMessage   `json:"args"`
	N       int               `json:"n"`
	peer
}

func (c *liveClient) handle(frame []byte) bool {
	var all []request
	frame = bytes.TrimSpace(frame)
	if len(frame) > 0 && frame[0] == '{' {
		frame = slices.Concat([]byte("["), frame, []byte("]"))
	}
	if err := json.Unmarshal(frame, &all); err != nil || len(all) > maxLiveFrames {
		return c.bye("not an array of messages", 1007)
	}
	for _, r := range all {
		if !c.greeted && r.T != "hello" {
			return c.bye("hello comes first", 1002)
		}
		switch r.T {
		case "hello":
			if !c.hello(r) {
				return false
			}
		case "sub":
			if err := c.subscribe(r); err != nil {
				c.send(map[string]any{"t": "error", "ch": r.Ch, "message": err.Error()})
			}
		case "unsub":
			c.unsubscribe(r.Ch)
		case "presence":
			r.peer.ID, r.Name = c.peer, c.granted.user
			c.hub.moved(r.peer)
		case "credit":
			for _, s := range c.subs {
				if s.ch == r.Ch {
					s.credit = min(max(s.credit, 0)+max(r.N, 0), maxCredit)
				}
			}
		case "ping":
			c.send(map[string]any{"t": "pong", "serverTime": time.Now().UnixMilli()})
		}
	}
	return c.writeOut()
}

func (c *liveClient) hello(r request) bool {
	if r.V > liveVersion {
		return c.bye("this server speaks version 1", 1002)
	}
	if r.Token != "" || c.granted == nil {
		c.granted = c.server.auth.check(r.Token)
	}
	if c.granted == nil || !c.granted.may("status.read") {
		return c.bye("unauthorized", 4401)
	}
	if !c.welcome() {
		return c.bye(tooManySockets, websocket.CloseTryAgainLater)
	}
	resumed := r.Session == c.hub.session
	c.last = nil
	if resumed {
		c.last = r.Last
	}
	if !c.greeted {
		c.greeted = true
		c.join()
		c.hub.edits(+1)
	}
	c.hub.mu.Lock()
	rev := c.hub.rev
	c.hub.mu.Unlock()
	c.send(map[string]any{
		"t": "welcome", "v": liveVersion, "session": c.hub.session, "rev": rev,
		"serverTime": time.Now().UnixMilli(), "resumed": resumed,
	})
	return true
}

// gone is the end of hello.
func (c *liveClient) gone() {
	if !c.greeted {
		return
	}
	for _, s := range slices.Clone(c.subs) {
		c.unsubscribe(s.ch)
	}
	c.hub.edits(-1)
}

// bye says why the connection ends; it returns false.
func (c *liveClient) bye(reason string, code int) bool {
	c.send(map[string]any{"t": "bye", "reason": reason})
	c.writeOut()
	c.close(code, reason)
	return false
}

// send adds an object to the frame being made.
func (c *liveClient) send(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // only texts and numbers are sent this way
	}
	c.begin()
	c.out = append(c.out, b...)
}

// begin makes room in the frame for one more object.
func (c *liveClient) begin() {
	if len(c.out) == 0 {
		c.out = append(c.out, '[')
	} else {
		c.out = append(c.out, ',')
	}
}

// writeOut sends the frame, if there is anything in it.
func (c *liveClient) writeOut() bool {
	if len(c.out) == 0 {
		return true
	}
	ok := c.write(append(c.out, ']'))
	c.out = c.out[:0]
	if cap(c.out) > 2*frameBytes {
		c.out = nil
	}
	return ok
}
