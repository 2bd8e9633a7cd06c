package network

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// inbox is a Late that keeps what is sent.
type inbox struct {
	node.Late
	messages chan *msg.Object
	statuses chan node.Status
}

func newInbox() *inbox {
	return &inbox{messages: make(chan *msg.Object, 1000), statuses: make(chan node.Status, 1000)}
}

func (b *inbox) Send(m *msg.Object)   { b.messages <- m }
func (b *inbox) Status(s node.Status) { b.statuses <- s }

// next is the next message without the session, as JSON, and the session's id.
func (b *inbox) next(t *testing.T) (json, id string) {
	t.Helper()
	select {
	case m := <-b.messages:
		id, _ = m.Path("_session.id").(string)
		if m.Path("_session.type") != "websocket" {
			t.Errorf("session: %s", m)
		}
		m.Delete("_session")
		return m.String(), id
	case <-time.After(5 * time.Second):
		t.Fatal("no message")
		return "", ""
	}
}

// status waits for a status.
func (b *inbox) status(t *testing.T) string {
	t.Helper()
	select {
	case s := <-b.statuses:
		return fmt.Sprint(s.Fill, " ", s.Shape, " ", s.Text, " ", s.Extra.Get("event"))
	case <-time.After(5 * time.Second):
		t.Fatal("no status")
		return ""
	}
}

// server is a websocket-listener with a server around it, and nodes that use it.
type server struct {
	*WebSocketListener
	t      *testing.T
	url    string // ws://…
	routes *nodetest.Routes
	log    *strings.Builder
	counts chan int // how many are connected, whenever that changes
}

func newServer(t *testing.T, whole bool) *server {
	t.Helper()
	s := &server{WebSocketListener: &WebSocketListener{Path: "ws", Whole: whole}, t: t, routes: new(nodetest.Routes), log: new(strings.Builder), counts: make(chan int, 1000)}
	if err := s.Open(t.Context(), &node.Env{ID: "l1", Routes: s.routes, Log: slog.New(slog.NewTextHandler(s.log, nil))}); err != nil {
		t.Fatal(err)
	}
	s.hub.watch(func(node.Status) { s.counts <- s.count() })
	h := httptest.NewServer(s.routes)
	s.url = "ws" + strings.TrimPrefix(h.URL, "http") + "/ws"
	t.Cleanup(func() { s.Close(); h.Close() })
	return s
}

// in is what a websocket-in of the listener sends.
func (s *server) in() *inbox { return listen(&s.hub) }

// listen does what a websocket-in does when it starts.
func listen(hub *sockets) *inbox {
	b := newInbox()
	hub.watch(b.Status)
	hub.read(b)
	return b
}

// out gives messages to a websocket-out.
func (s *server) out(messages ...string) {
	s.t.Helper()
	w := &WebSocketOut{Server: node.RefTo("l1", s.WebSocketListener)}
	for _, m := range messages {
		if err := w.Receive(s.t.Context(), nodetest.Message(s.t, m), nil); err != nil {
			s.t.Error(err)
		}
	}
}

// dial connects and waits until the listener knows.
func (s *server) dial(protocols ...string) *websocket.Conn {
	s.t.Helper()
	conn, _, err := (&websocket.Dialer{Subprotocols: protocols}).Dial(s.url, http.Header{"Origin": {"https://elsewhere.example"}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	<-s.counts
	return conn
}

func (s *server) count() int {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	return len(s.hub.open)
}

// wait returns when just n are connected.
func (s *server) wait(n int) {
	for s.count() != n {
		<-s.counts
	}
}

func read(t *testing.T, conn *websocket.Conn) (kind int, text string) {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	kind, data, err := conn.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	return kind, string(data)
}

func TestWebSocketIn(t *testing.T) {
	for _, c := range []struct {
		name   string
		whole  bool
		binary bool
		send   string
		want   string
	}{
		{"text", false, false, "hello ws", `{"payload":"hello ws"}`},
		{"empty text", false, false, "", `{"payload":""}`},
		{"JSON stays text", false, false, `{"a":1}`, `{"payload":"{\"a\":1}"}`},
		{"bytes", false, true, "\x01\x02\xfa", `{"payload":{"type":"Buffer","data":[1,2,250]}}`},
		{"whole", true, false, `{"payload":1,"a":2,"_session":{"x":1}}`, `{"payload":1,"a":2}`},
		{"whole: number", true, false, `12`, `{"payload":12}`},
		{"whole: text", true, false, `"s"`, `{"payload":"s"}`},
		{"whole: list", true, false, `[1]`, `{"payload":[1]}`},
		{"whole: null", true, false, `null`, `{"payload":null}`},
		{"whole: no JSON", true, false, `nope`, `{"payload":"nope"}`},
		{"whole: JSON in bytes", true, true, `{"q":1}`, `{"q":1}`},
		{"whole: bytes", true, true, "\x01", `{"payload":{"type":"Buffer","data":[1]}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, c.whole)
			in := s.in()
			conn := s.dial()
			kind := websocket.TextMessage
			if c.binary {
				kind = websocket.BinaryMessage
			}
			if err := conn.WriteMessage(kind, []byte(c.send)); err != nil {
				t.Fatal(err)
			}
			got, id := in.next(t)
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if len(id) != 16 {
				t.Errorf("session %q", id)
			}
		})
	}
}

func TestWebSocketOut(t *testing.T) {
	for _, c := range []struct {
		name  string
		whole bool
		send  string
		want  string // "" for nothing
	}{
		{"text", false, `{"payload":"hi"}`, "hi"},
		{"object", false, `{"payload":{"b":1,"a":2}}`, `{"b":1,"a":2}`},
		{"number", false, `{"payload":5}`, "5"},
		{"boolean", false, `{"payload":false}`, "false"},
		{"null", false, `{"payload":null}`, "null"},
		{"empty text", false, `{"payload":""}`, ""},
		{"no payload", false, `{"topic":"x"}`, ""},
		{"another session's type", false, `{"payload":"hi","_session":{"type":"tcp","id":"1"}}`, "hi"},
		{"whole", true, `{"payload":"hi","topic":"t","_session":{"type":"tcp"}}`, `{"payload":"hi","topic":"t"}`},
		{"whole without payload", true, `{"_msgid":"1"}`, `{"_msgid":"1"}`},
		{"a session that left", false, `{"payload":"hi","_session":{"type":"websocket","id":"gone"}}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t, c.whole)
			one, two := s.dial(), s.dial()
			s.out(c.send)
			s.out(`{"payload":"end"}`)
			end := map[bool]string{false: "end", true: `{"payload":"end"}`}[c.whole]
			for _, conn := range []*websocket.Conn{one, two} {
				if c.want != "" {
					if kind, got := read(t, conn); got != c.want || kind != websocket.TextMessage {
						t.Errorf("got %q, want %q", got, c.want)
					}
				}
				if _, got := read(t, conn); got != end {
					t.Errorf("got %q, want the end", got)
				}
			}
		})
	}
}

func TestWebSocketOutBuffer(t *testing.T) {
	s := newServer(t, false)
	conn := s.dial()
	w := &WebSocketOut{Server: node.RefTo("l1", s.WebSocketListener)}
	for _, data := range []string{"", "\xfa"} {
		if err := w.Receive(t.Context(), msg.Of("payload", []byte(data)), nil); err != nil {
			t.Fatal(err)
		}
		if kind, got := read(t, conn); kind != websocket.BinaryMessage || got != data {
			t.Errorf("got %d %q, want %q", kind, got, data)
		}
	}
}

func TestWebSocketOutCycle(t *testing.T) {
	s := newServer(t, true)
	m := msg.Of("payload", "x")
	m.Set("self", m)
	err := (&WebSocketOut{Server: node.RefTo("l1", s.WebSocketListener)}).Receive(t.Context(), m, nil)
	if err == nil || !strings.HasPrefix(err.Error(), "TypeError: Converting circular structure to JSON") {
		t.Errorf("error %v", err)
	}
}

// A reply goes to the sender only; of several nodes on one listener each has
// a message of its own; order is kept.
func TestWebSocketSession(t *testing.T) {
	s := newServer(t, false)
	first, second := s.in(), s.in()
	asks, other := s.dial(), s.dial()
	for i := range 200 {
		if err := asks.WriteMessage(websocket.TextMessage, fmt.Append(nil, i)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 200 {
		m := <-first.messages
		if want := fmt.Sprint(i); m.Get("payload") != want {
			t.Fatalf("message %d: %s", i, m)
		}
		m.Set("payload", "re: "+fmt.Sprint(i))
		s.out(m.String())
		if got, _ := second.next(t); got != fmt.Sprintf(`{"payload":"%d"}`, i) {
			t.Fatalf("the other node's message %d: %s", i, got)
		}
	}
	for i := range 200 {
		if _, got := read(t, asks); got != "re: "+fmt.Sprint(i) {
			t.Fatalf("answer %d: %q", i, got)
		}
	}
	s.out(`{"payload":"all"}`)
	if _, got := read(t, other); got != "all" {
		t.Errorf("the other client read %q", got)
	}
}

// A websocket-in hears its listener, or its client if it has one, from Start
// until ctx ends.
func TestWebSocketInStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, c := new(WebSocketListener), new(WebSocketClient)
		ctx, cancel := context.WithCancel(t.Context())
		of, other := newInbox(), newInbox()
		go (&WebSocketIn{Server: node.RefTo("l1", l)}).Start(ctx, of)
		go (&WebSocketIn{Server: node.RefTo("l1", l), Client: node.RefTo("c1", c)}).Start(ctx, other)
		synctest.Wait()
		k := newSocket(&l.hub, nil, 0)
		l.hub.received(k, false, []byte("to the listener"))
		c.hub.received(k, false, []byte("to the client"))
		if got, id := of.next(t); got != `{"payload":"to the listener"}` || id != k.id {
			t.Errorf("got %s of %s", got, id)
		}
		if got, _ := other.next(t); got != `{"payload":"to the client"}` {
			t.Errorf("got %s", got)
		}
		cancel()
		synctest.Wait()
		l.hub.received(k, false, []byte("too late"))
		l.hub.tell("connect", k.id)
		if len(of.messages)+len(of.statuses) > 0 {
			t.Error("a node that was stopped still hears")
		}
	})
}

func TestWebSocketStatus(t *testing.T) {
	s := newServer(t, false)
	in := s.in()
	one := s.dial()
	if got := in.status(t); got != "green dot connected 1 connect" {
		t.Errorf("got %s", got)
	}
	s.dial()
	if got := in.status(t); got != "green dot connected 2 connect" {
		t.Errorf("got %s", got)
	}
	late := make(chan node.Status, 1)
	out := &WebSocketOut{Server: node.RefTo("l1", s.WebSocketListener)}
	if err := out.Open(t.Context(), &node.Env{Status: func(s node.Status) { late <- s }}); err != nil {
		t.Fatal(err)
	}
	if got := (<-late).Text; got != "connected 2" {
		t.Errorf("a node that came later shows %q", got)
	}
	out.Close()
	one.Close()
	if got := in.status(t); got != "green dot connected 1 disconnect" {
		t.Errorf("got %s", got)
	}
	s.hub.mu.Lock()
	last := s.hub.open[0]
	s.hub.mu.Unlock()
	last.drop()
	if got := in.status(t); got != "red ring common.status.disconnected disconnect" {
		t.Errorf("got %s", got)
	}
	if len(late) > 0 {
		t.Error("a closed node is still told")
	}
}

func TestWebSocketProtocol(t *testing.T) {
	s := newServer(t, false)
	if got := s.dial("p1", "p2").Subprotocol(); got != "p1" {
		t.Errorf("protocol %q", got)
	}
}

func TestWebSocketCloseCodes(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(s *server, conn *websocket.Conn)
		code int
	}{
		"too large": {func(_ *server, conn *websocket.Conn) {
			go conn.WriteMessage(websocket.BinaryMessage, make([]byte, maxFrame+1))
		}, websocket.CloseMessageTooBig},
		"not UTF-8": {func(_ *server, conn *websocket.Conn) {
			_ = conn.WriteMessage(websocket.TextMessage, []byte{0xff})
		}, websocket.CloseInvalidFramePayloadData},
		"redeploy": {func(s *server, _ *websocket.Conn) { go s.Close() }, websocket.CloseGoingAway},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, false)
			in := s.in()
			conn := s.dial()
			c.do(s, conn)
			_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
			_, _, err := conn.ReadMessage()
			if !websocket.IsCloseError(err, c.code) {
				t.Errorf("closed with %v, want code %d", err, c.code)
			}
			conn.Close()
			s.wait(0)
			if len(in.messages) > 0 {
				t.Errorf("a message was made: %s", <-in.messages)
			}
		})
	}
}

// What was sent before a redeploy still arrives, the path is free afterwards,
// and nobody gets in any more.
func TestWebSocketListenerClose(t *testing.T) {
	s := newServer(t, false)
	conn := s.dial()
	for i := range 100 {
		s.out(fmt.Sprintf(`{"payload":"%d"}`, i))
	}
	closed := make(chan struct{})
	go func() { s.Close(); close(closed) }()
	for i := range 100 {
		if _, got := read(t, conn); got != fmt.Sprint(i) {
			t.Fatalf("message %d: %q", i, got)
		}
	}
	if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseGoingAway) {
		t.Errorf("closed with %v", err)
	}
	<-closed
	if got := s.routes.All(); len(got) > 0 {
		t.Errorf("routes: %v", got)
	}
	s.accept(httptest.NewRecorder(), httptest.NewRequest("GET", "/ws", nil))
	if s.count() != 0 {
		t.Error("a closed listener has connections")
	}
}

// A client that never reads is disconnected, and the others get everything.
func TestWebSocketClientThatNeverReads(t *testing.T) {
	s := newServer(t, false)
	s.hub.patience = 3 * time.Second // the good client is held to it, too, however busy the machine is
	s.dial()                         // reads nothing
	good := s.dial()
	text := strings.Repeat("x", 1<<20)
	const messages = 40 // far more than the kernel's buffers and the queue hold
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		w := &WebSocketOut{Server: node.RefTo("l1", s.WebSocketListener)}
		for range messages {
			if err := w.Receive(t.Context(), msg.Of("payload", text), nil); err != nil {
				t.Error(err)
			}
		}
	}()
	for i := range messages {
		if _, got := read(t, good); len(got) != len(text) {
			t.Fatalf("message %d has %d bytes", i, len(got))
		}
	}
	<-sent
	s.wait(1)
	if got := s.log.String(); strings.Count(got, "does not read: disconnected") != 1 {
		t.Errorf("log: %s", got)
	}
}

func TestWebSocketPing(t *testing.T) {
	s := newServer(t, false)
	conn := s.dial()
	pinged := make(chan struct{})
	conn.SetPingHandler(func(string) error { close(pinged); return nil })
	go conn.ReadMessage()
	s.hub.mu.Lock()
	k := s.hub.open[0]
	s.hub.mu.Unlock()
	if k.ping != 30*time.Second {
		t.Errorf("pings every %v", k.ping)
	}
	_ = k.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
	<-pinged
}

// A peer that does not answer pings is disconnected.
func TestWebSocketPeerThatIsGone(t *testing.T) {
	hub := &sockets{}
	hub.begin(&node.Env{Log: slog.New(slog.DiscardHandler)}, false, true)
	ended := make(chan struct{})
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		hub.add(conn, 20*time.Millisecond)()
		close(ended)
	}))
	defer h.Close()
	conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(h.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	<-ended // conn never reads, so it never answers
	hub.end()
}

func TestWebSocketClient(t *testing.T) {
	s := newServer(t, false)
	listens := s.in()
	c := &WebSocketClient{URL: s.url, Subprotocol: "p9", Heartbeat: 0.02,
		Headers: []WebSocketHeader{{"other", "X-A", "other", "1"}, {"X-B", "", "2", ""}, {"X-C", "", "env", "V"}, {"X-D", "", "other", ""}}}
	env := &node.Env{Log: slog.New(slog.DiscardHandler), Var: func(name string) (any, bool) { return "of " + name, true }}
	if got := fmt.Sprint(c.header(env)); got != "map[User-Agent:[] X-A:[1] X-B:[2] X-C:[of V]]" {
		t.Errorf("headers %s", got)
	}
	hears := listen(&c.hub)
	if err := c.Open(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	if got := hears.status(t); got != "green dot connected  connect" {
		t.Errorf("got %s", got)
	}
	out := nodetest.New(t, "websocket-out", `{"client":"c1"}`, nodetest.Env(func(*node.Env) {}), nodetest.Config(`{"id":"c1","type":"websocket-client","path":"ws://127.0.0.1:1/"}`))
	if err := out.Send(`{"payload":"x"}`); err != nil || len(out.Logs()) == 0 || !strings.Contains(out.Logs()[len(out.Logs())-1], "not connected") {
		t.Errorf("a client that is not connected: %v, logs %q", err, out.Logs())
	}
	w := &WebSocketOut{Client: node.RefTo("c1", c)}
	send := func(m string) {
		if err := w.Receive(t.Context(), nodetest.Message(t, m), nil); err != nil {
			t.Error(err)
		}
	}
	send(`{"payload":"not this","_session":{"type":"websocket","id":"x"}}`)
	send(`{"payload":"shout"}`)
	if got, _ := listens.next(t); got != `{"payload":"shout"}` {
		t.Errorf("the server heard %s", got)
	}
	s.out(`{"payload":"back"}`)
	if got, _ := hears.next(t); got != `{"payload":"back"}` {
		t.Errorf("the client heard %s", got)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	s.wait(0)
}

// A client connects again when its connection ends.
func TestWebSocketClientReconnects(t *testing.T) {
	s := newServer(t, false)
	c := &WebSocketClient{URL: s.url, pause: 50 * time.Millisecond}
	hears := listen(&c.hub)
	if err := c.Open(t.Context(), &node.Env{Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	hears.status(t)
	s.wait(1)
	s.hub.mu.Lock()
	k := s.hub.open[0]
	s.hub.mu.Unlock()
	from := time.Now()
	k.drop()
	if got := hears.status(t); got != "red ring common.status.disconnected disconnect" {
		t.Errorf("got %s", got)
	}
	if got := hears.status(t); got != "green dot connected  connect" || time.Since(from) < c.pause {
		t.Errorf("got %s after %v", got, time.Since(from))
	}
}

func TestWebSocketClientErrors(t *testing.T) {
	s := newServer(t, false)
	c := &WebSocketClient{URL: strings.TrimSuffix(s.url, "ws") + "nobody"}
	hears := listen(&c.hub)
	var log strings.Builder
	if err := c.Open(t.Context(), &node.Env{Log: slog.New(slog.NewTextHandler(&log, nil))}); err != nil {
		t.Fatal(err)
	}
	if got := hears.status(t); got != "red ring common.status.error error" {
		t.Errorf("got %s", got)
	}
	c.Close()
	if !strings.Contains(log.String(), "connect to "+c.URL) {
		t.Errorf("log: %s", &log)
	}
}

func TestWebSocketChecks(t *testing.T) {
	for _, c := range []struct{ typ, config, want string }{
		{"websocket in", `{}`, "server: Missing server configuration: choose a listener or a client"},
		{"websocket out", `{"server":"","client":""}`, "server: Missing server configuration: choose a listener or a client"},
		{"websocket-client", `{"path":"http://x"}`, "path: a websocket address begins with ws:// or wss:// and a host"},
		{"websocket-client", `{"path":"ws://x/y","wholemsg":"true","hb":"0","headers":[],"tls":"","subprotocol":""}`, ""},
		{"websocket-listener", `{"path":"/x","wholemsg":"false"}`, ""},
	} {
		if got := strings.Join(nodetest.Check(t, c.typ, c.config), "; "); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.typ, c.config, got, c.want)
		}
	}
	l := &WebSocketListener{Path: "Chat/"}
	if got := l.Claims(); len(got) != 1 || got[0] != (node.Claim{Kind: "websocket", Key: "/chat", Path: "/Chat/", Property: "path"}) {
		t.Errorf("claims: %+v", got)
	}
}
