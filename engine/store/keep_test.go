package store

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// TestSchema2 opens a file that the second schema left: it has no kept
// entries yet, and takes some.
func TestSchema2(t *testing.T) {
	o := Options{Key: []byte("the key of the test")}
	db := open(t, unpack(t, "schema2.db.gz"), o)
	if s, ok, err := db.Session("h"); !ok || err != nil || s.User != "admin" {
		t.Errorf("session %v, %v, %v", s, ok, err)
	}
	if first, err := db.Keep().Claim("b", "k", time.Hour); !first || err != nil {
		t.Errorf("claim %v, %v", first, err)
	}
	db = reopen(t, db, o)
	if first, err := db.Keep().Claim("b", "k", time.Hour); first || err != nil {
		t.Errorf("claim after a restart %v, %v", first, err)
	}
}

func TestKeep(t *testing.T) {
	db := open(t, t.TempDir(), Options{})
	k := db.Keep()
	for _, err := range []error{
		k.Put("people", "b", []byte("two"), 0),
		k.Put("people", "a", []byte("one"), time.Hour),
		k.Put("people", "a", []byte("uno"), 0), // no longer ends
		k.Put("people", "c", nil, time.Hour),
		k.Put("people", "gone", []byte("x"), time.Nanosecond),
		k.Put("people", "d", []byte("four"), time.Hour),
		k.Delete("people", "d"),
		k.Delete("people", "never was"),
		k.Delete("nowhere", "a"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	k = reopen(t, db, Options{}).Keep()
	got := ""
	err := k.All("people", func(key string, value []byte, ends time.Time) {
		got += fmt.Sprintf("%s=%s %t\n", key, value, ends.IsZero())
	})
	if want := "a=uno true\nb=two true\nc= false\n"; got != want || err != nil {
		t.Errorf("all %q, %v; want %q", got, err, want)
	}
	if v, ok, err := k.Get("people", "c"); string(v) != "" || !ok || err != nil {
		t.Errorf("c %q, %v, %v", v, ok, err)
	}
	if _, ok, err := k.Get("people", "gone"); ok || err != nil {
		t.Errorf("what has ended is there: %v", err)
	}
	if first, err := k.Claim("people", "gone", time.Hour); !first || err != nil {
		t.Errorf("what has ended cannot be claimed: %v", err)
	}
	if err := k.Put("", "a", nil, 0); err == nil {
		t.Error("no bucket is a bucket")
	}
	if _, err := k.Claim("people", "", time.Hour); err == nil {
		t.Error("no key is a key")
	}
}

// TestClaimOnce has many goroutines claim the same keys: each has one first.
func TestClaimOnce(t *testing.T) {
	k := open(t, t.TempDir(), Options{}).Keep()
	var firsts [50]atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for i := range firsts {
				first, err := k.Claim("webhooks", fmt.Sprint("id", i), time.Hour)
				if err != nil {
					t.Error(err)
				}
				if first {
					firsts[i].Add(1)
				}
			}
		})
	}
	all.Wait()
	for i := range firsts {
		if n := firsts[i].Load(); n != 1 {
			t.Errorf("key %d had %d firsts", i, n)
		}
	}
}

// TestKeepLimit fills a bucket and sees what one more does.
func TestKeepLimit(t *testing.T) {
	k := open(t, t.TempDir(), Options{}).Keep()
	if k.limit != 100_000 {
		t.Errorf("a bucket holds %d", k.limit)
	}
	k.limit = 20
	for i := range 20 {
		if err := k.Put("ending", fmt.Sprint("key ", i), nil, time.Hour+time.Duration(i)*time.Second); err != nil {
			t.Fatal(err)
		}
		if err := k.Put("staying", fmt.Sprint("key ", i), nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	if first, err := k.Claim("ending", "one more", 2*time.Hour); !first || err != nil {
		t.Fatalf("one more: %v, %v", first, err)
	}
	for key, want := range map[string]bool{"key 0": false, "key 1": true, "one more": true} {
		if _, ok, err := k.Get("ending", key); ok != want || err != nil {
			t.Errorf("%s: %v, %v; want %v", key, ok, err, want)
		}
	}
	if err := k.Put("staying", "one more", nil, 0); !errors.Is(err, errKeepFull) {
		t.Errorf("one more of what stays: %v", err)
	}
	if err := k.Put("staying", "key 7", []byte("new"), 0); err != nil {
		t.Errorf("a change in a full bucket: %v", err)
	}
	if err := k.Delete("staying", "key 8"); err != nil {
		t.Fatal(err)
	}
	if err := k.Put("staying", "one more", nil, 0); err != nil {
		t.Errorf("where there is room: %v", err)
	}
}

// TestTogether has one write of many fail: the others are written.
func TestTogether(t *testing.T) {
	db := open(t, t.TempDir(), Options{})
	no := errors.New("no")
	var all sync.WaitGroup
	var failed atomic.Int64
	for i := range 100 {
		all.Go(func() {
			err := db.updateTogether(func(tx *bolt.Tx) error {
				if err := tx.Bucket(metaBucket).Put(fmt.Append(nil, "test", i), nil); err != nil {
					return err
				}
				if i%10 == 3 {
					return no
				}
				return nil
			})
			if errors.Is(err, no) {
				failed.Add(1)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if failed.Load() != 10 {
		t.Errorf("%d failed", failed.Load())
	}
	_ = db.view(func(tx *bolt.Tx) error {
		for i := range 100 {
			if has := tx.Bucket(metaBucket).Get(fmt.Append(nil, "test", i)) != nil; has != (i%10 != 3) {
				t.Errorf("write %d: %v", i, has)
			}
		}
		return nil
	})
}

// BenchmarkClaim is what a webhook pays to be the first, alone and beside
// others.
func BenchmarkClaim(b *testing.B) {
	for _, writers := range []int{1, 16, 256} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			k := open(b, b.TempDir(), Options{}).Keep()
			var n atomic.Int64
			b.SetParallelism(writers)
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if _, err := k.Claim("webhooks", fmt.Sprintf("sms/abcd1234/%016d", n.Add(1)), 25*time.Hour); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}
