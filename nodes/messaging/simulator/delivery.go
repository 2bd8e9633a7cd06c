package simulator

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// maxDeliveries is how many Deliveries may be in force at once.
const maxDeliveries = 1000

// soon is how long a receipt takes at least: the answer to the flow is there
// before it.
const soon = 20 * time.Millisecond

// Delivery says what becomes of messages that flows send from now on, and
// which receipts tell of it. Without one every message arrives, and a receipt
// goes to the URL that the message named, if it named one.
type Delivery struct {
	To      string  `json:"to,omitempty"`      // only of messages to this person
	Channel string  `json:"channel,omitempty"` // only of this channel
	Count   int     `json:"count,omitempty"`   // only of so many; 0: all until it is cleared
	Share   float64 `json:"share,omitempty"`   // only of this part of them, by chance; 0: every one

	Status  string `json:"status,omitempty"`   // of the SMS API's or the Messages API's; delivered if empty, none for no receipt at all
	Code    string `json:"err-code,omitempty"` // what goes with the status if empty
	After   int64  `json:"after,omitempty"`    // milliseconds by the simulator's clock
	Interim bool   `json:"interim,omitempty"`  // buffered, or submitted, before
	Reverse bool   `json:"reverse,omitempty"`  // and the interim one comes last
	Copies  int    `json:"copies,omitempty"`   // how often each is sent; 0: once

	URL    string `json:"url,omitempty"`    // the message's own if empty, and Target if it has none
	Format string `json:"format,omitempty"` // get (default), form, json; of the Messages API always JSON
	Signed bool   `json:"signed,omitempty"`
}

func (d Delivery) check() error {
	switch {
	case d.Status != "" && d.Status != "none" && !knownStatus(d.Status):
		return fmt.Errorf("status %q is neither none nor one of the provider's", d.Status)
	case d.Format != "" && !slices.Contains([]string{"get", "form", "json"}, d.Format):
		return fmt.Errorf("format %q is none of get, form, json", d.Format)
	case d.Share < 0 || d.Share > 1:
		return errors.New("share must be between 0 and 1")
	case d.Count < 0 || d.Copies < 0 || d.Copies > 100 || d.After < 0 || d.After > 7*24*time.Hour.Milliseconds():
		return errors.New("count, copies and after must not be negative, copies at most 100, after at most a week")
	}
	return nil
}

// AddDelivery puts d in force, before those that are: a message meets the
// newest that is meant for it.
func (s *Simulator) AddDelivery(d Delivery) error {
	if err := d.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.deliveries) >= maxDeliveries {
		return fmt.Errorf("%d deliveries are in force already", maxDeliveries)
	}
	s.deliveries = slices.Insert(s.deliveries, 0, d)
	return nil
}

// Deliveries lists what is in force, with the Count that is left.
func (s *Simulator) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Delivery{}, s.deliveries...)
}

// ClearDeliveries lets everything arrive again, and drops receipts that wait.
func (s *Simulator) ClearDeliveries() {
	s.mu.Lock()
	s.deliveries = nil
	s.mu.Unlock()
	s.schedule.clear()
}

func (s *Simulator) deliveryOf(e Entry) (Delivery, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, d := range s.deliveries {
		if d.To != "" && d.To != e.To || d.Channel != "" && d.Channel != e.Channel || d.Share > 0 && rand.Float64() >= d.Share {
			continue
		}
		if d.Count > 1 {
			s.deliveries[i].Count--
		} else if d.Count == 1 {
			s.deliveries = slices.Delete(s.deliveries, i, i+1)
		}
		return d, true
	}
	return Delivery{URL: e.Callback}, e.Callback != ""
}

// deliver plans the receipts of a message that was accepted. quiet is one that
// arrives without any.
func (s *Simulator) deliver(e Entry) (quiet bool) {
	d, ok := s.deliveryOf(e)
	if !ok || d.Status == "none" || e.unreported {
		return !ok
	}
	begin := s.Now().Add(soon)
	at := begin.Add(max(0, time.Duration(d.After)*time.Millisecond-soon))
	to := or(d.URL, e.Callback)
	final := receipt{url: to, format: or(d.Format, "get"), status: or(d.Status, "delivered"), code: d.Code, signed: d.Signed, at: at}
	interim := final
	interim.status, interim.code = "buffered", ""
	if e.API == "messages" {
		interim.status = "submitted"
	}
	plan := []receipt{final}
	switch {
	case d.Interim && d.Reverse:
		plan = []receipt{final, interim}
	case d.Interim:
		interim.at = begin
		plan = []receipt{interim, final}
	}
	for _, r := range plan {
		for range max(1, d.Copies) {
			for _, id := range e.IDs {
				r.id = id
				s.queueReceipt(r)
			}
		}
	}
	return false
}

// StopRequest has a person write STOP.
type StopRequest struct {
	InboundMessage
	// Carrier: the carrier takes it seriously, too. What is sent to the person
	// from then on is rejected as opted out.
	Carrier bool `json:"carrier"`
}

// Stop has a person write STOP and tells how the flow answered.
func (s *Simulator) Stop(ctx context.Context, q StopRequest) (Webhook, error) {
	m := q.InboundMessage
	if m.Text == nil {
		word := "STOP"
		m.Text = &word
	}
	if q.Carrier {
		if err := s.AddDelivery(Delivery{To: or(m.MSISDN, or(m.From, person)), Status: "rejected", Code: "opted out"}); err != nil {
			return Webhook{}, err
		}
	}
	return s.Receive(ctx, m)
}
