package simulator

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

// TestOfficialSDK has the provider's own Node SDK talk to the simulator.
// `npm ci` in testdata/sdk (which `make test` does) installs it.
func TestOfficialSDK(t *testing.T) {
	if _, err := os.Stat("testdata/sdk/node_modules/@vonage/server-sdk"); err != nil {
		t.Skip("the SDK is not installed: run npm ci in nodes/messaging/simulator/testdata/sdk")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no Node.js to run the SDK with")
	}
	target, received := flow(t, 200)
	s := start(t, Options{Target: func() string { return target }})
	var webhooks []map[string]string
	for _, format := range []string{"get", "form", "json"} {
		text := "a&b = <ü> 😀"
		if _, err := s.Receive(t.Context(), InboundMessage{Format: format, Text: &text, Signed: true}); err != nil {
			t.Fatal(err)
		}
		webhooks = append(webhooks, (<-received).fields)
	}
	input, err := json.Marshal(map[string]any{"account": s.whole(), "webhooks": webhooks})
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), node, "sdk.mjs")
	c.Dir, c.Stdin = "testdata/sdk", bytes.NewReader(input)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	data, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}

	type sent struct {
		Messages []map[string]string `json:"messages"`
	}
	type failed struct {
		Accepted, Messages any
		Name               string
		Status             int
	}
	var out struct {
		SMS, Long, Signed                    sent
		JWT, MessagesBasic                   struct{ MessageUUID string }
		SignatureAsSDK                       bool
		BadSecret, BadApplication, BadNumber failed
		Webhooks                             []bool
	}
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	outbox := s.Outbox()
	if len(outbox) != 5 {
		t.Fatalf("%d messages arrived: %+v", len(outbox), outbox)
	}
	if e := outbox[0]; len(out.SMS.Messages) != 1 || out.SMS.Messages[0]["messageId"] != e.ID || e.Text != "Basic: a&b = ü" || e.ClientRef != "ref-1" {
		t.Errorf("sms.send: %v, outbox %+v", out.SMS, e)
	}
	if len(out.Long.Messages) != 3 || outbox[1].Parts != 3 {
		t.Errorf("long text: %v", out.Long)
	}
	if !out.SignatureAsSDK || len(out.Signed.Messages) != 1 || out.Signed.Messages[0]["message-id"] != outbox[2].ID || outbox[2].Text != "Signed: a&b = 😀" {
		t.Errorf("signed: %v, outbox %+v", out.Signed, outbox[2])
	}
	if out.JWT.MessageUUID != outbox[3].ID || outbox[3].API != "messages" || outbox[3].ClientRef != "ref-2" {
		t.Errorf("messages.send with a JWT: %v, outbox %+v", out.JWT, outbox[3])
	}
	if out.MessagesBasic.MessageUUID != outbox[4].ID {
		t.Errorf("messages.send with Basic: %v", out.MessagesBasic)
	}
	if out.BadSecret.Accepted != nil || out.BadSecret.Messages == nil {
		t.Errorf("wrong secret: %+v", out.BadSecret)
	}
	if out.BadApplication.Name != "VetchError" || out.BadApplication.Status != 401 {
		t.Errorf("wrong application: %+v", out.BadApplication)
	}
	if out.BadNumber.Status != 422 {
		t.Errorf("wrong number: %+v", out.BadNumber)
	}
	for i, ok := range out.Webhooks {
		if !ok {
			t.Errorf("the SDK refuses the signature of webhook %d: %v", i, webhooks[i])
		}
	}
	if len(out.Webhooks) != 3 {
		t.Errorf("%d webhooks checked", len(out.Webhooks))
	}
}
