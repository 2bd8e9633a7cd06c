package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/flows"
)

const emptyRev = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"

func TestFlows(t *testing.T) {
	s := newSite(t)
	s.want(200, "[]", "GET", "/flows", "")
	r := s.want(200, `{"flows":[],"rev":"`+emptyRev+`"}`, "GET", "/flows", "", "Node-RED-API-Version: v2")
	if kind := r.header.Get("Content-Type"); kind != "application/json; charset=utf-8" {
		t.Errorf("content type %q", kind)
	}
	tag := r.header.Get("ETag")
	if !strings.HasPrefix(tag, `W/"`) {
		t.Errorf("entity tag %q is not weak", tag)
	}
	s.want(304, "", "GET", "/flows", "", "Node-RED-API-Version: v2", "If-None-Match: "+tag)
	s.want(400, `{"code":"invalid_api_version","message":"Invalid API Version requested"}`, "GET", "/flows", "", "Node-RED-API-Version: v3")

	s.want(204, "", "POST", "/flows", someFlows)
	s.want(200, someFlows, "GET", "/flows/", "") // a slash at the end is nothing
	r = s.do("POST", "/flows", `{"flows":`+someFlows+`,"rev":"`+s.engine.Document().Rev()+`"}`, "Node-RED-API-Version: v2")
	if rev := s.engine.Document().Rev(); r.status != 200 || r.body != `{"rev":"`+rev+`"}` {
		t.Errorf("v2 answers %d %s", r.status, r.body)
	}
	s.want(409, `{"code":"version_mismatch","message":"Error"}`, "POST", "/flows", `{"flows":[],"rev":"`+emptyRev+`"}`, "Node-RED-API-Version: v2")
	s.want(200, someFlows, "GET", "/flows", "")
	s.want(200, `{"rev":"`+emptyRev+`"}`, "POST", "/flows", `{"flows":[]}`, "Node-RED-API-Version: v2")
	if n := len(s.revisions()); n != 2 {
		t.Errorf("%d revisions are kept, want 2: the same flows again are none", n)
	}
}

func TestFlowsRefused(t *testing.T) {
	s := newSite(t)
	for name, c := range map[string]struct {
		body, version, kind string
		status              int
		want                string // in the answer
	}{
		"v1 object":       {`{"flows":[]}`, "v1", "", 400, `"code":"unexpected_error"`},
		"v2 array":        {`[]`, "v2", "", 400, `"code":"unexpected_error"`},
		"v2 no flows":     {`{"rev":"x"}`, "v2", "", 400, `"code":"unexpected_error"`},
		"version":         {`[]`, "v7", "", 400, `"code":"invalid_api_version"`},
		"text":            {`[]`, "v1", "text/plain", 400, `"message":"config.forEach is not a function"`},
		"no body":         {``, "v1", "application/json", 400, `"message":"config.forEach is not a function"`},
		"malformed":       {"[\n{,", "v1", "", 400, "<pre>SyntaxError: line 2, column 2"},
		"scalar":          {`7`, "v1", "", 400, "<pre>SyntaxError"},
		"no object":       {`[1]`, "v1", "", 400, `"code":"no_object"`},
		"no id":           {`[{"type":"tab"}]`, "v1", "", 400, `"code":"no_id"`},
		"sealed":          {`{"flows":[],"credentials":{"$":"00"}}`, "v2", "", 400, `{"code":"credentials_load_failed","message":"Failed to decrypt credentials"}`},
		"too big":         {"[" + strings.Repeat(" ", defaultBodyLimit) + "]", "v1", "", 413, "<pre>PayloadTooLargeError"},
		"too deep":        {strings.Repeat("[", 600), "v1", "", 400, "<pre>SyntaxError"},
		"another charset": {`[]`, "v1", "application/json; charset=utf-8", 204, ""},
	} {
		t.Run(name, func(t *testing.T) {
			headers := []string{"Node-RED-API-Version: " + c.version}
			if c.kind != "" {
				headers = append(headers, "Content-Type: "+c.kind)
			}
			r := s.do("POST", "/flows", c.body, headers...)
			if r.status != c.status || !strings.Contains(r.body, c.want) {
				t.Errorf("%d %s\nwant %d …%s…", r.status, r.body, c.status, c.want)
			}
		})
	}
	s.want(415, s.do("POST", "/flows", "[]", "Content-Encoding: br").body, "POST", "/flows", "[]", "Content-Encoding: br")
	if n := len(s.revisions()); n != 1 {
		t.Errorf("%d revisions, want that of the one good request", n)
	}
}

func TestStrictDeployChangesNothing(t *testing.T) {
	s := newSite(t)
	faulty := `[{"id":"v","type":"send-sms","name":"no text"}]`
	r := s.do("POST", "/flows", faulty, "Flowrill-Strict: true")
	if r.status != 400 || r.get("code") != "invalid_flows" || r.get("problems[0].node") != "v" || r.get("problems[0].property") != "text" {
		t.Errorf("strict: %d %s", r.status, r.body)
	}
	s.want(200, "[]", "GET", "/flows", "")
	s.want(204, "", "POST", "/flows", faulty)
	s.want(200, faulty, "GET", "/flows", "")
}

func TestSaveThatFailsChangesNothing(t *testing.T) {
	var written []string
	s := newSite(t, func(c *Config) {
		c.WriteFile = func(d *flows.Document) error { written = append(written, string(d.JSON())); return nil }
	})
	s.shelf.refuse = errors.New("the disk is full")
	s.want(400, `{"code":"unexpected_error","message":"the disk is full"}`, "POST", "/flows", someFlows)
	s.want(200, "[]", "GET", "/flows", "")
	if len(written) != 2 || written[1] != "[]" {
		t.Errorf("the file was written %d times, last %v; want it as it was", len(written), written)
	}
}

func TestReload(t *testing.T) {
	s := newSite(t, func(c *Config) {
		c.ReadFile = func() (*flows.Document, error) { return flows.Parse([]byte(someFlows)) }
	})
	s.want(204, "", "POST", "/flows", "whatever", "Node-RED-Deployment-Type: reload")
	s.want(200, someFlows, "GET", "/flows", "")
	rev := s.engine.Document().Rev()
	s.want(200, `{"rev":"`+rev+`"}`, "POST", "/flows", "", "Node-RED-Deployment-Type: reload", "Node-RED-API-Version: v2")
}

func TestCredentials(t *testing.T) {
	s := newSite(t)
	with := strings.Replace(someFlows, `"name":"shown"`, `"name":"shown","credentials":{"secret":"s3cret"}`, 1)
	s.deploy(with)
	s.want(200, someFlows, "GET", "/flows", "")
	s.want(200, `{"has_secret":true}`, "GET", "/credentials/debug/out", "")
	s.want(200, `{}`, "GET", "/credentials/send-sms/nobody", "")
	secret := func() any {
		t.Helper()
		all, err := s.shelf.Credentials()
		if err != nil {
			t.Fatal(err)
		}
		return all["out"].Get("secret")
	}
	if got := secret(); got != "s3cret" {
		t.Errorf("stored: %v", got)
	}
	s.deploy(strings.Replace(with, "s3cret", "__PWRD__", 1))
	if got := secret(); got != "s3cret" {
		t.Errorf("after __PWRD__: %v", got)
	}
	s.do("POST", "/flows", `{"flows":`+someFlows+`,"credentials":{"out":{"other":"x"}}}`, "Node-RED-API-Version: v2")
	s.want(200, `{"has_other":true}`, "GET", "/credentials/debug/out", "")
}

func TestFlowState(t *testing.T) {
	s := newSite(t)
	s.deploy(someFlows)
	s.want(200, `{"state":"start"}`, "GET", "/flows/state", "")
	s.want(200, `{"state":"stop"}`, "POST", "/flows/state", `{"state":"stop"}`)
	s.want(404, "Not Found", "POST", "/inject/in", "")
	s.want(400, `{"code":"invalid_run_state","message":"Cannot change flows runtime state to 'zzz'}"}`, "POST", "/flows/state", `{"state":"zzz"}`)
	s.want(200, `{"state":"stop"}`, "GET", "/flows/state", "")
	s.want(200, `{"state":"start"}`, "POST", "/flows/state", `{"state":"start"}`)
	s.want(200, "OK", "POST", "/inject/in", "")
}

func TestSingleFlow(t *testing.T) {
	s := newSite(t)
	s.deploy(someFlows)
	r := s.do("GET", "/flow/t1", "")
	if r.status != 200 || r.get("label") != "Greetings" || r.get("nodes[1].id") != "out" {
		t.Errorf("GET /flow: %d %s", r.status, r.body)
	}
	missing := `{"code":"not_found","message":"Error"}`
	s.want(404, missing, "GET", "/flow/zzz", "")
	s.want(404, missing, "PUT", "/flow/zzz", `{"nodes":[]}`)
	s.want(404, missing, "DELETE", "/flow/zzz", "")
	s.want(400, `{"code":"unexpected_error","message":"missing nodes property"}`, "POST", "/flow", `{}`)
	s.want(400, `{"code":"unexpected_error","message":"duplicate id"}`, "POST", "/flow", `{"nodes":[{"id":"in","type":"inject"}]}`)
	s.want(400, `{"code":"unexpected_error","message":"invalid node type: tab"}`, "POST", "/flow", `{"nodes":[{"id":"x","type":"tab"}]}`)
	s.want(400, `{"code":"unexpected_error","message":"not allowed to remove global"}`, "DELETE", "/flow/global", "")

	r = s.do("POST", "/flow", `{"id":"mine","label":"Second","nodes":[{"id":"n9","type":"debug","x":1,"y":2,"wires":[]}]}`)
	id, _ := r.get("id").(string)
	if r.status != 200 || id == "" || id == "mine" || r.body != `{"id":"`+id+`"}` {
		t.Fatalf("POST /flow: %d %s", r.status, r.body)
	}
	if got := s.do("GET", "/flow/"+id, "").get("nodes[0].z"); got != id {
		t.Errorf("the new node is in %v, want %s", got, id)
	}
	s.want(200, `{"id":"`+id+`"}`, "PUT", "/flow/"+id, `{"label":"Renamed","nodes":[]}`)
	if got := s.do("GET", "/flow/"+id, "").get("label"); got != "Renamed" {
		t.Errorf("label %v", got)
	}
	s.want(204, "", "DELETE", "/flow/"+id, "")
	s.want(200, someFlows, "GET", "/flows", "")
	if got := s.do("GET", "/flow/global", "").get("id"); got != "global" {
		t.Errorf("global is %v", got)
	}
}

// Of deploys that are based on the same flows one is taken.
func TestDeploysAreOneAtATime(t *testing.T) {
	s := newSite(t)
	c := s.dial("/live", "Authorization: Bearer "+testToken)
	c.hello("", "")
	c.send(`{"t":"sub","ch":"runtime"}`)
	c.next()
	const n = 8
	status := make(chan int, n)
	for i := range n {
		go func() {
			text := strings.Replace(someFlows, "hello", fmt.Sprint("hello ", i), 1)
			status <- s.do("POST", "/flows", `{"flows":`+text+`,"rev":"`+emptyRev+`"}`, "Node-RED-API-Version: v2").status
		}()
	}
	count := map[int]int{}
	for range n {
		count[<-status]++
	}
	if count[200] != 1 || count[409] != n-1 {
		t.Errorf("answers: %v", count)
	}
	for _, want := range []string{`"state":"stop","deploy":true`, `"state":"start","deploy":true`, `"rev":"` + s.engine.Document().Rev()} {
		if e := c.next(); !strings.Contains(e, want) {
			t.Errorf("told %s, want …%s…", e, want)
		}
	}
	if n := len(s.revisions()); n != 1 {
		t.Errorf("%d revisions are kept", n)
	}
}

func TestUnknownPath(t *testing.T) {
	s := newSite(t)
	r := s.do("GET", "/no/such", "")
	if r.status != 404 || !strings.Contains(r.body, "<pre>Cannot GET /admin/no/such</pre>") || !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r = s.do("PATCH", "/flows", ""); r.status != http.StatusNotFound || !strings.Contains(r.body, "Cannot PATCH") {
		t.Errorf("a method nobody knows: %d %s", r.status, r.body)
	}
	s.want(404, s.do("GET", "/projects", "").body, "GET", "/projects", "")
}

// A file is written when it would say something else, and at start only to
// take the secrets out of it.
func TestWhenTheFileIsWritten(t *testing.T) {
	var written []string
	s := newSite(t, func(c *Config) {
		c.WriteFile = func(d *flows.Document) error { written = append(written, string(d.JSON())); return nil }
	})
	load := func(text string) {
		t.Helper()
		d, err := flows.Parse([]byte(text))
		if err == nil {
			err = s.server.Load(t.Context(), d)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	load(someFlows)
	s.deploy(someFlows)
	if len(written) != 0 {
		t.Errorf("written for nothing: %v", written)
	}
	s.deploy("[]")
	load(strings.Replace(someFlows, `"name":"shown"`, `"name":"shown","credentials":{"secret":"s3cret"}`, 1))
	if len(written) != 2 || written[0] != "[]" || written[1] != someFlows {
		t.Errorf("written: %v", written)
	}
	if last := s.revisions()[2]; last.Note != "at start" || last.Author != "" {
		t.Errorf("the revision loaded at start is %+v", last)
	}
}
