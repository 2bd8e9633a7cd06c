package network

import (
	"bufio"
	"context"
	"crypto/md5"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// asked is a server that keeps what it is asked, in words.
type asked struct {
	*httptest.Server
	mu    sync.Mutex
	lines []string
}

func newAsked(t *testing.T, answer http.HandlerFunc) *asked {
	t.Helper()
	a := new(asked)
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var header []string
		for name, lines := range r.Header {
			if name != "Content-Length" {
				header = append(header, name+": "+strings.Join(lines, " | "))
			}
		}
		slices.Sort(header)
		line := fmt.Sprintf("%s %s %q %s", r.Method, r.RequestURI, header, body)
		a.mu.Lock()
		a.lines = append(a.lines, boundary.ReplaceAllString(line, "BOUNDARY"))
		a.mu.Unlock()
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(a.Close)
	return a
}

var boundary = regexp.MustCompile(`[0-9a-f]{60}`)

// last is what the server was asked last.
func (a *asked) last() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.lines) == 0 {
		return ""
	}
	return a.lines[len(a.lines)-1]
}

func TestHTTPRequestAsks(t *testing.T) {
	const agent = `"User-Agent: Go-http-client/1.1"`
	for _, c := range []struct{ name, config, in, want string }{
		{"GET", `{"url":"BASE/a?b=c"}`, `{"payload":"x"}`, `GET /a?b=c [` + agent + `] `},
		{"no scheme", `{"url":"HOST/a"}`, `{}`, `GET /a [` + agent + `] `},
		{"msg.url", `{}`, `{"url":"BASE/m"}`, `GET /m [` + agent + `] `},
		{"expressions", `{"url":"BASE/<<msg.payload.id>>/{{topic}}"}`, `{"payload":{"id":7},"topic":"t"}`, `GET /7/t [` + agent + `] `},
		{"what may not stand there", `{"url":"BASE/a b?c=d e&f=20%&g=%41'é"}`, `{}`, `GET /a%20b?c=d%20e&f=20%25&g=%41%27%C3%A9 [` + agent + `] `},
		{"a lone percent in the path", `{"url":"BASE/%zz"}`, `{}`, `GET /%25zz [` + agent + `] `},

		{"query", `{"url":"BASE/a","paytoqs":"query"}`, `{"payload":{"a":1,"b":[1,"x y"],"c":{"d":1},"e":null,"f":true,"g":"ü&="}}`,
			`GET /a?a=1&b=1&b=x%20y&c=&e=&f=true&g=%C3%BC%26%3D [` + agent + `] `},
		{"query after a query", `{"url":"BASE/a?z","paytoqs":true}`, `{"payload":{"a":1}}`, `GET /a?z&a=1 [` + agent + `] `},
		{"query of nothing", `{"url":"BASE/a","paytoqs":"query"}`, `{"payload":{}}`, `GET /a [` + agent + `] `},
		{"query of nothing after a query", `{"url":"BASE/a?z","paytoqs":"query"}`, `{"payload":{}}`, `GET /a?z& [` + agent + `] `},
		{"query of a list", `{"url":"BASE/a","paytoqs":"query"}`, `{"payload":["x"]}`, `GET /a?0=x [` + agent + `] `},
		{"body of a GET", `{"url":"BASE/a","paytoqs":"body"}`, `{"payload":{"a":[1]}}`, `GET /a [` + agent + `] {"a":[1]}`},

		{"text", `{"url":"BASE/","method":"POST"}`, `{"payload":"é"}`, `POST / [` + agent + `] é`},
		{"number", `{"url":"BASE/","method":"put"}`, `{"payload":1e21}`, `PUT / [` + agent + `] 1e+21`},
		{"object", `{"url":"BASE/","method":"PATCH"}`, `{"payload":{"b":1,"a":"<"}}`, `PATCH / ["Content-Type: application/json" ` + agent + `] {"b":1,"a":"<"}`},
		{"boolean", `{"url":"BASE/","method":"POST"}`, `{"payload":true}`, `POST / ["Content-Type: application/json" ` + agent + `] true`},
		{"null", `{"url":"BASE/","method":"DELETE"}`, `{"payload":null}`, `DELETE / ["Content-Type: application/json" ` + agent + `] null`},
		{"nothing", `{"url":"BASE/","method":"POST"}`, `{}`, `POST / [` + agent + `] `},
		{"HEAD", `{"url":"BASE/","method":"HEAD"}`, `{"payload":"x"}`, `HEAD / [` + agent + `] `},
		{"msg.method", `{"url":"BASE/","method":"use"}`, `{"payload":"x","method":"report"}`, `REPORT / [` + agent + `] x`},
		{"a type of its own", `{"url":"BASE/","method":"POST"}`, `{"payload":{"a":1},"headers":{"content-TYPE":"application/ld+json"}}`,
			`POST / ["Content-Type: application/ld+json" ` + agent + `] {"a":1}`},
		{"form", `{"url":"BASE/","method":"POST"}`, `{"payload":{"a":"x y","b":[1,2]},"headers":{"content-type":"application/x-www-form-urlencoded"}}`,
			`POST / ["Content-Type: application/x-www-form-urlencoded" ` + agent + `] a=x%20y&b=1&b=2`},
		{"parts", `{"url":"BASE/","method":"POST"}`,
			`{"payload":{"a":"x","n":5,"f":{"value":"data","options":{"filename":"/tmp/t.txt"}},"g":{"value":"w","options":{"filename":"x","contentType":"text/odd"}},"h":{"value":"v","options":"n.txt"},"z":null,"q\"":[1]},"headers":{"Content-Type":"multipart/form-data"}}`,
			`POST / ["Content-Type: multipart/form-data; boundary=BOUNDARY" ` + agent + `] ` + strings.ReplaceAll(`--BOUNDARY
Content-Disposition: form-data; name="a"

x
--BOUNDARY
Content-Disposition: form-data; name="n"

5
--BOUNDARY
Content-Disposition: form-data; name="f"; filename="t.txt"
Content-Type: text/plain

data
--BOUNDARY
Content-Disposition: form-data; name="g"; filename="x"
Content-Type: text/odd

w
--BOUNDARY
Content-Disposition: form-data; name="h"; filename="n.txt"
Content-Type: text/plain

v
--BOUNDARY
Content-Disposition: form-data; name="q%22"

[1]
--BOUNDARY--
`, "\n", "\r\n")},

		{"headers of the message", `{"url":"BASE/"}`, `{"headers":{"X-A":"1","x-list":["a","b"],"x-num":5,"x-none":"","x-no":false,"User-Agent":"me","Content-Length":"99"}}`,
			`GET / ["User-Agent: me" "X-A: 1" "X-List: a | b" "X-Num: 5"] `},
		{"headers of another answer", `{"url":"BASE/"}`, `{"headers":{"x-a":"1","x-node-red-request-node":"HASH"}}`, `GET / [` + agent + `] `},
		{"headers of another answer, changed", `{"url":"BASE/"}`, `{"headers":{"x-a":"2","x-node-red-request-node":"HASH"}}`, `GET / [` + agent + ` "X-A: 2"] `},
		{"headers of the node", `{"url":"BASE/","headers":[{"keyType":"Accept","valueType":"application/json"},{"keyType":"other","keyValue":"X-A","valueType":"other","valueValue":"v <<msg.topic>>"},
			{"keyType":"msg","keyValue":"name","valueType":"msg","valueValue":"topic"},{"keyType":"other","keyValue":"x-gone","valueType":"msg","valueValue":"no.such"}]}`,
			`{"topic":"T","name":"X-N","headers":{"X-Gone":"1","ACCEPT":"a/b"}}`, `GET / ["Accept: application/json" ` + agent + ` "X-A: v T" "X-N: T"] `},
		{"cookies", `{"url":"BASE/"}`, `{"cookies":{"a":"x y","b":{"value":"1"},"c":null,"d":{"value":null},"e":{"value":"%20","encode":false}},"headers":{"cookie":"h=1; i=2"}}`,
			`GET / ["Cookie: h=1; i=2; a=x%20y; b=1; e=%20" ` + agent + `] `},

		{"basic", `{"url":"BASE/","authType":"basic","credentials":{"user":"u","password":"p:"}}`, `{}`, `GET / ["Authorization: Basic dTpwOg==" ` + agent + `] `},
		{"basic of the address", `{"url":"http://u%40:p%20w@HOST/"}`, `{}`, `GET / ["Authorization: Basic dUA6cCB3" ` + agent + `] `},
		{"bearer", `{"url":"BASE/","authType":"bearer","credentials":{"password":"tok"}}`, `{}`, `GET / ["Authorization: Bearer tok" ` + agent + `] `},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := newAsked(t, nil)
			fill := strings.NewReplacer("BASE", server.URL, "HOST", server.Listener.Addr().String(), "HASH", headersHash(msg.Of("x-a", "1")))
			n := nodetest.New(t, "http-request", fill.Replace(c.config))
			if err := n.Send(fill.Replace(c.in)); err != nil {
				t.Fatal(err)
			}
			if got := server.last(); got != c.want {
				t.Errorf("asked %s\nwant  %s", got, c.want)
			}
			if m := n.Sent().Port(0); len(m) != 1 || m[0].Get("statusCode") != 200.0 {
				t.Errorf("sent %s", n.Sent())
			}
		})
	}
}

func TestHTTPRequestAnswers(t *testing.T) {
	server := newAsked(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		body := r.URL.Query().Get("body")
		switch r.URL.Path {
		case "/404":
			w.WriteHeader(404)
		case "/204":
			w.WriteHeader(204)
		case "/headers":
			w.Header()["X-A"] = []string{"1", "2"}
			w.Header()["Etag"] = []string{"a", "b"}
			w.Header()["X-Latin"] = []string{"\xe9"}
		case "/cookies":
			w.Header()["Set-Cookie"] = []string{`a="x y"; Path=/p; Secure; Max-Age=5`, `b=j:{"q":1}`, `c=`, `broken`, `d=%zz%20`, `e=%20`}
		case "/chunks":
			w.(http.Flusher).Flush()
		}
		_, _ = io.WriteString(w, body)
	})
	for _, c := range []struct{ name, config, want string }{
		{"text", `{"url":"BASE/?body=%C3%A9%FF"}`, `{"statusCode":200,"headers":{"content-length":"3","content-type":"text/plain; charset=utf-8"},"responseUrl":"BASE/?body=%C3%A9%FF","payload":"é\ufffd","redirectList":[],"retry":0}`},
		{"buffer", `{"url":"BASE/?body=%01%FF","ret":"bin"}`, `{"payload":{"type":"Buffer","data":[1,255]},"statusCode":200}`},
		{"JSON", `{"url":"BASE/?body=%7B%22b%22:1,%22a%22:[2]%7D","ret":"obj"}`, `{"payload":{"b":1,"a":[2]},"statusCode":200}`},
		{"no JSON", `{"url":"BASE/?body=%7Bx","ret":"obj"}`, `{"payload":"{x","statusCode":200}`},
		{"no content", `{"url":"BASE/204","ret":"obj"}`, `{"payload":{},"statusCode":204}`},
		{"404 is an answer", `{"url":"BASE/404?body=gone"}`, `{"payload":"gone","statusCode":404}`},
		{"HEAD", `{"url":"BASE/?body=gone","method":"HEAD"}`, `{"payload":"","statusCode":200}`},
		{"chunks", `{"url":"BASE/chunks?body=abc"}`, `{"payload":"abc","statusCode":200}`},
		{"headers", `{"url":"BASE/headers"}`, `{"statusCode":200,"headers":{"content-length":"0","etag":"a","x-a":"1, 2","x-latin":"é"}}`},
		{"cookies", `{"url":"BASE/cookies"}`, `{"responseCookies":{"a":{"Path":"/p","Max-Age":"5","value":"x y"},"b":{"value":"j:{\"q\":1}"},"c":{"value":""},"d":{"value":"%zz%20"},"e":{"value":" "}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "http-request", strings.ReplaceAll(c.config, "BASE", server.URL))
			if err := n.Send(`{}`); err != nil {
				t.Fatal(err)
			}
			m := n.Sent().Port(0)[0]
			headers := m.Get("headers").(*msg.Object)
			hash := headers.Get(requestHash)
			if headers.Delete(requestHash); hash != headersHash(headers) {
				t.Errorf("hash %v of %s", hash, headers)
			}
			want := nodetest.Message(t, strings.ReplaceAll(c.want, "BASE", server.URL))
			for key, v := range want.All() {
				if got := m.Get(key); string(msg.Encode(got)) != string(msg.Encode(v)) {
					t.Errorf("%s: got %s, want %s", key, msg.Encode(got), msg.Encode(v))
				}
			}
		})
	}
}

func TestHTTPRequestRedirects(t *testing.T) {
	var elsewhere *asked
	server := newAsked(t, func(w http.ResponseWriter, r *http.Request) {
		var code int
		if _, err := fmt.Sscanf(r.URL.Path, "/%d", &code); err != nil {
			_, _ = io.WriteString(w, "landed")
			return
		}
		w.Header()["Set-Cookie"] = []string{"r=1; Path=/"}
		to := r.URL.Query().Get("to")
		if to == "elsewhere" {
			to = strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1)
		}
		w.Header().Set("Location", to)
		w.WriteHeader(code)
	})
	elsewhere = newAsked(t, nil)
	const agent = `"User-Agent: Go-http-client/1.1"`
	for _, c := range []struct{ name, config, in, want, list string }{
		{"302", `{"url":"BASE/302?to=../x%3Fa"}`, `{}`, `GET /x?a ["Cookie: r=1" ` + agent + `] `, `[{"location":"../x?a","cookies":{"r":{"Path":"/","value":"1"}}}]`},
		{"302 of a POST", `{"url":"BASE/302?to=/x","method":"POST"}`, `{"payload":"p"}`, `POST /x ["Cookie: r=1" ` + agent + `] p`, ``},
		{"307 of a POST", `{"url":"BASE/307?to=/x","method":"POST"}`, `{"payload":"p"}`, `POST /x ["Cookie: r=1" ` + agent + `] p`, ``},
		{"303 of a POST", `{"url":"BASE/303?to=/x","method":"POST"}`, `{"payload":"p"}`, `GET /x ["Cookie: r=1" ` + agent + `] `, ``},
		{"303 of a HEAD", `{"url":"BASE/303?to=/x","method":"HEAD"}`, `{}`, `HEAD /x ["Cookie: r=1" ` + agent + `] `, ``},
		{"not followed", `{"url":"BASE/302?to=/x"}`, `{"followRedirects":false}`, `GET /302?to=/x [` + agent + `] `, `[]`},
		{"secrets stay here", `{"url":"BASE/302?to=elsewhere"}`, `{"headers":{"authorization":"a","cookie":"c=1","x-b":"b"}}`, ``, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "http-request", strings.ReplaceAll(c.config, "BASE", server.URL))
			if err := n.Send(c.in); err != nil {
				t.Fatal(err)
			}
			if got := server.last(); c.want != "" && got != c.want {
				t.Errorf("asked %s\nwant  %s", got, c.want)
			}
			list := n.Sent().Port(0)[0].Get("redirectList")
			if got := string(msg.Encode(list)); c.list != "" && got != c.list {
				t.Errorf("redirectList %s, want %s", got, c.list)
			}
		})
	}
	if got, want := elsewhere.last(), `GET / [`+agent+` "X-B: b"] `; got != want {
		t.Errorf("the other server was asked %s, want %s", got, want)
	}
}

// raw is a server that speaks no HTTP but what it is told.
func raw(t *testing.T, answer string) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				_, _ = io.WriteString(conn, answer)
			}
			conn.Close()
		}
	}()
	return "http://" + l.Addr().String()
}

func TestHTTPRequestErrors(t *testing.T) {
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer silent.Close()
	loop := httptest.NewServer(http.RedirectHandler("/", http.StatusFound))
	defer loop.Close()
	encrypted := httptest.NewUnstartedServer(http.NotFoundHandler())
	encrypted.Config.ErrorLog = log.New(io.Discard, "", 0)
	encrypted.StartTLS()
	defer encrypted.Close()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	address := strings.TrimPrefix(closed.URL, "http://")

	for _, c := range []struct{ name, config, in, err, payload, code string }{
		{"refused", `{"url":"` + closed.URL + `/x"}`, `{}`, "RequestError: connect ECONNREFUSED " + address, "", "ECONNREFUSED"},
		{"late", `{"url":"` + silent.URL + `"}`, `{"requestTimeout":50}`, "no response from server", "TimeoutError: Timeout awaiting 'request' for 50ms : " + silent.URL, "ETIMEDOUT"},
		{"no such host", `{"url":"http://no.such.invalid/"}`, `{}`, "RequestError: getaddrinfo ENOTFOUND no.such.invalid", "", "ENOTFOUND"},
		{"hangs up", `{"url":"` + raw(t, "") + `"}`, `{}`, "RequestError: socket hang up", "", "ECONNRESET"},
		{"garbage", `{"url":"` + raw(t, "hello there\r\n\r\n") + `"}`, `{}`, "RequestError: Parse Error: Expected HTTP/, RTSP/ or ICE/", "", "HPE_INVALID_CONSTANT"},
		{"cut off", `{"url":"` + raw(t, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc") + `"}`, `{}`, "ReadError: The server aborted pending request", "", "ECONNRESET"},
		{"too large", `{"url":"` + raw(t, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nabc") + `"}`, `{}`, "ReadError: the answer is larger than 50 MB", "", "ERR_BODY_TOO_LARGE"},
		{"too large, in chunks", `{"maxResponse":1,"url":"` + raw(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n"+strings.Repeat("x", 0x200000)+"\r\n0\r\n\r\n") + `"}`, `{}`, "ReadError: the answer is larger than 1 MB", "", "ERR_BODY_TOO_LARGE"},
		{"round and round", `{"url":"` + loop.URL + `"}`, `{}`, "MaxRedirectsError: Redirected 21 times. Aborting.", "", "ERR_TOO_MANY_REDIRECTS"},
		{"to another protocol", `{"url":"` + raw(t, "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n") + `"}`, `{}`, "RequestError: Unsupported protocol: file:", "", "ERR_UNSUPPORTED_PROTOCOL"},
		{"unknown authority", `{"url":"` + encrypted.URL + `"}`, `{}`, "RequestError: self-signed certificate", "", "DEPTH_ZERO_SELF_SIGNED_CERT"},
		{"no TLS there", `{"url":"https://` + strings.TrimPrefix(silent.URL, "http://") + `"}`, `{}`, "RequestError: the server does not speak TLS", "", "EPROTO"},
		{"header's name", `{"url":"` + closed.URL + `"}`, `{"headers":{"a b":1}}`, `RequestError: Header name must be a valid HTTP token ["a b"]`, "", "ERR_INVALID_HTTP_TOKEN"},
		{"header's value", `{"url":"` + closed.URL + `"}`, `{"headers":{"a":"b\r\nc: d"}}`, `RequestError: Invalid character in header content ["a"]`, "", "ERR_INVALID_CHAR"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "http-request", c.config)
			if err := n.Send(c.in); err != nil {
				t.Fatal(err)
			}
			errs := n.Errors()
			if len(errs) != 1 || errs[0].Error() != c.err {
				t.Fatalf("errors %q, want %q", errs, c.err)
			}
			m := n.Sent().Port(0)[0]
			if c.payload == "" {
				c.payload = c.err + " : " + nodetest.Message(t, c.config).Get("url").(string)
			}
			if m.Get("payload") != c.payload || m.Get("statusCode") != c.code {
				t.Errorf("sent %s, want payload %q, code %s", m, c.payload, c.code)
			}
			if f := n.Failed()[0]; f.Has("statusCode") || f.Has("payload") {
				t.Errorf("catch gets the message as it was, not %s", f)
			}
			last := n.Statuses()[len(n.Statuses())-1]
			if last.Fill != "red" || last.Shape != "ring" {
				t.Errorf("status %v", last)
			}
		})
	}
	t.Run("to catch only", func(t *testing.T) {
		n := nodetest.New(t, "http-request", `{"senderr":true,"url":"`+closed.URL+`"}`)
		m := msg.NewObject(0)
		if err := n.Receive(m); err != nil || len(n.Errors()) != 1 || len(n.Sent().Port(0)) != 0 {
			t.Errorf("error %v, errors %v, sent %s", err, n.Errors(), n.Sent())
		}
		if m.Get("statusCode") != "ECONNREFUSED" {
			t.Errorf("complete nodes see %s", m)
		}
	})
	for in, want := range map[string]string{
		`{}`:                                "No url specified",
		`{"url":"http://a b/"}`:             "TypeError: Invalid URL",
		`{"url":"http://127.0.0.1:99999/"}`: "TypeError: Invalid URL",
		`{"url":"http://"}`:                 "TypeError: Invalid URL",
		`{"url":"http://h/","cookies":{"a b":1}}`: "TypeError: argument name is invalid",
	} {
		if err := nodetest.New(t, "http-request", `{}`).Send(in); err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", in, err, want)
		}
	}
	if err := nodetest.New(t, "http-request", `{"url":"http://h/","paytoqs":"query"}`).Send(`{"payload":"x"}`); err == nil || err.Error() != "Invalid payload" {
		t.Errorf("error %v", err)
	}
}

func TestHTTPRequestWarnings(t *testing.T) {
	server := newAsked(t, nil)
	for _, c := range []struct{ config, in, want string }{
		{`{"url":"BASE"}`, `{"url":"http://other/"}`, "WARN " + overridden},
		{`{"url":"BASE"}`, `{"url":"BASE"}`, ""},
		{`{"url":"BASE","method":"POST"}`, `{"method":"GET"}`, "WARN " + overridden},
		{`{"url":"BASE"}`, `{"requestTimeout":"soon"}`, "WARN Timeout value is not a valid number, ignoring"},
		{`{"url":"BASE"}`, `{"requestTimeout":0}`, "WARN Timeout value is negative, ignoring"},
		{`{"url":"BASE"}`, `{"rejectUnauthorized":1}`, "WARN msg.rejectUnauthorized should be a boolean"},
		{`{"url":"BASE","ret":"obj"}`, `{}`, "WARN JSON parse error"},
		{`{}`, `{"url":"ftp://h/"}`, "WARN non-http transport requested"},
	} {
		fill := strings.NewReplacer("BASE", server.URL)
		n := nodetest.New(t, "http-request", fill.Replace(c.config))
		if err := n.Send(fill.Replace(c.in)); err != nil {
			t.Errorf("%s: %v", c.in, err)
		}
		if got := strings.Join(n.Logs(), "; "); got != c.want {
			t.Errorf("%s %s: log %q, want %q", c.config, c.in, got, c.want)
		}
	}
}

// The address is walked as browsers do.
func TestWithoutDots(t *testing.T) {
	for in, want := range map[string]string{
		"/a/../b": "/b", "/a/./b": "/a/b", "/../../x": "/x", "/%2e%2E/x": "/x", "/a/b/..": "/a/", "/a/.": "/a/", "/.": "/", "/a%2Fb/../c": "/c", "/a%2Fb/./c": "/a%2Fb/c",
	} {
		u, err := parseTarget("http://h" + in)
		if err != nil || u.EscapedPath() != want {
			t.Errorf("%s: %v, %v, want %s", in, u, err, want)
		}
	}
	for _, in := range []string{"/", "/a//b", "/...", "/a.b/..c"} {
		if got, found := withoutDots(in); found || got != in {
			t.Errorf("%s became %s", in, got)
		}
	}
}

// What a certificate does not prove is told as by Node.js.
func TestHTTPRequestCertificateErrors(t *testing.T) {
	of := func(issuer, subject string) *x509.Certificate {
		return &x509.Certificate{Issuer: pkix.Name{CommonName: issuer}, Subject: pkix.Name{CommonName: subject}}
	}
	self, leaf, ca := of("a", "a"), of("ca", "leaf"), of("ca", "ca")
	for _, c := range []struct {
		chain []*x509.Certificate
		code  string
	}{
		{[]*x509.Certificate{self}, "DEPTH_ZERO_SELF_SIGNED_CERT"},
		{[]*x509.Certificate{leaf, ca}, "SELF_SIGNED_CERT_IN_CHAIN"},
		{[]*x509.Certificate{leaf}, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"},
	} {
		err := &tls.CertificateVerificationError{UnverifiedCertificates: c.chain, Err: x509.UnknownAuthorityError{Cert: c.chain[len(c.chain)-1]}}
		if f := failureOf(err); f.code != c.code {
			t.Errorf("code %s, want %s", f.code, c.code)
		}
	}
	cert := &x509.Certificate{DNSNames: []string{"a.example", "b.example"}, IPAddresses: []net.IP{net.IPv4(192, 0, 2, 1)}}
	for host, want := range map[string]string{
		"c.example": "Host: c.example. is not in the cert's altnames: DNS:a.example, DNS:b.example, IP Address:192.0.2.1",
		"192.0.2.9": "IP: 192.0.2.9 is not in the cert's list: 192.0.2.1",
	} {
		if got := failureOf(x509.HostnameError{Certificate: cert, Host: host}).text; got != "Hostname/IP does not match certificate's altnames: "+want {
			t.Errorf("%s: %s", host, got)
		}
	}
}

// A proxy that is away is told with its own address.
func TestHTTPRequestProxyAway(t *testing.T) {
	port := freePort(t)
	err := &net.OpError{Op: "proxyconnect", Net: "tcp", Err: &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port},
		Err: syscall.ECONNREFUSED}}
	if got, want := failureOf(err).text, fmt.Sprintf("connect ECONNREFUSED 127.0.0.1:%d", port); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A session's digest (RFC 7616, 3.4.2) hashes the secret with both nonces.
func TestHTTPRequestSessionDigest(t *testing.T) {
	sum := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := map[string]string{}
		for _, pair := range regexp.MustCompile(`(\w+)="?([^",]+)"?`).FindAllStringSubmatch(r.Header.Get("Authorization"), -1) {
			given[pair[1]] = pair[2]
		}
		secret := sum(sum("u:here:p") + ":n0nce:" + given["cnonce"])
		if given["response"] == sum(secret+":n0nce:00000001:"+given["cnonce"]+":auth:"+sum(r.Method+":"+r.RequestURI)) && given["opaque"] == "o" {
			return
		}
		w.Header().Set("WWW-Authenticate", `Digest realm="here", nonce="n0nce", qop="auth,auth-int", algorithm=MD5-sess, opaque="o"`)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()
	for password, want := range map[string]float64{"p": 200, "wrong": 401} {
		n := nodetest.New(t, "http-request", `{"url":"`+server.URL+`/a?b=c","authType":"digest","credentials":{"user":"u","password":"`+password+`"}}`)
		if err := n.Send(`{}`); err != nil {
			t.Fatal(err)
		}
		if m := n.Sent().Port(0)[0]; m.Get("statusCode") != want {
			t.Errorf("password %s: %v, want %v", password, m.Get("statusCode"), want)
		}
	}
	for _, unknown := range []string{`Digest realm="r", nonce="n", algorithm=SHA-1-sess`, `Digest realm="r", algorithm=MD5-sess`, `Basic realm="r"`, "x"} {
		if line, ok := sessionDigest(http.Header{"Www-Authenticate": {unknown}}, "GET", "/", "u", "p"); ok {
			t.Errorf("%s: answered with %s", unknown, line)
		}
	}
}

// A digest is what RFC 7616 says, and is sent once.
func TestHTTPRequestDigest(t *testing.T) {
	field := regexp.MustCompile(`(\w+)=(?:"([^"]*)"|([^, ]+))`)
	sum := func(s string) string { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) }
	for password, want := range map[string]float64{"secret": 200, "wrong": 401} {
		tries := 0
		server := newAsked(t, func(w http.ResponseWriter, r *http.Request) {
			tries++
			f := map[string]string{}
			for _, m := range field.FindAllStringSubmatch(r.Header.Get("Authorization"), -1) {
				f[m[1]] = m[2] + m[3]
			}
			response := sum(sum("u:here:secret") + ":n0nce:" + f["nc"] + ":" + f["cnonce"] + ":auth:" + sum("POST:/a?b=c"))
			if f["response"] != response || f["username"] != "u" {
				w.Header().Set("WWW-Authenticate", `Digest realm="here", nonce="n0nce", qop="auth", algorithm=MD5`)
				w.WriteHeader(401)
			}
		})
		n := nodetest.New(t, "http-request", `{"url":"`+server.URL+`/a?b=c","method":"POST","authType":"digest","credentials":{"user":"u","password":"`+password+`"}}`)
		if err := n.Send(`{"payload":"body"}`); err != nil {
			t.Fatal(err)
		}
		if got := n.Sent().Port(0)[0].Get("statusCode"); got != want || tries != 2 || !strings.HasSuffix(server.last(), " body") {
			t.Errorf("%s: status %v after %d tries, last %s", password, got, tries, server.last())
		}
	}
}

// Many are under way at once, the status shows while any is, and no
// connection is left when the node is closed.
func TestHTTPRequestAtOnce(t *testing.T) {
	const many = 100
	var all sync.WaitGroup
	all.Add(many)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		all.Done()
		all.Wait()
	}))
	var open sync.WaitGroup
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		switch s {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed:
			open.Done()
		}
	}
	server.Start()
	defer server.Close()
	n := nodetest.New(t, "http-request", `{"url":"`+server.URL+`"}`)
	var sent sync.WaitGroup
	for range many {
		sent.Go(func() {
			if err := n.Send(`{}`); err != nil {
				t.Error(err)
			}
		})
	}
	sent.Wait()
	if got := len(n.Sent().Port(0)); got != many {
		t.Errorf("%d answers", got)
	}
	if s := n.Statuses(); len(s) < 2 || s[0].Text != "httpin.status.requesting" || s[len(s)-1].Text != "" {
		t.Errorf("statuses %v", s)
	}
	n.Close()
	open.Wait() // for ever, if a connection stays
}

// A request ends when the node is stopped.
func TestHTTPRequestStops(t *testing.T) {
	come := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(come)
		<-r.Context().Done()
	}))
	defer server.Close()
	n := nodetest.New(t, "http-request", `{"url":"`+server.URL+`"}`)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-come; cancel() }()
	h := nodetest.Of[HTTPRequest](n)
	c, err := h.prepare(ctx, msg.NewObject(0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.do(ctx); c.failure(err).code != "ECANCELED" {
		t.Errorf("error %v", err)
	}
}

func TestHTTPProxy(t *testing.T) {
	proxy := newAsked(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "by proxy") })
	target := newAsked(t, nil)
	config := nodetest.Config(`{"id":"p1","type":"http proxy","url":"` + proxy.URL + `","noproxy":["` + target.Listener.Addr().String() + `"],"credentials":{"username":"u","password":"p"}}`)
	n := nodetest.New(t, "http-request", `{"proxy":"p1"}`, config)
	if err := n.Send(`{"url":"http://far.example/x"}`, `{"url":"`+target.URL+`/direct"}`); err != nil {
		t.Fatal(err)
	}
	if got := proxy.last(); !strings.HasPrefix(got, `GET http://far.example/x `) || !strings.Contains(got, "Proxy-Authorization: Basic dTpw") {
		t.Errorf("the proxy was asked %s", got)
	}
	if got := target.last(); !strings.HasPrefix(got, "GET /direct ") {
		t.Errorf("the target was asked %q", got)
	}
	for _, c := range []struct {
		except, target string
		direct         bool
	}{
		{"example.com", "http://example.com/", true},
		{"example.com", "http://a.example.com/", false},
		{".example.com", "http://a.example.com/", true},
		{"*example.com", "http://example.com/", true},
		{"a.com, EXAMPLE.com:443", "https://example.com/", true},
		{"example.com:443", "http://example.com/", false},
		{"*", "http://x/", true},
		{"", "http://x/", false},
	} {
		u, err := url.Parse(c.target)
		if err != nil {
			t.Fatal(err)
		}
		p := &HTTPProxy{URL: "proxy.example.com:3128", Except: []string{c.except}}
		through, err := p.through(u)
		if err != nil || (through == nil) != c.direct {
			t.Errorf("%q, %s: through %v, %v", c.except, c.target, through, err)
		}
	}
	if got := nodetest.Check(t, "http-proxy", `{"url":"ftp://x"}`); len(got) != 1 {
		t.Errorf("problems %q", got)
	}
}

func TestHTTPRequestTLS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "secret") }))
	defer server.Close()
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	text := string(msg.Encode(string(certificate)))
	for name, c := range map[string]struct{ tls, request string }{
		"file":           {`{"id":"t","type":"tls-config","ca":"` + file + `"}`, `{"tls":"t","url":"` + server.URL + `"}`},
		"text":           {`{"id":"t","type":"tls-config","credentials":{"cadata":` + text + `}}`, `{"tls":"t","url":"` + server.URL + `"}`},
		"variable":       {`{"id":"t","type":"tls-config","certType":"env","caEnv":"MY_CA"}`, `{"tls":"t","url":"` + server.URL + `"}`},
		"not verified":   {`{"id":"t","type":"tls-config","verifyservercert":false}`, `{"tls":"t","url":"` + server.URL + `"}`},
		"no scheme":      {`{"id":"t","type":"tls-config","verifyservercert":false}`, `{"tls":"t","url":"` + strings.TrimPrefix(server.URL, "https://") + `"}`},
		"by the message": {`{"id":"t","type":"tls-config"}`, `{"url":"` + server.URL + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			n := nodetest.New(t, "http-request", c.request, nodetest.Var("MY_CA", string(certificate)), nodetest.Config(c.tls))
			if err := n.Send(`{"rejectUnauthorized":"FALSE"}`); err != nil {
				t.Fatal(err)
			}
			if m := n.Sent().Port(0)[0]; m.Get("payload") != "secret" {
				t.Errorf("sent %s", m)
			}
		})
	}
}

func TestHTTPRequestConfig(t *testing.T) {
	for config, want := range map[string]string{
		`{"url":"http://a b/"}`:          `url: "http://a b/" is not a URL such as https://api.example.com/`,
		`{"url":"<<msg."}`:               "url: ",
		`{"method":"a b"}`:               `method: "a b" is not a method`,
		`{"tls":"nobody"}`:               `tls: there is no node "nobody"`,
		`{"url":"ftp://x","headers":{}}`: "",
	} {
		got := strings.Join(nodetest.Check(t, "http-request", config), "; ")
		if (want == "") != (got == "") || !strings.HasPrefix(got, want) {
			t.Errorf("%s: problems %q, want %q", config, got, want)
		}
	}
	if got := nodetest.Check(t, "tls-config", `{"cert":"a.pem"}`); len(got) != 1 || got[0] != "cert: "+errHalfPair.Error() {
		t.Errorf("problems %q", got)
	}
}

func BenchmarkHTTPRequest(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = typeJSON
		_, _ = io.WriteString(w, `{"message_uuid":"aaaaaaaa-bbbb-cccc-dddd-0123456789ab"}`)
	}))
	defer server.Close()
	h := nodetest.Of[HTTPRequest](nodetest.New(b, "http-request", `{"method":"POST","ret":"obj","url":"`+server.URL+`/v1/messages"}`))
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			m := msg.Of("payload", msg.Of("message_type", "text", "to", "447700900000", "text", "hello"))
			c, err := h.prepare(b.Context(), m)
			if err != nil {
				b.Fatal(err)
			}
			answer, err := c.do(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			h.fill(b.Context(), m, answer)
		}
	})
}
