package network

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

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
