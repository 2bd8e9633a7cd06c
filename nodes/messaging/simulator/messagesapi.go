package simulator

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// problem is how the Messages API says no (vonage.md §2.4). Its content type is
// application/json, for the provider's SDK reads no other.
type problem struct {
	status   int
	Type     string    `json:"type"`
	Title    string    `json:"title"`
	Detail   string    `json:"detail"`
	Instance string    `json:"instance"`
	Invalid  []invalid `json:"invalid_parameters,omitempty"`
}

// invalid names a parameter and what is wrong with it.
type invalid struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

const errorsPage = "https://developer.vonage.com/api-errors/messages#"

func (p *problem) write(w http.ResponseWriter) {
	p.Instance = uuid()
	writeJSON(w, p.status, p)
}

// serveMessages is POST /v1/messages.
func (s *Simulator) serveMessages(w http.ResponseWriter, r *http.Request) {
	if !s.lets(w, r) {
		return
	}
	m, no := readMessage(w, r)
	if no == nil {
		var e Entry
		if e, no = m.check(); no == nil {
			answer := map[string]string{}
			if e.Workflow != "" {
				answer["workflow_id"] = e.Workflow
			}
			answer["message_uuid"] = s.accept(e).ID
			writeJSON(w, http.StatusAccepted, answer)
			return
		}
	}
	no.write(w)
}

// lets tells whether a request is a POST of somebody who may send, and
// answers it if not.
func (s *Simulator) lets(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "use POST", http.StatusMethodNotAllowed)
		return false
	}
	if err := s.checkBearer(r, time.Now()); err != nil {
		(&problem{
			status: http.StatusUnauthorized, Type: errorsPage + "unauthorized", Title: "Unauthorized",
			Detail: "You did not provide correct credentials: " + err.Error() + ".",
		}).write(w)
		return false
	}
	return true
}

func (s *Simulator) checkBearer(r *http.Request, now time.Time) error {
	if key, secret, ok := r.BasicAuth(); ok {
		if !s.knows(key, secret) {
			return errors.New("unknown API key or wrong secret")
		}
		return nil
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return errors.New("no Authorization header with a Bearer token or Basic credentials")
	}
	return checkToken(token, s.key.public(), s.account.ApplicationID, now)
}

func unprocessable(title, detail string, of ...invalid) *problem {
	return &problem{status: http.StatusUnprocessableEntity, Type: errorsPage + "1020", Title: title, Detail: detail, Invalid: of}
}

// message is the members of a request; a string where nothing is said.
type message map[string]any

func readMessage(w http.ResponseWriter, r *http.Request) (message, *problem) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/json" {
		return nil, &problem{status: http.StatusUnsupportedMediaType, Type: errorsPage + "1020",
			Title: "Unsupported Media Type", Detail: fmt.Sprintf("The content type is %q, not application/json.", kind)}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	if err != nil {
		status := http.StatusBadRequest
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			status = http.StatusRequestEntityTooLarge
		}
		return nil, &problem{status: status, Type: errorsPage + "1020", Title: http.StatusText(status), Detail: err.Error()}
	}
	members, err := decodeObject(body)
	if err != nil || !utf8.Valid(body) {
		return nil, unprocessable("Invalid JSON", "The request body is not a JSON object.")
	}
	return members, nil
}
