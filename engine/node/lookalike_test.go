package node_test

import (
	"context"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Look-alikes of real types, as an author writes them.

type account struct {
	SMSURL node.Template `prop:"smsUrl" label:"SMS API" default:"https://rest.nexmo.com"`
	Rate   float64       `prop:"rate" label:"Rate" default:"30" min:"0" unit:"requests/s"`
	Key    node.Secret   `prop:"apiKey|apikey" label:"API key" shown:"true"`
	Secret node.Secret   `prop:"apiSecret|apisecret" label:"API secret"`
}

type sendSMS struct {
	Vonage   node.Ref[account] `prop:"vonage|creds" label:"Vonage" required:"true"`
	From     node.Template     `prop:"from|fr" label:"From" placeholder:"<<msg.payload.to>>" required:"true"`
	To       node.Template     `prop:"to" label:"To" placeholder:"<<msg.payload.msisdn>>" required:"true"`
	Text     node.Template     `prop:"text" label:"Text" widget:"sms" required:"true"`
	Encoding string            `prop:"encoding" label:"Encoding" enum:"auto,text,unicode" default:"auto"`
}

func (*sendSMS) Upgrade(raw *msg.Object) {
	if msg.LooseEqual(raw.Get("unicode"), true) {
		raw.Set("encoding", "unicode")
	}
}

func (s *sendSMS) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	v := node.On(m)
	answer := msg.Of("from", v.Text(s.From), "to", v.Text(s.To), "text", v.Text(s.Text), "encoding", s.Encoding)
	if v.Err() != nil {
		return v.Err()
	}
	if err := node.DeliveryOf(ctx).Begin(); err != nil {
		return err
	}
	m.Set("payload", answer)
	out.Send(m)
	return nil
}

type router struct {
	Property node.TypedValue `prop:"property,propertyType" types:"msg,flow,global,jsonata,env,expr" label:"Property" default:"payload"`
	Rules    []rule          `prop:"rules" label:"Rules" ports:"each" initial:"[{\"t\":\"eq\",\"v\":\"\",\"vt\":\"str\"}]"`
	All      bool            `prop:"checkall" label:"Check all rules" default:"true"`
}

type rule struct {
	Op    string          `prop:"t" enum:"eq,neq,null=is null,else=otherwise" default:"eq" width:"3"`
	Value node.TypedValue `prop:"v,vt" types:"str,num,msg,flow,global,jsonata,env,expr,prev" when:"t in ['eq','neq']"`
}

func (r *router) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	v := node.On(m)
	got := v.Any(r.Property)
	var met []int
	for port, rule := range r.Rules {
		ok := rule.Op == "else" && len(met) == 0
		switch rule.Op {
		case "eq":
			ok = msg.LooseEqual(got, v.Any(rule.Value))
		case "null":
			ok = got == nil || got == msg.Undefined
		}
		if ok {
			if met = append(met, port); !r.All {
				break
			}
		}
	}
	if v.Err() == nil {
		out.SendTo(m, met...)
	}
	return v.Err()
}

func init() {
	node.Register[account](node.Type{
		Name: "vonage", Aliases: []string{"nexmobasic"}, Category: "config", Icon: "key", Help: "An account of the provider.",
	})
	node.Register[sendSMS](node.Type{
		Name: "send-sms", Aliases: []string{"sendsms"}, Category: "messaging", Icon: "phone",
		Outputs: []string{"sent"}, Mode: node.Pool(16), Effect: true, Help: "Sends a text. …",
	})
	node.Register[router](node.Type{
		Name: "switch", Category: "function", Icon: "fork", Help: "Routes by rule. `else` is met when no rule before it was.",
	})
}
