package function

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// step gives a message to a node so many milliseconds after the start.
type step struct {
	at int
	in string
}

// play gives the steps to a node and returns what it sent: one line a message,
// "time port json", until so many milliseconds after the start.
func play(t *testing.T, typ, config string, until int, steps ...step) (lines []string, n *nodetest.Node) {
	t.Helper()
	n = nodetest.New(t, typ, config)
	start := time.Now()
	next := 0
	for ms := 0; ms <= until; ms++ {
		if wait := start.Add(time.Duration(ms) * time.Millisecond); time.Now().Before(wait) {
			time.Sleep(time.Until(wait))
		}
		synctest.Wait()
		for ; next < len(steps) && steps[next].at == ms; next++ {
			if err := n.Send(steps[next].in); err != nil {
				lines = append(lines, fmt.Sprintf("%d error %v", ms, err))
			}
		}
		synctest.Wait()
		for port, sent := range n.Take() {
			for _, m := range sent {
				lines = append(lines, fmt.Sprintf("%d %d %s", ms, port, m))
			}
		}
	}
	return lines, n
}

func wantLines(t *testing.T, got []string, want string) {
	t.Helper()
	var lines []string
	for line := range strings.SplitSeq(want, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	if g, w := strings.Join(got, "\n"), strings.Join(lines, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

func TestDelay(t *testing.T) {
	for _, c := range []struct {
		name, config string
		until        int
		steps        []step
		want         string
	}{
		{"fixed", `{"pauseType":"delay","timeout":"200","timeoutUnits":"milliseconds"}`, 400,
			[]step{{0, `{"payload":1}`}, {50, `{"payload":2}`}, {50, `{"payload":3}`}}, `
			200 0 {"payload":1}
			250 0 {"payload":2}
			250 0 {"payload":3}`},
		{"seconds are the default", `{"pauseType":"delay","timeout":"1"}`, 1100, []step{{0, `{"payload":1}`}}, `1000 0 {"payload":1}`},
		{"reset", `{"pauseType":"delay","timeout":"200","timeoutUnits":"milliseconds"}`, 700,
			[]step{{0, `{"payload":1}`}, {100, `{"payload":2,"reset":true}`}, {300, `{"payload":3}`}}, `500 0 {"payload":3}`},
		{"flush all", `{"pauseType":"delay","timeout":"1"}`, 1500,
			[]step{{0, `{"payload":1}`}, {10, `{"payload":2}`}, {20, `{"_msgid":"f","flush":true}`}}, `
			20 0 {"payload":1}
			20 0 {"payload":2}`},
		{"flush with a message", `{"pauseType":"delay","timeout":"1"}`, 1500,
			[]step{{0, `{"payload":1}`}, {10, `{"payload":2,"flush":true}`}}, `
			10 0 {"payload":1}
			10 0 {"payload":2,"flush":true}`},
		{"flush some", `{"pauseType":"delay","timeout":"1"}`, 1500,
			[]step{{0, `{"payload":1}`}, {10, `{"payload":2}`}, {20, `{"flush":1.9}`}}, `
			20 0 {"payload":1}
			1010 0 {"payload":2}`},
		{"flush less than none", `{"pauseType":"delay","timeout":"100","timeoutUnits":"milliseconds"}`, 500,
			[]step{{0, `{"payload":1}`}, {20, `{"flush":-3}`}}, `100 0 {"payload":1}`},

		{"msg.delay", `{"pauseType":"delayv","timeout":"1"}`, 1500,
			[]step{{0, `{"payload":1}`}, {0, `{"payload":2,"delay":300}`}, {0, `{"payload":3,"delay":"100ms"}`}, {0, `{"payload":4,"delay":"soon"}`}, {0, `{"payload":5,"delay":-5}`}}, `
			0 0 {"payload":5,"delay":-5}
			100 0 {"payload":3,"delay":"100ms"}
			300 0 {"payload":2,"delay":300}
			1000 0 {"payload":1}
			1000 0 {"payload":4,"delay":"soon"}`},

		{"rate", `{"pauseType":"rate","rate":"5"}`, 2000,
			[]step{{0, `{"payload":1}`}, {0, `{"payload":2}`}, {0, `{"payload":3}`}, {500, `{"payload":4}`}, {1000, `{"payload":5}`}}, `
			0 0 {"payload":1}
			200 0 {"payload":2}
			400 0 {"payload":3}
			600 0 {"payload":4}
			1000 0 {"payload":5}`},
		{"rate per several minutes", `{"pauseType":"rate","rate":"60","nbRateUnits":"2","rateUnits":"minute"}`, 2500,
			[]step{{0, `{"payload":1}`}, {0, `{"payload":2}`}}, `
			0 0 {"payload":1}
			2000 0 {"payload":2}`},
		{"rate: front, reset", `{"pauseType":"rate","rate":"10"}`, 1000,
			[]step{{0, `{"payload":1}`}, {0, `{"payload":2}`}, {0, `{"payload":3,"toFront":true}`}, {0, `{"payload":4,"toFront":1}`}, {150, `{"reset":1}`}, {170, `{"payload":5}`}}, `
			0 0 {"payload":1}
			100 0 {"payload":3,"toFront":true}
			170 0 {"payload":5}`},
		{"rate: reset comes first", `{"pauseType":"rate","rate":"10"}`, 300, []step{{0, `{"payload":1,"reset":true}`}, {10, `{"payload":2}`}}, `10 0 {"payload":2}`},
		{"rate: flush", `{"pauseType":"rate","rate":"10"}`, 600,
			[]step{{0, `{"payload":1}`}, {0, `{"payload":2}`}, {0, `{"payload":3}`}, {0, `{"payload":4}`}, {50, `{"flush":2}`}}, `
			0 0 {"payload":1}
			50 0 {"payload":2}
			50 0 {"payload":3}
			150 0 {"payload":4}`},
		{"rate: flush with a message", `{"pauseType":"rate","rate":"10"}`, 600,
			[]step{{0, `{"payload":1}`}, {0, `{"payload":2}`}, {50, `{"payload":3,"flush":true}`}}, `
			0 0 {"payload":1}
			50 0 {"payload":2}
			50 0 {"payload":3}`},
		{"rate: flush and reset", `{"pauseType":"rate","rate":"10"}`, 600,
			[]step{{0, `{"payload":1}`}, {0, `{"payload":2}`}, {50, `{"payload":3,"flush":1,"reset":true}`}}, `
			0 0 {"payload":1}
			50 0 {"payload":2}`},
		{"rate: flush of nothing frees", `{"pauseType":"rate","rate":"10"}`, 600,
			[]step{{0, `{"payload":1}`}, {50, `{"flush":true}`}, {60, `{"payload":2}`}}, `
			0 0 {"payload":1}
			60 0 {"payload":2}`},
		{"rate: msg.rate", `{"pauseType":"rate","rate":"1","allowrate":true}`, 1000,
			[]step{{0, `{"payload":1,"rate":150}`}, {0, `{"payload":2}`}, {0, `{"payload":3,"rate":50}`}, {0, `{"payload":4}`}}, `
			0 0 {"payload":1,"rate":150}
			50 0 {"payload":2}
			100 0 {"payload":3,"rate":50}
			150 0 {"payload":4}`},
		{"rate: msg.rate is not allowed", `{"pauseType":"rate","rate":"10"}`, 300,
			[]step{{0, `{"payload":1,"rate":10}`}, {0, `{"payload":2}`}}, `
			0 0 {"payload":1,"rate":10}
			100 0 {"payload":2}`},

		{"drop", `{"pauseType":"rate","rate":"2","drop":true,"outputs":1}`, 1200,
			[]step{{0, `{"payload":1}`}, {30, `{"payload":2}`}, {501, `{"payload":3}`}, {600, `{"reset":true}`}, {601, `{"payload":4}`}}, `
			0 0 {"payload":1}
			501 0 {"payload":3}
			601 0 {"payload":4}`},
		{"drop through the second", `{"pauseType":"rate","rate":"2","drop":true,"outputs":2}`, 1200,
			[]step{{0, `{"payload":1}`}, {30, `{"payload":2}`}}, `
			0 0 {"payload":1}
			30 1 {"payload":2}`},

		{"queue", `{"pauseType":"queue","rate":"5"}`, 1000,
			[]step{{10, `{"payload":"a1","topic":"A"}`}, {20, `{"payload":"b1","topic":"B"}`}, {30, `{"payload":"a2","topic":"A"}`}, {450, `{"payload":"a3","topic":"A"}`}}, `
			200 0 {"payload":"a2","topic":"A"}
			400 0 {"payload":"b1","topic":"B"}
			600 0 {"payload":"a3","topic":"A"}`},
		{"queue: replaced through the second", `{"pauseType":"queue","rate":"5","outputs":2}`, 1000,
			[]step{{10, `{"payload":1}`}, {20, `{"payload":2}`}, {20, `{"payload":3,"topic":{"a":1}}`}, {20, `{"payload":4,"topic":{"a":1}}`}}, `
			20 1 {"payload":1,"topic":"_none_"}
			200 0 {"payload":2,"topic":"_none_"}
			400 0 {"payload":3,"topic":{"a":1}}
			600 0 {"payload":4,"topic":{"a":1}}`},
		{"queue: flush", `{"pauseType":"queue","rate":"5"}`, 1000,
			[]step{{10, `{"payload":1,"topic":"A"}`}, {10, `{"payload":2,"topic":"B"}`}, {20, `{"flush":true}`}}, `
			20 0 {"payload":1,"topic":"A"}
			20 0 {"payload":2,"topic":"B"}`},
		{"queue: flush one", `{"pauseType":"queue","rate":"5"}`, 1000,
			[]step{{10, `{"payload":1,"topic":"A"}`}, {10, `{"payload":2,"topic":"B"}`}, {20, `{"flush":1,"topic":"B"}`}}, `
			20 0 {"payload":1,"topic":"A"}
			200 0 {"flush":1,"topic":"B"}`}, // as in Node-RED, it takes the place of its topic
		{"queue: reset", `{"pauseType":"queue","rate":"5"}`, 1000,
			[]step{{10, `{"payload":1,"topic":"A"}`}, {20, `{"reset":true,"topic":"B"}`}, {30, `{"payload":3,"topic":"A"}`}}, `200 0 {"payload":3,"topic":"A"}`},
		{"timed", `{"pauseType":"timed","rate":"5"}`, 1000,
			[]step{{10, `{"payload":"a1","topic":"A"}`}, {20, `{"payload":"b1","topic":"B"}`}, {30, `{"payload":"a2","topic":"A"}`}}, `
			200 0 {"payload":"a2","topic":"A"}
			200 0 {"payload":"b1","topic":"B"}`},

		{"burst", `{"pauseType":"burst","rate":"2","nbRateUnits":"1","outputs":2}`, 1300,
			[]step{{0, `{"payload":1}`}, {100, `{"payload":2}`}, {200, `{"payload":3}`}, {1000, `{"payload":4}`}, {1050, `{"payload":5}`}, {1100, `{"payload":6}`}}, `
			0 0 {"payload":1}
			100 0 {"payload":2}
			200 1 {"payload":3}
			1000 0 {"payload":4}
			1050 1 {"payload":5}
			1100 0 {"payload":6}`},
		{"burst: reset", `{"pauseType":"burst","rate":"1"}`, 300,
			[]step{{0, `{"payload":1}`}, {10, `{"payload":2}`}, {20, `{"reset":true}`}, {30, `{"payload":3}`}}, `
			0 0 {"payload":1}
			30 0 {"payload":3}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got, n := play(t, "delay", c.config, c.until, c.steps...)
				wantLines(t, got, c.want)
				if errs := n.Errors(); len(errs) > 0 {
					t.Errorf("errors %v", errs)
				}
			})
		})
	}
}

// Whatever becomes of a message, it is done with once: those that Receive
// itself was done with are not counted here.
func TestDelayDone(t *testing.T) {
	for _, c := range []struct {
		name, config string
		steps        []step
		want         int
	}{
		{"sent", `{"pauseType":"delay","timeout":"10","timeoutUnits":"milliseconds"}`, []step{{0, `{"payload":1}`}, {0, `{"payload":2}`}}, 2},
		{"reset", `{"pauseType":"delay","timeout":"10"}`, []step{{0, `{"payload":1}`}, {0, `{"reset":1}`}}, 1},
		{"flushed", `{"pauseType":"delay","timeout":"10"}`, []step{{0, `{"payload":1}`}, {0, `{"payload":2,"flush":1}`}}, 1},
		{"rate", `{"pauseType":"rate","rate":"100"}`, []step{{0, `{"payload":1}`}, {0, `{"payload":2}`}, {0, `{"payload":3}`}}, 2},
		{"replaced", `{"pauseType":"queue","rate":"100"}`, []step{{0, `{"payload":1}`}, {0, `{"payload":2}`}}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, n := play(t, "delay", c.config, 100, c.steps...)
				if n.Done() != c.want {
					t.Errorf("%d done, want %d", n.Done(), c.want)
				}
			})
		})
	}
}

func TestDelayRandom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "delay", `{"pauseType":"random","randomFirst":"100","randomLast":"300","randomUnits":"milliseconds"}`)
		for range 100 {
			if err := n.Send(`{"payload":1}`); err != nil {
				t.Fatal(err)
			}
		}
		var counts []int
		for _, wait := range []time.Duration{99, 101, 101} {
			time.Sleep(wait * time.Millisecond)
			synctest.Wait()
			counts = append(counts, len(n.Sent().Port(0)))
		}
		if counts[0] != 0 || counts[1] < 20 || counts[1] > 80 || counts[2] != 100 {
			t.Errorf("sent after 99, 200 and 301 ms: %v, want 0, about 50, 100", counts)
		}
	})
}

func TestDelayStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, n := play(t, "delay", `{"pauseType":"rate","rate":"1"}`, 1600, step{0, `{"payload":1}`}, step{0, `{"payload":2}`}, step{100, `{"payload":3}`})
		var got []string
		for _, s := range n.Statuses() {
			got = append(got, fmt.Sprintf("%s %s %s", s.Fill, s.Shape, s.Text))
		}
		wantLines(t, got, "blue dot 2\nblue dot 1")
	})
}

// What waits when the node stops is told as lost, and no timer stays.
func TestDelayClose(t *testing.T) {
	for _, config := range []string{`{"pauseType":"delay","timeout":"5"}`, `{"pauseType":"rate","rate":"1"}`, `{"pauseType":"queue","rate":"1"}`} {
		synctest.Test(t, func(t *testing.T) {
			n := nodetest.New(t, "delay", config)
			for i := range 3 {
				if err := n.Send(fmt.Sprintf(`{"payload":%d,"topic":%d}`, i, i)); err != nil {
					t.Fatal(err)
				}
			}
			held := 3 - len(n.Take().Port(0))
			n.Close()
			time.Sleep(time.Hour)
			synctest.Wait()
			if len(n.Errors()) != held || len(n.Sent().Port(0)) > 0 {
				t.Errorf("%s: errors %v, sent %s", config, n.Errors(), n.Sent())
			}
		})
	}
}

func TestDelayBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "delay", `{"pauseType":"delay","timeout":"5"}`)
		for range maxDelayed {
			if err := n.Receive(msg.Of("payload", 1)); err != nil {
				t.Fatal(err)
			}
		}
		if err := n.Send(`{"payload":1}`); err != errDelayed {
			t.Errorf("error %v, want %v", err, errDelayed)
		}
	})
}

func TestDelayConfig(t *testing.T) {
	for config, want := range map[string]string{
		`{"pauseType":"rate","rate":"0"}`:     "rate: must be more than 0: nothing would ever pass",
		`{"pauseType":"delay","rate":"0"}`:    "",
		`{"pauseType":"delay","timeout":"x"}`: `timeout: "x" is not a number`,
		`{"pauseType":"some"}`:                "pauseType",
	} {
		got := strings.Join(nodetest.Check(t, "delay", config), "; ")
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%s: problems %q, want %q", config, got, want)
		}
	}
}

// 5,000 timers are one heap of each node, not 5,000 goroutines.
func BenchmarkDelayed(b *testing.B) {
	line := timeline[int]{call: func(*moment[int]) {}}
	now := time.Now().Add(time.Hour)
	for i := range 5000 {
		line.add(now.Add(time.Duration(i)), i)
	}
	b.ReportAllocs()
	for i := range b.N {
		line.remove(line.add(now.Add(time.Duration(i%5000)), i))
	}
}
