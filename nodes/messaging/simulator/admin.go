package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
)

// Phone is a number that a person in front of the editor can text from.
type Phone struct {
	Number string `json:"number"`
	Name   string `json:"name"`
}

// Phones are the two made-up people.
var Phones = []Phone{{person, "Phone 1"}, {"447700900002", "Phone 2"}}

// Handler is the simulator's side for people, to be mounted under a prefix that
// the caller strips:
//
//	GET    ""            the account, with its private key
//	GET    /phones       the numbers one can text from
//	GET    /outbox       what was sent, a JSON array, newest last
//	DELETE /outbox       empties it and the phones
//	POST   /inbound      an InboundMessage; the answer is a Webhook, whose status is the flow's,
//	                     or a list where it comes in parts or copies
//	POST   /stop         a StopRequest; the answer is a Webhook
//	POST   /receipt      a ReceiptRequest; the answer is a list of Webhooks
//	GET    /deliveries   what becomes of messages; POST adds a Delivery, DELETE clears
//	GET    /faults       which troubles requests meet; POST adds a Fault, DELETE clears
//	GET    /clock        what the clock shows; POST a ClockRequest moves it
//
// It does not ask who calls. A request that asks for nonsense is told so with
// 400, one whose webhook got no answer with 502.
func (s *Simulator) Handler() http.Handler {
	mux := http.NewServeMux()
	show := func(path string, what func() any) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, what()) })
	}
	clear := func(path string, do func()) {
		mux.HandleFunc("DELETE "+path, func(w http.ResponseWriter, _ *http.Request) {
			do()
			w.WriteHeader(http.StatusNoContent)
		})
	}
	show("/{$}", func() any { return s.whole() })
	show("/phones", func() any { return Phones })
	show("/outbox", func() any { return s.Outbox() })
	show("/deliveries", func() any { return s.Deliveries() })
	show("/faults", func() any { return s.Faults() })
	show("/clock", func() any { return s.clockState() })
	clear("/outbox", s.Clear)
	clear("/deliveries", s.ClearDeliveries)
	clear("/faults", s.ClearFaults)
	mux.HandleFunc("POST /inbound", play(func(ctx context.Context, m InboundMessage) (any, error) {
		if m.Split || m.Copies > 1 || m.Copies < 0 {
			return s.ReceiveAll(ctx, m)
		}
		return s.Receive(ctx, m)
	}))
	mux.HandleFunc("POST /stop", play(func(ctx context.Context, q StopRequest) (any, error) { return s.Stop(ctx, q) }))
	mux.HandleFunc("POST /receipt", play(func(ctx context.Context, q ReceiptRequest) (any, error) { return s.Report(ctx, q) }))
	mux.HandleFunc("POST /deliveries", play(func(_ context.Context, d Delivery) (any, error) { return d, s.AddDelivery(d) }))
	mux.HandleFunc("POST /faults", play(func(_ context.Context, f Fault) (any, error) { return f, s.AddFault(f) }))
	mux.HandleFunc("POST /clock", play(func(_ context.Context, q ClockRequest) (any, error) { return s.moveClock(q), nil }))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		r = r.Clone(r.Context())
		r.URL.Path = "/" + strings.Trim(r.URL.Path, "/")
		_, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		var allow []string
		for _, method := range []string{http.MethodDelete, http.MethodGet, http.MethodPost} {
			try := r.Clone(r.Context())
			if try.Method = method; r.Method != method {
				if _, pattern := mux.Handler(try); pattern != "" {
					allow = append(allow, method)
				}
			}
		}
		if len(allow) == 0 {
			complain(w, http.StatusNotFound, "not_found", "the simulator has no "+r.URL.Path)
			return
		}
		w.Header().Set("Allow", strings.Join(allow, ", "))
		complain(w, http.StatusMethodNotAllowed, "method", "use "+strings.Join(allow, ", "))
	})
}

// play serves what reads a T and answers with what came of it.
func play[T any](do func(context.Context, T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
		if err != nil {
			complain(w, http.StatusRequestEntityTooLarge, "body", err.Error())
			return
		}
		var into T
		d := json.NewDecoder(bytes.NewReader(body))
		d.DisallowUnknownFields() // a misspelt field would silently get its default
		if err := d.Decode(&into); err != nil {
			complain(w, http.StatusBadRequest, "body", err.Error())
			return
		}
		v, err := do(r.Context(), into)
		answer(w, v, err)
	}
}

func answer(w http.ResponseWriter, v any, err error) {
	switch {
	case err == nil:
		writeJSON(w, http.StatusOK, v)
	case errors.Is(err, errNoAnswer):
		complain(w, http.StatusBadGateway, "no_answer", err.Error())
	default:
		complain(w, http.StatusBadRequest, "request", err.Error())
	}
}

func complain(w http.ResponseWriter, status int, code, message string) {
	writeJSON(w, status, map[string]string{"code": code, "message": message})
}
