package conformance

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
)

// recorded is one case: a flow, what to do to it, and what Node-RED did then.
type recorded struct {
	node, name string
	def        *msg.Object
	flow, in   []*msg.Object
	expect     *msg.Object // lists of messages by output
	match      match
}

// load reads every case of testdata.
func load(t *testing.T) []*recorded {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases: ", err)
	}
	var cases []*recorded
	names := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := msg.DecodeObject(text)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, def := range objects(doc.Get("cases")) {
			c := &recorded{node: msg.Text(doc.Get("node")), name: msg.Text(def.Get("name")), def: def}
			c.flow, c.in = objects(def.Get("flow")), objects(def.Get("in"))
			c.expect, _ = def.Get("expect").(*msg.Object)
			c.match.rules, _ = def.Get("match").(*msg.Object)
			if other := names[c.title()]; other != "" {
				t.Fatalf("%s: %q is in %s already", file, c.title(), other)
			}
			names[c.title()] = file
			if fault := c.idle(); fault != "" {
				t.Fatalf("%s: %q can never fail: %s", file, c.name, fault)
			}
			cases = append(cases, c)
		}
	}
	return cases
}

// title is the name of the case's test: "switch/btwn numbers".
func (c *recorded) title() string { return c.node + "/" + strings.ReplaceAll(c.name, "/", "|") }

// idle tells why a case would pass whatever happens; "": it would not.
func (c *recorded) idle() string {
	some := false
	for out, v := range c.expect.All() {
		list, ok := v.(*msg.List)
		if !ok {
			return out + " is not recorded"
		}
		some = some || list.Len() > 0
	}
	if c.name == "" || !some && !c.match.rules.Has("none_for_ms") {
		return "it expects nothing, and no none_for_ms says how long to look"
	}
	return ""
}

// objects are the items of a list that are objects.
func objects(v any) []*msg.Object {
	list, _ := v.(*msg.List)
	all := make([]*msg.Object, 0, list.Len())
	for i := range list.Len() {
		if o, ok := list.At(i).(*msg.Object); ok {
			all = append(all, o)
		}
	}
	return all
}

// hexID makes an id of 16 digits that depends on nothing but text.
func hexID(text string) string {
	sum := sha1.Sum([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// offTab are the types that stand on no tab of their own accord.
var offTab = []string{"tab", "subflow", "global-config", "websocket-listener", "websocket-client", "tls-config", "http proxy", "mqtt-broker"}

// setting is what a case is run with: the ids, ports and places that its
// short names stand for.
type setting struct {
	c       *recorded
	uid     string
	base    string // of the flows' own HTTP, "http://127.0.0.1:1"
	tmp     string
	freeTCP func() string
	ids     map[string]string // full id by short one
	shorts  []string          // the keys of ids, as they came up
	ports   map[string]string // number by name
	ins     []string          // the nodes that are injected into
	outs    []string          // the outputs that are watched
	nodes   *msg.List         // the flow to deploy
}

func newSetting(c *recorded, base, tmp string, freeTCP func() string) *setting {
	s := &setting{
		c: c, base: base, tmp: tmp, freeTCP: freeTCP, uid: "u" + hexID(c.title())[:8],
		ids: map[string]string{}, ports: map[string]string{}, nodes: new(msg.List),
	}
	answers := map[string]bool{}
	for _, o := range c.flow {
		s.id(msg.Text(o.Get("id")))
	}
	for _, step := range c.in {
		if as, ok := step.Get("as").(string); ok {
			answers[as] = true
		}
		if to, ok := step.Get("node").(string); ok && !step.Has("via") && !slices.Contains(s.ins, to) {
			s.ins = append(s.ins, to)
		}
	}
	for out := range c.expect.All() {
		if !answers[out] {
			s.outs = append(s.outs, out)
			s.id(out)
		}
	}
	s.expand()
	return s
}

// id is the full id for a short one.
func (s *setting) id(short string) string {
	if s.ids[short] == "" {
		s.ids[short] = hexID(s.c.title() + "|" + short)
		s.shorts = append(s.shorts, short)
	}
	return s.ids[short]
}

// expand writes the case's flow out: full ids, a tab, and the nodes through
// which the test puts messages in and sees what comes out.
func (s *setting) expand() {
	tab := ""
	for _, o := range s.c.flow {
		if tab == "" && o.Get("type") == "tab" {
			tab = s.id(msg.Text(o.Get("id")))
		}
	}
	if tab == "" {
		tab = s.id("t0")
		s.nodes.Append(msg.Of("id", tab, "type", "tab", "label", "Conformance"))
	}
	on, place := map[string]any{}, map[string]any{} // the tab of a node, and of what wires lead to
	for _, o := range s.c.flow {
		n := s.filled(o, true).(*msg.Object)
		if typ := msg.Text(o.Get("type")); !slices.Contains(offTab, typ) {
			if !n.Has("z") {
				n.Set("z", tab)
			}
			if typ != "group" {
				onCanvas(n)
			}
		} else if n.Has("z") && n.Get("z") == nil {
			n.Delete("z")
		}
		s.nodes.Append(n)
		on[msg.Text(o.Get("id"))] = n.Get("z")
		ports, _ := o.Get("wires").(*msg.List)
		for p := range ports.Len() {
			ends, _ := ports.At(p).(*msg.List)
			for i := range ends.Len() {
				place[msg.Text(ends.At(i))] = n.Get("z")
			}
		}
	}
	for _, to := range s.ins {
		n := msg.Of("id", s.feeder(to), "type", "test-feed", "z", on[to], "wires", msg.NewList(msg.NewList(s.id(to))))
		onCanvas(n)
		s.nodes.Append(n)
	}
	for _, out := range s.outs {
		z, wired := place[out]
		if !wired {
			z = tab
		}
		n := msg.Of("id", s.id(out), "type", "test-sink", "z", z)
		onCanvas(n)
		s.nodes.Append(n)
	}
}

// onCanvas gives a node the place without which it would be a config node.
func onCanvas(n *msg.Object) {
	for _, key := range []string{"x", "y"} {
		if !n.Has(key) {
			n.Set(key, 100)
		}
	}
	if !n.Has("wires") {
		n.Set("wires", new(msg.List))
	}
}

// feeder is the id of the node that puts messages into another.
func (s *setting) feeder(to string) string { return hexID(s.c.title() + "|feed|" + to) }

var placeholder = regexp.MustCompile(`%(id|port):(\w+)%|%(base|wsbase|port|tmp|uid)%`)

// text replaces what stands for ids, ports and places.
func (s *setting) text(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		part := placeholder.FindStringSubmatch(found)
		switch {
		case part[1] == "id":
			return s.id(part[2])
		case part[1] == "port":
			if s.ports[part[2]] == "" {
				s.ports[part[2]] = s.freeTCP()
			}
			return s.ports[part[2]]
		}
		return map[string]string{
			"base": s.base, "wsbase": s.socketBase(), "tmp": s.tmp, "uid": s.uid,
			"port": s.base[strings.LastIndex(s.base, ":")+1:],
		}[part[3]]
	})
}

// socketBase is base for websockets.
func (s *setting) socketBase() string { return strings.Replace(s.base, "http", "ws", 1) }

// filled is a copy of v with full ids and everything text replaces.
func (s *setting) filled(v any, ids bool) any {
	switch v := v.(type) {
	case string:
		if full := s.ids[v]; ids && full != "" {
			return full
		}
		if short, ok := strings.CutPrefix(v, "subflow:"); ids && ok && s.ids[short] != "" {
			return "subflow:" + s.ids[short]
		}
		return s.text(v)
	case *msg.List:
		l := new(msg.List)
		for i := range v.Len() {
			l.Append(s.filled(v.At(i), ids))
		}
		return l
	case *msg.Object:
		o := msg.NewObject(v.Len())
		for key, member := range v.All() {
			to := s.text(key)
			if full := s.ids[key]; ids && full != "" {
				to = full
			}
			o.Set(to, s.filled(member, ids))
		}
		return o
	}
	return v
}

func (c *recorded) String() string { return fmt.Sprintf("%s: %s", c.node, c.name) }
