package network

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

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
