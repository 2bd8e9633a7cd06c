package node_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// receiver makes a struct that embeds it a node type with an input.
type receiver struct{}

func (receiver) Receive(context.Context, *msg.Object, node.Out) error { return nil }

// registering a faulty type panics with a text that names the fault.
func panicOf[T any](t node.Type) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	node.Register[T](t)
	return "none"
}

func faulty[T any]() string {
	return panicOf[T](node.Type{Name: "faulty", Category: "tests", Help: "Is never registered."})
}

func TestRegisterPanics(t *testing.T) {
	tests := []struct{ got, want string }{
		{faulty[struct {
			A string `prop:"a" lable:"A"`
		}](), `field A: unknown tag "lable"`},
		{faulty[struct {
			A string
		}](), `field A: no prop tag`},
		{faulty[struct {
			A string `prop:"a" label:""`
		}](), `field A: empty tag "label"`},
		{faulty[struct {
			A string `prop:"wires"`
		}](), `the engine reads "wires" itself`},
		{faulty[struct {
			A string `prop:"a|name"`
		}](), `the engine reads "name" itself`},
		{faulty[struct {
			A string `prop:"info"`
		}](), `the engine reads "info" itself`},
		{faulty[struct {
			A string `prop:"a"`
			B string `prop:"b|a"`
		}](), `property "a" twice`},
		{faulty[struct {
			A node.TypedValue `prop:"a,b" types:"str,num"`
			B string          `prop:"b"`
		}](), `property "b" twice`},
		{faulty[struct {
			A chan int `prop:"a"`
		}](), `field A: the editor has no way to show a chan int`},
		{faulty[struct {
			A struct{ B string } `prop:"a"`
		}](), `no way to show a struct`},
		{faulty[struct {
			A map[string]struct{} `prop:"a"`
		}](), `no way to show a map[string]struct {}`},
		{faulty[struct {
			A int64 `prop:"a"`
		}](), `no way to show a int64`},
		{faulty[struct {
			A []node.Secret `prop:"a"`
		}](), `no way to show a []node.Secret`},
		{faulty[struct {
			a string `prop:"a"`
		}](), `field a: has a prop tag but is not exported`},
		{faulty[struct {
			A int `prop:"a" default:"ten"`
		}](), `field A: default:`},
		{faulty[struct {
			A int `prop:"a" default:"5" max:"4"`
		}](), `default of a: 5 is above 4`},
		{faulty[struct {
			A string `prop:"a" enum:"x,y" default:"z"`
		}](), `default of a: "z" is not one of x, y`},
		{faulty[struct {
			A string `prop:"a" enum:"x,y" initial:"z"`
		}](), `default of a: "z" is not one of x, y`},
		{faulty[struct {
			A string `prop:"a" enum:"x,x"`
		}](), `field A: enum: "x" twice`},
		{faulty[struct {
			A int `prop:"a" enum:"x"`
		}](), `field A: enum: "x" is not a number`},
		{faulty[struct {
			A bool `prop:"a" enum:"x"`
		}](), `field A: a yes or no has no enum`},
		{faulty[struct {
			A node.Template `prop:"a" default:"<<msg."`
		}](), `default of a: `},
		{faulty[struct {
			A node.Duration `prop:"a" default:"soon"`
		}](), `default of a: "soon" is not a duration`},
		{faulty[struct {
			A node.Duration `prop:"a" unit:"weeks"`
		}](), `field A: a duration does not count in "weeks"`},
		{faulty[struct {
			A []rule `prop:"a" default:"["`
		}](), `field A: default: "[" is not JSON`},
		{faulty[struct {
			A []rule `prop:"a" initial:"[{\"t\":\"nope\"}]"`
		}](), `default of a[0].t: "nope" is not one of`},
		{faulty[struct {
			A node.TypedValue `prop:"a,b"`
		}](), `field A: a typed value needs the tag types`},
		{faulty[struct {
			A node.TypedValue `prop:"a" types:"str,num"`
		}](), `field A: a typed value of several types needs the key of its type: prop:"a,aType"`},
		{faulty[struct {
			A node.TypedValue `prop:"a,b" types:"str,nmu"`
		}](), `field A: types: unknown type "nmu"`},
		{faulty[struct {
			A node.TypedValue `prop:"a,b" types:"str,len=length:nmu"`
		}](), `field A: types: unknown type "nmu"`},
		{faulty[struct {
			A node.TypedValue `prop:"a,b" types:"num=number"`
		}](), `field A: types: num is not this node's to define`},
		{faulty[struct {
			A string `prop:"a" types:"str"`
		}](), `field A: only a typed value has types`},
		{faulty[struct {
			A node.Secret `prop:"a" default:"x"`
		}](), `field A: a secret has no default`},
		{faulty[struct {
			A string `prop:"a" shown:"true"`
		}](), `field A: only a secret may be shown`},
		{faulty[struct {
			A string `prop:"a" required:"yes please"`
		}](), `field A: tag required is not true or false`},
		{faulty[struct {
			A string `prop:"a" width:"13"`
		}](), `field A: tag width is not one of 12 columns`},
		{faulty[struct {
			A string `prop:"a" ports:"each"`
		}](), `field A: ports:"each" is for a list`},
		{faulty[struct {
			A string `prop:"a" ports:"count"`
		}](), `field A: ports:"count" is for an int`},
		{faulty[struct {
			A []string `prop:"a" ports:"each"`
			B int      `prop:"b" ports:"count"`
		}](), `two fields with the tag ports`},
		{faulty[struct {
			A string `prop:"a" when:"b == 'x'"`
		}](), `property a: when: no sibling "b"`},
		{faulty[struct {
			A string `prop:"a" enum:"x,y"`
			B string `prop:"b" when:"a == 'z'"`
		}](), `property b: when: a is never 'z'`},
		{faulty[struct {
			A node.TypedValue `prop:"a,at" types:"str,num"`
			B string          `prop:"b" when:"at in ['str','msg']"`
		}](), `property b: when: at is never 'msg'`},
		{faulty[struct {
			A string `prop:"a" enum:"x,y" enumWhen:"z: a == 'x'"`
		}](), `property a: enumWhen: a is never 'z'`},
		{faulty[struct {
			A string `prop:"a" enum:"x,y" enumWhen:"x: b == 'x'"`
		}](), `property a: enumWhen: no sibling "b"`},
		{faulty[struct {
			A string `prop:"a" enum:"x,y" enumWhen:"x"`
		}](), `enumWhen: "x" is not values: condition`},
		{faulty[struct {
			A string `prop:"a" enum:"x=one, or two,y"`
		}](), `field A: enum: " or two" has a space at its end`},
		{faulty[struct {
			A node.TypedValue `prop:"a,at" types:"str,num" typesWhen:"msg: at == 'str'"`
		}](), `property a: typesWhen: a is never of type 'msg'`},
		{faulty[struct {
			A node.TypedValue `prop:"a,at" types:"str,num" typesWhen:"num: b"`
		}](), `property a: typesWhen: no sibling "b"`},
		{faulty[struct {
			A string `prop:"a" valuesWhen:"x: a"`
		}](), `property a: valuesWhen: only a typed value`},
		{faulty[struct {
			A string `prop:"a" labelWhen:"Other: b == 'x'"`
		}](), `property a: labelWhen: no sibling "b"`},
		{faulty[int](), `int is no struct`},
		{panicOf[receiver](node.Type{Name: "Faulty", Category: "tests", Help: "x"}), `the name is not kebab-case`},
		{panicOf[receiver](node.Type{Name: "faulty", Help: "x"}), `no category`},
		{panicOf[receiver](node.Type{Name: "faulty", Category: "tests"}), `no help`},
		{panicOf[receiver](node.Type{Name: "faulty", Category: "config", Help: "x"}), `a config node takes and makes no messages`},
		{panicOf[receiver](node.Type{Name: "switch", Category: "tests", Help: "x"}), `"switch" is already node_test.router`},
		{panicOf[receiver](node.Type{Name: "faulty", Aliases: []string{"sendsms"}, Category: "tests", Help: "x"}), `"sendsms" is already node_test.sendSMS`},
		{panicOf[router](node.Type{Name: "faulty", Category: "tests", Help: "x"}), `node_test.router is already switch`},
	}
	for _, tt := range tests {
		if !strings.Contains(tt.got, tt.want) || !strings.HasPrefix(tt.got, "node: register ") {
			t.Errorf("panic %s\nwant %s", tt.got, tt.want)
		}
	}
	if typ, ok := node.Lookup("faulty"); ok {
		t.Errorf("a faulty type was registered: %v", typ.Name)
	}
}

func TestTypes(t *testing.T) {
	var names []string
	for _, typ := range node.Types() {
		names = append(names, typ.Category+"/"+typ.Name)
	}
	want := "function/switch messaging/send-sms tests/fields tests/typed config/kinds config/vonage"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("order %s\nwant  %s", got, want)
	}
	if typ, ok := node.Lookup("sendsms"); !ok || typ.Name != "send-sms" || typ.IsConfig() || typ.Inputs() != 1 {
		t.Errorf("sendsms: %+v", typ)
	}
	if _, ok := node.Lookup("Send-SMS"); ok {
		t.Error("names are found in any case")
	}
	typ, _ := node.Lookup("vonage")
	want = "[{apiKey [apikey] true} {apiSecret [apisecret] false}]"
	if got := fmt.Sprint(typ.Credentials()); got != want || !typ.IsConfig() || typ.Inputs() != 0 {
		t.Errorf("credentials %s, want %s", got, want)
	}
	typ, _ = node.Lookup("switch")
	want = `{"property":"payload","propertyType":"msg","rules":[{"t":"eq","v":"","vt":"str"}],"checkall":true}`
	if got := typ.Initial().String(); got != want {
		t.Errorf("a new node is %s\nwant %s", got, want)
	}
}

func TestDelivery(t *testing.T) {
	if d := node.DeliveryOf(context.Background()); d.Key != "" || d.Begin() != nil {
		t.Errorf("outside a delivery: %+v", d)
	}
	full := fmt.Errorf("disk full")
	ctx := node.WithDelivery(context.Background(), &node.Delivery{Key: "k", OnBegin: func() error { return full }})
	if d := node.DeliveryOf(ctx); d.Key != "k" || d.Begin() != full {
		t.Errorf("delivery: %+v", d)
	}
}

func TestRetry(t *testing.T) {
	err := fmt.Errorf("send: %w", node.Retry(context.DeadlineExceeded, 3e9))
	if after, ok := node.RetryAfter(err); !ok || after != 3e9 {
		t.Errorf("after %v, %v", after, ok)
	}
	if _, ok := node.RetryAfter(context.DeadlineExceeded); ok || node.Retry(nil, 1) != nil {
		t.Error("an error that was not marked is tried again")
	}
	if err.Error() != "send: context deadline exceeded" {
		t.Errorf("text %q", err)
	}
}
