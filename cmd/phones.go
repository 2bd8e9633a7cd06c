package cmd

import (
	"encoding/json"
	"iter"
	"time"

	"github.com/flowrill/flowrill/nodes/messaging/simulator"
	"github.com/flowrill/flowrill/web"
)

// onScreen is what a phone's screen is told: that a message came, what became
// of it, that all are gone, or that something was missed.
type onScreen struct {
	Kind  string           `json:"kind"` // simulator.Sent, Receipt, Cleared, or "missed"
	Entry *simulator.Entry `json:"entry,omitempty"`
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
				hub.Phone(e.Entry.To, onScreen{e.Kind, e.Entry}.encode())
			}
		}
	}()
}

// cameTo is what came to a phone until now.
func cameTo(s *simulator.Simulator) func(number string) iter.Seq2[time.Time, []byte] {
	return func(number string) iter.Seq2[time.Time, []byte] {
		return func(yield func(time.Time, []byte) bool) {
			for _, e := range s.Outbox() {
				if e.To == number && !yield(e.Time, onScreen{simulator.Sent, &e}.encode()) {
					return
				}
			}
		}
	}
}
