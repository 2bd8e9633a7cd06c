package msg

import (
	"fmt"
	"runtime/debug"
	"sync"
	"testing"
)

func TestClone(t *testing.T) {
	handle, shared := socket("tcp:1"), NewShared(func() *Object { return Of("a", 1) })
	o := mustDecode(t, `{"b":1,"7":2,"a":{"x":[1,{"y":null}]},"list":[[],{}]}`)
	o.Set("u", Undefined)
	o.Set("d", Date(5))
	o.Set("buf", []byte("abc"))
	o.Set("res", handle)
	o.Set("req", shared)
	before := o.String()
	c := o.Clone()
	if c.String() != before {
		t.Fatalf("got %s, want %s", c, before)
	}
	if v, ok := c.Lookup("u"); !ok || v != Undefined {
		t.Error("Undefined is lost")
	}
	if c.Get("res") != handle || c.Get("req") != o.Get("req") {
		t.Error("handle or shared value was copied")
	}

	// Nothing that is written to the clone shows in the original.
	c.Get("buf").([]byte)[0] = 'X'
	c.Get("list").(*List).Append(1)
	for _, expr := range []string{"a.x[1].y", "a.new", "list[0][0]", "list[1].z", "req.a", "7"} {
		if !mustPath(t, expr).Set(c, "changed") {
			t.Errorf("%s cannot be written", expr)
		}
	}
	c.Delete("b")
	if o.String() != before {
		t.Errorf("the original became %s", o)
	}
}

// What stands twice in a message stands twice in the clone, at every size at
// which the cloner changes its ways.
func TestCloneAliases(t *testing.T) {
	for _, n := range []int{0, 1, 5, 7, 8, 9, 40, 500} {
		object, list := Of("x", 1), NewList(1)
		o := Of("first", object, "self", nil, "list", list)
		fill := NewList()
		for i := range n {
			fill.Append(Of("i", i, "same", object))
			fill.Append(NewList(list, object))
		}
		o.Set("fill", fill)
		o.Set("last", object)
		o.Set("lastList", list)
		o.Set("self", o)
		list.Append(list)

		c := o.Clone()
		first, l := c.Get("first").(*Object), c.Get("list").(*List)
		if first == object || l == list || c.Get("self") != c || c.Get("last") != first || c.Get("lastList") != l || l.At(1) != l {
			t.Fatalf("%d: aliases or cycles are lost", n)
		}
		for i := range n {
			at := fmt.Sprintf("fill[%d]", 2*i)
			if c.Path(at+".same") != first || c.Path(at+".i") != float64(i) {
				t.Fatalf("%d: %s is %v", n, at, c.Path(at))
			}
			if pair := c.Path(fmt.Sprintf("fill[%d]", 2*i+1)).(*List); pair.At(0) != l || pair.At(1) != first {
				t.Fatalf("%d: an alias in list %d is lost", n, i)
			}
		}
	}
	l := NewList()
	l.Append(l)
	if c := Clone(l); c == l || c.At(0) != c {
		t.Error("a list inside itself")
	}
}

// A loop of wires can nest a message as deep as it likes; a stack that cannot
// grow must not end the process.
func TestCloneDepth(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(8 << 20))
	o := Of("end", true)
	for range 200_000 {
		o = Of("a", NewList(o))
	}
	c := o.Clone()
	for c.Has("a") {
		c = c.Get("a").(*List).At(0).(*Object)
	}
	if c.Get("end") != true {
		t.Error("the end is lost")
	}
}

func TestCloneValue(t *testing.T) {
	b := []byte{1}
	c := CloneValue(b).([]byte)
	if c[0] = 2; b[0] != 1 {
		t.Error("a Buffer is not copied")
	}
	for _, v := range []any{nil, 1.0, "s", Undefined, Date(1), socket("s")} {
		if CloneValue(v) != v {
			t.Errorf("%v is changed", v)
		}
	}
	if v := CloneValue((*Object)(nil)); v != (*Object)(nil) {
		t.Errorf("a nil object became %#v", v)
	}
}

func TestSharedIsMadeOnce(t *testing.T) {
	made := 0
	m := Of("req", NewShared(func() *Object { made++; return Of("path", "/") }))
	clone := m.Clone()
	if made != 0 {
		t.Fatal("made before anybody looked")
	}
	var wait sync.WaitGroup
	for _, m := range []*Object{m, clone, m.Clone(), m.Clone()} {
		wait.Go(func() {
			if m.Path("req.path") != "/" {
				t.Error("cannot be read")
			}
		})
	}
	wait.Wait()
	if made != 1 || m.Get("req") != clone.Get("req") {
		t.Errorf("made %d times", made)
	}
	if o := NewShared(func() *Object { return nil }).Object(); o.Len() != 0 {
		t.Errorf("nothing became %v", o)
	}
}

func TestSharedCopyOnWrite(t *testing.T) {
	build := func() *Object {
		return mustDecode(t, `{"headers":{"host":"h"},"ips":["1",{"a":1}],"query":{"q":{"deep":1}}}`)
	}
	want := build().String()
	for _, c := range []struct{ expr, got string }{
		{"req.new", `{"headers":{"host":"h"},"ips":["1",{"a":1}],"query":{"q":{"deep":1}},"new":"w"}`},
		{"req.headers.host", `{"headers":{"host":"w"},"ips":["1",{"a":1}],"query":{"q":{"deep":1}}}`},
		{"req.ips[0]", `{"headers":{"host":"h"},"ips":["w",{"a":1}],"query":{"q":{"deep":1}}}`},
		{"req.ips[1].a", `{"headers":{"host":"h"},"ips":["1",{"a":"w"}],"query":{"q":{"deep":1}}}`},
		{"req.query.q.deep", `{"headers":{"host":"h"},"ips":["1",{"a":1}],"query":{"q":{"deep":"w"}}}`},
	} {
		m := Of("req", NewShared(build))
		other, third := m.Clone(), m.Clone()
		p := mustPath(t, c.expr)
		if !p.Set(m, "w") || fmt.Sprint(m.Get("req")) != c.got {
			t.Errorf("%s: got %v, want %s", c.expr, m.Get("req"), c.got)
		}
		if fmt.Sprint(other.Get("req")) != want {
			t.Errorf("%s: a clone sees %v", c.expr, other.Get("req"))
		}
		// Again on the copy, then elsewhere, and a delete.
		p.Set(m, "again")
		p.Set(m.Clone(), "in a clone of the writer")
		if m.Path(c.expr) != "again" {
			t.Errorf("%s: got %v", c.expr, m.Path(c.expr))
		}
		if had := c.expr != "req.new"; p.Delete(other) != had || other.Has("req") == false {
			t.Errorf("%s: Delete", c.expr)
		}
		if fmt.Sprint(third.Get("req")) != want {
			t.Errorf("%s: a clone sees %v", c.expr, third.Get("req"))
		}
	}
	m := Of("req", NewShared(build))
	if mustPath(t, "req.headers.host.x").Set(m, 1) || mustPath(t, "req.nothing").Delete(m) {
		t.Error("wrote where nothing can be written")
	}
	if _, ok := m.members[0].value.(*Shared); !ok {
		t.Error("copied although nothing was written")
	}
}

// Parts of a shared object stay shared wherever a node puts them.
func TestSharedElsewhere(t *testing.T) {
	m := Of("req", NewShared(func() *Object { return Of("headers", Of("host", "h"), "ips", NewList("1")) }))
	m.Set("payload", m.Path("req.headers"))
	m.Set("list", NewList(m.Get("req"), m.Path("req.ips")))
	clone := m.Clone()
	if clone.Get("payload") != m.Get("payload") || clone.Path("list[1]") != m.Path("list[1]") {
		t.Error("what is shared was copied")
	}
	mustPath(t, "payload.host").Set(m, "changed")
	mustPath(t, "list[1][0]").Set(m, "changed")
	mustPath(t, "list[0].x").Set(m, "changed")
	if got, want := clone.String(), `{"req":{"headers":{"host":"h"},"ips":["1"]},"payload":{"host":"h"},"list":[{"headers":{"host":"h"},"ips":["1"]},["1"]]}`; got != want {
		t.Errorf("the clone became %s", got)
	}
	if got, want := m.String(), `{"req":{"headers":{"host":"h"},"ips":["1"]},"payload":{"host":"changed"},"list":[{"headers":{"host":"h"},"ips":["1"],"x":"changed"},["changed"]]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}

	// So do parts of its lists, and what is put into a list past Append.
	m = Of("req", NewShared(func() *Object { return Of("ips", NewList(Of("a", 1), NewList(2))) }))
	m.Set("payload", m.Path("req.ips[0]"))
	m.Set("list", &List{Items: []any{m.Path("req.ips[1]"), m.Path("req.ips[0]")}})
	inner := m.Clone()
	mustPath(t, "payload.a").Set(m, "changed")
	mustPath(t, "list[0][0]").Set(m, "changed")
	mustPath(t, "list[1].a").Set(m, "changed")
	if got, want := inner.String(), `{"req":{"ips":[{"a":1},[2]]},"payload":{"a":1},"list":[[2],{"a":1}]}`; got != want {
		t.Errorf("the clone became %s", got)
	}
	if got, want := m.String(), `{"req":{"ips":[{"a":1},[2]]},"payload":{"a":"changed"},"list":[["changed"],{"a":"changed"}]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}

	clone.Get("req").(*Object).Poison("was sent") // has no effect
	wantPanic(t, "its clones share; use Path.Set", func() { clone.Get("req").(*Object).Set("x", 1) })
	wantPanic(t, "its clones share; use Path.Set", func() { clone.Path("req.headers").(*Object).Delete("host") })
	wantPanic(t, "its clones share; use Path.Set", func() { clone.Path("req.ips").(*List).Append(1) })

	// A clone of the shared object itself is its owner's.
	own := clone.Get("req").(*Object).Clone()
	own.Set("x", 1)
	mustPath(t, "headers.host").Set(own, "own")
	list := Clone(clone.Path("req.ips").(*List))
	list.Append("2")
	if clone.Path("req.headers.host") != "h" || clone.Path("req.ips.length") != 1.0 || own.Path("headers.host") != "own" {
		t.Errorf("got %s and %s", own, clone)
	}
}
