package web

import (
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

var someNode = &engine.NodeInfo{ID: "d1", Type: "debug", Name: "dbg", Flow: "t1", Path: "t1"}

func shows(v any) *engine.Event {
	return &engine.Event{
		Kind: engine.EventDebug, At: time.UnixMilli(1795180856866), Node: someNode, MsgID: "m1",
		Debug: &node.Debug{Value: v, Topic: msg.Undefined, Property: "payload"},
	}
}

func logs(level slog.Level, text string) *engine.Event {
	return &engine.Event{Kind: engine.EventLog, At: time.UnixMilli(1795180856866), Node: &engine.NodeInfo{ID: "fn1", Type: "function", Name: "F", Flow: "t1", Path: "t1"}, Level: level, Value: text}
}

func statusOf(id, text string) *engine.Event {
	return &engine.Event{Kind: engine.EventStatus, At: time.UnixMilli(5), Node: &engine.NodeInfo{ID: id, Flow: "t1"}, Status: node.Status{Fill: "red", Shape: "ring", Text: text}}
}

// all reads a stream from its beginning, an event a line.
func all(h *Hub, s *stream) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	batch, _, _ := s.read(nil, s.first, 1<<30)
	var lines []string
	for _, e := range batch {
		lines = append(lines, e.topic+" "+string(e.data))
	}
	return strings.Join(lines, "\n")
}

// The captured messages of the contract (comms.md §5).
func TestEventsAreEncodedAsTheContractSays(t *testing.T) {
	h := NewHub()
	defer h.leave(h.join())
	topic := shows("hello")
	topic.Debug.Topic = "tp"
	h.Observe(topic)
	bin := shows([]byte{1, 2, 255})
	bin.Debug.Topic = 16.0
	h.Observe(bin)
	inner := shows(true)
	inner.Node = &engine.NodeInfo{ID: "si1-d", Alias: "d", Flow: "si1", Path: "t1/si1"}
	inner.Debug.Property = ""
	h.Observe(inner)
	h.Observe(logs(slog.LevelWarn, "warnstr"))
	h.Observe(&engine.Event{Kind: engine.EventLog, At: time.UnixMilli(7), Level: slog.LevelError, Value: "down"})
	h.Observe(statusOf("f", "T"))
	h.Observe(&engine.Event{Kind: engine.EventStatus, Node: &engine.NodeInfo{ID: "f"}, Status: node.Status{Extra: msg.Of("x", 1)}})
	h.Observe(&engine.Event{Kind: engine.EventStatus, Node: &engine.NodeInfo{ID: "f"}})

	want := `debug {"id":"d1","z":"t1","path":"t1","name":"dbg","topic":"tp","property":"payload","msg":"hello","format":"string[5]"}
debug {"id":"d1","z":"t1","path":"t1","name":"dbg","topic":16,"property":"payload","msg":"0102ff","format":"buffer[3]"}
debug {"id":"si1-d","z":"si1","_alias":"d","path":"t1/si1","msg":"true","format":"boolean"}
debug {"level":30,"id":"fn1","type":"function","z":"t1","name":"F","path":"t1","timestamp":1795180856866,"msg":"warnstr","format":"string[7]"}
debug {"level":20,"timestamp":7,"msg":"down","format":"string[4]"}
status/f {"text":"T","fill":"red","shape":"ring"}
status/f {}`
	if got := all(h, h.comms); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestDebugIsKeptWhileSomeoneWatchesAndAMinuteAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub()
		h.Observe(shows("unseen"))
		if h.Watching() {
			t.Error("nobody watches yet")
		}
		w := h.join()
		h.Observe(shows("seen"))
		h.leave(w)
		time.Sleep(59 * time.Second)
		h.Observe(shows("after"))
		if got := strings.Count(all(h, h.channels["debug"]), "\n"); got != 1 || !h.Watching() {
			t.Errorf("%d lines, watching %v; want seen and after", got+1, h.Watching())
		}
		w = h.join() // back in time
		time.Sleep(2 * time.Minute)
		if !h.Watching() {
			t.Error("someone watches")
		}
		h.leave(w)
		time.Sleep(61 * time.Second)
		synctest.Wait()
		if got := all(h, h.channels["debug"]); got != "" || h.Watching() {
			t.Errorf("kept after a minute without anyone: %q", got)
		}
	})
}

func TestErrorsAreKeptThoughNobodyWatches(t *testing.T) {
	h := NewHub()
	for i := range 1200 {
		h.Observe(logs(slog.LevelError, "e"+msg.FormatNumber(float64(i))))
	}
	got := all(h, h.channels["log"])
	if n := strings.Count(got, "\n") + 1; n != logKept || !strings.Contains(got, `"e200"`) || strings.Contains(got, `"e199"`) {
		t.Errorf("%d kept, want the last 1000", n)
	}
	if all(h, h.comms) != "" {
		t.Error("comms has no reader and keeps nothing")
	}
}

// A live client hears of a node's status ten times a second at most, and then
// the last.
func TestLiveStatusIsTheLastOfEachTenthOfASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub()
		w := h.join()
		for _, s := range []string{"one", "two", "three"} {
			h.Observe(statusOf("a", s))
		}
		h.Observe(statusOf("b", "B"))
		live := h.channels["status"]
		if got := all(h, live); got != "" {
			t.Errorf("told at once: %s", got)
		}
		time.Sleep(statusEvery)
		synctest.Wait()
		got := all(h, live)
		if strings.Count(got, "status/a") != 1 || !strings.Contains(got, `{"text":"three"`) || !strings.Contains(got, "status/b") {
			t.Errorf("told: %s", got)
		}
		h.Observe(statusOf("b", "B2"))
		time.Sleep(statusEvery)
		synctest.Wait()
		if more := strings.TrimPrefix(all(h, live), got+"\n"); !strings.HasPrefix(more, "status/b") || strings.Contains(more, "\n") {
			t.Errorf("then told: %s", more)
		}
		h.leave(w)
		time.Sleep(2 * lingerAfter)
	})
}

func TestForgottenStatuses(t *testing.T) {
	h := NewHub()
	h.Observe(statusOf("a", "A"))
	h.Observe(statusOf("b", "B"))
	h.forget(func(id string) bool { return id == "b" })
	h.mu.Lock()
	defer h.mu.Unlock()
	if got := h.retained("status/#"); len(got) != 1 || got[0].topic != "status/b" {
		t.Errorf("%d statuses are retained, want that of b", len(got))
	}
}

func TestMatchTopic(t *testing.T) {
	for _, c := range []struct {
		pattern, topic string
		want           bool
	}{
		{"status/#", "status/a", true}, {"status/#", "status/a/b", true}, {"status/#", "status", true},
		{"status/#", "statuses", false}, {"status/+", "status/a", true}, {"status/+", "status/a/b", false},
		{"+/a", "status/a", true}, {"#", "anything/at/all", true}, {"status/a", "status/a", true},
		{"status", "status/a", false}, {"status/a", "status", false}, {"", "status", false},
		{"notification/#", "notification/runtime-state", true},
	} {
		if got := matchTopic(c.pattern, c.topic); got != c.want {
			t.Errorf("%q against %q: %v", c.pattern, c.topic, got)
		}
	}
}

func BenchmarkHubDebug(b *testing.B) {
	for _, watched := range []bool{true, false} {
		b.Run(map[bool]string{true: "watched", false: "unwatched"}[watched], func(b *testing.B) {
			h := NewHub()
			if watched {
				defer h.leave(h.join())
			}
			e := shows("a line of a flood of debug messages")
			b.ReportAllocs()
			for b.Loop() {
				h.Observe(e)
			}
		})
	}
}
