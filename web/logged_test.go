package web

import (
	"regexp"
	"strings"
	"testing"
)

// What a node warns of is shown as the value it is (contract comms.md §5).
func TestWarningsShowTheirValue(t *testing.T) {
	s := newSite(t, open)
	s.token = ""
	s.deploy(strings.Replace(someFlows, `"payload":"hello"`, `"payload":"warn"`, 1))
	c := s.dial("/comms")
	c.send(`{"subscribe":"notification/#"}`)
	c.next() // it watches
	c.next()
	s.want(200, "OK", "POST", "/inject/in", "")
	want := `{"topic":"debug","data":{"level":30,"id":"out","type":"debug","z":"t1","name":"shown","path":"t1","timestamp":0,` +
		`"msg":"{\"a\":1,\"c\":{\"__enc__\":true,\"type\":\"undefined\"}}","format":"Object"}}`
	if got := regexp.MustCompile(`"timestamp":\d+`).ReplaceAllString(c.next(), `"timestamp":0`); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
