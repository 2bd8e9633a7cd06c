package network

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"

	"github.com/icholy/digest"

	"github.com/flowrill/flowrill/engine/msg"
)

func redirects(status int) bool {
	switch status {
	case 300, 301, 302, 303, 304, 307, 308:
		return true
	}
	return false
}

// redirect makes the next request of an answer: the same one, but a GET after
// See Other. Another server is told no secrets.
func (c *call) redirect(res *http.Response, location string) error {
	if c.redirects.Len() >= maxRedirects {
		return &failure{name: "MaxRedirectsError", text: fmt.Sprintf("Redirected %d times. Aborting.", maxRedirects), code: "ERR_TOO_MANY_REDIRECTS", cause: msg.NewObject(0)}
	}
	next, err := c.url.Parse(location)
	if err == nil && next.Scheme != "http" && next.Scheme != "https" {
		return requestError("ERR_UNSUPPORTED_PROTOCOL", "Unsupported protocol: "+next.Scheme+":")
	}
	if err == nil {
		next, err = parseTarget(next.String())
	}
	if err != nil {
		return requestError("ERR_INVALID_URL", "Invalid URL")
	}
	step := msg.Of("location", latin1(location))
	if lines := res.Header["Set-Cookie"]; len(lines) > 0 {
		step.Set("cookies", answerCookies(lines))
		c.needJar().SetCookies(c.url, res.Cookies())
	}
	c.redirects.Append(step)
	if res.StatusCode == http.StatusSeeOther && c.method != http.MethodHead {
		c.method, c.body = http.MethodGet, nil
	}
	if next.Host != c.url.Host {
		for _, secret := range []string{"Host", "Cookie", "Authorization"} {
			c.header.Del(secret)
		}
		c.user = nil
	}
	c.url = next
	return nil
}

// digest answers the challenge of res, and tells whether it could.
func (c *call) digest(res *http.Response) bool {
	challenge, err := digest.FindChallenge(res.Header)
	password, _ := c.user.Password()
	if err != nil {
		line, ok := sessionDigest(res.Header, c.method, c.url.RequestURI(), c.user.Username(), password)
		if ok {
			c.header.Set("Authorization", line)
		}
		return ok
	}
	if challenge.Nonce == "" || challenge.Realm == "" {
		return false
	}
	credentials, err := digest.Digest(challenge, digest.Options{
		Method: c.method, URI: c.url.RequestURI(), Username: c.user.Username(), Password: password, Count: 1,
		GetBody: func() (io.ReadCloser, error) { return newBody(c.body), nil },
	})
	if err != nil {
		return false
	}
	c.header.Set("Authorization", credentials.String())
	return true
}

// cookies puts those of the message's cookie header and of msg.cookies into a
// jar, for redirects may add to them.
func (c *call) cookies(m *msg.Object) error {
	var list []*http.Cookie
	for _, line := range c.header["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			if name, value, ok := strings.Cut(strings.TrimSpace(pair), "="); ok && name != "" {
				list = append(list, &http.Cookie{Name: name, Value: value})
			}
		}
	}
	delete(c.header, "Cookie")
	cookies, _ := m.Get("cookies").(*msg.Object)
	for name, v := range cookies.All() {
		encode := true
		if o, ok := v.(*msg.Object); ok {
			encode = o.Get("encode") != false
			v = o.Get("value")
		}
		if v == nil || v == any(msg.Undefined) {
			continue
		}
		text := msg.Text(v)
		if encode {
			text = escapeComponent(text)
		}
		if !validToken(name) {
			return typeError("argument name is invalid")
		}
		if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`",;\`, r) }) {
			return typeError("argument val is invalid")
		}
		list = append(list, &http.Cookie{Name: name, Value: text})
	}
	if len(list) > 0 {
		c.needJar().SetCookies(c.url, list)
	}
	return nil
}

func (c *call) needJar() *cookiejar.Jar {
	if c.jar == nil {
		c.jar, _ = cookiejar.New(nil) // there is no error without options
	}
	return c.jar
}

func (c *call) sendCookies() {
	var line strings.Builder
	for _, cookie := range c.jar.Cookies(c.url) {
		if line.Len() > 0 {
			line.WriteString("; ")
		}
		line.WriteString(cookie.Name + "=" + cookie.Value)
	}
	if delete(c.header, "Cookie"); line.Len() > 0 {
		c.header["Cookie"] = []string{line.String()}
	}
}
