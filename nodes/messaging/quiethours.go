package messaging

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// QuietHours keeps messages from people who sleep, or knows when nobody is in
// the office.
type QuietHours struct {
	From string        `prop:"from" label:"Quiet from" default:"21:00" width:"6"`
	To   string        `prop:"to" label:"until" default:"08:00" width:"6"`
	Days string        `prop:"days" label:"and all day on" placeholder:"sat, sun"`
	Zone node.Template `prop:"zone" label:"Time zone" placeholder:"Europe/London" help:"Empty: this machine's. It may come from the message: <<msg.zone>>."`
	Do   string        `prop:"do" label:"Messages of quiet hours" enum:"hold=wait until these are over,output=leave through a second output" default:"hold"`

	from, to time.Duration // since midnight
	days     [7]bool
	shelf    shelf
	status   func(node.Status)
}

// maxQuiet is how many messages wait for the morning; one more is an error.
const maxQuiet = 10_000

func init() {
	node.Register[QuietHours](node.Type{
		Name: "quiet-hours", Category: "messaging", Icon: "moon", Outputs: []string{"go on", "quiet"},
		Help: "Lets nothing through at night, by the clock of a time zone.\n\n" +
			"What comes in quiet hours waits until they are over, in order and over restarts, or leaves through the second output: " +
			"that makes an out-of-hours reply. `msg.quietUntil` says when they end.\n\n" +
			"Up to 10,000 messages wait; one more is an error. What waits loses its open request (`msg.res`).",
	})
}

// Check reads the times.
func (q *QuietHours) Check(report func(property, problem string)) {
	var err error
	if q.from, err = clock(q.From); err != nil {
		report("from", err.Error())
	}
	if q.to, err = clock(q.To); err != nil {
		report("to", err.Error())
	}
	if q.from == q.to && err == nil && strings.TrimSpace(q.Days) == "" {
		report("to", "is the same as from: no hour is quiet")
	}
	if q.days, err = weekdays(q.Days); err != nil {
		report("days", err.Error())
	}
	if name, fixed := q.Zone.Literal(); fixed {
		if _, err := zone(name); err != nil {
			report("zone", err.Error())
		}
	}
}

// clock reads 21:00.
func clock(s string) (time.Duration, error) {
	t, err := time.Parse("15:04", strings.TrimSpace(s))
	if err != nil {
		return 0, fmt.Errorf("%q is not a time such as 21:00", s)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

func weekdays(list string) (days [7]bool, err error) {
next:
	for name := range strings.SplitSeq(list, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "" {
			continue
		}
		for d := time.Sunday; d <= time.Saturday; d++ {
			if len(name) >= 2 && strings.HasPrefix(strings.ToLower(d.String()), name) {
				days[d] = true
				continue next
			}
		}
		return days, fmt.Errorf("%q is not a day such as sat or sunday", name)
	}
	return days, nil
}

func zone(name string) (*time.Location, error) {
	if name = strings.TrimSpace(name); name == "" {
		return time.Local, nil
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%q is not a time zone such as Europe/London", name)
	}
	return l, nil
}

// Open finds what waits from the last time.
func (q *QuietHours) Open(_ context.Context, env *node.Env) error {
	q.status = env.Status
	return q.shelf.open(env.Keep, "quiet", env.ID, maxQuiet)
}

// Start lets go what waits, when its time has come.
func (q *QuietHours) Start(ctx context.Context, out node.Late) error {
	q.shelf.run(ctx, func(_ string, m *msg.Object, _ bool) {
		q.show()
		_ = out.Emit(context.Background(), m, 0)
	}, func(err error) { node.Log(ctx).Error("a message that waited is lost", "error", err) })
	return nil
}

// Receive lets a message through, or not.
func (q *QuietHours) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	v := node.On(m)
	name := v.Text(q.Zone)
	if v.Err() != nil {
		return v.Err()
	}
	where, err := zone(name)
	if err != nil {
		return fmt.Errorf("zone: %w", err)
	}
	now := time.Now()
	until := q.until(now.In(where))
	if until.IsZero() {
		out.SendTo(m, 0)
		return nil
	}
	m.Set("quietUntil", until.Format(time.RFC3339))
	if q.Do == "output" {
		out.SendTo(m, 1)
		return nil
	}
	if err := q.shelf.put(q.shelf.newKey(now), m, until); err != nil {
		return fmt.Errorf("cannot wait for the end of quiet hours: %w", err)
	}
	q.show()
	return nil
}

func (q *QuietHours) show() {
	if n := q.shelf.len(); n > 0 {
		q.status(node.Status{Fill: "blue", Shape: "ring", Text: fmt.Sprintf("%d wait", n)})
		return
	}
	q.status(node.Status{})
}

// until is when the quiet of now ends; zero if now is not quiet. It follows
// the clock on the wall, also through the night on which that is moved.
func (q *QuietHours) until(now time.Time) time.Time {
	if !q.quiet(now) {
		return time.Time{}
	}
	at := now
	for range 16 { // two ends a day, seven days
		at = q.nextEdge(at)
		if !q.quiet(at) {
			return at
		}
	}
	return now.AddDate(0, 0, 7) // every day is quiet all day: look again
}

func (q *QuietHours) quiet(t time.Time) bool {
	if q.days[t.Weekday()] {
		return true
	}
	at := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	if q.from <= q.to {
		return at >= q.from && at < q.to
	}
	return at >= q.from || at < q.to
}

// nextEdge is the next time at which quiet could end: to, or midnight.
func (q *QuietHours) nextEdge(t time.Time) time.Time {
	y, m, d := t.Date()
	to := time.Date(y, m, d, int(q.to.Hours()), int(q.to.Minutes())%60, 0, 0, t.Location())
	if to.After(t) {
		return to
	}
	return time.Date(y, m, d+1, 0, 0, 0, 0, t.Location())
}
