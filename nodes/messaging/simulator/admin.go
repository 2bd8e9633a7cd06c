package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
)

// Handler is the simulator's side for people, to be mounted under a prefix that
// the caller strips:
//
//	GET    ""        the account, with its private key
//	GET    /outbox   what was sent, a JSON array, newest last
//	DELETE /outbox   empties it
//	POST   /inbound  an InboundMessage; the answer is a Webhook, whose status is the flow's
//	POST   /receipt  a ReceiptRequest; the answer is a list of Webhooks
//
// It does not ask who calls. A request that asks for nonsense is told so with
// 400, one whose webhook got no answer with 502.
func (s *Simulator) Handler() http.Handler { return http.HandlerFunc(s.serveAdmin) }

func (s *Simulator) serveAdmin(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	allow := ""
	switch path := strings.Trim(r.URL.Path, "/"); path {
	case "":
		if allow = "GET"; r.Method == allow {
			writeJSON(w, http.StatusOK, s.whole())
			return
		}
	case "outbox":
		allow = "GET, DELETE"
		switch r.Method {
		case http.MethodGet:
			writeJSON(w, http.StatusOK, s.Outbox())
			return
		case http.MethodDelete:
			s.Clear()
			w.WriteHeader(http.StatusNoContent)
			return
		}
	case "inbound", "receipt":
		if allow = "POST"; r.Method == allow {
			s.servePlay(w, r, path)
			return
		}
	default:
		complain(w, http.StatusNotFound, "not_found", "the simulator has no "+r.URL.Path)
		return
	}
	w.Header().Set("Allow", allow)
	complain(w, http.StatusMethodNotAllowed, "method", "use "+allow)
}

// servePlay plays the network: a message in, or a receipt.
func (s *Simulator) servePlay(w http.ResponseWriter, r *http.Request, what string) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	if err != nil {
		complain(w, http.StatusRequestEntityTooLarge, "body", err.Error())
		return
	}
	var m InboundMessage
	var q ReceiptRequest
	into := any(&m)
	if what == "receipt" {
		into = &q
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields() // a misspelt field would silently get its default
	if err := d.Decode(into); err != nil {
		complain(w, http.StatusBadRequest, "body", err.Error())
		return
	}
	if what == "receipt" {
		sent, err := s.Report(r.Context(), q)
		answer(w, sent, err)
		return
	}
	h, err := s.Receive(r.Context(), m)
	answer(w, h, err)
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
