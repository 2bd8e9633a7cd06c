package messaging

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// TestShelf: what is put comes out once, when it is due or when it is taken,
// in the order of time, also after a restart and when it is put again.
func TestShelf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var keep node.MemoryKeep
		var s shelf
		if err := s.open(&keep, "shelf", "n1", 4); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		put := func(key string, after time.Duration) {
			t.Helper()
			if err := s.put(key, msg.Of("key", key), begin.Add(after)); err != nil {
				t.Error(err)
			}
		}
		put("c", 3*time.Second)
		put("a", time.Second)
		put("b", 9*time.Second)
		put("b", 2*time.Second) // again, and sooner
		put("d", time.Second)
		if err := s.put("e", msg.Of(), begin); err == nil {
			t.Error("there is room for a fifth")
		}
		if m, err := s.take("c"); err != nil || m.Get("key") != "c" {
			t.Errorf("%v, %v", m, err)
		}
		if m, err := s.take("c"); m != nil || err != nil {
			t.Errorf("taken twice: %v, %v", m, err)
		}
		var again shelf // after a restart
		if err := again.open(&keep, "shelf", "n1", 4); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		got, done := "", make(chan struct{})
		go func() {
			again.run(ctx, func(key string, m *msg.Object, due bool) {
				got += fmt.Sprintf("%s %v %v %s, ", key, m.Get("key"), due, time.Since(begin).Round(time.Second))
			}, func(err error) { t.Error(err) })
			close(done)
		}()
		time.Sleep(20 * time.Second)
		stop()
		<-done
		if want := "a a true 1s, d d true 1s, b b true 2s, "; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if n := again.len(); n != 0 {
			t.Errorf("%d are left", n)
		}
	})
}
