package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// client is a websocket client of a test.
type client struct {
	t    testing.TB
	conn *websocket.Conn
	rest []json.RawMessage // of the last frame
}

func (s *site) dial(path string, headers ...string) *client {
	s.t.Helper()
	h := http.Header{}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		h.Set(name, value)
	}
	conn, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.url, "http")+path, h)
	if err != nil {
		if res != nil {
			s.t.Fatalf("%s: %v, status %d", path, err, res.StatusCode)
		}
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	return &client{t: s.t, conn: conn}
}

func (c *client) send(text string) {
	c.t.Helper()
	if err := c.conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

// frame reads one frame, or tells how the connection ended.
func (c *client) frame() (string, error) {
	_ = c.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	_, b, err := c.conn.ReadMessage()
	return string(b), err
}

// next reads one event; frames may hold any number.
func (c *client) next() string {
	c.t.Helper()
	for len(c.rest) == 0 {
		f, err := c.frame()
		if err != nil {
			c.t.Fatalf("no more events: %v", err)
		}
		if err := json.Unmarshal([]byte(f), &c.rest); err != nil {
			c.t.Fatalf("frame %s: %v", f, err)
		}
	}
	e := c.rest[0]
	c.rest = c.rest[1:]
	return string(e)
}

func (c *client) want(events ...string) {
	c.t.Helper()
	for _, want := range events {
		if got := c.next(); got != want {
			c.t.Fatalf("got  %s\nwant %s", got, want)
		}
	}
}

func (c *client) wantFrame(want string) {
	c.t.Helper()
	if got, err := c.frame(); err != nil || got != want {
		c.t.Fatalf("frame %s %v\nwant  %s", got, err, want)
	}
}

// closed waits for the end of the connection and returns the code.
func (c *client) closed() int {
	c.t.Helper()
	for {
		f, err := c.frame()
		if e := (*websocket.CloseError)(nil); err != nil {
			if !asClose(err, &e) {
				c.t.Fatalf("the connection ended without a close frame: %v", err)
			}
			return e.Code
		}
		c.t.Logf("before the end: %s", f)
	}
}

func asClose(err error, e **websocket.CloseError) bool {
	c, ok := err.(*websocket.CloseError)
	*e = c
	return ok
}

// TestStrangersShutNobodyOut: whoever has no token cannot take the places of
// those who have.
func TestStrangersShutNobodyOut(t *testing.T) {
	s := newSite(t)
	first := s.dial("/live")
	for i := range 3 * maxStrangers {
		s.dial([]string{"/live", "/comms"}[i%2])
	}
	if _, err := first.frame(); err == nil {
		t.Error("the first stranger stays")
	}
	late := s.dial("/live")
	late.hello("", "")
	comms := s.dial("/comms")
	comms.send(`{"auth":"` + testToken + `"}`)
	comms.wantFrame(`{"auth":"ok"}`)
	for range 2 * maxStrangers { // who has shown a token is no stranger
		s.dial("/comms")
	}
	late.send(`[{"t":"ping"}]`)
	if got := late.next(); !strings.Contains(got, "pong") {
		t.Errorf("got %s", got)
	}
	known := func() (n, strangers int) {
		s.server.sockets.mu.Lock()
		defer s.server.sockets.mu.Unlock()
		return s.server.sockets.known, len(s.server.sockets.strangers)
	}
	if n, strangers := known(); n != 2 || strangers != maxStrangers {
		t.Errorf("%d known, %d strangers", n, strangers)
	}
	auth := "Authorization: Bearer " + testToken
	for range maxSockets - 2 {
		s.dial("/comms", auth)
	}
	if _, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.url, "http")+"/comms", http.Header{"Authorization": {"Bearer " + testToken}}); err == nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("one more of those who are known: %v", err)
	}
	for path, hello := range map[string]string{"/live": `[{"t":"hello","v":1,"token":"` + testToken + `"}]`, "/comms": `{"auth":"` + testToken + `"}`} {
		c := s.dial(path)
		c.send(hello)
		if code := c.closed(); code != websocket.CloseTryAgainLater {
			t.Errorf("%s: closed with %d", path, code)
		}
	}
	s.server.stop()
	s.server.sockets.wait()
	if n, strangers := known(); n != 0 || strangers != 0 {
		t.Errorf("afterwards %d known, %d strangers", n, strangers)
	}
}
