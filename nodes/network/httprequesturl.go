package network

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
)

var errURL = &codedError{"TypeError: Invalid URL", "ERR_INVALID_URL"}

// parseTarget reads an address as browsers do, which mend what they can.
func parseTarget(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	if strings.ContainsAny(text, "\t\r\n") {
		text = strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(text)
	}
	u, err := url.Parse(mendPercent(text))
	if err != nil || u.Host == "" || u.Hostname() == "" {
		return nil, errURL
	}
	u.Host = strings.ToLower(u.Host)
	port := u.Port()
	if n, err := strconv.Atoi(port); port != "" && (err != nil || n > 0xffff) {
		return nil, errURL
	}
	if port == "80" && u.Scheme == "http" || port == "443" && u.Scheme == "https" {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	if path, ok := withoutDots(u.EscapedPath()); ok {
		u.RawPath = path
		if u.Path, err = url.PathUnescape(path); err != nil {
			return nil, errURL
		}
	}
	u.RawQuery = escapeQuery(u.RawQuery)
	return u, nil
}

// mendPercent writes %25 for a % that begins no escape.
func mendPercent(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		if s[i] == '%' && !(i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])) {
			b.WriteString("25")
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// escapeQuery escapes what may not stand in a query.
func escapeQuery(s string) string {
	const hex = "0123456789ABCDEF"
	if !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= utf8.RuneSelf || strings.ContainsRune(`"<>'`, r) }) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"<>'`, c) >= 0 {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// queryText is Node's querystring.stringify: lists repeat their key, objects
// have no text.
func queryText(v any) string {
	var b strings.Builder
	add := func(key string, v any) {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(escapeComponent(key) + "=")
		switch v.(type) {
		case string, bool, float64:
			b.WriteString(escapeComponent(msg.Text(v)))
		}
	}
	members := func(key string, v any) {
		l, ok := v.(*msg.List)
		if !ok {
			add(key, v)
		}
		for i := range l.Len() {
			add(key, l.Items[i])
		}
	}
	switch v := v.(type) {
	case *msg.Object:
		for key, member := range v.All() {
			members(key, member)
		}
	case *msg.List:
		for i, item := range v.Items {
			members(msg.FormatNumber(float64(i)), item)
		}
	}
	return b.String()
}

// withoutDots walks the . and .. of a path, escaped or not, as browsers do;
// false if there are none.
func withoutDots(path string) (string, bool) {
	var walked []string
	found := false
	parts := strings.Split(path, "/")
	for i, part := range parts {
		last := i == len(parts)-1
		switch strings.ReplaceAll(strings.ToLower(part), "%2e", ".") {
		case ".":
			found = true
		case "..":
			found = true
			if len(walked) > 1 { // the first is what is before the first slash
				walked = walked[:len(walked)-1]
			}
		default:
			walked = append(walked, part)
			continue
		}
		if last {
			walked = append(walked, "") // a directory
		}
	}
	return strings.Join(walked, "/"), found
}
