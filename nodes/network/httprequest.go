package network

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Bounds of http-request.
const (
	// requestsAtOnce is how many requests of one node are under way; the others
	// wait in its inbox.
	requestsAtOnce = 128
	// requestTimeout is how long one may take in all, where msg.requestTimeout
	// does not say otherwise.
	requestTimeout = 120 * time.Second
	// maxRedirects is how many redirects are followed; one more is an error.
	maxRedirects = 21
)

// HTTPRequest asks another server (contract nodes.md, network).
type HTTPRequest struct {
	Method     string              `prop:"method" label:"Method" default:"GET" suggest:"GET,POST,PUT,PATCH,DELETE,HEAD,use" summary:"true" help:"*use*: msg.method says it."`
	URL        node.Template       `prop:"url" label:"URL" placeholder:"https://api.example.com/customers/<<msg.payload.id>>" summary:"true" help:"Empty: msg.url."`
	PayloadTo  string              `prop:"paytoqs" label:"Payload of a GET" enum:"ignore=is not sent,query=becomes the query,body=is the body" default:"ignore" when:"method in ['GET','use']"`
	Return     string              `prop:"ret" label:"Answer" enum:"txt=text,bin=buffer,obj=JSON" default:"txt"`
	Headers    []HTTPRequestHeader `prop:"headers" label:"Headers" help:"They win over those in msg.headers. One without value takes the header away."`
	Auth       string              `prop:"authType" label:"Sign in with" enum:"=nothing,basic=user and password,digest=user and password (digest),bearer=token"`
	User       node.Secret         `prop:"user" label:"User" shown:"true" when:"authType in ['basic','digest']"`
	Password   node.Secret         `prop:"password" label:"Password" labelWhen:"Token: authType == 'bearer'" when:"authType != ''"`
	TLS        node.Ref[TLSConfig] `prop:"tls" label:"TLS"`
	Proxy      node.Ref[HTTPProxy] `prop:"proxy" label:"Proxy"`
	OnlyCatch  bool                `prop:"senderr" label:"Send errors to catch nodes only" help:"Otherwise they go to catch nodes and on through the output."`
	MaxAnswer  int                 `prop:"maxResponse" label:"Largest answer" unit:"MB" default:"50" min:"1" max:"1000" advanced:"true" help:"A larger one is an error."`
	Persistent bool                `prop:"persist" label:"Keep connections open" initial:"true" advanced:"true" help:"They are kept for the next request in any case, as by Node-RED today."`
	Lenient    bool                `prop:"insecureHTTPParser" label:"Accept malformed answers" advanced:"true" help:"Kept for Node-RED; Flowrill never does."`

	allow    node.Allow
	strict   *http.Transport
	fixed    *url.URL // of a URL without holes
	mu       sync.Mutex
	trusting *http.Transport // verifies nothing, for msg.rejectUnauthorized
	count    int             // requests under way
}

// HTTPRequestHeader is one header. Its name and value are texts or message
// properties.
type HTTPRequestHeader struct {
	Name  node.TypedValue `prop:"keyValue,keyType" types:"other=name:template,msg" label:"Name" placeholder:"X-Api-Key"`
	Value node.TypedValue `prop:"valueValue,valueType" types:"other=text:template,msg" label:"Value" placeholder:"<<env.API_KEY>>"`
}

func init() {
	node.Register[HTTPRequest](node.Type{
		Name: "http-request", Aliases: []string{"http request"}, Category: "network", Icon: "cloud-download", Outputs: []string{"answer"},
		Mode: node.Pool(requestsAtOnce),
		Help: "Sends an HTTP request and goes on with the answer in `msg.payload`, its status in `msg.statusCode` and its headers in `msg.headers`.\n\n" +
			"`msg.payload` is the body: texts, buffers and numbers as they are, anything else as JSON, or as the form that the content type says. " +
			"`msg.method`, `msg.url`, `msg.headers`, `msg.cookies`, `msg.requestTimeout` (in ms), `msg.followRedirects` and `msg.rejectUnauthorized` change one request. " +
			"Redirects are followed, and listed in `msg.redirectList`; cookies are in `msg.responseCookies`.\n\n" +
			"An answer such as 404 is an answer. If there is none within 120 s the message goes to catch nodes, and on, with the error's code in `msg.statusCode`. " +
			"At most 128 requests are under way at once.\n\n" +
			"Example: look a customer up: `https://crm.example.com/people/<<msg.payload.msisdn>>`, answer as JSON.",
	})
}

// Upgrade writes out what older files say in other ways: a yes for query, and
// a header's name or value in place of its type.
func (*HTTPRequest) Upgrade(raw *msg.Object) {
	switch raw.Get("paytoqs") {
	case true:
		raw.Set("paytoqs", "query")
	case false:
		raw.Set("paytoqs", "ignore")
	}
	headers, _ := raw.Get("headers").(*msg.List)
	for i := range headers.Len() {
		h, ok := headers.Items[i].(*msg.Object)
		if !ok {
			continue
		}
		for _, key := range []string{"key", "value"} {
			if t := h.Get(key + "Type"); t != "other" && t != "msg" && t != nil {
				h.Set(key+"Value", t)
				h.Set(key+"Type", "other")
			}
		}
	}
	if _, ok := raw.Get("headers").(*msg.Object); ok { // no list: Node-RED does not look at it
		raw.Delete("headers")
	}
}

// Check sees to it that method and address could be sent.
func (h *HTTPRequest) Check(report func(property, problem string)) {
	if !validToken(h.Method) {
		report("method", fmt.Sprintf("%q is not a method", h.Method))
	}
	text, literal := h.URL.Literal()
	if !literal || text == "" || otherScheme(text) {
		return
	}
	if _, err := parseTarget(h.withScheme(text)); err != nil {
		report("url", fmt.Sprintf("%q is not a URL such as https://api.example.com/", text))
	}
}

// Open makes ready what all requests share.
func (h *HTTPRequest) Open(_ context.Context, env *node.Env) error {
	h.allow = env.Allow
	config, err := h.TLS.Get().config()
	if err != nil {
		return err
	}
	h.strict = &http.Transport{
		Proxy:                  h.through,
		DialContext:            (&net.Dialer{KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        config,
		MaxIdleConns:           2 * requestsAtOnce,
		MaxIdleConnsPerHost:    requestsAtOnce,
		IdleConnTimeout:        90 * time.Second,
		ExpectContinueTimeout:  time.Second,
		DisableCompression:     true, // what comes in is handed on
		MaxResponseHeaderBytes: 256 << 10,
	}
	if text, literal := h.URL.Literal(); literal && text != "" && !otherScheme(text) {
		h.fixed, err = parseTarget(h.withScheme(text))
	}
	return err
}

// through chooses the proxy for a request.
func (h *HTTPRequest) through(r *http.Request) (*url.URL, error) {
	if p := h.Proxy.Get(); p != nil {
		return p.through(r.URL)
	}
	return http.ProxyFromEnvironment(r)
}

// transport is what a request goes through; trusting verifies no certificate.
func (h *HTTPRequest) transport(trusting bool) *http.Transport {
	if !trusting {
		return h.strict
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.trusting == nil {
		h.trusting = h.strict.Clone()
		h.trusting.TLSClientConfig = trustAll()
	}
	return h.trusting
}

// Close lets connections go.
func (h *HTTPRequest) Close() error {
	for _, t := range []*http.Transport{h.strict, h.trusting} {
		if t != nil {
			t.CloseIdleConnections()
		}
	}
	return nil
}

// Receive sends the request that m asks for, and m with the answer.
func (h *HTTPRequest) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	h.begin(out)
	c, err := h.prepare(ctx, m)
	var wrong *failure // what an answer could have been, too
	if err != nil && !errors.As(err, &wrong) || c == nil {
		h.end(out, "")
		if err == nil {
			out.Status(node.Status{Fill: "red", Shape: "ring", Text: "httpin.errors.invalid-transport"})
		}
		return err
	}
	if err == nil {
		var answer *answered
		limited, cancel := context.WithTimeout(ctx, c.timeout)
		answer, err = c.do(limited)
		cancel()
		if err == nil {
			h.fill(ctx, m, answer)
			h.end(out, "")
			out.Send(m)
			return nil
		}
		wrong = c.failure(err)
	}
	wrong.fail(m, out)
	h.end(out, wrong.status())
	m.Set("payload", wrong.Error()+" : "+c.text)
	m.Set("statusCode", wrong.code)
	if !h.OnlyCatch {
		out.Send(m)
	}
	return nil
}

// begin and end keep the status: whether any request is under way, or what
// went wrong with the last one.
func (h *HTTPRequest) begin(out node.Out) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.count++; h.count == 1 {
		out.Status(node.Status{Fill: "blue", Shape: "dot", Text: "httpin.status.requesting"})
	}
}

func (h *HTTPRequest) end(out node.Out, wrong string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count--
	switch {
	case wrong != "":
		out.Status(node.Status{Fill: "red", Shape: "ring", Text: wrong})
	case h.count == 0:
		out.Status(node.Status{})
	}
}

// withScheme adds http:// or, where there is a TLS configuration, https://.
func (h *HTTPRequest) withScheme(text string) string {
	if strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") {
		return text
	}
	if h.TLS.ID() != "" {
		return "https://" + text
	}
	return "http://" + text
}

// otherScheme tells whether an address is of something else than HTTP.
func otherScheme(text string) bool {
	return strings.Contains(text, "://") && !strings.HasPrefix(text, "http")
}

var errNoURL = errors.New("No url specified") //nolint:staticcheck // Node-RED's text
