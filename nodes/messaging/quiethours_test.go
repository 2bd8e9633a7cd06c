package messaging

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestQuietUntil(t *testing.T) {
	for _, c := range []struct{ config, now, want string }{
		{`{"zone":"Europe/London"}`, "2026-01-05T20:59:59Z", ""},
		{`{"zone":"Europe/London"}`, "2026-01-05T21:00:00Z", "2026-01-06T08:00:00Z"},
		{`{"zone":"Europe/London"}`, "2026-01-06T07:59:59Z", "2026-01-06T08:00:00Z"},
		{`{"zone":"Europe/London"}`, "2026-01-06T08:00:00Z", ""},
		{`{"zone":"Europe/London"}`, "2026-07-05T20:30:00Z", "2026-07-06T07:00:00Z"}, // 21:30 there
		{`{"zone":"America/New_York"}`, "2026-01-05T03:00:00Z", "2026-01-05T13:00:00Z"},
		{`{"zone":"Europe/London"}`, "2026-03-28T22:00:00Z", "2026-03-29T07:00:00Z"}, // the clock goes forward
		{`{"zone":"UTC","from":"12:00","to":"13:30"}`, "2026-01-05T12:00:00Z", "2026-01-05T13:30:00Z"},
		{`{"zone":"UTC","from":"12:00","to":"13:30"}`, "2026-01-05T11:59:00Z", ""},
		{`{"zone":"UTC","from":"17:00","to":"09:00","days":"sat, Sunday"}`, "2026-01-09T17:30:00Z", "2026-01-12T09:00:00Z"}, // Friday
		{`{"zone":"UTC","from":"17:00","to":"09:00","days":"sat, Sunday"}`, "2026-01-10T12:00:00Z", "2026-01-12T09:00:00Z"},
		{`{"zone":"UTC","from":"00:00","to":"00:00","days":"su"}`, "2026-01-11T12:00:00Z", "2026-01-12T00:00:00Z"},
		{`{"zone":"UTC","days":"mo,tu,we,th,fr,sa,su"}`, "2026-01-11T12:00:00Z", "2026-01-18T12:00:00Z"},
	} {
		q := nodetest.Of[QuietHours](nodetest.New(t, "quiet-hours", c.config))
		now, _ := time.Parse(time.RFC3339, c.now)
		name, _ := q.Zone.Literal()
		where, err := zone(name)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if until := q.until(now.In(where)); !until.IsZero() {
			got = until.UTC().Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%s at %s: %q, want %q", c.config, c.now, got, c.want)
		}
	}
}

func TestQuietProblems(t *testing.T) {
	for config, want := range map[string]string{
		`{"from":"25:00"}`:              `from: "25:00" is not a time such as 21:00`,
		`{"to":"8 am"}`:                 `to: "8 am" is not a time such as 21:00`,
		`{"from":"8:00","to":"08:00"}`:  "to: is the same as from: no hour is quiet",
		`{"days":"sat,funday"}`:         `days: "funday" is not a day such as sat or sunday`,
		`{"zone":"Atlantis"}`:           `zone: "Atlantis" is not a time zone such as Europe/London`,
		`{"zone":"<<msg.zone>>"}`:       "",
		`{"from":"9:00","to":"17:30 "}`: "",
	} {
		if got := strings.Join(nodetest.Check(t, "quiet-hours", config), "; "); got != want {
			t.Errorf("%s: %q, want %q", config, got, want)
		}
	}
}

// TestQuietHold holds messages over a restart and lets them go in order.
func TestQuietHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // begins at midnight UTC
		var keep node.MemoryKeep
		disk := nodetest.Env(func(e *node.Env) { e.Keep = &keep })
		n := nodetest.New(t, "quiet-hours", `{"zone":"UTC"}`, disk)
		n.Start()
		for _, m := range []string{`{"payload":1}`, `{"payload":2}`} {
			if err := n.Send(m); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		n.Take().Want(t, `[[],[]]`)
		if s := n.Statuses(); s[len(s)-1].Text != "2 wait" {
			t.Errorf("status %v", s)
		}
		n.Close()
		time.Sleep(time.Hour)
		n = nodetest.New(t, "quiet-hours", `{"zone":"UTC"}`, disk)
		n.Start()
		if err := n.Send(`{"payload":3}`); err != nil {
			t.Fatal(err)
		}
		time.Sleep(7*time.Hour - time.Second)
		synctest.Wait()
		n.Take().Want(t, `[[],[]]`)
		time.Sleep(time.Second)
		synctest.Wait()
		until := `"quietUntil":"2000-01-01T08:00:00Z"`
		n.Take().Want(t, `[[{"payload":1,`+until+`},{"payload":2,`+until+`},{"payload":3,`+until+`}],[]]`)
		if err := n.Send(`{"payload":4}`); err != nil {
			t.Fatal(err)
		}
		n.Take().Want(t, `[[{"payload":4}],[]]`)
		left := 0
		_ = keep.All("quiet", func(string, []byte, time.Time) { left++ })
		if left != 0 {
			t.Errorf("%d are kept for nothing", left)
		}
	})
}

func TestQuietOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent, err := nodetest.Run(t, "quiet-hours", `{"zone":"<<msg.zone>>","do":"output"}`, `{"zone":"UTC"}`, `{"zone":"Asia/Tokyo"}`)
		if err != nil {
			t.Fatal(err)
		}
		sent.Want(t, `[[{"zone":"Asia/Tokyo"}],[{"zone":"UTC","quietUntil":"2000-01-01T08:00:00Z"}]]`)
		if _, err := nodetest.Run(t, "quiet-hours", `{"zone":"<<msg.zone>>"}`, `{"zone":"Mars"}`); err == nil || !strings.Contains(err.Error(), `"Mars" is not a time zone`) {
			t.Errorf("error %v", err)
		}
	})
}
