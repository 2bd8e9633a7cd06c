package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/store"
	"github.com/flowrill/flowrill/flows"
)

// Three types to watch the engine through.

// button is an inject node: pressed, it sends what it was told.
type button struct {
	Payload string `prop:"payload"`

	ready chan node.Late // holds what sends, once there is one
}

func (b *button) Open(context.Context, *node.Env) error {
	b.ready = make(chan node.Late, 1)
	return nil
}

func (b *button) Start(ctx context.Context, out node.Late) error {
	b.ready <- out
	<-ctx.Done()
	return nil
}

func (b *button) Control(ctx context.Context, verb string, body *msg.Object) error {
	if verb != "inject" {
		return engine.ErrNoNode
	}
	m := msg.Of("payload", b.Payload)
	if body != nil {
		m.Set("payload", "told "+msg.String(body.Get("__user_inject_props__")))
	}
	out := <-b.ready
	b.ready <- out
	return out.Emit(ctx, m, 0)
}

// show is a debug node.
type show struct {
	Secret node.Secret `prop:"secret"`

	env *node.Env
	mu  sync.Mutex
	off bool
}

func (s *show) Open(_ context.Context, env *node.Env) error {
	s.env = env
	return nil
}

func (s *show) Receive(_ context.Context, m *msg.Object, _ node.Out) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.off {
		return nil
	}
	if m.Get("payload") == "fail" {
		return fmt.Errorf("it failed")
	}
	if m.Get("payload") == "warn" {
		s.env.Log.Warn("look", node.LogValue, msg.Of("a", 1, "c", msg.Undefined))
	}
	s.env.Status(node.Status{Fill: "green", Shape: "dot", Text: msg.Text(m.Get("payload"))})
	s.env.Debug(node.Debug{Value: m.Get("payload"), Topic: msg.Undefined, Property: "payload"})
	return nil
}

func (s *show) Control(_ context.Context, verb string, _ *msg.Object) error {
	if verb != "enable" && verb != "disable" {
		return fmt.Errorf("no verb of mine: %s", verb)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.off = verb == "disable"
	return nil
}

func init() {
	node.Register[button](node.Type{Name: "inject", Category: "common", Help: "Sends when pressed.", Outputs: []string{""}})
	node.Register[show](node.Type{Name: "debug", Category: "common", Help: "Shows messages."})
	node.Register[struct{}](node.Type{Name: "http-in", Aliases: []string{"http in"}, Category: "config", Help: "Only a name."})
	node.Register[struct {
		Text node.Template `prop:"text" required:"true"`
	}](node.Type{Name: "send-sms", Aliases: []string{"sendsms"}, Category: "config", Help: "Has a field that is required."})
}

// shelf is the real store, which can be told to refuse.
type shelf struct {
	*store.DB
	refuse error // of the next Save
}

func (s *shelf) Save(r flows.Revision, c map[string]*msg.Object) (int, error) {
	if s.refuse != nil {
		return 0, s.refuse
	}
	return s.DB.Save(r, c)
}

func (s *shelf) PutSession(hash string, x Session) error {
	return s.DB.PutSession(hash, store.Session(x))
}

func (s *shelf) Session(hash string) (Session, bool, error) {
	x, ok, err := s.DB.Session(hash)
	return Session(x), ok, err
}

// revisions are all that were saved, oldest first.
func (s *site) revisions() []flows.Revision {
	s.t.Helper()
	list, err := s.shelf.Revisions()
	if err != nil {
		s.t.Fatal(err)
	}
	slices.Reverse(list)
	return list
}

var discard = slog.New(slog.DiscardHandler)

const testToken = "the-token-of-the-tests"

// site is a server with a real engine, listening.
type site struct {
	t      testing.TB
	server *Server
	engine *engine.Engine
	hub    *Hub
	shelf  *shelf
	router *Router
	url    string // of the admin root
	host   string
	token  string // sent with every request
}

func newSite(t testing.TB, change ...func(*Config)) *site {
	t.Helper()
	log := discard
	s := &site{t: t, hub: NewHub(), router: NewRouter(log), token: testToken}
	db, err := store.Open(t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.shelf = &shelf{DB: db}
	s.engine = engine.New(engine.Config{
		Log: log, Observe: s.hub.Observe, Watching: s.hub.Watching, Routes: s.router, Context: db.Context(), Reserved: []string{"/admin"},
	})
	c := Config{
		Log: log, Engine: s.engine, Store: s.shelf, Hub: s.hub, Router: s.router,
		Auth: "token", Token: testToken, Version: "1.2.3",
	}
	for _, f := range change {
		f(&c)
	}
	if s.server, err = New(c); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.server)
	s.url, s.host = web.URL+s.server.root, strings.TrimPrefix(web.URL, "http://")
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.server.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		web.Close()
		if err := errors.Join(s.engine.Close(ctx), db.Close()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func open(c *Config) { c.Auth, c.Token = "none", "" }

type reply struct {
	status int
	header http.Header
	body   string
}

// do makes a request below the admin root. Headers are given as "Name: value".
func (s *site) do(method, path, body string, headers ...string) reply {
	s.t.Helper()
	target := s.url + path
	if strings.HasPrefix(path, "http") {
		target = path
	}
	req, err := http.NewRequest(method, target, bytes.NewReader([]byte(body)))
	if err != nil {
		s.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			req.Host = value
		}
		if req.Header.Set(name, value); value == "" {
			req.Header.Del(name)
		}
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(b)}
}

// want is do that fails the test if the answer is another one.
func (s *site) want(status int, body string, method, path, send string, headers ...string) reply {
	s.t.Helper()
	r := s.do(method, path, send, headers...)
	if r.status != status || r.body != body {
		s.t.Errorf("%s %s: %d %s\nwant %d %s", method, path, r.status, r.body, status, body)
	}
	return r
}

// get reads a member of a JSON answer by its path.
func (r reply) get(path string) any {
	o, err := msg.DecodeObject([]byte(r.body))
	if err != nil {
		return fmt.Sprintf("%v in %s", err, r.body)
	}
	return o.Path(path)
}

const someFlows = `[{"id":"t1","type":"tab","label":"Greetings"},` +
	`{"id":"in","type":"inject","z":"t1","payload":"hello","x":100,"y":40,"wires":[["out"]]},` +
	`{"id":"out","type":"debug","z":"t1","name":"shown","x":300,"y":40,"wires":[]}]`

func (s *site) deploy(flows string, headers ...string) {
	s.t.Helper()
	s.want(204, "", "POST", "/flows", flows, headers...)
}
