package web

import (
	"strings"
	"testing"
	"time"
)

func TestUnauthorized(t *testing.T) {
	s := newSite(t, builtEditor)
	for name, c := range map[string]struct {
		token, path, challenge string
		status                 int
	}{
		"no token":     {"", "/flows", `Bearer realm="Users"`, 401},
		"wrong token":  {"wrong-token-of-the-tests", "/flows", `Bearer realm="Users", error="invalid_token"`, 401},
		"right token":  {testToken, "/flows", "", 200},
		"in the query": {"", "/flows?access_token=" + testToken, "", 200},
		"wrong query":  {"", "/flows?access_token=x", `Bearer realm="Users", error="invalid_token"`, 401},
		"our routes":   {"", "/flowrill/v1/nodes", `Bearer realm="Users"`, 401},
		"the editor":   {"", "/", "", 200},
		"its script":   {"", "/assets/f.woff2", "", 200},
		"login":        {"", "/auth/login", "", 200},
	} {
		t.Run(name, func(t *testing.T) {
			s.token = c.token
			r := s.do("GET", c.path, "")
			if r.status != c.status || r.header.Get("WWW-Authenticate") != c.challenge {
				t.Errorf("%d, challenge %q; want %d, %q", r.status, r.header.Get("WWW-Authenticate"), c.status, c.challenge)
			}
			if c.status == 401 && r.body != "Unauthorized" {
				t.Errorf("body %q", r.body)
			}
		})
	}
}

func TestLogin(t *testing.T) {
	s := newSite(t)
	s.token = ""
	s.want(200, `{"type":"credentials","prompts":[{"id":"username","type":"text","label":"user.username"},{"id":"password","type":"password","label":"user.password"}]}`,
		"GET", "/auth/login", "")
	for name, c := range map[string]struct {
		body   string
		status int
		want   string
	}{
		"bad password":  {`{"client_id":"node-red-admin","grant_type":"password","scope":"*","username":"admin","password":"x"}`, 403, `{"error":"invalid_grant","error_description":"Invalid resource owner credentials"}`},
		"unknown user":  {`{"client_id":"node-red-admin","grant_type":"password","scope":"*","username":"bob","password":"` + testToken + `"}`, 403, `{"error":"invalid_grant","error_description":"Invalid resource owner credentials"}`},
		"client":        {`{"client_id":"x","grant_type":"password","username":"admin","password":"x"}`, 401, "Unauthorized"},
		"grant":         {`{"client_id":"node-red-admin","grant_type":"foo"}`, 501, `{"error":"unsupported_grant_type","error_description":"Unsupported grant type: foo"}`},
		"password kind": {`{"client_id":"node-red-admin","grant_type":"password","username":"admin","password":["x"]}`, 403, `{"error":"invalid_grant","error_description":"Invalid resource owner credentials"}`},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.want(c.status, c.want, "POST", "/auth/token", c.body)
		})
	}
	s.t = t

	good := "client_id=node-red-admin&grant_type=password&scope=*&username=admin&password=" + testToken
	r := s.do("POST", "/auth/token", good, "Content-Type: application/x-www-form-urlencoded")
	token, _ := r.get("access_token").(string)
	if r.status != 200 || r.get("expires_in") != 604800.0 || r.get("token_type") != "Bearer" || len(token) != 172 {
		t.Fatalf("token: %d %s", r.status, r.body)
	}
	if _, ok, err := s.shelf.Session(hashOf(token)); !ok || err != nil {
		t.Errorf("the session is not kept by the hash of its token (%v)", err)
	}
	if _, ok, _ := s.shelf.Session(token); ok {
		t.Error("the store holds the token itself")
	}
	s.token = token
	if r := s.do("GET", "/settings", ""); r.status != 200 || r.get("user.username") != "admin" || r.get("user.permissions") != "*" {
		t.Errorf("with the session: %d %s", r.status, r.body)
	}
	s.want(200, "", "POST", "/auth/revoke", `{"token":"nobody knows"}`)
	s.want(200, "", "POST", "/auth/revoke", `{"token":"`+token+`"}`)
	s.want(401, "Unauthorized", "GET", "/flows", "")
	s.token = ""
	s.want(401, "Unauthorized", "POST", "/auth/revoke", `{}`)
}

func TestSessionsEndAfterAWeek(t *testing.T) {
	s := newSite(t)
	now := time.Now()
	s.server.auth.now = func() time.Time { return now }
	token, err := s.server.auth.login("flows.read")
	if err != nil {
		t.Fatal(err)
	}
	s.token = token
	s.want(200, "[]", "GET", "/flows", "")
	s.want(401, "", "POST", "/flows", "[]") // a permission it has not: no body
	now = now.Add(sessionLife - time.Second)
	s.want(200, "[]", "GET", "/flows", "")
	now = now.Add(time.Second)
	s.want(401, "Unauthorized", "GET", "/flows", "")
	if _, ok, _ := s.shelf.Session(hashOf(token)); ok {
		t.Error("what has ended is kept")
	}
}

func TestTooManyLogins(t *testing.T) {
	s := newSite(t)
	now := time.Now()
	s.server.auth.now = func() time.Time { return now }
	login := func(user, password string) int {
		return s.do("POST", "/auth/token", `{"client_id":"node-red-admin","grant_type":"password","scope":"","username":"`+user+`","password":"`+password+`"}`).status
	}
	for i := range 5 {
		if got := login("admin", "guess"); got != 403 {
			t.Fatalf("attempt %d: %d", i+1, got)
		}
	}
	s.want(500, `{"error":"server_error","error_description":"Too many login attempts. Wait 10 minutes and try again"}`,
		"POST", "/auth/token", `{"client_id":"node-red-admin","grant_type":"password","username":"admin","password":"`+testToken+`"}`)
	if got := login("bob", "guess"); got != 403 {
		t.Errorf("another user: %d", got)
	}
	now = now.Add(triesSpan)
	if got := login("admin", testToken); got != 200 {
		t.Errorf("after ten minutes: %d", got)
	}
	for range 5 {
		if got := login("admin", testToken); got != 200 {
			t.Errorf("a right password does not count: %d", got)
		}
	}
}

func TestTriesAreBounded(t *testing.T) {
	a := newAuth(&Config{Auth: "token", Token: testToken})
	for i := range 3 * triesKnown {
		a.attempt(strings.Repeat("x", i))
	}
	if len(a.tries) > triesKnown {
		t.Errorf("%d attempts are remembered", len(a.tries))
	}
}

func TestPermissions(t *testing.T) {
	for _, c := range []struct {
		scope, permission string
		want              bool
	}{
		{"*", "flows.write", true}, {"read", "flows.read", true}, {"*.read", "flows.read", true}, {"read", "flows.write", false},
		{"write", "inject.write", true}, {"flows.read", "flows.read", true}, {"flows.read", "nodes.read", false},
		{"flows.read nodes.read", "nodes.read", true}, {"", "flows.read", false},
	} {
		g := grant{scope: strings.Fields(c.scope)}
		if g.may(c.permission) != c.want {
			t.Errorf("%q may %s: %v", c.scope, c.permission, !c.want)
		}
	}
}

func TestWithoutLogin(t *testing.T) {
	s := newSite(t, open)
	s.token = ""
	s.want(200, "{}", "GET", "/auth/login", "")
	s.want(200, "[]", "GET", "/flows", "")
	if r := s.do("POST", "/auth/token", "{}"); r.status != 400 || r.get("error") != "unexpected_error" || !strings.HasPrefix(r.get("message").(string), "TypeError: ") {
		t.Errorf("token: %d %s", r.status, r.body)
	}
	if r := s.do("POST", "/auth/revoke", "{}"); r.status != 404 {
		t.Errorf("revoke: %d", r.status)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]Config{
		"no auth":     {Token: testToken},
		"short token": {Auth: "token", Token: "short"},
		"root":        {Auth: "none", AdminRoot: "/"},
		"listen":      {Auth: "none", Listen: "nowhere"},
		"public URL":  {Auth: "none", PublicURL: "example"},
	} {
		if _, err := New(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestLoginBodyIsSmall: who is not logged in does not make the server read much.
func TestLoginBodyIsSmall(t *testing.T) {
	s := newSite(t)
	s.token = ""
	if r := s.do("POST", "/auth/token", `{"username":"`+strings.Repeat("x", loginLimit)+`"}`); r.status != 413 {
		t.Errorf("%d %s", r.status, r.body)
	}
}
