package messaging

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// smsLimit is how many characters the SMS API takes (vonage.md §1.3).
const smsLimit = 3200

// params is what the SMS API is told of a text, but for credentials
// (vonage.md §1.3): nothing that is empty, and ttl in milliseconds.
func (t *text) params() [][2]string {
	kind, ttl := "text", ""
	if t.unicode {
		kind = "unicode"
	}
	if t.ttl > 0 {
		ttl = strconv.FormatInt(t.ttl.Milliseconds(), 10)
	}
	return [][2]string{
		{"callback", t.callback}, {"client-ref", t.ref}, {"content-id", t.content}, {"entity-id", t.entity}, {"from", t.from},
		{"message-class", t.class}, {"text", t.body}, {"to", t.to}, {"ttl", ttl}, {"type", kind},
	}
}

// trySMS makes one request to POST /sms/json.
func (g *gateway) trySMS(ctx context.Context, t *text) result {
	params, authorization := t.params(), g.basic
	switch g.smsAuth {
	case "body":
		authorization = nil
		params = append(params, [2]string{"api_key", g.key}, [2]string{"api_secret", g.secret})
	case "signature":
		authorization = nil
		var err error
		if params, err = g.signed(params); err != nil {
			return result{failure: invalid("signatureMethod", err)}
		}
	}
	r, f := g.post(ctx, smsAPI, "/sms/json", asForm, authorization, encodeForm(params))
	if f != nil {
		return result{failure: f}
	}
	return readSMS(r, t)
}

// signed adds key, time and signature (§1.2).
func (g *gateway) signed(params [][2]string) ([][2]string, error) {
	params = append(params, [2]string{"api_key", g.key}, [2]string{"timestamp", strconv.FormatInt(time.Now().Unix(), 10)})
	all := make(map[string]string, len(params))
	for _, p := range params {
		if p[1] != "" {
			all[p[0]] = p[1]
		}
	}
	sig, err := sms.Sign(all, g.signatureSecret, g.signatureMethod)
	return append(params, [2]string{"sig", sig}), err
}

// encodeForm writes what is not empty.
func encodeForm(params [][2]string) string {
	var b strings.Builder
	b.Grow(256)
	for _, p := range params {
		if p[1] == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p[0])
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(p[1]))
	}
	return b.String()
}

func basic(key, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(key+":"+secret))
}

// readSMS reads the answer of the SMS API (§1.4): a 200 may be a refusal, and
// what cannot be read may have been a success.
func readSMS(r *reply, t *text) result {
	answer, err := msg.Decode(r.body)
	if r.status < 200 || r.status > 299 {
		return result{answer: answer, failure: httpRefusal(r.status, r.header, "")}
	}
	res := result{answer: answer}
	o, _ := answer.(*msg.Object)
	parts, _ := o.Get("messages").(*msg.List)
	if err == nil && parts.Len() == 0 {
		err = errors.New("it lists no messages")
	}
	if err != nil {
		res.failure = lost("the answer %q cannot be read: %v", cut(string(r.body), 80), err)
		return res
	}
	var refusals []string
	var first *failure
	for i, item := range parts.Items {
		part, _ := item.(*msg.Object)
		status := member(part, "status")
		if status == "" {
			res.failure = lost("part %d of the answer has no status", i+1)
			return res
		}
		res.statuses = append(res.statuses, status)
		if status != "0" {
			f := smsRefusal(status, member(part, "error-text"), t, parts.Len() == 1)
			if refusals = append(refusals, fmt.Sprintf("part %d: %s", i+1, f.text)); first == nil {
				first = f
			}
			continue
		}
		res.ids = append(res.ids, member(part, "message-id"))
		if n, err := strconv.ParseFloat(member(part, "message-price"), 64); err == nil {
			res.price, res.priced = math.Round((res.price+n)*1e8)/1e8, true
		}
		if n, err := strconv.ParseFloat(member(part, "remaining-balance"), 64); err == nil {
			res.balance, res.funded = n, true
		}
	}
	res.parts = parts.Len()
	switch {
	case first == nil:
	case len(res.ids) > 0:
		res.failure = &failure{code: "partial", partial: true, short: fmt.Sprintf("partly sent %d/%d", len(res.ids), parts.Len()),
			text: fmt.Sprintf("partly sent %d/%d, so it is not sent again: %s", len(res.ids), parts.Len(), cut(strings.Join(refusals, "; "), 400))}
	default:
		res.failure = first
	}
	return res
}

// member reads what should be a string and sometimes is a number.
func member(o *msg.Object, key string) string {
	switch v := o.Get(key).(type) {
	case string:
		return v
	case float64:
		return msg.FormatNumber(v)
	}
	return ""
}
