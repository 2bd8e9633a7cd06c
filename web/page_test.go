package web

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func builtEditor(c *Config) {
	c.Editor = fstest.MapFS{
		"index.html":           {Data: []byte(`<script nonce="{{nonce}}" src="./assets/index-1.js"></script>`)},
		"icon.svg":             {Data: []byte("<svg/>")},
		"assets/index-1.js":    {Data: []byte("plain")},
		"assets/index-1.js.br": {Data: []byte("brotli")},
		"assets/index-1.js.gz": {Data: []byte("gzip")},
		"assets/f.woff2":       {Data: []byte("font")},
	}
}

func TestPageHasItsOwnNonce(t *testing.T) {
	s := newSite(t, builtEditor)
	seen := map[string]bool{}
	for range 2 {
		r := s.do("GET", "/", "")
		nonce := regexp.MustCompile(`nonce="([A-Z2-7]{26})"`).FindStringSubmatch(r.body)
		if r.status != 200 || nonce == nil {
			t.Fatalf("%d %s", r.status, r.body)
		}
		policy := r.header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "style-src 'self' 'nonce-"+nonce[1]+"'") || strings.Contains(policy, "unsafe") {
			t.Errorf("policy %s does not name nonce %s", policy, nonce[1])
		}
		if r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("Cache-Control %q", r.header.Get("Cache-Control"))
		}
		seen[nonce[1]] = true
	}
	if len(seen) != 2 {
		t.Error("two requests got one nonce")
	}
}

func TestPageFiles(t *testing.T) {
	s := newSite(t, builtEditor)
	for _, c := range []struct{ path, accept, body, coding, kind, cache string }{
		{"/assets/index-1.js", "gzip, deflate, br", "brotli", "br", "text/javascript; charset=utf-8", forever},
		{"/assets/index-1.js", "gzip", "gzip", "gzip", "text/javascript; charset=utf-8", forever},
		{"/assets/index-1.js", "br;q=0, identity", "plain", "", "text/javascript; charset=utf-8", forever},
		{"/assets/f.woff2", "br", "font", "", "font/woff2", forever},
		{"/icon.svg", "br", "<svg/>", "", "image/svg+xml", "no-cache"},
	} {
		r := s.do("GET", c.path, "", "Accept-Encoding: "+c.accept, "Authorization: ")
		got := []string{r.body, r.header.Get("Content-Encoding"), r.header.Get("Content-Type"), r.header.Get("Cache-Control")}
		want := []string{c.body, c.coding, c.kind, c.cache}
		if r.status != 200 || strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s with %q: %d %q, want %q", c.path, c.accept, r.status, got, want)
		}
	}
	for _, path := range []string{"/assets/none.js", "/assets/index-1.js.br", "/assets/../index.html", "/assets/%2e%2e/index.html", "/assets/"} {
		if r := s.do("GET", path, ""); r.status != 404 {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
}

func TestPageNotBuilt(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Editor = fstest.MapFS{".gitkeep": {}} })
	r := s.do("GET", "/", "", "Authorization: ")
	if r.status != 503 || !strings.Contains(r.body, "make build") {
		t.Errorf("%d %s", r.status, r.body)
	}
}
