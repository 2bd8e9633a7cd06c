package simulator

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
)

func basicAuth(a Account) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(a.APIKey+":"+a.APISecret))
}

// names are the invalid parameters that an answer lists.
func names(t *testing.T, body string) string {
	t.Helper()
	var a struct {
		Title, Detail, Type string
		Invalid             []invalid `json:"invalid_parameters"`
	}
	if err := json.Unmarshal([]byte(body), &a); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	if a.Title == "" || a.Detail == "" || a.Type == "" {
		t.Errorf("no title, detail or type in %s", body)
	}
	var all []string
	for _, i := range a.Invalid {
		all = append(all, i.Name)
		if i.Reason == "" {
			t.Errorf("no reason for %s", i.Name)
		}
	}
	return strings.Join(all, " ")
}

// TestChannels: every row of vonage.md §2.2, right and wrong.
func TestChannels(t *testing.T) {
	s := start(t, Options{})
	long := func(n int) string { return `"` + strings.Repeat("é", n) + `"` }
	for _, c := range []struct{ channel, kind, rest, invalid string }{
		{"mms", "text", `"text":"x","ttl":300`, ""},
		{"mms", "text", `"text":"x","ttl":299`, "ttl"},
		{"mms", "image", `"image":{"url":"https://e.x/a","caption":` + long(3000) + `}`, ""},
		{"mms", "image", `"image":{"url":"http://e.x/a","caption":` + long(3001) + `}`, "image.url image.caption"},
		{"mms", "vcard", `"vcard":{}`, "vcard.url"},
		{"mms", "file", `"file":"https://e.x/a"`, "file"},
		{"mms", "content", `"content":[{"type":"image","url":"https://e.x/a"}]`, ""},
		{"mms", "content", `"content":[{"type":"poem"},7]`, "content[0].type content[0].url content[1]"},
		{"mms", "content", `"content":[]`, "content"},
		{"mms", "sticker", `"sticker":{"id":"x"}`, "message_type"},
		{"rcs", "text", `"text":` + long(3072) + `,"rcs":{"category":"promotion"},"suggestions":[{"type":"reply","text":"a","postback_data":"b"}]`, ""},
		{"rcs", "text", `"text":` + long(3073) + `,"rcs":{"category":"news"},"ttl":299,"suggestions":"x"`, "text ttl rcs.category suggestions"},
		{"rcs", "custom", `"custom":{"a":1}`, ""},
		{"rcs", "custom", `"custom":{}`, "custom"},
		{"rcs", "audio", `"audio":{"url":"https://e.x/a"}`, "message_type"},
		{"whatsapp", "text", `"text":` + long(4096) + `,"context":{"message_uuid":"u"}`, ""},
		{"whatsapp", "text", `"text":` + long(4097) + `,"context":{}`, "text context.message_uuid"},
		{"whatsapp", "template", `"template":{"name":"ns:n","parameters":["a"]},"whatsapp":{"locale":"en"}`, ""},
		{"whatsapp", "template", `"template":{"name":"a b","parameters":[1]}`, "template.name template.parameters whatsapp"},
		{"whatsapp", "template", `"template":{"name":"n"},"whatsapp":{"policy":"x"}`, "whatsapp.locale whatsapp.policy"},
		{"whatsapp", "sticker", `"sticker":{"id":"x"}`, ""},
		{"whatsapp", "sticker", `"sticker":{"id":"x","url":"https://e.x/a"}`, "sticker"},
		{"whatsapp", "reaction", `"reaction":{"action":"react","emoji":"x"},"context":{"message_uuid":"u"}`, ""},
		{"whatsapp", "reaction", `"reaction":{"action":"react"}`, "reaction.emoji context"},
		{"whatsapp", "reaction", `"reaction":{"action":"unreact"},"context":{"message_uuid":"u"}`, ""},
		{"messenger", "text", `"text":` + long(640) + `,"messenger":{"category":"message_tag","tag":"T"}`, ""},
		{"messenger", "text", `"text":` + long(641) + `,"messenger":{"category":"message_tag"}`, "text messenger.tag"},
		{"messenger", "text", `"text":"x","messenger":{"category":"news"}`, "messenger.category"},
		{"messenger", "template", `"template":{"name":"n"}`, "message_type"},
		{"viber_service", "text", `"text":"x","viber_service":{"category":"promotion","ttl":30,"action":{"url":"https://e.x","text":"Go"}}`, ""},
		{"viber_service", "text", `"text":` + long(1001) + `,"viber_service":{"category":"x","ttl":29,"action":{"url":"e","text":` + long(31) + `}}`,
			"text viber_service.category viber_service.ttl viber_service.action.url viber_service.action.text"},
		{"viber_service", "image", `"image":{"url":"https://e.x/a"},"viber_service":{"action":{"url":"https://e.x","text":"Go"}}`, "image.caption"},
		{"viber_service", "video", `"video":{"url":"https://e.x/a","thumb_url":"https://e.x/b"},"viber_service":{"duration":"600","file_size":"200"}`, ""},
		{"viber_service", "video", `"video":{"url":"https://e.x/a"},"viber_service":{"duration":"601","file_size":1}`, "video.thumb_url viber_service.duration viber_service.file_size"},
		{"viber_service", "video", `"video":{"url":"https://e.x/a","thumb_url":"https://e.x/b"}`, "viber_service"},
		{"viber_service", "file", `"file":{"url":"https://e.x/a","name":` + long(26) + `}`, "file.name"},
		{"viber_service", "audio", `"audio":{"url":"https://e.x/a"}`, "message_type"},
		{"instagram", "text", `"text":"x"`, "channel"},
		{"whatsapp", "text", `"text":"x","failover":[{"channel":"sms","message_type":"text","from":"Acme","to":"447700900000","text":"x"}]`, ""},
		{"whatsapp", "text", `"text":"x","failover":[{"channel":"sms","message_type":"text","from":"Acme","text":"x","failover":[]}]`, "failover[0].failover failover[0].to"},
		{"whatsapp", "text", `"text":"x","failover":[]`, "failover"},
	} {
		s.Clear()
		body := `{"channel":"` + c.channel + `","message_type":"` + c.kind + `","from":"447700900001","to":"447700900000","client_ref":"r",` + c.rest + `}`
		res, answer := do(t, "POST", s.URL()+"/v1/messages", "application/json", body, "Authorization", basicAuth(s.Account()))
		if c.invalid == "" {
			if box := s.Outbox(); res.StatusCode != 202 || len(box) != 1 || box[0].Channel != c.channel || box[0].Message["message_type"] != c.kind {
				t.Errorf("%s %s %.60s: %d %s", c.channel, c.kind, c.rest, res.StatusCode, answer)
			}
			if strings.Contains(c.rest, "failover") != strings.Contains(answer, "workflow_id") {
				t.Errorf("%.60s: %s", c.rest, answer)
			}
			continue
		}
		if got := names(t, answer); res.StatusCode != 422 || got != c.invalid || len(s.Outbox()) != 0 {
			t.Errorf("%s %s %.60s: %d %q, want %q", c.channel, c.kind, c.rest, res.StatusCode, got, c.invalid)
		}
	}
}

// TestLegacy: v0.1 messages and workflows (§3).
func TestLegacy(t *testing.T) {
	s := start(t, Options{})
	const sms = `{"from":{"type":"sms","number":"Acme"},"to":{"type":"sms","number":"447700900000"},"message":{"content":{"type":"text","text":"Hi"}},"client_ref":"r"}`
	with := func(old, new string) string {
		if !strings.Contains(sms, old) {
			t.Fatalf("the test's own message has no %s", old)
		}
		return strings.Replace(sms, old, new, 1)
	}
	until := strings.TrimSuffix(sms, "}") + `,"failover":{"expiry_time":15,"condition_status":"delivered"}}`
	flow := func(items ...string) string {
		return `{"template":"failover","workflow":[` + strings.Join(items, ",") + `]}`
	}
	for _, c := range []struct{ path, body, invalid string }{
		{"messages", sms, ""},
		{"messages", `{"from":{"type":"viber_service_msg","id":"1"},"to":{"type":"viber_service_msg","number":"447700900000"},"message":{"content":{"type":"text","text":"Hi"},"viber_service_msg":{"ttl":60}}}`, ""},
		{"messages", `{"from":{"type":"messenger","id":"1"},"to":{"type":"messenger","id":"2"},"message":{"content":{"type":"image","image":{"url":"https://e.x/a"}},"messenger":{"category":"update"}}}`, ""},
		{"messages", `{}`, "from to message"},
		{"messages", with(`"text":"Hi"`, `"image":{}`), "message.content.text"},
		{"messages", with(`447700900000`, `+447700900000`), "to.number"},
		{"messages", with(`"number":"447700900000"`, `"id":"447700900000"`), "to.number"},
		{"messages", with(`"from":{"type":"sms"`, `"from":{"type":"mms"`), "from.type"},
		{"messages", with(`"r"`, `"`+strings.Repeat("r", 41)+`"`), "client_ref"},
		{"messages", `{"from":{"type":"viber_service_msg","id":"1"},"to":{"type":"viber_service_msg","number":"447700900000"},"message":{"content":{"type":"text","text":"Hi"},"viber_service_msg":{"ttl":1}}}`, "message.viber_service_msg.ttl"},
		{"dispatch", flow(until, sms), ""},
		{"dispatch", flow(until), "workflow[0].failover workflow"},
		{"dispatch", flow(sms, sms), "workflow[0].failover"},
		{"dispatch", flow(strings.Replace(until, "15", "14", 1), sms), "workflow[0].failover.expiry_time"},
		{"dispatch", flow(strings.Replace(until, "delivered", "read", 1), sms), "workflow[0].failover.condition_status"},
		{"dispatch", flow(until, with("447700900000", "x")), "workflow[1].to.number"},
		{"dispatch", strings.Replace(flow(until, sms), "failover", "loop", 1), "template"},
		{"dispatch", `{"template":"failover"}`, "workflow"},
	} {
		s.Clear()
		res, answer := do(t, "POST", s.URL()+"/v0.1/"+c.path, "application/json", c.body, "Authorization", basicAuth(s.Account()))
		if c.invalid == "" {
			if res.StatusCode != 202 || len(s.Outbox()) != 1 || !strings.Contains(answer, strings.TrimSuffix(c.path, "s")+"_uuid") {
				t.Errorf("%s %s: %d %s", c.path, c.body, res.StatusCode, answer)
			}
			continue
		}
		if got := names(t, answer); res.StatusCode != 400 || got != c.invalid || len(s.Outbox()) != 0 {
			t.Errorf("%s %s: %d %q, want %q", c.path, c.body, res.StatusCode, got, c.invalid)
		}
	}
	if res, _ := do(t, "POST", s.URL()+"/v0.1/messages", "application/json", sms); res.StatusCode != 401 {
		t.Errorf("without credentials: %d", res.StatusCode)
	}
}
