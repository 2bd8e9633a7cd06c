package cmd

import (
	"encoding/json"
	"iter"
	"slices"
	"time"

	"github.com/flowrill/flowrill/nodes/messaging/simulator"
	"github.com/flowrill/flowrill/web"
)

// onScreen is what a phone's screen is told: that a message came, what became
// of it, that its owner texts, that all are gone, or that something was missed.
type onScreen struct {
	Kind    string             `json:"kind"` // of simulator.Event, or "missed"
	Entry   *simulator.Entry   `json:"entry,omitempty"`
	Text    *simulator.Text    `json:"text,omitempty"`
	Webhook *simulator.Webhook `json:"webhook,omitempty"` // of Text: how it went
}

func (o onScreen) encode() []byte {
	b, err := json.Marshal(o)
	if err != nil {
		panic(err) // an entry is texts and numbers
	}
	return b
}

// showPhones tells open editors what comes to the simulator's phones, until
// the simulator is closed.
func showPhones(s *simulator.Simulator, hub *web.Hub) {
	events, _ := s.Watch()
	go func() {
		last := uint64(0)
		for e := range events {
			if last != 0 && e.Seq != last+1 {
				hub.Phone("", onScreen{Kind: "missed"}.encode())
			}
			last = e.Seq
			switch {
			case !hub.Watching():
			case e.Kind == simulator.Cleared:
				hub.Phone("", onScreen{Kind: e.Kind}.encode())
			case e.Entry != nil:
				hub.Phone(e.Entry.To, onScreen{Kind: e.Kind, Entry: e.Entry}.encode())
			case e.Text != nil:
				hub.Phone(e.Text.From, onScreen{Kind: e.Kind, Text: e.Text, Webhook: e.Webhook}.encode())
			}
		}
	}()
}

// phoneShows is what a phone shows until now: what its owner texted and what
// came to it, by time.
func phoneShows(s *simulator.Simulator) func(number string) iter.Seq2[time.Time, []byte] {
	return func(number string) iter.Seq2[time.Time, []byte] {
		type shown struct {
			at time.Time
			onScreen
		}
		var all []shown
		for _, t := range s.Texts() {
			if t.From == number {
				all = append(all, shown{t.Time, onScreen{Kind: simulator.Texted, Text: &t}})
			}
		}
		for _, e := range s.Outbox() {
			if e.To == number {
				all = append(all, shown{e.Time, onScreen{Kind: simulator.Sent, Entry: &e}})
			}
		}
		slices.SortStableFunc(all, func(a, b shown) int { return a.at.Compare(b.at) })
		return func(yield func(time.Time, []byte) bool) {
			for _, x := range all {
				if !yield(x.at, x.encode()) {
					return
				}
			}
		}
	}
}
