package network

import (
	"context"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

// exchange is a request that waits for its answer: msg.res. Clones of a
// message share it, and any of them may answer, once, from any goroutine. A
// client that leaves, or the time limit, closes it; the message goes on.
type exchange struct {
	w      http.ResponseWriter
	r      *http.Request
	body   httpBody
	number uint64
	period time.Duration
	log    *slog.Logger
	answer answer

	// The time limit's list; under its lock.
	due           time.Time
	before, after *exchange
	listed        bool

	mu    sync.Mutex
	phase exchangePhase
	over  chan struct{} // closed at the end, if somebody waits
	room  chan struct{} // emitContext's Done, if somebody asked
	late  bool          // the time limit has passed
}

type exchangePhase int

const (
	exchangeReading  exchangePhase = iota // the body comes in
	exchangeEmitting                      // the request's goroutine carries the message
	exchangeWaiting                       // somebody else has it
	exchangeOver
)

// emitGrace is how long a carrier that waits for room may take to notice that
// the time limit has passed, so that its request is answered 503 and not 504.
const emitGrace = 100 * time.Millisecond

var exchanges atomic.Uint64

// Handle names the exchange in logs and where msg.res is shown as JSON.
func (x *exchange) Handle() string { return "http:" + strconv.FormatUint(x.number, 10) }

// reply answers with msg.payload, msg.headers and msg.cookies; own are the
// headers of the node and win over the message's. All is flushed when it
// returns. What cannot be sent is an error, and the client is told 500 rather
// than left waiting as in Node-RED.
func (x *exchange) reply(status int, own []headerField, m *msg.Object) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.phase == exchangeOver {
		return errHeadersSent
	}
	a := &x.answer
	buffer := bodies.Get().(*[]byte)
	defer bodies.Put(buffer)
	a.status, a.header, a.body = status, x.w.Header(), (*buffer)[:0]
	err := a.fields(own, m)
	if err == nil {
		err = a.cookies(m)
	}
	if err == nil {
		err = a.payload(m, x.callback)
	}
	if err == nil && (status < 200 || status > 999) {
		err = &codedError{fmt.Sprintf("RangeError [ERR_HTTP_INVALID_STATUS_CODE]: Invalid status code: %d", status), "ERR_HTTP_INVALID_STATUS_CODE"}
	}
	if err != nil {
		clear(a.header)
		x.page(http.StatusInternalServerError, "Internal Server Error")
		return err
	}
	if cap(a.body) <= keepBody {
		*buffer = a.body
	}
	a.finish(x.r)
	x.send(a.status, a.body)
	return nil
}

// callback is the name of the function that JSONP wants.
func (x *exchange) callback() string {
	if raw := x.r.URL.RawQuery; !strings.Contains(raw, "callback") && !strings.Contains(raw, "%") {
		return ""
	}
	query, _ := parseQuery(x.r.URL.RawQuery, urlLimits)
	v := query.Get("callback")
	if l, ok := v.(*msg.List); ok && l.Len() > 0 {
		v = l.Items[0]
	}
	name, _ := v.(string)
	return name
}

// send writes all there is to write and ends the exchange; x.mu is held.
func (x *exchange) send(status int, body []byte) {
	big := len(body) > 1<<16
	if big { // the client's reading holds up whoever answers
		_ = http.NewResponseController(x.w).SetWriteDeadline(time.Now().Add(writeTime(len(body))))
	}
	x.w.WriteHeader(status)
	if len(body) > 0 {
		_, _ = x.w.Write(body) // a client that left is no error of the flow
	}
	if f, ok := x.w.(http.Flusher); ok {
		f.Flush()
	}
	if big {
		_ = http.NewResponseController(x.w).SetWriteDeadline(time.Time{})
	}
	x.end()
}

// end wakes who waits; x.mu is held.
func (x *exchange) end() {
	x.phase = exchangeOver
	x.answer.header, x.answer.body = nil, nil
	if x.over != nil {
		close(x.over)
	}
}

// page answers with an error page, as Node-RED's server does for itself; x.mu
// is held.
func (x *exchange) page(status int, text string) {
	if x.phase == exchangeOver {
		return
	}
	h := x.w.Header()
	body := fmt.Appendf(nil, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Error</title>\n</head>\n<body>\n<pre>%s</pre>\n</body>\n</html>\n", html.EscapeString(text))
	h["Content-Type"] = typeHTML
	h["X-Content-Type-Options"] = noSniff
	h.Set("Content-Security-Policy", "default-src 'none'")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "1")
	}
	x.send(status, body)
}

// refuse is page for who does not hold x.mu.
func (x *exchange) refuse(status int, text string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.page(status, text)
}

// emitting says that the message is about to go; false if the time limit has
// passed already.
func (x *exchange) emitting() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.phase == exchangeReading && !x.late {
		x.phase = exchangeEmitting
	}
	return x.phase == exchangeEmitting
}

// emitted says that the request's goroutine has done its part, with what
// Emit returned, and waits for the answer. gone is closed when the client
// leaves.
func (x *exchange) emitted(err error, gone func() <-chan struct{}) {
	x.mu.Lock()
	if x.phase == exchangeOver {
		x.mu.Unlock()
		return
	}
	switch {
	case x.late && errors.Is(err, context.DeadlineExceeded):
		x.log.Warn("no node had room for the request's message in time: answered 503", "request", x.title(), "after", x.period.String())
		x.page(http.StatusServiceUnavailable, "The flow is too busy")
		x.mu.Unlock()
		return
	case x.late:
		x.timeout()
		x.mu.Unlock()
		return
	}
	x.phase = exchangeWaiting
	over := make(chan struct{})
	x.over = over
	x.mu.Unlock()
	select {
	case <-over:
	case <-gone():
		x.close()
	}
}

// close ends the exchange without an answer: nobody is there to read it.
func (x *exchange) close() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.phase != exchangeOver {
		x.end()
	}
}

// expire is called when the time is up.
func (x *exchange) expire() {
	x.mu.Lock()
	defer x.mu.Unlock()
	again := x.late
	x.late = true
	switch {
	case x.phase == exchangeOver:
		return
	case x.phase == exchangeReading:
		// The read that goes on fails now, and its goroutine answers.
		_ = http.NewResponseController(x.w).SetReadDeadline(time.Now())
		return
	case !again && x.room != nil:
		close(x.room)
		if x.phase == exchangeEmitting {
			time.AfterFunc(emitGrace, x.expire)
			return
		}
	}
	x.timeout()
}

// timeout answers 504; x.mu is held.
func (x *exchange) timeout() {
	x.log.Warn("no answer in "+x.period.String()+": answered 504", "request", x.title())
	x.page(http.StatusGatewayTimeout, "The flow did not answer in time")
}

// title names the request in the log, without its query.
func (x *exchange) title() string { return x.r.Method + " " + x.r.URL.Path }

// emitContext is an exchange as the context of its Emit: it ends when the time
// limit passes before there is an answer. It makes no channel until asked.
type emitContext exchange

var _ context.Context = (*emitContext)(nil)

// Deadline says none: an answer in time takes the limit away.
func (c *emitContext) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done is closed when the time is up.
func (c *emitContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.room == nil {
		c.room = make(chan struct{})
		if c.late {
			close(c.room)
		}
	}
	return c.room
}

// Err is set when the time is up.
func (c *emitContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.late && c.phase != exchangeOver {
		return context.DeadlineExceeded
	}
	return nil
}

// Value is nil: nodes get their own context.
func (c *emitContext) Value(any) any { return nil }
