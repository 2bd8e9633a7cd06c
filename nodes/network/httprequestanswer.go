package network

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// readAnswer reads the body, up to limit.
func readAnswer(res *http.Response, limit int64) ([]byte, error) {
	defer res.Body.Close()
	tooLarge := &failure{name: "ReadError", text: fmt.Sprintf("the answer is larger than %d MB", limit>>20), code: "ERR_BODY_TOO_LARGE"}
	if res.ContentLength > limit && res.Request.Method != http.MethodHead {
		return nil, tooLarge
	}
	var body []byte
	var err error
	if n := res.ContentLength; n >= 0 && n <= limit && res.Request.Method != http.MethodHead {
		body = make([]byte, n)
		_, err = io.ReadFull(res.Body, body)
	} else if body, err = io.ReadAll(io.LimitReader(res.Body, limit+1)); int64(len(body)) > limit {
		return nil, tooLarge
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		const text = "The server aborted pending request"
		err = &failure{name: "ReadError", text: text, code: "ECONNRESET", cause: msg.Of("name", "Error", "message", text, "code", "ECONNRESET")}
	}
	return body, err
}

// fill puts the answer into m.
func (h *HTTPRequest) fill(ctx context.Context, m *msg.Object, a *answered) {
	headers := answerHeaders(a.Response)
	headers.Set(requestHash, headersHash(headers))
	m.Set("statusCode", a.StatusCode)
	m.Set("headers", headers)
	m.Set("responseUrl", a.url.String())
	switch h.Return {
	case "bin":
		m.Set("payload", a.body)
	case "obj":
		m.Set("payload", readJSON(ctx, a))
	default:
		m.Set("payload", msg.Text(a.body))
	}
	m.Set("redirectList", a.redirects)
	m.Set("retry", 0)
	if lines := a.Header["Set-Cookie"]; len(lines) > 0 {
		m.Set("responseCookies", answerCookies(lines))
	}
}

// readJSON reads the body as JSON; what is none stays a text.
func readJSON(ctx context.Context, a *answered) any {
	if a.StatusCode == http.StatusNoContent {
		return msg.NewObject(0)
	}
	v, err := msg.Decode(a.body)
	if err != nil {
		node.Log(ctx).Warn("JSON parse error")
		return msg.Text(a.body)
	}
	return v
}

// firstOnly are headers of which Node takes the first and drops the others.
var firstOnly = []string{
	"Age", "Authorization", "Content-Length", "Content-Type", "Etag", "Expires", "From", "Host", "If-Modified-Since",
	"If-Unmodified-Since", "Last-Modified", "Location", "Max-Forwards", "Proxy-Authorization", "Referer", "Retry-After", "Server", "User-Agent",
}

// answerHeaders are the headers as Node has them: names in small letters,
// several lines in one text, but for cookies.
func answerHeaders(res *http.Response) *msg.Object {
	names := make([]string, 0, len(res.Header)+1)
	for name := range res.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	o := msg.NewObject(len(names) + 2)
	for _, name := range names {
		lines := res.Header[name]
		switch {
		case name == "Set-Cookie":
			list := msg.NewList()
			for _, line := range lines {
				list.Append(latin1(line))
			}
			o.Set("set-cookie", list)
			continue
		case len(lines) > 1 && !slices.Contains(firstOnly, name):
			o.Set(strings.ToLower(name), latin1(strings.Join(lines, ", ")))
			continue
		}
		o.Set(strings.ToLower(name), latin1(lines[0]))
	}
	if len(res.TransferEncoding) > 0 {
		o.Set("transfer-encoding", strings.Join(res.TransferEncoding, ", "))
	}
	return o
}

// latin1 reads a header's bytes as Node does.
func latin1(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7e }) {
		return s
	}
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

// answerCookies is msg.responseCookies: by name, the attributes as they came
// and the value.
func answerCookies(lines []string) *msg.Object {
	all := msg.NewObject(len(lines))
	for _, line := range lines {
		first, _, _ := strings.Cut(line, "=")
		name := strings.TrimSpace(first)
		if !strings.Contains(line, "=") || name == "" || name == "__proto__" {
			continue
		}
		c := readCookies([]string{line})
		value, ok := c.Lookup(name)
		if _, isText := value.(string); ok && !isText {
			value = "j:" + string(msg.Encode(value)) // these are not read as JSON
		}
		if c.Delete(name); ok {
			c.Set("value", value)
		}
		all.Set(name, c)
	}
	return all
}

// failure is a request without an answer, as Node-RED's client tells it.
type failure struct {
	name, text, code string
	cause            *msg.Object
}

func requestError(code, text string) *failure {
	return &failure{name: "RequestError", text: text, code: code}
}

func (f *failure) Error() string { return f.name + ": " + f.text }

// ErrorDetails tells the engine what flows find in msg.error.code.
func (f *failure) ErrorDetails() (code any, stack string, cause any) {
	if f.cause == nil {
		return f.code, "", msg.Of("code", f.code)
	}
	return f.code, "", f.cause
}

const noResponse = "no response from server"

// fail tells the catch nodes.
func (f *failure) fail(m *msg.Object, out node.Out) {
	if f.code == "ETIMEDOUT" {
		out.Fail(m, errors.New(noResponse))
		return
	}
	out.Fail(m, f)
}

// status is what shows under the node.
func (f *failure) status() string {
	if f.code == "ETIMEDOUT" {
		return "common.notification.errors.no-response"
	}
	return f.code
}

// failure is what err means for c.
func (c *call) failure(err error) *failure {
	f := failureOf(err)
	if f.code == "ETIMEDOUT" {
		f.text += fmt.Sprintf(" for %dms", c.timeout.Milliseconds())
	}
	return f
}

// errno are the codes of system errors.
var errno = []struct {
	err  syscall.Errno
	code string
}{
	{syscall.ECONNREFUSED, "ECONNREFUSED"}, {syscall.ECONNRESET, "ECONNRESET"}, {syscall.EHOSTUNREACH, "EHOSTUNREACH"},
	{syscall.ENETUNREACH, "ENETUNREACH"}, {syscall.EPIPE, "EPIPE"}, {syscall.EADDRNOTAVAIL, "EADDRNOTAVAIL"}, {syscall.ECONNABORTED, "ECONNABORTED"},
	{syscall.EMSGSIZE, "EMSGSIZE"}, {syscall.EACCES, "EACCES"}, {syscall.EINVAL, "EINVAL"},
}

// failureOf translates an error of Go's client.
func failureOf(err error) *failure {
	var f *failure
	var op *net.OpError
	var dns *net.DNSError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var unverified *tls.CertificateVerificationError
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT):
		return &failure{name: "TimeoutError", text: "Timeout awaiting 'request'", code: "ETIMEDOUT"}
	case errors.Is(err, context.Canceled):
		return requestError("ECANCELED", "the node stopped before the answer came")
	case errors.As(err, &dns):
		code := "ENOTFOUND"
		if dns.IsTemporary || dns.IsTimeout {
			code = "EAI_AGAIN"
		}
		f = requestError(code, "getaddrinfo "+code+" "+dns.Name)
		f.cause = msg.Of("code", code, "syscall", "getaddrinfo", "hostname", dns.Name)
		if code == "ENOTFOUND" {
			f.cause.Set("errno", -3008)
		}
		return f
	case errors.As(err, &unknown):
		chain := []*x509.Certificate{unknown.Cert}
		if errors.As(err, &unverified) {
			chain = unverified.UnverifiedCertificates
		}
		for i, c := range chain {
			if c == nil || c.Issuer.String() != c.Subject.String() {
				continue
			}
			if i == 0 {
				return requestError("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate")
			}
			return requestError("SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain")
		}
		return requestError("UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unable to verify the first certificate")
	case errors.As(err, &name):
		return requestError("ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match certificate's altnames: "+altNames(name))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return requestError("CERT_HAS_EXPIRED", "certificate has expired")
	case errors.As(err, &record), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return requestError("EPROTO", "the server does not speak TLS")
	case errors.As(err, &op):
		if op.Op == "proxyconnect" { // what went wrong on the way to the proxy is within
			errors.As(op.Err, &op)
		}
		doing := op.Op
		if doing == "dial" {
			doing = "connect"
		}
		for _, e := range errno {
			if errors.Is(err, e.err) {
				text := doing + " " + e.code
				if doing == "connect" && op.Addr != nil {
					text += " " + op.Addr.String()
				}
				f = requestError(e.code, text)
				f.cause = msg.Of("errno", -int(e.err), "code", e.code, "syscall", doing)
				if a, ok := op.Addr.(*net.TCPAddr); ok {
					f.cause.Set("address", a.IP.String())
					f.cause.Set("port", a.Port)
				}
				return f
			}
		}
	case errors.Is(err, io.EOF), strings.Contains(err.Error(), "server closed idle connection"):
		return requestError("ECONNRESET", "socket hang up")
	case strings.Contains(err.Error(), "malformed MIME header"):
		return requestError("HPE_INVALID_HEADER_TOKEN", "Parse Error: Invalid header value char")
	case strings.Contains(err.Error(), "multiple Content-Length"):
		return requestError("HPE_UNEXPECTED_CONTENT_LENGTH", "Parse Error: Duplicate Content-Length")
	case strings.Contains(err.Error(), "malformed"):
		return requestError("HPE_INVALID_CONSTANT", "Parse Error: Expected HTTP/, RTSP/ or ICE/")
	}
	return requestError("ERR_GOT_REQUEST_ERROR", err.Error())
}

// altNames tells, as Node.js does, which names a certificate is for.
func altNames(err x509.HostnameError) string {
	var names []string
	for _, n := range err.Certificate.DNSNames {
		names = append(names, "DNS:"+n)
	}
	for _, ip := range err.Certificate.IPAddresses {
		names = append(names, "IP Address:"+ip.String())
	}
	if net.ParseIP(err.Host) != nil {
		var ips []string
		for _, ip := range err.Certificate.IPAddresses {
			ips = append(ips, ip.String())
		}
		return "IP: " + err.Host + " is not in the cert's list: " + strings.Join(ips, ", ")
	}
	return "Host: " + err.Host + ". is not in the cert's altnames: " + strings.Join(names, ", ")
}
