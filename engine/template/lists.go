package template

import (
	"slices"

	"github.com/flowrill/flowrill/engine/msg"
)

// items is the elements of a list, the values of an object in its order, and
// of nothing none.
func (r *run) items(v any) ([]any, error) {
	if v == nil {
		return nil, nil
	}
	list, ok := elements(v)
	if o, isObject := v.(*msg.Object); isObject {
		ok = true
		list = make([]any, 0, o.Len())
		for _, x := range o.All() {
			list = append(list, known(x))
		}
	}
	if !ok {
		return nil, errorf("this wants a list or an object, not %s", kind(v))
	}
	return list, r.spend(len(list))
}

// items begins a loop.
func items(r *run, a []any) (any, error) {
	r.loops++
	list, err := r.items(a[0])
	if err != nil {
		return nil, err
	}
	return list, r.spend(100) // the machine keeps a record of it
}

// list is [a, b].
func list(r *run, a []any) (any, error) {
	return r.value(append(make([]any, 0, len(a)), a...))
}

// object is {a: 1, b: 2}.
func object(r *run, a []any) (any, error) {
	o := msg.NewObject(len(a) / 2)
	for i := 0; i < len(a); i += 2 {
		if err := r.put(o, a[i], a[i+1]); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (r *run) put(o *msg.Object, key, v any) error {
	name, err := r.text(key)
	if err != nil {
		return err
	}
	if v, err = r.value(v); err == nil {
		o.Set(name, v)
	}
	return err
}

func get(_ *run, a []any) (any, error) {
	s := stepAt(a[1])
	return member(a[0], &s), nil
}

func first(_ *run, a []any) (any, error) { return member(a[0], &step{key: "0", isIndex: true}), nil }

func last(_ *run, a []any) (any, error) {
	return member(a[0], &step{key: "-1", index: -1, isIndex: true}), nil
}

func take(r *run, a []any) (any, error) { return slice(r, []any{a[0], nil, a[1]}) }

// slice is x[from:to] of a list, a text or a buffer; negative counts from the
// end, and what lies outside is left out.
func slice(r *run, a []any) (any, error) {
	n := 0
	list, isList := elements(a[0])
	s, isText := a[0].(string)
	b, isBytes := a[0].([]byte)
	switch {
	case a[0] == nil:
		return nil, nil
	case isList:
		n = len(list)
	case isText:
		n = msg.UTF16Len(s)
	case isBytes:
		n = len(b)
	default:
		return nil, errorf("[from:to] wants a list or a text, not %s", kind(a[0]))
	}
	from, to := 0, n
	for i, bound := range []*int{&from, &to} {
		if a[i+1] == nil {
			continue
		}
		v, err := whole("[from:to]", a[i+1])
		if err != nil {
			return nil, err
		}
		if v < 0 {
			v += n
		}
		*bound = min(max(v, 0), n)
	}
	from = min(from, to)
	switch {
	case isList:
		return slices.Clone(list[from:to]), r.spend(to - from)
	case isBytes:
		return append([]byte{}, b[from:to]...), r.made(to - from)
	}
	return s[offset(s, from):offset(s, to)], r.spend(len(s) / 16)
}

func length(_ *run, a []any) (any, error) {
	switch v := a[0].(type) {
	case nil:
		return 0.0, nil
	case *msg.Object:
		return float64(v.Len()), nil
	}
	if n := member(a[0], &step{key: "length"}); n != nil {
		return n, nil
	}
	return nil, errorf("len wants a text, a list or an object, not %s", kind(a[0]))
}

// pairs is the members of an object; nothing has none.
func (r *run) pairs(function string, v any) (*msg.Object, error) {
	if v == nil {
		return nil, nil
	}
	o, ok := v.(*msg.Object)
	if !ok {
		return nil, errorf("%s wants an object, not %s", function, kind(v))
	}
	return o, r.spend(o.Len())
}

func keys(r *run, a []any) (any, error) {
	o, err := r.pairs("keys", a[0])
	l := []any{}
	for k := range o.All() {
		l = append(l, k)
	}
	return l, err
}

func values(r *run, a []any) (any, error) {
	o, err := r.pairs("values", a[0])
	l := []any{}
	for _, v := range o.All() {
		l = append(l, known(v))
	}
	return l, err
}

func toPairs(r *run, a []any) (any, error) {
	o, err := r.pairs("toPairs", a[0])
	l := []any{}
	for k, v := range o.All() {
		l = append(l, []any{k, known(v)})
	}
	return l, err
}

func fromPairs(r *run, a []any) (any, error) {
	in, err := r.items(a[0])
	if err != nil {
		return nil, err
	}
	o := msg.NewObject(len(in))
	for _, v := range in {
		pair, ok := elements(v)
		if !ok || len(pair) != 2 {
			return nil, errorf("fromPairs wants a list of [name, value], and %s is none", kind(v))
		}
		if err := r.put(o, pair[0], pair[1]); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func reverse(r *run, a []any) (any, error) {
	in, err := r.items(a[0])
	out := slices.Clone(in)
	slices.Reverse(out)
	return out, err
}

func uniq(r *run, a []any) (any, error) {
	in, err := r.items(a[0])
	if err != nil {
		return nil, err
	}
	seen := map[any]bool{}
	out := []any{}
next:
	for _, v := range in {
		switch v.(type) {
		case nil, bool, float64, string:
			if seen[v] {
				continue
			}
			seen[v] = true
		default:
			for _, have := range out {
				if same, err := r.equal(v, have, 0); err != nil {
					return nil, err
				} else if same {
					continue next
				}
			}
		}
		out = append(out, v)
	}
	return out, nil
}

func concat(r *run, a []any) (any, error) {
	out := []any{}
	for _, v := range a {
		in, err := r.items(v)
		if err != nil {
			return nil, err
		}
		if out = append(out, in...); len(out) > maxResult {
			return nil, errTooMuch
		}
	}
	return out, nil
}

func flatten(r *run, a []any) (any, error) {
	in, err := r.items(a[0])
	if err != nil {
		return nil, err
	}
	return r.flat([]any{}, in, 0)
}

func (r *run) flat(out, in []any, depth int) ([]any, error) {
	if depth > maxDepth {
		return nil, errorf("a list is nested deeper than %d or contains itself", maxDepth)
	}
	for _, v := range in {
		if len(out) > maxResult {
			return nil, errTooMuch
		}
		err := r.spend(1)
		if l, ok := elements(v); ok && err == nil {
			out, err = r.flat(out, l, depth+1)
		} else {
			out = append(out, known(v))
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// span is a..b.
func span(r *run, a []any) (any, error) {
	from, err := whole("..", a[0])
	if err != nil {
		return nil, err
	}
	to, err := whole("..", a[1])
	if err != nil {
		return nil, err
	}
	n := max(to-from+1, 0)
	if n > maxResult {
		return nil, errTooMuch
	}
	out := make([]any, n)
	for i := range out {
		out[i] = float64(from + i)
	}
	return out, r.spend(n)
}
