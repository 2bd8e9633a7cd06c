package network

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/flowrill/flowrill/engine/node"
)

// HTTPProxy is a server through which requests go (contract nodes.md,
// network).
type HTTPProxy struct {
	URL      string      `prop:"url" label:"URL" placeholder:"http://proxy.example.com:3128" required:"true" summary:"true"`
	Except   []string    `prop:"noproxy" label:"Not for" help:"Hosts to which requests go directly: example.com, .example.com, *.example.com, example.com:8080."`
	User     node.Secret `prop:"username" label:"User" shown:"true"`
	Password node.Secret `prop:"password" label:"Password"`
}

func init() {
	node.Register[HTTPProxy](node.Type{
		Name: "http-proxy", Aliases: []string{"http proxy"}, Category: "config", Icon: "waypoints",
		Help: "A proxy server for *http-request*. Without one the variables `http_proxy`, `https_proxy` and `no_proxy` of this machine count.",
	})
}

// Check wants an address.
func (p *HTTPProxy) Check(report func(property, problem string)) {
	if p.URL == "" {
		return
	}
	if _, err := p.address(); err != nil {
		report("url", err.Error())
	}
}

// address is the proxy's URL with user and password.
func (p *HTTPProxy) address() (*url.URL, error) {
	text := p.URL
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5" {
		return nil, fmt.Errorf("%q is not the address of a proxy such as http://proxy.example.com:3128", p.URL)
	}
	if p.User.IsSet() || p.Password.IsSet() {
		u.User = url.UserPassword(p.User.Reveal(), p.Password.Reveal())
	}
	return u, nil
}

// through is where a request to target goes; nil: there directly.
func (p *HTTPProxy) through(target *url.URL) (*url.URL, error) {
	port := target.Port()
	if port == "" {
		if port = "80"; target.Scheme == "https" {
			port = "443"
		}
	}
	for _, except := range p.Except {
		for host := range strings.FieldsFuncSeq(strings.ToLower(except), func(r rune) bool { return r == ',' || r == ' ' }) {
			if host == "*" || excepted(host, strings.ToLower(target.Hostname()), port) {
				return nil, nil
			}
		}
	}
	return p.address()
}

// excepted tells whether host is what the exception names: itself, or, after
// a * or a dot, anything that ends so.
func excepted(exception, host, port string) bool {
	if h, p, err := net.SplitHostPort(exception); err == nil {
		if p != port {
			return false
		}
		exception = h
	}
	if suffix, ok := strings.CutPrefix(exception, "*"); ok {
		return strings.HasSuffix(host, suffix)
	}
	if strings.HasPrefix(exception, ".") {
		return strings.HasSuffix(host, exception)
	}
	return host == exception
}
