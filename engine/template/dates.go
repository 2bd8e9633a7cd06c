package template

import (
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

func addTimes(a, b any) (any, bool) {
	x, isDuration := a.(time.Duration)
	y, also := b.(time.Duration)
	if isDuration && also {
		return x + y, true
	}
	if t, ok := asTime(a); ok && also {
		return t.Add(y), true
	}
	if t, ok := asTime(b); ok && isDuration {
		return t.Add(x), true
	}
	return nil, false
}

func subtractTimes(a, b any) (any, bool) {
	y, isDuration := b.(time.Duration)
	if x, ok := a.(time.Duration); ok && isDuration {
		return x - y, true
	}
	x, ok := asTime(a)
	if !ok {
		return nil, false
	}
	if isDuration {
		return x.Add(-y), true
	}
	if t, ok := asTime(b); ok {
		return x.Sub(t), true
	}
	return nil, false
}

func now(*run, []any) (any, error) { return time.Now(), nil }

func duration(_ *run, s string) (any, error) {
	d, err := time.ParseDuration(s)
	if err != nil {
		return nil, errorf(`%s is no duration; write "1h30m" or "90s"`, kind(s))
	}
	return d, nil
}

func timezone(r *run, s string) (any, error) { return r.zone(s) }

// zone reads the time zone database, which takes its time.
func (r *run) zone(name string) (*time.Location, error) {
	if err := r.spend(200); err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, errorf(`%s is no time zone; write "Europe/London"`, kind(name))
	}
	return zone, nil
}

// layouts are what date understands without being told.
var layouts = []string{
	time.RFC3339, "2006-01-02 15:04:05", "2006-01-02", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04",
	"15:04:05", time.RFC822, time.RFC850, time.RFC1123, time.RFC1123Z, "2006-01-02 15:04:05 -0700",
}

// date is a text read as a date, a number as milliseconds since 1970, or a
// date as it is. A text without a zone is UTC, unless the third argument names
// one.
func date(r *run, a []any) (any, error) {
	if t, ok := asTime(a[0]); ok {
		return t, nil
	}
	if ms, ok := a[0].(float64); ok {
		if t, ok := asTime(msg.Date(ms)); ok {
			return t, nil
		}
		return nil, errorf("%s is no number of milliseconds since 1970", kind(ms))
	}
	s, err := r.texts(a)
	if err != nil {
		return nil, err
	}
	zone, try := time.UTC, layouts
	if len(s) > 1 {
		try = s[1:2]
	}
	if len(s) > 2 {
		if zone, err = r.zone(s[2]); err != nil {
			return nil, err
		}
	}
	if err := r.spend(3 * len(try)); err != nil {
		return nil, err
	}
	for _, layout := range try {
		if t, err := time.ParseInLocation(layout, s[0], zone); err == nil {
			return t, nil
		}
	}
	if len(s) > 1 {
		return nil, errorf("%s is no date of the form %s", kind(s[0]), kind(s[1]))
	}
	return nil, errorf("%s is no date", kind(s[0]))
}

// method is one of a date or of a duration, or of both.
type method struct {
	min, max int
	date     func(r *run, t time.Time, a []any) (any, error)
	duration func(d time.Duration) any
}

func ofDate(f func(t time.Time) any) method {
	return method{date: func(_ *run, t time.Time, _ []any) (any, error) { return f(t), nil }}
}

func ofDuration(f func(d time.Duration) any) method { return method{duration: f} }

// withDate is a method of a date that takes another.
func withDate(f func(t, other time.Time) any) method {
	return method{1, 1, func(_ *run, t time.Time, a []any) (any, error) {
		other, ok := asTime(a[0])
		if !ok {
			return nil, errorf("this wants a date, not %s", kind(a[0]))
		}
		return f(t, other), nil
	}, nil}
}

var methods = map[string]method{
	"Year":        ofDate(func(t time.Time) any { return float64(t.Year()) }),
	"Month":       ofDate(func(t time.Time) any { return float64(t.Month()) }),
	"Day":         ofDate(func(t time.Time) any { return float64(t.Day()) }),
	"YearDay":     ofDate(func(t time.Time) any { return float64(t.YearDay()) }),
	"Weekday":     ofDate(func(t time.Time) any { return float64(t.Weekday()) }),
	"Hour":        ofDate(func(t time.Time) any { return float64(t.Hour()) }),
	"Minute":      ofDate(func(t time.Time) any { return float64(t.Minute()) }),
	"Second":      ofDate(func(t time.Time) any { return float64(t.Second()) }),
	"Millisecond": ofDate(func(t time.Time) any { return float64(t.Nanosecond() / 1e6) }),
	"Unix":        ofDate(func(t time.Time) any { return float64(t.Unix()) }),
	"UnixMilli":   ofDate(func(t time.Time) any { return float64(t.UnixMilli()) }),
	"UTC":         ofDate(func(t time.Time) any { return t.UTC() }),
	"Local":       ofDate(func(t time.Time) any { return t.Local() }),
	"Before":      withDate(func(t, other time.Time) any { return t.Before(other) }),
	"After":       withDate(func(t, other time.Time) any { return t.After(other) }),
	"Equal":       withDate(func(t, other time.Time) any { return t.Equal(other) }),
	"Sub":         withDate(func(t, other time.Time) any { return t.Sub(other) }),
	"Format":      {1, 1, formatDate, nil},
	"In":          {1, 1, inZone, nil},
	"Add":         {1, 1, addDuration, nil},
	"AddDate":     {3, 3, addDate, nil},

	"Hours":        ofDuration(func(d time.Duration) any { return d.Hours() }),
	"Minutes":      ofDuration(func(d time.Duration) any { return d.Minutes() }),
	"Seconds":      ofDuration(func(d time.Duration) any { return d.Seconds() }),
	"Milliseconds": ofDuration(func(d time.Duration) any { return float64(d.Milliseconds()) }),
	"Abs":          ofDuration(func(d time.Duration) any { return d.Abs() }),
}

func formatDate(r *run, t time.Time, a []any) (any, error) {
	layout, ok := a[0].(string)
	if !ok {
		return nil, errorf(`Format wants a form such as "2006-01-02 15:04", not %s`, kind(a[0]))
	}
	return t.Format(layout), r.spend(len(layout))
}

func inZone(r *run, t time.Time, a []any) (any, error) {
	switch zone := a[0].(type) {
	case *time.Location:
		return t.In(zone), nil
	case string:
		l, err := r.zone(zone)
		if err != nil {
			return nil, err
		}
		return t.In(l), nil
	}
	return nil, errorf("In wants a time zone, not %s", kind(a[0]))
}

func addDuration(_ *run, t time.Time, a []any) (any, error) {
	d, ok := a[0].(time.Duration)
	if !ok {
		return nil, errorf(`Add wants a duration such as duration("1h"), not %s`, kind(a[0]))
	}
	return t.Add(d), nil
}

func addDate(_ *run, t time.Time, a []any) (any, error) {
	var n [3]int
	for i := range n {
		v, err := whole("AddDate", a[i])
		if err != nil {
			return nil, err
		}
		n[i] = min(max(v, -1e6), 1e6)
	}
	return t.AddDate(n[0], n[1], n[2]), nil
}

// callMethod is a[0].name(…).
func callMethod(r *run, a []any) (any, error) {
	name := a[1].(string)
	m := methods[name]
	if t, ok := asTime(a[0]); ok && m.date != nil {
		return m.date(r, t, a[2:])
	}
	if d, ok := a[0].(time.Duration); ok && m.duration != nil {
		return m.duration(d), nil
	}
	what := "a date"
	if m.date == nil {
		what = "a duration"
	}
	return nil, errorf("%s is a method of %s, and %s is none; date(x) makes a date", name, what, kind(a[0]))
}
