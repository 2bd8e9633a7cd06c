package function

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/template"
)

// maxTriggered is for how many topics a trigger may be on at once; a message
// of one more is an error.
const maxTriggered = 100_000

// Trigger sends one thing when a message comes and another one later (contract
// nodes.md, function).
type Trigger struct {
	First         node.TypedValue `prop:"op1,op1type" types:"str,num,bool,json,bin,date,msg,flow,global,env,expr,template,jsonata,pay=the message as it is,nul=nothing,val=value:str" label:"Send" initial:"1"`
	Duration      float64         `prop:"duration" label:"then wait" initial:"250" width:"6" help:"0: for a reset. Below 0: sends again and again."`
	Unit          string          `prop:"units" label:"Unit" enum:"ms=milliseconds,s=seconds,min=minutes,hr=hours" default:"ms" width:"6"`
	Extend        bool            `prop:"extend" label:"Begin to wait anew with each message"`
	OverrideDelay bool            `prop:"overrideDelay" label:"Let msg.delay say how long" help:"In milliseconds."`
	Second        node.TypedValue `prop:"op2,op2type" types:"str,num,bool,json,bin,date,msg,flow,global,env,expr,template,jsonata,pay=the first message,payl=the latest message,nul=nothing,val=value:str" label:"then send" initial:"0"`
	Reset         string          `prop:"reset" label:"Reset if msg.payload is" help:"A message with msg.reset resets it, too."`
	By            string          `prop:"bytopic" label:"For" enum:"all=all messages together,topic=each topic" default:"all"`
	Topic         node.TypedValue `prop:"topic" types:"msg" label:"Topic" default:"topic" when:"bytopic == 'topic'"`
	Outputs       int             `prop:"outputs" label:"What is sent then" enum:"1=leaves through the same output,2=leaves through a second output" default:"1" ports:"count"`

	first, second *template.Mustache
	wait          time.Duration
	again         bool // send again and again
	line          timeline[*triggered]

	mu     sync.Mutex
	topics map[string]*triggered
}

// triggered is a topic that has been triggered and not ended.
type triggered struct {
	topic    string
	late     node.Late
	m        *msg.Object // what is sent later, but for its payload
	payload  any         // of that
	latest   *msg.Object // of the topic, for payl
	extended bool
	every    time.Duration       // to send again
	end      *moment[*triggered] // nil: waits for a reset
}

func init() {
	node.Register[Trigger](node.Type{
		Name: "trigger", Category: "function", Icon: "timer", Mode: node.Serial, Outputs: []string{"out"},
		Help: "Sends one thing when a message comes, and another one after a while. Messages that come meanwhile are not sent.\n\n" +
			"Use it to answer only once in a while, to notice that nothing came for some time (*begin anew with each message*), " +
			"or to send again and again until a reset. A text may have `{{payload}}` in it.\n\n" +
			"A message with `msg.reset`, or with the payload that resets, ends the waiting; nothing more is sent then. At most 100,000 topics are waited for.\n\n" +
			"Example: remind the customer after a day: send *nothing*, wait 24 hours, then send `Are you still there?`; each topic by itself, `msg.payload.msisdn`.",
	})
}

// Upgrade makes the types of older files today's: val is a text, true, false
// or null, and nothing at all is 1 and 0.
func (*Trigger) Upgrade(raw *msg.Object) {
	for _, op := range []struct{ key, none string }{{"op1", "1"}, {"op2", "0"}} {
		if !msg.Truthy(raw.Get(op.key)) {
			raw.Set(op.key, op.none)
		}
		v, typeKey := raw.Get(op.key), op.key+"type"
		switch raw.Get(typeKey) {
		case "val":
			switch v {
			case "true", "false":
				raw.Set(typeKey, "bool")
			case "null":
				raw.Set(typeKey, "json")
			default:
				raw.Set(typeKey, "str")
			}
		case "date":
			if v == op.none {
				raw.Set(op.key, "")
			}
		}
	}
	if n := msg.ParseFloat(msg.Text(raw.Get("duration"))); math.IsNaN(n) {
		raw.Set("duration", 250)
	} else {
		raw.Set("duration", n)
	}
}

// Check compiles the texts.
func (t *Trigger) Check(report func(property, problem string)) {
	var err error
	if t.first, err = mustacheOf(t.First); err != nil {
		report("op1", err.Error())
	}
	if t.second, err = mustacheOf(t.Second); err != nil {
		report("op2", err.Error())
	}
}

// mustacheOf compiles a text with {{…}}; nil if there is none.
func mustacheOf(v node.TypedValue) (*template.Mustache, error) {
	if v.Type() != "str" || !strings.Contains(v.Raw(), "{{") {
		return nil, nil
	}
	return template.ParseMustache(v.Raw())
}

// Open works the time out.
func (t *Trigger) Open(context.Context, *node.Env) error {
	t.again = t.Duration < 0
	t.wait = span(math.Abs(t.Duration), units[t.Unit])
	t.topics = make(map[string]*triggered)
	t.line.call = t.due
	return nil
}

// Close forgets everything.
func (t *Trigger) Close() error {
	t.line.close()
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.topics)
	return nil
}

// Receive triggers, extends or resets.
func (t *Trigger) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	topic := "_none"
	if t.By == "topic" {
		v, err := t.Topic.Value(m)
		if err != nil {
			return typeError(err)
		}
		if msg.Truthy(v) {
			topic = msg.Text(v)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	on := t.topics[topic]
	if t.resets(m) {
		if on != nil {
			t.forget(on)
		}
		out.Status(t.shown())
		return nil
	}
	wait := t.wait
	if v, ok := m.Lookup("delay"); ok && t.OverrideDelay {
		if ms := msg.ParseFloat(msg.Text(v)); !math.IsNaN(ms) {
			wait = span(ms, time.Millisecond)
			if ms < 0 && !t.again { // at once, as setTimeout takes it; 0 waits for a reset
				wait = time.Millisecond
			}
		}
	}
	switch {
	case on == nil || t.again:
		return t.trigger(m, on, topic, wait, out)
	case t.Extend && wait > 0:
		t.extend(m, on, wait, out)
	case t.Second.Type() == "payl":
		on.latest = m.Clone()
	}
	return nil
}

// resets tells whether m ends the waiting.
func (t *Trigger) resets(m *msg.Object) bool {
	if m.Has("reset") {
		return true
	}
	payload, ok := m.Lookup("payload")
	return ok && t.Reset != "" && payload != nil && payload != msg.Undefined && msg.Text(payload) == t.Reset
}

// trigger sends the first thing and notes what comes later.
func (t *Trigger) trigger(m *msg.Object, on *triggered, topic string, wait time.Duration, out node.Out) error {
	if on == nil && len(t.topics) >= maxTriggered {
		return fmt.Errorf("%d topics are waited for: no more", maxTriggered)
	}
	x := &triggered{topic: topic}
	var err error
	switch t.Second.Type() {
	case "pay":
		x.payload = msg.CloneValue(m.Get("payload"))
	case "payl":
		x.latest = m.Clone()
	case "nul":
	default:
		if x.payload, err = t.value(t.Second, t.second, m); err != nil {
			return err
		}
	}
	switch t.First.Type() {
	case "pay", "nul":
	default:
		v, err := t.value(t.First, t.first, m)
		if err != nil {
			return err
		}
		m.Set("payload", v)
	}
	sends := t.First.Type() != "nul"
	if on != nil {
		t.forget(on)
	}
	t.topics[topic] = x
	if wait > 0 && (!t.again || sends) {
		if t.again {
			x.every = max(wait, time.Millisecond)
		}
		x.m, x.late = m.Clone(), out.Later()
		x.end = t.line.add(time.Now().Add(wait), x)
		x.late.Done(m, nil) // complete tells that the message has come, not that the waiting is over
	}
	out.Status(t.shown())
	if sends {
		out.Send(m)
	}
	return nil
}

// value reads what is to be sent.
func (t *Trigger) value(v node.TypedValue, text *template.Mustache, m *msg.Object) (any, error) {
	if text == nil {
		got, err := v.Value(m)
		return got, typeError(err)
	}
	return text.Render(&template.Scope{Msg: m}, template.MustacheOptions{MsgOnly: true})
}

// typeError names the class of an error as Node-RED does, where it is one of
// reading a property.
func typeError(err error) error {
	if err != nil && strings.HasPrefix(err.Error(), "Cannot read properties of ") {
		return fmt.Errorf("TypeError: %w", err)
	}
	return err
}

// extend waits anew, and for m.
func (t *Trigger) extend(m *msg.Object, on *triggered, wait time.Duration, out node.Out) {
	t.line.remove(on.end)
	if t.Second.Type() == "payl" {
		on.latest = m.Clone()
	}
	on.extended, on.m, on.late = true, m.Clone(), out.Later()
	on.end = t.line.add(time.Now().Add(wait), on)
	on.late.Done(m, nil)
}

// forget ends the waiting for a topic; t.mu is held.
func (t *Trigger) forget(on *triggered) {
	t.line.remove(on.end)
	on.end = nil
	delete(t.topics, on.topic)
}

// due is called when a topic's time is over, or it is time to send again.
func (t *Trigger) due(at *moment[*triggered]) {
	x := at.value
	t.mu.Lock()
	if x.end != at {
		t.mu.Unlock()
		return // reset or extended meanwhile
	}
	if x.every > 0 {
		m := x.m.Clone()
		if t.First.Type() == "date" {
			if now, err := t.First.Value(m); err == nil {
				m.Set("payload", now)
			}
		}
		x.end = t.line.add(later(at.at.Add(x.every), time.Now()), x)
		t.mu.Unlock()
		x.late.Send(m)
		return
	}
	m, err := t.last(x)
	t.forget(x)
	state := t.shown()
	t.mu.Unlock()
	switch {
	case err != nil:
		x.late.Fail(x.m, err)
	case m != nil:
		x.late.SendTo(m, t.Outputs-1)
	}
	x.late.Status(state)
}

// last is the message for the end of the waiting, nil for nothing.
func (t *Trigger) last(x *triggered) (*msg.Object, error) {
	switch t.Second.Type() {
	case "nul":
		return nil, nil
	case "payl":
		return x.latest, nil
	case "flow", "global":
		v, err := t.Second.Value(x.m)
		if err != nil {
			return nil, err
		}
		x.payload = v
	case "date":
		if v, err := t.Second.Value(x.m); err == nil && !x.extended {
			x.payload = v
		}
	}
	x.m.Set("payload", x.payload)
	return x.m, nil
}

// shown is the status: how many topics are waited for.
func (t *Trigger) shown() node.Status {
	n := len(t.topics)
	switch n {
	case 0:
		return node.Status{}
	case 1:
		return node.Status{Fill: "blue", Shape: "dot"}
	}
	return waiting("dot", n)
}
