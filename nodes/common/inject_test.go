package common

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// press makes an inject node, presses its button and returns what came of it.
func press(t *testing.T, config, body string, opts ...nodetest.Option) (sent string, errs []error) {
	t.Helper()
	n := nodetest.New(t, "inject", config, opts...)
	n.Start()
	if err := n.Control("inject", body); err != nil {
		t.Fatal(err)
	}
	return n.Sent().String(), n.Errors()
}

func TestInjectButton(t *testing.T) {
	for _, c := range []struct{ name, config, want string }{
		{"text", `{"props":[{"p":"payload","v":"text","vt":"str"},{"p":"topic","v":"tt","vt":"str"}]}`, `{"payload":"text","topic":"tt"}`},
		{"booleans and numbers", `{"props":[{"p":"a","v":"true","vt":"bool"},{"p":"b","v":"no","vt":"bool"},{"p":"c","v":"1.5","vt":"num"},{"p":"d","v":"","vt":"num"}]}`, `{"a":true,"b":false,"c":1.5,"d":0}`},
		{"buffers", `{"props":[{"p":"payload","v":"[1,2,255]","vt":"bin"},{"p":"s","v":"\"hi\"","vt":"bin"}]}`,
			`{"payload":{"type":"Buffer","data":[1,2,255]},"s":{"type":"Buffer","data":[104,105]}}`},
		{"JSON", `{"props":[{"p":"payload","v":"{\"z\":[1],\"a\":null}","vt":"json"}]}`, `{"payload":{"z":[1],"a":null}}`},
		{"contexts and variables", `{"props":[{"p":"f","v":"x.y","vt":"flow"},{"p":"g","v":"list[1]","vt":"global"},{"p":"e","v":"SHOP","vt":"env"},{"p":"t","v":"in ${SHOP}","vt":"env"}]}`,
			`{"f":1,"g":"b","e":"corner","t":"in corner"}`},
		{"a row sees the rows above", `{"props":[{"p":"a","v":"x","vt":"str"},{"p":"b","v":"a","vt":"msg"},{"p":"c","v":"<<msg.a>>!","vt":"template"},{"p":"d","v":"msg.a + msg.b","vt":"expr"}]}`,
			`{"a":"x","b":"x","c":"x!","d":"xx"}`},
		{"what is undefined stays unset", `{"props":[{"p":"a","v":"nothing","vt":"flow"},{"p":"b","v":"none","vt":"msg"},{"p":"c","v":"x","vt":"str"}]}`, `{"c":"x"}`},
		{"what is undefined unsets", `{"props":[{"p":"a","v":"x","vt":"str"},{"p":"a","v":"none","vt":"flow"}]}`, `{}`},
		{"nested properties", `{"props":[{"p":"a.b.c","v":"deep","vt":"str"},{"p":"list[0]","v":"5","vt":"num"}]}`, `{"a":{"b":{"c":"deep"}},"list":[5]}`},
		{"below a text nothing is set", `{"props":[{"p":"a","v":"x","vt":"str"},{"p":"a.b","v":"y","vt":"str"}]}`, `{"a":"x"}`},
		{"no type, no value", `{"props":[{"p":"a","v":"x"},{"p":"b"}]}`, `{"a":"x","b":""}`},
		{"rows without value use the node's", `{"props":[{"p":"payload"},{"p":"topic","vt":"str"}],"topic":"from node","payload":"3","payloadType":"num"}`, `{"payload":3,"topic":"from node"}`},
		{"a row's own value wins", `{"props":[{"p":"payload","v":"","vt":"str"}],"payload":"3","payloadType":"num"}`, `{"payload":""}`},
		{"the form without rows", `{"topic":"lt","payload":"old","payloadType":"str"}`, `{"payload":"old","topic":"lt"}`},
		{"an older word for no payload", `{"topic":"","payload":"","payloadType":"none"}`, `{"payload":"","topic":""}`},
		{"no rows, an empty message", `{"props":[]}`, `{}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			sent, errs := press(t, c.config, "", nodetest.FlowValue("x", `{"y":1}`), nodetest.GlobalValue("list", `["a","b"]`), nodetest.Var("SHOP", "corner"))
			if sent != `[[`+c.want+`]]` || len(errs) > 0 {
				t.Errorf("sent %s, errors %v\nwant [[%s]]", sent, errs, c.want)
			}
		})
	}
}

func TestInjectTimestamp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the clock begins at 2000-01-01 UTC
		sent, _ := press(t, `{"props":[{"p":"ms","v":"","vt":"date"},{"p":"iso","v":"iso","vt":"date"},{"p":"d","v":"object","vt":"date"}]}`, "")
		if want := `[[{"ms":946684800000,"iso":"2000-01-01T00:00:00.000Z","d":"2000-01-01T00:00:00.000Z"}]]`; sent != want {
			t.Errorf("sent %s, want %s", sent, want)
		}
		if sent, _ := press(t, `{}`, ""); sent != `[[{"payload":946684800000,"topic":""}]]` {
			t.Errorf("a new node sends %s", sent)
		}
	})
}

func TestInjectFails(t *testing.T) {
	config := `{"props":[{"p":"ok","v":"x","vt":"str"},{"p":"a","v":"no.way","vt":"msg"},{"p":"b","v":"fromJSON(\"{\")","vt":"expr"}]}`
	n := nodetest.New(t, "inject", config)
	n.Start()
	if err := n.Control("inject", ""); err != nil {
		t.Fatal(err)
	}
	if sent := n.Sent().String(); sent != `[[]]` {
		t.Errorf("sent %s", sent)
	}
	errs := n.Errors()
	if len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), "Cannot read properties of undefined") || strings.Count(errs[0].Error(), "; ") < 1 {
		t.Errorf("errors %v, want both joined by a semicolon", errs)
	}
	if err := n.Send(`{"payload":1}`); err == nil {
		t.Error("a message that was wired in does not fail")
	}
	if n.Done() != 0 {
		t.Error("a failed shot is done")
	}
}

func TestInjectButtonWithProperties(t *testing.T) {
	n := nodetest.New(t, "inject", `{"props":[{"p":"payload","v":"configured","vt":"str"}]}`, nodetest.FlowValue("x", "7"))
	n.Start()
	for _, body := range []string{
		`{"__user_inject_props__":[{"p":"payload","v":"once","vt":"str"},{"p":"n","v":"x","vt":"flow"}],"other":1}`,
		`{"payload":"ignored"}`,
	} {
		if err := n.Control("inject", body); err != nil {
			t.Fatal(err)
		}
	}
	n.Sent().Want(t, `[[{"other":1,"payload":"once","n":7},{"payload":"configured"}]]`)
	if n.Done() != 2 {
		t.Errorf("%d shots are done, want 2", n.Done())
	}
	if err := n.Control("enable", ""); err == nil {
		t.Error("enable: no error")
	}
	// What is wrong is for catch nodes; the button has been pressed all the same.
	if err := n.Control("inject", `{"__user_inject_props__":[{"p":"payload","v":"{","vt":"json"}],"a":1}`); err != nil {
		t.Fatal(err)
	}
	if failed := n.Failed(); len(failed) != 1 || failed[0].Get("a") != 1.0 {
		t.Errorf("failed %v", failed)
	}
}

func TestInjectANumberThatIsNone(t *testing.T) {
	n := nodetest.New(t, "inject", `{"props":[{"p":"payload"},{"p":"a","v":"ten","vt":"num"}],"payload":"x1","payloadType":"num"}`)
	n.Start()
	if err := n.Control("inject", ""); err != nil {
		t.Fatal(err)
	}
	m := n.Sent().Port(0)[0]
	for _, key := range []string{"payload", "a"} {
		if f, ok := m.Get(key).(float64); !ok || !math.IsNaN(f) {
			t.Errorf("%s is %v, want NaN", key, m.Get(key))
		}
	}
}

func TestInjectWired(t *testing.T) {
	sent, err := nodetest.Run(t, "inject", `{"props":[{"p":"payload","v":"new","vt":"str"}]}`, `{"payload":"old","topic":"kept"}`)
	if err != nil {
		t.Fatal(err)
	}
	sent.Want(t, `[[{"payload":"new","topic":"kept"}]]`)
}

func TestInjectByTheClock(t *testing.T) {
	for _, c := range []struct {
		name, config string
		until        time.Duration
		want         []string // moments since the start
	}{
		{"never", `{}`, time.Hour, nil},
		{"once", `{"once":true,"onceDelay":"2.5"}`, time.Hour, []string{"2.5s"}},
		{"once, a little after the start", `{"once":true}`, time.Hour, []string{"100ms"}},
		{"a delay without once", `{"once":false,"onceDelay":2}`, time.Hour, nil},
		{"every", `{"repeat":"0.3"}`, time.Second, []string{"300ms", "600ms", "900ms"}},
		{"every, as a duration", `{"repeat":"20m"}`, time.Hour + time.Minute, []string{"20m0s", "40m0s", "1h0m0s"}},
		{"once, then every", `{"once":true,"onceDelay":1,"repeat":"10"}`, 25 * time.Second, []string{"1s", "11s", "21s"}},
		{"a calendar", `{"crontab":"15,45 * * * *"}`, 2 * time.Hour, []string{"15m0s", "45m0s", "1h15m0s", "1h45m0s"}},
		{"a calendar with seconds", `{"crontab":"*/20 * * * * *"}`, 50 * time.Second, []string{"20s", "40s"}},
		{"an interval wins", `{"repeat":"40","crontab":"* * * * *"}`, 100 * time.Second, []string{"40s", "1m20s"}},
		{"Sunday is 7, too", `{"crontab":"0 12 * * 7"}`, 10 * 24 * time.Hour, []string{"36h0m0s", "204h0m0s"}}, // the clock begins on a Saturday
		{"weekend", `{"crontab":"0 12 * * 6-7"}`, 8 * 24 * time.Hour, []string{"12h0m0s", "36h0m0s", "180h0m0s"}},
		{"30 February", `{"crontab":"0 0 30 2 *"}`, time.Hour, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			local := time.Local
			time.Local = time.UTC
			defer func() { time.Local = local }()
			synctest.Test(t, func(t *testing.T) {
				n := nodetest.New(t, "inject", `{"props":[{"p":"at","v":"","vt":"date"}]`+strings.Replace(","+c.config[1:], ",}", "}", 1))
				start := time.Now()
				n.Start()
				time.Sleep(c.until)
				synctest.Wait()
				var got []string
				for _, m := range n.Sent().Port(0) {
					got = append(got, time.UnixMilli(int64(m.Get("at").(float64))).Sub(start).String())
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("sent at %v, want %v", got, c.want)
				}
				if n.Done() != len(c.want) {
					t.Errorf("%d shots are done", n.Done())
				}
			})
		})
	}
}

func TestInjectIsCheckedAtDeploy(t *testing.T) {
	for config, want := range map[string]string{
		`{"repeat":"2147484"}`:                               "repeat: 2147484 is above 2147483",
		`{"repeat":"-1"}`:                                    "repeat: -1 is below 0",
		`{"repeat":"often"}`:                                 "repeat: ",
		`{"crontab":"* * * *"}`:                              `crontab: "* * * *" has 4 fields`,
		`{"crontab":"61 * * * *"}`:                           "crontab: ",
		`{"crontab":"TZ= * * * *"}`:                          "crontab: ",
		`{"crontab":"a b c d e f"}`:                          "crontab: ",
		`{"props":[{"p":"a..b","v":"","vt":"str"}]}`:         "props[0].p: Invalid property expression",
		`{"props":[{"p":"a","v":"{","vt":"json"}]}`:          "props[0].v: ",
		`{"props":[{"p":"a","v":"<<msg.","vt":"template"}]}`: "props[0].v: ",
	} {
		problems := nodetest.Check(t, "inject", config)
		if len(problems) != 1 || !strings.HasPrefix(problems[0], want) {
			t.Errorf("%s: %q, want %s…", config, problems, want)
		}
	}
	if problems := nodetest.Check(t, "inject", `{"repeat":"5","crontab":"left over"}`); len(problems) != 0 {
		t.Errorf("a calendar that is not used is wrong: %q", problems)
	}
}

func FuzzCron(f *testing.F) {
	for _, seed := range []string{"* * * * *", "0 0 12 * * 1-5", "*/5 8-18 * * MON-FRI", "0 0 * * 5-7,7", "TZ=UTC 1 2 3 4 5", "@daily", "* * * * -7", "0/0 * * * *"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		schedule, err := parseCron(line)
		if err != nil {
			return
		}
		now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
		if next := schedule.Next(now); !next.IsZero() && !next.After(now) {
			t.Errorf("%q: after %v comes %v", line, now, next)
		}
	})
}

func BenchmarkInject(b *testing.B) {
	n := nodetest.New(b, "inject", `{"props":[{"p":"payload","v":"","vt":"date"},{"p":"topic","v":"t","vt":"str"}]}`)
	in := nodetest.Of[Inject](n)
	b.ReportAllocs()
	for b.Loop() {
		m := msg.NewObject(3)
		if err := fill(m, in.Props); err != nil || m.Len() != 2 {
			b.Fatal(fmt.Sprint(m, err))
		}
	}
}
