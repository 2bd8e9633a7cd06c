package web

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

const noWhole = `{"code":"not_found","message":"The whole value is no longer kept"}`

// Who is shown less than the value is told so and gets the rest, as it was
// when it was shown.
func TestWholeValues(t *testing.T) {
	long := strings.Repeat("x", 1001)
	list := msg.NewList()
	for range 1001 {
		list.Append(7)
	}
	sevens := "[" + strings.TrimSuffix(strings.Repeat("7,", 1001), ",") + "]"
	nested := strings.Repeat("[", 300) + `"x"` + strings.Repeat("]", 300)
	for name, c := range map[string]struct {
		value        any
		text, format string // "" if nothing is kept
	}{
		"short text":        {"hello", "", ""},
		"just fits":         {strings.Repeat("é", 1000), "", ""},
		"long text":         {long, long, "string[1001]"},
		"text in an object": {msg.Of("a", long), `{"a":"` + long + `"}`, "Object"},
		"long list":         {list, sevens, "array[1001]"},
		"deep":              {deeper(300), nested, "array[1]"},
		"bytes":             {[]byte(long), strings.Repeat("78", 1001), "buffer[1001]"},
		"too deep":          {deeper(600), "", ""},
		"too large":         {strings.Repeat("x", wholeBytes), "", ""},
		"too large as JSON": {strings.Repeat("\n", wholeBytes/2), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			live := s.dial("/live")
			live.hello("", "")
			live.send(`{"t":"sub","ch":"debug"}`)
			live.next()
			s.hub.Observe(shows(c.value))
			if l, ok := c.value.(*msg.List); ok {
				l.Append("later")
			}
			var told struct{ Seq, Whole int }
			if err := json.Unmarshal([]byte(live.next()), &told); err != nil {
				t.Fatal(err)
			}
			path := fmt.Sprintf("/flowrill/v1/debug/%s/%d", s.hub.session, told.Seq)
			if c.format == "" {
				if told.Whole != 0 {
					t.Errorf("it is told to have %d bytes", told.Whole)
				}
				s.want(404, noWhole, "GET", path, "")
				return
			}
			r := s.do("GET", path, "")
			if r.status != 200 || r.get("msg") != c.text || r.get("format") != c.format {
				t.Errorf("%d %.200s", r.status, r.body)
			}
			if told.Whole != len(r.body) {
				t.Errorf("it is told to have %d bytes and has %d", told.Whole, len(r.body))
			}
			if strings.Contains(all(s.hub, s.hub.comms), "whole") {
				t.Error("comms knows no whole values")
			}
		})
	}
}

// deeper is a text within n lists.
func deeper(n int) any {
	var v any = "x"
	for range n {
		v = msg.NewList(v)
	}
	return v
}

func TestWholeRefusals(t *testing.T) {
	s := newSite(t)
	defer s.hub.leave(s.hub.join())
	s.hub.Observe(shows(strings.Repeat("x", 2000)))
	path := "/flowrill/v1/debug/" + s.hub.session
	if r := s.do("GET", path+"/1", ""); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	s.want(404, noWhole, "GET", path+"/2", "")
	s.want(404, noWhole, "GET", "/flowrill/v1/debug/another/1", "")
	s.want(400, `{"code":"bad_number","message":"the message's number must be one: x"}`, "GET", path+"/x", "")
	s.token = ""
	if r := s.do("GET", path+"/1", ""); r.status != 401 {
		t.Errorf("without a token: %d %s", r.status, r.body)
	}
}

// The newest are kept, together no more than wholesBytes.
func TestWholesAreBounded(t *testing.T) {
	var w wholes
	for seq := range uint64(100) {
		w.add(3*seq, make([]byte, wholesBytes/10))
	}
	for seq, want := range map[uint64]bool{0: false, 3 * 89: false, 3 * 90: true, 3 * 99: true, 3*99 - 1: false} {
		if got := w.get(seq) != nil; got != want {
			t.Errorf("%d is kept: %v", seq, got)
		}
	}
	if w.bytes != 10*(wholesBytes/10) || len(w.kept) != 10 {
		t.Errorf("%d bytes of %d values", w.bytes, len(w.kept))
	}
}

func TestWholesAreForgottenWhenNobodyWatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub()
		w := h.join()
		h.Observe(shows(strings.Repeat("x", 2000)))
		h.leave(w)
		time.Sleep(lingerAfter - time.Second)
		h.mu.Lock()
		if h.wholes.get(1) == nil {
			t.Error("forgotten too soon")
		}
		h.mu.Unlock()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.wholes.get(1) != nil || h.wholes.bytes != 0 {
			t.Error("kept after a minute without anyone")
		}
	})
}
