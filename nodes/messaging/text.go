package messaging

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// text is one text, or one message of the Messages API, on its way.
type text struct {
	from, to, body string
	unicode        bool
	parts          int
	ref            string // a label that comes back in receipts
	resend         bool   // even if it may have been sent
	sandbox        bool
	wanted         bool // whoever it goes to has not opted out

	callback, class, entity, content string
	ttl                              time.Duration
}

// address brings both ends to the form that the provider wants (vonage.md
// §1.10).
func (t *text) address(from, to string) *failure {
	var err error
	if t.to, err = sms.Number(to); err != nil {
		return invalid("to", err)
	}
	if t.from, err = sms.Sender(from); err != nil {
		return invalid("from", err)
	}
	return nil
}

// write takes a body in so many parts at most; a longer one is an error or cut
// off (messaging-practice.md §2). encoding is auto, text or unicode.
func (t *text) write(body, encoding string, maxParts int, truncate bool) *failure {
	body = sms.Clean(body)
	if blank(body) {
		return invalid("text", errors.New("there is nothing in it that a phone could show"))
	}
	wide := func() bool { return encoding == "unicode" || encoding == "auto" && !sms.IsGSM7(body) }
	n, parts := utf8.RuneCountInString(body), 0
	switch {
	case truncate:
		body = sms.Truncate(body, maxParts, smsLimit, wide())
	case n > smsLimit:
		return invalid("text", fmt.Errorf("%d characters: the provider takes %d", n, smsLimit))
	}
	t.unicode = wide()
	if parts = sms.Parts(body, t.unicode); parts > maxParts {
		return invalid("text", fmt.Errorf("text needs %d parts (max %d)", parts, maxParts))
	}
	t.body, t.parts = body, parts
	return nil
}

// blank tells whether a phone would show nothing: white space, and what only
// says how other characters are shown.
func blank(body string) bool {
	return strings.TrimFunc(body, func(r rune) bool { return unicode.IsSpace(r) || unicode.In(r, unicode.Cf, unicode.Variation_Selector) }) == ""
}

// checkCallback is a URL that receipts may go to: with a scheme and of at most
// 100 characters (vonage.md §1.3).
func checkCallback(s string) error {
	if u, err := url.Parse(s); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%q is not a URL such as https://example.com/receipt", cut(s, 60))
	}
	if n := utf8.RuneCountInString(s); n > 100 {
		return fmt.Errorf("%d characters: the provider takes 100", n)
	}
	return nil
}

// showSimulated says under a node that its texts reach nobody.
func showSimulated(v *Vonage, env *node.Env) {
	if !v.live() {
		env.Status(node.Status{Fill: "grey", Shape: "ring", Text: "simulator"})
	}
}

// orderKey keeps the texts to one number in order: it is the number, or as
// much of one as the field has.
func orderKey(to node.Template, m *msg.Object) string {
	v := node.On(m)
	rendered := v.Text(to)
	if number, err := sms.Number(rendered); err == nil {
		return number
	}
	return rendered
}

// check finds, at deploy, an account that one of the APIs cannot use.
func check(account node.Ref[Vonage], api string, report func(property, problem string)) {
	if v := account.Get(); v != nil {
		if problem := v.lacks(api); problem != "" {
			report("vonage", problem)
		}
	}
}

// ending is what a node does with a message when it knows what came of it.
type ending struct {
	m      *msg.Object
	out    node.Out
	api    string
	second bool // failures go to the second output
}

// refused is a text that never got as far as a request.
func (e ending) refused(f *failure) error {
	r := result{failure: f}
	e.out.Status(r.status(nil))
	return e.sent(nil, r.summary(e.api, "", nil, 0, 0), retryable(f))
}

// retryable marks what a later try may send (Envelope of a durable inbox).
func retryable(f *failure) error {
	if f.retryable {
		return node.Retry(f, f.wait)
	}
	return f
}

// sent puts what came of a text into its message and sends that on, if it
// went out. What is not part of the answer stays as it is.
func (e ending) sent(answer any, summary *msg.Object, err error) error {
	if answer != nil {
		e.m.Set("payload", answer) // unchanged: guides read payload.messages[0].status
	}
	if summary != nil {
		e.m.Set("vonage", summary)
	}
	switch {
	case err == nil:
		e.out.SendTo(e.m, 0)
	case e.second && summary != nil: // without one the trouble is this machine's
		e.out.SendTo(e.m, 1)
		return nil
	}
	return err
}
