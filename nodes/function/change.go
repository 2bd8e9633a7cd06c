package function

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Change sets, changes, deletes and moves properties of messages and contexts
// (contract nodes.md, function).
type Change struct {
	Rules []ChangeRule `prop:"rules" label:"Rules" widget:"rules" initial:"[{\"t\":\"set\",\"p\":\"payload\",\"pt\":\"msg\",\"to\":\"\",\"tot\":\"str\"}]"`

	flow, global node.Context
}

// ChangeRule is one step; the steps follow one another.
type ChangeRule struct {
	Op     string          `prop:"t" label:"Do" enum:"set=set,change=change,delete=delete,move=move" default:"set"`
	Target node.TypedValue `prop:"p,pt" types:"msg,flow,global" label:"Property" placeholder:"payload"`
	From   node.TypedValue `prop:"from,fromt" types:"str,re,num,bool,msg,flow,global,env" label:"from" when:"t == 'change'"`
	To     node.TypedValue `prop:"to,tot" types:"str,num,bool,json,bin,date,msg,flow,global,env,template,expr,jsonata" typesWhen:"str,num,bool,json,bin,date,env,template,expr,jsonata: t != 'move'" label:"to" help:"For change: what replaces it; a pattern's groups are $1, $2 …" when:"t in ['set','change','move']"`
	Deep   bool            `prop:"dc" label:"Copy" help:"Set a copy. Otherwise an object then stands in two places of the message, and a change to one shows in both." when:"t == 'set'" advanced:"true"`
}

func init() {
	node.Register[Change](node.Type{
		Name: "change", Category: "function", Icon: "pencil", Outputs: []string{"out"},
		Help: "Sets, changes, deletes and moves properties of the message, or of flow and global context, one rule after the other.\n\n" +
			"*Set* to a value that is undefined deletes. *Change* replaces text wherever it occurs; a text that is the whole property takes the new value with its type. " +
			"*Move* sets the second property and deletes the first.\n\n" +
			"If a rule fails the message goes to catch nodes and no further.\n\n" +
			"Example: set `msg.payload` to the template `You said <<msg.payload.text>>`.",
	})
}

// Upgrade makes rules of the form without rules, and writes out the types that
// older files leave out.
func (*Change) Upgrade(raw *msg.Object) {
	if !raw.Has("rules") {
		raw.Set("rules", msg.NewList(legacyRule(raw)))
	}
	rules, _ := raw.Get("rules").(*msg.List)
	for i := range rules.Len() {
		r, ok := rules.Items[i].(*msg.Object)
		if !ok {
			continue
		}
		switch op := r.Get("t"); {
		case op == "change" && msg.Truthy(r.Get("re")):
			r.Set("fromt", "re")
		case op == "set" && unset(r, "tot"):
			r.Set("tot", "str")
			if path, ok := strings.CutPrefix(msg.Text(r.Get("to")), "msg."); ok {
				r.Set("to", path)
				r.Set("tot", "msg")
			}
		case op == "move" && unset(r, "tot"):
			r.Set("tot", "msg")
		}
		if (r.Get("t") == "set" || r.Get("t") == "change") && r.Get("to") == nil {
			r.Set("to", "")
		}
	}
}

func unset(o *msg.Object, key string) bool { return o.Get(key) == nil || o.Get(key) == "" }

// legacyRule is the one rule of the form {action, property, from, to, reg}.
func legacyRule(raw *msg.Object) *msg.Object {
	r := msg.Of("t", raw.Get("action"), "p", raw.Get("property"), "to", raw.Get("to"))
	switch r.Get("t") {
	case "replace":
		r.Set("t", "set")
	case "change":
		r.Set("from", raw.Get("from"))
		if reg, ok := raw.Lookup("reg"); ok && (reg == nil || reg == true) {
			r.Set("fromt", "re")
		}
	}
	return r
}

// Check sees that every rule has a target.
func (c *Change) Check(report func(property, problem string)) {
	for i := range c.Rules {
		r := &c.Rules[i]
		if r.Op == "move" {
			if t := r.To.Type(); t != "" && t != "msg" && t != "flow" && t != "global" {
				report(at("rules", i, "tot"), fmt.Sprintf("a property cannot be moved to a value of type %s", t))
			}
		}
	}
}

func at(list string, i int, key string) string { return fmt.Sprintf("%s[%d].%s", list, i, key) }

// Open keeps the contexts, whose locks make a change of theirs atomic.
func (c *Change) Open(_ context.Context, env *node.Env) error {
	c.flow, c.global = env.FlowContext, env.Global
	return nil
}

// Receive applies the rules and sends m on.
func (c *Change) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	for i := range c.Rules {
		if err := c.apply(ctx, &c.Rules[i], m, out); err != nil {
			return err
		}
	}
	out.Send(m)
	return nil
}

func (c *Change) apply(ctx context.Context, r *ChangeRule, m *msg.Object, out node.Out) error {
	var err error
	switch r.Op {
	case "set":
		err = r.set(m)
	case "change":
		defer c.lock(r.Target.Type())()
		err = r.change(m, out)
	case "delete":
		err = r.Target.Set(m, msg.Undefined)
	case "move":
		err = r.move(m)
	}
	var override *node.OverrideError
	switch {
	case err == node.ErrNoTarget:
		return nil
	case errors.As(err, &override):
		if r.Op != "delete" {
			node.Log(ctx).Warn(err.Error())
		}
		return nil
	}
	return err
}

// lock holds a context over a read-change-write.
func (c *Change) lock(scope string) (unlock func()) {
	switch {
	case scope == "flow" && c.flow != nil:
		return c.flow.Lock()
	case scope == "global" && c.global != nil:
		return c.global.Lock()
	}
	return func() {}
}

func (r *ChangeRule) set(m *msg.Object) error {
	if r.To.Type() == "msg" && !r.To.IsSet() {
		return nil
	}
	v, err := r.To.Value(m)
	switch {
	case err == nil:
		if given := r.To.Given(); r.To.Type() == "str" && given != nil {
			v = msg.CloneValue(given) // a variable keeps its kind
		}
	case isProperty(r.To):
		return nil // a path that leads nowhere: the rule is skipped
	case r.To.Type() == "jsonata":
		return fmt.Errorf("Invalid JSONata expression: %v", err)
	default:
		return err
	}
	if r.Deep {
		v = msg.CloneValue(v)
	}
	return r.Target.Set(m, v)
}

func isProperty(t node.TypedValue) bool {
	return t.Type() == "msg" || t.Type() == "flow" || t.Type() == "global"
}

// move deletes before it sets, so that a property can be moved into itself and
// to where its parent is. What lies below nothing counts as undefined, but to
// its parent or another scope it does not move, as in Node-RED.
func (r *ChangeRule) move(m *msg.Object) error {
	v, err := r.Target.Value(m)
	if err != nil {
		from, to := r.Target.Raw(), r.To.Raw()
		if r.Target.Type() != r.To.Type() || from != to && strings.Contains(from, to) {
			return nil
		}
		v = msg.Undefined
	}
	if err := r.Target.Set(m, msg.Undefined); err != nil {
		var override *node.OverrideError
		if !errors.As(err, &override) {
			return err
		}
	}
	return r.To.Set(m, v)
}
