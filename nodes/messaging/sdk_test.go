package messaging

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
	"github.com/flowrill/flowrill/nodes/messaging/simulator"
)

// likeSDK are the same messages as somebody builds them with a node and with
// the provider's official SDK. The numbers are 447700900000 and 447700900001.
var likeSDK = []struct {
	name, config string // of send-message without vonage, from, to, clientRef
	make, params string // the SDK's class, and its params without from, to, clientRef
}{
	{"sms", `"channel":"sms","text":"a&b = ü 😀"`, "SMS", `"text":"a&b = ü 😀"`},
	{"sms with everything", `"channel":"sms","text":"x","encoding":"unicode","entityId":"e","contentId":"c","ttl":3600,"webhookUrl":"https://example.com/s","webhookVersion":"v1","trustedRecipient":true`,
		"SMS", `"text":"x","ttl":3600,"trustedRecipient":true,"webhookUrl":"https://example.com/s","webhookVersion":"v1","sms":{"encodingType":"unicode","contentId":"c","entityId":"e"}`},
	{"mms text", `"channel":"mms","kind":"text","text":"hi","ttl":600`, "", `"channel":"mms","messageType":"text","text":"hi","ttl":600`},
	{"mms image", `"channel":"mms","kind":"image","url":"https://example.com/a.jpg","caption":"c"`, "MMSImage", `"image":{"url":"https://example.com/a.jpg","caption":"c"}`},
	{"mms audio", `"channel":"mms","kind":"audio","url":"https://example.com/a.mp3","caption":"c"`, "MMSAudio", `"audio":{"url":"https://example.com/a.mp3","caption":"c"}`},
	{"mms video", `"channel":"mms","kind":"video","url":"https://example.com/a.mp4"`, "MMSVideo", `"video":{"url":"https://example.com/a.mp4"}`},
	{"mms file", `"channel":"mms","kind":"file","url":"https://example.com/a.pdf"`, "MMSFile", `"file":{"url":"https://example.com/a.pdf"}`},
	{"mms vcard", `"channel":"mms","kind":"vcard","url":"https://example.com/a.vcf"`, "MMSVcard", `"vcard":{"url":"https://example.com/a.vcf"}`},
	{"mms content", `"channel":"mms","kind":"content","media":[{"type":"image","url":"https://example.com/a.jpg","caption":"c"},{"type":"file","url":"https://example.com/a.pdf"}]`,
		"MMSContent", `"content":[{"type":"image","url":"https://example.com/a.jpg","caption":"c"},{"type":"file","url":"https://example.com/a.pdf"}]`},
	{"rcs text", `"channel":"rcs","kind":"text","text":"hi","ttl":300,"rcsCategory":"transaction"`, "RCSText", `"text":"hi","ttl":300,"rcs":{"category":"transaction"}`},
	{"rcs suggestions", `"channel":"rcs","kind":"text","text":"hi","suggestions":"[{\"type\":\"reply\",\"text\":\"Yes\",\"postback_data\":\"y\"}]","suggestionsType":"json"`,
		"RCSText", `"text":"hi","suggestions":[{"type":"reply","text":"Yes","postbackData":"y"}]`},
	{"rcs image", `"channel":"rcs","kind":"image","url":"https://example.com/a.jpg"`, "RCSImage", `"image":{"url":"https://example.com/a.jpg"}`},
	{"rcs video", `"channel":"rcs","kind":"video","url":"https://example.com/a.mp4"`, "RCSVideo", `"video":{"url":"https://example.com/a.mp4"}`},
	{"rcs file", `"channel":"rcs","kind":"file","url":"https://example.com/a.pdf"`, "RCSFile", `"file":{"url":"https://example.com/a.pdf"}`},
	{"rcs custom", `"channel":"rcs","kind":"custom","custom":"{\"contentMessage\":{\"text\":\"x\"}}","customType":"json"`, "RCSCustom", `"custom":{"contentMessage":{"text":"x"}}`},
	{"whatsapp text", `"channel":"whatsapp","kind":"text","text":"hi","context":"11111111-2222-4333-8444-555555555555"`,
		"WhatsAppText", `"text":"hi","context":{"messageUuid":"11111111-2222-4333-8444-555555555555"}`},
	{"whatsapp image", `"channel":"whatsapp","kind":"image","url":"https://example.com/a.jpg","caption":"c"`, "WhatsAppImage", `"image":{"url":"https://example.com/a.jpg","caption":"c"}`},
	{"whatsapp audio", `"channel":"whatsapp","kind":"audio","url":"https://example.com/a.mp3"`, "WhatsAppAudio", `"audio":{"url":"https://example.com/a.mp3"}`},
	{"whatsapp video", `"channel":"whatsapp","kind":"video","url":"https://example.com/a.mp4","caption":"c"`, "WhatsAppVideo", `"video":{"url":"https://example.com/a.mp4","caption":"c"}`},
	{"whatsapp file", `"channel":"whatsapp","kind":"file","url":"https://example.com/a.pdf","fileName":"n.pdf","caption":"c"`, "WhatsAppFile", `"file":{"url":"https://example.com/a.pdf","name":"n.pdf","caption":"c"}`},
	{"whatsapp template", `"channel":"whatsapp","kind":"template","templateName":"ns:verify","parameters":["1","<<1+1>>"],"locale":"en_GB","policy":"deterministic"`,
		"WhatsAppTemplate", `"template":{"name":"ns:verify","parameters":["1","2"]},"whatsapp":{"policy":"deterministic","locale":"en_GB"}`},
	{"whatsapp sticker by url", `"channel":"whatsapp","kind":"sticker","sticker":"https://example.com/a.webp"`, "WhatsAppSticker", `"sticker":{"url":"https://example.com/a.webp"}`},
	{"whatsapp sticker by id", `"channel":"whatsapp","kind":"sticker","sticker":"11111111-2222-4333-8444-555555555555"`, "WhatsAppSticker", `"sticker":{"id":"11111111-2222-4333-8444-555555555555"}`},
	{"whatsapp reaction", `"channel":"whatsapp","kind":"reaction","emoji":"👍","context":"11111111-2222-4333-8444-555555555555"`,
		"WhatsAppReaction", `"reaction":{"action":"react","emoji":"👍"},"context":{"messageUuid":"11111111-2222-4333-8444-555555555555"}`},
	{"whatsapp no reaction", `"channel":"whatsapp","kind":"reaction","context":"11111111-2222-4333-8444-555555555555"`,
		"WhatsAppReaction", `"reaction":{"action":"unreact"},"context":{"messageUuid":"11111111-2222-4333-8444-555555555555"}`},
	{"whatsapp custom", `"channel":"whatsapp","kind":"custom","custom":"{\"type\":\"location\",\"location\":{\"longitude\":-0.1,\"latitude\":51.5,\"someName\":\"Kept\"}}","customType":"json"`,
		"WhatsAppCustom", `"custom":{"type":"location","location":{"longitude":-0.1,"latitude":51.5,"someName":"Kept"}}`},
	{"messenger text", `"channel":"messenger","kind":"text","text":"hi","messengerCategory":"message_tag","tag":"ACCOUNT_UPDATE"`,
		"MessengerText", `"text":"hi","messenger":{"category":"message_tag","tag":"ACCOUNT_UPDATE"}`},
	{"messenger image", `"channel":"messenger","kind":"image","url":"https://example.com/a.jpg"`, "MessengerImage", `"image":{"url":"https://example.com/a.jpg"}`},
	{"messenger audio", `"channel":"messenger","kind":"audio","url":"https://example.com/a.mp3"`, "MessengerAudio", `"audio":{"url":"https://example.com/a.mp3"}`},
	{"messenger video", `"channel":"messenger","kind":"video","url":"https://example.com/a.mp4","messengerCategory":"response"`,
		"MessengerVideo", `"video":{"url":"https://example.com/a.mp4"},"messenger":{"category":"response"}`},
	{"messenger file", `"channel":"messenger","kind":"file","url":"https://example.com/a.pdf"`, "MessengerFile", `"file":{"url":"https://example.com/a.pdf"}`},
	{"viber text", `"channel":"viber_service","kind":"text","text":"hi","viberCategory":"transaction","ttl":600,"viberType":"string","actionUrl":"https://example.com","actionText":"Open"`,
		"ViberText", `"text":"hi","viberService":{"category":"transaction","ttl":600,"type":"string","action":{"url":"https://example.com","text":"Open"}}`},
	{"viber image", `"channel":"viber_service","kind":"image","url":"https://example.com/a.jpg","caption":"c","viberCategory":"promotion"`,
		"ViberImage", `"image":{"url":"https://example.com/a.jpg","caption":"c"},"viberService":{"category":"promotion"}`},
	{"viber video", `"channel":"viber_service","kind":"video","url":"https://example.com/a.mp4","thumbUrl":"https://example.com/a.jpg","duration":"123","fileSize":1`,
		"ViberVideo", `"video":{"url":"https://example.com/a.mp4","thumbUrl":"https://example.com/a.jpg"},"viberService":{"duration":"123","fileSize":"1"}`},
	{"viber file", `"channel":"viber_service","kind":"file","url":"https://example.com/a.pdf","fileName":"n.pdf"`, "ViberFile", `"file":{"url":"https://example.com/a.pdf","name":"n.pdf"}`},
	{"failover", `"channel":"whatsapp","kind":"text","text":"hi","failover":[{"channel":"sms","from":"447700900000","to":"447700900001","text":"hi"}]`,
		"", `"channel":"whatsapp","messageType":"text","text":"hi","failover":[{"channel":"sms","messageType":"text","from":"447700900000","to":"447700900001","text":"hi","clientRef":"m1"}]`},
}

// smsLikeSDK are the same for the SMS API.
var smsLikeSDK = []struct{ name, config, params string }{
	{"plain", `"text":"a&b = <ü>"`, `"text":"a&b = <ü>","type":"text"`},
	{"unicode", `"text":"😀 ж"`, `"text":"😀 ж","type":"unicode"`},
	{"everything", `"text":"x","encoding":"unicode","ttl":60,"callback":"https://example.com/r","messageClass":"0","entityId":"e","contentId":"c"`,
		`"text":"x","type":"unicode","ttl":60000,"callback":"https://example.com/r","messageClass":0,"entityId":"e","contentId":"c"`},
}

// sdk has the official SDK send messages to a URL and returns what it got.
func sdk(t *testing.T, to string, account simulator.Account, cases []map[string]any) []map[string]any {
	t.Helper()
	const dir = "simulator/testdata/sdk"
	if _, err := os.Stat(dir + "/node_modules/@vonage/server-sdk"); err != nil {
		t.Skip("the SDK is not installed: run npm ci in nodes/messaging/" + dir)
	}
	program, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no Node.js to run the SDK with")
	}
	input, err := json.Marshal(map[string]any{"url": to, "account": account, "cases": cases})
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), program, "messages.mjs")
	var stderr bytes.Buffer
	c.Dir, c.Stdin, c.Stderr = dir, bytes.NewReader(input), &stderr
	data, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	var out []map[string]any
	if err := json.Unmarshal(data, &out); err != nil || len(out) != len(cases) {
		t.Fatalf("%v: %d answers to %d messages: %s", err, len(out), len(cases), data)
	}
	return out
}

const sdkEnds = `"from":"447700900000","to":"447700900001","clientRef":"m1"`

func sdkCase(t *testing.T, class, params string) map[string]any {
	t.Helper()
	var p map[string]any
	if err := json.Unmarshal([]byte("{"+sdkEnds+","+params+"}"), &p); err != nil {
		t.Fatalf("%s: %v", params, err)
	}
	return map[string]any{"make": class, "params": p}
}

// TestLikeSDK: for every channel and kind, our request means what the
// official SDK's means, and the simulator takes both.
func TestLikeSDK(t *testing.T) {
	s, env := simulated(t)
	account := s.Account()
	account.PrivateKey = s.PrivateKey()
	recorder := asked(t, func(_ int, w http.ResponseWriter) { says(202, `{"message_uuid":"u"}`)(0, w) })
	var cases []map[string]any
	for _, c := range likeSDK {
		cases = append(cases, sdkCase(t, c.make, c.params))
	}
	sdk(t, recorder.url, account, cases)
	theirs := recorder.requests()
	for i, answer := range sdk(t, s.URL(), account, cases) {
		if answer["messageUUID"] == nil {
			t.Errorf("%s: the simulator refuses the SDK: %v", likeSDK[i].name, answer)
		}
	}
	live := nodetest.Config(fmt.Sprintf(`{"id":"v1","type":"vonage","messagesUrl":%q,"rate":0,"credentials":{"applicationId":%q,"privateKey":%s}}`,
		recorder.url, account.ApplicationID, msg.Encode(account.PrivateKey)))
	sent := map[string]bool{}
	for i, c := range likeSDK {
		config := `{"vonage":"v1",` + sdkEnds + `,` + c.config + `}`
		n := nodetest.New(t, "send-message", config, live)
		if err := n.Send(`{"_msgid":"m1"}`); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		all := recorder.requests()
		ours := all[len(all)-1]
		if !reflect.DeepEqual(plainJSON(t, ours.body), plainJSON(t, theirs[i].body)) {
			t.Errorf("%s: we send\n%s\nthe SDK sends\n%s", c.name, ours.body, theirs[i].body)
		}
		if ours.path != theirs[i].path || ours.kind != theirs[i].kind {
			t.Errorf("%s: we %s %s, the SDK %s %s", c.name, ours.path, ours.kind, theirs[i].path, theirs[i].kind)
		}
		headers, claims := claimsOf(t, strings.TrimPrefix(ours.authorization, "Bearer "))
		theirHeaders, theirClaims := claimsOf(t, strings.TrimPrefix(theirs[i].authorization, "Bearer "))
		if !reflect.DeepEqual(headers, theirHeaders) || len(claims) != len(theirClaims) || claims["application_id"] != theirClaims["application_id"] {
			t.Errorf("%s: our token %v %v, the SDK's %v %v", c.name, headers, claims, theirHeaders, theirClaims)
		}
		if err := nodetest.New(t, "send-message", config, env, nodetest.Config(`{"id":"v1","type":"vonage"}`)).Send(`{"_msgid":"m1"}`); err != nil {
			t.Errorf("%s: the simulator refuses us: %v", c.name, err)
		}
		o := plainJSON(t, ours.body).(map[string]any)
		sent[o["channel"].(string)+" "+o["message_type"].(string)] = true
	}
	for channel := range rulesOf {
		for _, kind := range kindsOf(channel, "v1") {
			if !sent[channel+" "+kind] {
				t.Errorf("%s %s is not compared", channel, kind)
			}
		}
	}
}

// TestSMSLikeSDK is TestLikeSDK for the SMS API, where the SDK sends JSON and
// we send a form.
func TestSMSLikeSDK(t *testing.T) {
	s, env := simulated(t)
	recorder := asked(t, says(200, accepted))
	var cases []map[string]any
	for _, c := range smsLikeSDK {
		cases = append(cases, sdkCase(t, "sms.send", c.params))
	}
	account := s.Account()
	account.PrivateKey = s.PrivateKey()
	sdk(t, recorder.url, account, cases)
	theirs := recorder.requests()
	for i, answer := range sdk(t, s.URL(), account, cases) {
		if answer["error"] != nil {
			t.Errorf("%s: the simulator refuses the SDK: %v", smsLikeSDK[i].name, answer)
		}
	}
	live := nodetest.Config(fmt.Sprintf(`{"id":"v1","type":"vonage","smsUrl":%q,"rate":0,"credentials":{"apiKey":%q,"apiSecret":%q}}`,
		recorder.url, account.APIKey, account.APISecret))
	for i, c := range smsLikeSDK {
		config := `{"vonage":"v1",` + sdkEnds + `,` + c.config + `}`
		if err := nodetest.New(t, "send-sms", config, live).Send(`{}`); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		all := recorder.requests()
		ours := all[len(all)-1]
		form, err := url.ParseQuery(ours.body)
		if err != nil {
			t.Fatal(err)
		}
		mine, sdks := map[string]string{}, map[string]string{}
		for name := range form {
			mine[name] = form.Get(name)
		}
		for name, v := range plainJSON(t, theirs[i].body).(map[string]any) {
			sdks[name] = fmt.Sprint(v)
		}
		if !reflect.DeepEqual(mine, sdks) || ours.path != theirs[i].path || ours.authorization != theirs[i].authorization {
			t.Errorf("%s: we send %s %v, the SDK %s %v", c.name, ours.path, mine, theirs[i].path, sdks)
		}
		if err := nodetest.New(t, "send-sms", config, env, nodetest.Config(`{"id":"v1","type":"vonage"}`)).Send(`{}`); err != nil {
			t.Errorf("%s: the simulator refuses us: %v", c.name, err)
		}
	}
}

func plainJSON(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return v
}

// FuzzMessage: no payload makes the check panic, and whatever passes it the
// simulator takes: the two read the contract apart from each other.
func FuzzMessage(f *testing.F) {
	s := simulator.New(simulator.Options{})
	if err := s.Start(); err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close() })
	a := s.Account()
	for _, c := range likeSDK {
		seed := msg.Of("from", "447700900000", "to", "447700900001")
		p, err := msg.DecodeObject([]byte("{" + c.params + "}"))
		if err != nil {
			f.Fatal(err)
		}
		channel, kind, _ := strings.Cut(strings.TrimSuffix(c.name, " with everything"), " ")
		if !p.Has("channel") {
			seed.Set("channel", channel)
			seed.Set("message_type", strings.Fields(kind + " text")[0])
		}
		for name, v := range p.All() {
			seed.Set(name, v)
		}
		f.Add(strings.NewReplacer("messageType", "message_type", "viberService", "viber_service", "messageUuid", "message_uuid",
			"thumbUrl", "thumb_url", "fileSize", "file_size", "encodingType", "encoding_type").Replace(seed.String()))
	}
	f.Add(`{"channel":"viber_service","message_type":"video","from":"1","to":447700900001,"video":[],"viber_service":{"duration":null}}`)
	f.Add(`{"channel":"sms","message_type":"text","text":"\ud83d\u0000","to":"447700900001","from":"\uffff"}`)
	f.Fuzz(func(t *testing.T, payload string) {
		o, err := msg.DecodeObject([]byte(payload))
		if err != nil || o.Has("failover") {
			return
		}
		if f := checkMessage(o, "v1"); f != nil {
			if f.text == "" || f.retryable || f.ambiguous {
				t.Fatalf("%+v", f)
			}
			return
		}
		r, err := http.NewRequest("POST", s.URL()+"/v1/messages", bytes.NewReader(msg.Encode(o)))
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(a.APIKey, a.APISecret)
		r.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var answer bytes.Buffer
		if _, err := answer.ReadFrom(res.Body); err != nil {
			t.Fatal(err)
		}
		// A number in the USA takes no names and country 999 has no route: only the network knows that.
		if known := strings.Contains(answer.String(), "Invalid sender") || strings.Contains(answer.String(), "Invalid recipient"); res.StatusCode != 202 && !known {
			t.Fatalf("%s passes our check, but: %s", msg.Encode(o), answer.String())
		}
	})
}
