package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/labstack/echo/v4"
)

// getLogin tells a client how to log in (contract admin-api.md §2).
func (s *Server) getLogin(c echo.Context) error {
	if s.auth.open {
		return sendJSON(c, http.StatusOK, []byte("{}"))
	}
	return sendJSON(c, http.StatusOK, []byte(`{"type":"credentials","prompts":[`+
		`{"id":"username","type":"text","label":"user.username"},`+
		`{"id":"password","type":"password","label":"user.password"}]}`))
}

// loginLimit bounds what somebody sends who is not logged in.
const loginLimit = 16 << 10

// postToken is OAuth2's password grant: user "admin", the server's token as
// password.
func (s *Server) postToken(c echo.Context) error {
	form, err := readObject(c, loginLimit)
	if err != nil {
		return err
	}
	if s.auth.open {
		return oauthError(c, http.StatusBadRequest, "unexpected_error", "message", "TypeError: there is no login: the server was started with --auth none")
	}
	field := func(name string) string { return msg.String(orEmpty(form.Get(name))) }
	switch field("client_id") {
	case "node-red-admin", "node-red-editor", "flowrill":
	default:
		return unauthorized(c)
	}
	if kind := field("grant_type"); kind != "password" {
		return oauthError(c, http.StatusNotImplemented, "unsupported_grant_type", "error_description", "Unsupported grant type: "+kind)
	}
	user := field("username")
	if s.auth.attempt(user) {
		return oauthError(c, http.StatusInternalServerError, "server_error", "error_description", "Too many login attempts. Wait 10 minutes and try again")
	}
	hash := sha256.Sum256([]byte(field("password")))
	right := subtle.ConstantTimeCompare(hash[:], s.auth.token[:])
	if right&subtle.ConstantTimeCompare([]byte(user), []byte("admin")) != 1 {
		return oauthError(c, http.StatusForbidden, "invalid_grant", "error_description", "Invalid resource owner credentials")
	}
	token, err := s.auth.login(field("scope"))
	if err != nil {
		return err
	}
	s.auth.succeeded(user)
	c.Response().Header().Set("Cache-Control", "no-store")
	return sendJSON(c, http.StatusOK, msg.Encode(msg.Of(
		"access_token", token, "expires_in", sessionLife.Seconds(), "token_type", "Bearer")))
}

// postRevoke ends a session, known or not.
func (s *Server) postRevoke(c echo.Context) error {
	body, err := readObject(c, s.bodyLimit)
	if err != nil {
		return err
	}
	if token, ok := body.Get("token").(string); ok {
		if err := s.auth.revoke(token); err != nil {
			return err
		}
	}
	return c.NoContent(http.StatusOK)
}

func oauthError(c echo.Context, status int, code, key, text string) error {
	return sendJSON(c, status, msg.Encode(msg.Of("error", code, key, text)))
}

// orEmpty is "" for a member that is not there.
func orEmpty(v any) any {
	if v == nil {
		return ""
	}
	return v
}
