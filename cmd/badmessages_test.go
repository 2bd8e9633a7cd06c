package cmd

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
	"github.com/flowrill/flowrill/web"
)

// badMessages is the code of a function that sends what no node expects: every
// kind of value where each node looks for its own, and then a last message.
const badMessages = `
const ring = {a: 1}; ring.ring = ring;
let deep = 'bottom'; for (let i = 0; i < 600; i++) deep = [deep];
const values = [undefined, null, NaN, -Infinity, 1e308, 0, true, '', ' ', '{', '[', '<a', '<a></b>', '"', '\\', 'a,"b', '- : -', '&amp;&bad;', '%zz', '\u0000', '\ud800',
    'x'.repeat(100000), [], [[], null, undefined, {}], {}, {payload: {}}, ring, deep, new Date(NaN), new Date(0), Buffer.from([0, 255, 254]), Buffer.alloc(0),
    /x/g, new Map([[1, 2]]), new Set([1]), new Error('bad'), 10n, Symbol.iterator.description, () => 1, {toString: 1, valueOf: 2}, {length: -1}, {type: 'Buffer', data: [300, 'x']},
    Object.create(null), Object.freeze({a: Object.freeze([1])})];
const names = ['payload', 'topic', 'parts', 'req', 'res', '_session', 'headers', 'url', 'method', 'statusCode', 'filename', 'select', 'schema', 'options', 'columns', 'delay',
    'rate', 'kill', 'pid', 'complete', 'reset', 'flush', 'restartTimeout', 'action', 'qos', 'retain', 'host', 'port', 'ip', 'cookies', 'target', '_linkSource', 'error', 'template',
    'encoding', 'requestTimeout', 'followRedirects', 'rejectUnauthorized', 'vonage', 'queryString', 'toFront', 'status', 'broker', 'responseTopic', 'userProperties', 'correlationData'];
const oddest = [undefined, null, -Infinity, '{', [null], ring, () => 1, Buffer.alloc(0)];
for (const v of new Set([...values, ...oddest])) {
    for (const name of oddest.includes(v) ? names : ['payload', 'topic', 'parts']) {
        node.send({payload: {text: 'hi', msisdn: '447700900001', to: '447700900000'}, topic: 't', [name]: v});
    }
    const all = {};
    for (const name of names) all[name] = v;
    node.send(all);
    node.send({_msgid: v, __proto__: v, constructor: v, toString: v, payload: v});
}
for (const parts of [{id: 'a', index: -1, count: 2}, {id: 'a', index: 1e9, count: 1e9}, {id: 'a', index: 0, count: 0}, {id: {}, index: 'x', count: NaN}, {id: 'a', index: 0.5, count: 2.5},
    {id: 'b', index: 0, count: 1, type: 'object'}, {id: 'b', index: 0, count: 1, type: 'buffer', ch: 7}, {id: 'c', index: 0, count: 1, type: 'string', ch: ring}]) {
    node.send({payload: 'x', parts});
}
return {payload: 'last'};`

// faults is a log that keeps what must never be in it.
type faults struct {
	mu    sync.Mutex
	lines []string
}

func (f *faults) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }
func (f *faults) WithAttrs([]slog.Attr) slog.Handler               { return f }
func (f *faults) WithGroup(string) slog.Handler                    { return f }

func (f *faults) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, "panic") || strings.Contains(r.Message, "Close timed out") {
		line := r.Message
		r.Attrs(func(a slog.Attr) bool { line += fmt.Sprintf(" %s=%v", a.Key, a.Value); return true })
		f.mu.Lock()
		defer f.mu.Unlock()
		f.lines = append(f.lines, line)
	}
	return nil
}

// TestBadMessages gives every node type that takes messages thousands that
// make no sense. None may panic, hang, or keep the flow from being stopped.
func TestBadMessages(t *testing.T) {
	for _, typ := range node.Types() {
		if typ.Inputs() == 0 {
			continue
		}
		t.Run(typ.Name, func(t *testing.T) {
			sim, err := startSimulator(slog.New(slog.DiscardHandler), "http://127.0.0.1:9/sms")
			if err != nil {
				t.Fatal(err)
			}
			defer sim.Close()
			account := sim.Account()
			log, last := new(faults), make(chan struct{}, 1)
			router := web.NewRouter(slog.New(log))
			e := engine.New(engine.Config{
				Log: slog.New(log), Routes: router, DataDir: t.TempDir(),
				Simulator: node.Simulator{URL: sim.URL(), APIKey: account.APIKey, APISecret: account.APISecret, ApplicationID: account.ApplicationID},
				Observe: func(ev *engine.Event) {
					if ev.Kind == engine.EventDebug && ev.Node.ID == "seen" {
						last <- struct{}{}
					}
				},
			})
			d := besideBadMessages(t, typ)
			if _, err := e.Deploy(t.Context(), d, engine.Deploy{Type: "full", Strict: true}); err != nil {
				t.Fatal(err)
			}
			if err := e.Inject("bad"); err != nil {
				t.Fatal(err)
			}
			<-last
			if err := e.Close(t.Context()); err != nil {
				t.Error(err)
			}
			log.mu.Lock()
			defer log.mu.Unlock()
			slices.Sort(log.lines)
			for _, line := range slices.Compact(log.lines) {
				t.Error(line)
			}
		})
	}
}

// besideBadMessages is a flow in which a node of that type gets badMessages.
func besideBadMessages(t *testing.T, typ *node.Type) *flows.Document {
	t.Helper()
	dir := t.TempDir()
	places := strings.NewReplacer("BASE", "http://127.0.0.1:9", "SOCKET", "ws://127.0.0.1:9", "TCP", "9", "UDP", "9", "MQTT", "9", "DIR", dir)
	all := msg.NewList(msg.Of("id", "t", "type", "tab"),
		msg.Of("id", "bad", "type", "function", "z", "t", "x", 1, "y", 1, "func", badMessages, "wires", msg.NewList(msg.NewList("n", "last"))),
		msg.Of("id", "last", "type", "switch", "z", "t", "x", 1, "y", 1, "property", "payload", "rules", msg.NewList(msg.Of("t", "eq", "v", "last", "vt", "str")), "wires", msg.NewList(msg.NewList("seen"))),
		msg.Of("id", "seen", "type", "debug", "z", "t", "x", 1, "y", 1, "complete", "payload", "wires", msg.NewList()),
	)
	for _, other := range append([]*node.Type{typ}, node.Types()...) {
		if !other.IsConfig() && other != typ || other == typ && all.Len() > 4 {
			continue
		}
		o, err := msg.DecodeObject([]byte(places.Replace(everyType[other.Name])))
		if err != nil {
			t.Fatal(err)
		}
		o.Set("type", other.Name)
		if o.Set("id", "n-"+other.Name); other == typ {
			o.Set("id", "n")
			o.Set("z", "t")
			o.Set("x", 1)
			o.Set("y", 1)
			o.Set("wires", msg.NewList())
		}
		all.Append(o)
	}
	d, err := flows.Parse(msg.Encode(all))
	if err != nil {
		t.Fatal(err)
	}
	return d
}
