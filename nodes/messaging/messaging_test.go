package messaging

import (
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

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
	"github.com/flowrill/flowrill/nodes/messaging/simulator"
)

func TestEveryType(t *testing.T) { nodetest.Every(t) }

// simulated starts a simulator and returns what a node needs to use it.
func simulated(t testing.TB) (*simulator.Simulator, nodetest.Option) {
	t.Helper()
	s := simulator.New(simulator.Options{})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	a := s.Account()
	return s, nodetest.Env(func(e *node.Env) {
		e.Simulator = node.Simulator{URL: a.URL, APIKey: a.APIKey, APISecret: a.APISecret, ApplicationID: a.ApplicationID,
			SignatureSecret: a.SignatureSecret, SignatureMethod: a.SignatureMethod}
	})
}

// provider is one that answers as the test says, and remembers what it was
// asked.
type provider struct {
	url string
	mu  sync.Mutex
	got []request
}

type request struct {
	path, kind, authorization, body string
}

func (p *provider) requests() []request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]request(nil), p.got...)
}

// handler notes each request and answers it with answer(its number from 1).
func (p *provider) handler(t testing.TB, answer func(n int, w http.ResponseWriter)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		p.mu.Lock()
		p.got = append(p.got, request{r.URL.Path, r.Header.Get("Content-Type"), r.Header.Get("Authorization"), string(body)})
		n := len(p.got)
		p.mu.Unlock()
		answer(n, w)
	}
}

// asked starts a provider on the loopback.
func asked(t testing.TB, answer func(n int, w http.ResponseWriter)) *provider {
	t.Helper()
	p := new(provider)
	srv := httptest.NewServer(p.handler(t, answer))
	t.Cleanup(srv.Close)
	p.url = srv.URL
	return p
}

// says is an answer with a status and a body.
func says(status int, body string, header ...string) func(int, http.ResponseWriter) {
	return func(_ int, w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json;charset=ISO-8859-1")
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// inTurn answers the first request with the first answer, and so on; the last
// one goes on.
func inTurn(answers ...func(int, http.ResponseWriter)) func(int, http.ResponseWriter) {
	return func(n int, w http.ResponseWriter) { answers[min(n, len(answers))-1](n, w) }
}

const accepted = `{"message-count":"1","messages":[{"to":"447700900000","message-id":"0A1","status":"0","remaining-balance":"3.14159265","message-price":"0.03330000","network":"23410"}]}`

// account is a live account at that address.
func account(url, more string) nodetest.Option {
	return nodetest.Config(fmt.Sprintf(`{"id":"v1","type":"vonage","smsUrl":%q,"messagesUrl":%q,"credentials":{"apiKey":"abcd1234","apiSecret":"s3cret"}%s}`, url, url+"/", more))
}

const reply1 = `{"vonage":"v1","from":"<<msg.payload.to>>","to":"<<msg.payload.msisdn>>","text":"You said <<msg.payload.text>>"}`

const inbound = `{"payload":{"msisdn":"447700900001","to":"447700900000","text":"hello"},"req":{"a":1},"topic":"t","_msgid":"0123456789abcdef"}`

// gatewayOf is the open account of a node.
func gatewayOf(n *nodetest.Node) *gateway {
	switch v := n.Instance().Value.(type) {
	case *SendSMS:
		return v.Vonage.Get().gateway.Load()
	case *SendMessage:
		return v.Vonage.Get().gateway.Load()
	}
	return nil
}

// inMemory connects a node in a synctest bubble with a provider in the same
// bubble, over HTTP on net.Pipe: time then passes only when both wait.
func inMemory(t testing.TB, n *nodetest.Node, answer func(n int, w http.ResponseWriter)) *provider {
	t.Helper()
	p := new(provider)
	l := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	srv := &http.Server{Handler: p.handler(t, answer)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(l)
	}()
	transport := gatewayOf(n).client.Transport.(*http.Transport)
	transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		here, there := net.Pipe()
		select {
		case l.conns <- there:
			return here, nil
		case <-l.closed:
			return nil, errors.New("connection refused")
		}
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		srv.Close()
		<-done
	})
	return p
}

type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.IPAddr{} }

// statuses are the lines under a node: "green dot sent 4477…0001".
func statuses(n *nodetest.Node) []string {
	var all []string
	for _, s := range n.Statuses() {
		all = append(all, strings.TrimSpace(s.Fill+" "+s.Shape+" "+s.Text))
	}
	return all
}

func last(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[len(list)-1]
}

// failed gives one message to a node that must fail, and returns the
// message as a catch node would see it, and the error.
func failed(t *testing.T, n *nodetest.Node, message string) (*msg.Object, error) {
	t.Helper()
	m := nodetest.Message(t, message)
	err := n.Receive(m)
	if err == nil {
		t.Fatalf("no error; sent %s", n.Sent())
	}
	if len(n.Sent().Port(0)) != 0 {
		t.Errorf("a failed message was sent on: %s", n.Sent())
	}
	return m, err
}

// want compares members of msg.vonage with JSON.
func want(t *testing.T, m *msg.Object, path, expect string) {
	t.Helper()
	if got := string(msg.Encode(m.Path(path))); got != expect {
		t.Errorf("%s is %s, want %s", path, got, expect)
	}
}
