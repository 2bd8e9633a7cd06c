package template

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

func equals(r *run, a []any) (any, error) { return r.equal(a[0], a[1], 0) }

// equal compares by value: lists and objects deeply, and a number with a text
// that is a number, for the fields of a webhook are texts. Nothing else of
// different types is equal.
func (r *run) equal(a, b any, depth int) (bool, error) {
	if err := r.spend(1); err != nil {
		return false, err
	}
	if depth > maxDepth {
		return false, errorf("a value is nested deeper than %d or contains itself", maxDepth)
	}
	a, b = known(a), known(b)
	switch x := a.(type) {
	case nil:
		return b == nil, nil
	case bool:
		y, ok := b.(bool)
		return ok && x == y, nil
	case float64:
		y, ok := float(b)
		return ok && x == y, nil
	case string:
		if y, ok := b.(string); ok {
			return x == y, nil
		}
		y, ok := b.(float64)
		f, isNumber := numeric(x)
		return ok && isNumber && f == y, nil
	case []byte:
		y, ok := b.([]byte)
		return ok && bytes.Equal(x, y), r.spend(len(x) / 16)
	case time.Duration:
		y, ok := b.(time.Duration)
		return ok && x == y, nil
	case *msg.Object:
		y, ok := b.(*msg.Object)
		if !ok || x.Len() != y.Len() {
			return false, nil
		}
		for k, v := range x.All() {
			w, ok := y.Lookup(k)
			if !ok {
				return false, nil
			}
			if same, err := r.equal(v, w, depth+1); !same {
				return false, err
			}
		}
		return true, nil
	}
	if x, ok := elements(a); ok {
		y, ok := elements(b)
		if !ok || len(x) != len(y) {
			return false, nil
		}
		for i := range x {
			if same, err := r.equal(x[i], y[i], depth+1); !same {
				return false, err
			}
		}
		return true, nil
	}
	if x, ok := asTime(a); ok {
		y, ok := asTime(b)
		return ok && x.UnixMilli() == y.UnixMilli(), nil
	}
	return a == b, nil // handles
}

// elements is what a list has. It must not be written to.
func elements(v any) ([]any, bool) {
	switch v := v.(type) {
	case *msg.List:
		return opened(v), true
	case []any:
		return v, true
	}
	return nil, false
}

// opened is the items of a list as known shows them.
func opened(l *msg.List) []any {
	if l == nil {
		return nil
	}
	for i, v := range l.Items {
		if _, shared := v.(*msg.Shared); !shared && v != any(msg.Undefined) {
			continue
		}
		items := slices.Clone(l.Items)
		for ; i < len(items); i++ {
			items[i] = known(items[i])
		}
		return items
	}
	return l.Items
}

func less(r *run, a []any) (any, error) {
	n, ok := r.compare(a[0], a[1])
	return ok && n < 0, nil
}

func lessOrEqual(r *run, a []any) (any, error) {
	n, ok := r.compare(a[0], a[1])
	return ok && n <= 0, nil
}

func greater(r *run, a []any) (any, error) {
	n, ok := r.compare(a[0], a[1])
	return ok && n > 0, nil
}

func greaterOrEqual(r *run, a []any) (any, error) {
	n, ok := r.compare(a[0], a[1])
	return ok && n >= 0, nil
}

// compare orders two texts, or two numbers of which one may be written as a
// text, or two dates or durations. What cannot be compared is neither less nor
// greater nor equal.
func (r *run) compare(a, b any) (int, bool) {
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			r.left -= min(len(x), len(y)) / 16
			return compareTexts(x, y), true
		}
	}
	if x, ok := float(a); ok {
		if y, ok := float(b); ok && x == x && y == y {
			return order(x, y), true
		}
		return 0, false
	}
	if x, ok := asTime(a); ok {
		if y, ok := asTime(b); ok {
			return x.Compare(y), true
		}
	}
	if x, ok := a.(time.Duration); ok {
		if y, ok := b.(time.Duration); ok {
			return order(x, y), true
		}
	}
	return 0, false
}

func order[T float64 | time.Duration | int](x, y T) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// compareTexts orders by UTF-16 units, as JavaScript does.
func compareTexts(x, y string) int {
	less, _ := msg.Less(x, y)
	switch {
	case less:
		return -1
	case x == y:
		return 0
	}
	return 1
}

// order is compare for sorting, where everything has a place: what cannot be
// compared goes by kind, and nothing comes last.
func (r *run) order(a, b any) int {
	if n, ok := r.compare(a, b); ok {
		return n
	}
	return order(rank(a), rank(b))
}

func rank(v any) int {
	switch v.(type) {
	case bool:
		return 0
	case float64:
		return 1
	case string:
		return 2
	case nil:
		return 9
	}
	return 3
}

// in looks for an element of a list, a name in an object, a part of a text.
func in(r *run, a []any) (any, error) {
	switch where := a[1].(type) {
	case nil:
		return false, nil
	case *msg.Object:
		name, err := r.text(a[0])
		return where.Has(name), err
	case string:
		part, err := r.text(a[0])
		return strings.Contains(where, part), err
	}
	list, ok := elements(a[1])
	if !ok {
		return nil, errorf("in wants a list, an object or a text on its right, not %s", kind(a[1]))
	}
	for _, v := range list {
		if same, err := r.equal(v, a[0], 0); same || err != nil {
			return same, err
		}
	}
	return false, nil
}
