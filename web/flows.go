package web

import (
	"bytes"
	"errors"
	"net/http"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/flows"
	"github.com/labstack/echo/v4"
)

// apiVersion reads Node-RED-API-Version (admin-api.md §1).
func apiVersion(c echo.Context) (string, error) {
	switch v := c.Request().Header.Get("Node-RED-API-Version"); v {
	case "", "v1":
		return "v1", nil
	case "v2":
		return v, nil
	}
	return "", badRequest("invalid_api_version", "Invalid API Version requested")
}

// getFlows is GET /flows.
func (s *Server) getFlows(c echo.Context) error {
	version, err := apiVersion(c)
	if err != nil {
		return err
	}
	d := s.engine.Document()
	body := d.JSON()
	if version == "v2" {
		body = append(append([]byte(`{"flows":`), body...), `,"rev":"`+d.Rev()+`"}`...)
	}
	return sendJSON(c, http.StatusOK, body)
}

// postFlows is POST /flows.
func (s *Server) postFlows(c echo.Context) error {
	version, err := apiVersion(c)
	if err != nil {
		return err
	}
	h := c.Request().Header
	o := DeployOptions{Type: h.Get("Node-RED-Deployment-Type"), Strict: h.Get("Flowrill-Strict") == "true", Author: author(c)}
	var d *flows.Document
	if o.Type == "reload" {
		o.Type, o.fromFile, o.reload, o.Note = "full", true, true, "read again"
		d, err = s.reread()
	} else {
		d, err = s.readFlows(c, version, &o)
	}
	if err != nil {
		return err
	}
	if _, err := s.Deploy(c.Request().Context(), d, o); err != nil {
		return deployError(err)
	}
	if version == "v2" {
		return sendValue(c, http.StatusOK, msg.Of("rev", s.engine.Document().Rev()))
	}
	return c.NoContent(http.StatusNoContent)
}

// deployError is Node-RED's answer to a deploy that cannot be.
func deployError(err error) error {
	if errors.Is(err, flows.ErrStale) {
		return &apiError{status: http.StatusConflict, code: "version_mismatch"}
	}
	return err
}

// author is who makes the request, for the list of revisions.
func author(c echo.Context) string {
	if g, ok := c.Get("grant").(*grant); ok {
		return g.user
	}
	return ""
}

// readFlows reads the body of POST /flows and what it says of the deploy.
func (s *Server) readFlows(c echo.Context, version string, o *DeployOptions) (*flows.Document, error) {
	data, kind, err := readBody(c, s.bodyLimit)
	if err != nil {
		return nil, err
	}
	top := bytes.TrimLeft(data, " \t\r\n\ufeff")
	switch {
	case kind != "application/json" || len(top) == 0:
		return nil, badRequest("", "config.forEach is not a function")
	case top[0] != '{' && top[0] != '[':
		return nil, &pageError{http.StatusBadRequest, "SyntaxError: the body must be a JSON object or array"}
	}
	d, err := parseFlows(data)
	if err != nil {
		return nil, err
	}
	if version == "v1" {
		if !d.Bare() {
			return nil, badRequest("", "config.forEach is not a function")
		}
		return d, nil
	}
	if d.Bare() {
		return nil, badRequest("", "the body must be {\"flows\": […], \"rev\": \"…\"}")
	}
	if sent, ok := d.BaseCredentials().(*msg.Object); ok && sent.Has("$") {
		// Node-RED's own encryption: its key is not known here.
		return nil, badRequest("credentials_load_failed", "Failed to decrypt credentials")
	}
	o.Rev = d.BaseRev()
	return d, nil
}

// parseFlows is flows.Parse with the answers of the admin API.
func parseFlows(data []byte) (*flows.Document, error) {
	d, err := flows.Parse(data)
	var f *flows.FormatError
	switch {
	case err == nil:
		return d, nil
	case errors.As(err, &f) && f.Code == "malformed_json":
		return nil, &pageError{http.StatusBadRequest, "SyntaxError: " + err.Error()}
	case errors.As(err, &f) && f.Code != "not_an_array":
		return nil, badRequest(f.Code, err.Error())
	}
	return nil, badRequest("", err.Error())
}

// reread gets the flows from where they are kept.
func (s *Server) reread() (*flows.Document, error) {
	if s.deploys.read != nil {
		return s.deploys.read()
	}
	return s.engine.Document(), nil
}

// getState and postState are /flows/state.
func (s *Server) getState(c echo.Context) error {
	return sendValue(c, http.StatusOK, msg.Of("state", s.deploys.state()))
}

// stateText is a state as an error shows it.
func stateText(state any) string {
	if state == nil || state == msg.Undefined {
		return ""
	}
	return msg.Text(state)
}

func (s *Server) postState(c echo.Context) error {
	body, err := readObject(c, s.bodyLimit)
	if err != nil {
		return err
	}
	state := body.Get("state")
	if state != "start" && state != "stop" {
		return badRequest("invalid_run_state", "Cannot change flows runtime state to '"+stateText(state)+"'}")
	}
	if err := s.deploys.setRunning(c.Request().Context(), state == "start"); err != nil {
		return err
	}
	return s.getState(c)
}

// getFlow, postFlow, putFlow and deleteFlow are /flow (admin-api.md §4).
func (s *Server) getFlow(c echo.Context) error {
	o, err := flows.GetFlow(s.engine.Document(), c.Param("id"))
	if err != nil {
		return flowError(err)
	}
	return sendValue(c, http.StatusOK, o)
}

func (s *Server) postFlow(c echo.Context) error {
	return s.editFlow(c, "", func(d *flows.Document, body *msg.Object) (*flows.Document, string, error) {
		return flows.AddFlow(d, body)
	})
}

func (s *Server) putFlow(c echo.Context) error {
	id := c.Param("id")
	return s.editFlow(c, id, func(d *flows.Document, body *msg.Object) (*flows.Document, string, error) {
		n, err := flows.PutFlow(d, id, body)
		return n, id, err
	})
}

func (s *Server) editFlow(c echo.Context, id string, change func(*flows.Document, *msg.Object) (*flows.Document, string, error)) error {
	body, err := readObject(c, s.bodyLimit)
	if err != nil {
		return err
	}
	err = s.edit(c.Request().Context(), flowDeploy(c), func(d *flows.Document) (n *flows.Document, err error) {
		n, id, err = change(d, body)
		return n, err
	})
	if err != nil {
		return flowError(err)
	}
	return sendValue(c, http.StatusOK, msg.Of("id", id))
}

func (s *Server) deleteFlow(c echo.Context) error {
	err := s.edit(c.Request().Context(), flowDeploy(c), func(d *flows.Document) (*flows.Document, error) {
		return flows.RemoveFlow(d, c.Param("id"))
	})
	if err != nil {
		return flowError(err)
	}
	return c.NoContent(http.StatusNoContent)
}

func flowDeploy(c echo.Context) DeployOptions {
	return DeployOptions{Type: "flows", Author: author(c), Strict: c.Request().Header.Get("Flowrill-Strict") == "true"}
}

// flowError is Node-RED's answer to a call on /flow that cannot be.
func flowError(err error) error {
	var wrong *flows.FlowError
	switch {
	case errors.Is(err, flows.ErrNoFlow):
		return notFound("")
	case errors.As(err, &wrong):
		return badRequest("", wrong.Message)
	}
	return deployError(err)
}
