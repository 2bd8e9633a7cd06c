package common

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// What debug shows where there is little room, in characters.
const (
	statusLength  = 32     // under the node
	consoleLength = 10_000 // in the log
)

// Debug shows messages to whoever watches (contract nodes.md, common;
// comms.md §5 says how a value looks there).
type Debug struct {
	Active  bool            `prop:"active" label:"Active" default:"true" help:"Whether the debug panel shows anything; also switched with the button at the node."`
	Value   node.TypedValue `prop:"complete,targetType" types:"msg,full=whole message,jsonata,expr" label:"Show" default:"payload" summary:"true"`
	Sidebar bool            `prop:"tosidebar" label:"Debug panel" default:"true"`
	Console bool            `prop:"console" label:"Log" help:"Also write it to the log, at info."`
	Below   bool            `prop:"tostatus" label:"Under the node" help:"Show a short text under the node."`
	Text    node.TypedValue `prop:"statusVal,statusType" types:"auto=same as above,msg,counter=message count,template,jsonata,expr" label:"Short text" placeholder:"<<msg.payload.text>>" when:"tostatus"`

	env    *node.Env
	active atomic.Bool

	mu    sync.Mutex
	shown node.Status // the last one, to be shown once
	count int
}

func init() {
	node.Register[Debug](node.Type{
		Name: "debug", Category: "common", Icon: "bug",
		Help: "Shows messages in the debug panel: one property, the whole message, or the result of an expression.\n\n" +
			"It can also write to the log, and show a short text under itself: the same value, another one, or how many messages came. " +
			"With *same as above* an error or a status in the message decides the colour.\n\n" +
			"The button switches the debug panel off and on for it, without a deploy. While nobody watches it costs nearly nothing, so it may stay in a busy flow.\n\n" +
			"Example: *expression* `msg.payload.msisdn + \": \" + msg.payload.text`.",
	})
}

// Upgrade reads the property complete, where "true" is the whole message and
// "false" the payload.
func (*Debug) Upgrade(raw *msg.Object) {
	if t := raw.Get("targetType"); t == "jsonata" || t == "expr" {
		return
	}
	switch msg.Text(raw.Get("complete")) {
	case "true":
		raw.Set("targetType", "full")
	case "false", "null", "undefined", "":
		raw.Set("complete", "payload")
	}
	if raw.Get("complete") == "payload" && raw.Get("targetType") != "full" {
		raw.Set("targetType", "msg")
	}
	if raw.Get("statusType") == "msg" && msg.Text(raw.Get("statusVal")) == "" {
		raw.Set("statusVal", "payload")
		if raw.Get("targetType") == "msg" || !raw.Has("targetType") {
			raw.Set("statusVal", raw.Get("complete"))
		}
	}
}

// Open keeps what Receive needs of the engine and shows the counter's start.
func (d *Debug) Open(_ context.Context, env *node.Env) error {
	d.env = env
	d.active.Store(d.Active)
	if d.Below && d.Text.Type() == "counter" {
		env.Status(countStatus(0))
	}
	return nil
}

// Control switches the node on and off until the next deploy.
func (d *Debug) Control(_ context.Context, verb string, _ *msg.Object) error {
	switch verb {
	case "enable":
		d.active.Store(true)
	case "disable":
		d.active.Store(false)
	default:
		return fmt.Errorf("debug knows enable and disable, not %q", verb)
	}
	return nil
}

// Receive shows the message.
func (d *Debug) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	panel := d.Sidebar && d.active.Load() && d.env.Watching()
	if !panel && !d.Console && !d.Below {
		return nil
	}
	if d.Below && m.Path("status.source.id") == d.env.ID {
		return nil // its own status, come back through a status node
	}
	value, property, err := d.read(m)
	if err != nil {
		node.Log(ctx).Error(err.Error())
		return nil
	}
	if d.Below {
		if err := d.showBelow(m, value, out); err != nil {
			return err
		}
	}
	if panel {
		topic, ok := m.Lookup("topic")
		if !ok {
			topic = msg.Undefined
		}
		d.env.Debug(node.Debug{Value: value, Topic: topic, Property: property})
	}
	if d.Console {
		node.Log(ctx).Info(cut(shownText(value), consoleLength))
	}
	return nil
}

// read finds what to show, and the name of the property if it is one.
func (d *Debug) read(m *msg.Object) (value any, property string, err error) {
	if d.Value.Type() == "full" {
		return m, "", nil
	}
	if d.Value.Type() == "msg" {
		property = d.Value.Raw()
	}
	v := node.On(m)
	value = v.Any(d.Value)
	return value, property, v.Err()
}

// showBelow makes the status, if it is another than the last.
func (d *Debug) showBelow(m *msg.Object, value any, out node.Out) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var s node.Status
	if d.Text.Type() == "counter" {
		d.count++
		s = countStatus(d.count)
	} else {
		if d.Text.Type() == "auto" && d.Value.Type() == "full" {
			value = m.Get("payload")
		}
		if d.Text.Type() != "auto" {
			v := node.On(m)
			value = v.Any(d.Text)
			if err := v.Err(); err != nil {
				return err
			}
		}
		s = statusOf(value)
		if d.Text.Type() == "auto" {
			s = statusFrom(m, s)
		}
		s.Text = cut(s.Text, statusLength)
	}
	if s != d.shown {
		d.shown = s
		if s.Text == "" {
			s.Extra = msg.Of("text", "") // status nodes are told that there is a text
		}
		out.Status(s)
	}
	return nil
}

func countStatus(n int) node.Status {
	return node.Status{Fill: "blue", Shape: "ring", Text: strconv.Itoa(n)}
}

// statusOf is a value as a status: one that looks like a status is taken for
// one.
func statusOf(value any) node.Status {
	if o, ok := value.(*msg.Object); ok && o.Has("fill") && o.Has("shape") && o.Has("text") {
		return node.Status{Fill: msg.Text(o.Get("fill")), Shape: msg.Text(o.Get("shape")), Text: msg.Text(o.Get("text"))}
	}
	return node.Status{Fill: "grey", Shape: "dot", Text: shownText(value)}
}

// shownText is a value as people read it.
func shownText(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	return msg.Inspect(value)
}

// statusFrom lets an error and a status in the message decide.
func statusFrom(m *msg.Object, s node.Status) node.Status {
	if m.Has("error") {
		s.Fill = "red"
		s.Text = ""
		if v := m.Path("error.message"); v != nil && v != msg.Undefined {
			s.Text = msg.Text(v)
		}
	}
	if m.Has("status") {
		s = node.Status{Fill: textAt(m, "status.fill", "grey"), Shape: textAt(m, "status.shape", "ring"), Text: textAt(m, "status.text", "")}
	}
	return s
}

func textAt(m *msg.Object, path, otherwise string) string {
	if v := m.Path(path); msg.Truthy(v) {
		return msg.Text(v)
	}
	return otherwise
}

// cut keeps the first n characters.
func cut(text string, n int) string {
	for i := range text {
		if n--; n < 0 {
			return text[:i] + "..."
		}
	}
	return text
}
