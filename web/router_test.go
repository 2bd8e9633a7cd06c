package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/node"
)

// answer is a route's handler that tells which route it is and what the
// parameters are: "name a=1 0=x".
func answer(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, name)
		_, names, _ := strings.Cut(r.Pattern, " ")
		for part := range strings.SplitSeq(names, "{") {
			if key, _, ok := strings.Cut(part, "}"); ok {
				fmt.Fprintf(w, " %s=%s", key, r.PathValue(key))
			}
		}
	}
}

func newTestRouter(t testing.TB, routes ...string) *Router {
	t.Helper()
	rt := NewRouter(slog.New(slog.DiscardHandler))
	for _, r := range routes {
		method, pattern, _ := strings.Cut(r, " ")
		if _, err := rt.Handle(node.Route{Method: method, Pattern: pattern, Node: "n", Serve: answer(r)}); err != nil {
			t.Fatal(err)
		}
	}
	return rt
}

func ask(rt *Router, method, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	rt.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w
}

// What express 4.22 makes of a pattern and a path: parameters, or "no".
func TestRoutePatterns(t *testing.T) {
	for _, c := range []struct{ pattern, path, want string }{
		{"/a", "/A/", ""},
		{"/a/", "/a", ""},
		{"/a", "/a//", "no"},
		{"/a", "/a/b", "no"},
		{"a/b", "/a/b", ""},
		{"/", "/", ""},
		{"/o/:a?", "/o", " a="},
		{"/o/:a?", "/o/", " a="},
		{"/o/:a?", "/O/x/", " a=x"},
		{"/w/*", "/w/", " 0="},
		{"/w/*", "/w", "no"},
		{"/w/*", "/w/a/b", " 0=a/b"},
		{"/w*", "/wxyz/1", " 0=xyz/1"},
		{"/*", "/", " 0="},
		{"/*", "/x/y", " 0=x/y"},
		{"/p/:dev/x/:n", "/p/lamp%201/x/7", " dev=lamp 1 n=7"},
		{"/p/:dev", "/p/a%2Fb", " dev=a/b"},
		{"/p/:dev", "/p/", "no"},
		{"/:a-:b", "/1-2-3", " a=1-2 b=3"},
		{"/:f.:e", "/x.tar.gz", " f=x.tar e=gz"},
		{"/:f.:e?", "/x", " f=x e="},
		{"/v1.:n", "/v1.2", " n=2"},
		{"/ab?cd", "/acd", ""},
		{"/ab+cd", "/abbbcd", ""},
		{"/ab(cd)?e", "/abe", " 0="},
		{"/ab(cd)?e", "/abcde", " 0=cd"},
		{`/u/:id(\d+)`, "/u/12", " id=12"},
		{`/u/:id(\d+)`, "/u/x", "no"},
		{"/u/:id([^x]+)/e", "/u/a/b/e", " id=a/b"},
		{"/u/:id([a-z]*)", "/u/abc", " id=abc 0=bc"},
		{"/u/:id*", "/u/1/2/3", " id=1 0=/2/3"},
		{"/(a|b)/c", "/b/c", ""},
		{"/x(a|b)", "/xb", " 0=b"},
		{"/:a/*/:b/*", "/1/2/3/4", " a=1 0=2 b=3 1=4"},
		{"/a.b", "/axb", "no"},
		{"/x.:e/a.b", "/x.1/axb", "no"},
		{"/f/:from-:to?", "/f/x-", " from=x to="},
		{"/f/:from-:to?", "/f/x", "no"},
		{"/x:y", "/xfoo", " y=foo"},
		{"/:a?/:b?", "/1", " a=1 b="},
		{"/:a?/:b?", "/", " a= b="},
		{"/:x+", "/1/2", " x=2"},
		{"/:A/:a", "/1/2", " A=1 a=2"},
		{"/grüße", "/gr%C3%BC%C3%9Fe", ""},
		{"/grüße/:n", "/gr%c3%bc%C3%9Fe/1", " n=1"},
		{"/a b", "/a%20b", ""},
	} {
		w := ask(newTestRouter(t, "GET "+c.pattern), "GET", c.path)
		got, ok := strings.CutPrefix(w.Body.String(), "GET "+c.pattern)
		if !ok {
			got = "no"
		}
		if got != c.want {
			t.Errorf("%s against %s: got %q, want %q", c.pattern, c.path, got, c.want)
		}
		if want := map[bool]int{true: 200, false: 404}[ok]; w.Code != want {
			t.Errorf("%s against %s: status %d, want %d", c.pattern, c.path, w.Code, want)
		}
	}
}

func TestRouteThatCannotBe(t *testing.T) {
	rt := newTestRouter(t)
	for _, pattern := range []string{"/a(", "/a/:b(?!x)", `/:a([`, "/:a(?=b)"} {
		if _, err := rt.Handle(node.Route{Method: "GET", Pattern: pattern}); err == nil || !strings.Contains(err.Error(), pattern) {
			t.Errorf("%s: error %v, want one that names the pattern", pattern, err)
		}
	}
}

func TestRouterPicksFirstOfMethod(t *testing.T) {
	rt := newTestRouter(t, "GET /a", "POST /a", "GET /a", "GET /:x", "GET /b", "PURGE /c", "* /any", "HEAD /h", "GET /h")
	for _, c := range []struct{ method, path, want string }{
		{"GET", "/a", "GET /a"},
		{"HEAD", "/a", "GET /a"},
		{"POST", "/a", "POST /a"},
		{"GET", "/b", "GET /:x x=b"}, // registered before /b
		{"PURGE", "/c", "PURGE /c"},
		{"DELETE", "/any", "* /any"},
		{"HEAD", "/h", "GET /:x x=h"},
	} {
		if got := ask(rt, c.method, c.path).Body.String(); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.method, c.path, got, c.want)
		}
	}
}

func TestRouterAnswersOptions(t *testing.T) {
	rt := newTestRouter(t, "GET /a", "POST /a", "DELETE /:x", "OPTIONS /own")
	w := ask(rt, "OPTIONS", "/a")
	if w.Code != 200 || w.Header().Get("Allow") != "GET,HEAD,POST,DELETE" || w.Body.String() != "GET,HEAD,POST,DELETE" {
		t.Errorf("OPTIONS /a: %d %v %q", w.Code, w.Header(), w.Body)
	}
	if w := ask(rt, "OPTIONS", "/a/b"); w.Code != 404 {
		t.Errorf("OPTIONS of an unknown path: %d, want 404", w.Code)
	}
	if w := ask(rt, "OPTIONS", "/own"); w.Body.String() != "OPTIONS /own" {
		t.Errorf("OPTIONS /own: %q, want the route's own answer", w.Body)
	}
}

func TestRouterUnknown(t *testing.T) {
	var log strings.Builder
	rt := newTestRouter(t, "GET /sms")
	rt.log = slog.New(slog.NewTextHandler(&log, nil))
	w := ask(rt, "POST", "/sms?x=<b>")
	if w.Code != 404 || !strings.Contains(w.Body.String(), "<pre>Cannot POST /sms</pre>") || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("got %d %v %q", w.Code, w.Header(), w.Body)
	}
	ask(rt, "POST", "/sms")
	if got := strings.Count(log.String(), "POST /sms arrived, but the flow listens to GET, HEAD there"); got != 1 {
		t.Errorf("told %d times of the wrong method, want once: %s", got, &log)
	}
	if w := ask(rt, "GET", "/%3Cscript%3E"); strings.Contains(w.Body.String(), "<script>") {
		t.Errorf("the path is not escaped: %q", w.Body)
	}
}

func TestRouterUpgrade(t *testing.T) {
	rt := newTestRouter(t, " /ws", "GET /page", "GET /ws/:x", " /lit/:x")
	upgrade := func(path string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", path, nil)
		r.Header.Set("Connection", "keep-alive, Upgrade")
		r.Header.Set("Upgrade", "websocket")
		rt.ServeHTTP(w, r)
		return w
	}
	if got := upgrade("/ws?x=1").Body.String(); got != " /ws" {
		t.Errorf("upgrade of /ws: %q", got)
	}
	if got := upgrade("/lit/:x").Body.String(); got != " /lit/:x" {
		t.Errorf("a listener's path is no pattern: %q", got)
	}
	for _, path := range []string{"/page", "/nobody", "/lit/y"} {
		if got := upgrade(path).Code; got != 404 {
			t.Errorf("upgrade of %s: %d, want 404", path, got)
		}
	}
	if got := ask(rt, "GET", "/ws").Code; got != 404 {
		t.Errorf("GET /ws without an upgrade: %d, want 404", got)
	}
}

func TestRouterRemoveAndClaimed(t *testing.T) {
	rt := newTestRouter(t, "GET /old")
	remove, err := rt.Handle(node.Route{Method: "GET", Pattern: "/", Serve: answer("root")})
	if err != nil {
		t.Fatal(err)
	}
	if !rt.Claimed("GET", "/") || !rt.Claimed("HEAD", "/OLD") || rt.Claimed("POST", "/old") || rt.Claimed("GET", "/x") {
		t.Error("Claimed is wrong about GET /, HEAD /OLD, POST /old or GET /x")
	}
	remove()
	remove()
	if rt.Claimed("GET", "/") {
		t.Error("a removed route is still claimed")
	}
	if got := ask(rt, "GET", "/old").Code; got != 200 {
		t.Errorf("the other route: %d", got)
	}
}

func TestRouterHold(t *testing.T) {
	// start gives a router held after GET /x was removed, with requests that
	// wait for it, and where their answers come.
	start := func(t *testing.T, ctx context.Context) (rt *Router, release func(), answered chan *httptest.ResponseRecorder) {
		rt = newTestRouter(t, "GET /stays")
		remove, err := rt.Handle(node.Route{Method: "GET", Pattern: "/x/:a", Serve: answer("old")})
		if err != nil {
			t.Fatal(err)
		}
		release = rt.Hold()
		remove()
		answered = make(chan *httptest.ResponseRecorder, 1)
		go func() {
			w := httptest.NewRecorder()
			rt.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/x/1", nil))
			answered <- w
		}()
		synctest.Wait()
		if len(answered) > 0 {
			t.Fatalf("answered while held: %v", <-answered)
		}
		return rt, release, answered
	}
	t.Run("a new owner answers", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			rt, release, answered := start(t, t.Context())
			defer release()
			if _, err := rt.Handle(node.Route{Method: "GET", Pattern: "/y", Serve: answer("y")}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if len(answered) > 0 {
				t.Fatal("another route's coming ended the wait")
			}
			if _, err := rt.Handle(node.Route{Method: "GET", Pattern: "/x/:a", Serve: answer("new")}); err != nil {
				t.Fatal(err)
			}
			if got := (<-answered).Body.String(); got != "new a=1" {
				t.Errorf("got %q", got)
			}
		})
	})
	t.Run("release tells 404", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			_, release, answered := start(t, t.Context())
			release()
			if got := (<-answered).Code; got != 404 {
				t.Errorf("got %d", got)
			}
		})
	})
	t.Run("15 s are the limit", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			_, release, answered := start(t, t.Context())
			defer release()
			from := time.Now()
			if got := (<-answered).Code; got != 404 || time.Since(from) != 15*time.Second {
				t.Errorf("got %d after %v", got, time.Since(from))
			}
		})
	})
	t.Run("a client that leaves", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, leave := context.WithCancel(t.Context())
			_, release, answered := start(t, ctx)
			defer release()
			leave()
			if got := (<-answered).Body.Len(); got != 0 {
				t.Errorf("%d bytes were written", got)
			}
		})
	})
	t.Run("what never was is told 404 at once, and two holds nest", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			rt, release, answered := start(t, t.Context())
			second := rt.Hold()
			release()
			release()
			synctest.Wait()
			if len(answered) > 0 {
				t.Fatal("the first release ended the second hold")
			}
			for _, target := range []string{"/never", "/x"} {
				if got := ask(rt, "GET", target).Code; got != 404 {
					t.Errorf("GET %s: %d", target, got)
				}
			}
			if got := ask(rt, "POST", "/x/1").Code; got != 404 {
				t.Errorf("POST /x/1: %d", got)
			}
			if got := ask(rt, "GET", "/stays").Code; got != 200 {
				t.Errorf("GET /stays: %d", got)
			}
			second()
			if got := (<-answered).Code; got != 404 {
				t.Errorf("got %d", got)
			}
		})
	})
}

func TestRouterTooManyHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rt := newTestRouter(t)
		remove, _ := rt.Handle(node.Route{Method: "GET", Pattern: "/x", Serve: answer("x")})
		release := rt.Hold()
		remove()
		var waiting sync.WaitGroup
		for range maxHeld {
			waiting.Go(func() { ask(rt, "GET", "/x") })
		}
		synctest.Wait()
		if w := ask(rt, "GET", "/x"); w.Code != 503 || w.Header().Get("Retry-After") == "" {
			t.Errorf("got %d %v", w.Code, w.Header())
		}
		release()
		waiting.Wait()
	})
}

// Routes come and go while requests are served; a route that stays is always
// found.
func TestRouterConcurrent(t *testing.T) {
	rt := newTestRouter(t, "GET /stays", "GET /also/:id")
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for i := range 200 {
				remove, err := rt.Handle(node.Route{Method: "GET", Pattern: fmt.Sprintf("/r%d/%d/:x", g, i), Serve: answer("r")})
				if err != nil {
					t.Error(err)
					return
				}
				if got := ask(rt, "GET", fmt.Sprintf("/r%d/%d/1", g, i)).Body.String(); got != "r x=1" {
					t.Errorf("own route: %q", got)
				}
				if got := ask(rt, "GET", "/Stays").Code; got != 200 {
					t.Errorf("GET /Stays: %d", got)
				}
				if got := ask(rt, "GET", "/also/7").Body.String(); got != "GET /also/:id id=7" {
					t.Errorf("GET /also/7: %q", got)
				}
				remove()
			}
		})
	}
	all.Wait()
}

func TestStaticRouteDoesNotAllocate(t *testing.T) {
	rt := newTestRouter(t)
	if _, err := rt.Handle(node.Route{Method: "GET", Pattern: "/sms/inbound", Serve: func(http.ResponseWriter, *http.Request) {}}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/sms/inbound", "/SMS/inbound/"} {
		r := httptest.NewRequest("GET", path, nil)
		w := httptest.NewRecorder()
		if n := testing.AllocsPerRun(100, func() { rt.ServeHTTP(w, r) }); n != 0 {
			t.Errorf("%s: %v allocations", path, n)
		}
	}
}

func FuzzCompileRoute(f *testing.F) {
	for _, p := range []string{"/a", "/:a?", "/w/*", "/:a-:b", `/u/:id(\d+)`, "/(a|b)/c", "/:f.:e?", "/:x+", "/:(", "/:a(*", "/(?:", "/:a((b)*)"} {
		f.Add(p, "/a/b")
	}
	f.Fuzz(func(t *testing.T, pattern, path string) {
		p, err := compileRoute(pattern)
		if err != nil || p.re == nil {
			return
		}
		if at := p.match(path); at != nil {
			for i := range p.names {
				p.value(path, at, i)
			}
			if !p.re.MatchString(path) {
				t.Fatalf("%q: the prefix lets %q through that the expression does not", pattern, path)
			}
		} else if p.re.MatchString(path) {
			t.Fatalf("%q: prefix %q keeps %q from matching %v", pattern, p.prefix, path, p.re)
		}
	})
}

func BenchmarkRouter(b *testing.B) {
	rt := newTestRouter(b)
	nothing := func(http.ResponseWriter, *http.Request) {}
	for i := range 100 {
		for _, p := range []string{fmt.Sprintf("/static/%d", i), fmt.Sprintf("/param/%d/:a", i)} {
			if _, err := rt.Handle(node.Route{Method: "GET", Pattern: p, Serve: nothing}); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, path := range []string{"/static/99", "/param/99/x"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			r := httptest.NewRequest("GET", path, nil)
			w := httptest.NewRecorder()
			for b.Loop() {
				rt.ServeHTTP(w, r)
			}
		})
	}
}
