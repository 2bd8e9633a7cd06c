package conformance

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

// match says how closely what came must be what was recorded.
type match struct{ rules *msg.Object }

// arrival is one message at an output.
type arrival struct {
	v  any
	at time.Duration // after the first step
}

// forOutput is a rule that may be given for all outputs or by output.
func (m match) forOutput(rule, out string) any {
	v := m.rules.Get(rule)
	if o, ok := v.(*msg.Object); ok && o.Has(out) {
		return o.Get(out)
	}
	return v
}

// count is how many messages an output must have. exact tells that the case
// does not say so itself, but by its list of messages.
func (m match) count(out string, recorded int) (least, most int, exact bool) {
	switch v := m.forOutput("count", out).(type) {
	case float64:
		return int(v), int(v), false
	case *msg.Object:
		if v.Has("min") || v.Has("max") {
			most = math.MaxInt
			if v.Has("max") {
				most = int(msg.Number(v.Get("max")))
			}
			least, _ := v.Get("min").(float64)
			return int(least), most, false
		}
	}
	if msg.Truthy(m.forOutput("prefix", out)) {
		return recorded, math.MaxInt, true
	}
	return recorded, recorded, true
}

func (m match) unordered(out string) bool {
	v := m.forOutput("unordered", out)
	if list, ok := v.(*msg.List); ok {
		return slices.Contains(list.Items, any(out))
	}
	return v == true
}

// millis is a rule that is a time; otherwise if it is not given.
func millis(o *msg.Object, rule string, otherwise time.Duration) time.Duration {
	if v, ok := o.Get(rule).(float64); ok {
		return time.Duration(v) * time.Millisecond
	}
	return otherwise
}

// compare tells everything in which got is not what was recorded.
func (c *recorded) compare(got map[string][]arrival) []string {
	var problems []string
	for out, v := range c.expect.All() {
		want := v.(*msg.List).Items
		least, most, exact := c.match.count(out, len(want))
		if n := len(got[out]); n < least || n > most {
			problems = append(problems, fmt.Sprintf("%s: %d messages, want %d", out, n, len(want)))
		}
		if c.match.unordered(out) {
			problems = append(problems, c.match.unlike(out, want, got[out])...)
		} else {
			for i := range min(len(want), len(got[out])) {
				problems = append(problems, c.match.message(fmt.Sprintf("%s[%d]", out, i), want[i], got[out][i].v)...)
			}
			for i := len(got[out]); exact && i < len(want); i++ {
				problems = append(problems, fmt.Sprintf("%s[%d]: never came: %s", out, i, msg.Encode(want[i])))
			}
			for i := len(want); exact && i < len(got[out]) && i < most; i++ {
				problems = append(problems, fmt.Sprintf("%s[%d]: more: %s", out, i, msg.Encode(got[out][i].v)))
			}
		}
		windows, _ := c.match.rules.Path("at_ms").(*msg.Object)
		list, _ := windows.Get(out).(*msg.List)
		for i := range min(list.Len(), len(got[out])) {
			w, at := list.At(i).(*msg.List), float64(got[out][i].at)/float64(time.Millisecond)
			if from, to := msg.Number(w.At(0)), msg.Number(w.At(1)); at < from || at > to {
				problems = append(problems, fmt.Sprintf("%s[%d]: came after %.1f ms, want %v to %v", out, i, at, from, to))
			}
		}
	}
	return problems
}

// unlike compares without regard to order.
func (m match) unlike(out string, want []any, got []arrival) (problems []string) {
	rest := slices.Clone(got)
	for i, w := range want {
		at := slices.IndexFunc(rest, func(a arrival) bool { return len(m.message("", w, a.v)) == 0 })
		if at < 0 {
			problems = append(problems, fmt.Sprintf("%s[%d]: no message like %s", out, i, msg.Encode(w)))
			continue
		}
		rest = slices.Delete(rest, at, at+1)
	}
	for _, a := range rest {
		problems = append(problems, fmt.Sprintf("%s: left over: %s", out, msg.Encode(a.v)))
	}
	return problems
}

// message compares one message.
func (m match) message(at string, want, got any) (problems []string) {
	w, _ := m.trim(want).(*msg.Object)
	g, _ := m.trim(got).(*msg.Object)
	if w == nil || g == nil {
		return differ(nil, at, want, got)
	}
	one := func(rule string, good func(path string, wanted, have, limit any) bool) {
		rules, _ := m.rules.Get(rule).(*msg.Object)
		for path, limit := range rules.All() {
			have := g.Path(path)
			if !good(path, w.Path(path), have, limit) {
				problems = append(problems, fmt.Sprintf("%s.%s: got %s, want %s %s", at, path, msg.Encode(have), rule, msg.Encode(limit)))
			}
			remove(w, strings.Split(path, "."))
			remove(g, strings.Split(path, "."))
		}
	}
	one("approx", func(_ string, wanted, have, limit any) bool {
		n, ok := have.(float64)
		return ok && math.Abs(n-msg.Number(wanted)) <= msg.Number(limit)
	})
	one("range", func(_ string, _, have, limit any) bool {
		n, ok := have.(float64)
		bounds := limit.(*msg.List)
		return ok && n >= msg.Number(bounds.At(0)) && n <= msg.Number(bounds.At(1))
	})
	one("regex", func(_ string, _, have, limit any) bool {
		text, ok := have.(string)
		return ok && regexp.MustCompile(limit.(string)).MatchString(text)
	})
	if msg.Truthy(m.rules.Get("subset")) {
		for _, key := range g.Keys() {
			if !w.Has(key) {
				g.Delete(key)
			}
		}
	}
	return differ(problems, at, w, g)
}

// trim is a copy of v with what "only" and "ignore" leave of it.
func (m match) trim(v any) any {
	o, ok := msg.CloneValue(v).(*msg.Object)
	if !ok {
		return v
	}
	if only, ok := m.rules.Get("only").(*msg.List); ok {
		for _, key := range o.Keys() {
			if !slices.Contains(only.Items, any(key)) {
				o.Delete(key)
			}
		}
	}
	ignored, _ := m.rules.Get("ignore").(*msg.List)
	for i := range ignored.Len() {
		remove(o, strings.Split(msg.Text(ignored.At(i)), "."))
	}
	return o
}

// remove deletes what a path leads to; "*" is every member or item.
func remove(v any, path []string) {
	switch v := v.(type) {
	case *msg.List:
		for i := range v.Len() {
			if len(path) > 1 && (path[0] == "*" || path[0] == fmt.Sprint(i)) {
				remove(v.At(i), path[1:])
			}
		}
	case *msg.Object:
		for _, key := range v.Keys() {
			if path[0] != "*" && path[0] != key {
				continue
			}
			if len(path) == 1 {
				v.Delete(key)
			} else {
				remove(v.Get(key), path[1:])
			}
		}
	}
}

// differ adds what is different, wherever in the value it is. The order of
// members does not count.
func differ(problems []string, at string, want, got any) []string {
	w, isObject := want.(*msg.Object)
	g, both := got.(*msg.Object)
	if isObject && both {
		for key, v := range w.All() {
			if have, ok := g.Lookup(key); ok {
				problems = differ(problems, at+"."+key, v, have)
			} else {
				problems = append(problems, fmt.Sprintf("%s.%s: missing, want %s", at, key, msg.Encode(v)))
			}
		}
		for key, v := range g.All() {
			if !w.Has(key) {
				problems = append(problems, fmt.Sprintf("%s.%s: not wanted: %s", at, key, msg.Encode(v)))
			}
		}
		return problems
	}
	wl, isList := want.(*msg.List)
	gl, both := got.(*msg.List)
	if isList && both && wl.Len() == gl.Len() {
		for i := range wl.Len() {
			problems = differ(problems, fmt.Sprintf("%s[%d]", at, i), wl.At(i), gl.At(i))
		}
		return problems
	}
	if !msg.DeepEqual(want, got) {
		problems = append(problems, fmt.Sprintf("%s: got %s, want %s", at, msg.Encode(got), msg.Encode(want)))
	}
	return problems
}
