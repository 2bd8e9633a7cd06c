package network

import (
	"net/http"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// values are payloads that JSON has no form for.
var values = map[string]func() any{
	"undefined": func() any { return msg.Undefined },
	"date":      func() any { return msg.Date(0) },
	"buffer":    func() any { return []byte("hi") },
	"nan":       func() any { return msg.Number("x") },
	"lines":     func() any { return msg.Of("x", "\u2028<") },
	"cycle": func() any {
		o := msg.NewObject(1)
		o.Set("c", o)
		return o
	},
}

// What Node-RED 5.0.7 answers; $name stands for one of values. A refusal is
// the error, and 500 to the client, who would wait for ever there.
func TestHTTPResponse(t *testing.T) {
	for _, c := range []struct {
		name, target, node, message string
		status                      int
		body                        string
		header                      string // name=value lines that must be there; name= must not
		err                         string
	}{
		{"null", "", `{}`, `{"payload":null}`, 200, "null", "Content-Type=application/json; charset=utf-8|Content-Length=4|Etag=W/\"4-K+iMpCQsduglOsYkdIUQZQMtaDM\"|X-Content-Type-Options=nosniff", ""},
		{"undefined", "", `{}`, `{"payload":"$undefined"}`, 200, "", "Content-Type=|Content-Length=0|Etag=", ""},
		{"missing", "", `{}`, `{}`, 200, "", "Content-Type=|Content-Length=0|Etag=", ""},
		{"missing with a type", "", `{}`, `{"headers":{"content-type":"text/plain"}}`, 200, "", "Content-Type=text/plain; charset=utf-8|Content-Length=0", ""},
		{"date", "", `{}`, `{"payload":"$date"}`, 200, `"1970-01-01T00:00:00.000Z"`, "Content-Type=application/json; charset=utf-8|Etag=W/\"1a-ngLRKDZRZUTYZSmaNhIE2wXoK8w\"", ""},
		{"buffer", "", `{}`, `{"payload":"$buffer"}`, 200, "hi", "Content-Type=application/octet-stream|Etag=W/\"2-witfkXg0JglCjW9RssWvTAveakI\"", ""},
		{"buffer with a type", "", `{}`, `{"payload":"$buffer","headers":{"content-type":"image/png"}}`, 200, "hi", "Content-Type=image/png", ""},
		{"buffer of text", "", `{}`, `{"payload":"$buffer","headers":{"content-type":"text/csv"}}`, 200, "hi", "Content-Type=text/csv; charset=utf-8", ""},
		{"not a number", "", `{}`, `{"payload":"$nan"}`, 200, "NaN", "Content-Type=text/html; charset=utf-8|Etag=W/\"3-9/2caPgErNpmXSqwgiF7sVgzGPI\"", ""},
		{"text", "", `{}`, `{"payload":"hé"}`, 200, "hé", "Content-Type=text/html; charset=utf-8|Content-Length=3|Etag=W/\"3-llZREsZn62PmcrVsRAHQVB7q2g4\"|X-Content-Type-Options=", ""},
		{"empty text", "", `{}`, `{"payload":""}`, 200, "", "Content-Type=text/html; charset=utf-8|Content-Length=0|Etag=W/\"0-2jmj7l5rSw0yVb/vlWAYkK/YBwk\"", ""},
		{"number", "", `{}`, `{"payload":84901234567}`, 200, "84901234567", "Content-Type=text/html; charset=utf-8", ""},
		{"object", "", `{}`, `{"payload":{"b":1,"a":"<"}}`, 200, `{"b":1,"a":"<"}`, "Content-Type=application/json; charset=utf-8", ""},
		{"list", "", `{}`, `{"payload":[1]}`, 200, `[1]`, "Etag=W/\"3-9imuRLez3P7URNNj5ibt9BHsaag\"", ""},
		{"boolean", "", `{}`, `{"payload":true}`, 500, "", "Etag=", `TypeError [ERR_INVALID_ARG_TYPE]: The "string" argument must be of type string or an instance of Buffer or ArrayBuffer. Received type boolean (true)`},
		{"cycle", "", `{}`, `{"payload":"$cycle"}`, 500, "", "X-Kept=", "TypeError: Converting circular structure to JSON"},

		{"JSONP", "?callback=a.b%3Cx%3E[1]", `{}`, `{"payload":"$lines"}`, 200, `/**/ typeof a.bx[1] === 'function' && a.bx[1]({"x":"\u2028<"});`, "Content-Type=text/javascript; charset=utf-8|X-Content-Type-Options=nosniff", ""},
		{"JSONP twice", "?callback=f&callback=g", `{}`, `{"payload":1}`, 200, `1`, "Content-Type=text/html; charset=utf-8", ""},
		{"JSONP of a list", "?callback=f&callback=g", `{}`, `{"payload":[]}`, 200, `/**/ typeof f === 'function' && f([]);`, "", ""},
		{"JSON separators", "", `{}`, `{"payload":"$lines"}`, 200, "{\"x\":\"\u2028<\"}", "", ""},

		{"status of the node", "", `{"statusCode":"201"}`, `{"payload":"x","statusCode":500}`, 201, "x", "", ""},
		{"status that is a template", "", `{"statusCode":"<<msg.code>>"}`, `{"payload":"x","code":418}`, 418, "x", "", ""},
		{"status of the message", "", `{"statusCode":""}`, `{"payload":"x","statusCode":"404x"}`, 404, "x", "", ""},
		{"status that is none", "", `{"statusCode":"abc"}`, `{"payload":"x","statusCode":"abc"}`, 200, "x", "", ""},
		{"status 0", "", `{}`, `{"payload":"x","statusCode":0}`, 200, "x", "", ""},
		{"status 200.7", "", `{}`, `{"payload":"x","statusCode":200.7}`, 200, "x", "", ""},
		{"status -5", "", `{}`, `{"payload":"x","statusCode":-5}`, 500, "", "", "RangeError [ERR_HTTP_INVALID_STATUS_CODE]: Invalid status code: -5"},
		{"status 1000", "", `{}`, `{"payload":"x","statusCode":1000}`, 500, "", "", "RangeError [ERR_HTTP_INVALID_STATUS_CODE]: Invalid status code: 1000"},
		{"204", "", `{}`, `{"payload":"hé","statusCode":204}`, 204, "", "Content-Type=|Content-Length=|Etag=W/\"3-llZREsZn62PmcrVsRAHQVB7q2g4\"", ""},
		{"304", "", `{}`, `{"payload":"x","statusCode":304}`, 304, "", "Content-Type=|Content-Length=", ""},
		{"205", "", `{}`, `{"payload":"x","statusCode":205}`, 205, "", "Content-Length=0", ""},

		{"headers of the node win", "", `{"headers":{"x-one":"node","x-t":"<<msg.payload>>"}}`, `{"payload":"x","headers":{"x-one":"msg","x-two":"msg"}}`, 200, "x", "X-One=node|X-Two=msg|X-T=x", ""},
		{"but by exact name", "", `{"headers":{"x-one":"node"}}`, `{"payload":"x","headers":{"X-One":"msg"}}`, 200, "x", "X-One=msg", ""},
		{"values", "", `{}`, `{"payload":"x","headers":{"x-a":["1","2"],"x-n":5,"x-b":true,"x-0":null,"x-o":{"a":1},"x-l":"é"}}`, 200, "x", "X-A=1,2|X-N=5|X-B=true|X-0=null|X-O=[object Object]|X-L=\xe9", ""},
		{"type without charset", "", `{}`, `{"payload":"x","headers":{"content-type":"application/xml"}}`, 200, "x", "Content-Type=application/xml; charset=utf-8", ""},
		{"type with another charset", "", `{}`, `{"payload":"x","headers":{"content-type":"text/plain; charset=iso-8859-1; b=2"}}`, 200, "x", "Content-Type=text/plain; b=2; charset=utf-8", ""},
		{"JSON type of an object", "", `{}`, `{"payload":{},"headers":{"content-type":"application/vnd.x+json"}}`, 200, "{}", "Content-Type=application/vnd.x+json; charset=utf-8|X-Content-Type-Options=", ""},
		{"type that is none", "", `{}`, `{"payload":"x","headers":{"content-type":"nonsense"}}`, 500, "", "", "TypeError: invalid media type"},
		{"own etag and a wrong length", "", `{}`, `{"payload":"xy","headers":{"etag":"\"q\"","content-length":"100"}}`, 200, "xy", "Etag=\"q\"|Content-Length=2", ""},
		{"bad name", "", `{}`, `{"payload":"x","headers":{"x-kept":"1","bad name":"x"}}`, 500, "", "X-Kept=", `TypeError [ERR_INVALID_HTTP_TOKEN]: Header name must be a valid HTTP token ["bad name"]`},
		{"bad value", "", `{}`, `{"payload":"x","headers":{"x-a":"a\nb"}}`, 500, "", "", `TypeError [ERR_INVALID_CHAR]: Invalid character in header content ["x-a"]`},
		{"value beyond Latin-1", "", `{}`, `{"payload":"x","headers":{"x-a":"日本"}}`, 500, "", "", `TypeError [ERR_INVALID_CHAR]: Invalid character in header content ["x-a"]`},
		{"headers of http-request, changed", "", `{}`, `{"payload":"x","headers":{"x-a":"1","x-node-red-request-node":"0"}}`, 200, "x", "X-A=1|X-Node-Red-Request-Node=", ""},
		{"headers of http-request, as they came", "", `{}`, `{"payload":"x","headers":{"x-a":"1","x-node-red-request-node":"` + headersHash(msg.Of("x-a", "1")) + `"}}`, 200, "x", "X-A=|X-Node-Red-Request-Node=", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFlow(t, `{"url":"/r"}`, c.node, func(m *msg.Object) {
				m.Delete("payload")
				for key, v := range nodetest.Message(t, c.message).All() {
					if text, ok := v.(string); ok && strings.HasPrefix(text, "$") {
						v = values[text[1:]]()
					}
					m.Set(key, v)
				}
			})
			res, body := f.do(t, "GET", "/r"+c.target, nil, nil)
			if err := <-f.errs; err == nil && c.err != "" || err != nil && err.Error() != c.err {
				t.Errorf("error %v, want %s", err, c.err)
			}
			if c.err != "" {
				if !strings.Contains(body, "Internal Server Error") {
					t.Errorf("body %q of a refusal", body)
				}
				body = ""
			}
			if res.StatusCode != c.status || body != c.body {
				t.Errorf("got %d %q, want %d %q", res.StatusCode, body, c.status, c.body)
			}
			wantHeaders(t, res.Header, c.header)
		})
	}
}

func wantHeaders(t *testing.T, h http.Header, want string) {
	t.Helper()
	for line := range strings.SplitSeq(want, "|") {
		if name, value, _ := strings.Cut(line, "="); name != "" && strings.Join(h[name], ",") != value {
			t.Errorf("%s is %q, want %q", name, h[name], value)
		}
	}
}

// msg.cookies, as Node-RED 5.0.7 writes them. Expires of a max-age is the
// clock's and cut off here.
func TestHTTPResponseCookies(t *testing.T) {
	for _, c := range []struct{ cookies, want, err string }{
		{`{"a":"b c;d","n":5,"t":true,"e":""}`, "a=b%20c%3Bd; Path=/|n=5; Path=/|t=true; Path=/|e=; Path=/", ""},
		{`{"a":{"value":"v","maxAge":1500,"domain":"x.y","path":"/p","httpOnly":true,"secure":true,"sameSite":"lax","expires":0}}`, "a=v; Max-Age=1; Domain=x.y; Path=/p; Expires=…; HttpOnly; Secure; SameSite=Lax", ""},
		{`{"a":{"value":{"x":1},"sameSite":true}}`, "a=j%3A%7B%22x%22%3A1%7D; Path=/; SameSite=Strict", ""},
		{`{"a":null}`, "a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", ""},
		{`{"a":{"value":null,"path":"/q"}}`, "a=; Path=/q; Expires=Thu, 01 Jan 1970 00:00:00 GMT", ""},
		{`{"a":{}}`, "a=undefined; Path=/", ""},
		{`{"a":{"value":"x","maxAge":0,"path":""}}`, "a=x; Max-Age=0; Expires=…", ""},
		{`{"a":{"value":"x","partitioned":true,"priority":"high","maxAge":-5000}}`, "a=x; Max-Age=-5; Path=/; Expires=…; Partitioned; Priority=High", ""},
		{`{"a":"x"}`, "a=x; Path=/", ""},
		{`{"bad name":"x"}`, "", "TypeError: argument name is invalid"},
		{`{"":"x"}`, "", "TypeError: argument name is invalid"},
		{`{"a":{"value":"x","sameSite":"bogus"}}`, "", "TypeError: option sameSite is invalid"},
		{`{"a":{"value":"x","maxAge":"abc"}}`, "", "TypeError: option maxAge is invalid"},
		{`{"a":{"value":"x","expires":"Wed"}}`, "", "TypeError: option expires is invalid"},
		{`{"a":{"value":"x","path":"/;x"}}`, "", "TypeError: option path is invalid"},
		{`{"a":{"value":"x","signed":true}}`, "", `cookieParser("secret") required for signed cookies`},
	} {
		f := newFlow(t, `{"url":"/r"}`, `{}`, func(m *msg.Object) {
			m.Set("payload", "x")
			m.Set("cookies", nodetest.Message(t, c.cookies))
		})
		res, _ := f.do(t, "GET", "/r", nil, nil)
		if err := <-f.errs; err == nil && c.err != "" || err != nil && err.Error() != c.err {
			t.Errorf("%s: error %v, want %q", c.cookies, err, c.err)
		}
		got := res.Header["Set-Cookie"]
		for i, line := range got {
			if before, rest, ok := strings.Cut(line, "Expires="); ok && !strings.Contains(rest, "1970") {
				_, rest, _ = strings.Cut(rest, " GMT")
				got[i] = before + "Expires=…" + rest
			}
		}
		if text := strings.Join(got, "|"); text != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.cookies, text, c.want)
		}
	}
}

// Cookies come on top of what a set-cookie header says.
func TestHTTPResponseCookiesAndHeader(t *testing.T) {
	f := newFlow(t, `{"url":"/r"}`, `{}`, func(m *msg.Object) {
		m.Set("headers", nodetest.Message(t, `{"set-cookie":["q=1","r=2"]}`))
		m.Set("cookies", nodetest.Message(t, `{"a":"x"}`))
	})
	res, _ := f.do(t, "GET", "/r", nil, nil)
	if got := strings.Join(res.Header["Set-Cookie"], "|"); got != "q=1|r=2|a=x; Path=/" {
		t.Errorf("got %s", got)
	}
}

func TestHTTPResponseConditional(t *testing.T) {
	f := newFlow(t, `{"url":"/r","method":"any"}`, `{}`, func(m *msg.Object) {
		m.Set("payload", "hé")
		m.Set("headers", nodetest.Message(t, `{"last-modified":"Fri, 20 Nov 2026 16:00:00 GMT"}`))
	})
	const tag = `W/"3-llZREsZn62PmcrVsRAHQVB7q2g4"`
	for _, c := range []struct {
		method string
		header http.Header
		want   int
	}{
		{"GET", http.Header{"If-None-Match": {tag}}, 304},
		{"HEAD", http.Header{"If-None-Match": {`"x", "3-llZREsZn62PmcrVsRAHQVB7q2g4"`}}, 304},
		{"GET", http.Header{"If-None-Match": {"*"}}, 304},
		{"GET", http.Header{"If-None-Match": {`"x"`}}, 200},
		{"GET", http.Header{"If-None-Match": {tag}, "Cache-Control": {"no-cache"}}, 200},
		{"POST", http.Header{"If-None-Match": {tag}}, 200},
		{"GET", http.Header{"If-Modified-Since": {"Fri, 20 Nov 2026 16:00:00 GMT"}}, 304},
		{"GET", http.Header{"If-Modified-Since": {"Fri, 20 Nov 2026 15:59:59 GMT"}}, 200},
		{"GET", http.Header{"If-Modified-Since": {"today"}}, 200},
	} {
		res, body := f.do(t, c.method, "/r", c.header, nil)
		if res.StatusCode != c.want || c.want == 304 && (body != "" || res.Header.Get("Etag") != tag) || c.want == 200 && body != "hé" {
			t.Errorf("%s %v: %d %q %v", c.method, c.header, res.StatusCode, body, res.Header)
		}
		<-f.errs
	}
}

// HEAD has the headers of the GET and no body.
func TestHTTPResponseHead(t *testing.T) {
	f := newFlow(t, `{"url":"/r"}`, `{}`, func(m *msg.Object) { m.Set("payload", "hé") })
	res, body := f.do(t, "HEAD", "/r", nil, nil)
	if res.StatusCode != 200 || body != "" || res.Header.Get("Content-Length") != "3" {
		t.Errorf("got %d %q %v", res.StatusCode, body, res.Header)
	}
}

func TestHTTPResponseWithoutRequest(t *testing.T) {
	n := nodetest.New(t, "http response", `{}`)
	if err := n.Send(`{"payload":"x"}`, `{"payload":"x","res":{"handle":"http:1"}}`); err != nil {
		t.Errorf("error %v", err)
	}
	if logs := n.Logs(); len(logs) != 2 || logs[0] != "WARN No response object" {
		t.Errorf("logs: %q", logs)
	}
}

func TestHTTPResponseTwice(t *testing.T) {
	second := nodetest.New(t, "http response", `{}`)
	first := nodetest.New(t, "http response", `{}`)
	ended := make(chan error, 1)
	in := newSite(t, `{"url":"/r"}`, nodetest.Emits(func(m *msg.Object) error {
		other := m.Clone()
		other.Set("payload", "second")
		err := first.Receive(m.Clone())
		ended <- second.Receive(other)
		return err
	}))
	res, body := in.do(t, "GET", "/r?a=1", nil, nil)
	if res.StatusCode != 200 || body != `{"a":"1"}` {
		t.Errorf("the first answer: %d %q", res.StatusCode, body)
	}
	err := <-ended
	if err == nil || err.Error() != "Cannot set headers after they are sent to the client" {
		t.Errorf("the second: %v", err)
	}
	coded, ok := err.(interface {
		ErrorDetails() (any, string, any)
	})
	if !ok {
		t.Fatalf("%T has no code", err)
	}
	if code, _, _ := coded.ErrorDetails(); code != "ERR_HTTP_HEADERS_SENT" {
		t.Errorf("code %v", code)
	}
}
