package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// webhookTimeout is how long the provider waits for an answer (vonage.md §1.9).
const webhookTimeout = 15 * time.Second

// errTarget is a URL that a webhook may not go to, errNoAnswer a flow that did
// not answer.
var (
	errTarget   = errors.New("webhooks of the simulator go to this machine only")
	errNoAnswer = errors.New("the flow did not answer")
)

// field is one parameter of a webhook, in the provider's order.
type field struct{ name, value string }

// sign adds what a signed webhook has (§1.2). The provider writes the
// signature in upper case.
func (s *Simulator) sign(fields []field, now time.Time) []field {
	fields = append(fields, field{"timestamp", strconv.FormatInt(now.Unix(), 10)}, field{"nonce", uuid()})
	sig, _ := sms.Sign(asMap(fields), s.account.SignatureSecret, s.account.SignatureMethod) // the method is ours
	return append(fields, field{"sig", strings.ToUpper(sig)})
}

func asMap(fields []field) map[string]string {
	m := make(map[string]string, len(fields))
	for _, f := range fields {
		m[f.name] = f.value
	}
	return m
}

// post sends one webhook, in one of the three formats: get, form or json. The
// error, if any, is in the Webhook too; an answer of whatever status is none.
func (s *Simulator) post(ctx context.Context, to, format string, fields []field) (Webhook, error) {
	h := Webhook{URL: to, Format: format, Fields: asMap(fields)}
	var body []byte
	method, query, kind := http.MethodPost, "", ""
	switch format {
	case "get":
		method, query = http.MethodGet, encode(fields)
	case "form":
		body, kind = []byte(encode(fields)), "application/x-www-form-urlencoded"
	case "json":
		body, kind = encodeJSON(fields), "application/json"
	default:
		err := fmt.Errorf("format %q is none of get, form, json", format)
		h.Error = err.Error()
		return h, err
	}
	return s.send(ctx, h, method, query, body, http.Header{"Content-Type": {kind}})
}

// postBody sends one webhook of the Messages API.
func (s *Simulator) postBody(ctx context.Context, to string, body []byte, signed bool) (Webhook, error) {
	header := http.Header{"Content-Type": {"application/json"}}
	if signed {
		header.Set("Authorization", "Bearer "+s.token(body, s.Now()))
	}
	return s.send(ctx, Webhook{URL: to, Format: "json", Body: string(body)}, http.MethodPost, "", body, header)
}

func (s *Simulator) send(ctx context.Context, h Webhook, method, query string, body []byte, header http.Header) (Webhook, error) {
	fail := func(err error) (Webhook, error) {
		h.Error = err.Error()
		return h, err
	}
	target, err := s.resolve(h.URL)
	if err != nil {
		return fail(err)
	}
	h.URL = target.String()
	if query != "" {
		target.RawQuery = joinQuery(target.RawQuery, query)
	}
	ctx, cancel := context.WithTimeout(ctx, webhookTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(body))
	if err != nil {
		return fail(err)
	}
	if req.Header = header; header.Get("Content-Type") == "" {
		req.Header.Del("Content-Type")
	}
	req.Header.Set("User-Agent", "Flowrill simulator")
	began := time.Now()
	res, err := s.client.Do(req)
	h.Millis = time.Since(began).Milliseconds()
	if err != nil {
		return fail(fmt.Errorf("%w: %w", errNoAnswer, err))
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, bodyLimit)) // lets the connection be used again
	h.Status = res.StatusCode
	return h, nil
}

// resolve makes an address of what a request named: a whole URL, a path on
// Target's host, or nothing for Target itself.
func (s *Simulator) resolve(to string) (*url.URL, error) {
	base, err := url.Parse(s.target())
	if err != nil {
		return nil, err
	}
	u, err := base.Parse(to)
	if err != nil {
		return nil, err
	}
	switch {
	case u.Host == "":
		return nil, errors.New("no url to send the webhook to")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("%q is no http URL", to)
	case u.Host == base.Host, u.Hostname() == "localhost":
		return u, nil
	}
	if ip := net.ParseIP(u.Hostname()); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("%w: not to %s", errTarget, u.Host)
	}
	return u, nil
}

// newClient follows no redirect, knows no proxy, and once more refuses every
// address but this machine's and Target's when it dials.
func (s *Simulator) newClient() *http.Client {
	dialer := &net.Dialer{Timeout: 3 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return err
		}
		base, err := url.Parse(s.target())
		if err == nil && base.Hostname() == host {
			return nil
		}
		if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
			return errTarget
		}
		return nil
	}}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func encode(fields []field) string {
	var b strings.Builder
	for i, f := range fields {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(f.name))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(f.value))
	}
	return b.String()
}

func joinQuery(a, b string) string {
	if a == "" {
		return b
	}
	return a + "&" + b
}

func encodeJSON(fields []field) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(',')
		}
		_ = e.Encode(f.name) // a string always can be encoded
		b.Truncate(b.Len() - 1)
		b.WriteByte(':')
		_ = e.Encode(f.value)
		b.Truncate(b.Len() - 1)
	}
	b.WriteByte('}')
	return b.Bytes()
}
