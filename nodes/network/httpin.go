package network

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// HTTPIn makes a message of each request to a path (contract runtime.md §10).
type HTTPIn struct {
	Method  string `prop:"method" label:"Method" default:"get" suggest:"get,post,put,delete,patch,any" summary:"true" help:"Any other method works, too; any takes them all."`
	URL     string `prop:"url" label:"URL" placeholder:"/sms" required:"true" summary:"true" help:"Begins with /. :name is a parameter, :name? an optional one, * anything."`
	Upload  bool   `prop:"upload" label:"Accept file uploads" help:"Files of a multipart form are in msg.req.files, its fields in msg.payload."`
	Raw     bool   `prop:"skipBodyParsing" label:"Leave the body as it is" help:"msg.payload is a buffer whatever the content type."`
	MaxBody int    `prop:"maxBody" label:"Largest body" unit:"MB" default:"5" min:"1" max:"100" advanced:"true" help:"A larger one is answered with 413."`
	Most    int    `prop:"maxInFlight" label:"Requests at once" default:"1024" min:"1" max:"100000" advanced:"true" help:"One more is answered with 503."`

	env     *node.Env
	remove  func()
	late    node.Late
	started chan struct{} // closed by Start, which brings late
	limit   timeLimit
	room    *bodyRoom
	closed  atomic.Bool
}

// defaultHTTPTimeout is how long a request waits where nothing else was said.
const defaultHTTPTimeout = 120 * time.Second

func init() {
	node.Register[HTTPIn](node.Type{
		Name: "http-in", Aliases: []string{"http in"}, Category: "network", Icon: "globe", Outputs: []string{"request"},
		Help: "Starts a flow for each HTTP request to a URL.\n\n" +
			"For GET `msg.payload` is the query, otherwise the body: an object for JSON and forms, a text for other text, a buffer for the rest. " +
			"`msg.req` is the request with headers, query, params and cookies. Wire an *http-response* behind it, directly if the rest may take long: " +
			"a request without an answer ends with 504.",
	})
}

// Claims names the route, which only one node can have.
func (h *HTTPIn) Claims() []node.Claim {
	path := h.path()
	key := strings.ToLower(strings.TrimSuffix(path, "/"))
	return []node.Claim{{Kind: "route", Key: h.verb() + " " + key, Path: path, Property: "url"}}
}

// Check sees to it that the method could be sent.
func (h *HTTPIn) Check(report func(property, problem string)) {
	if !validToken(h.Method) {
		report("method", fmt.Sprintf("%q is not a method", h.Method))
	}
}

// verb is the method as the router knows it.
func (h *HTTPIn) verb() string {
	switch v := strings.ToUpper(h.Method); v {
	case "ANY", "ALL":
		return "*"
	default:
		return v
	}
}

func (h *HTTPIn) path() string {
	if strings.HasPrefix(h.URL, "/") {
		return h.URL
	}
	return "/" + h.URL
}

// Open takes the route, so that it answers as soon as a deploy is through.
func (h *HTTPIn) Open(_ context.Context, env *node.Env) error {
	h.env, h.started, h.room = env, make(chan struct{}), bodyRoomOf(env.Shared)
	h.limit.most, h.limit.period = h.Most, env.HTTPTimeout
	if h.limit.period <= 0 {
		h.limit.period = defaultHTTPTimeout
	}
	remove, err := env.Routes.Handle(node.Route{Method: h.verb(), Pattern: h.path(), Node: env.ID, Serve: h.serve})
	h.remove = remove
	return err
}

// Start lets requests in until ctx ends, and then gives the route away.
// Requests that are under way go on.
func (h *HTTPIn) Start(ctx context.Context, out node.Late) error {
	h.late = out
	close(h.started)
	<-ctx.Done()
	h.remove()
	return nil
}

// Close makes requests whose body is still coming in try again: their
// messages would get nowhere.
func (h *HTTPIn) Close() error {
	h.closed.Store(true)
	if h.remove != nil {
		h.remove()
	}
	return nil
}

var firstPort = []int{0}

// serve runs on the request's goroutine, which carries the message through the
// flow, and returns when the request is answered and the carrying is done.
func (h *HTTPIn) serve(w http.ResponseWriter, r *http.Request) {
	select {
	case <-h.started:
	case <-r.Context().Done():
		return
	}
	x := &exchange{w: w, r: r, number: exchanges.Add(1), period: h.limit.period, log: h.env.Log}
	if !h.limit.enter(x) {
		x.refuse(http.StatusServiceUnavailable, "Too many requests at once")
		return
	}
	defer h.limit.leave(x)
	payload, leave, err := h.payload(x)
	defer leave()
	if err != nil {
		h.env.Log.Warn(err.Error(), "request", x.title())
		status := http.StatusBadRequest
		if b, ok := err.(*bodyError); ok {
			status = b.status
		}
		x.refuse(status, err.Error())
		return
	}
	if h.closed.Load() {
		x.refuse(http.StatusServiceUnavailable, "The flow is being changed")
		return
	}
	if !x.emitting() {
		x.refuse(http.StatusRequestTimeout, "the request's body did not come in time")
		return
	}
	m := msg.NewObject(6)
	m.Set("_msgid", msg.NewID())
	m.Set("req", msg.NewShared(x.request))
	m.Set("res", x)
	m.Set("payload", payload)
	err = h.late.Emit((*emitContext)(x), m, firstPort...)
	x.emitted(err, r.Context().Done)
}

// payload reads what msg.payload is to be: the query of a GET, else the body.
// leave gives back the room that it takes.
func (h *HTTPIn) payload(x *exchange) (payload any, leave func(), err error) {
	r := x.r
	leave = func() {}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		payload, err = parseQuery(r.URL.RawQuery, urlLimits)
		return payload, leave, err
	}
	if x.body, err = readBody(r, h.MaxBody<<20, h.Upload, h.Raw); err != nil {
		return nil, leave, err
	}
	if x.body.kind == bodyJSON {
		done, err := h.room.enter(r.Context(), len(x.body.data))
		if err != nil {
			return nil, leave, err
		}
		leave = done
	}
	payload, _, err = x.body.value()
	return payload, leave, err
}
