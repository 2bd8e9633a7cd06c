package common

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Inject starts messages: at a button, once at start, at intervals or by a
// calendar (contract nodes.md, common).
type Inject struct {
	Props     []Prop        `prop:"props" label:"Message" help:"What the message has, set from top to bottom." initial:"[{\"p\":\"payload\",\"v\":\"\",\"vt\":\"date\"},{\"p\":\"topic\",\"v\":\"\",\"vt\":\"str\"}]"`
	Once      bool          `prop:"once" label:"At start" help:"Send one when the flow starts, before the first repetition."`
	OnceDelay node.Duration `prop:"onceDelay" label:"Start delay" default:"0.1" min:"0" max:"2147483" placeholder:"0.1" when:"once"`
	Repeat    node.Duration `prop:"repeat" label:"Every" min:"0" max:"2147483" placeholder:"30s" help:"Send one again and again. A tick is skipped while the last message is still carried."`
	Crontab   string        `prop:"crontab" label:"Calendar" widget:"cron" placeholder:"0 9 * * 1-5" help:"Minute, hour, day of month, month and day of week, with seconds before them if you like; local time. An interval wins."`

	around  node.Binding
	out     node.Late
	opened  sync.Once
	started chan struct{} // closed when out is there

	clock *clock
	alarm alarm
}

// Prop is one property of the message that inject makes.
type Prop struct {
	Property node.TypedValue `prop:"p" types:"msg" label:"Property" placeholder:"payload"`
	Value    node.TypedValue `prop:"v,vt" types:"str,num,bool,json,bin,date,msg,flow,global,env,template,expr,jsonata" label:"Value" help:"A message property is one that a row above has set."`
}

func init() {
	node.Register[Inject](node.Type{
		Name: "inject", Category: "common", Icon: "play", Outputs: []string{"out"},
		Help: "Starts a flow with a message of your own: at its button, once at start, every so often, or by a calendar.\n\n" +
			"Each row sets one property, from top to bottom; a value of type *message property* sees the rows above. " +
			"A timestamp is milliseconds, or text with `iso` or a format such as `YYYY-MM-DD HH:mm`. " +
			"If a row fails nothing is sent, and catch nodes get the error.\n\n" +
			"A message that is wired in gets the properties and goes on.\n\n" +
			"Example: every weekday at nine (`0 9 * * 1-5`) a payload *Good morning* for send-sms.",
	})
}

// Upgrade writes out what older files leave to the node: payload and topic.
func (*Inject) Upgrade(raw *msg.Object) {
	props, ok := raw.Get("props").(*msg.List)
	if !ok {
		props = msg.NewList(msg.Of("p", "payload"), msg.Of("p", "topic", "vt", "str"))
		raw.Set("props", props)
	}
	for _, item := range props.Items {
		p, ok := item.(*msg.Object)
		if !ok {
			continue
		}
		switch {
		case p.Has("v"):
		case p.Get("p") == "payload":
			v, vt := raw.Get("payload"), raw.Get("payloadType")
			switch {
			case vt == "none" || vt == "string":
				vt = "str"
			case vt == nil && (v == nil || v == ""):
				vt = "date"
			}
			p.Set("v", v)
			p.Set("vt", vt)
		case p.Get("p") == "topic" && p.Get("vt") == "str":
			p.Set("v", raw.Get("topic"))
		}
		if p.Get("v") == nil {
			p.Set("v", "")
		}
		if p.Get("vt") == "num" {
			if n := msg.Number(p.Get("v")); n != n {
				p.Set("v", n) // NaN is a number to inject
			}
		}
	}
}

// Check compiles the calendar.
func (i *Inject) Check(report func(property, problem string)) {
	if i.Repeat > 0 || i.Crontab == "" {
		return
	}
	if _, err := parseCron(i.Crontab); err != nil {
		report("crontab", err.Error())
	}
}

// Inputs: none is drawn, though a wire into it works.
func (*Inject) Inputs() int { return 0 }

// Open keeps what the button needs to read properties of its own.
func (i *Inject) Open(_ context.Context, env *node.Env) error {
	i.around = node.Binding{Node: env.Node, Flow: env.FlowContext, Global: env.Global, Var: env.Var}
	i.started, i.clock = make(chan struct{}), clockOf(env)
	return nil
}

// Start sends by the clock until ctx ends. It does so from alarms, so that
// thousands of inject nodes need no goroutines that wait.
func (i *Inject) Start(ctx context.Context, out node.Late) error {
	next, err := i.schedule()
	if err != nil {
		return err
	}
	i.opened.Do(func() { i.out = out; close(i.started) })
	first := next(time.Now())
	if i.Once {
		first = time.Now().Add(i.OnceDelay.D())
	}
	i.arm(ctx, first, next)
	return nil
}

// schedule tells for a time when the next message is due: zero for never, as
// on 30 February.
func (i *Inject) schedule() (next func(time.Time) time.Time, err error) {
	switch {
	case i.Repeat > 0:
		return func(t time.Time) time.Time { return t.Add(i.Repeat.D()) }, nil
	case i.Crontab != "":
		calendar, err := parseCron(i.Crontab)
		if err != nil {
			return nil, err
		}
		return calendar.Next, nil
	}
	return func(time.Time) time.Time { return time.Time{} }, nil
}

// arm sets the alarm for the first message, which sets itself for those that
// follow. What falls into the time that a message takes is skipped.
func (i *Inject) arm(ctx context.Context, due time.Time, next func(time.Time) time.Time) {
	if due.IsZero() {
		return
	}
	step := grid
	if i.Repeat > 0 && i.Repeat.D() < 10*grid {
		step = fineGrid
	}
	i.alarm.ring = func() {
		if ctx.Err() != nil {
			return
		}
		i.send(ctx, msg.NewObject(len(i.Props)+1), i.Props)
		due = next(due)
		if now := time.Now(); !due.After(now) && !due.IsZero() {
			due = next(now)
		}
		if !due.IsZero() && ctx.Err() == nil {
			i.clock.set(&i.alarm, due, step)
		}
	}
	i.clock.set(&i.alarm, due, step)
}

// Close stops the alarm, which Start's context has made harmless.
func (i *Inject) Close() error {
	i.clock.stop(&i.alarm)
	return nil
}

// send sets the properties on m and carries it.
func (i *Inject) send(ctx context.Context, m *msg.Object, props []Prop) {
	if err := node.Try(func() error { return fill(m, props) }); err != nil {
		i.out.Fail(m, err)
		return
	}
	one := i.out.Later()
	_ = one.Emit(ctx, m, 0) // what nobody caught is in the log
	one.Done(nil, nil)
}

// Receive sets the properties on a message that was wired in.
func (i *Inject) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	if err := fill(m, i.Props); err != nil {
		return err
	}
	out.Send(m)
	return nil
}

// Control is the button. The member __user_inject_props__ of body replaces the
// properties for this one message, which then has the other members, too.
func (i *Inject) Control(ctx context.Context, verb string, body *msg.Object) error {
	if verb != "inject" {
		return fmt.Errorf("inject knows the verb inject, not %q", verb)
	}
	select {
	case <-i.started:
	case <-ctx.Done():
		return ctx.Err()
	}
	own, ok := body.Get("__user_inject_props__").(*msg.List)
	if !ok {
		i.send(ctx, msg.NewObject(len(i.Props)+1), i.Props)
		return nil
	}
	m := body.Clone()
	m.Delete("__user_inject_props__")
	props, err := i.decode(own)
	if err != nil {
		i.out.Fail(m, err)
		return nil
	}
	i.send(ctx, m, props)
	return nil
}

// decode reads properties as a configuration has them.
func (i *Inject) decode(list *msg.List) ([]Prop, error) {
	for _, item := range list.Items {
		if p, ok := item.(*msg.Object); ok && !p.Has("v") {
			p.Set("v", "") // payload and topic of the node are not meant here
		}
	}
	t, _ := node.Lookup("inject")
	in, problems := t.Decode(msg.Of("props", list), &i.around)
	var errs failures
	for _, p := range problems {
		errs = append(errs, fmt.Errorf("%s: %s", p.Property, p.Message))
	}
	return in.Value.(*Inject).Props, errs.join()
}

// fill sets the properties in turn; if any fails the error tells all. A value
// that is undefined leaves its property unset; one below something that is no
// object cannot be set.
func fill(m *msg.Object, props []Prop) error {
	var errs failures
	for i := range props {
		v, err := props[i].Value.Value(m)
		if err == nil {
			err = props[i].Property.Set(m, v)
		} else if props[i].Value.Type() == "jsonata" {
			err = fmt.Errorf("Invalid JSONata expression: %w", err)
		}
		var override *node.OverrideError
		if err != nil && err != node.ErrNoTarget && !errors.As(err, &override) {
			errs = append(errs, err)
		}
	}
	return errs.join()
}

// failures are errors whose joined text is Node-RED's.
type failures []error

func (f failures) join() error {
	if len(f) == 0 {
		return nil
	}
	texts := make([]string, len(f))
	for i, err := range f {
		texts[i] = err.Error()
	}
	return errors.New(strings.Join(texts, "; "))
}
