package network

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestEvery(t *testing.T) { nodetest.Every(t) }

// site is an http-in with a server around its route.
type site struct {
	*nodetest.Node
	nodetest.Routes
	url     string
	claimed chan struct{} // closed when the node has its route
	served  chan struct{} // one for each request that has returned
}

// Handle is nodetest's that tells when it was called and when requests return.
func (s *site) Handle(r node.Route) (remove func(), err error) {
	serve := r.Serve
	r.Serve = func(w http.ResponseWriter, req *http.Request) {
		serve(w, req)
		s.served <- struct{}{}
	}
	remove, err = s.Routes.Handle(r)
	close(s.claimed)
	return remove, err
}

// newSite starts an http-in and waits until it has its route.
func newSite(t testing.TB, config string, opts ...nodetest.Option) *site {
	t.Helper()
	s := &site{claimed: make(chan struct{}), served: make(chan struct{}, 1000)}
	server := httptest.NewServer(&s.Routes)
	t.Cleanup(server.Close)
	s.url = server.URL
	s.Node = nodetest.New(t, "http in", config, append(opts, nodetest.Env(func(env *node.Env) { env.Routes = s }))...)
	s.Start()
	<-s.claimed
	return s
}

// flow is a site whose messages are changed by between and then answered by an
// http-response; what that returns is in errs.
type flow struct {
	*site
	answer *nodetest.Node
	errs   chan error
}

func newFlow(t testing.TB, in, response string, between func(m *msg.Object), opts ...nodetest.Option) *flow {
	t.Helper()
	f := &flow{errs: make(chan error, 16), answer: nodetest.New(t, "http-response", response)}
	opts = append(opts, nodetest.Emits(func(m *msg.Object) error {
		m = m.Clone()
		if between != nil {
			between(m)
		}
		f.errs <- f.answer.Receive(m)
		return nil
	}))
	f.site = newSite(t, in, opts...)
	return f
}

// do sends a request as it stands in text, and reads the answer.
func (s *site) do(t testing.TB, method, target string, header http.Header, body []byte) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, s.url+target, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body == nil {
		r.Body, r.ContentLength = nil, 0
	}
	for name, lines := range header {
		r.Header[name] = lines
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, target, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s %s: body: %v", method, target, err)
	}
	return res, string(text)
}

// The table of bodies, contract runtime.md §10, row by row; what is refused
// there with 500 is refused here with the status that says why.
func TestHTTPInBody(t *testing.T) {
	form := "--XyZ\r\nContent-Disposition: form-data; name=\"field\"\r\n\r\nvalue1\r\n--XyZ\r\nContent-Disposition: form-data; name=\"b[c]\"\r\n\r\ngrün\r\n" +
		"--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nfile content\r\n--XyZ--\r\n"
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	fmt.Fprint(z, `{"z":1}`)
	z.Close()
	for _, c := range []struct {
		name, config, contentType, body, want string
		status                                int
	}{
		{"JSON", ``, "application/json", `{"a":[1,null],"b":"x"}`, `{"a":[1,null],"b":"x"}`, 200},
		{"JSON with charset", ``, "application/json; charset=UTF-8", `[1]`, `[1]`, 200},
		{"JSON with a mark", ``, "application/json", "\ufeff{}", `{}`, 200},
		{"no JSON at all", ``, "application/json", "", `{}`, 200},
		{"JSON that is no object", ``, "application/json", `5`, `an object or a list`, 400},
		{"bad JSON", ``, "application/json", "{\n\"a\":", `line 2, column 5`, 400},
		{"JSON in another charset", ``, "application/json; charset=latin1", `{}`, `unsupported charset &#34;latin1&#34;`, 415},
		{"form", ``, "application/x-www-form-urlencoded", "a=1&b[c]=2&b[d]=3&a=%C3%A9+x", `{"a":["1","é x"],"b":{"c":"2","d":"3"}}`, 200},
		{"empty form", ``, "application/x-www-form-urlencoded", "", `{}`, 200},
		{"form too deep", ``, "application/x-www-form-urlencoded", "a" + strings.Repeat("[b]", 33) + "=1", `exceeded the depth`, 400},
		{"form too long", ``, "application/x-www-form-urlencoded", strings.Repeat("a=1&", 1001), `too many parameters`, 413},
		{"multipart", `,"upload":true`, "multipart/form-data; boundary=XyZ", form, `{"field":"value1","b":{"c":"grün"}}`, 200},
		{"multipart without boundary", `,"upload":true`, "multipart/form-data", form, `Boundary not found`, 400},
		{"multipart cut short", `,"upload":true`, "multipart/form-data; boundary=XyZ", form[:100], `Multipart`, 400},
		{"multipart without upload", ``, "multipart/form-data; boundary=X", "--X--", `{"type":"Buffer","data":[45,45,88,45,45]}`, 200},
		{"upload of JSON", `,"upload":true`, "application/json", `{"a":1}`, `{"a":1}`, 200},
		{"text", ``, "text/plain", "plain é", `"plain é"`, 200},
		{"text that is not UTF-8", ``, "text/plain", "\xff", `"�"`, 200},
		{"XML", ``, "image/svg+xml", "<a/>", `"<a/>"`, 200},
		{"other application", ``, "application/ld+json", `{"a":1}`, `"{\"a\":1}"`, 200},
		{"no type", ``, "", "hi", `"hi"`, 200},
		{"bytes", ``, "application/octet-stream", "hi", `{"type":"Buffer","data":[104,105]}`, 200},
		{"CBOR", ``, "application/cbor", "h", `{"type":"Buffer","data":[104]}`, 200},
		{"protobuf", ``, "application/x-protobuf", "h", `{"type":"Buffer","data":[104]}`, 200},
		{"image", ``, "image/png", "h", `{"type":"Buffer","data":[104]}`, 200},
		{"no bytes", ``, "image/png", "", `{"type":"Buffer","data":[]}`, 200},
		{"raw", `,"skipBodyParsing":true`, "application/json", "{", `{"type":"Buffer","data":[123]}`, 200},
		{"nothing", ``, "", "", `""`, 200},
		{"too large", `,"maxBody":"1"`, "text/plain", strings.Repeat("x", 1<<20+1), `request entity too large`, 413},
		{"just not too large", `,"maxBody":"1"`, "text/plain", strings.Repeat("x", 1<<20), ``, 200},
		{"gzip", ``, "application/json gzip", zipped.String(), `{"z":1}`, 200},
		{"gzip that is none", ``, "application/json gzip", "{}", `the gzip body is damaged`, 400},
		{"brotli", ``, "application/json br", "{}", `unsupported content encoding`, 415},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFlow(t, `{"url":"/b","method":"post"`+c.config+`}`, `{}`, func(m *msg.Object) {
				m.Set("payload", string(msg.Encode(m.Get("payload"))))
			})
			header := http.Header{}
			contentType, encoding, _ := strings.Cut(c.contentType, " g")
			if strings.HasSuffix(c.contentType, " gzip") {
				header.Set("Content-Encoding", "g"+encoding)
			} else if plain, ok := strings.CutSuffix(c.contentType, " br"); ok {
				contentType = plain
				header.Set("Content-Encoding", "br")
			} else {
				contentType = c.contentType
			}
			if contentType != "" {
				header.Set("Content-Type", contentType)
			}
			res, body := f.do(t, "POST", "/b", header, []byte(c.body))
			if res.StatusCode != c.status || c.status == 200 && c.want != "" && body != c.want || !strings.Contains(body, c.want) {
				t.Errorf("got %d %s, want %d %s", res.StatusCode, body, c.status, c.want)
			}
			if logs := f.Logs(); (c.status != 200) != (len(logs) == 1) {
				t.Errorf("logs: %q", logs)
			}
			if c.status != 200 && len(f.Sent()[0]) > 0 {
				t.Error("a refused request made a message")
			}
		})
	}
}

// A body in chunks has no length to go by.
func TestHTTPInChunkedBody(t *testing.T) {
	f := newFlow(t, `{"url":"/b","method":"put","maxBody":1}`, `{}`, nil)
	for size, want := range map[int]int{1000: 200, 1<<20 + 1: 413} {
		r, _ := http.NewRequest("PUT", f.url+"/b", io.MultiReader(strings.NewReader(strings.Repeat("x", size))))
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%d bytes: %d, want %d", size, res.StatusCode, want)
		}
	}
}

func TestHTTPInMessage(t *testing.T) {
	var req, keys string
	f := newFlow(t, `{"url":"/sms/:who/*","method":"get"}`, `{}`, func(m *msg.Object) {
		req, keys = string(msg.Encode(m.Get("req"))), strings.Join(m.Keys(), " ")
	}, nodetest.Env(func(env *node.Env) {}))
	res, body := f.do(t, "GET", "/sms/447700900001/?text=hi+there&x=1&x=2", http.Header{
		"Cookie":  {`a=b%20c; j=j%3A%7B%22a%22%3A1%7D; k="q"; a=2; bad=%zz; jb=j:{bad; p=1+1`},
		"X-Multi": {"1", "2"}, "User-Agent": {"test"},
	}, nil)
	<-f.errs
	if want := `{"text":"hi there","x":["1","2"]}`; res.StatusCode != 200 || body != want {
		t.Errorf("payload: %d %s, want %s", res.StatusCode, body, want)
	}
	if want := "_msgid req res payload"; keys != want {
		t.Errorf("members %q, want %q", keys, want)
	}
	host := strings.TrimPrefix(f.url, "http://")
	want := `{"body":{},"query":{"text":"hi there","x":["1","2"]},"params":{"who":"447700900001"},` +
		`"headers":{"host":"` + host + `","connection":"close","cookie":"a=b%20c; j=j%3A%7B%22a%22%3A1%7D; k=\"q\"; a=2; bad=%zz; jb=j:{bad; p=1+1","user-agent":"test","x-multi":"1, 2"},` +
		`"cookies":{"a":"b c","j":{"a":1},"k":"q","bad":"%zz","jb":"j:{bad","p":"1+1"},"signedCookies":{},"ip":"127.0.0.1","method":"GET",` +
		`"url":"/sms/447700900001/?text=hi+there&x=1&x=2","path":"/sms/447700900001/","originalUrl":"/sms/447700900001/?text=hi+there&x=1&x=2","hostname":"127.0.0.1","protocol":"http"}`
	if req != want {
		t.Errorf("msg.req:\n%s\nwant\n%s", req, want)
	}
}

func TestHTTPInUploadedFiles(t *testing.T) {
	var files string
	f := newFlow(t, `{"url":"/up","method":"post","upload":true}`, `{}`, func(m *msg.Object) { files = string(msg.Encode(m.Path("req.files"))) })
	f.do(t, "POST", "/up", http.Header{"Content-Type": {"multipart/form-data; boundary=X"}},
		[]byte("--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\nContent-Type: text/csv; charset=x\r\n\r\nhi\r\n--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--X--"))
	<-f.errs
	want := `[{"fieldname":"f","originalname":"a.txt","encoding":"7bit","mimetype":"text/csv","buffer":{"type":"Buffer","data":[104,105]},"size":2}]`
	if files != want {
		t.Errorf("got %s, want %s", files, want)
	}
}

// What the flow does to msg.payload does not show in msg.req.
func TestHTTPInReqIsItsOwn(t *testing.T) {
	var body any
	f := newFlow(t, `{"url":"/a","method":"post"}`, `{}`, func(m *msg.Object) {
		m.Get("payload").(*msg.Object).Set("a", 2)
		body = m.Path("req.body.a")
	})
	f.do(t, "POST", "/a", http.Header{"Content-Type": {"application/json"}}, []byte(`{"a":1}`))
	<-f.errs
	if body != 1.0 {
		t.Errorf("msg.req.body.a is %v", body)
	}
}

func TestHTTPInClaims(t *testing.T) {
	for _, c := range []struct{ config, key, path, method string }{
		{`{"url":"Sms/","method":"get"}`, "GET /sms", "/Sms/", "GET"},
		{`{"url":"/","method":"any"}`, "* ", "/", "*"},
		{`{"url":"/x","method":"purge"}`, "PURGE /x", "/x", "PURGE"},
		{`{"url":"/x","method":""}`, "GET /x", "/x", "GET"},
	} {
		h := nodetest.Of[HTTPIn](nodetest.New(t, "http-in", c.config))
		if got := h.Claims(); len(got) != 1 || got[0] != (node.Claim{Kind: "route", Key: c.key, Path: c.path, Property: "url"}) || h.verb() != c.method {
			t.Errorf("%s: %+v, method %s", c.config, got, h.verb())
		}
	}
	if p := nodetest.Check(t, "http-in", `{"url":"/x","method":"no way"}`); len(p) != 1 || !strings.HasPrefix(p[0], "method: ") {
		t.Errorf("a method that cannot be: %v", p)
	}
	if p := nodetest.Check(t, "http-in", `{"url":""}`); len(p) != 1 || !strings.HasPrefix(p[0], "url: ") {
		t.Errorf("no url: %v", p)
	}
}

// bubble is an http-in in a synctest bubble, with its requests.
type bubble struct {
	*nodetest.Node
	messages chan *msg.Object
}

// newBubble's flow keeps every message until hold is closed.
func newBubble(t *testing.T, config string, hold <-chan struct{}, opts ...nodetest.Option) *bubble {
	b := &bubble{messages: make(chan *msg.Object, 2000)}
	opts = append([]nodetest.Option{nodetest.Emits(func(m *msg.Object) error {
		b.messages <- m.Clone()
		if hold != nil {
			<-hold
		}
		return nil
	})}, opts...)
	b.Node = nodetest.New(t, "http-in", config, opts...)
	b.Start()
	synctest.Wait()
	return b
}

func (b *bubble) ask(ctx context.Context, target string) <-chan *httptest.ResponseRecorder {
	answered := make(chan *httptest.ResponseRecorder, 1)
	go func() {
		w := httptest.NewRecorder()
		b.Routes().ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", target, nil))
		answered <- w
	}()
	synctest.Wait()
	return answered
}

func TestHTTPInTimeLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, `{"url":"/slow"}`, nil)
		from := time.Now()
		first := b.ask(t.Context(), "/slow?secret=1")
		time.Sleep(time.Minute)
		second := b.ask(t.Context(), "/slow")
		w := <-first
		if took := time.Since(from); w.Code != 504 || took != 120*time.Second {
			t.Errorf("%d after %v", w.Code, took)
		}
		if w := <-second; w.Code != 504 || time.Since(from) != 180*time.Second {
			t.Errorf("the second: %d after %v", w.Code, time.Since(from))
		}
		if logs := b.Logs(); len(logs) != 2 || !strings.Contains(logs[0], "no answer in 2m0s: answered 504") || !strings.Contains(logs[0], "GET /slow") || strings.Contains(logs[0], "secret") {
			t.Errorf("logs: %q", logs)
		}
		// What comes too late is an error of the node that answers.
		m := <-b.messages
		response := nodetest.New(t, "http response", `{}`)
		err := response.Receive(m)
		if err == nil || err.Error() != "Cannot set headers after they are sent to the client" {
			t.Errorf("late answer: %v", err)
		}
	})
}

// The limit holds while the request's own goroutine is still in the flow.
func TestHTTPInTimeLimitWhileEmitting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		w := &notingWriter{ResponseRecorder: httptest.NewRecorder(), flushed: make(chan struct{}, 1)}
		b := newBubble(t, `{"url":"/slow"}`, hold, nodetest.Env(func(env *node.Env) { env.HTTPTimeout = 3 * time.Second }))
		from := time.Now()
		done := make(chan struct{})
		go func() {
			defer close(done)
			b.Routes().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/slow", nil))
		}()
		<-w.flushed
		if took := time.Since(from); w.Code != 504 || took != 3*time.Second {
			t.Errorf("%d after %v", w.Code, took)
		}
		select {
		case <-done:
			t.Error("the handler returned while it carried the message")
		default:
		}
		close(hold)
		<-done
	})
}

// notingWriter tells when all was flushed.
type notingWriter struct {
	*httptest.ResponseRecorder
	flushed chan struct{}
}

func (w *notingWriter) Flush() { w.flushed <- struct{}{} }

// A carrier that finds no room in an inbox in time answers 503.
func TestHTTPInNoRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := httptest.NewRecorder()
		late := &waitingLate{}
		h := &HTTPIn{Method: "get", URL: "/x", MaxBody: 1, Most: 10}
		routes := new(nodetest.Routes)
		if err := h.Open(t.Context(), &node.Env{Routes: routes, Shared: new(sync.Map), Log: node.Log(t.Context()), HTTPTimeout: 5 * time.Second}); err != nil {
			t.Fatal(err)
		}
		go h.Start(t.Context(), late)
		synctest.Wait()
		from := time.Now()
		routes.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/x", nil))
		if took := time.Since(from); w.Code != 503 || w.Header().Get("Retry-After") == "" || took != 5*time.Second {
			t.Errorf("%d %v after %v", w.Code, w.Header(), took)
		}
	})
}

// waitingLate is a Late behind a full inbox.
type waitingLate struct{ node.Late }

func (*waitingLate) Emit(ctx context.Context, _ *msg.Object, _ ...int) error {
	<-ctx.Done()
	return fmt.Errorf("no room: %w", ctx.Err())
}

func TestHTTPInTooMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, `{"url":"/x","maxInFlight":"3"}`, nil)
		ctx, leave := context.WithCancel(t.Context())
		var open []<-chan *httptest.ResponseRecorder
		for range 3 {
			open = append(open, b.ask(ctx, "/x"))
		}
		w := <-b.ask(t.Context(), "/x")
		if w.Code != 503 || w.Header().Get("Retry-After") != "1" {
			t.Errorf("the fourth: %d %v", w.Code, w.Header())
		}
		if len(b.messages) != 3 {
			t.Errorf("%d messages", len(b.messages))
		}
		// Clients that leave make room; their messages are still there.
		leave()
		for _, o := range open {
			if w := <-o; w.Body.Len() != 0 {
				t.Errorf("a client that left was written to: %q", w.Body)
			}
		}
		next := b.ask(t.Context(), "/x")
		for range 3 {
			<-b.messages
		}
		response := nodetest.New(t, "http response", `{}`)
		m := <-b.messages
		m.Set("payload", "ok")
		if err := response.Receive(m); err != nil {
			t.Error(err)
		}
		if w := <-next; w.Code != 200 || w.Body.String() != "ok" {
			t.Errorf("after they left: %d %q", w.Code, w.Body)
		}
	})
}

// A client that goes away closes its exchange, nothing else.
func TestHTTPInDisconnect(t *testing.T) {
	messages := make(chan *msg.Object, 1)
	in := newSite(t, `{"url":"/x","method":"post"}`, nodetest.Emits(func(m *msg.Object) error {
		messages <- m.Clone()
		return nil
	}))
	conn, err := net.Dial("tcp", strings.TrimPrefix(in.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")
	m := <-messages
	x := m.Get("res").(*exchange)
	conn.Close()
	<-in.served // the server has noticed
	if err := x.reply(200, nil, m); err != error(errHeadersSent) {
		t.Errorf("an answer to nobody: %v", err)
	}
	if got := m.Get("payload"); got != "hi" {
		t.Errorf("the message's payload: %v", got)
	}
	if logs := in.Logs(); len(logs) != 0 {
		t.Errorf("logs: %q", logs)
	}
}

// A body that does not come is given up at the time limit.
func TestHTTPInSlowBody(t *testing.T) {
	in := newSite(t, `{"url":"/x","method":"post"}`, nodetest.Env(func(env *node.Env) { env.HTTPTimeout = 50 * time.Millisecond }))
	conn, err := net.Dial("tcp", strings.TrimPrefix(in.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 200\r\n\r\nhi")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || res.StatusCode != 408 {
		t.Errorf("got %v %v, want 408", res, err)
	}
	if got := in.Sent()[0]; len(got) != 0 {
		t.Errorf("a message was made of half a body: %v", got)
	}
}

// Any goroutine may answer, the first one does.
func TestReplyOnce(t *testing.T) {
	const answers = 8
	errs := make(chan error, answers)
	response := nodetest.New(t, "http response", `{}`)
	in := newSite(t, `{"url":"/x"}`, nodetest.Emits(func(m *msg.Object) error {
		for i := range answers {
			m := m.Clone()
			m.Set("payload", fmt.Sprint("answer ", i))
			go func() { errs <- response.Receive(m) }()
		}
		return nil
	}))
	res, body := in.do(t, "GET", "/x", nil, nil)
	if res.StatusCode != 200 || !strings.HasPrefix(body, "answer ") || len(body) != 8 {
		t.Errorf("got %d %q", res.StatusCode, body)
	}
	good := 0
	for range answers {
		if err := <-errs; err == nil {
			good++
		} else if !errors.Is(err, errHeadersSent) {
			t.Error(err)
		}
	}
	if good != 1 {
		t.Errorf("%d answers went through", good)
	}
}

func TestManyRequestsAtOnce(t *testing.T) {
	f := newFlow(t, `{"url":"/x/:n"}`, `{}`, func(m *msg.Object) { m.Set("payload", m.Path("req.params.n")) })
	f.errs = make(chan error, 1000)
	f.do(t, "GET", "/x/0", nil, nil)
	var all sync.WaitGroup
	for g := range 20 {
		all.Go(func() {
			for i := range 20 {
				n := fmt.Sprint(g*100 + i)
				res, err := http.Get(f.url + "/x/" + n)
				if err != nil {
					t.Error(err)
					return
				}
				body, _ := io.ReadAll(res.Body)
				res.Body.Close()
				if string(body) != n {
					t.Errorf("request %s got the answer %q", n, body)
				}
			}
		})
	}
	all.Wait()
}
