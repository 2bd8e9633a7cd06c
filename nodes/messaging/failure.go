package messaging

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// failure is why a text was not sent, or may not have been (vonage.md §5.6).
type failure struct {
	code      string // the provider's status, an HTTP status, or one of our words
	text      string // for catch nodes
	short     string // for the line under the node; text if empty
	retryable bool   // it was not accepted, and may be another time
	throttled bool   // too fast: everybody should wait
	ambiguous bool   // it may have been accepted: never sent again
	partial   bool   // some parts were accepted: never sent again
	wait      time.Duration
	cause     error
}

// Error is what catch nodes get as msg.error.message.
func (f *failure) Error() string { return f.text }

// Unwrap is what went wrong underneath.
func (f *failure) Unwrap() error { return f.cause }

// ErrorDetails gives msg.error its code.
func (f *failure) ErrorDetails() (code any, stack string, cause any) { return f.code, "", nil }

// label is short enough for the line under the node.
func (f *failure) label() string {
	if f.short != "" {
		return cut(f.short, 60)
	}
	return cut(f.text, 60)
}

func (f *failure) object() *msg.Object {
	return msg.Of("code", f.code, "text", f.text, "retryable", f.retryable, "ambiguous", f.ambiguous)
}

// unfit is a message of which nothing can be made: a field is blank or does
// not render.
func unfit(err error) *failure { return &failure{code: "invalid", text: err.Error(), cause: err} }

func invalid(field string, err error) *failure {
	return &failure{code: "invalid_" + field, text: field + ": " + err.Error(), short: "invalid " + field, cause: err}
}

// stopped is a node that was closed before its text left.
func stopped(err error) *failure {
	return &failure{code: "stopped", text: "not sent: the node was stopped", retryable: true, cause: err}
}

// lost is a text of which nobody knows what became.
func lost(format string, args ...any) *failure {
	return &failure{code: "ambiguous", ambiguous: true, short: "no answer, may have been sent",
		text: fmt.Sprintf(format, args...) + ": the text may have been sent, so it is not sent again"}
}

// meaning is what the SMS API's statuses mean, for answers without a text, and
// what to do about them (§1.5).
var meaning = map[string]struct{ text, advice string }{
	"1":  {"throttled", ""},
	"2":  {"missing parameter", ""},
	"3":  {"invalid parameter", ""},
	"4":  {"Bad Credentials", "check API key and secret"},
	"5":  {"internal error of the provider", ""},
	"6":  {"invalid message", "check the number: no network has its prefix"},
	"7":  {"number barred", "it takes no texts from this account"},
	"8":  {"account suspended", "ask the provider"},
	"9":  {"no credit", "top up the account"},
	"10": {"too many connections", ""},
	"11": {"account not enabled for HTTP", "ask the provider"},
	"12": {"message too long", ""},
	"13": {"communication failed", ""},
	"14": {"Invalid Signature", "check signature secret and method"},
	"15": {"sender not allowed", ""},
	"22": {"invalid network code", ""},
	"23": {"bad callback URL", ""},
	"29": {"demo account", ""},
	"32": {"signature together with API secret", ""},
	"33": {"number deactivated", ""},
}

// smsRefusal is a status other than 0. single tells that the answer has no
// other part, so that the whole text was refused.
func smsRefusal(status, said string, t *text, single bool) *failure {
	m := meaning[status]
	if said == "" {
		said = m.text
	}
	f := &failure{code: status, short: strings.TrimSpace(status + " " + cut(said, 200))}
	f.text = f.short
	switch {
	case status == "15":
		f.text = fmt.Sprintf("15 sender %q not allowed for %s", t.from, sms.Mask(t.to))
	case status == "29":
		f.text = fmt.Sprintf("29 demo account: add %s to the test numbers", sms.Mask(t.to))
	case m.advice != "":
		f.text += ": " + m.advice
	}
	if single {
		f.throttled = status == "1" || status == "10"
		f.retryable = f.throttled || status == "5"
		f.wait = namedWait(said)
	}
	return f
}

// namedWait reads "please wait [ 250 ] and retry", in milliseconds.
func namedWait(said string) time.Duration {
	_, rest, _ := strings.Cut(said, "[")
	inner, _, closed := strings.Cut(rest, "]")
	n, err := strconv.Atoi(strings.TrimSpace(inner))
	if !closed || err != nil || n < 0 || n > int(time.Hour/time.Millisecond) {
		return 0
	}
	return time.Duration(n) * time.Millisecond
}

// httpRefusal is an answer other than 2xx (§1.5, §2.4). detail is what the
// body says, if anything.
func httpRefusal(status int, header http.Header, detail string) *failure {
	head := strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
	f := &failure{code: strconv.Itoa(status), short: head, text: head}
	switch {
	case status == http.StatusInternalServerError || status == http.StatusBadGateway || status == http.StatusGatewayTimeout ||
		status > http.StatusGatewayTimeout:
		f = lost("the provider answered %s", head)
	case status == http.StatusTooManyRequests:
		f.retryable, f.throttled, f.wait = true, true, retryAfter(header, time.Now())
	case status == http.StatusServiceUnavailable:
		f.retryable, f.wait = true, retryAfter(header, time.Now())
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		f.text += ": check the account's credentials"
	case status == http.StatusPaymentRequired:
		f.text += ": top up the account"
	case status >= 300 && status < 400:
		f.text += ": redirects are not followed, check the account's URLs"
	}
	if detail = cut(detail, 400); detail != "" {
		f.text += " (" + detail + ")"
	}
	return f
}

// retryAfter reads seconds or a date; 0 if there is nothing sensible.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if n, err := strconv.Atoi(v); err == nil && n >= 0 && n <= 86400 {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil {
		return min(max(0, at.Sub(now)), 24*time.Hour)
	}
	return 0
}

// skew says how far this machine's clock is off, if it is enough to make the
// provider refuse a token; "" if not.
func skew(h http.Header, now time.Time) string {
	at, err := http.ParseTime(h.Get("Date"))
	switch d := now.Sub(at).Round(time.Second); {
	case err != nil:
	case d > time.Minute:
		return fmt.Sprintf("; this machine's clock is %s ahead", d)
	case d < -time.Minute:
		return fmt.Sprintf("; this machine's clock is %s behind", -d)
	}
	return ""
}

// cut shortens s to at most n characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
