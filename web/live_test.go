package web

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// hello greets and returns the welcome.
func (c *client) hello(session, last string) map[string]any {
	c.t.Helper()
	if last == "" {
		last = "{}"
	}
	c.send(fmt.Sprintf(`[{"t":"hello","v":1,"token":%q,"session":%q,"last":%s}]`, testToken, session, last))
	var w map[string]any
	if err := json.Unmarshal([]byte(c.next()), &w); err != nil || w["t"] != "welcome" {
		c.t.Fatalf("welcome is %v (%v)", w, err)
	}
	return w
}

func evDebug(seq int, text string) string {
	return fmt.Sprintf(`{"t":"ev","ch":"debug","seq":%d,"at":1795180856866,"msgid":"m1","data":{"id":"d1","z":"t1","path":"t1","name":"dbg","property":"payload","msg":%q,"format":"string[%d]"}}`,
		seq, text, len(text))
}

func TestLive(t *testing.T) {
	s := newSite(t)
	s.deploy(someFlows)
	rev := s.engine.Document().Rev()
	c := s.dial("/live")
	w := c.hello("", "")
	if w["rev"] != rev || w["resumed"] != false || w["session"] != s.hub.session || w["serverTime"].(float64) < 1.7e12 {
		t.Errorf("welcome %v", w)
	}
	c.send(`[{"t":"sub","ch":"runtime"},{"t":"sub","ch":"status"},{"t":"sub","ch":"debug"},{"t":"sub","ch":"log"},{"t":"sub","ch":"nothing"},{"t":"ping"}]`)
	var got []string
	for range 6 {
		got = append(got, c.next())
	}
	at := fmt.Sprint(s.hub.state.at)
	for i, want := range []string{
		`{"t":"snap","ch":"runtime","seq":3,"data":[{"at":` + at + `,"data":{"state":"start","deploy":true}}]}`,
		`{"t":"snap","ch":"status","seq":0,"data":[]}`,
		`{"t":"snap","ch":"debug","seq":0,"data":[]}`,
		`{"t":"snap","ch":"log","seq":0,"data":[]}`,
		`{"ch":"nothing","message":"no channel \"nothing\"","t":"error"}`,
	} {
		if got[i] != want {
			t.Errorf("got  %s\nwant %s", got[i], want)
		}
	}
	if !strings.Contains(got[5], `"t":"pong"`) {
		t.Errorf("no pong: %s", got[5])
	}

	s.hub.Observe(shows("one"))
	c.want(evDebug(1, "one"))
	s.hub.Observe(statusOf("out", "busy"))
	c.want(`{"t":"ev","ch":"status","seq":1,"at":5,"node":"out","z":"t1","data":{"text":"busy","fill":"red","shape":"ring"}}`)
	s.hub.Observe(logs(slog.LevelError, "bad"))
	c.want(`{"t":"ev","ch":"log","seq":1,"at":1795180856866,"data":{"level":20,"id":"fn1","type":"function","z":"t1","name":"F","path":"t1","timestamp":1795180856866,"msg":"bad","format":"string[3]"}}`)
	c.send(`{"t":"unsub","ch":"debug"}`)
	c.send(`{"t":"ping"}`)
	c.next()
	s.hub.Observe(shows("not for this one"))
	s.deploy(`[]`)
	for _, want := range []string{`{"t":"ev","ch":"runtime","seq":4,`, `{"t":"ev","ch":"runtime","seq":5,`, `{"t":"deployed","ch":"runtime","seq":6,`} {
		e := c.next()
		for strings.Contains(e, `"ch":"status"`) {
			e = c.next()
		}
		if !strings.HasPrefix(e, want) {
			t.Errorf("got %s, want %s…", e, want)
		}
		if strings.Contains(want, "deployed") && !strings.HasSuffix(e, `"rev":"`+emptyRev+`","by":"admin","changed":[]}`) {
			t.Errorf("deployed: %s", e)
		}
	}
}

func TestLiveSnapshots(t *testing.T) {
	s := newSite(t)
	s.hub.Observe(logs(slog.LevelWarn, "before anyone came"))
	s.hub.Observe(statusOf("a", "A"))
	c := s.dial("/live")
	c.hello("", "")
	c.send(`[{"t":"sub","ch":"log"},{"t":"sub","ch":"status","args":{"flows":["t1"]}},{"t":"sub","ch":"status","args":{"flows":["t2"]}}]`)
	c.want(`{"t":"snap","ch":"log","seq":1,"data":[{"seq":1,"at":1795180856866,"data":{"level":30,"id":"fn1","type":"function","z":"t1","name":"F","path":"t1","timestamp":1795180856866,"msg":"before anyone came","format":"string[18]"}}]}`,
		`{"t":"snap","ch":"status","seq":0,"data":[{"at":5,"node":"a","z":"t1","data":{"text":"A","fill":"red","shape":"ring"}}]}`,
		`{"t":"snap","ch":"status","seq":0,"data":[]}`)
}

func TestLiveFilters(t *testing.T) {
	s := newSite(t)
	c := s.dial("/live")
	c.hello("", "")
	c.send(`[{"t":"sub","ch":"debug","args":{"text":"NEEDLE","nodes":["d1"]}},{"t":"sub","ch":"log","args":{"level":20}}]`)
	c.next()
	c.next()
	s.hub.Observe(shows("hay"))
	s.hub.Observe(shows("a needle"))
	other := shows("needle elsewhere")
	n := *other.Node
	n.ID = "d2"
	other.Node = &n
	s.hub.Observe(other)
	c.want(evDebug(2, "a needle"))
	s.hub.Observe(logs(slog.LevelWarn, "only a warning"))
	s.hub.Observe(logs(slog.LevelError, "an error"))
	if e := c.next(); !strings.Contains(e, `"seq":2`) || !strings.Contains(e, "an error") {
		t.Errorf("got %s", e)
	}
}

// A client that comes back is told what it missed, and if that is no longer
// at hand, how much.
func TestLiveResumes(t *testing.T) {
	s := newSite(t)
	first := s.dial("/live")
	session := first.hello("", "")["session"].(string)
	first.send(`{"t":"sub","ch":"debug"}`)
	first.next()
	for i := range 5 {
		s.hub.Observe(shows(fmt.Sprint("m", i+1)))
	}
	first.want(evDebug(1, "m1"), evDebug(2, "m2"))
	_ = first.conn.Close()

	second := s.dial("/live")
	if w := second.hello(session, `{"debug":2}`); w["resumed"] != true {
		t.Errorf("welcome %v", w)
	}
	second.send(`{"t":"sub","ch":"debug"}`)
	second.want(evDebug(3, "m3"), evDebug(4, "m4"), evDebug(5, "m5"))

	s.hub.mu.Lock()
	s.hub.channels["debug"].clear()
	s.hub.mu.Unlock()
	third := s.dial("/live")
	third.hello(session, `{"debug":2}`)
	third.send(`{"t":"sub","ch":"debug"}`)
	third.want(`{"t":"gap","ch":"debug","from":3,"to":5,"dropped":3}`, `{"t":"snap","ch":"debug","seq":5,"data":[]}`)

	stranger := s.dial("/live")
	if w := stranger.hello("another process", `{"debug":2}`); w["resumed"] != false {
		t.Errorf("welcome %v", w)
	}
	stranger.send(`{"t":"sub","ch":"debug"}`)
	stranger.want(`{"t":"snap","ch":"debug","seq":5,"data":[]}`)
}

func TestLiveCredit(t *testing.T) {
	s := newSite(t)
	c := s.dial("/live")
	c.hello("", "")
	c.send(`[{"t":"sub","ch":"debug"},{"t":"sub","ch":"status"}]`)
	c.next()
	c.next()
	for i := range startCredit + 20 {
		s.hub.Observe(shows(fmt.Sprint(i + 1)))
	}
	for i := range startCredit {
		c.want(evDebug(i+1, fmt.Sprint(i+1)))
	}
	s.hub.Observe(statusOf("a", "A")) // other channels go on
	if e := c.next(); !strings.Contains(e, `"ch":"status"`) {
		t.Fatalf("beyond its credit the client got %s", e)
	}
	c.send(`{"t":"credit","ch":"debug","n":7}`)
	for i := range 7 {
		c.want(evDebug(startCredit+i+1, fmt.Sprint(startCredit+i+1)))
	}
	s.hub.Observe(statusOf("a", "B"))
	if e := c.next(); !strings.Contains(e, `"ch":"status"`) {
		t.Fatalf("beyond its credit the client got %s", e)
	}
}

// Events that were forgotten while the client had no credit are told as a gap.
func TestLiveGap(t *testing.T) {
	s := newSite(t)
	c := s.dial("/live")
	c.hello("", "")
	c.send(`{"t":"sub","ch":"debug"}`)
	c.next()
	const n = 6000
	text := strings.Repeat("x", 900)
	for range n {
		s.hub.Observe(shows(text))
	}
	seen, lost := 0, 0
	for seen+lost < n {
		e := c.next()
		var gap struct {
			T                      string
			From, To, Dropped, Seq int
		}
		if err := json.Unmarshal([]byte(e), &gap); err != nil {
			t.Fatal(err)
		}
		if gap.T == "gap" {
			if gap.From != seen+lost+1 || gap.To-gap.From+1 != gap.Dropped {
				t.Errorf("after %d seen and %d lost: %s", seen, lost, e)
			}
			lost += gap.Dropped
			continue
		}
		if seen++; gap.Seq != seen+lost {
			t.Fatalf("event %d comes when %d were seen and %d lost", gap.Seq, seen, lost)
		}
		if seen%startCredit == 0 {
			c.send(fmt.Sprintf(`{"t":"credit","ch":"debug","n":%d}`, startCredit))
		}
	}
	if lost == 0 {
		t.Error("nothing was lost, though more came than may wait")
	}
}

func TestLiveRefusals(t *testing.T) {
	s := newSite(t)
	for name, c := range map[string]struct {
		send, bye string
		code      int
	}{
		"wrong token":  {`{"t":"hello","v":1,"token":"x"}`, "unauthorized", 4401},
		"no token":     {`{"t":"hello","v":1}`, "unauthorized", 4401},
		"no hello":     {`{"t":"sub","ch":"debug"}`, "hello comes first", websocket.CloseProtocolError},
		"no JSON":      {`hello`, "not an array of messages", websocket.CloseInvalidFramePayloadData},
		"next version": {`{"t":"hello","v":2,"token":"` + testToken + `"}`, "this server speaks version 1", websocket.CloseProtocolError},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			conn := s.dial("/live")
			conn.send(c.send)
			conn.want(`{"reason":"` + c.bye + `","t":"bye"}`)
			if code := conn.closed(); code != c.code {
				t.Errorf("closed with %d, want %d", code, c.code)
			}
		})
	}
}

func TestShutdownSaysGoodbye(t *testing.T) {
	s := newSite(t)
	c := s.dial("/live")
	c.hello("", "")
	done := make(chan error, 1)
	go func() { done <- s.server.Shutdown(t.Context()) }()
	c.want(`{"reason":"the server stops","t":"bye"}`)
	if code := c.closed(); code != websocket.CloseGoingAway {
		t.Errorf("closed with %d", code)
	}
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("shutdown waits for a client that has gone")
	}
}
