package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/labstack/echo/v4"
)

// contextCall is what a request to /context names.
type contextCall struct {
	values node.Context // nil: there is no such flow or node
	scope  string
	key    string   // "" means all
	path   msg.Path // of key
	stores []string // the ones asked for
	store  string   // the one that key is in
	plain  bool     // it is the default store
}

func (s *Server) contextCall(c echo.Context) (*contextCall, error) {
	q := &contextCall{stores: s.engine.Stores()}
	rest := strings.TrimPrefix(c.Path(), s.root)
	rest = strings.TrimPrefix(rest, "/flowrill/v1")
	q.scope, _, _ = strings.Cut(strings.TrimPrefix(rest, "/context/"), "/")
	q.store, q.plain = q.stores[0], true
	if store := c.QueryParam("store"); store != "" {
		if !slices.Contains(q.stores, store) {
			return nil, notFound("")
		}
		q.plain = store == q.stores[0]
		q.store, q.stores = store, []string{store}
	}
	if key := c.Param("*"); key != "" {
		var err error
		if q.key, err = url.PathUnescape(key); err != nil {
			return nil, badRequest("", err.Error())
		}
		if q.path, err = msg.ParsePath(q.key); err != nil {
			if c.Request().Method == http.MethodPut {
				return nil, badRequest("", err.Error())
			}
			q.path = keyPath(q.key) // of any characters
		}
	}
	q.values, _ = s.engine.Context(q.scope, c.Param("id"))
	return q, nil
}

// getContext is GET /context/… (admin-api.md §7).
func (s *Server) getContext(c echo.Context) error {
	q, err := s.contextCall(c)
	if err != nil {
		return err
	}
	_, keysOnly := c.QueryParams()["keysOnly"]
	switch {
	case q.values == nil && q.scope == "flow" && q.key == "":
		answer := msg.NewObject(1)
		for _, store := range q.stores {
			empty := msg.NewObject(1)
			if keysOnly {
				empty.Set("keys", msg.NewList())
			}
			answer.Set(store, empty)
		}
		return sendValue(c, http.StatusOK, answer)
	case q.values == nil && q.scope == "flow":
		return sendJSON(c, http.StatusOK, q.shown(msg.Undefined))
	case q.values == nil:
		return sendValue(c, http.StatusOK, msg.NewObject(0))
	case keysOnly && q.key != "":
		return sendValue(c, http.StatusOK, msg.Of(q.store, keysOf(q.values.Get(q.store, q.path))))
	case keysOnly:
		answer := msg.NewObject(1)
		for _, store := range q.stores {
			keys := msg.NewList()
			for _, k := range q.values.Keys(store) {
				keys.Append(msg.Of("key", k))
			}
			answer.Set(store, msg.Of("keys", keys))
		}
		return sendValue(c, http.StatusOK, answer)
	case q.key != "":
		return sendJSON(c, http.StatusOK, q.shown(q.values.Get(q.store, q.path)))
	}
	return sendJSON(c, http.StatusOK, q.all())
}

// shown is one value as debug shows it.
func (q *contextCall) shown(v any) []byte {
	b := appendShown([]byte{'{'}, v)
	if !q.plain {
		b = append(b, `,"store":`...)
		b = msg.AppendJSON(b, q.store)
	}
	return append(b, '}')
}

// all is every value of the stores asked for.
func (q *contextCall) all() []byte {
	b := []byte{'{'}
	for i, store := range q.stores {
		if i > 0 {
			b = append(b, ',')
		}
		b = msg.AppendJSON(b, store)
		b = append(b, ":{"...)
		for j, key := range q.values.Keys(store) {
			if j > 0 {
				b = append(b, ',')
			}
			b = msg.AppendJSON(b, key)
			b = append(b, ":{"...)
			b = appendShown(b, q.values.Get(store, keyPath(key)))
			b = append(b, '}')
		}
		b = append(b, '}')
	}
	return append(b, '}')
}

// keyPath is the path of a top-level key, whatever characters it has.
func keyPath(key string) msg.Path {
	quote := `"`
	if strings.Contains(key, quote) {
		quote = `'`
	}
	p, err := msg.ParsePath(quote + key + quote)
	if err != nil {
		p, _ = msg.ParsePath(key) // as it was written
	}
	return p
}

// keysOf is what keysOnly says of a value.
func keysOf(v any) *msg.Object {
	switch v := v.(type) {
	case *msg.List:
		return msg.Of("format", fmt.Sprintf("array[%d]", v.Len()))
	case *msg.Object:
		keys := msg.NewList()
		for k, member := range v.All() {
			o := msg.Of("key", k)
			if l, ok := member.(*msg.List); ok {
				o.Set("format", fmt.Sprintf("array[%d]", l.Len()))
				o.Set("length", l.Len())
			} else if msg.TypeOf(member) == "object" {
				o.Set("format", "object")
			}
			keys.Append(o)
		}
		return msg.Of("keys", keys, "format", "object")
	}
	return msg.Of("keys", msg.NewList())
}

// deleteContext is DELETE /context/…/<key>.
func (s *Server) deleteContext(c echo.Context) error {
	q, err := s.contextCall(c)
	if err != nil {
		return err
	}
	if q.key == "" {
		return &pageError{http.StatusNotFound, "Cannot DELETE " + c.Request().URL.Path}
	}
	if q.values != nil {
		if err := q.values.Set(q.store, q.path, msg.Undefined); err != nil {
			return badRequest("", err.Error())
		}
	}
	return c.NoContent(http.StatusNoContent)
}

// putContext is PUT /flowrill/v1/context/…/<key> with {"value": …}.
func (s *Server) putContext(c echo.Context) error {
	q, err := s.contextCall(c)
	if err != nil {
		return err
	}
	body, err := readObject(c, s.bodyLimit)
	if err != nil {
		return err
	}
	value, ok := body.Lookup("value")
	switch {
	case !ok:
		return badRequest("no_value", `the body must be {"value": …}`)
	case q.key == "":
		return badRequest("no_key", "name the key to set in the path")
	case q.values == nil:
		return notFound("there is no " + q.scope + " of that id")
	}
	if err := q.values.Set(q.store, q.path, value); err != nil {
		return badRequest("not_set", err.Error())
	}
	return c.NoContent(http.StatusNoContent)
}
