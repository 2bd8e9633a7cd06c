package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"
)

// Of a debug message that shows less than its value the whole is kept for a
// while, for who asks for it: as JSON of at most wholeBytes, of all messages
// together at most wholesBytes. The oldest goes first. A larger value is not
// kept, and the message does not say that it is.
const (
	wholeBytes  = 1 << 20
	wholesBytes = 4 << 20
)

// wholeExtent is what is kept of a value; one that has more is not kept. Depth
// is bounded because a loop is looked for at every level.
var wholeExtent = extent{length: wholeBytes, bytes: wholeBytes, depth: 512}

// wholeValue is a value as getWhole gives it, nil if it is too large.
func wholeValue(v any) []byte {
	b, cut := wholeExtent.appendShown([]byte{'{'}, v)
	if cut || len(b) >= wholeBytes {
		return nil
	}
	return slices.Clone(append(b, '}')) // without the room that it grew
}

// wholes are the values that are kept, by the number of their event in the
// debug channel. The hub's mutex guards them.
type wholes struct {
	kept  []whole // in the order of their numbers
	bytes int
}

type whole struct {
	seq  uint64
	json []byte
}

func (w *wholes) add(seq uint64, json []byte) {
	w.kept = append(w.kept, whole{seq, json})
	w.bytes += len(json)
	for w.bytes > wholesBytes {
		w.bytes -= len(w.kept[0].json)
		w.kept[0].json = nil
		w.kept = w.kept[1:]
	}
}

func (w *wholes) get(seq uint64) []byte {
	i, ok := slices.BinarySearchFunc(w.kept, seq, func(x whole, seq uint64) int {
		switch {
		case x.seq < seq:
			return -1
		case x.seq > seq:
			return 1
		}
		return 0
	})
	if !ok {
		return nil
	}
	return w.kept[i].json
}

// getWhole is GET /flowrill/v1/debug/:session/:seq: the whole value of a debug
// message whose event said how large it is, {"msg": "…", "format": "…"}.
// Session is that of the live socket's welcome, seq the event's number.
func (s *Server) getWhole(c echo.Context) error {
	seq, err := strconv.ParseUint(c.Param("seq"), 10, 64)
	if err != nil {
		return badRequest("bad_number", "the message's number must be one: "+c.Param("seq"))
	}
	var value []byte
	if c.Param("session") == s.hub.session {
		s.hub.mu.Lock()
		value = s.hub.wholes.get(seq)
		s.hub.mu.Unlock()
	}
	if value == nil {
		return notFound("The whole value is no longer kept")
	}
	return sendJSON(c, http.StatusOK, value)
}
