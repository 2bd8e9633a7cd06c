package network

import (
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// request makes msg.req when a flow first looks at it.
func (x *exchange) request() *msg.Object {
	r := x.r
	o := msg.NewObject(16)
	o.Set("body", msg.NewObject(0)) // of GET, too, as in Node-RED
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		body, files, err := x.body.value()
		if err == nil {
			o.Set("body", body)
		}
		if files != nil {
			o.Set("files", files)
		}
	}
	query, err := parseQuery(r.URL.RawQuery, urlLimits)
	if err == nil {
		o.Set("query", query)
	}
	o.Set("params", routeParams(r))
	o.Set("headers", requestHeaders(r))
	o.Set("cookies", readCookies(r.Header["Cookie"]))
	o.Set("signedCookies", msg.NewObject(0))
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		ip = r.RemoteAddr
	}
	o.Set("ip", ip)
	o.Set("method", r.Method)
	o.Set("url", r.RequestURI)
	o.Set("path", r.URL.EscapedPath())
	o.Set("originalUrl", r.RequestURI)
	o.Set("hostname", hostname(r.Host))
	o.Set("protocol", protocol(r))
	return o
}

// routeParams reads what the router found: names, in braces, are in Pattern.
func routeParams(r *http.Request) *msg.Object {
	o := msg.NewObject(0)
	for part := range strings.SplitSeq(r.Pattern, "{") {
		name, _, ok := strings.Cut(part, "}")
		if !ok {
			continue
		}
		value := r.PathValue(name)
		numbered := name[0] >= '0' && name[0] <= '9'
		if value != "" || numbered { // a star may stand for nothing, a name cannot
			o.Set(name, value)
		}
	}
	return o
}

// onlyOnce are the headers of which a second one is ignored.
var onlyOnce = []string{"Age", "Authorization", "Content-Length", "Content-Type", "From", "If-Modified-Since", "If-Unmodified-Since",
	"Max-Forwards", "Proxy-Authorization", "Referer", "User-Agent"}

// requestHeaders has the names in lower case, host first, then by name, for
// their order does not reach us.
func requestHeaders(r *http.Request) *msg.Object {
	o := msg.NewObject(len(r.Header) + 2)
	o.Set("host", r.Host)
	names := make([]string, 0, len(r.Header))
	for name := range r.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		lines := r.Header[name]
		separator := ", "
		switch {
		case len(lines) == 0:
			continue
		case name == "Cookie":
			separator = "; "
		case slices.Contains(onlyOnce, name):
			lines = lines[:1]
		}
		o.Set(strings.ToLower(name), strings.Join(lines, separator))
	}
	if len(r.TransferEncoding) > 0 {
		o.Set("transfer-encoding", strings.Join(r.TransferEncoding, ", "))
	}
	return o
}

func hostname(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		return host[:i]
	}
	return host
}

func protocol(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}
