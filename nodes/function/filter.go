package function

import (
	"container/list"
	"context"
	"math"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// maxTopics is for how many topics a filter knows the value before; then it
// forgets the one that it has not seen for longest.
const maxTopics = 100_000

// Filter lets a message through only if its value has changed (contract
// nodes.md, function: rbe).
type Filter struct {
	Func     string          `prop:"func" label:"Let through" enum:"rbe=if the value changes,rbei=if it changes and not the first one,deadband=if it changes by more than,deadbandEq=if it changes by at least,narrowband=unless it changes by more than,narrowbandEq=unless it changes by at least" default:"rbe"`
	Gap      string          `prop:"gap" label:"Difference" placeholder:"5 or 10%" when:"func in ['deadband','deadbandEq','narrowband','narrowbandEq']"`
	Start    string          `prop:"start" label:"Start value" help:"Empty: the first value that comes." when:"func in ['narrowband','narrowbandEq']"`
	Compared string          `prop:"inout" label:"Compared with" enum:"out=the last value let through,in=the last value" default:"out" when:"func in ['deadband','deadbandEq','narrowband','narrowbandEq']"`
	Property node.TypedValue `prop:"property" types:"msg" label:"Property" default:"payload"`
	Separate bool            `prop:"septopics" label:"Each topic by itself" default:"true"`
	Topic    node.TypedValue `prop:"topi" types:"msg" label:"Topic" default:"topic" when:"septopics"`

	percent bool
	gap     float64
	before  map[string]*list.Element // of *value
	order   list.List                // the one that was seen last at the end
}

// value is what a topic had before; nil until there was something.
type value struct {
	topic string
	v     any
}

func init() {
	node.Register[Filter](node.Type{
		Name: "filter", Aliases: []string{"rbe"}, Category: "function", Icon: "funnel", Mode: node.Serial, Outputs: []string{"out"},
		Help: "Lets a message through only if its value is another than before; or, for numbers, if it differs enough, or not too much.\n\n" +
			"Objects are compared by content. A difference may be a percentage of the value before: `10%`. " +
			"`msg.reset` makes it forget: one topic, or all if the message has none. It remembers 100,000 topics.\n\n" +
			"Example: answer a keyword only the first time: property `payload.keyword`, topic `payload.msisdn`.",
	})
}

// Check reads the difference.
func (f *Filter) Check(report func(property, problem string)) {
	if f.band() && f.Gap != "" && math.IsNaN(msg.ParseFloat(f.Gap)) {
		report("gap", "is not a number or a percentage such as 10%")
	}
}

func (f *Filter) band() bool { return f.Func != "rbe" && f.Func != "rbei" }

// Open reads the difference.
func (f *Filter) Open(context.Context, *node.Env) error {
	f.percent = strings.HasSuffix(f.Gap, "%")
	if f.gap = msg.ParseFloat(f.Gap); math.IsNaN(f.gap) {
		f.gap = 0
	}
	f.before = make(map[string]*list.Element)
	return nil
}

// Receive compares and lets through or not.
func (f *Filter) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	topic, _ := f.Topic.Value(m)
	if m.Has("reset") {
		f.reset(topic)
	}
	v, err := f.Property.Value(m)
	if err != nil || v == msg.Undefined {
		return nil
	}
	key := "_no_topic"
	if f.Separate && msg.Truthy(topic) {
		key = msg.Text(topic)
	}
	passes := false
	if f.band() {
		n := msg.ParseFloat(msg.Text(v))
		if math.IsNaN(n) {
			node.Log(ctx).Warn("no number found in payload")
			return nil
		}
		passes = f.within(f.of(key), n)
	} else {
		passes = f.changes(f.of(key), v)
	}
	if passes {
		out.Send(m)
	}
	return nil
}

// reset forgets a topic, or all of them.
func (f *Filter) reset(topic any) {
	if name, ok := topic.(string); ok && f.Separate && name != "" {
		if e := f.before[name]; e != nil {
			f.order.Remove(e)
			delete(f.before, name)
		}
		return
	}
	clear(f.before)
	f.order.Init()
}

// of is the value before of a topic.
func (f *Filter) of(topic string) *value {
	if e := f.before[topic]; e != nil {
		f.order.MoveToBack(e)
		return e.Value.(*value)
	}
	if len(f.before) >= maxTopics {
		oldest := f.order.Remove(f.order.Front()).(*value)
		delete(f.before, oldest.topic)
	}
	x := &value{topic, msg.Undefined}
	f.before[topic] = f.order.PushBack(x)
	return x
}

// changes keeps v and tells whether it is new.
func (f *Filter) changes(before *value, v any) bool {
	first := before.v == msg.Undefined
	if msg.TypeOf(v) == "object" {
		old := before.v
		if msg.TypeOf(old) != "object" {
			old = msg.NewObject(0) // as in Node-RED, where an empty object is nothing new at first
			before.v = old
		}
		if msg.DeepEqual(v, old) {
			return false
		}
	} else if msg.StrictEqual(v, before.v) {
		return false
	}
	before.v = msg.CloneValue(v)
	return !first || f.Func != "rbei"
}

// within keeps n, as Compared says, and tells whether it is far enough away
// from the value before, or near enough.
func (f *Filter) within(before *value, n float64) bool {
	if before.v == msg.Undefined && strings.HasPrefix(f.Func, "narrowband") {
		before.v = n
		if f.Start != "" {
			before.v = msg.Number(f.Start)
		}
	}
	gap := f.gap
	old, known := before.v.(float64)
	if f.percent {
		gap = math.Abs(old * f.gap / 100)
	}
	if !known {
		old = n - gap - 1 // the first is far enough away
		before.v = old
	}
	passes := false
	switch far := math.Abs(n - old); {
	case far == gap:
		passes = f.Func == "deadbandEq" || f.Func == "narrowband"
	case far > gap:
		passes = f.Func == "deadband" || f.Func == "deadbandEq"
	case far < gap:
		passes = f.Func == "narrowband" || f.Func == "narrowbandEq"
	}
	if passes || f.Compared == "in" {
		before.v = n
	}
	return passes
}
