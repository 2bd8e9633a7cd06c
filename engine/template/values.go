package template

import (
	"math"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

// value makes a message value of what an expression has in hand: the lists
// that its loops make, times and durations.
func (r *run) value(v any) (any, error) { return r.convert(v, 0) }

func (r *run) convert(v any, depth int) (any, error) {
	switch v := v.(type) {
	case nil, bool, float64, string, []byte, msg.Date, *msg.Object, *msg.List:
		return v, nil
	case int:
		return float64(v), nil
	case []any:
		if depth > maxDepth {
			return nil, errorf("a value is nested deeper than %d", maxDepth)
		}
		if err := r.spend(len(v)); err != nil {
			return nil, err
		}
		items := make([]any, len(v))
		for i, x := range v {
			x, err := r.convert(x, depth+1)
			if err != nil {
				return nil, err
			}
			items[i] = x
		}
		return msg.NewList(items...), nil
	case time.Time:
		return msg.DateOf(v), nil
	case time.Duration:
		return v.String(), nil
	case *time.Location:
		return v.String(), nil
	case outside:
		return nil, errorf("flow, global and env are no values; name what you want of them")
	}
	return msg.From(known(v)), nil
}

// kind is what an error calls a value.
func kind(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case bool:
		if v {
			return "true"
		}
		return "false"
	case string:
		return `"` + shorten(v) + `"`
	case float64:
		return msg.FormatNumber(v)
	case []byte:
		return "a buffer"
	case *msg.List, []any:
		return "a list"
	case *msg.Object:
		return "an object"
	case msg.Date, time.Time:
		return "a date"
	case time.Duration:
		return "a duration"
	}
	return "something else"
}

// typeOf is what the function type says.
func typeOf(_ *run, a []any) (any, error) {
	switch a[0].(type) {
	case nil:
		return "nil", nil
	case bool:
		return "bool", nil
	case string:
		return "string", nil
	case float64:
		return "float", nil
	case []byte:
		return "bytes", nil
	case *msg.List, []any:
		return "array", nil
	case *msg.Object:
		return "map", nil
	case msg.Date, time.Time:
		return "date", nil
	case time.Duration:
		return "duration", nil
	}
	return "other", nil
}

// float is the number in v: v itself, or a text that is a number.
func float(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int:
		return float64(v), true
	case string:
		return numeric(v)
	}
	return 0, false
}

// numeric is the number that a text is, as JavaScript reads it. A blank is none.
func numeric(s string) (float64, bool) {
	if !mayBeNumber(s) {
		return 0, false
	}
	f := msg.Number(s)
	return f, !math.IsNaN(f)
}

// mayBeNumber saves words from being read as numbers.
func mayBeNumber(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			return true
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '+' || c == '-' || c == '.':
		default:
			return false
		}
	}
	return false
}

// need is the number that a function wants.
func need(function string, v any) (float64, error) {
	f, ok := float(v)
	if !ok {
		return 0, errorf("%s wants a number, not %s", function, kind(v))
	}
	return f, nil
}

// whole is need for a number that counts something.
func whole(function string, v any) (int, error) {
	f, err := need(function, v)
	if err != nil {
		return 0, err
	}
	if math.IsNaN(f) {
		return 0, errorf("%s wants a number, not NaN", function)
	}
	return int(max(min(math.Trunc(f), 1<<53), -1<<53)), nil
}

// asText makes a function of one that takes a single text.
func asText(f func(r *run, s string) (any, error)) func(*run, []any) (any, error) {
	return func(r *run, a []any) (any, error) {
		s, err := r.text(a[0])
		if err != nil {
			return nil, err
		}
		return f(r, s)
	}
}

// texts is r.text for each of a.
func (r *run) texts(a []any) ([]string, error) {
	out := make([]string, len(a))
	for i, v := range a {
		s, err := r.text(v)
		if err != nil {
			return nil, err
		}
		out[i] = s
	}
	return out, nil
}

// asTime is the time in a date of a message or of the expression.
func asTime(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case msg.Date:
		return v.Time().Local(), v.Valid()
	}
	return time.Time{}, false
}
