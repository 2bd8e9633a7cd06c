package web

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

func (s *site) set(scope, id, key string, v any) {
	s.t.Helper()
	c, ok := s.engine.Context(scope, id)
	if !ok {
		s.t.Fatalf("no context %s %s", scope, id)
	}
	if err := c.Set("", keyPath(key), v); err != nil {
		s.t.Fatal(err)
	}
}

func TestContext(t *testing.T) {
	s := newSite(t)
	s.deploy(someFlows)
	s.set("global", "", "n", 1)
	s.set("global", "", "a/b.c \"d\"", "odd key")
	s.set("flow", "t1", "list", msg.NewList(1, 2))
	s.set("flow", "t1", "o", msg.Of("b", msg.NewList(1, 2), "s", "x", "p", msg.NewObject(0)))
	s.set("node", "out", "seen", true)

	s.want(200, `{"memory":{"n":{"msg":"1","format":"number"},"a/b.c \"d\"":{"msg":"odd key","format":"string[7]"}},"persistent":{}}`, "GET", "/context/global", "")
	s.want(200, `{"memory":{"list":{"msg":"[1,2]","format":"array[2]"},"o":{"msg":"{\"b\":[1,2],\"s\":\"x\",\"p\":{}}","format":"Object"}},"persistent":{}}`, "GET", "/context/flow/t1", "")
	s.want(200, `{"memory":{"seen":{"msg":"true","format":"boolean"}},"persistent":{}}`, "GET", "/context/node/out", "")
	s.want(200, `{"memory":{},"persistent":{}}`, "GET", "/context/flow/zzz", "")
	s.want(200, `{}`, "GET", "/context/node/zzz", "")

	s.want(200, `{"msg":"[1,2]","format":"array[2]"}`, "GET", "/context/flow/t1/list", "")
	s.want(200, `{"msg":"2","format":"number"}`, "GET", "/context/flow/t1/o.b[1]", "")
	s.want(200, `{"msg":"odd key","format":"string[7]"}`, "GET", `/context/global/'a%2Fb.c%20%22d%22'`, "")
	s.want(200, `{"msg":"(undefined)","format":"undefined"}`, "GET", "/context/flow/t1/missing", "")
	s.want(200, `{"msg":"(undefined)","format":"undefined"}`, "GET", "/context/flow/t1/missing.too.deep", "")
	s.want(200, `{"msg":"1","format":"number"}`, "GET", "/context/global/n?store=memory", "")
	s.want(404, `{"code":"not_found","message":"Error"}`, "GET", "/context/global/n?store=zzz", "")
	s.want(204, "", "PUT", "/flowrill/v1/context/global/kept?store=persistent", `{"value":"x"}`)
	s.want(200, `{"msg":"x","format":"string[1]","store":"persistent"}`, "GET", "/context/global/kept?store=persistent", "")
	s.want(200, `{"persistent":{"kept":{"msg":"x","format":"string[1]"}}}`, "GET", "/context/global?store=persistent", "")
	s.want(200, `{"msg":"(undefined)","format":"undefined"}`, "GET", "/context/global/a%5B", "") // a key, then
	s.set("global", "", "x y", "spaced")
	s.want(200, `{"msg":"spaced","format":"string[6]"}`, "GET", "/context/global/x%20y", "")
	s.want(204, "", "DELETE", "/context/global/x%20y", "")
	s.want(200, `{"msg":"(undefined)","format":"undefined"}`, "GET", "/context/global/x%20y", "")
	s.want(200, `{"memory":{"keys":[]},"persistent":{"keys":[]}}`, "GET", "/context/flow/zzz?keysOnly", "")
	if r := s.do("PUT", "/flowrill/v1/context/global/a%5B", `{"value":1}`); r.status != 400 || r.get("code") != "unexpected_error" {
		t.Errorf("a path that is none: %d %s", r.status, r.body)
	}

	s.want(200, `{"memory":{"keys":[{"key":"list"},{"key":"o"}]},"persistent":{"keys":[]}}`, "GET", "/context/flow/t1?keysOnly", "")
	s.want(200, `{"memory":{"keys":[{"key":"b","format":"array[2]","length":2},{"key":"s"},{"key":"p","format":"object"}],"format":"object"}}`, "GET", "/context/flow/t1/o?keysOnly", "")
	s.want(200, `{"memory":{"format":"array[2]"}}`, "GET", "/context/flow/t1/list?keysOnly", "")
	s.want(200, `{"memory":{"keys":[]}}`, "GET", "/context/global/n?keysOnly", "")

	s.want(204, "", "DELETE", "/context/flow/t1/list", "")
	s.want(204, "", "DELETE", "/context/flow/t1/never.there", "")
	s.want(204, "", "DELETE", "/context/node/zzz/x", "")
	s.want(200, `{"msg":"(undefined)","format":"undefined"}`, "GET", "/context/flow/t1/list", "")
	if r := s.do("DELETE", "/context/global", ""); r.status != 404 {
		t.Errorf("delete of a whole scope: %d", r.status)
	}
	if r := s.do("PUT", "/context/global/n", `{"value":1}`); r.status != 404 {
		t.Errorf("Node-RED has no way to set a value: %d", r.status)
	}
}

func TestContextPut(t *testing.T) {
	s := newSite(t)
	s.deploy(someFlows)
	const at = "/flowrill/v1/context"
	s.want(204, "", "PUT", at+"/flow/t1/a.b[1]", `{"value":{"z":1,"a":[true]}}`)
	s.want(200, `{"msg":"{\"b\":[{\"__enc__\":true,\"type\":\"undefined\"},{\"z\":1,\"a\":[true]}]}","format":"Object"}`, "GET", "/context/flow/t1/a", "")
	s.want(400, `{"code":"no_value","message":"the body must be {\"value\": …}"}`, "PUT", at+"/global/a", `{"valeu":1}`)
	s.want(404, `{"code":"not_found","message":"there is no node of that id"}`, "PUT", at+"/node/zzz/a", `{"value":1}`)
	if r := s.do("PUT", at+"/global/a", `{"value":`); r.status != 400 || !strings.Contains(r.body, "SyntaxError") {
		t.Errorf("malformed: %d %s", r.status, r.body)
	}
}

func TestNodes(t *testing.T) {
	s := newSite(t)
	core := `{"id":"node-red/inject","name":"inject","types":["inject"],"enabled":true,"local":false,"user":false,"module":"node-red","version":"5.0.7"},` +
		`{"id":"node-red/debug","name":"debug","types":["debug"],"enabled":true,"local":false,"user":false,"module":"node-red","version":"5.0.7"},` +
		`{"id":"node-red/httpin","name":"httpin","types":["http in"],"enabled":true,"local":false,"user":false,"module":"node-red","version":"5.0.7"}`
	sms := `{"id":"flowrill/send-sms","name":"send-sms","types":["send-sms","sendsms"],"enabled":true,"local":false,"user":false,"module":"flowrill","version":"1.2.3"}`
	const asJSON = "Accept: application/json"
	s.want(200, "["+core+","+sms+"]", "GET", "/nodes", "", asJSON)
	for _, accept := range []string{"Accept: */*", "Accept: application/json, */*", "Accept: text/html"} {
		if r := s.do("GET", "/nodes", "", accept); r.status != 200 || !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %d %s", accept, r.status, r.header.Get("Content-Type"))
		}
	}
	s.want(200, `{"name":"node-red","version":"5.0.7","nodes":[`+core+`],"local":false,"user":false}`, "GET", "/nodes/node-red", "")
	s.want(200, sms, "GET", "/nodes/flowrill/send-sms", "", asJSON)
	s.want(404, `{"code":"not_found","message":"Node not found"}`, "GET", "/nodes/node-red/zzz", "", asJSON)
	s.want(404, `{"code":"not_found","message":"Module not found"}`, "GET", "/nodes/@scope/module", "", asJSON)
	s.want(404, `{"code":"not_found","message":"Node not found"}`, "GET", "/nodes/@scope/module/set", "", asJSON)
	s.want(200, `{}`, "GET", "/nodes/node-red/debug/messages?lng=en-US", "")
	s.want(200, `{}`, "GET", "/plugins/messages", "")
	for _, call := range []struct {
		method, path, body string
		status             int
		code               string
	}{
		{"PUT", "/nodes/node-red/debug", `{"enabled":false}`, 400, "not_available"},
		{"PUT", "/nodes/node-red/debug", `{}`, 400, "invalid_request"},
		{"PUT", "/nodes/node-red/zzz", `{"enabled":true}`, 404, "not_found"},
		{"PUT", "/nodes/zzz", `{"enabled":true}`, 404, "not_found"},
		{"DELETE", "/nodes/node-red", ``, 400, "unexpected_error"},
		{"DELETE", "/nodes/zzz", ``, 404, "not_found"},
		{"POST", "/nodes", `{}`, 400, "invalid_request"},
		{"POST", "/nodes", `{"module":"node-red-node-x"}`, 400, "not_available"},
	} {
		if r := s.do(call.method, call.path, call.body); r.status != call.status || r.get("code") != call.code {
			t.Errorf("%s %s %s: %d %s", call.method, call.path, call.body, r.status, r.body)
		}
	}
	if r := s.do("PUT", "/nodes/node-red/debug", `{"enabled":true}`); r.status != 200 || r.get("id") != "node-red/debug" {
		t.Errorf("enable: %d %s", r.status, r.body)
	}
}

func TestSmallAnswers(t *testing.T) {
	s := newSite(t)
	for path, want := range map[string]string{
		"/plugins": "[]", "/icons": `{"node-red":[]}`, "/library/local/flows": "[]", "/library/local/functions/sub": "[]",
		"/settings/user": "{}", "/nodes/messages?lng=de": "{}",
	} {
		s.want(200, want, "GET", path, "", "Accept: application/json")
	}
	r := s.do("GET", "/settings", "")
	for path, want := range map[string]any{
		"httpNodeRoot": "/", "version": "5.0.7", "context.default": "memory", "context.stores[0]": "memory",
		"flowrill.version": "1.2.3", "runtimeState.enabled": true, "user.username": "admin", "editorTheme.languages[0]": "en-US",
	} {
		if got := r.get(path); got != want {
			t.Errorf("settings: %s is %v, want %v", path, got, want)
		}
	}
	s.deploy(someFlows)
	if r := s.do("GET", "/diagnostics", ""); r.status != 200 || r.get("report") != "diagnostics" || r.get("runtime.flows.objects") != 3.0 {
		t.Errorf("diagnostics: %d %s", r.status, r.body)
	}
}

func TestButtons(t *testing.T) {
	s := newSite(t)
	s.deploy(someFlows)
	c := s.dial("/comms", "Authorization: Bearer "+testToken)
	c.send(`{"subscribe":"notification/runtime-deploy"}`)
	c.next()
	shown := func() string {
		for {
			var e struct {
				Topic string
				Data  struct{ Msg string }
			}
			if err := json.Unmarshal([]byte(c.next()), &e); err != nil {
				t.Fatal(err)
			}
			if e.Topic == "debug" {
				return e.Data.Msg
			}
		}
	}
	r := s.want(200, "OK", "POST", "/inject/in", `{}`)
	if kind := r.header.Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") {
		t.Errorf("content type %q", kind)
	}
	if got := shown(); got != "hello" {
		t.Errorf("shown: %q", got)
	}
	s.want(200, "OK", "POST", "/inject/in", `{"__user_inject_props__":[{"p":"payload","v":"1","vt":"num"}]}`)
	if got, want := shown(), `told [{"p":"payload","v":"1","vt":"num"}]`; got != want {
		t.Errorf("shown: %q, want %q", got, want)
	}
	s.want(200, "OK", "POST", "/inject/out", `{"__user_inject_props__":[]}`) // what is no inject node gets an empty message
	if got := shown(); got != "null" && got != "(undefined)" {
		t.Errorf("shown: %q", got)
	}
	s.want(200, "OK", "POST", "/inject/out", "") // any node
	if got := shown(); got != "null" && got != "(undefined)" {
		t.Errorf("an empty message shows %q", got)
	}
	s.want(404, "Not Found", "POST", "/inject/zzz", "")
	s.want(400, s.do("POST", "/inject/in", "{").body, "POST", "/inject/in", "{")

	s.want(201, "Created", "POST", "/debug/out/disable", "")
	s.want(200, "OK", "POST", "/inject/in", "") // unseen
	s.want(200, "OK", "POST", "/debug/out/enable", "")
	s.want(201, "Created", "POST", "/debug/disable", `{"nodes":["out","zzz",7]}`)
	s.want(200, "OK", "POST", "/inject/in", "") // unseen
	s.want(200, "OK", "POST", "/debug/enable", `{"nodes":["out"]}`)
	s.want(200, "OK", "POST", "/inject/in", `{"__user_inject_props__":"last"}`)
	if got := shown(); got != "told last" {
		t.Errorf("while it was off it showed %q", got)
	}
	s.want(404, "Not Found", "POST", "/debug/zzz/enable", "")
	s.want(404, "Not Found", "POST", "/debug/out/other", "")
	s.want(404, "Not Found", "POST", "/debug/other", `{"nodes":[]}`)
	s.want(400, "Bad Request", "POST", "/debug/enable", `{}`)
}

func TestSchemasAndCheck(t *testing.T) {
	s := newSite(t)
	r := s.do("GET", "/flowrill/v1/nodes", "")
	var types []struct {
		Type   string
		Schema struct{ Required []string }
	}
	if err := json.Unmarshal([]byte(r.body), &types); err != nil || len(types) != 4 {
		t.Fatalf("%d types: %v", len(types), err)
	}
	s.want(200, `{"rev":"`+emptyRev+`","problems":[],"restarts":{"flows":{"count":0,"ids":[]},"full":{"count":0,"ids":[]},"nodes":{"count":0,"ids":[]}}}`, "POST", "/flowrill/v1/check", "[]")
	r = s.do("POST", "/flowrill/v1/check", `[{"id":"v","type":"send-sms"},{"id":"w","type":"send-sms","text":"<<msg."}]`)
	if r.get("problems[0].node") != "v" || r.get("problems[0].property") != "text" || r.get("problems[0].severity") != "error" || r.get("problems[1].node") != "w" {
		t.Errorf("check: %s", r.body)
	}
	s.want(200, "[]", "GET", "/flows", "") // nothing was deployed
	if r := s.do("POST", "/flowrill/v1/check", "{"); r.status != 400 {
		t.Errorf("malformed: %d", r.status)
	}
}

func TestRender(t *testing.T) {
	s := newSite(t)
	s.deploy(someFlows)
	s.set("flow", "t1", "name", "Ada")
	s.set("global", "", "shop", "Corner")
	const at = "/flowrill/v1/render"
	s.want(200, `{"text":"Hi Ada, Corner here: 84901234567","value":{"msg":"Hi Ada, Corner here: 84901234567","format":"string[32]"}}`,
		"POST", at, `{"template":"Hi <<flow.name>>, <<global.shop>> here: <<msg.payload>>","msg":{"payload":84901234567},"flow":"t1"}`)
	s.want(200, `{"text":"3","value":{"msg":"3","format":"number"}}`, "POST", at, `{"template":"<<msg.n + 1>>","msg":{"n":2}}`)
	r := s.do("POST", at, `{"template":"Hi <<msg.>>","msg":{}}`)
	if r.status != 400 || r.get("code") != "template" || r.get("problems[0].property") != "template" {
		t.Errorf("a wrong template: %d %s", r.status, r.body)
	}
	s.want(400, `{"code":"no_template","message":"the body must be {\"template\": \"…\", \"msg\": {…}}"}`, "POST", at, `{}`)
}

func TestRevisions(t *testing.T) {
	s := newSite(t)
	s.want(200, "[]", "GET", "/flowrill/v1/revisions", "")
	s.deploy(someFlows)
	rev := s.engine.Document().Rev()
	s.deploy("[]")
	r := s.do("GET", "/flowrill/v1/revisions", "")
	var list []struct {
		Number      int
		Rev, Author string
		Time        time.Time
	}
	if err := json.Unmarshal([]byte(r.body), &list); err != nil || len(list) != 2 {
		t.Fatalf("%s: %v", r.body, err)
	}
	if list[0].Number != 2 || list[0].Rev != emptyRev || list[1].Rev != rev || list[1].Author != "admin" || list[1].Time.IsZero() {
		t.Errorf("revisions: %s", r.body)
	}
	if r := s.do("GET", "/flowrill/v1/revisions/1", ""); r.status != 200 || r.get("number") != 1.0 || r.get("flows[0].label") != "Greetings" {
		t.Errorf("revision 1: %d %s", r.status, r.body)
	}
	s.want(404, `{"code":"not_found","message":"revision 9 is not kept"}`, "GET", "/flowrill/v1/revisions/9", "")
	s.want(404, `{"code":"not_found","message":"there is no revision x"}`, "POST", "/flowrill/v1/revisions/x/restore", "")
	s.want(200, `{"rev":"`+rev+`"}`, "POST", "/flowrill/v1/revisions/1/restore", "")
	s.want(200, someFlows, "GET", "/flows", "")
	if last := s.revisions()[2]; last.Note != "revision 1 again" || last.Rev != rev {
		t.Errorf("restored as %+v", last)
	}
}

// TestLongAnswersArePacked: a browser far away waits less; a short answer and
// a client that does not ask for it get plain JSON.
func TestLongAnswersArePacked(t *testing.T) {
	s := newSite(t)
	name := strings.Repeat("a long name ", 2000)
	for _, tt := range []struct {
		name, flows, accept, coding string
	}{
		{"long", `[{"id":"t1","type":"tab","label":"` + name + `"}]`, "gzip, br", "gzip"},
		{"long, not asked for", `[{"id":"t1","type":"tab","label":"` + name + `"}]`, "identity", ""},
		{"short", `[{"id":"t1","type":"tab","label":"a"}]`, "gzip", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.deploy(tt.flows)
			r := s.do("GET", "/flows", "", "Accept-Encoding: "+tt.accept)
			if got := r.header.Get("Content-Encoding"); got != tt.coding {
				t.Fatalf("coding %q, want %q", got, tt.coding)
			}
			body := r.body
			if tt.coding != "" {
				z, err := gzip.NewReader(strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				plain, err := io.ReadAll(z)
				if err != nil || len(r.body) > len(plain)/10 {
					t.Fatalf("%d bytes for %d: %v", len(r.body), len(plain), err)
				}
				body = string(plain)
			}
			if body != tt.flows {
				t.Errorf("got %.60s", body)
			}
		})
	}
}
