package simulator

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// TestWorkflow: a message that fails is replaced by the next, as the API that
// it came by says (vonage.md §2.1, §3.2).
func TestWorkflow(t *testing.T) {
	const (
		v1 = `{"channel":"whatsapp","message_type":"text","from":"447700900000","to":"447700900001","text":"one","failover":[
			{"channel":"rcs","message_type":"text","from":"Acme","to":"447700900001","text":"two"},
			{"channel":"sms","message_type":"text","from":"Acme","to":"447700900001","text":"three"}]}`
		old = `{"template":"failover","workflow":[
			{"from":{"type":"whatsapp","number":"447700900000"},"to":{"type":"whatsapp","number":"447700900001"},"message":{"content":{"type":"text","text":"one"}},"failover":{"expiry_time":600,"condition_status":"read"}},
			{"from":{"type":"mms","number":"447700900000"},"to":{"type":"mms","number":"447700900001"},"message":{"content":{"type":"text","text":"two"}},"failover":{"expiry_time":60,"condition_status":"delivered"}},
			{"from":{"type":"sms","number":"Acme"},"to":{"type":"sms","number":"447700900001"},"message":{"content":{"type":"text","text":"three"}}}]}`
	)
	for _, c := range []struct {
		name, path, body, deliveries string
		advance                      time.Duration // after each message
		want                         string        // the texts that go out
	}{
		{"all arrive", "/v1/messages", v1, ``, time.Hour, "one"},
		{"the first is rejected", "/v1/messages", v1, `{"channel":"whatsapp","status":"rejected"}`, time.Second, "one two"},
		{"two are", "/v1/messages", v1, `{"channel":"whatsapp","status":"rejected"} {"channel":"rcs","status":"rejected"}`, time.Second, "one two three"},
		{"all are", "/v1/messages", v1, `{"status":"rejected"}`, time.Second, "one two three"},
		{"told twice", "/v1/messages", v1, `{"channel":"whatsapp","status":"rejected","copies":3}`, time.Second, "one two"},
		{"not delivered is no rejection", "/v1/messages", v1, `{"status":"undeliverable"}`, time.Hour, "one"},
		{"dispatch: read in time", "/v0.1/dispatch", old, `{"status":"read","after":500000}`, time.Hour, "one"},
		{"dispatch: delivered is not read", "/v0.1/dispatch", old, `{"channel":"whatsapp"}`, 600 * time.Second, "one two"},
		{"dispatch: nothing is heard", "/v0.1/dispatch", old, `{"status":"none"}`, 600 * time.Second, "one two three"},
		{"dispatch: failed before its time", "/v0.1/dispatch", old, `{"channel":"whatsapp","status":"undeliverable","after":1000}`, time.Second, "one two"},
		{"dispatch: read too late", "/v0.1/dispatch", old, `{"channel":"whatsapp","status":"read","after":700000}`, 650 * time.Second, "one two"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, got := hooks(t)
			events, stop := s.Watch()
			defer stop()
			for d := range strings.FieldsSeq(c.deliveries) {
				posted(t, s, "/deliveries", d)
			}
			res, answer := do(t, "POST", s.URL()+c.path, "application/json", c.body, "Authorization", basicAuth(s.Account()))
			if res.StatusCode != 202 {
				t.Fatalf("%d %s", res.StatusCode, answer)
			}
			items := strings.Fields(c.want)
			for i, text := range items {
				e := nextSent(t, events)
				if e.Text != text || e.Item != i+1 || e.Items != 3 || e.Workflow == "" || !strings.Contains(answer, e.Workflow) {
					t.Fatalf("message %d is %+v, want %s", i+1, e, text)
				}
				s.Advance(c.advance)
			}
			posted(t, s, "/deliveries", `{"to":"447700900099"}`) // when its receipt has come, all that was due before has been
			s.accept(Entry{API: "sms", To: "447700900099", Parts: 1})
			for h := range got {
				var status struct {
					UUID     string `json:"message_uuid"`
					Workflow struct {
						ID     string `json:"workflow_id"`
						Number string `json:"items_number"`
						Total  string `json:"items_total"`
					}
					Links struct {
						Workflow struct {
							ID string `json:"dispatch_uuid"`
						}
					} `json:"_links"`
				}
				if h.query != " " {
					break
				}
				if err := json.Unmarshal([]byte(h.body), &status); err != nil {
					t.Fatal(err)
				}
				e, _ := s.find(status.UUID)
				if dispatch := strings.HasSuffix(c.path, "dispatch"); dispatch && e.Item < 3 && status.Links.Workflow.ID != e.Workflow ||
					!dispatch && (status.Workflow.ID != e.Workflow || status.Workflow.Total != "3" || status.Workflow.Number != string(rune('0'+e.Item))) {
					t.Errorf("status %s of %+v", h.body, e)
				}
			}
			if n := len(s.Outbox()) - 1; n != len(items) {
				t.Errorf("%d messages left, want %d", n, len(items))
			}
		})
	}
}

// nextSent is the next message that goes out.
func nextSent(t *testing.T, events <-chan Event) Entry {
	t.Helper()
	late := time.After(10 * time.Second)
	for {
		select {
		case e := <-events:
			if e.Kind == Sent {
				return *e.Entry
			}
		case <-late:
			t.Fatal("no message goes out")
		}
	}
}
