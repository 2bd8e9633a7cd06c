package web

import (
	"fmt"
	"iter"
	"testing"
	"time"
)

// A phone's channel begins with what came to it and goes on with what comes:
// its own, and what is about all phones.
func TestLivePhone(t *testing.T) {
	s := newSite(t, func(c *Config) {
		c.Phone = func(number string) iter.Seq2[time.Time, []byte] {
			return func(yield func(time.Time, []byte) bool) {
				yield(time.UnixMilli(7), fmt.Appendf(nil, `{"first":%q}`, number))
			}
		}
	})
	c := s.dial("/live")
	session := c.hello("", "")["session"].(string)
	c.send(`{"t":"sub","ch":"sim:447700900001"}`)
	c.want(`{"t":"snap","ch":"sim:447700900001","seq":0,"data":[{"at":7,"data":{"first":"447700900001"}}]}`)
	now := time.Now().UnixMilli()
	s.hub.Phone("447700900002", []byte(`"for another"`))
	s.hub.Phone("447700900001", []byte(`"mine"`))
	s.hub.Phone("", []byte(`"for all"`))
	for i, data := range []string{`"mine"`, `"for all"`} {
		var at int64
		got := c.next()
		if _, err := fmt.Sscanf(got, `{"t":"ev","ch":"sim:447700900001","seq":`+fmt.Sprint(i+2)+`,"at":%d,"data":`+data+`}`, &at); err != nil {
			t.Fatalf("got %s: %v", got, err)
		}
		if at < now || at > now+60_000 {
			t.Errorf("at %d, sent at %d", at, now)
		}
	}
	c.send(`[{"t":"unsub","ch":"sim:447700900001"},{"t":"ping"}]`)
	c.next()
	s.hub.Phone("447700900001", []byte(`"gone"`))
	c.send(`{"t":"sub","ch":"sim:447700900003"}`)
	c.want(`{"t":"snap","ch":"sim:447700900003","seq":4,"data":[{"at":7,"data":{"first":"447700900003"}}]}`)

	// Who comes back is shown how things are: while nobody watches, nothing is numbered.
	again := s.dial("/live")
	again.hello(session, `{"sim:447700900001":2}`)
	again.send(`{"t":"sub","ch":"sim:447700900001"}`)
	again.want(`{"t":"snap","ch":"sim:447700900001","seq":4,"data":[{"at":7,"data":{"first":"447700900001"}}]}`)
}

func TestLivePhoneRefusals(t *testing.T) {
	s := newSite(t)
	c := s.dial("/live")
	c.hello("", "")
	for _, ch := range []string{"sim", "sim:", "debug:447700900001"} {
		c.send(fmt.Sprintf(`{"t":"sub","ch":%q}`, ch))
		c.want(fmt.Sprintf(`{"ch":%q,"message":"no channel \"%s\"","t":"error"}`, ch, ch))
	}
	for i := range maxPhones {
		c.send(fmt.Sprintf(`{"t":"sub","ch":"sim:%d"}`, i))
		c.want(fmt.Sprintf(`{"t":"snap","ch":"sim:%d","seq":0,"data":[]}`, i))
	}
	c.send(`{"t":"sub","ch":"sim:0"}`) // again: no more than before
	c.want(`{"t":"snap","ch":"sim:0","seq":0,"data":[]}`)
	c.send(`{"t":"sub","ch":"sim:20"}`)
	c.want(`{"ch":"sim:20","message":"no more than 20 phones at once","t":"error"}`)
}
