package web

import (
	"log/slog"
	"strconv"
	"strings"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// debugEvent is what a debug node shows, as comms.md §5 spells it. If that is
// not all, there is the whole value too, unless it is too large.
func debugEvent(at int64, e *engine.Event) (shown *event, whole []byte) {
	n, d := e.Node, e.Debug
	b := make([]byte, 0, 192)
	b = append(b, '{')
	b = appendMember(b, "id", n.ID)
	b = appendMember(b, "z", n.Flow)
	b = appendMember(b, "_alias", n.Alias)
	b = appendMember(b, "path", n.Path)
	b = appendMember(b, "name", n.Name)
	if d.Topic != msg.Undefined {
		b = append(b, `"topic":`...)
		s := shower{most: shownExtent, dst: b}
		s.value(d.Topic)
		b = append(s.dst, ',')
	}
	b = appendMember(b, "property", d.Property)
	b, cut := shownExtent.appendShown(b, d.Value)
	b = append(b, '}')
	if cut {
		whole = wholeValue(d.Value)
	}
	return &event{at: at, topic: "debug", data: b, node: n.ID, flow: n.Flow, msgID: e.MsgID, whole: int32(len(whole))}, whole
}

// Node-RED's numbers for levels.
const (
	levelError   = 20
	levelWarning = 30
)

// logEvent is a warning or an error; it shares the topic of debug messages.
func logEvent(at int64, e *engine.Event) *event {
	level := levelWarning
	if e.Level >= slog.LevelError {
		level = levelError
	}
	n := e.Node
	if n == nil {
		n = &engine.NodeInfo{}
	}
	b := make([]byte, 0, 256)
	b = append(b, `{"level":`...)
	b = strconv.AppendInt(b, int64(level), 10)
	b = append(b, ',')
	b = appendMember(b, "id", n.ID)
	b = appendMember(b, "type", n.Type)
	b = appendMember(b, "z", n.Flow)
	b = appendMember(b, "name", n.Name)
	b = appendMember(b, "path", n.Path)
	b = appendMember(b, "_alias", n.Alias)
	b = append(b, `"timestamp":`...)
	b = strconv.AppendInt(b, at, 10)
	b = append(b, ',')
	b = appendShown(b, e.Value)
	b = append(b, '}')
	return &event{at: at, topic: "debug", data: b, node: n.ID, flow: n.Flow, msgID: e.MsgID, level: int32(level)}
}

func statusEvent(at int64, id, flow string, s node.Status) *event {
	b := []byte{'{'}
	b = appendMember(b, "text", s.Text)
	b = appendMember(b, "fill", s.Fill)
	b = appendMember(b, "shape", s.Shape)
	if b[len(b)-1] == ',' {
		b = b[:len(b)-1]
	}
	b = append(b, '}')
	return &event{at: at, topic: "status/" + id, data: b, node: id, flow: flow}
}

// appendMember appends "name":"value", unless the value is empty.
func appendMember(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	dst = append(dst, '"')
	dst = append(dst, name...)
	dst = append(dst, `":`...)
	dst = appendText(dst, value)
	return append(dst, ',')
}

// matchTopic tells whether a topic meets a subscription: "+" stands for one
// level, "/#" at the end for this level and all below.
func matchTopic(pattern, topic string) bool {
	for {
		if pattern == "#" {
			return true
		}
		want, restOfPattern, moreWanted := strings.Cut(pattern, "/")
		have, restOfTopic, moreThere := strings.Cut(topic, "/")
		if want != "+" && want != have {
			return false
		}
		if !moreThere {
			return !moreWanted || restOfPattern == "#"
		}
		if !moreWanted {
			return false
		}
		pattern, topic = restOfPattern, restOfTopic
	}
}
