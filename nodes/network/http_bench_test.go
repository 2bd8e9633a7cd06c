package network

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// answering is a Late whose wire leads to an http-response.
type answering struct {
	node.Late
	to *HTTPResponse
}

func (a *answering) Emit(ctx context.Context, m *msg.Object, _ ...int) error {
	return a.to.Receive(ctx, m, nil)
}

// oneRoute serves the last route that was registered.
type oneRoute struct {
	route node.Route
	ready chan struct{}
}

func (r *oneRoute) Handle(route node.Route) (func(), error) {
	r.route = route
	close(r.ready)
	return func() {}, nil
}

func newEcho(b *testing.B, method string) http.HandlerFunc {
	routes := &oneRoute{ready: make(chan struct{})}
	h := &HTTPIn{Method: method, URL: "/echo", MaxBody: 5, Most: 1024}
	if err := h.Open(b.Context(), &node.Env{Routes: routes, Shared: new(sync.Map), Log: slog.New(slog.DiscardHandler)}); err != nil {
		b.Fatal(err)
	}
	go h.Start(b.Context(), &answering{to: &HTTPResponse{}})
	<-routes.ready
	return routes.route.Serve
}

// nowhere is a ResponseWriter that keeps nothing.
type nowhere struct{ header http.Header }

func (n *nowhere) Header() http.Header         { return n.header }
func (n *nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n *nowhere) WriteHeader(int)             {}
func (n *nowhere) Flush()                      {}

// BenchmarkEcho is what a request costs in http-in and http-response, without
// the server around them.
func BenchmarkEcho(b *testing.B) {
	serve := newEcho(b, "get")
	r := httptest.NewRequest("GET", "/echo?m=x1", nil)
	w := &nowhere{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		serve(w, r)
	}
}

// BenchmarkEchoServer is a whole request over the loopback.
func BenchmarkEchoServer(b *testing.B) {
	for name, handler := range map[string]http.HandlerFunc{
		"flow": newEcho(b, "get"),
		"plain": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			_, _ = w.Write([]byte(`{"m":"` + r.URL.Query().Get("m") + `"}`))
		},
	} {
		b.Run(name, func(b *testing.B) {
			s := httptest.NewServer(handler)
			defer s.Close()
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
				buf := make([]byte, 64)
				for pb.Next() {
					res, err := client.Get(s.URL + "/echo?m=x1")
					if err != nil {
						b.Error(err)
						return
					}
					if n, _ := res.Body.Read(buf); string(buf[:n]) != `{"m":"x1"}` {
						b.Errorf("got %q", buf[:n])
					}
					res.Body.Close()
				}
			})
		})
	}
}
