package network

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"mime"
	"net/http"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

// headerField is one header that a flow wants in an answer. value is a text
// or a list of texts.
type headerField struct {
	name  string
	value any
}

// answer is a response in the making: what http-response says in Node-RED's
// terms (contract runtime.md §11) becomes a header and a body.
type answer struct {
	status int
	header http.Header
	body   []byte

	small [2]string // room for the values of two headers
}

// bodies are buffers for the bodies of answers, to be used again.
var bodies = sync.Pool{New: func() any { return new([]byte) }}

// keepBody is the largest buffer that is worth keeping, in bytes.
const keepBody = 1 << 20

// The values that most answers share.
var (
	typeJSON   = []string{"application/json; charset=utf-8"}
	typeHTML   = []string{"text/html; charset=utf-8"}
	typeBytes  = []string{"application/octet-stream"}
	typeScript = []string{"text/javascript; charset=utf-8"}
	noSniff    = []string{"nosniff"}
)

// codedError is an error that has a code in Node-RED, too.
type codedError struct{ text, code string }

func (e *codedError) Error() string { return e.text }

// ErrorDetails tells the engine what flows find in msg.error.code.
func (e *codedError) ErrorDetails() (code any, stack string, cause any) { return e.code, "", nil }

var (
	errHeadersSent = &codedError{"Cannot set headers after they are sent to the client", "ERR_HTTP_HEADERS_SENT"}
	errUnsignable  = fmt.Errorf(`cookieParser("secret") required for signed cookies`)
)

// fields puts the node's headers, then those of the message that the node
// does not name, into the answer.
func (a *answer) fields(own []headerField, m *msg.Object) error {
	for _, f := range own {
		if err := a.field(f.name, f.value); err != nil {
			return err
		}
	}
	headers, ok := m.Get("headers").(*msg.Object)
	if !ok || headers.Len() == 0 {
		return nil
	}
	if hash, ok := headers.Lookup(requestHash); ok {
		headers.Delete(requestHash)
		if hash == any(headersHash(headers)) {
			m.Delete("headers")
			return nil
		}
	}
next:
	for name, value := range headers.All() {
		for _, f := range own {
			if f.name == name {
				continue next
			}
		}
		if err := a.field(name, value); err != nil {
			return err
		}
	}
	return nil
}

// field sets one header; a list is several lines of it.
func (a *answer) field(name string, value any) error {
	if !validToken(name) {
		return &codedError{fmt.Sprintf("TypeError [ERR_INVALID_HTTP_TOKEN]: Header name must be a valid HTTP token [%q]", name), "ERR_INVALID_HTTP_TOKEN"}
	}
	key := textproto.CanonicalMIMEHeaderKey(name)
	values := []any{value}
	if l, ok := value.(*msg.List); ok {
		if key == "Content-Type" {
			return typeError("Content-Type cannot be set to an Array")
		}
		values = l.Items
	}
	lines := make([]string, len(values))
	for i, v := range values {
		line, ok := headerText(msg.Text(v))
		if !ok {
			return &codedError{fmt.Sprintf("TypeError [ERR_INVALID_CHAR]: Invalid character in header content [%q]", name), "ERR_INVALID_CHAR"}
		}
		lines[i] = line
	}
	switch key {
	case "Content-Length", "Transfer-Encoding": // follow from the body
		return nil
	case "Content-Type":
		if lines[0] == "" { // says nothing
			return nil
		}
		if textType.MatchString(lines[0]) && !strings.Contains(lines[0], "charset") {
			lines[0] += "; charset=utf-8"
		}
	}
	a.header[key] = lines
	return nil
}

// textType are the types to which the server adds a charset.
var textType = regexp.MustCompile(`^(text/|application/(json|javascript)\b)`)

// headerText writes a header's value in Latin-1; ok is false if it cannot be.
func headerText(s string) (text string, ok bool) {
	plain := true
	for _, r := range s {
		if r < ' ' && r != '\t' || r == 0x7f || r > 0xff {
			return "", false
		}
		plain = plain && r < 0x80
	}
	if plain {
		return s, true
	}
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b), true
}

// cookies adds msg.cookies.
func (a *answer) cookies(m *msg.Object) error {
	cookies, ok := m.Get("cookies").(*msg.Object)
	if !ok {
		return nil
	}
	for name, v := range cookies.All() {
		line, err := setCookie(name, v)
		if err != nil {
			return err
		}
		a.header.Add("Set-Cookie", line)
	}
	return nil
}

// payload makes the body. callback is the request's, for JSONP.
func (a *answer) payload(m *msg.Object, callback func() string) error {
	v, ok := m.Lookup("payload")
	if !ok {
		return nil
	}
	switch v := v.(type) {
	case string:
		a.body = append(a.body, v...)
		return a.textual()
	case float64:
		a.body = msg.AppendNumber(a.body, v)
		return a.textual()
	case []byte:
		a.body = append(a.body, v...)
		a.unlessSet("Content-Type", typeBytes)
		return a.tag()
	case bool:
		return &codedError{fmt.Sprintf(`TypeError [ERR_INVALID_ARG_TYPE]: The "string" argument must be of type string or an instance of Buffer or ArrayBuffer. Received type boolean (%t)`, v), "ERR_INVALID_ARG_TYPE"}
	}
	if v == any(msg.Undefined) {
		return nil
	}
	return a.json(v, callback())
}

// textual ends a body that is text: it is always sent as UTF-8.
func (a *answer) textual() error {
	have, ok := a.header["Content-Type"]
	if !ok {
		a.header["Content-Type"] = typeHTML
		return a.tag()
	}
	if !strings.HasSuffix(have[0], "; charset=utf-8") {
		mediaType, params, err := mime.ParseMediaType(have[0])
		if err != nil || !strings.Contains(mediaType, "/") {
			return typeError("invalid media type")
		}
		params["charset"] = "utf-8"
		a.header["Content-Type"] = []string{mime.FormatMediaType(mediaType, params)}
	}
	return a.tag()
}

var notInCallback = regexp.MustCompile(`[^\[\]\w$.]`)

func (a *answer) json(v any, callback string) error {
	switch v.(type) {
	case *msg.Object, *msg.List: // may have cycles
		var err error
		if a.body, err = msg.AppendChecked(a.body, v); err != nil {
			return typeError(err.Error())
		}
	default:
		a.body = msg.AppendJSON(a.body, v)
	}
	if _, ok := a.header["Content-Type"]; !ok {
		a.header["X-Content-Type-Options"] = noSniff
		a.header["Content-Type"] = typeJSON
	}
	if callback != "" {
		a.header["X-Content-Type-Options"] = noSniff
		a.header["Content-Type"] = typeScript
		callback = notInCallback.ReplaceAllString(callback, "")
		body := strings.NewReplacer("\u2028", `\u2028`, "\u2029", `\u2029`).Replace(string(a.body))
		a.body = fmt.Appendf(nil, "/**/ typeof %s === 'function' && %s(%s);", callback, callback, body)
	}
	return a.textual()
}

func (a *answer) unlessSet(key string, values []string) {
	if _, ok := a.header[key]; !ok {
		a.header[key] = values
	}
}

// tag adds a weak ETag, Node-RED's, so that a client may ask again cheaply.
func (a *answer) tag() error {
	if _, ok := a.header["Etag"]; ok {
		return nil
	}
	sum := sha1.Sum(a.body)
	var text [64]byte
	t := append(text[:0], `W/"`...)
	t = strconv.AppendInt(t, int64(len(a.body)), 16)
	t = append(t, '-')
	t = base64.RawStdEncoding.AppendEncode(t, sum[:])
	t = append(t, '"')
	a.small[0] = string(t)
	a.header["Etag"] = a.small[0:1:1]
	return nil
}

// finish settles what follows from the whole: a client that has the body
// already, statuses without body, the length.
func (a *answer) finish(r *http.Request) {
	if (r.Method == http.MethodGet || r.Method == http.MethodHead) && (a.status/100 == 2 || a.status == http.StatusNotModified) && a.fresh(r) {
		a.status = http.StatusNotModified
	}
	switch a.status {
	case http.StatusNoContent, http.StatusNotModified:
		delete(a.header, "Content-Type")
		a.body = nil
		return
	case http.StatusResetContent:
		a.body = nil
	}
	if len(a.body) == 0 {
		a.header["Content-Length"] = noLength
		return
	}
	a.small[1] = strconv.Itoa(len(a.body))
	a.header["Content-Length"] = a.small[1:2:2]
}

var noLength = []string{"0"}

// fresh tells whether the client's copy is as good as this answer.
func (a *answer) fresh(r *http.Request) bool {
	match, since := r.Header["If-None-Match"], r.Header["If-Modified-Since"]
	if match == nil && since == nil || strings.Contains(r.Header.Get("Cache-Control"), "no-cache") {
		return false
	}
	if match != nil && strings.TrimSpace(match[0]) != "*" {
		etag := strings.TrimPrefix(a.header.Get("Etag"), "W/")
		known := false
		for have := range strings.SplitSeq(strings.Join(match, ","), ",") {
			known = known || etag != "" && strings.TrimPrefix(strings.TrimSpace(have), "W/") == etag
		}
		return known
	}
	if match == nil {
		modified, err := http.ParseTime(a.header.Get("Last-Modified"))
		before, err2 := http.ParseTime(since[0])
		return err == nil && err2 == nil && !modified.After(before)
	}
	return true
}

// writeTime is how long a client may take for a body of that size: 30 s and a
// second for each 16 kB.
func writeTime(size int) time.Duration {
	return 30*time.Second + time.Duration(size/16384)*time.Second
}
