package network

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/cookiejar"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// overridden is Node-RED's warning that a message names what the node has.
const overridden = "Warning: msg properties can no longer override set node properties. See bit.ly/nr-override-msg-props"

// call is one request in the making, and then under way.
type call struct {
	node      *HTTPRequest
	method    string
	text      string // the address as the flow has it
	url       *url.URL
	header    http.Header // keys as the flow writes them
	body      []byte
	jar       *cookiejar.Jar // nil while there are no cookies
	timeout   time.Duration
	transport *http.Transport
	stay      bool // follow no redirects
	user      *url.Userinfo
	redirects *msg.List
}

// answered is what came of a call: the response and all of its body.
type answered struct {
	*http.Response
	body      []byte
	url       *url.URL
	redirects *msg.List
}

// prepare makes the call that m asks for; nil without an error: it cannot be
// made, which is only worth a warning.
func (h *HTTPRequest) prepare(ctx context.Context, m *msg.Object) (*call, error) {
	c := &call{node: h, method: strings.ToUpper(h.Method), timeout: requestTimeout, redirects: msg.NewList()}
	log := node.Log(ctx)
	if err := c.address(m); err != nil {
		return nil, err
	}
	if u := m.Get("url"); msg.Truthy(u) && h.URL.Source() != "" && u != h.URL.Source() {
		log.Warn(overridden)
	}
	if c.url == nil {
		log.Warn("non-http transport requested")
		return nil, nil
	}
	if method := m.Get("method"); msg.Truthy(method) {
		if h.Method != "use" {
			log.Warn(overridden)
		} else if c.method = strings.ToUpper(msg.Text(method)); !validToken(c.method) {
			return nil, typeError(fmt.Sprintf("[ERR_INVALID_HTTP_TOKEN]: Method must be a valid HTTP token [%q]", c.method))
		}
	} else if h.Method == "use" {
		return nil, fmt.Errorf("msg.method is not there: it should say which method to use")
	}
	if v, ok := m.Lookup("requestTimeout"); ok && v != msg.Undefined {
		switch ms := msg.Number(v); {
		case math.IsNaN(ms):
			log.Warn("Timeout value is not a valid number, ignoring")
		case ms < 1:
			log.Warn("Timeout value is negative, ignoring")
		default:
			c.timeout = time.Duration(min(ms, math.MaxInt32) * float64(time.Millisecond))
		}
	}
	if v, ok := m.Lookup("followRedirects"); ok {
		c.stay = !msg.Truthy(v)
	}
	c.transport = h.transport(c.trusts(ctx, m))
	if err := c.headers(m); err != nil {
		return c, err
	}
	if err := c.cookies(m); err != nil {
		return nil, err
	}
	c.signIn()
	return c, c.payload(m)
}

// address finds out where the request goes.
func (c *call) address(m *msg.Object) error {
	h := c.node
	if h.fixed != nil {
		u := *h.fixed
		text, _ := h.URL.Literal()
		c.text, c.url = h.withScheme(text), &u
		return nil
	}
	v := node.On(m)
	text := v.Text(h.URL)
	if v.Err() != nil {
		return v.Err()
	}
	if h.URL.Source() == "" {
		if u := m.Get("url"); msg.Truthy(u) {
			text = msg.Text(u)
		}
	}
	if text == "" {
		return errNoURL
	}
	if otherScheme(text) {
		return nil
	}
	c.text = h.withScheme(text)
	var err error
	c.url, err = parseTarget(c.text)
	return err
}

// trusts tells whether m wants the certificate not to be verified. A TLS
// configuration decides that itself.
func (c *call) trusts(ctx context.Context, m *msg.Object) bool {
	v, ok := m.Lookup("rejectUnauthorized")
	if !ok || c.node.TLS.ID() != "" {
		return false
	}
	switch v := v.(type) {
	case bool:
		return !v
	case string:
		switch strings.ToLower(v) {
		case "true":
			return false
		case "false":
			return true
		}
	}
	node.Log(ctx).Warn("msg.rejectUnauthorized should be a boolean")
	return false
}

func trustAll() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12} //nolint:gosec // the message asks for it
}

// headers takes those of the message, and then those of the node.
func (c *call) headers(m *msg.Object) error {
	c.header = make(http.Header, 4)
	if headers, ok := m.Get("headers").(*msg.Object); ok {
		if hash, ok := headers.Lookup(requestHash); ok {
			headers.Delete(requestHash)
			if hash == any(headersHash(headers)) {
				m.Delete("headers") // another server's
				headers = nil
			}
		}
		for name, value := range headers.All() {
			if err := c.set(name, value); err != nil {
				return err
			}
		}
	}
	v := node.On(m)
	for i := range c.node.Headers {
		h := &c.node.Headers[i]
		if name := v.Any(h.Name); msg.Truthy(name) {
			if err := c.set(msg.Text(name), v.Any(h.Value)); err != nil {
				return err
			}
		}
	}
	return v.Err()
}

// set sets a header in the spelling that it is given; a value that is false
// takes it away.
func (c *call) set(name string, value any) error {
	c.unset(name)
	if !msg.Truthy(value) {
		return nil
	}
	if !validToken(name) {
		return requestError("ERR_INVALID_HTTP_TOKEN", fmt.Sprintf("Header name must be a valid HTTP token [%q]", name))
	}
	values := []any{value}
	if l, ok := value.(*msg.List); ok {
		values = l.Items
	}
	lines := make([]string, len(values))
	for i, v := range values {
		line, ok := headerText(msg.Text(v))
		if !ok {
			return requestError("ERR_INVALID_CHAR", fmt.Sprintf("Invalid character in header content [%q]", name))
		}
		lines[i] = line
	}
	switch key := textproto.CanonicalMIMEHeaderKey(name); key {
	case "Content-Length", "Transfer-Encoding": // follow from the body
		return nil
	case "User-Agent", "Host", "Connection", "Cookie", "Authorization", "Accept-Encoding", "Content-Type":
		name = key // looked for by this name, here or by the client
	}
	c.header[name] = lines
	return nil
}

func (c *call) unset(name string) {
	for have := range c.header {
		if strings.EqualFold(have, name) {
			delete(c.header, have)
		}
	}
}

// signIn adds the credentials, the node's or those in the address.
func (c *call) signIn() {
	h := c.node
	user, password := h.User.Reveal(), h.Password.Reveal()
	if in := c.url.User; in != nil {
		if user == "" {
			user = in.Username()
		}
		if password == "" {
			password, _ = in.Password()
		}
	}
	if user == "" && password == "" {
		return
	}
	c.user = url.UserPassword(user, password)
	switch h.Auth {
	case "", "basic":
		r := http.Request{Header: c.header}
		r.SetBasicAuth(user, password)
	case "bearer":
		c.header.Set("Authorization", "Bearer "+password)
	}
}

// do makes the request, and those that redirects and digest ask for, and reads
// the answer.
func (c *call) do(ctx context.Context) (*answered, error) {
	signed := false
	for {
		res, err := c.once(ctx)
		if err != nil {
			return nil, err
		}
		if res.StatusCode == http.StatusUnauthorized && c.node.Auth == "digest" && c.user != nil && !signed {
			if signed = true; c.digest(res) {
				drain(res)
				continue
			}
		}
		location := res.Header.Get("Location")
		if location == "" || c.stay || !redirects(res.StatusCode) {
			body, err := readAnswer(res, int64(c.node.MaxAnswer)<<20)
			return &answered{res, body, c.url, c.redirects}, err
		}
		drain(res)
		if err := c.redirect(res, location); err != nil {
			return nil, err
		}
	}
}

// once makes one request.
func (c *call) once(ctx context.Context) (*http.Response, error) {
	if c.node.allow != nil {
		if err := c.node.allow.Net(c.url.Hostname()); err != nil {
			return nil, err
		}
	}
	if c.jar != nil {
		c.sendCookies()
	}
	to := *c.url
	to.ForceQuery = false // a question mark without a query shows in responseUrl only
	r := (&http.Request{
		Method: c.method, URL: &to, Header: c.header, Host: c.header.Get("Host"),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	if len(c.body) > 0 {
		r.ContentLength = int64(len(c.body))
		r.GetBody = func() (io.ReadCloser, error) { return newBody(c.body), nil }
		r.Body = newBody(c.body)
	}
	return c.transport.RoundTrip(r)
}

// drain reads a little so that the connection can be used again.
func drain(res *http.Response) {
	_, _ = io.CopyN(io.Discard, res.Body, 64<<10)
	_ = res.Body.Close()
}
