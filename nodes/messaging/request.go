package messaging

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
)

// reply is an answer whose headers and body have been read.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// post makes one request. It knows whether anything was sent: where nothing
// was, the failure may be retried, else it is ambiguous.
func (g *gateway) post(ctx context.Context, api, path string, contentType, authorization []string, body string) (*reply, *failure) {
	within, cancel := context.WithTimeout(ctx, g.timeout)
	defer cancel()
	b := &parcel{text: body}
	req, err := http.NewRequestWithContext(within, http.MethodPost, g.bases[api]+path, b)
	if err != nil {
		return nil, &failure{code: "invalid_url", text: err.Error(), cause: err}
	}
	req.ContentLength, req.GetBody = int64(len(body)), b.again
	req.Header = http.Header{"Content-Type": contentType, "Accept": asJSON, "User-Agent": ourName}
	if authorization != nil {
		req.Header["Authorization"] = authorization
	}
	res, err := g.client.Do(req)
	if err != nil {
		return nil, g.unanswered(ctx, api, b.left.Load(), err)
	}
	defer res.Body.Close()
	data, err := readAnswer(res)
	if err != nil && res.StatusCode < 300 {
		return nil, g.unanswered(ctx, api, true, err)
	}
	return &reply{res.StatusCode, res.Header, data}, nil
}

// Headers that every request has; nobody writes to them.
var (
	asForm  = []string{"application/x-www-form-urlencoded"}
	asJSON  = []string{"application/json"}
	ourName = []string{"Flowrill"}
)

// readAnswer reads a body up to answerLimit.
func readAnswer(res *http.Response) ([]byte, error) {
	if n := res.ContentLength; n >= 0 && n <= 64<<10 {
		data := make([]byte, n)
		got, err := io.ReadFull(res.Body, data)
		return data[:got], err
	}
	return io.ReadAll(io.LimitReader(res.Body, answerLimit))
}

// parcel is a request's body that knows whether it was taken: as soon as there
// is a connection to write it to, what was sent may have arrived.
type parcel struct {
	text string
	at   int
	left atomic.Bool
	by   *parcel // whose left it tells; nil: its own
}

// Read implements io.Reader.
func (p *parcel) Read(into []byte) (int, error) {
	if p.by != nil {
		p.by.left.Store(true)
	}
	p.left.Store(true)
	if p.at == len(p.text) {
		return 0, io.EOF
	}
	n := copy(into, p.text[p.at:])
	p.at += n
	return n, nil
}

// Close implements io.Closer.
func (p *parcel) Close() error { return nil }

// again is the body for a second connection, where the first turned out to be
// closed before anything was written.
func (p *parcel) again() (io.ReadCloser, error) { return &parcel{text: p.text, by: p}, nil }

func (g *gateway) unanswered(ctx context.Context, api string, left bool, err error) *failure {
	if inner := (*url.Error)(nil); errors.As(err, &inner) {
		err = inner.Err // the rest is the URL, which the text has
	}
	late := errors.Is(err, context.DeadlineExceeded)
	switch {
	case !left && ctx.Err() != nil:
		return stopped(err)
	case !left && late:
		err = fmt.Errorf("no connection within %s", g.timeout)
		fallthrough
	case !left:
		return &failure{code: "unreachable", short: "provider not reached", retryable: true, cause: err,
			text: fmt.Sprintf("cannot reach %s: %v", g.bases[api], err)}
	case ctx.Err() != nil:
		return lost("the node was stopped before %s answered", g.bases[api])
	case late:
		return lost("no answer from %s within %s", g.bases[api], g.timeout)
	}
	return lost("no answer from %s (%v)", g.bases[api], err)
}
