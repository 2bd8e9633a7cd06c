package msg

import (
	"bytes"
	"math"
	"reflect"
	"unsafe"
)

// StrictEqual is JavaScript's ===. Objects, lists and Buffers are equal when
// they are the same one; a Date, which has no identity here, when it is the
// same moment.
func StrictEqual(a, b any) bool {
	a, b = open(a), open(b)
	switch x := a.(type) {
	case []byte:
		y, ok := b.([]byte)
		return ok && len(x) == len(y) && unsafe.SliceData(x) == unsafe.SliceData(y)
	case nil, undefined, bool, float64, string, Date, *Object, *List, *Script:
		return a == b
	}
	// A Handle; one of a kind that Go cannot compare is equal to none.
	return reflect.TypeOf(a) == reflect.TypeOf(b) && reflect.TypeOf(a).Comparable() && a == b
}

// LooseEqual is JavaScript's ==.
func LooseEqual(a, b any) bool {
	a, b = open(a), open(b)
	if nullish(a) || nullish(b) {
		return nullish(a) && nullish(b)
	}
	if isObject(a) && isObject(b) {
		return StrictEqual(a, b)
	}
	a, b = toText(a), toText(b)
	x, textA := a.(string)
	y, textB := b.(string)
	if textA && textB {
		return x == y
	}
	return Number(a) == Number(b)
}

func nullish(v any) bool { return v == nil || v == Undefined }

// isObject tells what is an object to JavaScript; v is not null.
func isObject(v any) bool {
	switch v.(type) {
	case bool, float64, string, undefined:
		return false
	}
	return true
}

// toText makes a text of an object.
func toText(v any) any {
	if v != nil && isObject(v) {
		return Text(v)
	}
	return v
}

// Less is JavaScript's <. ok is false when one side is not a number while it
// must be: then <, >, <= and >= are all false.
func Less(a, b any) (less, ok bool) {
	a, b = ordered(a), ordered(b)
	x, textA := a.(string)
	y, textB := b.(string)
	if textA && textB {
		return lessUTF16(x, y), true
	}
	m, n := Number(a), Number(b)
	return m < n, !math.IsNaN(m) && !math.IsNaN(n)
}

// ordered is what < compares in the place of v.
func ordered(v any) any {
	v = open(v)
	if d, ok := v.(Date); ok {
		return float64(d)
	}
	return toText(v)
}

// lessUTF16 compares by UTF-16 units. In UTF-8 that is the order of the bytes,
// but that the characters beyond U+FFFF, which start with 0xF0 and above,
// come before those from U+E000 on, which start with 0xEE and 0xEF.
func lessUTF16(a, b string) bool {
	i, n := 0, min(len(a), len(b))
	for i < n && a[i] == b[i] {
		i++
	}
	if i == n {
		return len(a) < len(b)
	}
	if x, y := a[i], b[i]; min(x, y) < 0xEE || max(x, y) < 0xF0 || min(x, y) >= 0xF0 {
		return x < y
	}
	return a[i] >= 0xF0
}

// DeepEqual compares as Node-RED's filter and deploy do (jsonata-and-js.md
// §3): by content, a number that is NaN equals nothing, any two Dates are
// equal, and so is a Date to an object without members. What is nested
// deeper than 512 levels is not equal.
func DeepEqual(a, b any) bool { return deepEqual(a, b, 0) }

func deepEqual(a, b any, depth int) bool {
	a, b = open(a), open(b)
	if StrictEqual(a, b) {
		return true
	}
	if depth == maxDepth {
		return false
	}
	switch x := a.(type) {
	case []byte:
		y, ok := b.([]byte)
		return ok && bytes.Equal(x, y)
	case *List:
		y, ok := b.(*List)
		if !ok || x.Len() != y.Len() {
			return false
		}
		for i := range x.Len() {
			if !deepEqual(x.Items[i], y.Items[i], depth+1) {
				return false
			}
		}
		return true
	case *Object, Date, *Script:
		m, ok := memberless(a)
		n, ok2 := memberless(b)
		if !ok || !ok2 || m.Len() != n.Len() {
			return false
		}
		for k, v := range m.All() {
			w, ok := n.Lookup(k)
			if !ok {
				w = Undefined
			}
			if !deepEqual(v, w, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}

// memberless gives what has no members of its own, such as a Date, as an
// object without any.
func memberless(v any) (*Object, bool) {
	switch v := v.(type) {
	case *Object:
		return v, true
	case Date:
		return nil, true
	case *Script:
		return v.own(), v.Kind != ScriptBigInt && v.Kind != ScriptFunction
	}
	return nil, false
}
