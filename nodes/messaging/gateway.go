package messaging

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// The two APIs, as msg.vonage.api names them.
const (
	smsAPI      = "sms"
	messagesAPI = "messages"
	sandboxAPI  = "sandbox" // the Messages API's place to try things
)

// How long an answer may take, how often a text that was certainly not
// accepted is tried, and the longest pause a node waits out itself.
const (
	requestTimeout = 15 * time.Second
	throttledTries = 5
	failedTries    = 3
	firstPause     = 250 * time.Millisecond
	longestPause   = 30 * time.Second
)

// answerLimit is how much of an answer is read.
const answerLimit = 1 << 20

// gateway is an open account: connections, credentials, and whose turn it is.
type gateway struct {
	account string // "live" or "simulator"
	bases   map[string]string
	client  *http.Client
	timeout time.Duration
	turn    *turn
	senders *senders
	trial   *turn // the sandbox's

	key, secret                      string
	basic                            []string // the header for key and secret
	smsAuth                          string   // "": Basic; body, signature
	signatureSecret, signatureMethod string
	tokens                           *tokens // nil: Basic
	optOuts                          optOuts
	brake                            *brake // nil: none
	desk                             *desk
}

func newGateway() *gateway {
	return &gateway{bases: map[string]string{}, timeout: requestTimeout, client: &http.Client{
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			ForceAttemptHTTP2:     true,
			MaxIdleConns:          128,
			MaxIdleConnsPerHost:   64,
			MaxConnsPerHost:       256,
			IdleConnTimeout:       90 * time.Second,
			TLSHandshakeTimeout:   5 * time.Second,
			ExpectContinueTimeout: time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// result is what one request came to.
type result struct {
	answer         any // the provider's, nil if there was none to read
	ids            []string
	parts          int
	statuses       []string // one a part, of the SMS API
	price, balance float64
	priced, funded bool
	failure        *failure
}

// shower is where the line under a node goes: node.Out, or what a node has
// that sends of its own accord.
type shower interface{ Status(node.Status) }

// send waits for its turn, notes that a text is about to leave, and makes
// requests until one is accepted, refused for good, or of unknown fate. The
// summary is what msg.vonage becomes.
func (g *gateway) send(ctx context.Context, out shower, api string, t *text, try func(context.Context) result) (answer any, summary *msg.Object, err error) {
	began := time.Now()
	var r result
	attempts := 0
	queued := func(n int) { out.Status(node.Status{Fill: "grey", Shape: "ring", Text: fmt.Sprintf("queued %d", n)}) }
	for r.failure = g.wait(ctx, t, queued); r.failure == nil; r.failure = g.wait(ctx, t, queued) {
		if attempts == 0 {
			if err := node.DeliveryOf(ctx).Begin(); err != nil {
				return nil, nil, fmt.Errorf("not sent: %w", err)
			}
		}
		attempts++
		out.Status(node.Status{Fill: "blue", Shape: "dot", Text: "sending"})
		answered := g.desk.asking(numberOf(t.from), numberOf(t.to))
		r = try(ctx)
		answered(r.failure == nil)
		if r.failure == nil {
			break
		}
		f := r.failure
		pause, tries := f.pause(attempts), f.tries()
		again := f.retryable || f.ambiguous && t.resend
		if f.throttled {
			g.hold(t, min(pause, longestPause))
		}
		if !again || attempts >= tries || pause > longestPause {
			f.wait = pause
			break
		}
		word := "retry"
		if f.throttled {
			word = "throttled, retry"
		}
		out.Status(node.Status{Fill: "yellow", Shape: "ring",
			Text: fmt.Sprintf("%s in %s (%d/%d)", word, span(pause), attempts+1, tries)})
		if sleep(ctx, pause) != nil {
			break // with the failure that there was
		}
	}
	if r.parts == 0 {
		r.parts = t.parts
	}
	out.Status(r.status(t))
	summary = r.summary(api, g.account, t, attempts, time.Since(began))
	if r.failure == nil {
		return r.answer, summary, nil
	}
	return r.answer, summary, retryable(r.failure)
}

// wait returns when it is a text's turn: its sender's and then the account's.
// What somebody does not want has none.
func (g *gateway) wait(ctx context.Context, t *text, queued func(int)) *failure {
	if f := g.optOuts.refuse(t); f != nil {
		return f
	}
	if t.sandbox {
		return g.trial.wait(ctx, queued)
	}
	if mine := g.senders.of(t.from); mine != nil {
		if f := mine.wait(ctx, queued); f != nil {
			return f
		}
	}
	return g.turn.wait(ctx, queued)
}

// hold makes everybody wait who would be throttled, too.
func (g *gateway) hold(t *text, d time.Duration) {
	if t.sandbox {
		g.trial.hold(d)
		return
	}
	g.turn.hold(d)
}

func (f *failure) tries() int {
	if f.throttled {
		return throttledTries
	}
	return failedTries
}

// pause is how long to wait after so many attempts: what the provider named,
// at least 250 ms doubling, and up to a quarter more so that not all come
// back at once.
func (f *failure) pause(attempts int) time.Duration {
	d := max(f.wait, firstPause<<(attempts-1))
	return d + rand.N(d/4+1)
}

// span prints a pause for people.
func span(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%d s", int(d.Seconds()))
}

// status is the last line under the node (messaging-practice.md §13).
func (r *result) status(t *text) node.Status {
	switch f := r.failure; {
	case f == nil && r.parts > 1:
		return node.Status{Fill: "green", Shape: "dot", Text: fmt.Sprintf("sent %s, %d parts", sms.Mask(t.to), r.parts)}
	case f == nil:
		return node.Status{Fill: "green", Shape: "dot", Text: "sent " + sms.Mask(t.to)}
	case f.ambiguous:
		return node.Status{Fill: "red", Shape: "ring", Text: f.label()}
	case f.partial:
		return node.Status{Fill: "yellow", Shape: "dot", Text: f.label()}
	default:
		return node.Status{Fill: "red", Shape: "dot", Text: f.label()}
	}
}

// summary is msg.vonage.
func (r *result) summary(api, account string, t *text, attempts int, took time.Duration) *msg.Object {
	ids := msg.NewList()
	for _, id := range r.ids {
		ids.Append(id)
	}
	status := "sent"
	switch f := r.failure; {
	case f == nil:
	case f.ambiguous:
		status = "unknown"
	case f.partial:
		status = "partial"
	default:
		status = "refused"
	}
	o := msg.Of("ok", r.failure == nil, "api", api, "account", account, "ids", ids, "parts", r.parts, "status", status,
		"attempts", attempts, "ms", took.Milliseconds())
	if t != nil {
		said(o, "to", t.to)
		said(o, "ref", t.ref)
	}
	if r.statuses != nil {
		statuses := msg.NewList()
		for _, s := range r.statuses {
			statuses.Append(s)
		}
		o.Set("statuses", statuses)
	}
	if r.priced {
		o.Set("price", r.price)
	}
	if r.funded {
		o.Set("balance", r.balance)
	}
	if r.failure != nil {
		o.Set("error", r.failure.object())
	}
	return o
}

// fetchKey asks the simulator for its application's key.
func (g *gateway) fetchKey(ctx context.Context) (*rsa.PrivateKey, error) {
	ctx, cancel := context.WithTimeout(ctx, g.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, g.bases[messagesAPI]+"/account", nil)
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth(g.key, g.secret)
	res, err := g.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the simulator for its key: %w", err)
	}
	defer res.Body.Close()
	var account struct {
		PrivateKey string `json:"privateKey"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, answerLimit)).Decode(&account); err != nil {
		return nil, fmt.Errorf("ask the simulator for its key: %s: %w", res.Status, err)
	}
	return parseKey(account.PrivateKey)
}
