package cmd

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/flowrill/flowrill/nodes/messaging/simulator"
)

// TestPhoneShows: who opens the phone of a person sees what they texted and
// what they got, in that order, and nothing of another's.
func TestPhoneShows(t *testing.T) {
	flow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer flow.Close()
	s := simulator.New(simulator.Options{Target: func() string { return flow.URL }})
	for _, text := range []struct{ from, text string }{{"1", "one"}, {"2", "other"}, {"1", "two"}} {
		if _, err := s.Receive(t.Context(), simulator.InboundMessage{From: text.from, Text: &text.text, Ref: text.text}); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, data := range phoneShows(s)("1") {
		var on onScreen
		if err := json.Unmarshal(data, &on); err != nil {
			t.Fatal(err)
		}
		got = append(got, on.Kind+" "+on.Text.Text)
	}
	if want := []string{"texted one", "texted two"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
