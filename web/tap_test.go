package web

import (
	"encoding/json"
	"strings"
	"testing"
)

// until reads objects until one is of that channel or kind.
func (c *client) until(part string) map[string]any {
	c.t.Helper()
	for range 50 {
		text := c.next()
		if strings.Contains(text, part) {
			var o map[string]any
			if err := json.Unmarshal([]byte(text), &o); err != nil {
				c.t.Fatal(err)
			}
			return o
		}
	}
	c.t.Fatalf("nothing with %s came", part)
	return nil
}

func TestLiveShowsWhatGoesOverWires(t *testing.T) {
	s := newSite(t)
	s.deploy(`[{"id":"t1","type":"tab"},{"id":"in","type":"inject","z":"t1","x":1,"y":1,"payload":"hi","wires":[["out"]]},{"id":"out","type":"debug","z":"t1","x":1,"y":1,"wires":[]}]`)
	c := s.dial("/live")
	c.hello("", "")
	c.send(`[{"t":"sub","ch":"activity","args":{"flows":["t1"]}},{"t":"sub","ch":"values","args":{"ports":["in:0","out:in"]}}]`)
	c.until(`"ch":"values"`)
	if err := s.engine.Control(t.Context(), "in", "inject", nil); err != nil {
		t.Fatal(err)
	}
	if e := c.until(`"t":"ev","ch":"activity"`); toJSON(e["data"]) != `[["in:0\u003eout",1]]` {
		t.Errorf("activity %v", e)
	}
	seen := map[string]bool{}
	for range 2 {
		d := c.until(`"t":"ev","ch":"values"`)["data"].(map[string]any)
		full, _ := d["full"].(map[string]any)
		if d["format"] != "string[2]" || full["payload"] != "hi" {
			t.Errorf("value %v", d)
		}
		seen[d["port"].(string)] = true
	}
	if !seen["in:0"] || !seen["out:in"] {
		t.Errorf("ports %v", seen)
	}
	// whoever looks later sees it at once
	c.send(`[{"t":"sub","ch":"values","args":{"ports":["out:in"]}}]`)
	if snap := toJSON(c.until(`"t":"snap","ch":"values"`)["data"]); !strings.Contains(snap, `"port":"out:in"`) || strings.Contains(snap, `"in:0"`) {
		t.Errorf("snap %s", snap)
	}
	c.send(`[{"t":"sub","ch":"values","args":{"ports":[]}}]`)
	c.until("ports must name")
}

func toJSON(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

func TestLivePresence(t *testing.T) {
	s := newSite(t)
	a, b := s.dial("/live"), s.dial("/live")
	a.hello("", "")
	a.send(`[{"t":"sub","ch":"presence"}]`)
	if e := a.until(`"t":"presence"`); toJSON(e["peers"]) != "[]" {
		t.Errorf("alone, but %v", e)
	}
	b.hello("", "")
	b.send(`[{"t":"sub","ch":"presence"},{"t":"presence","tab":"t1","selection":["n1"],"editing":"n1"}]`)
	if e := b.until(`"t":"presence"`); !strings.Contains(toJSON(e["peers"]), `"id":"1"`) {
		t.Errorf("b sees %v", e)
	}
	if e := a.until(`"tab":"t1"`); toJSON(e["peers"]) != `[{"editing":"n1","id":"2","name":"admin","selection":["n1"],"tab":"t1"}]` {
		t.Errorf("a sees %v", e)
	}
	_ = b.conn.Close()
	if e := a.until(`"peers":[]`); e["t"] != "presence" {
		t.Errorf("b has gone, but a sees %v", e)
	}
}
