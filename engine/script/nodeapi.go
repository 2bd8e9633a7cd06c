package script

import (
	"cmp"
	"log/slog"

	"github.com/dop251/goja"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// nodeObject is what code knows as node.
func (v *vm) nodeObject(f *Function) *goja.Object {
	if v.node == nil {
		v.node = v.nodePrototype()
	}
	o := v.js.CreateObject(v.node)
	must(o.Set("id", f.env.ID))
	must(o.Set("name", f.env.Name))
	must(o.Set("path", f.env.Path+"/"+cmp.Or(f.env.Alias, f.env.ID)))
	must(o.Set("outputCount", f.outputs))
	return o
}

func (v *vm) nodePrototype() *goja.Object {
	o := v.js.NewObject()
	for name, f := range map[string]func(goja.FunctionCall) goja.Value{
		"send": v.nodeSend, "error": v.nodeError, "status": v.nodeStatus, "done": v.nodeDone, "on": v.nodeOn, "linkcall": v.nodeLinkCall,
		"log": v.logger(slog.LevelInfo), "warn": v.logger(slog.LevelWarn),
		"debug": v.logger(slog.LevelDebug), "trace": v.logger(slog.LevelDebug - 4),
	} {
		must(o.Set(name, v.native(name, f)))
	}
	return o
}

// shown is a value as text for the log, and as what the debug panel shows.
func (v *vm) shown(value goja.Value) (string, any) {
	o, ok := value.(*goja.Object)
	if ok && o.ClassName() == classError {
		f := v.errorOf(o)
		return f.text, f.value
	}
	exported := (&exporter{vm: v, copy: true}).value(value)
	if !ok {
		return value.String(), exported
	}
	return string(msg.Encode(exported)), exported
}

// log writes a value into the node's log.
func (v *vm) log(level slog.Level, value goja.Value) {
	f := v.function()
	if level < slog.LevelWarn && !f.env.Log.Enabled(f.ctx, level) {
		return
	}
	text, shown := v.shown(value)
	if _, same := shown.(string); same || level < slog.LevelWarn {
		f.env.Log.Log(f.ctx, level, text)
		return
	}
	f.env.Log.Log(f.ctx, level, text, slog.Any(node.LogValue, shown))
}

func (v *vm) logger(level slog.Level) func(goja.FunctionCall) goja.Value {
	return func(c goja.FunctionCall) goja.Value {
		v.log(level, c.Argument(0))
		return goja.Undefined()
	}
}

func (v *vm) ask(o op) {
	o.run = v.active()
	v.ops = append(v.ops, o)
}

// nodeSend is node.send(messages, clone = true). Only the first message is
// cloned; the others are still the code's own until it ends, but only the
// first of them can be one that it got.
func (v *vm) nodeSend(c goja.FunctionCall) goja.Value {
	value := c.Argument(0)
	if goja.IsUndefined(value) || goja.IsNull(value) {
		return goja.Undefined()
	}
	if clone := c.Argument(1); !goja.IsUndefined(clone) && !clone.ToBoolean() {
		v.ask(op{kind: opSend, value: value})
		return goja.Undefined()
	}
	x := &exporter{vm: v, copy: true}
	v.ask(op{kind: opSend, byPort: v.active().messages(value, func(value goja.Value, _ bool) any { return x.value(value) })})
	return goja.Undefined()
}

// nodeError is node.error(what, msg): with a message it goes to catch nodes,
// without it to the log.
func (v *vm) nodeError(c goja.FunctionCall) goja.Value {
	what := c.Argument(0)
	if p, ok := primitive(what); ok && p != false && !what.ToBoolean() {
		what = v.js.ToValue("") // undefined, null, 0
	}
	if o, ok := c.Argument(1).(*goja.Object); ok {
		if m, ok := (&exporter{vm: v, copy: true}).value(o).(*msg.Object); ok {
			v.ask(op{kind: opFail, m: m, err: v.reported(what)})
			return goja.Undefined()
		}
	}
	v.log(slog.LevelError, what)
	return goja.Undefined()
}

// nodeStatus is node.status(object, or what becomes its text).
func (v *vm) nodeStatus(c goja.FunctionCall) goja.Value {
	v.ask(op{kind: opStatus, status: v.statusOf(c.Argument(0))})
	return goja.Undefined()
}

func (v *vm) statusOf(value goja.Value) node.Status {
	exported := (&exporter{vm: v, copy: true}).value(value)
	o, ok := exported.(*msg.Object)
	if !ok {
		if exported == nil || exported == msg.Undefined {
			return node.Status{}
		}
		o = msg.Of("text", msg.Text(exported))
	}
	var s node.Status
	for k, item := range o.All() {
		switch k {
		case "fill":
			s.Fill = textOf(item)
		case "shape":
			s.Shape = textOf(item)
		case "text":
			if s.Text = textOf(item); item != "" {
				continue
			}
			fallthrough // status nodes are told that there is an empty text
		default:
			if s.Extra == nil {
				s.Extra = msg.NewObject(2)
			}
			s.Extra.Set(k, item)
		}
	}
	return s
}

func textOf(v any) string {
	if v == nil || v == msg.Undefined {
		return ""
	}
	return msg.Text(v)
}

// nodeDone is node.done(error). Where the code ends its messages itself by
// node.done() that is the end; elsewhere they are done when the code has ended,
// the error notwithstanding, as in Node-RED.
func (v *vm) nodeDone(c goja.FunctionCall) goja.Value {
	o := op{kind: opDone}
	if e := c.Argument(0); e.ToBoolean() {
		o.err = v.reported(e)
		if r := v.active(); r != nil && r.in != nil && !r.f.program.done {
			o.kind = opFail
			o.m, _ = (&exporter{vm: v, copy: true}).value(r.give(r.in)).(*msg.Object)
		}
	}
	v.ask(o)
	return goja.Undefined()
}

// nodeOn is node.on("close", f).
func (v *vm) nodeOn(c goja.FunctionCall) goja.Value {
	if c.Argument(0).String() != "close" {
		panic(v.typeError("a function node knows only the event close"))
	}
	f, ok := goja.AssertFunction(c.Argument(1))
	if !ok {
		panic(v.typeError("node.on needs a function"))
	}
	if len(v.owner.closers) < maxTimers {
		v.owner.closers = append(v.owner.closers, f)
	}
	return goja.Undefined()
}

// envObject is what code knows as env.
func (v *vm) envObject() *goja.Object {
	if v.env == nil {
		v.env = v.js.NewObject()
		must(v.env.Set("get", v.native("get", func(c goja.FunctionCall) goja.Value {
			value, ok := v.function().env.Var(c.Argument(0).String())
			if !ok {
				return goja.Undefined()
			}
			return v.active().give(msg.CloneValue(value))
		})))
	}
	return v.env
}
