package conformance

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/flows"
	_ "github.com/flowrill/flowrill/nodes/all" // what is tested
	"github.com/flowrill/flowrill/web"
)

// The environment that the cases were recorded with.
var environ = map[string]string{"CONF_ENV_STR": "hello", "CONF_ENV_NUM": "42", "CONF_ENV_JSON": `{"a":1}`}

// outside matches what a flow must have to wait on something other than time:
// a network, a process, a time limit on a script. Such a case runs in real
// time, any other in no time at all.
var outside = regexp.MustCompile(`"type":"(http|tcp|udp|websocket|exec)|"http":|"ws":|"tcp":|"timeout":"?[1-9]`)

func (c *recorded) live() bool { return outside.Match(msg.Encode(c.def)) }

// trial is one case while it runs.
type trial struct {
	t      *testing.T
	c      *recorded
	s      *setting
	e      *engine.Engine
	live   bool
	inlets map[string]*inlet
	seen   *seen
	ready  listening

	background sync.WaitGroup
	sockets    map[string]*websocket.Conn
}

// run deploys the case, does its steps and tells what was not as recorded.
func (c *recorded) run(t *testing.T) []string {
	r := &trial{t: t, c: c, live: c.live(), inlets: map[string]*inlet{}, sockets: map[string]*websocket.Conn{}}
	r.ready = listening{make(chan struct{}, len(c.flow))}
	router := web.NewRouter(slog.New(slog.DiscardHandler))
	base := ""
	if r.live {
		server := httptest.NewServer(router)
		defer server.Close()
		base = server.URL
	}
	r.s = newSetting(c, base, t.TempDir(), func() string { return freePort(t) })
	r.seen = &seen{start: time.Now(), by: map[string][]arrival{}, changed: make(chan struct{}, 1)}
	for _, out := range r.s.outs {
		sinks.Store(r.s.id(out), outlet{out, r.seen})
	}
	for _, to := range r.s.ins {
		r.inlets[to] = &inlet{make(chan fed, 1000)}
		feeds.Store(r.s.feeder(to), r.inlets[to])
	}
	r.e = engine.New(engine.Config{Log: slog.New(r.ready), Routes: router, DataDir: t.TempDir(), Environ: func(name string) (string, bool) { v, ok := environ[name]; return v, ok }})
	doc, err := flows.Parse(msg.Encode(r.s.nodes))
	if err != nil {
		t.Fatal(err)
	}
	secrets := flows.MergeCredentials(nil, doc.TakeCredentials(), doc)
	if _, err := r.e.Deploy(t.Context(), doc, engine.Deploy{Type: "full", Credentials: secrets}); err != nil {
		t.Fatal(err)
	}
	r.awaitListeners()
	r.seen.restart()
	for _, step := range c.in {
		r.step(step)
	}
	r.background.Wait()
	r.watch()
	r.close()
	return c.compare(r.s.normal().arrivals(r.seen.all()))
}

// listening is a log that only tells when a node listens on a port.
type listening struct{ nodes chan struct{} }

func (l listening) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }
func (l listening) WithAttrs([]slog.Attr) slog.Handler               { return l }
func (l listening) WithGroup(string) slog.Handler                    { return l }

func (l listening) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "listening" {
		l.nodes <- struct{}{}
	}
	return nil
}

// awaitListeners waits until every node that listens on a port does.
func (r *trial) awaitListeners() {
	for _, o := range r.c.flow {
		typ := o.Get("type")
		if typ != "udp in" && (typ != "tcp in" || o.Get("server") != "server") && (typ != "tcp out" || o.Get("beserver") != "server") {
			continue
		}
		select {
		case <-r.ready.nodes:
		case <-time.After(10 * time.Second):
			r.t.Fatalf("%s %s does not listen", typ, o.Get("id"))
		}
	}
}

// close ends the flow and the connections to it.
func (r *trial) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = r.e.Close(ctx) // a case may leave messages behind
	for _, conn := range r.sockets {
		conn.Close()
	}
}

// pause lets time pass.
func pause(d time.Duration) { <-time.After(d) }

// watch waits until everything has come that should, and then a little for
// what should not.
func (r *trial) watch() {
	last := time.Now()
	patience := 10 * time.Second // a failing case waits that long, a passing one does not
	for !r.seen.enough(r.c) && time.Since(last) < patience {
		select {
		case <-r.seen.changed:
		case <-time.After(patience - time.Since(last)):
		}
	}
	pause(max(millis(r.c.def, "settle_ms", 80*time.Millisecond), time.Until(last.Add(millis(r.c.match.rules, "none_for_ms", 0)))))
}

// step does one thing to the flow.
func (r *trial) step(step *msg.Object) {
	pause(millis(step, "after_ms", 0))
	as := msg.Text(step.Get("as"))
	for verb, do := range map[string]func(as string, q *msg.Object){"http": r.request, "ws": r.socket, "tcp": r.connect} {
		q, ok := step.Get(verb).(*msg.Object)
		if !ok {
			continue
		}
		q = r.s.filled(q, false).(*msg.Object)
		if msg.Truthy(step.Get("background")) {
			r.background.Go(func() { do(as, q) })
		} else {
			do(as, q)
		}
		return
	}
	to := msg.Text(step.Get("node"))
	if step.Get("via") == "button" {
		r.press(r.s.id(to), step)
		return
	}
	for range max(1, int(msg.Number(step.Get("repeat")))) {
		one := fed{r.s.filled(step.Get("msg"), false).(*msg.Object), make(chan struct{})}
		r.inlets[to].waiting <- one
		if !r.live {
			synctest.Wait()
			continue
		}
		select { // the next step comes after this one, but does not wait for what takes its time
		case <-one.rested:
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// press does what POST /inject/ID does.
func (r *trial) press(id string, step *msg.Object) {
	body, _ := r.s.filled(step.Get("body"), false).(*msg.Object)
	err := engine.ErrNoNode
	if !body.Has("__user_inject_props__") {
		err = r.e.Inject(id)
	}
	if err != nil {
		err = r.e.Control(r.t.Context(), id, "inject", body)
	}
	if err != nil {
		r.t.Errorf("press %s: %v", id, err)
	}
}

// plainClient follows no redirects and asks for no compression.
var plainClient = &http.Client{
	Timeout:       5 * time.Second,
	Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// request makes an HTTP request; the answer is compared as an output.
func (r *trial) request(as string, q *msg.Object) {
	url, _ := q.Get("url").(string)
	if url == "" {
		url = r.s.base + msg.Text(q.Get("path"))
	}
	method, _ := q.Get("method").(string)
	var body io.Reader
	if v, ok := q.Lookup("body"); ok {
		body = strings.NewReader(msg.String(v))
	}
	req, err := http.NewRequestWithContext(r.t.Context(), strings.ToUpper(method), url, body)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("User-Agent", "")
	headers, _ := q.Get("headers").(*msg.Object)
	for name, v := range headers.All() {
		req.Header.Set(name, msg.Text(v))
	}
	res, err := plainClient.Do(req)
	if err != nil {
		r.t.Errorf("%s %s: %v", method, url, err)
		return
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Errorf("%s %s: %v", method, url, err)
	}
	r.seen.add(as, answer(res, data, msg.Truthy(q.Get("binary"))))
}

// answer is what is compared of an HTTP answer: the status, the headers that
// flows set, the body.
func answer(res *http.Response, data []byte, binary bool) *msg.Object {
	headers := msg.NewObject(0)
	for name, values := range res.Header {
		name = strings.ToLower(name)
		switch {
		case name == "set-cookie":
			headers.Set(name, msg.From(values))
		case name == "content-type", name == "location", name == "allow",
			strings.HasPrefix(name, "x-") && name != "x-powered-by" && name != "x-content-type-options":
			headers.Set(name, strings.Join(values, ", "))
		}
	}
	o := msg.Of("status", res.StatusCode, "headers", headers)
	if v, err := msg.Decode(data); err == nil && strings.Contains(res.Header.Get("Content-Type"), "json") {
		o.Set("json", v)
	} else if binary {
		o.Set("body", bytesOf(data))
	} else {
		o.Set("body", string(data))
	}
	return o
}

func bytesOf(data []byte) *msg.List {
	l := new(msg.List)
	for _, b := range data {
		l.Append(b)
	}
	return l
}

// socket sends over the websocket of that name, which is opened first; what
// comes back is compared as an output.
func (r *trial) socket(as string, q *msg.Object) {
	conn := r.sockets[as]
	if conn == nil {
		var err error
		conn, _, err = websocket.DefaultDialer.Dial(r.s.socketBase()+msg.Text(q.Get("path")), nil)
		if err != nil {
			r.t.Errorf("websocket %s: %v", q.Get("path"), err)
			return
		}
		r.sockets[as] = conn
		go func() {
			for {
				kind, data, err := conn.ReadMessage()
				if err != nil {
					return
				}
				if kind == websocket.BinaryMessage {
					r.seen.add(as, msg.Of("bytes", bytesOf(data)))
				} else {
					r.seen.add(as, msg.Of("data", string(data)))
				}
			}
		}()
	}
	if v, ok := q.Lookup("send"); ok {
		kind, data := websocket.TextMessage, []byte(msg.String(v))
		if list, ok := v.(*msg.List); ok && msg.Truthy(q.Get("binary")) {
			kind, data = websocket.BinaryMessage, nil
			for i := range list.Len() {
				data = append(data, byte(msg.Number(list.At(i))))
			}
		}
		if err := conn.WriteMessage(kind, data); err != nil {
			r.t.Errorf("websocket %s: %v", as, err)
		}
	}
	if msg.Truthy(q.Get("close")) {
		conn.Close()
	}
}

// connect sends over a TCP connection of its own until the peer closes it.
func (r *trial) connect(as string, q *msg.Object) {
	conn, err := net.Dial("tcp", "127.0.0.1:"+msg.Text(q.Get("port")))
	if err != nil {
		r.t.Errorf("tcp: %v", err)
		return
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(millis(q, "hold_ms", 1500*time.Millisecond)))
	_, _ = io.WriteString(conn, msg.Text(q.Get("send")))
	if q.Get("end") != false {
		_ = conn.(*net.TCPConn).CloseWrite()
	}
	data, _ := io.ReadAll(conn) // up to the deadline
	if as != "" {
		r.seen.add(as, msg.Of("data", string(data)))
	}
}

// given are the ports that freePort gave out: no case gets that of another.
var given struct {
	sync.Mutex
	ports []string
}

// freePort is a port that nobody listens on.
func freePort(t *testing.T) string {
	given.Lock()
	defer given.Unlock()
	for {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(l.Addr().String())
		l.Close()
		if !slices.Contains(given.ports, port) {
			given.ports = append(given.ports, port)
			return port
		}
	}
}
