package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/flows"
	"github.com/labstack/echo/v4"
)

// Bounds of what a request to the admin API sends.
const (
	defaultBodyLimit = 5 << 20 // Node-RED's apiMaxLength
	bodyTimeout      = time.Minute
)

// sendJSON answers with JSON; a GET gets an entity tag, and 304 if it knows it.
func sendJSON(c echo.Context, status int, body []byte) error {
	h := c.Response().Header()
	if r := c.Request(); status == http.StatusOK && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		sum := sha256.Sum256(body)
		tag := fmt.Sprintf(`W/"%x-%s"`, len(body), base64.RawURLEncoding.EncodeToString(sum[:15]))
		h.Set("ETag", tag)
		for known := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
			if known = strings.TrimSpace(known); known == tag || known == "*" {
				return c.NoContent(http.StatusNotModified)
			}
		}
	}
	return c.Blob(status, "application/json; charset=utf-8", body)
}

// sendValue is sendJSON for a message value.
func sendValue(c echo.Context, status int, v any) error { return sendJSON(c, status, msg.Encode(v)) }

// sendStruct is sendJSON for what encoding/json knows.
func sendStruct(c echo.Context, status int, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	return sendJSON(c, status, bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// apiError is an answer that something went wrong (admin-api.md §1).
type apiError struct {
	status   int
	code     string // "" is unexpected_error
	message  string // "" is Node-RED's "Error"
	problems []flows.Problem
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %s: %s", e.status, e.code, e.message) }

func badRequest(code, message string) error {
	return &apiError{status: http.StatusBadRequest, code: code, message: message}
}

func notFound(message string) error {
	return &apiError{status: http.StatusNotFound, code: "not_found", message: message}
}

// pageError is an answer that no client reads: an HTML page, as express does.
type pageError struct {
	status int
	text   string
}

func (e *pageError) Error() string { return e.text }

// fail turns what a handler returned into an answer.
func (s *Server) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	var api *apiError
	var page *pageError
	var refused *engine.RefusedError
	var he *echo.HTTPError
	switch {
	case errors.As(err, &api):
	case errors.As(err, &page):
	case errors.As(err, &refused):
		api = &apiError{status: http.StatusBadRequest, code: "invalid_flows",
			message: fmt.Sprintf("the flows have %s", count(errorsIn(refused.Problems), "error")), problems: refused.Problems}
	case errors.As(err, &he) && (he.Code == http.StatusNotFound || he.Code == http.StatusMethodNotAllowed):
		page = &pageError{http.StatusNotFound, "Cannot " + c.Request().Method + " " + c.Request().URL.Path}
	default:
		s.log.Error("admin request failed", "method", c.Request().Method, "path", c.Request().URL.Path, "err", err)
		api = &apiError{status: http.StatusBadRequest, message: err.Error()}
	}
	if page != nil {
		errorPage(c.Response(), page.status, page.text)
		return
	}
	if api.code == "" {
		api.code = "unexpected_error"
	}
	if api.message == "" {
		api.message = "Error"
	}
	_ = sendStruct(c, api.status, struct {
		Code     string          `json:"code"`
		Message  string          `json:"message"`
		Problems []flows.Problem `json:"problems,omitempty"`
	}{api.code, api.message, api.problems})
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func errorsIn(problems []flows.Problem) int {
	n := 0
	for _, p := range problems {
		if p.Severity == flows.Error {
			n++
		}
	}
	return n
}

// readBody returns the body and its media type. A body above the limit is
// refused with 413.
func readBody(c echo.Context, limit int64) ([]byte, string, error) {
	r := c.Request()
	if r.Header.Get("Content-Encoding") != "" && r.Header.Get("Content-Encoding") != "identity" {
		return nil, "", &pageError{http.StatusUnsupportedMediaType, "unsupported content encoding"}
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	patience := http.NewResponseController(c.Response())
	_ = patience.SetReadDeadline(time.Now().Add(bodyTimeout)) // not every connection has one
	data, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, limit))
	if err == nil { // else what is left of the body must not hold up the answer
		_ = patience.SetReadDeadline(time.Time{})
	}
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return nil, kind, &pageError{http.StatusRequestEntityTooLarge, "PayloadTooLargeError: request entity too large"}
	}
	if err != nil {
		return nil, kind, &pageError{http.StatusBadRequest, "request aborted"}
	}
	return data, kind, nil
}

// readValue returns the body as an object or list: JSON, or a form. Any other
// body is an empty object, as in Node-RED.
func readValue(c echo.Context, limit int64) (any, error) {
	data, kind, err := readBody(c, limit)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "application/json":
		return decodeStrict(data)
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(data))
		if err != nil {
			return nil, &pageError{http.StatusBadRequest, "malformed form: " + err.Error()}
		}
		o := msg.NewObject(len(form))
		for k, v := range form {
			o.Set(k, v[0])
		}
		return o, nil
	}
	return msg.NewObject(0), nil
}

// decodeStrict reads JSON whose top is an object or a list; nothing is {}.
func decodeStrict(data []byte) (any, error) {
	if len(data) == 0 {
		return msg.NewObject(0), nil
	}
	v, err := msg.Decode(data)
	if err != nil {
		return nil, &pageError{http.StatusBadRequest, "SyntaxError: " + err.Error()}
	}
	switch v.(type) {
	case *msg.Object, *msg.List:
		return v, nil
	}
	return nil, &pageError{http.StatusBadRequest, "SyntaxError: the body must be a JSON object or array"}
}

// readObject is readValue for handlers that know objects only; a list is
// taken for an object without the members they look for.
func readObject(c echo.Context, limit int64) (*msg.Object, error) {
	v, err := readValue(c, limit)
	if o, ok := v.(*msg.Object); ok {
		return o, err
	}
	return msg.NewObject(0), err
}
