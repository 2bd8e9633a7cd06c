package nodetest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// scripted does what its message says, right or wrong.
type scripted struct {
	Do  string `prop:"do" label:"Do"`
	out node.Out
	env *node.Env
}

func (s *scripted) Open(_ context.Context, env *node.Env) error {
	s.env = env
	if s.Do == "not open" {
		return errors.New("port taken")
	}
	return nil
}

func (s *scripted) Close() error {
	if s.Do == "not close" {
		return errors.New("stuck")
	}
	return nil
}

func (s *scripted) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	switch m.Get("do") {
	case "send":
		out.Send(m)
	case "send to none":
		out.SendTo(m)
	case "send to both":
		out.SendTo(m, 0, 1)
	case "send all":
		out.SendAll([][]*msg.Object{{msg.Of("n", 1), nil, m}, {m}})
	case "write after send":
		out.Send(m)
		m.Set("late", true)
	case "write below":
		below := m.Get("below").(*msg.Object)
		out.Send(m)
		below.Set("late", true)
	case "send twice":
		out.Send(m)
		out.Send(m)
	case "send to port 2":
		out.SendTo(m, 2)
	case "keep out":
		s.out = out
	case "use kept out":
		s.out.Send(m)
	case "fail":
		out.Fail(m, errors.New("failed"))
		m.Set("after", true)
	case "return":
		return errors.New("returned")
	case "later":
		late := out.Later()
		late.Send(m)
		late.Done(nil, nil)
	case "done with error":
		out.Later().Done(m, errors.New("late"))
	case "done twice":
		out.Later().Done(m, nil)
		out.Later().Later().Done(m, nil)
	case "panic":
		panic("oops")
	case "look around":
		node.Log(ctx).Warn("looked", "key", node.DeliveryOf(ctx).Key)
		out.Status(node.Status{Text: "looking"})
		s.env.Status(node.Status{Text: "looked"})
		v := msg.Of("x", 1)
		s.env.Debug(node.Debug{Value: v})
		v.Set("x", 2)
		p, _ := msg.ParsePath("seen")
		return s.env.Global.Set("", p, m)
	}
	return nil
}

func (s *scripted) Control(_ context.Context, verb string, body *msg.Object) error {
	return fmt.Errorf("%s %s", verb, body)
}

// ticker is a source.
type ticker struct {
	Every node.Duration `prop:"every" label:"Every" required:"true"`
}

func (s *ticker) Start(ctx context.Context, out node.Late) error {
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(s.Every.D()):
		}
		one := out.Later()
		m := msg.Of("n", n)
		err := one.Emit(ctx, m)
		if one.Done(m.Clone(), err); n == 3 {
			return errors.New("worn out")
		}
	}
}

// hasty ends a message that it never took a Late for.
type hasty struct{}

func (hasty) Start(_ context.Context, out node.Late) error {
	out.Done(nil, nil)
	return nil
}

// page answers HTTP requests.
type page struct {
	URL    string `prop:"url" label:"URL"`
	Method string `prop:"method" label:"Method" default:"GET"`
	remove func()
}

func (p *page) Open(_ context.Context, env *node.Env) (err error) {
	p.remove, err = env.Routes.Handle(node.Route{Method: p.Method, Pattern: p.URL, Serve: func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s id=%s", r.Pattern, r.PathValue("id"))
	}})
	return err
}

func (p *page) Close() error { p.remove(); return nil }

func (p *page) Start(context.Context, node.Late) error { return nil }

func init() {
	node.Register[scripted](node.Type{Name: "scripted", Category: "tests", Icon: "test", Help: "Does what a message says.", Outputs: []string{"a", "b"}})
	node.Register[ticker](node.Type{Name: "ticker", Category: "tests", Icon: "test", Help: "Counts as time goes by.", Outputs: []string{"n"}})
	node.Register[hasty](node.Type{Name: "hasty", Category: "tests", Icon: "test", Help: "Is done too early."})
	node.Register[page](node.Type{Name: "page", Category: "tests", Icon: "test", Help: "Answers requests."})
}

func TestEvery(t *testing.T) { nodetest.Every(t) }

// judge is a testing.TB that notes what it is told instead of failing.
type judge struct {
	testing.TB
	said []string
}

func (j *judge) Helper()                      {}
func (j *judge) Errorf(text string, a ...any) { j.said = append(j.said, fmt.Sprintf(text, a...)) }
func (j *judge) Fatalf(text string, a ...any) {
	j.Errorf(text, a...)
	panic(j)
}

// verdict runs f and returns what the judge was told.
func verdict(t *testing.T, f func(j *judge)) (said []string) {
	j := &judge{TB: t}
	defer func() {
		if r := recover(); r != nil && r != any(j) {
			panic(r)
		}
		said = j.said
	}()
	f(j)
	return
}

func TestRight(t *testing.T) {
	for in, want := range map[string]string{
		`{"do":"send"}`:                   `[[{"do":"send"}],[]]`,
		`{"do":"send to none"}`:           `[[],[]]`,
		`{"do":"send to both"}`:           `[[{"do":"send to both"}],[{"do":"send to both"}]]`,
		`{"do":"send all"}`:               `[[{"n":1},{"do":"send all"}],[{"do":"send all"}]]`,
		`{"do":"write below","below":{}}`: `[[{"do":"write below","below":{}}],[]]`,
		`{"do":"later"}`:                  `[[{"do":"later"}],[]]`,
	} {
		sent, err := nodetest.Run(t, "scripted", `{}`, in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
		}
		sent.Want(t, want)
	}
}

func TestWrong(t *testing.T) {
	tests := []struct{ do, err, said string }{
		{"return", "returned", ""},
		{"fail", "failed", ""},
		{"done with error", "late", ""},
		{"panic", "panic: oops\n", ""},
		{"write after send", "panic: msg: write of late to a message that was sent", ""},
		{"send twice", "", "nodetest: sent a message that was given away before"},
		{"send to port 2", "", "nodetest: sent to port 2 of a node with 2 outputs"},
		{"done twice", "", "nodetest: Done twice"},
	}
	for _, tt := range tests {
		t.Run(tt.do, func(t *testing.T) {
			var err error
			said := strings.Join(verdict(t, func(j *judge) { _, err = nodetest.Run(j, "scripted", `{}`, `{"do":"`+tt.do+`"}`) }), "; ")
			if !strings.HasPrefix(fmt.Sprint(err), tt.err) || (err == nil) != (tt.err == "") {
				t.Errorf("error %v, want %s", err, tt.err)
			}
			if !strings.HasPrefix(said, tt.said) || (tt.said == "") != (said == "") {
				t.Errorf("said %s, want %s", said, tt.said)
			}
		})
	}
}

func TestWrongSetUp(t *testing.T) {
	tests := []struct{ want, got string }{
		{`nodetest: type "none" is not registered`, strings.Join(verdict(t, func(j *judge) { _, _ = nodetest.Run(j, "none", `{}`) }), "; ")},
		{`nodetest: configuration: `, strings.Join(verdict(t, func(j *judge) { _, _ = nodetest.Run(j, "scripted", `{`) }), "; ")},
		{`nodetest: message: `, strings.Join(verdict(t, func(j *judge) { _, _ = nodetest.Run(j, "scripted", `{}`, `[1]`) }), "; ")},
		{`nodetest: scripted: open: port taken`, strings.Join(verdict(t, func(j *judge) { nodetest.New(j, "scripted", `{"do":"not open"}`) }), "; ")},
		{`nodetest: ticker: every: is required`, strings.Join(verdict(t, func(j *judge) { nodetest.New(j, "ticker", `{}`) }), "; ")},
		{`nodetest: close: stuck`, strings.Join(verdict(t, func(j *judge) { nodetest.New(j, "scripted", `{"do":"not close"}`).Close() }), "; ")},
		{`nodetest: ticker takes no messages`, strings.Join(verdict(t, func(j *judge) { _ = nodetest.New(j, "ticker", `{"every":1}`).Send(`{}`) }), "; ")},
		{`nodetest: scripted is no source`, strings.Join(verdict(t, func(j *judge) { nodetest.New(j, "scripted", `{}`).Start() }), "; ")},
		{`nodetest: Done on what Start was given`, strings.Join(verdict(t, func(j *judge) {
			n := nodetest.New(j, "hasty", `{}`)
			n.Start()
			n.Close()
		}), "; ")},
		{`nodetest: ticker has no button`, strings.Join(verdict(t, func(j *judge) { _ = nodetest.New(j, "ticker", `{"every":1}`).Control("x", "") }), "; ")},
		{"sent [[],[]]\nwant [[1],[]]", strings.Join(verdict(t, func(j *judge) {
			sent, _ := nodetest.Run(j, "scripted", `{}`)
			sent.Want(j, `[[1],[]]`)
		}), "; ")},
	}
	for _, tt := range tests {
		if !strings.HasPrefix(tt.got, tt.want) {
			t.Errorf("said %s, want %s", tt.got, tt.want)
		}
	}
	var config *nodetest.ConfigError
	if _, err := nodetest.Run(t, "ticker", `{"every":"x"}`); !errors.As(err, &config) || len(config.Problems) != 1 {
		t.Errorf("a wrong configuration: %v", err)
	}
}

func TestStaleOut(t *testing.T) {
	said := verdict(t, func(j *judge) {
		n := nodetest.New(j, "scripted", `{}`)
		if err := n.Send(`{"do":"keep out"}`, `{"do":"use kept out"}`); err != nil {
			t.Error(err)
		}
	})
	if len(said) != 1 || said[0] != "nodetest: sent through Out after Receive returned: take Later" {
		t.Errorf("said %q", said)
	}
}

func TestRecords(t *testing.T) {
	n := nodetest.New(t, "scripted", `{}`)
	if err := n.Send(`{"do":"look around","_msgid":"m1"}`, `{"do":"later"}`, `{"do":"done with error","x":1}`, `{"do":"fail"}`); err != nil {
		t.Fatal(err)
	}
	if got := n.Logs(); !slices.Equal(got, []string{"WARN looked key=m1"}) {
		t.Errorf("logs %q", got)
	}
	if got := n.Statuses(); len(got) != 2 || got[0].Text != "looking" || got[1].Text != "looked" {
		t.Errorf("statuses %v", got)
	}
	if got := n.Debugs(); len(got) != 1 || string(msg.Encode(got[0].Value)) != `{"x":1}` {
		t.Errorf("debugs %v", got)
	}
	if got := n.Global.JSON(); got != `{"seen":{"do":"look around","_msgid":"m1"}}` {
		t.Errorf("global %s", got)
	}
	if n.Done() != 1 {
		t.Errorf("done %d", n.Done())
	}
	if got := fmt.Sprint(n.Errors(), n.Failed()); got != `[late failed] [{"do":"done with error","x":1} {"do":"fail"}]` {
		t.Errorf("errors %s", got)
	}
	if got := n.Take(); len(got.Port(0)) != 1 || got.Port(7) != nil || n.Sent().Port(0) != nil {
		t.Errorf("took %s, left %s", got, n.Sent())
	}
	if err := n.Control("press", `{"a":1}`); err == nil || err.Error() != `press {"a":1}` {
		t.Errorf("control: %v", err)
	}
}

func TestDelivery(t *testing.T) {
	n := nodetest.New(t, "scripted", `{}`, nodetest.Delivery(&node.Delivery{Key: "k7"}))
	if err := n.Send(`{"do":"look around"}`); err != nil {
		t.Fatal(err)
	}
	if got := n.Logs(); !slices.Equal(got, []string{"WARN looked key=k7"}) {
		t.Errorf("logs %q", got)
	}
}

func TestSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "ticker", `{"every":3600}`, nodetest.Emits(func(m *msg.Object) error {
			if m.Get("n") == 1.0 {
				return errors.New("nobody caught it")
			}
			return nil
		}))
		n.Start()
		time.Sleep(2*time.Hour + time.Minute)
		n.Sent().Want(t, `[[{"n":0},{"n":1}]]`)
		if got := fmt.Sprint(n.Done(), n.Errors()); got != "1 [nobody caught it]" {
			t.Errorf("done and errors %s", got)
		}
		time.Sleep(2 * time.Hour)
		if got := fmt.Sprint(n.Errors()); got != "[nobody caught it worn out]" {
			t.Errorf("errors %s", got)
		}
	})
	synctest.Test(t, func(t *testing.T) { // closing ends the source
		n := nodetest.New(t, "ticker", `{"every":1}`)
		n.Start()
		n.Close()
		if got := n.Errors(); len(got) != 0 {
			t.Errorf("errors %v", got)
		}
	})
}

func TestRoutes(t *testing.T) {
	tests := []struct{ url, method, request, want string }{
		{"/o/:id", "GET", "GET /o/7", "GET /o/:id/{id} id=7"},
		{"/o/:id", "GET", "HEAD /o/7", ""},
		{"/o/:id?", "GET", "GET /o", "GET /o/:id? id="},
		{"/o/*", "*", "DELETE /o/a/b", "* /o/* id="},
		{"/o/:id", "GET", "GET /o/7/8", "404"},
		{"/o/:id", "GET", "POST /o/7", "404"},
		{"/o", "GET", "GET /p", "404"},
	}
	for _, tt := range tests {
		t.Run(tt.url+" "+tt.request, func(t *testing.T) {
			n := nodetest.New(t, "page", `{"url":"`+tt.url+`","method":"`+tt.method+`"}`)
			method, path, _ := strings.Cut(tt.request, " ")
			req, err := http.NewRequestWithContext(t.Context(), method, n.URL()+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			got := string(body)
			if res.StatusCode == http.StatusNotFound {
				got = "404"
			}
			if got != tt.want {
				t.Errorf("answered %q, want %q", got, tt.want)
			}
		})
	}
	n := nodetest.New(t, "page", `{"url":"/x"}`)
	if got := n.Routes().All(); !slices.Equal(got, []string{"GET /x"}) {
		t.Errorf("routes %q", got)
	}
	n.Close()
	w := httptest.NewRecorder()
	if n.Routes().ServeHTTP(w, httptest.NewRequest("GET", "/x", nil)); w.Code != 404 {
		t.Errorf("a closed node answers %d", w.Code)
	}
}

func TestContext(t *testing.T) {
	c := nodetest.NewContext()
	p, _ := msg.ParsePath("a.b")
	v := msg.Of("x", 1)
	if err := c.Set("", p, v); err != nil {
		t.Fatal(err)
	}
	v.Set("x", 2)
	got := c.Get("", p).(*msg.Object)
	got.Set("x", 3)
	if c.JSON() != `{"a":{"b":{"x":1}}}` || c.Get("disk", p) != msg.Undefined || !slices.Equal(c.Keys(""), []string{"a"}) {
		t.Errorf("context %s", c.JSON())
	}
	unlock := c.Lock()
	if err := c.Set("", p, msg.Undefined); err != nil {
		t.Fatal(err)
	}
	if unlock(); c.JSON() != `{"a":{}}` {
		t.Errorf("context %s", c.JSON())
	}
}
