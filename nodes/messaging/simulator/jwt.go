package simulator

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A token without an end is good for 15 minutes, none for longer than a day,
// and a clock may be a few seconds ahead (vonage.md §4).
const (
	defaultLife = 15 * time.Minute
	longestLife = 24 * time.Hour
	skew        = 5 * time.Second
)

// checkToken checks a Messages token: RS256 and nothing else, our signature,
// our application, and that it is good now.
func checkToken(token string, key *rsa.PublicKey, application string, now time.Time) error {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return errors.New("the token has not three parts")
	}
	var header struct{ Alg, Typ string }
	if err := decodePart(parts[0], &header); err != nil {
		return fmt.Errorf("the token's header: %w", err)
	}
	if header.Alg != "RS256" || header.Typ != "" && !strings.EqualFold(header.Typ, "JWT") {
		return fmt.Errorf("the token is %s %s, not RS256 JWT", header.Alg, header.Typ)
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return fmt.Errorf("the token's signature: %w", err)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if key == nil || rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) != nil {
		return errors.New("the token is not signed with the application's key")
	}
	var claims struct {
		Application string `json:"application_id"`
		Issued      *int64 `json:"iat"`
		Expires     *int64 `json:"exp"`
		NotBefore   *int64 `json:"nbf"`
	}
	if err := decodePart(parts[1], &claims); err != nil {
		return fmt.Errorf("the token's claims: %w", err)
	}
	if claims.Application != application {
		return fmt.Errorf("the token is for application %q", claims.Application)
	}
	issued, end := now, now.Add(skew)
	if claims.Issued != nil {
		issued = time.Unix(*claims.Issued, 0)
		end = issued.Add(defaultLife)
	}
	if claims.Expires != nil {
		end = time.Unix(*claims.Expires, 0)
	}
	switch {
	case claims.Issued == nil && claims.Expires == nil:
		return errors.New("the token has neither iat nor exp")
	case issued.After(now.Add(skew)):
		return errors.New("the token's iat is in the future")
	case claims.NotBefore != nil && time.Unix(*claims.NotBefore, 0).After(now.Add(skew)):
		return errors.New("the token's nbf is in the future")
	case !now.Before(end) || !now.Before(issued.Add(longestLife)):
		return errors.New("the token has expired")
	}
	return nil
}

func decodePart(part string, into any) error {
	data, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}
