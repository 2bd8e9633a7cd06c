package messaging

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// verifier tells the provider's webhooks from anybody's (vonage.md §1.2, §5.4).
type verifier struct {
	required bool // an unsigned one is refused
	off      bool
	secret   string
	method   string // of sig
	apiKey   string // "" any
	window   time.Duration
	tokens   seenTokens
}

// verifierOf says how an account's webhooks are signed. verify is auto: signed
// where the account has a signature secret, always or never. The simulator's
// need no signature, but one that they have must be right.
func verifierOf(v *Vonage, s node.Simulator, verify string, window time.Duration) *verifier {
	x := &verifier{secret: v.SignatureSecret.Reveal(), method: v.SignatureMethod, apiKey: v.APIKey.Reveal(), window: window}
	if !v.live() {
		x.secret, x.method, x.apiKey = s.SignatureSecret, s.SignatureMethod, s.APIKey
	}
	x.off = verify == "never" || x.secret == "" && verify != "always"
	x.required = verify == "always" || v.live()
	return x
}

// errStale is a right signature of another time; a redelivery may have one.
var errStale = errors.New("the signature is not of now")

// check returns why a webhook is refused, nil if it is not. Each API has its
// own kind of signature, and neither is ever taken for the other.
func (x *verifier) check(r *http.Request, h *webhook, a *arrival) error {
	if x.off {
		return nil
	}
	authorization := r.Header.Get("Authorization")
	if h.fields.Get("sig") == nil && !strings.HasPrefix(authorization, "Bearer ") {
		if x.required {
			return errors.New("the webhook is not signed")
		}
		return nil
	}
	if a != nil && a.api == messagesAPI {
		return x.checkToken(authorization, h.raw)
	}
	return x.checkSig(h.signed)
}

// checkSig checks the SMS API's signature over every parameter.
func (x *verifier) checkSig(fields map[string]string) error {
	switch {
	case fields == nil:
		return errors.New("fields that are no texts cannot be signed")
	case fields["sig"] == "":
		return errors.New("the webhook has no sig")
	case !sms.Verify(fields, x.secret, x.method):
		return fmt.Errorf("the sig is not made with this account's signature secret and %s", x.method)
	case x.apiKey != "" && fields["api-key"] != "" && fields["api-key"] != x.apiKey:
		return errors.New("the webhook is of another account")
	}
	at, err := strconv.ParseInt(fields["timestamp"], 10, 64)
	if err != nil {
		return errors.New("the webhook has no timestamp")
	}
	return x.fresh(time.Unix(at, 0))
}

// fresh tells whether a signature was made within the window, to either side.
func (x *verifier) fresh(at time.Time) error {
	if age := time.Since(at).Round(time.Second); x.window > 0 && age > x.window {
		return fmt.Errorf("%w: it was made %s ago, and is good for %s; a late redelivery, or this machine's clock is ahead", errStale, age, x.window)
	} else if x.window > 0 && age < -x.window {
		return fmt.Errorf("%w: it will be made in %s; this machine's clock is behind", errStale, -age)
	}
	return nil
}

// checkToken checks the Messages API's token, in the order of vonage.md §5.4.
func (x *verifier) checkToken(authorization string, body []byte) error {
	scheme, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return errors.New("the webhook has no token")
	}
	signed, signature, _ := cutLast(token, ".")
	head, claims, _ := strings.Cut(signed, ".")
	header, err := tokenPart(head)
	if err != nil {
		return fmt.Errorf("the token's header: %w", err)
	}
	if word(header, "alg") != "HS256" { // pinned: none and RS256 are forgeries
		return fmt.Errorf("the token is %q, not HS256", word(header, "alg"))
	}
	claim, err := tokenPart(claims)
	if err != nil {
		return fmt.Errorf("the token's claims: %w", err)
	}
	if x.apiKey != "" && word(claim, "api_key") != x.apiKey {
		return errors.New("the token is of another account")
	}
	have, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil {
		return fmt.Errorf("the token's signature: %w", err)
	}
	mac := hmac.New(sha256.New, []byte(x.secret))
	mac.Write([]byte(signed))
	if !hmac.Equal(have, mac.Sum(nil)) {
		return errors.New("the token is not signed with this account's signature secret")
	}
	if word(claim, "iss") != "Vonage" {
		return fmt.Errorf("the token is issued by %q, not Vonage", word(claim, "iss"))
	}
	issued, ok := claim.Get("iat").(float64)
	if !ok || math.Abs(issued) > 1<<40 {
		return errors.New("the token has no iat")
	}
	sum := sha256.Sum256(body)
	if !hmac.Equal([]byte(hex.EncodeToString(sum[:])), []byte(strings.ToLower(word(claim, "payload_hash")))) {
		return errors.New("the token is for another body")
	}
	return x.fresh(time.Unix(int64(issued), 0))
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func tokenPart(part string) (*msg.Object, error) {
	data, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return nil, err
	}
	return msg.DecodeObject(data)
}

// tokenID is the jti of a token that was checked, "" if there is none.
func tokenID(authorization string) string {
	_, token, _ := strings.Cut(authorization, " ")
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return ""
	}
	claims, err := tokenPart(parts[1])
	if err != nil {
		return ""
	}
	return word(claims, "jti")
}

// maxTokens is how many tokens are remembered, the oldest out first. It guards
// what has no id of its own; messages have their claim.
const maxTokens = 10_000

// seenTokens are the tokens whose webhooks have been dealt with.
type seenTokens struct {
	mu   sync.Mutex
	seen map[string]bool
	ring []string
	next int
}

func (s *seenTokens) has(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return id != "" && s.seen[id]
}

func (s *seenTokens) add(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == "" || s.seen[id] {
		return
	}
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	if s.seen[id] = true; len(s.ring) < maxTokens {
		s.ring = append(s.ring, id)
		return
	}
	delete(s.seen, s.ring[s.next])
	s.ring[s.next] = id
	s.next = (s.next + 1) % maxTokens
}
