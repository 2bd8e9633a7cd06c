package messaging

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// arrival is a webhook in one shape, whichever API and version it came from
// (vonage.md §1.7, §1.8, §5.1–5.3). peer is the person, own our number, for
// messages and receipts alike.
type arrival struct {
	api     string // "sms" or "messages"
	account string // the API key it names
	id      string
	peer    string
	own     string
	channel string // sms, mms, rcs, whatsapp, messenger, viber_service
	at      time.Time
	payload *msg.Object
	raw     any

	// Of a message.
	kind     string // text, image, location, binary …
	text     string
	media    *msg.Object // url, caption, name
	location *msg.Object // lat, long, name, address
	part     part
	parts    int
	missing  []int // parts that never came

	// Of a receipt.
	receipt      bool
	status, code string
	ref, reason  string
}

// part says which part of a long text a webhook brought; total is 0 for a
// whole one.
type part struct {
	ref           string
	number, total int
}

// arrived reads a webhook; nil is one of no known shape.
func arrived(h *webhook) *arrival {
	o := h.fields
	var a *arrival
	switch {
	case word(o, "message_uuid") != "" || word(o, "dispatch_uuid") != "":
		a = messagesArrival(o)
	case word(o, "msisdn") != "" || word(o, "messageId") != "":
		a = smsArrival(o)
	default:
		return nil
	}
	a.payload, a.raw, a.parts = o, string(h.raw), max(a.parts, 1)
	return a
}

// smsArrival reads the SMS API's shape. A receipt has the recipient in msisdn.
func smsArrival(o *msg.Object) *arrival {
	a := &arrival{
		api: smsAPI, channel: "sms", account: word(o, "api-key"), id: word(o, "messageId"),
		peer: word(o, "msisdn"), own: word(o, "to"),
	}
	a.at, _ = time.Parse(time.DateTime, word(o, "message-timestamp"))
	if o.Has("err-code") || o.Has("scts") || o.Has("status") {
		a.receipt, a.status, a.code, a.ref = true, word(o, "status"), word(o, "err-code"), word(o, "client-ref")
		a.reason = receiptReason[a.code]
		return a
	}
	a.text, a.kind = word(o, "text"), "text"
	if word(o, "type") == "binary" {
		a.kind = "binary"
	}
	number, _ := strconv.Atoi(word(o, "concat-part"))
	total, _ := strconv.Atoi(word(o, "concat-total"))
	if total > 1 && total <= 255 && number >= 1 && number <= total && a.kind == "text" {
		a.part = part{word(o, "concat-ref"), number, total}
	}
	return a
}

// messagesArrival reads v1, where addresses are texts, and v0.1, where they
// are objects.
func messagesArrival(o *msg.Object) *arrival {
	a := &arrival{api: messagesAPI, account: word(o, "api_key"), id: word(o, "message_uuid"), ref: word(o, "client_ref")}
	a.at, _ = time.Parse(time.RFC3339, word(o, "timestamp"))
	from, to := address(o, "from"), address(o, "to")
	a.channel = word(o, "channel")
	if peer := inner(o, "from"); a.channel == "" && peer != nil {
		a.channel = strings.TrimSuffix(word(peer, "type"), "_msg")
	}
	if status := word(o, "status"); status != "" {
		if a.id == "" {
			a.id = word(o, "dispatch_uuid")
		}
		a.receipt, a.status, a.peer, a.own = true, status, to, from
		if e := inner(o, "error"); e != nil {
			a.code, a.reason = word(e, "code"), word(e, "reason")
			if a.code == "" { // v1: the title is the code
				a.code, a.reason = word(e, "title"), word(e, "detail")
			}
		}
		return a
	}
	a.peer, a.own = from, to
	content := o
	a.kind = word(o, "message_type")
	if m := inner(o, "message"); m != nil {
		if content = inner(m, "content"); content == nil {
			content = msg.NewObject(0)
		}
		a.kind = word(content, "type")
		a.parts = joinedParts(inner(m, "sms"))
	} else {
		a.parts = joinedParts(inner(o, "sms"))
	}
	a.content(content)
	return a
}

// address is v1's text or the number or id of v0.1's object.
func address(o *msg.Object, key string) string {
	at := inner(o, key)
	if at == nil {
		return word(o, key)
	}
	if n := word(at, "number"); n != "" {
		return n
	}
	return word(at, "id")
}

// joinedParts is what the provider says a text was joined from.
func joinedParts(sms *msg.Object) int {
	if sms == nil {
		return 1
	}
	n, _ := strconv.Atoi(word(sms, "num_messages"))
	return n
}

// content reads what a message of the Messages API says. What a person chose
// from a list or button is text, too.
func (a *arrival) content(o *msg.Object) {
	a.text = word(o, "text")
	body := inner(o, a.kind)
	if body == nil {
		return
	}
	switch a.kind {
	case "location":
		a.location = place(body)
	case "reply":
		a.text = word(body, "title")
	case "button":
		a.text = word(body, "text")
	default:
		if word(body, "url") == "" {
			return
		}
		a.media = msg.Of("url", word(body, "url"))
		for _, key := range []string{"caption", "name"} {
			if v := word(body, key); v != "" {
				a.media.Set(key, v)
			}
		}
		if a.text == "" {
			a.text = word(body, "caption")
		}
	}
}

// place is a location with numbers, whatever they were called and sent as.
func place(o *msg.Object) *msg.Object {
	at := msg.NewObject(4)
	for _, names := range [][]string{{"lat", "latitude"}, {"long", "longitude", "lng"}} {
		for _, name := range names {
			if n, err := strconv.ParseFloat(word(o, name), 64); err == nil {
				at.Set(names[0], n)
				break
			}
		}
	}
	for _, key := range []string{"name", "address"} {
		if v := word(o, key); v != "" {
			at.Set(key, v)
		}
	}
	return at
}

// key is what tells two webhooks from two deliveries of one; "" if nothing
// does. A receipt is one per message and status.
func (a *arrival) key() string {
	switch {
	case a.id == "":
		return ""
	case a.receipt:
		return strings.Join([]string{a.api, a.account, a.id, a.status, a.code}, "/")
	case a.part.total > 0:
		return strings.Join([]string{a.api, a.account, a.id, strconv.Itoa(a.part.number)}, "/")
	}
	return strings.Join([]string{a.api, a.account, a.id}, "/")
}

// conversation is what order is kept in.
func (a *arrival) conversation() string { return a.own + "|" + a.peer }

// replyable tells whether an answer could arrive: not at a short code and not
// at a sender's name.
func (a *arrival) replyable() bool {
	switch a.channel {
	case "sms", "mms", "rcs", "whatsapp":
		return sms.International(a.peer)
	}
	return a.peer != ""
}

// finals are the statuses after which no other comes.
var finals = []string{"delivered", "read", "expired", "failed", "rejected", "undeliverable", "unknown", "completed", "error"}

// message is the arrival as a flow sees it.
func (a *arrival) message() *msg.Object {
	m := msg.NewObject(16)
	m.Set("_msgid", msg.NewID())
	m.Set("payload", a.payload)
	m.Set("peer", a.peer)
	m.Set("own", a.own)
	if a.receipt {
		m.Set("receipt", true)
		m.Set("status", a.status)
		m.Set("code", a.code)
		m.Set("reason", a.reason)
		m.Set("final", slices.Contains(finals, a.status))
		m.Set("delivered", a.status == "delivered" || a.status == "read")
		m.Set("ref", a.ref)
	} else {
		m.Set("text", a.text)
		m.Set("kind", a.kind)
		m.Set("replyable", a.replyable())
		m.Set("parts", a.parts)
		m.Set("complete", len(a.missing) == 0)
		if len(a.missing) > 0 {
			m.Set("missing", msg.From(a.missing))
		}
		if a.media != nil {
			m.Set("media", a.media)
		}
		if a.location != nil {
			m.Set("location", a.location)
		}
	}
	m.Set("id", a.id)
	m.Set("channel", a.channel)
	m.Set("api", a.api)
	m.Set("raw", a.raw)
	return m
}

// receiptReason is what the SMS API's err-codes mean (vonage.md §1.8).
var receiptReason = map[string]string{
	"1": "unknown", "2": "absent for now", "3": "absent for good", "4": "barred by the user", "5": "number moved to another network",
	"6": "taken for spam", "7": "handset busy", "8": "network error", "9": "opted out", "10": "illegal message", "11": "no route",
	"12": "destination unreachable", "13": "age restriction", "14": "blocked by the carrier", "15": "prepaid card without credit",
	"50": "filtered by entity", "51": "filtered by header", "52": "filtered by content", "53": "filtered for lack of consent",
	"54": "filtered by regulation", "99": "general error",
}

// optedOut tells whether a receipt means that the person wants no more texts.
func optedOut(api, code string) bool {
	return api == smsAPI && code == "9" || api == messagesAPI && code == "1240"
}
