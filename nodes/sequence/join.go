package sequence

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Join makes one message of several (contract nodes.md, sequence).
type Join struct {
	Mode       string          `prop:"mode" label:"Mode" enum:"auto=undo a split,custom=combine messages,reduce=reduce with an expression" default:"auto"`
	Property   node.TypedValue `prop:"property,propertyType" types:"msg,full=the whole message" label:"Combine each" default:"payload" when:"mode == 'custom'"`
	Build      string          `prop:"build" label:"Into" enum:"string=a text,buffer=a buffer,array=a list,object=an object by key,merged=one merged object" default:"array" initial:"object" when:"mode == 'custom'"`
	Key        node.TypedValue `prop:"key" types:"msg" label:"Key" default:"topic" when:"mode == 'custom' && build == 'object'" help:"The property that says under which key a value goes."`
	Joiner     node.TypedValue `prop:"joiner,joinerType" types:"str,bin" label:"Between parts" initial:"\\n" placeholder:"\\n" when:"mode == 'custom' && build in ['string','buffer']" help:"A text such as \\n, or bytes such as [13,10]."`
	Count      int             `prop:"count" label:"After a number of messages" min:"0" placeholder:"from msg.parts" when:"mode == 'custom'" help:"How many to combine; for objects how many different keys. Empty: what msg.parts.count says."`
	Timeout    node.Duration   `prop:"timeout" label:"After a time" min:"0" placeholder:"10s" when:"mode == 'custom'" help:"Counted from the first message."`
	Accumulate bool            `prop:"accumulate" label:"Then with every message" when:"mode == 'custom'" help:"Keep what was combined and send again with each further message."`
	UseParts   bool            `prop:"useparts" label:"Use msg.parts" default:"true" initial:"false" advanced:"true" when:"mode == 'custom'" help:"Off: msg.parts of the messages is dropped."`

	Reduce  node.TypedValue `prop:"reduceExp" types:"jsonata" label:"Reduce by" required:"true" placeholder:"$A + payload" when:"mode == 'reduce'" help:"$A is the result so far, $I the index, $N the number of messages."`
	Initial node.TypedValue `prop:"reduceInit,reduceInitType" types:"num,str,bool,json,bin,date,env,flow,global,expr,jsonata" label:"Start with" when:"mode == 'reduce'"`
	Fixup   node.TypedValue `prop:"reduceFixup" types:"jsonata" label:"At the end" placeholder:"$A / $N" when:"mode == 'reduce'" help:"Makes the payload of the last result $A."`
	Right   bool            `prop:"reduceRight" label:"Begin with the last" when:"mode == 'reduce'"`

	mu     sync.Mutex
	groups groups[*joining]
}

// joining is what is there of a group.
type joining struct {
	members
	list   []any       // the values in order
	have   int         // how many there are
	object *msg.Object // of an object or merged group, else nil
	msg    *msg.Object // the first message overlaid with the later ones
	kind   string      // string, buffer, array or object
	count  float64     // when it is whole; 0: not known
	ch     any         // between the parts
	len    float64     // of a list's parts
	into   msg.Path    // where the result goes
	timer  *time.Timer
}

func init() {
	node.Register[Join](node.Type{
		Name: "join", Category: "sequence", Icon: "combine", Outputs: []string{"joined"}, Mode: node.Serial,
		Help: "Makes one message of several.\n\n" +
			"*Undo a split* puts together by `msg.parts` what *split* took apart, whatever the order. " +
			"*Combine messages* makes a text, buffer, list or object of a number of messages, or of those that came in a time; " +
			"a message with `msg.complete` ends it at once, `msg.reset` forgets what has come, `msg.restartTimeout` starts the clock anew. " +
			"*Reduce* goes through the messages of a sequence with a JSONata expression.\n\n" +
			"The result has the properties of all messages; of equal ones the latest.\n\n" +
			"At most 1,000,000 messages wait; then the oldest group is given up, with an error for catch nodes.\n\n" +
			"Example: split → http-request → join gives a list of answers in the order of the questions.",
	})
}

// Receive puts m to its group and sends the group when it is whole.
func (j *Join) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch j.Mode {
	case "reduce":
		return j.collect(m, out)
	case "auto":
		return j.auto(ctx, m, out)
	}
	return j.custom(ctx, m, out)
}

// auto joins by what msg.parts says.
func (j *Join) auto(ctx context.Context, m *msg.Object, out node.Out) error {
	parts := partsOf(m)
	if !parts.Has("id") {
		if m.Has("reset") {
			j.groups.clear(nil)
		} else {
			node.Log(ctx).Warn("Message missing msg.parts property - cannot join in 'auto' mode")
		}
		return nil
	}
	id := msg.Text(parts.Get("id"))
	if j.reset(m, id) {
		return nil
	}
	into, err := payloadPath, error(nil)
	if p := parts.Get("property"); msg.Truthy(p) {
		if into, err = msg.ParsePath(msg.Text(p)); err != nil {
			return err
		}
	}
	value, err := into.Get(m)
	if err != nil {
		return err
	}
	g := j.groups.find(id)
	fresh := g == nil
	if fresh {
		kind := msg.Text(parts.Get("type"))
		g = &joining{kind: kind, ch: parts.Get("ch"), into: into, count: msg.Number(parts.Get("count"))}
		g.len, _ = parts.Get("len").(float64)
	}
	if g.kind == "object" {
		key := parts.Get("key")
		if !isKey(key) {
			node.Log(ctx).Warn("Message missing 'msg.parts.key' property - cannot add to object")
			return nil
		}
		g.put(msg.Text(key), value)
	} else if err := g.place(parts.Get("index"), value); err != nil {
		return err
	}
	return j.add(id, g, fresh, m, out)
}

// custom joins as the configuration says.
func (j *Join) custom(ctx context.Context, m *msg.Object, out node.Out) error {
	var value any = m
	if j.Property.Type() != "full" {
		var err error
		if value, err = j.Property.Value(m); err != nil {
			node.Log(ctx).Warn("Message property " + j.Property.Raw() + " not found")
			return nil
		}
	} else {
		value = m.Clone() // m is the engine's, too, until it is done
	}
	parts := partsOf(m)
	if parts != nil && !j.UseParts {
		dropParts(m, parts)
		parts = partsOf(m)
	}
	id, count := "_", float64(j.Count)
	if j.Count == 0 && parts != nil {
		count = msg.Number(parts.Get("count"))
		if v, ok := parts.Lookup("id"); ok {
			id = msg.Text(v)
		}
	}
	g := j.groups.find(id)
	if g != nil && m.Has("restartTimeout") {
		j.start(id, g)
	}
	if j.reset(m, id) {
		return nil
	}
	var key any
	if j.Build == "object" {
		var err error
		if key, err = j.Key.Value(m); err != nil {
			return err
		}
		if !isKey(key) {
			return j.withoutKey(ctx, id, g, m, out)
		}
	}
	fresh := g == nil
	if fresh {
		g = &joining{kind: j.Build, into: j.Property.Path(), count: count}
		if g.into.IsZero() {
			g.into = payloadPath
		}
		g.ch, _ = j.Joiner.Value(nil)
		if text, ok := g.ch.(string); ok {
			g.ch = escapes.Replace(text)
		} else if g.ch == msg.Undefined {
			g.ch = ""
		}
	}
	if err := g.take(ctx, j.Build, key, value, m.Has("complete")); err != nil {
		if fresh { // the group begins with this message all the same, as in Node-RED
			j.begin(id, g, m)
		}
		return err
	}
	return j.add(id, g, fresh, m, out)
}

// withoutKey is a message that cannot go into an object: it may complete the
// group all the same.
func (j *Join) withoutKey(ctx context.Context, id string, g *joining, m *msg.Object, out node.Out) error {
	switch {
	case !m.Has("complete"):
		node.Log(ctx).Warn("Message missing key property 'msg." + j.Key.Raw() + "' - cannot add to object")
	case g != nil:
		g.msg.Set("complete", m.Get("complete"))
		return j.send(id, g, out)
	}
	return nil
}

// isKey tells whether v can name a member.
func isKey(v any) bool { return v != nil && v != msg.Undefined && v != "" }

// dropParts takes msg.parts away, but for what a split before left in it.
func dropParts(m, parts *msg.Object) {
	if before, ok := parts.Lookup("parts"); ok {
		m.Set("parts", msg.Of("parts", before))
	} else {
		m.Delete("parts")
	}
}

// reset forgets the group if m says so.
func (j *Join) reset(m *msg.Object, id string) bool {
	if !m.Has("reset") {
		return false
	}
	if g := j.groups.find(id); g != nil {
		g.stop()
		j.groups.remove(id, g)
		g.done(nil)
	}
	return true
}

// add overlays the group's message with m and holds m, or sends the group.
func (j *Join) add(id string, g *joining, fresh bool, m *msg.Object, out node.Out) error {
	if fresh {
		j.begin(id, g, m)
	} else {
		for key, v := range m.All() {
			g.msg.Set(key, v)
		}
	}
	if parts := partsOf(m); parts != nil && !(g.count > 0) {
		g.count = msg.Number(parts.Get("count"))
	}
	if g.count > 0 && float64(g.have) >= g.count || m.Has("complete") {
		return j.send(id, g, out)
	}
	j.groups.hold(g, nil, out) // what m had is in the group
	return nil
}

// begin opens a group, whose message is a copy of its first.
func (j *Join) begin(id string, g *joining, m *msg.Object) {
	g.msg = msg.NewObject(m.Len())
	for key, v := range m.All() {
		g.msg.Set(key, v)
	}
	j.groups.open(id, g)
	j.start(id, g)
}

// start starts the group's clock, or starts it anew.
func (j *Join) start(id string, g *joining) {
	g.stop()
	if j.Mode != "custom" || j.Timeout <= 0 {
		return
	}
	g.timer = time.AfterFunc(j.Timeout.D(), func() {
		j.mu.Lock()
		if j.groups.find(id) != g || len(g.held) == 0 {
			j.mu.Unlock()
			return
		}
		held := g.held
		m, err := j.result(id, g)
		j.mu.Unlock()
		last := held[len(held)-1]
		if err == nil {
			last.late.Send(m.Clone()) // the messages it is made of are not done yet
		}
		for i, h := range held {
			if i < len(held)-1 {
				h.late.Done(h.m, nil)
			} else {
				h.late.Done(h.m, err)
			}
		}
	})
}

func (g *joining) stop() {
	if g.timer != nil {
		g.timer.Stop()
	}
}

// send sends the group. The message that completed it is done when Receive
// returns, the others now.
func (j *Join) send(id string, g *joining, out node.Out) error {
	held := g.held
	m, err := j.result(id, g)
	if err == nil {
		out.Send(m)
	}
	for _, h := range held {
		h.late.Done(h.m, nil)
	}
	return err
}

// result makes the group's message and forgets the group, unless it is to go
// on with every further message.
func (j *Join) result(id string, g *joining) (*msg.Object, error) {
	g.stop()
	keep := j.Mode == "custom" && j.Accumulate && !g.msg.Has("complete")
	if keep {
		j.groups.release(g)
	} else {
		j.groups.remove(id, g)
	}
	value, err := g.value()
	if err != nil {
		return nil, err
	}
	m := g.msg
	g.into.Set(m, value) // where its parent is no object nothing happens, as in Node-RED
	if before, ok := partsOf(m).Lookup("parts"); ok {
		m.Set("parts", before)
	} else {
		m.Delete("parts")
	}
	m.Delete("complete")
	if keep {
		m = m.Clone()
	}
	return m, nil
}

// Close gives up what waits.
func (j *Join) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, g := range slices.Clone(j.groups.order) {
		g.stop()
	}
	j.groups.clear(errors.New("the node stopped before the group was whole"))
	return nil
}
