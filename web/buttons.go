package web

import (
	"errors"
	"net/http"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
	"github.com/labstack/echo/v4"
)

// postInject is POST /inject/:id: it delivers an empty message to a node's
// input, and presses the button of one that has none, with the caller's
// properties if there are any.
func (s *Server) postInject(c echo.Context) error {
	body, err := readObject(c, s.bodyLimit)
	if err != nil {
		return err
	}
	id, ctx := c.Param("id"), c.Request().Context()
	err = s.engine.Inject(id)
	if errors.Is(err, engine.ErrNoNode) { // or one without an input
		if !body.Has("__user_inject_props__") {
			body = nil
		}
		err = s.engine.Control(ctx, id, "inject", body)
	}
	return pressed(c, http.StatusOK, err)
}

// postDebug is POST /debug/:id/:state.
func (s *Server) postDebug(c echo.Context) error {
	status, ok := debugState(c)
	if !ok {
		return sendStatus(c, http.StatusNotFound)
	}
	return pressed(c, status, s.engine.Control(c.Request().Context(), c.Param("id"), c.Param("state"), nil))
}

// postDebugAll is POST /debug/:state with {"nodes": [ids]}; ids of no node
// are skipped.
func (s *Server) postDebugAll(c echo.Context) error {
	status, ok := debugState(c)
	if !ok {
		return sendStatus(c, http.StatusNotFound)
	}
	body, err := readObject(c, s.bodyLimit)
	if err != nil {
		return err
	}
	ids, ok := body.Get("nodes").(*msg.List)
	if !ok {
		return sendStatus(c, http.StatusBadRequest)
	}
	for _, id := range ids.Items {
		if id, ok := id.(string); ok {
			if err := s.engine.Control(c.Request().Context(), id, c.Param("state"), nil); err != nil && !errors.Is(err, engine.ErrNoNode) {
				s.log.Warn("debug node did not switch", "node", id, "err", err)
			}
		}
	}
	return sendStatus(c, status)
}

func debugState(c echo.Context) (status int, ok bool) {
	switch c.Param("state") {
	case "enable":
		return http.StatusOK, true
	case "disable":
		return http.StatusCreated, true
	}
	return 0, false
}

// pressed answers what came of pressing a button.
func pressed(c echo.Context, status int, err error) error {
	switch {
	case errors.Is(err, engine.ErrNoNode):
		return sendStatus(c, http.StatusNotFound)
	case err != nil:
		return sendStatus(c, http.StatusInternalServerError)
	}
	return sendStatus(c, status)
}

// sendStatus answers with the status's own words, as express does.
func sendStatus(c echo.Context, status int) error {
	return c.String(status, http.StatusText(status))
}
