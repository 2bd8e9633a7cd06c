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
