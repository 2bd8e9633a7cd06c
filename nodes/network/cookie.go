package network

import (
	"math"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
)

// typeError is an error that flows know as JavaScript's TypeError.
type typeError string

func (e typeError) Error() string { return "TypeError: " + string(e) }

// readCookies is msg.req.cookies: values unescaped, those that begin with
// "j:" read as JSON, of two with one name the first.
func readCookies(header []string) *msg.Object {
	o := msg.NewObject(0)
	for _, line := range header {
		for pair := range strings.SplitSeq(line, ";") {
			name, value, ok := strings.Cut(pair, "=")
			name = strings.TrimSpace(name)
			if !ok || o.Has(name) || name == "__proto__" {
				continue
			}
			value = strings.TrimSpace(value)
			if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
				value = value[1 : len(value)-1]
			}
			value = unescapeQuery(strings.ReplaceAll(value, "+", "%2B"))
			o.Set(name, cookieValue(value))
		}
	}
	return o
}

func cookieValue(text string) any {
	if json, ok := strings.CutPrefix(text, "j:"); ok {
		if v, err := msg.Decode([]byte(json)); err == nil {
			return v
		}
	}
	return text
}

// setCookie is the Set-Cookie header for one member of msg.cookies (contract
// runtime.md §11): a text, null to clear it, or an object with value and
// attributes.
func setCookie(name string, v any) (string, error) {
	if !validToken(name) {
		return "", typeError("argument name is invalid")
	}
	options, isObject := v.(*msg.Object)
	value := v
	if isObject {
		var ok bool
		if value, ok = options.Lookup("value"); !ok {
			value = msg.Undefined
		}
	}
	if value == nil {
		return clearCookie(name, options)
	}
	return writeCookie(name, value, options, time.Time{})
}

func clearCookie(name string, options *msg.Object) (string, error) {
	return writeCookie(name, "", options, time.UnixMilli(1))
}

// writeCookie writes the attributes in the order in which Node-RED does.
// expires is used where options have none.
func writeCookie(name string, value any, options *msg.Object, expires time.Time) (string, error) {
	var text string
	switch value := value.(type) {
	case *msg.Object, *msg.List, msg.Date, []byte:
		text = "j:" + string(msg.Encode(value))
	default:
		text = msg.Text(value)
	}
	// A function given as encode cannot be called from here: the value is taken
	// to be as the flow wants it.
	if !given(options, "encode") {
		text = escapeComponent(text)
	}
	var b strings.Builder
	b.WriteString(name + "=" + text)

	if given(options, "expires") {
		date, ok := options.Get("expires").(msg.Date)
		if ok && !math.IsNaN(float64(date)) {
			expires = time.UnixMilli(int64(date))
		} else if !given(options, "maxAge") {
			return "", typeError("option expires is invalid")
		}
	}
	if given(options, "maxAge") {
		ms := msg.Number(options.Get("maxAge"))
		if math.IsNaN(ms) || math.Abs(ms) > 1e15 {
			return "", typeError("option maxAge is invalid")
		}
		b.WriteString("; Max-Age=" + msg.FormatNumber(math.Floor(ms/1000)))
		expires = time.Now().Add(time.Duration(ms) * time.Millisecond)
	}
	for _, a := range []struct{ option, attribute, without string }{{"domain", "Domain", ""}, {"path", "Path", "/"}} {
		text := a.without
		if given(options, a.option) {
			text = msg.Text(options.Get(a.option))
		}
		if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' || r == ';' }) {
			return "", typeError("option " + a.option + " is invalid")
		}
		if text != "" {
			b.WriteString("; " + a.attribute + "=" + text)
		}
	}
	if !expires.IsZero() {
		b.WriteString("; Expires=" + expires.UTC().Format(http.TimeFormat))
	}
	for _, a := range []struct{ option, attribute string }{{"httpOnly", "HttpOnly"}, {"secure", "Secure"}, {"partitioned", "Partitioned"}} {
		if msg.Truthy(options.Get(a.option)) {
			b.WriteString("; " + a.attribute)
		}
	}
	for _, a := range []struct {
		option, attribute string
		choices           map[string]string
	}{
		{"priority", "Priority", map[string]string{"low": "Low", "medium": "Medium", "high": "High"}},
		{"sameSite", "SameSite", map[string]string{"true": "Strict", "strict": "Strict", "lax": "Lax", "none": "None"}},
	} {
		if v := options.Get(a.option); msg.Truthy(v) {
			choice, ok := a.choices[strings.ToLower(msg.Text(v))]
			if !ok {
				return "", typeError("option " + a.option + " is invalid")
			}
			b.WriteString("; " + a.attribute + "=" + choice)
		}
	}
	if msg.Truthy(options.Get("signed")) {
		return "", errUnsignable
	}
	return b.String(), nil
}

// given tells whether an option is neither missing nor null.
func given(options *msg.Object, name string) bool {
	v := options.Get(name)
	return v != nil && v != any(msg.Undefined)
}

// escapeComponent is JavaScript's encodeURIComponent.
func escapeComponent(s string) string {
	const hex = "0123456789ABCDEF"
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-_.!~*'()", c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

// validToken tells whether s may name a header or a cookie.
func validToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0) {
			return false
		}
	}
	return s != ""
}
