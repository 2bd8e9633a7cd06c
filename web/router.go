package web

import (
	"context"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"github.com/flowrill/flowrill/engine/node"
)

// holdLimit is how long a request waits at most for its route to come back.
const holdLimit = 15 * time.Second

// maxHeld is how many requests may wait for routes at once; the next is told
// 503.
const maxHeld = 1024

// Router is the path space of the flows: it finds the http-in or
// websocket-listener node that a request is for. Routes come and go while
// requests are served. It is an engine.RouteTable.
type Router struct {
	log   *slog.Logger
	table atomic.Pointer[routeTable] // nil: routes changed, make a new one
	held  atomic.Int32               // requests that wait

	mu      sync.Mutex
	routes  []*route // as registered
	gone    []*route // removed while held
	last    int      // number of the newest route
	holds   int
	changed chan struct{} // closed when routes or holds change
}

// route is one registration.
type route struct {
	node.Route
	pattern *routePattern
	number  int    // the lower of two that match answers
	name    string // for Request.Pattern
	told    atomic.Bool
}

// routeTable is what requests look at; it never changes.
type routeTable struct {
	static   map[string][]*route
	patterns []*route
	gone     []*route
}

// NewRouter returns a router without routes.
func NewRouter(log *slog.Logger) *Router {
	return &Router{log: log, changed: make(chan struct{})}
}

// Handle serves a route until remove is called. Of several routes that match
// a request the one registered first answers. A Method of "*" answers every
// method. Where Method is "", the path stands for itself alone.
//
// The request that Serve gets has the values of the pattern's parameters in
// PathValue and their names, in braces, in Pattern: "GET /o/{a}".
func (rt *Router) Handle(r node.Route) (remove func(), err error) {
	var p *routePattern
	if r.Method == "" {
		p = literalRoute(r.Pattern)
	} else if p, err = compileRoute(r.Pattern); err != nil {
		return nil, err
	}
	rt.mu.Lock()
	defer rt.mu.Unlock()
	rt.last++
	added := &route{Route: r, pattern: p, number: rt.last, name: r.Method + " " + p.key}
	for _, name := range p.names {
		added.name += "/{" + name + "}"
	}
	rt.routes = append(rt.routes, added)
	rt.renew()
	return sync.OnceFunc(func() { rt.remove(added) }), nil
}

func (rt *Router) remove(r *route) {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	rt.routes = slices.DeleteFunc(rt.routes, func(have *route) bool { return have == r })
	if rt.holds > 0 {
		rt.gone = append(rt.gone, r)
	}
	rt.renew()
}

// Hold makes requests for routes that are removed from now on wait, until
// release, for another owner of the route: they are told 404 only then, or
// after 15 s.
func (rt *Router) Hold() (release func()) {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	rt.holds++
	return sync.OnceFunc(func() {
		rt.mu.Lock()
		defer rt.mu.Unlock()
		if rt.holds--; rt.holds == 0 {
			rt.gone = nil
			rt.renew()
		}
	})
}

// renew makes the next request look at the routes anew; rt.mu is held.
func (rt *Router) renew() {
	rt.table.Store(nil)
	close(rt.changed)
	rt.changed = make(chan struct{})
}

// current returns the table, and the channel that is closed when there is a
// newer one if the caller wants to wait.
func (rt *Router) current(wait bool) (*routeTable, <-chan struct{}) {
	if t := rt.table.Load(); t != nil && !wait {
		return t, nil
	}
	rt.mu.Lock()
	defer rt.mu.Unlock()
	t := rt.table.Load()
	if t == nil {
		t = &routeTable{static: make(map[string][]*route, len(rt.routes)), gone: slices.Clone(rt.gone)}
		for _, r := range rt.routes {
			if r.pattern.re != nil {
				t.patterns = append(t.patterns, r)
			} else {
				t.static[r.pattern.key] = append(t.static[r.pattern.key], r)
			}
		}
		rt.table.Store(t)
	}
	return t, rt.changed
}

// Claimed tells whether a request of that method and path would find a route.
func (rt *Router) Claimed(method, path string) bool {
	t, _ := rt.current(false)
	r, _ := t.find(path, func(r *route) bool { return r.answers(method) })
	return r != nil
}

// ServeHTTP gives the request to its route. Without one it answers OPTIONS
// with the methods of the path, and anything else with 404.
func (rt *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	method, path := req.Method, req.URL.EscapedPath()
	if req.Header["Upgrade"] != nil && websocket.IsWebSocketUpgrade(req) {
		method = ""
	}
	t, _ := rt.current(false)
	r, at := t.find(path, func(r *route) bool { return r.answers(method) })
	if r == nil && len(t.gone) > 0 {
		t, r, at = rt.await(req.Context(), w, method, path)
		if t == nil {
			return
		}
	}
	if r == nil {
		rt.unclaimed(w, req, t, method, path)
		return
	}
	req.Pattern = r.name
	for i, name := range r.pattern.names {
		if text, ok := r.pattern.value(path, at, i); ok {
			req.SetPathValue(name, text)
		}
	}
	r.Serve(w, req)
}

// answers tells whether the route is for that method, "" being an upgrade.
func (r *route) answers(method string) bool {
	switch r.Method {
	case method:
		return true
	case "*":
		return method != ""
	case http.MethodGet:
		return method == http.MethodHead
	}
	return false
}

// find returns the first route for a path that is wanted, and of a pattern
// the positions of its groups. path is escaped.
func (t *routeTable) find(path string, wanted func(*route) bool) (*route, []int) {
	var found *route
	for _, r := range t.at(path) {
		if wanted(r) {
			found = r
			break
		}
	}
	for _, r := range t.patterns {
		if found != nil && found.number < r.number {
			break
		}
		if !wanted(r) {
			continue
		}
		if at := r.pattern.match(path); at != nil {
			return r, at
		}
	}
	return found, nil
}

// at returns the routes whose path is just that, without making a lower-case
// copy unless it is very long.
func (t *routeTable) at(path string) []*route {
	path = trimSlash(path)
	var small [128]byte
	if len(path) > len(small) {
		return t.static[strings.ToLower(path)]
	}
	upper := false
	for i := range len(path) {
		c := path[i]
		if 'A' <= c && c <= 'Z' {
			c, upper = c+'a'-'A', true
		}
		small[i] = c
	}
	if !upper {
		return t.static[path]
	}
	return t.static[string(small[:len(path)])]
}

// await waits for a route that has gone to come back. A nil table says that
// the request has been answered or its client has left.
func (rt *Router) await(ctx context.Context, w http.ResponseWriter, method, path string) (*routeTable, *route, []int) {
	if rt.held.Add(1) > maxHeld {
		rt.held.Add(-1)
		w.Header().Set("Retry-After", "1")
		errorPage(w, http.StatusServiceUnavailable, "Too many requests wait for a deploy to end")
		return nil, nil, nil
	}
	defer rt.held.Add(-1)
	limit := time.NewTimer(holdLimit)
	defer limit.Stop()
	for {
		t, changed := rt.current(true)
		r, at := t.find(path, func(r *route) bool { return r.answers(method) })
		if r != nil || !t.missing(method, path) {
			return t, r, at
		}
		select {
		case <-changed:
		case <-limit.C:
			return t, nil, nil
		case <-ctx.Done():
			return nil, nil, nil
		}
	}
}

// missing tells whether a route that has gone would have answered.
func (t *routeTable) missing(method, path string) bool {
	key := strings.ToLower(trimSlash(path))
	return slices.ContainsFunc(t.gone, func(r *route) bool {
		if !r.answers(method) {
			return false
		}
		if r.pattern.re == nil {
			return r.pattern.key == key
		}
		return r.pattern.match(path) != nil
	})
}

// unclaimed answers what no route does.
func (rt *Router) unclaimed(w http.ResponseWriter, req *http.Request, t *routeTable, method, path string) {
	var others []string
	var other *route
	t.find(path, func(r *route) bool {
		if r.Method == "" || r.pattern.re != nil && r.pattern.match(path) == nil {
			return false
		}
		other = r
		for _, m := range []string{r.Method, http.MethodHead} {
			if (m == r.Method || r.Method == http.MethodGet) && !slices.Contains(others, m) {
				others = append(others, m)
			}
		}
		return false
	})
	if other != nil && method == http.MethodOptions {
		allow := strings.Join(others, ",")
		w.Header().Set("Allow", allow)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, allow)
		return
	}
	if other != nil && method != "" && !other.told.Swap(true) {
		rt.log.Warn(fmt.Sprintf("%s %s arrived, but the flow listens to %s there", method, other.Pattern, strings.Join(others, ", ")), "node", other.Node)
	}
	errorPage(w, http.StatusNotFound, "Cannot "+req.Method+" "+path)
}

// errorPage is the HTML that Node-RED's server answers for itself.
func errorPage(w http.ResponseWriter, status int, text string) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Error</title>\n</head>\n<body>\n<pre>%s</pre>\n</body>\n</html>\n",
		html.EscapeString(text))
}
