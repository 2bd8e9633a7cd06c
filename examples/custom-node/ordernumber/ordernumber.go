// Package ordernumber is a node of one's own: all of it is in this file.
package ordernumber

import (
	"context"
	"regexp"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// OrderNumber finds the order that a text is about: "where is ab 12345?".
// Its fields are its configuration, its form in the editor and its
// documentation.
type OrderNumber struct {
	Text   node.Template `prop:"text" label:"Text" default:"<<msg.payload.text>>" help:"Where to look."`
	Prefix string        `prop:"prefix" label:"Prefix" default:"AB" help:"The letters that an order number begins with."`
	Digits int           `prop:"digits" label:"Digits" default:"5"`
}

func init() {
	node.Register[OrderNumber](node.Type{
		Name: "order-number", Category: "function", Icon: "hash", Outputs: []string{"found", "none"},
		Help: "Finds an order number in a text, however people write it, and puts it in `msg.order`. A text without one leaves through the second output.",
	})
}

var (
	letters = regexp.MustCompile(`^[A-Za-z]+$`)
	group   = regexp.MustCompile(`([A-Za-z]+)[ ./-]*([0-9]+)`)
)

// Check looks, at deploy, at what the fields' types cannot say.
func (o *OrderNumber) Check(report func(property, problem string)) {
	if !letters.MatchString(o.Prefix) {
		report("prefix", "should be letters, such as AB")
	}
	if o.Digits < 1 || o.Digits > 20 {
		report("digits", "should be 1 to 20")
	}
}

// Receive handles one message, which it owns until it sends it.
func (o *OrderNumber) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	v := node.On(m)
	text := v.Text(o.Text)
	if v.Err() != nil {
		return v.Err()
	}
	for _, found := range group.FindAllStringSubmatch(text, -1) {
		if strings.EqualFold(found[1], o.Prefix) && len(found[2]) == o.Digits {
			m.Set("order", strings.ToUpper(found[1])+"-"+found[2])
			out.SendTo(m, 0)
			return nil
		}
	}
	out.SendTo(m, 1)
	return nil
}
