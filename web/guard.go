package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// guard keeps other people's web pages away from the admin API: they can make
// a browser call it, under their own name (DNS rebinding) or its address
// (cross-site requests), but not hide that they did.
type guard struct {
	hosts   map[string]bool // names people may use, lower case, without port
	origins map[string]bool // hosts whose pages are ours even where a proxy changes Host
	anyAddr bool            // listening beyond loopback: any address is one of ours
}

func newGuard(c *Config) (*guard, error) {
	g := &guard{hosts: map[string]bool{"localhost": true}, origins: map[string]bool{}}
	if c.Listen != "" {
		host, _, err := net.SplitHostPort(c.Listen)
		if err != nil {
			return nil, fmt.Errorf("listen address %q: %w", c.Listen, err)
		}
		if host != "" {
			g.hosts[strings.ToLower(host)] = true
		}
		addr, err := netip.ParseAddr(host)
		g.anyAddr = host == "" || err == nil && !addr.IsLoopback()
	}
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || u.Hostname() == "" {
			return nil, fmt.Errorf("public URL %q is not like https://example.com", c.PublicURL)
		}
		g.hosts[strings.ToLower(u.Hostname())] = true
		g.origins[strings.ToLower(u.Host)] = true
	}
	for _, h := range c.Hosts {
		g.hosts[strings.ToLower(h)] = true
		g.origins[strings.ToLower(h)] = true
	}
	return g, nil
}

// hostname is a Host header or an origin's authority without its port.
func hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// knows tells whether a host is a name for this server.
func (g *guard) knows(host string) bool {
	name := hostname(host)
	if g.hosts[name] || strings.HasSuffix(name, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(name)
	return err == nil && (g.anyAddr || addr.Unmap().IsLoopback())
}

// refuses tells why a request is not from one of our own pages, "" if it may
// be. A request without Origin is no browser's, or changes nothing.
func (g *guard) refuses(r *http.Request) string {
	if !g.knows(r.Host) {
		return fmt.Sprintf("%q is not a name of this server. Name it in --public-url to reach the editor by it.", r.Host)
	}
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
	if reads && !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		return ""
	}
	for _, origin := range r.Header.Values("Origin") {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" {
			return fmt.Sprintf("a page of origin %q may not do this", origin)
		}
		if strings.EqualFold(u.Host, r.Host) || g.origins[strings.ToLower(u.Host)] {
			continue
		}
		return fmt.Sprintf("a page of origin %q may not do this", origin)
	}
	return ""
}

// contentPolicy is what admin pages may load: our own files, nothing else.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// secure sets the headers of every admin answer.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache")
}

// answerTimeout is how long a request may take with its answer, so that nobody
// holds on to one by reading slowly.
const answerTimeout = 5 * time.Minute

// serveAdmin answers what is below the admin root.
func (s *Server) serveAdmin(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerTimeout)) // a websocket lifts it
	if why := s.guard.refuses(r); why != "" {
		http.Error(w, why, http.StatusForbidden)
		return
	}
	if r.URL.Path == s.root {
		http.Redirect(w, r, s.root+"/", http.StatusFound)
		return
	}
	// Paths are matched as Node-RED does: a slash at the end does not matter.
	if len(r.URL.Path) > len(s.root)+1 && strings.HasSuffix(r.URL.Path, "/") {
		r = r.Clone(r.Context())
		r.URL.Path = strings.TrimRight(r.URL.Path, "/")
		r.URL.RawPath = strings.TrimRight(r.URL.RawPath, "/")
	}
	s.admin.ServeHTTP(w, r)
}
