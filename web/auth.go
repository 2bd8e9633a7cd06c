package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// sessionLife is how long a login lasts.
const sessionLife = 7 * 24 * time.Hour

// Session is a login. The token it was given is known by its hash only.
type Session struct {
	User    string
	Scope   string // as asked for: "*", or names such as "flows.read" with spaces between
	Expires time.Time
}

// Sessions keeps logins over restarts, by the hash of their token.
type Sessions interface {
	PutSession(hash string, s Session) error
	// Session tells false of one it does not have.
	Session(hash string) (Session, bool, error)
	DeleteSession(hash string) error
}

// auth knows who may do what.
type auth struct {
	open     bool              // --auth none: everybody may do everything
	token    [sha256.Size]byte // of the one token
	sessions Sessions
	now      func() time.Time

	mu    sync.Mutex
	tries []try
}

// grant is what a token allows.
type grant struct {
	token string // shown; "" with --auth none
	user  string
	scope []string
}

func newAuth(c *Config) *auth {
	return &auth{open: c.Auth == "none", token: sha256.Sum256([]byte(c.Token)), sessions: c.Store, now: time.Now}
}

var everything = []string{"*"}

// check returns what a token allows, nil for a wrong one.
func (a *auth) check(token string) *grant {
	if a.open {
		return &grant{scope: everything}
	}
	if token == "" {
		return nil
	}
	hash := sha256.Sum256([]byte(token))
	if subtle.ConstantTimeCompare(hash[:], a.token[:]) == 1 {
		return &grant{token: token, user: "admin", scope: everything}
	}
	key := hex.EncodeToString(hash[:])
	s, ok, err := a.sessions.Session(key)
	if err != nil || !ok {
		return nil
	}
	if !a.now().Before(s.Expires) {
		_ = a.sessions.DeleteSession(key) // it is of no use, there or not
		return nil
	}
	return &grant{token: token, user: s.User, scope: strings.Fields(s.Scope)}
}

// still tells whether a grant is good by now: sessions end and are revoked.
func (a *auth) still(g *grant) bool { return a.open || a.check(g.token) != nil }

// may tells whether the grant has a permission such as "flows.read".
func (g *grant) may(permission string) bool {
	_, verb, _ := strings.Cut(permission, ".")
	for _, have := range g.scope {
		if have == "*" || have == permission || have == verb || have == "*."+verb {
			return true
		}
	}
	return false
}

// login makes a session and returns its token.
func (a *auth) login(scope string) (string, error) {
	secret := make([]byte, 128)
	_, _ = rand.Read(secret) // never fails
	token := base64.StdEncoding.EncodeToString(secret)
	if strings.TrimSpace(scope) == "" {
		scope = "*"
	}
	return token, a.sessions.PutSession(hashOf(token), Session{User: "admin", Scope: scope, Expires: a.now().Add(sessionLife)})
}

// revoke ends a session; the one token of the server stays good.
func (a *auth) revoke(token string) error { return a.sessions.DeleteSession(hashOf(token)) }

func hashOf(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}

// Bounds of the attempts to log in.
const (
	maxTries   = 5
	triesSpan  = 10 * time.Minute
	triesKnown = 1000
)

type try struct {
	at   time.Time
	user string
}

// attempt notes an attempt to log in and tells whether it is one too many.
func (a *auth) attempt(user string) bool {
	if len(user) > 64 {
		user = user[:64]
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	n := 1
	kept := a.tries[:0]
	for _, t := range a.tries {
		if now.Sub(t.at) < triesSpan {
			kept = append(kept, t)
			if t.user == user {
				n++
			}
		}
	}
	if len(kept) >= triesKnown {
		kept = kept[1:]
	}
	a.tries = append(kept, try{now, user})
	return n > maxTries
}

// succeeded forgets the attempts of a user who got in.
func (a *auth) succeeded(user string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	kept := a.tries[:0]
	for _, t := range a.tries {
		if t.user != user {
			kept = append(kept, t)
		}
	}
	a.tries = kept
}

// bearer returns the token that a request shows, "" if none.
func bearer(r *http.Request) string {
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, token, _ := strings.Cut(h, " ")
		if strings.EqualFold(scheme, "Bearer") {
			return strings.TrimSpace(token)
		}
	}
	return r.URL.Query().Get("access_token")
}

// ofSocket is check for a websocket's request, which may come without a token
// and show it later; false: it came with a wrong one.
func (a *auth) ofSocket(r *http.Request) (*grant, bool) {
	token := bearer(r)
	if token == "" && !a.open {
		return nil, true
	}
	g := a.check(token)
	return g, g != nil && g.may("status.read")
}

// need is what stands before every route that is not open to all.
func (a *auth) need(permission string, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		g := a.check(bearer(c.Request()))
		if g == nil {
			return unauthorized(c)
		}
		if !g.may(permission) {
			return c.NoContent(http.StatusUnauthorized)
		}
		c.Set("grant", g)
		return next(c)
	}
}

// unauthorized answers as the contract says (admin-api.md §1).
func unauthorized(c echo.Context) error {
	challenge := `Bearer realm="Users"`
	if bearer(c.Request()) != "" {
		challenge += `, error="invalid_token"`
	}
	h := c.Response().Header()
	h.Set("WWW-Authenticate", challenge)
	return c.String(http.StatusUnauthorized, "Unauthorized")
}
