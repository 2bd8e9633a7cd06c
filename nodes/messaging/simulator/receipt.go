package simulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// waitingReceipts is how many receipts may wait to be sent; more are dropped
// and logged.
const waitingReceipts = 1000

// receipt is one delivery receipt of one part (vonage.md §1.8).
type receipt struct {
	url, format, id, status, code string
	signed                        bool
}

// statusCode has the err-code that goes with a status if no other is named.
var statusCode = map[string]string{
	"accepted": "0", "buffered": "0", "delivered": "0",
	"expired": "1", "failed": "1", "rejected": "1", "unknown": "1",
}

// queueReceipt has a receipt sent once the answer to the flow is under way, as
// the provider does when a message named a callback URL. It is sent once;
// the provider would try again for three days.
func (s *Simulator) queueReceipt(r receipt) {
	select {
	case s.receipts <- r:
	default:
		s.log.Warn("receipt dropped: too many wait", "message", r.id)
	}
}

func (s *Simulator) sendReceipts(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case r := <-s.receipts:
			if h, err := s.sendReceipt(ctx, r); err != nil {
				s.log.Warn("receipt not delivered", "message", r.id, "url", h.URL, "error", err)
			}
		}
	}
}

var errNoEntry = errors.New("no such message in the outbox")

func (s *Simulator) sendReceipt(ctx context.Context, r receipt) (Webhook, error) {
	e, ok := s.setStatus(r.id, r.status)
	if !ok {
		return Webhook{}, fmt.Errorf("%s: %w", r.id, errNoEntry)
	}
	now := time.Now().UTC()
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
	URL       string `json:"url"`       // the message's callback if empty
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
	if e.API != "sms" {
		return nil, fmt.Errorf("%s was sent through the Messages API, whose status reports are not simulated", e.ID)
	}
	status := or(q.Status, "delivered")
	code, ok := statusCode[status]
	if !ok {
		return nil, fmt.Errorf("status %q is none of accepted, buffered, delivered, expired, failed, rejected, unknown", status)
	}
	to := or(q.URL, e.Callback)
	if to == "" {
		return nil, errors.New("the message named no callback: give a url")
	}
	ids := e.IDs
	if q.MessageID != "" {
		ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id != q.MessageID })
	}
	var sent []Webhook
	for _, id := range ids {
		h, err := s.sendReceipt(ctx, receipt{to, or(q.Format, "get"), id, status, or(q.Code, code), q.Signed})
		sent = append(sent, h)
		if err != nil {
			return sent, err
		}
	}
	return sent, nil
}
