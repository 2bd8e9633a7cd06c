package function

import (
	"context"
	"sync"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Switch passes a message on through the port of each rule that its property
// meets (contract nodes.md, function).
type Switch struct {
	Property node.TypedValue `prop:"property,propertyType" types:"msg,flow,global,env,expr,jsonata" label:"Property" default:"payload"`
	Rules    []SwitchRule    `prop:"rules" label:"Rules" widget:"rules" ports:"each" initial:"[{\"t\":\"eq\",\"v\":\"\",\"vt\":\"str\"}]"`
	All      bool            `prop:"checkall" label:"Check all rules" default:"true" help:"Off: only the first rule that is met counts."`
	Repair   bool            `prop:"repair" label:"Rebuild sequences" help:"Wait for the whole of a sequence (msg.parts) and number what leaves through each port anew."`

	prev   bool // a rule compares with the value before
	groups *groups
	mu     sync.Mutex
	last   any // the property of the message before
}

// SwitchRule is one rule and one port.
type SwitchRule struct {
	Op         string          `prop:"t" label:"Test" enum:"eq===,neq=≠,lt=<,lte=≤,gt=>,gte=≥,btwn=is between,cont=contains,regex=matches regular expression,hask=has key,istype=is of type,true=is true,false=is false,null=is null,nnull=is not null,empty=is empty,nempty=is not empty,head=is among the first,tail=is among the last,index=has index between,jsonata_exp=expression is true,else=otherwise" default:"eq"`
	Value      node.TypedValue `prop:"v,vt" types:"str,num,bool,msg,flow,global,env,prev,expr,jsonata" typesWhen:"str: t != 'head' && t != 'tail' && t != 'index' && t != 'jsonata_exp'; bool,prev: t in ['eq','neq','lt','lte','gt','gte','btwn','cont','hask']; num,msg,flow,global,env: t != 'jsonata_exp'" valuesWhen:"string,number,boolean,array,buffer,object,json,undefined,null: t == 'istype'" label:"Value" when:"t in ['eq','neq','lt','lte','gt','gte','btwn','cont','regex','hask','istype','head','tail','index','jsonata_exp']"`
	Upper      node.TypedValue `prop:"v2,v2t" types:"str,num,msg,flow,global,env,prev,expr,jsonata" typesWhen:"str,prev: t != 'index'" label:"and" when:"t in ['btwn','index']"`
	IgnoreCase bool            `prop:"case" label:"Ignore case" when:"t == 'regex'"`

	re         *node.Regex // of a constant pattern
	constant   any         // v, if it is the same for every message
	isConstant bool
}

func init() {
	node.Register[Switch](node.Type{
		Name: "switch", Category: "function", Icon: "split",
		Help: "Looks at one property of a message and sends the message through the port of every rule that it meets.\n\n" +
			"Comparisons are JavaScript's: `5` equals `\"5\"`. *Otherwise* is met when no rule between it and the *otherwise* above was. " +
			"*Previous value* is the property of the message before. *First*, *last* and *index* look at `msg.parts`.\n\n" +
			"An expression may also be the property, or be a rule of its own: *expression is true*.\n\n" +
			"Example: property `msg.payload.keyword`, rules `== HOURS`, `== HELP`, *otherwise*.",
	})
}

// Upgrade writes out the types that older files leave out, and makes a text of
// the name that "is of type" compares with.
func (*Switch) Upgrade(raw *msg.Object) {
	rules, _ := raw.Get("rules").(*msg.List)
	for i := range rules.Len() {
		r, ok := rules.Items[i].(*msg.Object)
		if !ok {
			continue
		}
		switch r.Get("t") {
		case "istype":
			if msg.Text(r.Get("v")) == "" || !r.Has("v") {
				r.Set("v", r.Get("vt"))
			}
			r.Set("vt", "str")
			continue
		case "jsonata_exp":
			if r.Get("vt") != "expr" {
				r.Set("vt", "jsonata")
			}
			continue
		}
		guessType(r, "v", "vt")
		guessType(r, "v2", "v2t")
	}
}

// guessType takes a value without type for a number if it looks like one.
func guessType(r *msg.Object, key, typeKey string) {
	v, ok := r.Lookup(key)
	if t := r.Get(typeKey); !ok || t != nil && t != "" {
		return
	}
	if n := msg.Number(v); n == n {
		r.Set(typeKey, "num")
	} else {
		r.Set(typeKey, "str")
	}
}

// Check compiles the regular expressions.
func (s *Switch) Check(report func(property, problem string)) {
	for i := range s.Rules {
		if err := s.Rules[i].compile(); err != nil {
			report(at("rules", i, "v"), err.Error())
		}
	}
}

// Open makes ready what the rules need to remember.
func (s *Switch) Open(context.Context, *node.Env) error {
	whole := s.Repair
	for i := range s.Rules {
		r := &s.Rules[i]
		s.prev = s.prev || r.Value.Type() == "prev" || r.Upper.Type() == "prev"
		whole = whole || r.Op == "tail"
		r.prepare()
	}
	if whole {
		s.groups = new(groups)
	}
	return nil
}

// Close gives up the sequences that are not whole.
func (s *Switch) Close() error {
	if s.groups != nil {
		s.groups.close()
	}
	return nil
}

// Receive sends m through the ports of the rules it meets. Part of a sequence
// waits for the others where a rule or Repair needs them all.
func (s *Switch) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	if s.groups != nil {
		if p := partsOf(m); p != nil {
			return s.gather(ctx, m, p, out)
		}
	}
	ports, err := s.route(ctx, m)
	if err == nil {
		out.SendTo(m, ports...)
	}
	return err
}

// route finds the ports.
func (s *Switch) route(ctx context.Context, m *msg.Object) ([]int, error) {
	got, err := s.Property.Value(m)
	if err != nil {
		got = msg.Undefined
		switch s.Property.Type() {
		case "jsonata": // Node-RED drops the message
			node.Log(ctx).Warn("Invalid JSONata expression: " + err.Error())
			return nil, nil
		case "expr":
			node.Log(ctx).Warn(err.Error())
		}
	}
	t := test{got: got, parts: m.Get("parts")}
	if s.prev {
		s.mu.Lock()
		t.prev, s.last = s.last, msg.CloneValue(got)
		s.mu.Unlock()
	}
	v := node.On(m)
	met := make([]int, 0, len(s.Rules))
	for port := range s.Rules {
		rule := &s.Rules[port]
		is, err := rule.meets(&t, m, v)
		if err != nil {
			return nil, err
		}
		t.met = is || t.met && rule.Op != "else"
		if is {
			if met = append(met, port); !s.All {
				break
			}
		}
	}
	return met, nil
}
