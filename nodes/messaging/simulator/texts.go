package simulator

import (
	"slices"
	"time"
)

// Text is what a person texted to the flow, as their phone shows it.
type Text struct {
	Ref     string    `json:"ref"` // what its sender calls it, or else a name of its own
	From    string    `json:"from"`
	To      string    `json:"to"`
	Text    string    `json:"text"`
	Channel string    `json:"channel"`
	Type    string    `json:"type"` // text, binary, or the message_type of the Messages API
	Time    time.Time `json:"time"`
}

// texted tells the watchers of a text that is about to go to the flow, and
// remembers it. Of those there are outboxSize, too; the oldest are forgotten.
func (s *Simulator) texted(m InboundMessage) *Text {
	t := Text{
		Ref: or(m.Ref, s.inboundID()), From: or(m.MSISDN, or(m.From, person)), To: or(m.To, own),
		Channel: or(m.Channel, "sms"), Type: or(m.Type, "text"), Time: s.Now(),
	}
	if m.Text != nil {
		t.Text = *m.Text
	}
	if m.Data != "" && m.Type == "" {
		t.Type = "binary"
	}
	s.mu.Lock()
	s.texts = append(s.texts, t)
	if over := len(s.texts) - outboxSize; over > 0 {
		s.texts = slices.Delete(s.texts, 0, over)
	}
	s.mu.Unlock()
	s.tell(Event{Kind: Texted, Text: &t})
	return &t
}

// Texts returns what was sent to the flow, newest last. Clear forgets it.
func (s *Simulator) Texts() []Text {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.texts)
}
