package nodetest

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Routes is a small path space for one node: it knows :name, :name? and a *
// at the end, and serves what was registered first.
type Routes struct {
	mu     sync.Mutex
	routes []*node.Route
}

// Handle serves a route until remove is called.
func (r *Routes) Handle(route node.Route) (remove func(), err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.routes = append(r.routes, &route)
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.routes = slices.DeleteFunc(r.routes, func(have *node.Route) bool { return have == &route })
	}, nil
}

// All lists the routes that are being served: "GET /sms".
func (r *Routes) All() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]string, len(r.routes))
	for i, route := range r.routes {
		all[i] = strings.TrimSpace(route.Method + " " + route.Pattern)
	}
	return all
}

// ServeHTTP serves the first route that fits, 404 if none does.
func (r *Routes) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	method := req.Method
	if strings.EqualFold(req.Header.Get("Upgrade"), "websocket") {
		method = ""
	}
	r.mu.Lock()
	routes := slices.Clone(r.routes)
	r.mu.Unlock()
	for _, route := range routes {
		if route.Method != method && (method == "" || route.Method != "*") && (method != "HEAD" || route.Method != "GET") {
			continue
		}
		if params, ok := match(route.Pattern, req.URL.Path); ok {
			req.Pattern = route.Method + " " + route.Pattern
			for name, value := range params {
				req.SetPathValue(name, value)
				req.Pattern += "/{" + name + "}"
			}
			route.Serve(w, req)
			return
		}
	}
	http.NotFound(w, req)
}

// match fits a path to a pattern of express.
func match(pattern, path string) (map[string]string, bool) {
	params := make(map[string]string)
	rest := strings.Split(strings.Trim(path, "/"), "/")
	for part := range strings.SplitSeq(strings.Trim(pattern, "/"), "/") {
		if part == "*" {
			return params, true
		}
		name, isParam := strings.CutPrefix(part, ":")
		name, optional := strings.CutSuffix(name, "?")
		switch {
		case len(rest) == 0 && optional:
		case len(rest) == 0, !isParam && part != rest[0]:
			return nil, false
		default:
			if isParam {
				params[name] = rest[0]
			}
			rest = rest[1:]
		}
	}
	return params, len(rest) == 0
}

type noLinks struct{}

func (noLinks) Call(node.Out, *msg.Object, string) error {
	return errors.New("nodetest: no links here: give Env a Links")
}

func (noLinks) Return(node.Out, *msg.Object, string, string) {}
