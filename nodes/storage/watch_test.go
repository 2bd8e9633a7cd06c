package storage

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// changes takes what a source sends.
type changes struct {
	node.Late
	sent chan *msg.Object
}

func (c changes) Send(m *msg.Object) { c.sent <- m }

// watching starts a watch node and returns what it sends, and its end.
func watching(t *testing.T, config string) (changes, func() error) {
	t.Helper()
	n := nodetest.New(t, "watch", config)
	ctx, cancel := context.WithCancel(t.Context())
	c, ended := changes{sent: make(chan *msg.Object, 100)}, make(chan error, 1)
	go func() { ended <- nodetest.Of[Watch](n).Start(ctx, c) }()
	return c, func() error {
		cancel()
		return <-ended
	}
}

// next waits for a change of path. Until the watch has begun none is seen, so
// do is done again; what is told late of another path is no concern.
func (c changes) next(t *testing.T, path string, do func()) *msg.Object {
	t.Helper()
	for range 50 {
		do()
		again := time.After(2 * settle)
		for waits := true; waits; {
			select {
			case m := <-c.sent:
				if m.Get("payload") == path {
					return m
				}
			case <-again:
				waits = false
			}
		}
	}
	t.Fatalf("no change of %s seen", path)
	return nil
}

func put(t *testing.T, path, data string) func() {
	return func() {
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Error(err)
		}
	}
}

func TestWatch(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "f")
	c, end := watching(t, `{"files":"`+dir+`"}`)
	if got := c.next(t, file, put(t, file, "abc")).String(); got != in(dir, `{"payload":"DIR/f","topic":"DIR","file":"f","filename":"DIR/f","event":"update","size":3,"type":"file"}`) {
		t.Errorf("created: %s", got)
	}
	if got := c.next(t, file, func() { _ = os.Remove(file) }).String(); got != in(dir, `{"payload":"DIR/f","topic":"DIR","file":"f","filename":"DIR/f","event":"remove","type":"none"}`) {
		t.Errorf("removed: %s", got)
	}
	if got := c.next(t, filepath.Join(dir, "d"), func() { _ = os.MkdirAll(filepath.Join(dir, "d"), 0o700) }); got.Get("type") != "directory" {
		t.Errorf("directory: %s", got)
	}
	put(t, filepath.Join(dir, "d", "deep"), "x")() // not asked for
	if got := c.next(t, filepath.Join(dir, "g"), put(t, filepath.Join(dir, "g"), "")); got.Get("file") != "g" {
		t.Errorf("another file: %s", got)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

// A change of a file's times or permissions is one, and of a renamed file the
// old name comes first, as in Node-RED.
func TestWatchTouchAndRename(t *testing.T) {
	dir := t.TempDir()
	z, a, begun := filepath.Join(dir, "z"), filepath.Join(dir, "a"), filepath.Join(dir, "begun")
	put(t, z, "abc")()
	c, end := watching(t, `{"files":"`+dir+`"}`)
	c.next(t, begun, put(t, begun, "")) // it watches now
	touch := func() {
		if err := os.Chtimes(z, time.Now(), time.Now()); err != nil {
			t.Error(err)
		}
	}
	if got := c.next(t, z, touch); got.Get("event") != "update" || got.Get("size") != 3.0 {
		t.Errorf("touched: %s", got)
	}
	if err := os.Rename(z, a); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"remove z", "update a"} {
		m := <-c.sent
		for m.Get("payload") == begun || want == "remove z" && m.Get("event") == "update" { // told late
			m = <-c.sent
		}
		if msg.Text(m.Get("event"))+" "+msg.Text(m.Get("file")) != want {
			t.Errorf("renamed: %s, want %s", m, want)
		}
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

func TestWatchFile(t *testing.T) {
	dir := t.TempDir()
	file, other, third := filepath.Join(dir, "f"), filepath.Join(dir, "g"), filepath.Join(dir, "h")
	put(t, file, "1")()
	put(t, third, "1")()
	c, end := watching(t, `{"files":"`+file+`, `+third+`","recursive":""}`)
	m := c.next(t, file, func() { // replaced, as editors do
		put(t, other, "22")()
		if err := os.Rename(other, file); err != nil {
			t.Error(err)
		}
	})
	if m.Get("payload") != file || m.Get("size") != 2.0 || m.Get("topic") != `["`+file+`","`+third+`"]` {
		t.Errorf("replaced: %s", m)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

func TestWatchDeep(t *testing.T) {
	dir := t.TempDir()
	deep := filepath.Join(dir, "a", "b")
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	c, end := watching(t, `{"files":"`+dir+`","recursive":true}`)
	if m := c.next(t, filepath.Join(deep, "f"), put(t, filepath.Join(deep, "f"), "1")); m.Get("payload") != filepath.Join(deep, "f") {
		t.Errorf("deep: %s", m)
	}
	fresh := filepath.Join(dir, "new")
	if m := c.next(t, fresh, func() { _ = os.MkdirAll(fresh, 0o700) }); m.Get("payload") != fresh {
		t.Errorf("new directory: %s", m)
	}
	if m := c.next(t, filepath.Join(fresh, "f"), put(t, filepath.Join(fresh, "f"), "1")); m.Get("payload") != filepath.Join(fresh, "f") {
		t.Errorf("in a new directory: %s", m)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

func TestWatchFails(t *testing.T) {
	dir := t.TempDir()
	_, end := watching(t, `{"files":"`+dir+`/no"}`)
	if err := end(); err == nil || err.Error() != in(dir, "Error: ENOENT: no such file or directory, stat 'DIR/no'") {
		t.Errorf("missing: %v", err)
	}
	w := &Watch{Files: dir}
	if err := w.Open(t.Context(), &node.Env{Allow: refusing{}}); err == nil || err.Error() != "reading "+dir+" is not allowed" {
		t.Errorf("not allowed: %v", err)
	}
	w = &Watch{number: maxWatched}
	if err := w.addOne(nil, dir); err == nil || err.Error() != "more than 10000 directories to watch" {
		t.Errorf("too many: %v", err)
	}
	if got := nodetest.Check(t, "watch", `{"files":""}`); len(got) != 1 {
		t.Errorf("problems %q", got)
	}
}
