package msg

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unsafe"
)

func TestObjectOrder(t *testing.T) {
	o := Of("b", 1, "10", 2, "a", 3, "9", 4, "01", 5, "-1", 6, "0", 7, "4294967295", 8, "4294967294", 9)
	want := `{"0":7,"9":4,"10":2,"4294967294":9,"b":1,"a":3,"01":5,"-1":6,"4294967295":8}`
	if o.String() != want {
		t.Errorf("got %s, want %s", o, want)
	}
	o.Set("a", "new")
	o.Delete("9")
	o.Set("b", nil)
	o.Set("9", "back")
	o.Delete("b")
	o.Set("b", "last")
	want = `{"0":7,"9":"back","10":2,"4294967294":9,"a":"new","01":5,"-1":6,"4294967295":8,"b":"last"}`
	if o.String() != want {
		t.Errorf("got %s, want %s", o, want)
	}
}

// TestObjectModel does the same at random to an object and to something
// simple, over the sizes at which the object changes its ways.
func TestObjectModel(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		o := NewObject(r.IntN(12))
		var keys []string
		values := map[string]any{}
		distinct := 4 + r.IntN(60)
		for range 200 {
			key := fmt.Sprint("k", r.IntN(distinct))
			if r.IntN(4) == 0 {
				key = strconv.Itoa(r.IntN(distinct))
			}
			at := slices.Index(keys, key)
			if r.IntN(3) == 0 {
				if o.Delete(key) != (at >= 0) {
					t.Fatalf("Delete(%s) of %s", key, o)
				}
				if at >= 0 {
					keys = slices.Delete(keys, at, at+1)
					delete(values, key)
				}
			} else {
				value := float64(r.IntN(100))
				o.Set(key, value)
				values[key] = value
				if at < 0 {
					keys = append(keys, key)
					slices.SortStableFunc(keys, func(a, b string) int { return place(a) - place(b) })
				}
			}
			if r.IntN(20) == 0 {
				o = o.Clone()
			}
			if !slices.Equal(o.Keys(), keys) {
				t.Fatalf("keys %v, want %v", o.Keys(), keys)
			}
			for i := range distinct {
				for _, key := range []string{fmt.Sprint("k", i), fmt.Sprint(i)} {
					want, ok := values[key]
					if got, has := o.Lookup(key); has != ok || got != want || o.Get(key) != want || o.Has(key) != ok {
						t.Fatalf("%s is %v, %t, want %v, %t", key, got, has, want, ok)
					}
				}
			}
		}
	}
}

// place is where a key belongs: numbers first and ascending.
func place(key string) int {
	if n, err := strconv.Atoi(key); err == nil {
		return n
	}
	return 1000
}

func TestObjectNil(t *testing.T) {
	var o *Object
	if o.Len() != 0 || o.Get("a") != nil || o.Has("a") || len(o.Keys()) != 0 || o.Delete("a") || o.Clone() != nil {
		t.Error("a nil object is not empty")
	}
	for range o.All() {
		t.Error("a nil object has a member")
	}
	var l *List
	if l.Len() != 0 || l.At(0) != nil || Clone(l) != nil {
		t.Error("a nil list is not empty")
	}
}

func TestSetValues(t *testing.T) {
	var noObject *Object
	var noList *List
	for _, c := range []struct{ in, want any }{
		{1, 1.0}, {int8(-1), -1.0}, {int16(2), 2.0}, {int32(3), 3.0}, {int64(4), 4.0}, {uint(5), 5.0}, {uint8(6), 6.0},
		{uint16(7), 7.0}, {uint32(8), 8.0}, {uint64(9), 9.0}, {float32(0.5), 0.5}, {"s", "s"}, {nil, nil}, {true, true},
		{noObject, nil}, {noList, nil}, {Undefined, Undefined}, {Date(1), Date(1)}, {socket("x"), socket("x")},
	} {
		if got := Of("a", c.in).Get("a"); got != c.want {
			t.Errorf("%T %v became %#v, want %#v", c.in, c.in, got, c.want)
		}
		if got := NewList(c.in).At(0); got != c.want {
			t.Errorf("%T %v in a list became %#v, want %#v", c.in, c.in, got, c.want)
		}
	}
	wantPanic(t, "map[string]interface {} is no message value; use msg.From", func() { Of("a", map[string]any{}) })
	wantPanic(t, "struct {} is no message value", func() { NewList().Append(struct{}{}) })
}

func wantPanic(t *testing.T, text string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if got := fmt.Sprint(recover()); !strings.Contains(got, text) {
			t.Errorf("panic %q, want %q", got, text)
		}
	}()
	f()
}

func TestPoison(t *testing.T) {
	o := Of("a", 1)
	o.Poison("was sent")
	wantPanic(t, "write of b to a message that was sent", func() { o.Set("b", 1) })
	wantPanic(t, "write of a to a message that was sent", func() { o.Delete("a") })
	if o.Delete("x"); o.String() != `{"a":1}` {
		t.Errorf("got %s", o)
	}
	c := o.Clone()
	if c.Set("b", 2); c.Len() != 2 {
		t.Error("a clone is poisoned, too")
	}
}

func TestAll(t *testing.T) {
	o := Of("a", 1, "b", NewShared(func() *Object { return Of("x", 1) }), "c", 3)
	var seen []string
	for k, v := range o.All() {
		seen = append(seen, fmt.Sprint(k, "=", v))
		if k == "b" {
			break
		}
	}
	if got := strings.Join(seen, " "); got != `a=1 b={"x":1}` {
		t.Errorf("got %s", got)
	}
}

// Most of a large message is its small objects.
func TestObjectSize(t *testing.T) {
	if size := unsafe.Sizeof(Object{}); size > 32 {
		t.Errorf("an object takes %d bytes, want 32", size)
	}
}

func TestNewID(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{16}$`)
	seen := map[string]bool{}
	for range 1000 {
		id := NewID()
		if !form.MatchString(id) || seen[id] {
			t.Fatalf("got %q", id)
		}
		seen[id] = true
	}
}
