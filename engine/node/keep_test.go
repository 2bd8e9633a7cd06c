package node

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestMemoryKeep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var k MemoryKeep
		claim := func(key string, want bool) {
			t.Helper()
			if first, err := k.Claim("b", key, time.Hour); first != want || err != nil {
				t.Errorf("claim of %s: %v, %v", key, first, err)
			}
		}
		claim("x", true)
		claim("x", false)
		if first, err := k.Claim("other", "x", time.Hour); !first || err != nil {
			t.Errorf("buckets are not apart: %v", err)
		}
		time.Sleep(time.Hour - time.Second)
		claim("x", false)
		time.Sleep(time.Second)
		claim("x", true)
		if err := k.Put("b", "y", []byte("1"), 0); err != nil {
			t.Fatal(err)
		}
		v, ok, err := k.Get("b", "y")
		v[0] = '2'
		if v, _, _ := k.Get("b", "y"); string(v) != "1" || !ok || err != nil {
			t.Errorf("y is %s, %v, %v", v, ok, err)
		}
		time.Sleep(time.Hour)
		got := ""
		_ = k.All("b", func(key string, v []byte, ends time.Time) { got += fmt.Sprintf("%s=%s %t ", key, v, ends.IsZero()) })
		if got != "y=1 true " {
			t.Errorf("all: %s", got)
		}
		if err := k.Delete("b", "y"); err != nil {
			t.Fatal(err)
		}
		claim("y", true)
		if err := k.Put("b", "", nil, 0); err == nil {
			t.Error("no key is a key")
		}
	})
}

func TestMemoryKeepLimit(t *testing.T) {
	var k MemoryKeep
	for i := range KeepLimit {
		if err := k.Put("ending", fmt.Sprint(i), nil, time.Hour+time.Duration(i)); err != nil {
			t.Fatal(err)
		}
		if err := k.Put("staying", fmt.Sprint(i), nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	if first, err := k.Claim("ending", "more", 2*time.Hour); !first || err != nil {
		t.Errorf("one more: %v, %v", first, err)
	}
	for key, want := range map[string]bool{"0": false, "1": true, "more": true} {
		if _, ok, _ := k.Get("ending", key); ok != want {
			t.Errorf("%s: %v", key, ok)
		}
	}
	if err := k.Put("staying", "more", nil, 0); !errors.Is(err, ErrKeepFull) {
		t.Errorf("one more of what stays: %v", err)
	}
}
