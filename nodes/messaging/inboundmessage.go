package messaging

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// InboundMessage starts a flow for each message that somebody sent, and for
// each receipt.
type InboundMessage struct {
	Vonage   node.Ref[Vonage] `prop:"vonage" label:"Vonage" required:"true"`
	URL      string           `prop:"url" label:"Webhook" default:"/sms" required:"true" widget:"webhook-url" summary:"true" help:"The path. The whole URL is what goes into the provider's dashboard, for inbound messages and for delivery receipts; GET, POST and POST-JSON will do."`
	Verify   string           `prop:"verify" label:"Signature" enum:"auto=Checked if the account has a signature secret,always=Always checked,never=Not checked" default:"auto" help:"A webhook with a wrong signature is answered with 401 and goes nowhere."`
	Window   node.Duration    `prop:"window" label:"Signatures are good for" unit:"s" default:"300" min:"0" advanced:"true" when:"verify != 'never'" help:"0 is for ever. A clock that is off, or a redelivery after hours, needs more."`
	JoinWait node.Duration    `prop:"joinWait" label:"Wait for parts" unit:"s" default:"20" min:"1" max:"300" advanced:"true" help:"A long text comes in parts. What is there after this time goes on with msg.complete false."`
	Guess    bool             `prop:"joinGuess" label:"Join parts that do not say so" advanced:"true" help:"Some networks of the USA deliver a long text as several without a word about it. A text that fills a part then waits 3 s for what the same person sends next."`
	MaxAge   node.Duration    `prop:"maxAge" label:"Ignore what is older than" unit:"min" default:"0" min:"0" advanced:"true" help:"0 ignores nothing. After an outage the provider delivers what it kept for up to a day."`
	Most     int              `prop:"maxInFlight" label:"Webhooks at once" default:"1024" min:"1" max:"100000" advanced:"true" help:"One more is answered with 503; the provider tries again."`

	env      *node.Env
	remove   []func()
	late     node.Late
	started  chan struct{} // closed by Start, which brings late
	verifier *verifier
	desk     *desk
	order    peerOrder
	joiner   joiner
	guesser  guesser
	tally    tally

	mu       sync.Mutex
	inside   int // webhooks under way
	stopping bool
	empty    chan struct{} // closed when stopping and nobody is inside
}

// What is kept of a webhook so that its redelivery is known: the provider
// tries for 24 hours, with receipts for 72 (vonage.md §1.9). Each bucket has
// the 100,000 newest (node.KeepLimit).
const (
	inboundBucket = "inbound"
	inboundLife   = 25 * time.Hour
	receiptBucket = "receipts"
	receiptLife   = 73 * time.Hour
)

func init() {
	node.Register[InboundMessage](node.Type{
		Name: "inbound-message", Category: "messaging", Icon: "inbox", Outputs: []string{"message", "receipt"},
		Help: "Starts a flow for each message that somebody sends you.\n\n" +
			"It answers the provider itself, checks the signature, drops what is delivered twice and joins long texts. " +
			"`msg.peer` is the person, `msg.own` your number, `msg.text` the text, whichever API and version it came through; " +
			"further `id`, `channel`, `kind` (text, image, location …), `media`, `location`, `parts`, `complete`, `replyable` and `raw`, the webhook as it came. " +
			"`msg.payload` is the webhook with the provider's own names.\n\n" +
			"Delivery receipts leave through the second output: `msg.peer` and `msg.own` mean the same there, " +
			"with `id`, `status`, `code`, `reason`, `final`, `delivered` and `ref`.\n\n" +
			"The last 100,000 messages of 25 hours are known, over restarts too.",
	})
}

// Claims names its two routes.
func (n *InboundMessage) Claims() []node.Claim {
	key := strings.ToLower(strings.TrimSuffix(n.path(), "/"))
	claim := func(method string) node.Claim {
		return node.Claim{Kind: "route", Key: method + " " + key, Path: n.path(), Property: "url"}
	}
	return []node.Claim{claim(http.MethodGet), claim(http.MethodPost)}
}

// Check sees to it that a signature that must be checked can be.
func (n *InboundMessage) Check(report func(property, problem string)) {
	if v := n.Vonage.Get(); n.Verify == "always" && v != nil && v.live() && !v.SignatureSecret.IsSet() {
		report("verify", "the account has no signature secret to check with")
	}
}

// Advise warns of a live account whose webhooks anybody can make up.
func (n *InboundMessage) Advise(h node.Host, notice func(a node.Advice, property, text string)) {
	if v := n.Vonage.Get(); v != nil && v.live() && n.Verify == "auto" && !v.SignatureSecret.IsSet() && isPublic(h.PublicURL) {
		notice(node.Unsafe, "verify", "the account has no signature secret, so webhooks are not checked: whoever finds the URL can make up messages")
	}
}

func (n *InboundMessage) path() string {
	if strings.HasPrefix(n.URL, "/") {
		return n.URL
	}
	return "/" + n.URL
}

// Open takes the routes, so that they answer as soon as a deploy is through.
func (n *InboundMessage) Open(_ context.Context, env *node.Env) error {
	v := n.Vonage.Get()
	n.env, n.started, n.empty = env, make(chan struct{}), make(chan struct{})
	n.verifier = verifierOf(v, env.Simulator, n.Verify, n.Window.D())
	if n.verifier.off && v.live() && isPublic(env.PublicURL) {
		env.Log.Warn("webhooks are not checked: whoever finds the URL can make up messages. Give the account its signature secret")
	}
	n.desk = &v.desk
	n.tally.show = env.Status
	n.joiner.timeout, n.joiner.emit, n.joiner.late = n.JoinWait.D(), n.emitInTurn, n.missed
	n.guesser.emit = n.emitInTurn
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		remove, err := env.Routes.Handle(node.Route{Method: method, Pattern: n.path(), Node: env.ID, Serve: n.serve})
		if err != nil {
			n.giveUpRoutes()
			return err
		}
		n.remove = append(n.remove, remove)
	}
	return nil
}

func (n *InboundMessage) giveUpRoutes() {
	for _, remove := range n.remove {
		remove()
	}
	n.remove = nil
}

// Start lets webhooks in until ctx ends. What has been answered by then still
// goes on its way, long texts as far as they have come.
func (n *InboundMessage) Start(ctx context.Context, out node.Late) error {
	n.late = out
	close(n.started)
	<-ctx.Done()
	n.giveUpRoutes()
	n.mu.Lock()
	n.stopping = true
	if n.inside == 0 {
		close(n.empty)
	}
	n.mu.Unlock()
	<-n.empty
	n.joiner.close()
	n.guesser.close()
	return nil
}

// Close gives the routes away, also of a node that was never started.
func (n *InboundMessage) Close() error {
	n.giveUpRoutes()
	return nil
}

// enter tells whether there is room for one more webhook.
func (n *InboundMessage) enter() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stopping || n.inside >= n.Most {
		return false
	}
	n.inside++
	return true
}

func (n *InboundMessage) leave() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.inside--; n.inside == 0 && n.stopping {
		close(n.empty)
	}
}

// serve runs on the request's goroutine, which answers and then carries the
// message through the flow.
func (n *InboundMessage) serve(w http.ResponseWriter, r *http.Request) {
	select {
	case <-n.started:
	case <-r.Context().Done():
		return
	}
	h, err := readWebhook(w, r)
	if err != nil {
		n.unfit(w, err)
		return
	}
	if !n.enter() {
		busy(w)
		return
	}
	defer n.leave()
	a := arrived(h)
	if err := n.verifier.check(r, h, a); err != nil {
		if errors.Is(err, errStale) && a != nil && n.known(a) {
			answer(w, http.StatusOK) // the redelivery of what is dealt with
			n.tally.duplicate()
			return
		}
		answer(w, http.StatusUnauthorized)
		n.tally.refused()
		n.warn("signature refused: " + err.Error())
		return
	}
	if a == nil {
		answer(w, http.StatusOK) // it would not be another for being sent again
		if h.fields.Len() > 0 {
			n.warn(fmt.Sprintf("a webhook of no known shape was dropped: its fields are %s", cut(strings.Join(h.fields.Keys(), ", "), 200)))
		}
		return
	}
	n.accept(w, a, tokenID(r.Header.Get("Authorization")))
}

// accept answers, and gives the flow what is new. A webhook is claimed before
// it is answered, so no redelivery passes, whenever it comes.
func (n *InboundMessage) accept(w http.ResponseWriter, a *arrival, token string) {
	t := n.order.join(a.conversation())
	defer t.leave()
	first, err := n.claim(a, token)
	if err != nil {
		busy(w)
		n.warn("a webhook was put off with 503: " + err.Error())
		return
	}
	answer(w, http.StatusOK)
	switch {
	case !first:
		n.tally.duplicate()
		return
	case n.MaxAge > 0 && !a.at.IsZero() && time.Since(a.at) > n.MaxAge.D():
		n.tally.tooOld()
		return
	}
	t.wait()
	if !a.receipt && a.part.total > 0 {
		if a = n.joiner.add(a); a == nil {
			return
		}
	} else if n.Guess && !a.receipt {
		if a = n.guesser.add(a); a == nil {
			return
		}
	}
	n.emit(a)
}

// claim tells whether nobody has dealt with the webhook.
func (n *InboundMessage) claim(a *arrival, token string) (first bool, err error) {
	key := a.key()
	if key == "" {
		n.warn("a webhook has no id: a redelivery of it would not be noticed")
	}
	if n.verifier.tokens.has(token) {
		return false, nil
	}
	first = true
	if key != "" {
		bucket, life := bucketOf(a)
		if first, err = n.env.Keep.Claim(bucket, key, life); err != nil {
			return false, err
		}
	}
	n.verifier.tokens.add(token)
	return first, nil
}

func (n *InboundMessage) known(a *arrival) bool {
	bucket, _ := bucketOf(a)
	key := a.key()
	if key == "" {
		return false
	}
	_, known, err := n.env.Keep.Get(bucket, key)
	return known && err == nil
}

func bucketOf(a *arrival) (string, time.Duration) {
	if a.receipt {
		return receiptBucket, receiptLife
	}
	return inboundBucket, inboundLife
}

func (n *InboundMessage) emit(a *arrival) {
	port := 0
	if a.receipt {
		port = 1
		n.tally.shown(a.status + " " + sms.Mask(a.peer))
		ref := ""
		if a.api == smsAPI { // whose ids the Messages API does not know
			ref = a.ref
		}
		n.Vonage.Get().board.report(a.id, ref, a.status)
	} else {
		n.desk.seeOwn(a.own)
		n.tally.shown("received " + sms.Mask(a.peer))
		if len(a.missing) > 0 {
			n.warn(fmt.Sprintf("a long text of %s is incomplete: %d of %d parts", sms.Mask(a.peer), a.parts-len(a.missing), a.parts))
		}
	}
	// It is answered: there is no hurry, and nobody to tell.
	_ = n.late.Emit(context.Background(), a.message(), port)
}

// emitInTurn is emit for a text whose parts did not all come.
func (n *InboundMessage) emitInTurn(a *arrival) {
	t := n.order.join(a.conversation())
	defer t.leave()
	t.wait()
	n.emit(a)
}

func (n *InboundMessage) missed(a *arrival) {
	n.warn(fmt.Sprintf("part %d of a long text of %s came too late and was dropped", a.part.number, sms.Mask(a.peer)))
}

// unfit answers a request from which no webhook can be read.
func (n *InboundMessage) unfit(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	if e := (*webhookError)(nil); errors.As(err, &e) {
		status = e.status
	}
	answer(w, status)
	n.warn(err.Error())
}

// warn logs at most once a second: whoever finds the URL can send anything.
func (n *InboundMessage) warn(text string) {
	if n.tally.mayWarn(time.Now()) {
		n.env.Log.Warn(text)
	}
}

// answer sends a status without a body, at once.
func answer(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(status)
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}

// busy makes the provider try again.
func busy(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	answer(w, http.StatusServiceUnavailable)
}
