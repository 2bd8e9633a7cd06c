package web

import (
	"errors"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/template"
	"github.com/flowrill/flowrill/flows"
	"github.com/labstack/echo/v4"
)

// getSchemas is GET /flowrill/v1/nodes: every type with its form.
func (s *Server) getSchemas(c echo.Context) error {
	return sendJSON(c, http.StatusOK, node.SchemaJSON())
}

// postCheck is POST /flowrill/v1/check: what is wrong with a document, which
// is not deployed, and what a deploy of each type would restart.
func (s *Server) postCheck(c echo.Context) error {
	data, _, err := readBody(c, s.bodyLimit)
	if err != nil {
		return err
	}
	d, err := parseFlows(data)
	if err != nil {
		return err
	}
	stored, err := s.store.Credentials()
	if err != nil {
		return err
	}
	inbound := d.TakeCredentials()
	touched := make(map[string]bool, len(inbound))
	for id := range inbound {
		touched[id] = true
	}
	problems := s.check(d, flows.MergeCredentials(stored, inbound, d))
	if problems == nil {
		problems = []flows.Problem{}
	}
	return sendStruct(c, http.StatusOK, struct {
		Rev      string                 `json:"rev"`
		Problems []flows.Problem        `json:"problems"`
		Restarts map[string]restartList `json:"restarts"`
	}{d.Rev(), problems, restarts(s.engine.Document(), d, touched)})
}

// postRender is POST /flowrill/v1/render: what a template makes of a message.
// The body is {"template": "Hi <<msg.payload>>", "msg": {…}, "flow": "<id>"?}.
func (s *Server) postRender(c echo.Context) error {
	body, err := readObject(c, s.bodyLimit)
	if err != nil {
		return err
	}
	text, ok := body.Get("template").(string)
	if !ok {
		return badRequest("no_template", `the body must be {"template": "…", "msg": {…}}`)
	}
	m, _ := body.Get("msg").(*msg.Object)
	scope := template.Scope{Msg: m, Global: s.reader("global", "")}
	if flow, ok := body.Get("flow").(string); ok {
		scope.Flow = s.reader("flow", flow)
	}
	t, err := template.Parse(text)
	if err != nil {
		return renderError(err)
	}
	value, err := t.Value(&scope)
	if err != nil {
		return renderError(err)
	}
	b := append([]byte(`{"text":`), msg.Encode(template.TextOf(value))...)
	b = append(b, `,"value":{`...)
	return sendJSON(c, http.StatusOK, append(appendShown(b, value), "}}"...))
}

// reader reads top-level keys of a context.
func (s *Server) reader(scope, id string) func(string) any {
	values, ok := s.engine.Context(scope, id)
	if !ok {
		return nil
	}
	return func(key string) any { return values.Get("", keyPath(key)) }
}

func renderError(err error) error {
	api := &apiError{status: http.StatusBadRequest, code: "template", message: err.Error()}
	var at *template.Error
	if errors.As(err, &at) {
		api.problems = []flows.Problem{{Property: "template", Code: "column " + strconv.Itoa(at.Column), Message: at.Message}}
	}
	return api
}

// getRevisions is GET /flowrill/v1/revisions, newest first.
func (s *Server) getRevisions(c echo.Context) error {
	list, err := s.store.Revisions()
	if err != nil {
		return err
	}
	if list == nil {
		list = []flows.Revision{}
	}
	return sendStruct(c, http.StatusOK, list)
}

func (s *Server) revision(c echo.Context) (*flows.Revision, error) {
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil {
		return nil, notFound("there is no revision " + c.Param("n"))
	}
	r, err := s.store.Revision(n)
	if err == nil && r == nil {
		err = notFound("revision " + c.Param("n") + " is not kept")
	}
	return r, err
}

// getRevision is GET /flowrill/v1/revisions/:n, with the flows.
func (s *Server) getRevision(c echo.Context) error {
	r, err := s.revision(c)
	if err != nil {
		return err
	}
	body := msg.Encode(msg.Of("number", r.Number, "rev", r.Rev, "time", r.Time.Format(time.RFC3339Nano), "author", r.Author, "note", r.Note))
	body = append(body[:len(body)-1], `,"flows":`...)
	body = append(body, r.Document...)
	return sendJSON(c, http.StatusOK, append(body, '}'))
}

// postRestore is POST /flowrill/v1/revisions/:n/restore: it deploys an older
// revision anew.
func (s *Server) postRestore(c echo.Context) error {
	r, err := s.revision(c)
	if err != nil {
		return err
	}
	d, err := flows.Parse(r.Document)
	if err != nil {
		return err
	}
	o := flowDeploy(c)
	o.Note = "revision " + strconv.Itoa(r.Number) + " again"
	result, err := s.Deploy(c.Request().Context(), d, o)
	if err != nil {
		return deployError(err)
	}
	return sendStruct(c, http.StatusOK, struct {
		Rev      string          `json:"rev"`
		Problems []flows.Problem `json:"problems,omitempty"`
	}{d.Rev(), result.Problems})
}

// getDiagnostics is GET /diagnostics, as far as there is anything to say.
func (s *Server) getDiagnostics(c echo.Context) error {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	d := s.engine.Document()
	return sendValue(c, http.StatusOK, msg.Of(
		"report", "diagnostics", "scope", "basic",
		"time", msg.Of("utc", time.Now().UTC().Format(time.RFC1123)),
		"flowrill", msg.Of("version", s.version, "go", runtime.Version(), "goroutines", runtime.NumGoroutine(),
			"heap", m.HeapAlloc, "uptime", time.Since(s.started).Truncate(time.Second).Seconds()),
		"os", msg.Of("platform", runtime.GOOS, "arch", runtime.GOARCH, "cpus", runtime.NumCPU()),
		"runtime", msg.Of("version", nodeRed, "isStarted", s.engine.Running(), "flows", msg.Of("state", s.deploys.state(), "objects", len(d.Objects()))),
	))
}
