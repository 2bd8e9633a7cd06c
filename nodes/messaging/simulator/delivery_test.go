package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// hook is a webhook as the flow received it, whole.
type hook struct {
	authorization, body string
	query               string
}

// hooks is a flow's webhook that keeps what it gets.
func hooks(t testing.TB) (*Simulator, <-chan hook) {
	t.Helper()
	c := make(chan hook, 1000)
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c <- hook{r.Header.Get("Authorization"), string(body), r.URL.Query().Get("status") + " " + r.URL.Query().Get("err-code")}
	}))
	t.Cleanup(srv.Close)
	return start(t, Options{Target: func() string { return srv.URL + "/sms" }}), c
}

// posted is a POST to the admin side that must succeed.
func posted(t testing.TB, s *Simulator, path, body string) string {
	t.Helper()
	code, answer := admin(t, s, "POST", path, body)
	if code != 200 {
		t.Fatalf("POST %s %s: %d %s", path, body, code, answer)
	}
	return answer
}

// TestDeliveries has messages meet what was planned for them.
func TestDeliveries(t *testing.T) {
	for _, c := range []struct {
		name, delivery string
		entry          Entry
		want           []string
	}{
		{"no plan, no callback", ``, Entry{}, nil},
		{"arrives", `{}`, Entry{Parts: 2}, []string{"delivered 0", "delivered 0"}},
		{"fails", `{"status":"failed","err-code":"2"}`, Entry{}, []string{"failed 2"}},
		{"interim", `{"interim":true}`, Entry{}, []string{"buffered 0", "delivered 0"}},
		{"out of order", `{"interim":true,"reverse":true}`, Entry{}, []string{"delivered 0", "buffered 0"}},
		{"three times", `{"copies":3}`, Entry{}, []string{"delivered 0", "delivered 0", "delivered 0"}},
		{"none", `{"status":"none"}`, Entry{Callback: "/x"}, nil},
		{"of somebody else", `{"to":"447700900002","status":"failed"}`, Entry{}, nil},
		{"of another channel", `{"channel":"whatsapp"}`, Entry{}, nil},
		{"opted out", `{"status":"rejected","err-code":"opted out"}`, Entry{}, []string{"rejected 9"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, got := hooks(t)
			if c.delivery != "" {
				posted(t, s, "/deliveries", c.delivery)
			}
			c.entry.API, c.entry.Channel, c.entry.To, c.entry.Parts = "sms", "sms", "447700900001", max(1, c.entry.Parts)
			s.accept(c.entry)
			for i, want := range c.want {
				if h := <-got; h.query != want {
					t.Errorf("receipt %d is %q, want %q", i, h.query, want)
				}
			}
			planned(t, s, 0)
		})
	}
}

// planned looks at how many receipts wait.
func planned(t *testing.T, s *Simulator, want int) {
	t.Helper()
	s.schedule.mu.Lock()
	defer s.schedule.mu.Unlock()
	if n := len(s.schedule.list); n != want {
		t.Errorf("%d receipts are planned, want %d", n, want)
	}
}

// TestClock has a receipt wait for a day that takes no time.
func TestClock(t *testing.T) {
	s, got := hooks(t)
	posted(t, s, "/deliveries", `{"after":86400000,"count":1}`)
	s.accept(Entry{API: "sms", Parts: 1})
	s.accept(Entry{API: "sms", Parts: 1}) // the plan was for one
	if n := len(s.Deliveries()); n != 0 {
		t.Errorf("%d plans left", n)
	}
	posted(t, s, "/clock", `{"advance":86399000}`)
	select {
	case h := <-got:
		t.Fatalf("a second early: %v", h)
	default:
	}
	posted(t, s, "/clock", `{"advance":1000}`)
	<-got
	posted(t, s, "/clock", `{"set":"2030-01-01T12:00:00Z"}`)
	var shown ClockState
	_, body := admin(t, s, "GET", "/clock", "")
	if err := json.Unmarshal([]byte(body), &shown); err != nil || shown.Now.Format("2006-01-02T15") != "2030-01-01T12" {
		t.Errorf("clock %s", body)
	}
	if h, _ := s.Receive(t.Context(), InboundMessage{}); !strings.HasPrefix(h.Fields["message-timestamp"], "2030-01-01 12:0") {
		t.Errorf("webhook %v", h)
	}
}

// TestMessagesStatus reports statuses in both shapes, signed.
func TestMessagesStatus(t *testing.T) {
	s, got := hooks(t)
	posted(t, s, "/deliveries", `{"status":"rejected","signed":true}`)
	s.accept(Entry{API: "messages", Channel: "whatsapp", From: "447700900000", To: "447700900001", ClientRef: "r", Parts: 1})
	h := <-got
	var v1 struct {
		From, To, Channel, Status, ClientRef string
		Error                                struct{ Title string }
	}
	if err := json.Unmarshal([]byte(h.body), &v1); err != nil || v1.From != "447700900000" || v1.To != "447700900001" || v1.Status != "rejected" || v1.Error.Title != "1300" || v1.Channel != "whatsapp" {
		t.Errorf("%s, %v", h.body, err)
	}
	checkSigned(t, s, h)
	s.accept(Entry{API: "messages", Channel: "messenger", From: "1", To: "2", Parts: 1, Message: map[string]any{"webhook_version": "v0.1"}})
	h = <-got
	if !strings.Contains(h.body, `"to":{"id":"2","type":"messenger"}`) || !strings.Contains(h.body, `"error":{"code":1300,`) {
		t.Errorf("v0.1 %s", h.body)
	}
}

// checkSigned verifies a token of §5.4 by hand.
func checkSigned(t *testing.T, s *Simulator, h hook) {
	t.Helper()
	p := strings.Split(strings.TrimPrefix(h.authorization, "Bearer "), ".")
	if len(p) != 3 {
		t.Fatalf("authorization %q", h.authorization)
	}
	mac := hmac.New(sha256.New, []byte(s.account.SignatureSecret))
	mac.Write([]byte(p[0] + "." + p[1]))
	if base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) != p[2] {
		t.Error("the token is not signed with the secret")
	}
	claims, _ := base64.RawURLEncoding.DecodeString(p[1])
	if sum := sha256.Sum256([]byte(h.body)); !strings.Contains(string(claims), hex.EncodeToString(sum[:])) || !strings.Contains(string(claims), `"iss":"Vonage"`) {
		t.Errorf("claims %s", claims)
	}
}

func TestInboundMessages(t *testing.T) {
	s, got := hooks(t)
	for body, want := range map[string]string{
		`{"api":"messages","text":"hi <b>","messageId":"u","signed":true}`:                                                         `"text":"hi <b>"`,
		`{"api":"messages","channel":"whatsapp","type":"image","content":{"image":{"url":"https://a/b.jpg"}},"messageId":"u"}`:     `"image":{"url":"https://a/b.jpg"},"message_type":"image"`,
		`{"api":"messages-v0.1","channel":"viber_service","text":"hi","messageId":"u"}`:                                            `"to":{"id":"447700900000","type":"viber_service_msg"}`,
		`{"api":"messages-v0.1","channel":"messenger","type":"location","content":{"location":{"lat":1.5,"long":2}},"from":"123"}`: `"content":{"location":{"lat":1.5,"long":2},"type":"location"}`,
	} {
		posted(t, s, "/inbound", body)
		h := <-got
		if !strings.Contains(h.body, want) {
			t.Errorf("%s sent %s", body, h.body)
		}
		if strings.Contains(body, "signed") {
			checkSigned(t, s, h)
		}
	}
}

// TestInboundParts cuts a long text where the network would.
func TestInboundParts(t *testing.T) {
	s, _ := hooks(t)
	for _, c := range []struct {
		text  string
		sizes []int
	}{
		{strings.Repeat("a", 160), []int{160}},
		{strings.Repeat("a", 161), []int{153, 8}},
		{strings.Repeat("a", 152) + "€" + strings.Repeat("b", 10), []int{152, 11}}, // not inside an escape pair
		{strings.Repeat("я", 66) + "😀яяя", []int{66, 4}},                           // nor inside a surrogate pair
		{strings.Repeat("я", 70), []int{70}},
	} {
		var sizes []int
		all := ""
		for _, p := range s.asParts(InboundMessage{Text: &c.text}) {
			sizes, all = append(sizes, len([]rune(*p.Text))), all+*p.Text
		}
		if !slices.Equal(sizes, c.sizes) || all != c.text {
			t.Errorf("%d characters: %v, want %v", len([]rune(c.text)), sizes, c.sizes)
		}
	}
	body := fmt.Sprintf(`{"text":%q,"split":true,"copies":3,"shuffle":true,"together":true}`, strings.Repeat("long ", 70))
	var sent []Webhook
	if err := json.Unmarshal([]byte(posted(t, s, "/inbound", body)), &sent); err != nil || len(sent) != 9 {
		t.Fatalf("%d webhooks, %v", len(sent), err)
	}
	ids, parted := map[string]int{}, map[string]bool{}
	for _, h := range sent {
		ids[h.Fields["messageId"]]++
		parted[h.Fields["concat-part"]+"/"+h.Fields["concat-total"]+"/"+h.Fields["concat-ref"]] = true
		if h.Status != 200 {
			t.Errorf("webhook %v", h)
		}
	}
	if len(ids) != 3 || len(parted) != 3 {
		t.Errorf("%v %v", ids, parted)
	}
}

// TestStop has a carrier block what is sent after a STOP, for both APIs.
func TestStop(t *testing.T) {
	s, got := hooks(t)
	var h Webhook
	if err := json.Unmarshal([]byte(posted(t, s, "/stop", `{"from":"447700900002","carrier":true}`)), &h); err != nil || h.Fields["text"] != "STOP" || h.Fields["keyword"] != "STOP" {
		t.Errorf("%v %v", h, err)
	}
	<-got
	s.accept(Entry{API: "sms", To: "447700900002", Parts: 1})
	if h := <-got; h.query != "rejected 9" {
		t.Errorf("receipt %v", h)
	}
	s.accept(Entry{API: "messages", To: "447700900002", Parts: 1})
	if h := <-got; !strings.Contains(h.body, `"title":"1240"`) {
		t.Errorf("status %v", h)
	}
	s.accept(Entry{API: "sms", To: "447700900001", Parts: 1})
	planned(t, s, 0)
}

func TestNonsense(t *testing.T) {
	s, _ := hooks(t)
	for path, bodies := range map[string][]string{
		"/deliveries": {`{"status":"eaten"}`, `{"format":"xml"}`, `{"share":2}`, `{"copies":-1}`, `{"after":-1}`, `{"what":1}`, `[]`, ``},
		"/clock":      {`{"advance":"1h"}`, `{"set":"noon"}`},
		"/inbound":    {`{"api":"fax"}`, `{"copies":1001}`, `{"copies":-2}`},
		"/faults":     {`{"kind":"earthquake"}`},
		"/stop":       {`{"to":5}`},
	} {
		for _, body := range bodies {
			if code, answer := admin(t, s, "POST", path, body); code != 400 {
				t.Errorf("%s %s: %d %s", path, body, code, answer)
			}
		}
	}
	if code, body := admin(t, s, "GET", "/phones", ""); code != 200 || strings.Count(body, `"number"`) != 2 {
		t.Errorf("phones: %d %s", code, body)
	}
}

// TestReceiptNow: a receipt of a message that named no URL goes where inbound
// messages go.
func TestReceiptNow(t *testing.T) {
	s, got := hooks(t)
	s.accept(Entry{API: "sms", To: "447700900001", Parts: 2})
	if answer := posted(t, s, "/receipt", `{"status":"failed","err-code":"2"}`); strings.Count(answer, "/sms") != 2 {
		t.Errorf("%s", answer)
	}
	for range 2 {
		if h := <-got; h.query != "failed 2" {
			t.Errorf("receipt %q", h.query)
		}
	}
}
