package simulator

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// The two numbers of a conversation in which nobody named any.
const (
	person = "447700900001"
	own    = "447700900000"
)

// InboundMessage is a text from a person to the flow. What is empty gets the
// value that the network would give it.
type InboundMessage struct {
	URL    string `json:"url"`    // Target if empty; a path is on Target's host
	Format string `json:"format"` // get (default), form, json
	Signed bool   `json:"signed"`

	From   string  `json:"from"`   // the person, 447700900001 if nobody is named
	MSISDN string  `json:"msisdn"` // the same by the provider's name
	To     string  `json:"to"`     // the flow's number, 447700900000 if none is named
	Text   *string `json:"text"`   // nil: the webhook has no text
	Type   string  `json:"type"`   // text or unicode by the alphabet, binary if there is Data

	MessageID string `json:"messageId"`
	Keyword   string `json:"keyword"`           // the first word in upper case
	Time      string `json:"message-timestamp"` // now, UTC, 2006-01-02 15:04:05

	ConcatRef   string `json:"concat-ref"` // of a part of a long message
	ConcatTotal string `json:"concat-total"`
	ConcatPart  string `json:"concat-part"`
	Data        string `json:"data"` // of a binary message, hex
	UDH         string `json:"udh"`

	Ref     string         `json:"ref"`     // what the sender calls it: Text.Ref
	API     string         `json:"api"`     // sms (default), messages, messages-v0.1
	Channel string         `json:"channel"` // of the Messages API: sms if empty
	Content map[string]any `json:"content"` // what belongs to a Type other than text: {"image": {"url": …}}

	Split    bool `json:"split"`    // a long text comes in parts
	Shuffle  bool `json:"shuffle"`  // in any order
	Copies   int  `json:"copies"`   // each is delivered so often
	Together bool `json:"together"` // all at once, rather than one after the other
}

// most is how many webhooks one request may send.
const most = 1000

// Receive sends an inbound message to the flow (vonage.md §1.7, §5.1) and
// tells how the flow answered. The error says that there was no answer.
func (s *Simulator) Receive(ctx context.Context, m InboundMessage) (Webhook, error) {
	if err := m.check(); err != nil {
		return Webhook{}, err
	}
	return s.receive(ctx, m, s.texted(m))
}

func (m *InboundMessage) check() error {
	switch m.API {
	case "", "sms", "messages", "messages-v0.1":
		return nil
	}
	return fmt.Errorf("api %q is none of sms, messages, messages-v0.1", m.API)
}

// receive sends m, which is t or a part or a copy of it.
func (s *Simulator) receive(ctx context.Context, m InboundMessage, t *Text) (h Webhook, err error) {
	if m.API == "" || m.API == "sms" {
		h, err = s.post(ctx, m.URL, or(m.Format, "get"), s.inboundFields(m, s.Now()))
	} else {
		h, err = s.postBody(ctx, m.URL, s.inboundMessage(m, s.Now()), m.Signed)
	}
	s.tell(Event{Kind: Inbound, Webhook: &h, Text: t})
	return h, err
}

// ReceiveAll is Receive for what comes in parts, more than once, or in any
// order. It tells of every webhook, and returns the first error.
func (s *Simulator) ReceiveAll(ctx context.Context, m InboundMessage) ([]Webhook, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	parts := []InboundMessage{m}
	if m.Split {
		parts = s.asParts(m)
	}
	copies := max(1, m.Copies)
	if m.Copies < 0 || copies*len(parts) > most {
		return nil, fmt.Errorf("%d copies of %d parts are more than %d webhooks", m.Copies, len(parts), most)
	}
	var all []InboundMessage
	for _, p := range parts {
		if p.MessageID == "" && p.API != "" && p.API != "sms" {
			p.MessageID = uuid()
		}
		p.MessageID = or(p.MessageID, s.inboundID())
		for range copies {
			all = append(all, p)
		}
	}
	if m.Shuffle {
		rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	}
	t := s.texted(m)
	sent, errs := make([]Webhook, len(all)), make([]error, len(all))
	var under sync.WaitGroup
	for i, p := range all {
		if m.Together {
			under.Go(func() { sent[i], errs[i] = s.receive(ctx, p, t) })
			continue
		}
		if sent[i], errs[i] = s.receive(ctx, p, t); errs[i] != nil {
			return sent[:i+1], errs[i]
		}
	}
	under.Wait()
	for _, err := range errs {
		if err != nil {
			return sent, err
		}
	}
	return sent, nil
}

func (s *Simulator) inboundFields(m InboundMessage, now time.Time) []field {
	text, kind := "", m.Type
	if m.Text != nil {
		text = *m.Text
	}
	switch {
	case kind != "":
	case m.Data != "":
		kind = "binary"
	case sms.IsGSM7(text):
		kind = "text"
	default:
		kind = "unicode"
	}
	keyword := m.Keyword
	if words := strings.Fields(text); keyword == "" && len(words) > 0 {
		keyword = strings.ToUpper(words[0])
	}
	fields := []field{
		{"msisdn", or(m.MSISDN, or(m.From, person))},
		{"to", or(m.To, own)},
		{"messageId", or(m.MessageID, s.inboundID())},
	}
	if m.Text != nil {
		fields = append(fields, field{"text", text})
	}
	fields = append(fields, field{"type", kind})
	if keyword != "" {
		fields = append(fields, field{"keyword", keyword})
	}
	fields = append(fields,
		field{"api-key", s.account.APIKey},
		field{"message-timestamp", or(m.Time, now.Format(time.DateTime))})
	if m.ConcatRef != "" || m.ConcatPart != "" || m.ConcatTotal != "" {
		fields = append(fields, field{"concat", "true"}, field{"concat-ref", m.ConcatRef},
			field{"concat-total", m.ConcatTotal}, field{"concat-part", m.ConcatPart})
	}
	if m.Data != "" || m.UDH != "" {
		fields = append(fields, field{"data", m.Data}, field{"udh", m.UDH})
	}
	if m.Signed {
		fields = s.sign(fields, now)
	}
	return fields
}

func (s *Simulator) inboundID() string { return "0B" + strings.ToUpper(random(7)) }

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
