package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/node"
)

func TestHosts(t *testing.T) {
	const local, everywhere = "127.0.0.1:1880", "0.0.0.0:1880"
	for _, c := range []struct {
		listen, public, host string
		want                 bool
	}{
		{local, "", "127.0.0.1:1880", true}, {local, "", "localhost:1880", true}, {local, "", "LOCALHOST", true},
		{local, "", "[::1]:1880", true}, {local, "", "127.8.8.8", true}, {local, "", "app.localhost:1880", true},
		{local, "", "evil.example", false}, {local, "", "192.168.1.5:1880", false}, {local, "", "localhost.evil.example", false},
		{local, "", "127.0.0.1.evil.example", false}, {local, "", "", false},
		{local, "https://flows.example/x", "flows.example", true}, {local, "https://flows.example", "other.example", false},
		{everywhere, "", "192.168.1.5:1880", true}, {everywhere, "", "[fe80::1]:1880", true}, {everywhere, "", "evil.example:1880", false},
		{":1880", "", "10.0.0.7:1880", true}, {"flows.local:1880", "", "flows.local:1880", true},
	} {
		g, err := newGuard(&Config{Listen: c.listen, PublicURL: c.public})
		if err != nil {
			t.Fatal(err)
		}
		if g.knows(c.host) != c.want {
			t.Errorf("listening on %s, public %q: knows %q: %v", c.listen, c.public, c.host, !c.want)
		}
	}
}

func TestForeignPagesAreRefused(t *testing.T) {
	s := newSite(t, open, func(c *Config) { c.PublicURL = "https://flows.example" })
	s.token = ""
	for name, c := range map[string]struct {
		method, path string
		headers      []string
		status       int
	}{
		"rebound name":        {"GET", "/flows", []string{"Host: evil.example"}, 403},
		"public name":         {"GET", "/flows", []string{"Host: flows.example"}, 200},
		"foreign page writes": {"POST", "/flows", []string{"Origin: http://evil.example"}, 403},
		"foreign page reads":  {"GET", "/flows", []string{"Origin: http://evil.example"}, 200}, // the browser keeps the answer from it
		"sandboxed page":      {"POST", "/flows", []string{"Origin: null"}, 403},
		"another port":        {"POST", "/flows", []string{"Origin: http://127.0.0.1:1"}, 403},
		"own page":            {"POST", "/flows", []string{"Origin: http://" + s.host}, 204},
		"public page":         {"POST", "/flows", []string{"Origin: https://flows.example"}, 204},
		"no browser":          {"POST", "/flows", nil, 204},
		"foreign delete":      {"DELETE", "/flow/x", []string{"Origin: http://evil.example"}, 403},
		"foreign websocket":   {"GET", "/comms", []string{"Origin: http://evil.example", "Upgrade: websocket", "Connection: upgrade"}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			body := ""
			if c.method == "POST" {
				body = "[]"
			}
			if r := s.do(c.method, c.path, body, c.headers...); r.status != c.status {
				t.Errorf("%d %s, want %d", r.status, r.body, c.status)
			}
		})
	}
}

func TestAdminHeaders(t *testing.T) {
	s := newSite(t, builtEditor)
	for _, path := range []string{"/", "/icon.svg", "/flows", "/no/such"} {
		h := s.do("GET", path, "").header
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Set-Cookie") != "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

// Everything outside the admin root belongs to the flows, and / until one
// claims it leads to the editor.
func TestWhoOwnsThePathSpace(t *testing.T) {
	s := newSite(t)
	root := strings.TrimSuffix(s.url, "/admin")
	r := s.do("GET", root+"/", "")
	if r.status != 302 || r.header.Get("Location") != "/admin/" {
		t.Errorf("/: %d %v", r.status, r.header)
	}
	if r := s.do("GET", root+"/admin", ""); r.status != 302 || r.header.Get("Location") != "/admin/" {
		t.Errorf("/admin: %d %v", r.status, r.header)
	}
	serve := func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("flow " + r.URL.Path)) }
	for _, pattern := range []string{"/", "/administer", "/sms"} {
		if _, err := s.router.Handle(node.Route{Method: "GET", Pattern: pattern, Serve: serve}); err != nil {
			t.Fatal(err)
		}
		s.want(200, "flow "+pattern, "GET", root+pattern, "", "Host: any.name.example")
	}
	r = s.do("GET", root+"/nothing", "")
	if r.status != 404 || !strings.Contains(r.body, "Cannot GET /nothing") {
		t.Errorf("/nothing: %d %s", r.status, r.body)
	}
	if s.do("GET", root+"/sms", "").header.Get("Content-Security-Policy") != "" {
		t.Error("a flow's answer got headers of the admin API")
	}
}

func TestAnotherAdminRoot(t *testing.T) {
	s := newSite(t, func(c *Config) { c.AdminRoot = "adm/" })
	if !strings.HasSuffix(s.url, "/adm") {
		t.Fatalf("root is %s", s.url)
	}
	s.want(200, "[]", "GET", "/flows", "")
}

func TestMounts(t *testing.T) {
	s := newSite(t, func(c *Config) {
		c.Mount = map[string]http.Handler{"/simulator": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(r.Method + " " + r.URL.Path))
		})}
	})
	s.want(200, "GET /outbox", "GET", "/simulator/outbox", "")
	s.want(200, "POST /inbound", "POST", "/simulator/inbound", "{}")
	s.want(200, "GET ", "GET", "/simulator", "")
	s.token = ""
	s.want(401, "Unauthorized", "GET", "/simulator/outbox", "")
}

// nothing is a response nobody reads.
type nothing struct{ h http.Header }

func (n nothing) Header() http.Header         { return n.h }
func (n nothing) Write(b []byte) (int, error) { return len(b), nil }
func (n nothing) WriteHeader(int)             {}

// What stands between a flow's route and its request.
func BenchmarkFlowRequest(b *testing.B) {
	hub, router := NewHub(), NewRouter(nil)
	if _, err := router.Handle(node.Route{Method: "GET", Pattern: "/echo", Serve: func(http.ResponseWriter, *http.Request) {}}); err != nil {
		b.Fatal(err)
	}
	s, err := New(Config{Auth: "none", Hub: hub, Router: router, Log: discard})
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/echo?m=1", nil)
	w := nothing{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		s.ServeHTTP(w, r)
	}
}
