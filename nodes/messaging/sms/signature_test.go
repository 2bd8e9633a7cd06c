package sms

import (
	"strings"
	"testing"
)

// The sums were made with openssl, of
//
//	S='&api_key=abcd1234&client-ref=&from=Acme&text=a_b _ ü 😀 100%&timestamp=1700000000&to=447700900000&type=unicode'
//	printf '%s%s' "$S" 'my&secret=1' | openssl dgst -md5              # md5hash
//	printf '%s' "$S" | openssl dgst -sha256 -hmac 'my&secret=1'       # and the other three
//
// and agree with Python's hashlib and hmac.
var vectors = map[string]string{
	"md5hash": "e435e37c0983cb11c3d2380d7126e2f6",
	"md5":     "c1cdfa0245081a591b8dff00ed2b006c",
	"sha1":    "a925c22fbc90913616aa599c8f248e5c00506ff0",
	"sha256":  "19a2044b477c2fd0672492619bdb17816ed2a75a7a54548d8ef349f82a5238a9",
	"sha512":  "983ba899bc8d28c3e001659827e8047f2e1726b4e5751b21ee063701138070eb09295e6f69d78cbd1593911d0f2a160042d7d6b70d3188aa00eea046a5c4483b",
}

func TestSign(t *testing.T) {
	const secret = "my&secret=1"
	for method, want := range vectors {
		params := map[string]string{
			"api_key": "abcd1234", "timestamp": "1700000000", "from": "Acme", "to": "447700900000",
			"text": "a&b = ü 😀 100%", "type": "unicode", "client-ref": "",
		}
		got, err := Sign(params, secret, method)
		if err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", method, got, err, want)
		}
		params["sig"] = strings.ToUpper(want)
		if !Verify(params, secret, method) {
			t.Errorf("%s: the right signature in upper case is refused", method)
		}
		if params["text"] != "a&b = ü 😀 100%" {
			t.Errorf("%s: signing changed the parameters: %q", method, params["text"])
		}
		if Verify(params, "another", method) {
			t.Errorf("%s: accepted with another secret", method)
		}
		params["nonce"] = "x"
		if Verify(params, secret, method) {
			t.Errorf("%s: accepted with one more parameter", method)
		}
		delete(params, "sig")
		if Verify(params, secret, method) {
			t.Errorf("%s: accepted without a signature", method)
		}
	}
	if _, err := Sign(nil, secret, "crc32"); err == nil {
		t.Error("an unknown method signs")
	}
}
