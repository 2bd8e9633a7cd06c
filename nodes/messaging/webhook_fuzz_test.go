package messaging

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
)

// FuzzWebhook has anybody send anything: nothing panics, what is unsigned
// never passes an account that signs, and a message is whole.
func FuzzWebhook(f *testing.F) {
	for _, s := range []string{
		"msisdn=447700900001&to=447700900000&messageId=a1&text=hi&concat=true&concat-part=1&concat-total=2&concat-ref=9",
		"msisdn=%00&text=%ff%fe&messageId=1", "a=1&a=2&&=&%", "sig=00&timestamp=99999999999999999999&messageId=1",
		`{"message_uuid":"u","from":{"type":"sms","number":1e300},"message":{"content":{"type":"image","image":[]}}}`,
		`{"message_uuid":"u","status":"x","error":{"code":1300}}`, `{"message_uuid":"u","message_type":"location","location":{"lat":"NaN","long":null}}`,
		`{"msisdn":["1"],"messageId":{},"text":null}`, `{"message_uuid":"u","text":"\ud800","from":"\u0000"}`,
	} {
		f.Add(s, "application/json", "Bearer a.b.c")
		f.Add(s, "application/x-www-form-urlencoded", "")
	}
	signing := &verifier{required: true, secret: "secret", method: "sha256", window: 300e9}
	open := &verifier{off: true}
	f.Fuzz(func(t *testing.T, body, kind, authorization string) {
		r := httptest.NewRequest(http.MethodPost, "/sms", strings.NewReader(body))
		r.Header["Content-Type"], r.Header["Authorization"] = []string{kind}, []string{authorization}
		h, err := readWebhook(httptest.NewRecorder(), r)
		if err != nil {
			return
		}
		a := arrived(h)
		if signing.check(r, h, a) == nil {
			t.Errorf("%q passes without a signature", body)
		}
		if open.check(r, h, a) != nil || a == nil {
			return
		}
		m := a.message()
		for _, key := range []string{"peer", "own", "id", "channel"} {
			if v, ok := m.Get(key).(string); !ok || !utf8.ValidString(v) {
				t.Errorf("%s of %q is %v", key, body, m.Get(key))
			}
		}
		if _, err := msg.EncodeChecked(m); err != nil {
			t.Errorf("%q makes a message that is no JSON: %v", body, err)
		}
	})
}
