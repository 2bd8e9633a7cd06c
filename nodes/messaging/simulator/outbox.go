package simulator

import (
	"fmt"
	"slices"
	"time"
)

// outboxSize is how many sent messages are remembered; the oldest are
// forgotten first.
const outboxSize = 1000

// Entry is one message that the provider accepted.
type Entry struct {
	API       string   `json:"api"` // "sms" or "messages"
	From      string   `json:"from"`
	To        string   `json:"to"`
	Text      string   `json:"text"` // as the receiver sees it: "?" for what the encoding cannot carry
	ID        string   `json:"id"`   // the first part's message-id, or the message_uuid
	IDs       []string `json:"ids"`  // of every part
	Channel   string   `json:"channel"`
	Type      string   `json:"type"` // text, unicode, binary; of the Messages API text, unicode or the message_type
	Parts     int      `json:"parts"`
	ClientRef string   `json:"client_ref,omitempty"`
	Callback  string   `json:"callback,omitempty"`
	Body      string   `json:"body,omitempty"` // of a binary message, hex
	UDH       string   `json:"udh,omitempty"`
	// Message is the whole request of the Messages API, in the shape of v1.
	Message map[string]any `json:"message,omitempty"`
	// Workflow is what it has in common with those that may take its place, Item
	// its number among them, from 1.
	Workflow string `json:"workflow_id,omitempty"`
	Item     int    `json:"item,omitempty"`
	Items    int    `json:"items,omitempty"`

	Time   time.Time `json:"time"`
	Status string    `json:"status"` // "accepted", then what the last receipt said

	unreported bool // the sender wants no receipt

	rest   []Entry       // what may take its place
	until  string        // what a message of dispatch should become
	within time.Duration // in so much time
}

// outbox is the messages, oldest first. It is guarded by Simulator.mu.
type outbox struct {
	entries []*Entry
	next    uint64
}

// Outbox returns what was accepted, newest last.
func (s *Simulator) Outbox() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Entry, len(s.outbox.entries))
	for i, e := range s.outbox.entries {
		out[i] = *e
	}
	return out
}

// Clear empties the outbox and forgets what was texted.
func (s *Simulator) Clear() {
	s.mu.Lock()
	s.outbox.entries, s.texts = nil, nil
	s.mu.Unlock()
	s.tell(Event{Kind: Cleared})
}

// accept puts e in the outbox and gives an id to it or, of the SMS API, to
// each of its parts.
func (s *Simulator) accept(e Entry) Entry {
	e.Time, e.Status = s.Now(), "accepted"
	if e.API == "messages" && e.ID == "" {
		e.ID = uuid()
		e.IDs = []string{e.ID}
	}
	s.mu.Lock()
	for len(e.IDs) < e.Parts && e.API == "sms" {
		s.outbox.next++
		e.IDs = append(e.IDs, fmt.Sprintf("0A00%s%08X1", s.account.APIKey[:4], s.outbox.next))
	}
	e.ID = e.IDs[0]
	kept := e
	s.outbox.entries = append(s.outbox.entries, &kept)
	if over := len(s.outbox.entries) - outboxSize; over > 0 {
		s.outbox.entries = slices.Delete(s.outbox.entries, 0, over)
	}
	s.mu.Unlock()
	s.tell(Event{Kind: Sent, Entry: &e})
	s.awaitOutcome(e, s.deliver(e))
	return e
}

// find returns the entry that has a part of that id; "" finds the newest.
func (s *Simulator) find(id string) (Entry, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range slices.Backward(s.outbox.entries) {
		if id == "" || slices.Contains(e.IDs, id) {
			return *e, true
		}
	}
	return Entry{}, false
}

// setStatus notes what a receipt said and returns the entry as it then is.
func (s *Simulator) setStatus(id, status string) (Entry, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range slices.Backward(s.outbox.entries) {
		if slices.Contains(e.IDs, id) {
			e.Status = status
			if e.until != "" && reached(status, e.until) {
				e.rest = nil
			}
			return *e, true
		}
	}
	return Entry{}, false
}
