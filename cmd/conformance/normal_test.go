package conformance

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// normal makes what came out of a run comparable to what was recorded: ids,
// ports and places are short names again, and what differs from run to run by
// nature is numbered or left out.
type normal struct {
	s     *setting
	known string // the case as text: a parts.id that stands in it is no made-up one
	parts map[string]string
	short *strings.Replacer
}

func (s *setting) normal() *normal {
	var pairs []string
	for _, short := range s.shorts {
		pairs = append(pairs, s.ids[short], "%id:"+short+"%")
	}
	if s.tmp != "" {
		pairs = append(pairs, s.tmp, "%tmp%")
	}
	if s.base != "" {
		pairs = append(pairs, s.base, "%base%", s.socketBase(), "%wsbase%")
	}
	for name, port := range s.ports {
		pairs = append(pairs, port, "%port:"+name+"%")
	}
	pairs = append(pairs, s.uid, "%uid%")
	return &normal{s: s, known: string(msg.Encode(s.c.def)), parts: map[string]string{}, short: strings.NewReplacer(pairs...)}
}

// arrivals is what is compared of all that came out.
func (n *normal) arrivals(by map[string][]arrival) map[string][]arrival {
	for out := range n.s.c.expect.All() {
		for i := range by[out] {
			by[out][i].v = n.message(by[out][i].v)
		}
	}
	return by
}

// message is what is compared of a message that came out.
func (n *normal) message(v any) any {
	if m, ok := v.(*msg.Object); ok {
		for _, key := range []string{"_msgid", "_session", "_event", "_linkSource"} {
			m.Delete(key)
		}
	}
	return n.value(v, "", "")
}

var shortID = regexp.MustCompile(`^%id:\w+%$`)

// value is v, which is the member key of something that is the member parent.
func (n *normal) value(v any, key, parent string) any {
	switch v := v.(type) {
	case string:
		if parent == "parts" && key == "id" && !strings.Contains(n.known, string(msg.Encode(v))) {
			if n.parts[v] == "" {
				n.parts[v] = fmt.Sprint("#", len(n.parts)+1)
			}
			return n.parts[v]
		}
		text := n.short.Replace(v)
		if parent == "source" && key == "id" && !shortID.MatchString(text) {
			return "#gen" // inside a subflow instance
		}
		return text
	case float64:
		for name, port := range n.s.ports {
			if msg.FormatNumber(v) == port {
				return "%port:" + name + "%"
			}
		}
		return v
	case *msg.List:
		l := new(msg.List)
		for i := range v.Len() {
			l.Append(n.value(v.At(i), fmt.Sprint(i), key))
		}
		return l
	case *msg.Object:
		o := msg.NewObject(v.Len())
		for k, member := range v.All() {
			if k == "stack" && (key == "error" || key == "_error" || key == "cause") {
				continue
			}
			o.Set(n.short.Replace(k), n.value(member, k, key))
		}
		if key == "source" && o.Get("name") == "" {
			o.Delete("name") // a node without a name has an empty one, or none
		}
		return o
	}
	return v
}
