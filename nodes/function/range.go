package function

import (
	"context"
	"math"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Range maps a number from one range to another (contract nodes.md, function).
type Range struct {
	Property node.TypedValue `prop:"property" types:"msg" label:"Property" default:"payload"`
	Action   string          `prop:"action" label:"Outside the range" enum:"scale=go on,clamp=stop at the ends,roll=wrap around,drop=drop the message" default:"scale"`
	MinIn    float64         `prop:"minin" label:"From" placeholder:"0" width:"6"`
	MaxIn    float64         `prop:"maxin" label:"to" placeholder:"10" width:"6"`
	MinOut   float64         `prop:"minout" label:"Into" placeholder:"0" width:"6"`
	MaxOut   float64         `prop:"maxout" label:"to" placeholder:"100" width:"6"`
	Round    bool            `prop:"round" label:"Whole numbers" help:"Round the result, half up."`
}

func init() {
	node.Register[Range](node.Type{
		Name: "range", Category: "function", Icon: "ruler", Outputs: []string{"out"},
		Help: "Maps a number from one range to another: 5 of 0–10 is 50 of 0–100.\n\n" +
			"A number outside the first range goes on in proportion, stops at the end, wraps around, or its message is dropped.\n\n" +
			"A value that is no number is dropped and logged; a message without the property passes.\n\n" +
			"Example: a battery's 3.0–4.2 V into 0–100 %, stopped at the ends.",
	})
}

// Receive maps the property.
func (r *Range) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	v := node.On(m)
	value := v.Any(r.Property)
	if v.Err() != nil {
		return v.Err()
	}
	if value == msg.Undefined {
		out.Send(m)
		return nil
	}
	n := msg.Number(value)
	if math.IsNaN(n) {
		node.Log(ctx).Info("not a number: " + msg.Text(value))
		return nil
	}
	n, ok := r.mapped(n)
	if !ok {
		return nil
	}
	if err := r.Property.Set(m, n); err != nil {
		return err
	}
	out.Send(m)
	return nil
}

// mapped is n in the second range; false: n is to be dropped.
func (r *Range) mapped(n float64) (float64, bool) {
	minIn, maxIn, minOut, maxOut := r.MinIn, r.MaxIn, r.MinOut, r.MaxOut
	if minIn > maxIn {
		minIn, maxIn, minOut, maxOut = maxIn, minIn, maxOut, minOut
	}
	switch r.Action {
	case "drop":
		if n < minIn || n > maxIn {
			return 0, false
		}
	case "clamp":
		n = min(max(n, minIn), maxIn)
	case "roll":
		d := maxIn - minIn
		n = math.Mod(math.Mod(n-minIn, d)+d, d) + minIn
	}
	n = (n-minIn)/(maxIn-minIn)*(maxOut-minOut) + minOut
	if r.Round {
		if whole := math.Floor(n); n-whole >= 0.5 {
			n = whole + 1
		} else {
			n = whole
		}
	}
	return n, true
}
