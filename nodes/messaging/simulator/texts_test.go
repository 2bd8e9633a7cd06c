package simulator

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestTexted: a phone is told of a text before the flow gets it, and once,
// however often and in however many parts it goes there.
func TestTexted(t *testing.T) {
	long := strings.Repeat("long ", 50) // two parts
	for _, c := range []struct {
		name  string
		m     InboundMessage
		want  Text
		times int // that the flow gets it
	}{
		{"as if by nobody", InboundMessage{Text: new("hi")}, Text{From: person, To: own, Text: "hi", Channel: "sms", Type: "text"}, 1},
		{"with a ref", InboundMessage{MSISDN: "1", To: "2", Text: new("hi"), Ref: "r"}, Text{Ref: "r", From: "1", To: "2", Text: "hi", Channel: "sms", Type: "text"}, 1},
		{"in copies of parts", InboundMessage{Text: &long, Copies: 3, Split: true}, Text{From: person, To: own, Text: long, Channel: "sms", Type: "text"}, 6},
		{"of bytes", InboundMessage{Data: "00ff"}, Text{From: person, To: own, Channel: "sms", Type: "binary"}, 1},
		{
			"a picture", InboundMessage{API: "messages", Channel: "whatsapp", Type: "image"},
			Text{From: person, To: own, Channel: "whatsapp", Type: "image"}, 1,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s *Simulator
			early := make(chan int, 10)
			flow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { early <- len(s.Texts()) }))
			defer flow.Close()
			s = start(t, Options{Target: func() string { return flow.URL + "/sms" }})
			events, stop := s.Watch()
			if _, err := s.ReceiveAll(t.Context(), c.m); err != nil {
				t.Fatal(err)
			}
			stop()
			first := <-events
			if first.Kind != Texted || first.Text.Ref == "" || first.Text.Time.IsZero() {
				t.Fatalf("first %+v", first)
			}
			got := *first.Text
			if c.want.Ref == "" {
				got.Ref = ""
			}
			got.Time = c.want.Time
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			n := 0
			for e := range events {
				if n++; e.Kind != Inbound || e.Text.Ref != first.Text.Ref || e.Webhook.Status != http.StatusOK || <-early != 1 {
					t.Errorf("then %+v", e)
				}
			}
			if n != c.times {
				t.Errorf("sent %d times, want %d", n, c.times)
			}
		})
	}
}

func TestTextsBound(t *testing.T) {
	s := New(Options{})
	for i := range outboxSize + 5 {
		s.texted(InboundMessage{Text: new(fmt.Sprint(i))})
	}
	got := s.Texts()
	if len(got) != outboxSize || got[0].Text != "5" {
		t.Errorf("%d texts from %s", len(got), got[0].Text)
	}
	s.Clear()
	if got := s.Texts(); len(got) != 0 {
		t.Errorf("%d texts after Clear", len(got))
	}
	if _, err := s.ReceiveAll(t.Context(), InboundMessage{API: "pigeon", Split: true}); err == nil || len(s.Texts()) != 0 {
		t.Errorf("a text of no API: %v, %d texts", err, len(s.Texts()))
	}
}
