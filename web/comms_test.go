package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestCommsWithoutLogin(t *testing.T) {
	s := newSite(t, open)
	s.token = ""
	s.deploy(someFlows)
	rev := s.engine.Document().Rev()
	c := s.dial("/comms")
	c.send("not JSON")
	c.send(`{"topic":"multiplayer/connect","data":{}}`)
	c.send(`{"subscribe":"nothing/#"}`)
	c.send(`{"subscribe":"notification/#"}`)
	c.wantFrame(`[{"topic":"notification/runtime-state","data":{"state":"start","deploy":true}},` +
		`{"topic":"notification/runtime-deploy","data":{"revision":"` + rev + `"}}]`)

	s.want(200, "OK", "POST", "/inject/in", "")
	c.want(`{"topic":"status/out","data":{"text":"hello","fill":"green","shape":"dot"}}`,
		`{"topic":"debug","data":{"id":"out","z":"t1","path":"t1","name":"shown","property":"payload","msg":"hello","format":"string[5]"}}`)

	late := s.dial("/comms")
	late.send(`{"subscribe":"status/#"}`)
	late.want(`{"topic":"status/out","data":{"text":"hello","fill":"green","shape":"dot"}}`)
}

// Who knows to be connected sees what happens from then on.
func TestCommsSeeEverythingFromTheStart(t *testing.T) {
	s := newSite(t, open)
	s.token = ""
	s.deploy(someFlows)
	for range 50 {
		c := s.dial("/comms")
		s.want(200, "OK", "POST", "/inject/in", "")
		for !strings.HasPrefix(c.next(), `{"topic":"debug"`) {
		}
	}
}

// The frame that the contract shows of a deploy, in one.
func TestCommsTellOfDeploys(t *testing.T) {
	s := newSite(t, open)
	s.token = ""
	c := s.dial("/comms")
	c.send(`{"auth":"whatever"}`)
	c.wantFrame(`{"auth":"ok"}`)
	s.deploy(someFlows)
	rev := s.engine.Document().Rev()
	c.want(`{"topic":"notification/runtime-state","data":{"state":"stop","deploy":true}}`,
		`{"topic":"notification/runtime-state","data":{"state":"start","deploy":true}}`,
		`{"topic":"notification/runtime-deploy","data":{"revision":"`+rev+`"}}`)
	s.want(200, `{"state":"stop"}`, "POST", "/flows/state", `{"state":"stop"}`)
	s.want(200, `{"state":"stop"}`, "POST", "/flows/state", `{"state":"stop"}`)
	s.want(200, `{"state":"start"}`, "POST", "/flows/state", `{"state":"start"}`)
	c.want(`{"topic":"notification/runtime-state","data":{"state":"stop"}}`, `{"topic":"notification/runtime-state","data":{"state":"start"}}`)
	s.deploy(`[{"id":"m","type":"mystery node","x":1,"y":1,"z":"t","wires":[]}]`)
	missing := `{"topic":"notification/runtime-state","data":{"state":"stop","error":"missing-types","type":"warning","text":"notification.warnings.missing-types","types":["mystery node"]}}`
	c.want(`{"topic":"notification/runtime-state","data":{"state":"stop","deploy":true}}`)
	e := c.next()
	for strings.Contains(e, `"status/`) { // what runs is not held up by what cannot
		e = c.next()
	}
	if e != missing {
		t.Errorf("got %s\nwant %s", e, missing)
	}
	late := s.dial("/comms")
	late.send(`{"subscribe":"notification/runtime-state"}`)
	late.want(missing)
	s.want(200, `{"state":"start"}`, "GET", "/flows/state", "")
}

func TestCommsLogin(t *testing.T) {
	s := newSite(t)
	good := s.dial("/comms")
	good.send(`{"auth":"` + testToken + `"}`)
	good.wantFrame(`{"auth":"ok"}`)
	good.send(`{"auth":"` + testToken + `"}`)
	good.wantFrame(`{"auth":"ok"}`)

	for name, first := range map[string]string{"bad token": `{"auth":"x"}`, "no auth first": `{"subscribe":"#"}`, "no JSON": `hello`} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			c := s.dial("/comms")
			c.send(first)
			c.wantFrame(`{"auth":"fail"}`)
			if code := c.closed(); code != websocket.CloseNoStatusReceived {
				t.Errorf("closed with %d, want no code", code)
			}
		})
	}
	s.t = t

	header := s.dial("/comms", "Authorization: Bearer "+testToken)
	silent := s.dial("/comms")
	s.deploy(someFlows)
	for _, c := range []*client{good, header} {
		c.want(`{"topic":"notification/runtime-state","data":{"state":"stop","deploy":true}}`)
	}
	_ = silent.conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if _, b, err := silent.conn.ReadMessage(); err == nil {
		t.Errorf("who has not logged in is told %s", b)
	}
	_, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.url, "http")+"/comms", http.Header{"Authorization": {"Bearer x"}})
	if err == nil || res.StatusCode != 401 {
		t.Errorf("a wrong token in the header: %v", err)
	}
}

func TestCommsHeartbeatAndEndOfSession(t *testing.T) {
	s := newSite(t, func(c *Config) { c.KeepAlive = 20 * time.Millisecond })
	token, err := s.server.auth.login("")
	if err != nil {
		t.Fatal(err)
	}
	c := s.dial("/comms", "Authorization: Bearer "+token)
	beat := fmt.Sprintf(`{"topic":"hb","data":%d}`, s.server.started.UnixMilli())
	c.want(beat, beat)
	if err := s.server.auth.revoke(token); err != nil {
		t.Fatal(err)
	}
	for {
		f, err := c.frame()
		if err != nil {
			t.Fatal(err)
		}
		if f == `{"auth":"fail"}` {
			break
		}
		if f != "["+beat+"]" {
			t.Fatalf("frame %s", f)
		}
	}
	if code := c.closed(); code != websocket.CloseNoStatusReceived {
		t.Errorf("closed with %d", code)
	}
}

// Who does not read holds up nobody, loses the oldest and is told how many.
func TestCommsSlowClient(t *testing.T) {
	s := newSite(t, open)
	s.token = ""
	c := s.dial("/comms")
	c.send(`{"auth":""}`) // answered when the client is live
	c.wantFrame(`{"auth":"ok"}`)
	const n = 60_000
	text := strings.Repeat("x", 900)
	for range n {
		s.hub.Observe(shows(text))
	}
	s.hub.Observe(logs(slog.LevelWarn, "the end"))
	shown, lost := 0, 0
	for {
		e := c.next()
		if strings.Contains(e, `"the end"`) {
			break
		}
		if strings.Contains(e, text) {
			shown++
			continue
		}
		var k int
		if i := strings.Index(e, `"msg":"`); i < 0 || !strings.Contains(e, `"level":30`) {
			t.Fatalf("event %s", e)
		} else if _, err := fmt.Sscanf(e[i:], `"msg":"%d messages are not shown`, &k); err != nil {
			t.Fatalf("event %s: %v", e, err)
		}
		lost += k
	}
	if shown+lost != n || lost == 0 {
		t.Errorf("%d shown and %d told lost of %d", shown, lost, n)
	}
}

func TestFramesAreBounded(t *testing.T) {
	s := newSite(t, open)
	s.token = ""
	c := s.dial("/comms")
	c.send(`{"auth":""}`)
	c.wantFrame(`{"auth":"ok"}`)
	for range 3000 {
		s.hub.Observe(shows(strings.Repeat("x", 500)))
	}
	for seen := 0; seen < 3000; {
		f, err := c.frame()
		if err != nil {
			t.Fatal(err)
		}
		if len(f) > frameBytes+1024 {
			t.Errorf("a frame of %d bytes", len(f))
		}
		seen += strings.Count(f, `"topic":"debug"`)
	}
}

func TestCommsFrame(t *testing.T) {
	big := &event{topic: "debug", data: []byte(`"` + strings.Repeat("x", frameBytes) + `"`)}
	small := &event{topic: "t", data: []byte("1")}
	frame, rest := commsFrame([]*event{small, small, big, small})
	if len(rest) != 1 || !strings.HasPrefix(string(frame), `[{"topic":"t","data":1},{"topic":"t","data":1},{"topic":"debug","data":"xx`) {
		t.Errorf("%d are left after %.80s", len(rest), frame)
	}
	frame, rest = commsFrame(rest)
	if string(frame) != `[{"topic":"t","data":1}]` || len(rest) != 0 {
		t.Errorf("%d are left after %s", len(rest), frame)
	}
}

func TestSocketsAreBounded(t *testing.T) {
	s := newSite(t, open)
	s.token = ""
	for range maxSockets {
		s.dial("/comms")
	}
	_, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.url, "http")+"/live", nil)
	if err == nil || res == nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("one more: %v", err)
	}
}

func TestClientFramesAreBounded(t *testing.T) {
	s := newSite(t, open)
	s.token = ""
	c := s.dial("/comms")
	c.send(strings.Repeat("x", clientFrame+1))
	if code := c.closed(); code != websocket.CloseMessageTooBig {
		t.Errorf("closed with %d", code)
	}
}

// A thousand debug messages from the engine's observer to a client that has
// read them all.
func BenchmarkFlood(b *testing.B) {
	s := newSite(b, open)
	s.token = ""
	c := s.dial("/comms")
	c.send(`{"auth":""}`)
	c.wantFrame(`{"auth":"ok"}`)
	e := shows("a line of a flood of debug messages")
	b.ReportAllocs()
	for b.Loop() {
		for range 1000 {
			s.hub.Observe(e)
		}
		for seen := 0; seen < 1000; {
			f, err := c.frame()
			if err != nil {
				b.Fatal(err)
			}
			seen += strings.Count(f, `"topic":"debug"`)
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "messages/s")
}
