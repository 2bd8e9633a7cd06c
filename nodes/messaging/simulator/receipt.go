package simulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// receipt is one delivery receipt of one part (vonage.md §1.8), or a status of
// the Messages API (§5.2).
type receipt struct {
	url, format, id, status, code string
	signed                        bool
	at                            time.Time
	expiry                        bool // no receipt: the time of a message of dispatch is up
}

// statusCode has the err-code that goes with a status if no other is named.
var statusCode = map[string]string{
	"accepted": "0", "buffered": "0", "delivered": "0",
	"expired": "1", "failed": "1", "rejected": "1", "unknown": "1",
}

// messagesCode is the same for the statuses of the Messages API.
var messagesCode = map[string]string{"submitted": "", "delivered": "", "read": "", "rejected": "1300", "undeliverable": "1330"}

func knownStatus(status string) bool {
	_, one := statusCode[status]
	_, other := messagesCode[status]
	return one || other
}

// optedOutCode is how each API says that a person wants no more texts.
func optedOutCode(code, api string) string {
	switch {
	case code != "opted out":
		return code
	case api == "messages":
		return "1240"
	}
	return "9"
}

var errNoEntry = errors.New("no such message in the outbox")

func (s *Simulator) sendReceipt(ctx context.Context, r receipt) (Webhook, error) {
	e, ok := s.setStatus(r.id, r.status)
	if !ok {
		return Webhook{}, fmt.Errorf("%s: %w", r.id, errNoEntry)
	}
	now := s.Now()
	if e.API == "messages" {
		code, known := messagesCode[r.status]
		if !known {
			return Webhook{}, fmt.Errorf("status %q is none of submitted, delivered, read, rejected, undeliverable", r.status)
		}
		if r.code != "" {
			code = optedOutCode(r.code, e.API)
		}
		defer s.follow(e.ID, r.status)
		legacy := e.Message["webhook_version"] == "v0.1" || e.until != ""
		h, err := s.postBody(ctx, r.url, statusBody(e, r.status, code, legacy, now), r.signed)
		s.tell(Event{Kind: Receipt, Entry: &e, Webhook: &h})
		return h, err
	}
	code, known := statusCode[r.status]
	if !known {
		return Webhook{}, fmt.Errorf("status %q is none of accepted, buffered, delivered, expired, failed, rejected, unknown", r.status)
	}
	r.code = optedOutCode(or(r.code, code), e.API)
	fields := []field{
		{"msisdn", e.To}, {"to", e.From}, // the reverse of an inbound message
		{"network-code", "23410"}, {"messageId", r.id}, {"price", "0.03330000"},
		{"status", r.status}, {"scts", now.Format("0601021504")}, {"err-code", r.code},
		{"api-key", s.account.APIKey}, {"message-timestamp", now.Format(time.DateTime)},
	}
	if e.ClientRef != "" {
		fields = append(fields, field{"client-ref", e.ClientRef})
	}
	if r.signed {
		fields = s.sign(fields, now)
	}
	h, err := s.post(ctx, r.url, r.format, fields)
	s.tell(Event{Kind: Receipt, Entry: &e, Webhook: &h})
	return h, err
}

// ReceiptRequest asks for the receipts of a message in the outbox.
type ReceiptRequest struct {
	MessageID string `json:"messageId"` // of one part; empty: every part of the newest message
	Status    string `json:"status"`    // delivered if empty
	Code      string `json:"err-code"`  // what goes with the status if empty
	URL       string `json:"url"`       // the message's callback if empty, and Target if it has none
	Format    string `json:"format"`    // get (default), form, json
	Signed    bool   `json:"signed"`
}

// Report sends delivery receipts and tells of each how the flow answered. It
// stops at the first that got no answer.
func (s *Simulator) Report(ctx context.Context, q ReceiptRequest) ([]Webhook, error) {
	e, ok := s.find(q.MessageID)
	if !ok {
		return nil, errNoEntry
	}
	status := or(q.Status, "delivered")
	if !knownStatus(status) {
		return nil, fmt.Errorf("status %q is none of accepted, buffered, delivered, expired, failed, rejected, unknown", status)
	}
	to := or(q.URL, e.Callback)
	ids := e.IDs
	if q.MessageID != "" {
		ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id != q.MessageID })
	}
	var sent []Webhook
	for _, id := range ids {
		h, err := s.sendReceipt(ctx, receipt{url: to, format: or(q.Format, "get"), id: id, status: status, code: q.Code, signed: q.Signed})
		sent = append(sent, h)
		if err != nil {
			return sent, err
		}
	}
	return sent, nil
}
