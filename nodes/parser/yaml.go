package parser

import (
	"context"
	"errors"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/parser/yamltext"
)

// YAML turns YAML text into a value and a value into YAML text (contract
// nodes.md, parsers).
type YAML struct {
	Property node.TypedValue `prop:"property" types:"msg" label:"Property" default:"payload"`
}

func init() {
	node.Register[YAML](node.Type{
		Name: "yaml", Category: "parser", Icon: "file-code", Outputs: []string{"out"},
		Help: "Turns YAML text into the value it says, and an object or list into YAML text.\n\n" +
			"It reads YAML 1.2: `yes` and `no` are texts, dates become dates, anchors and `<<` work. One document of at most 32 MB, " +
			"512 levels and 1,000,000 values, aliases counted as often as they are used. What cannot be read is an error for catch nodes.\n\n" +
			"Numbers, true and false are dropped; a message without the property passes.\n\n" +
			"Example: file-in *shop.yaml* → yaml → `msg.payload.hours.monday`.",
	})
}

// Receive reads or writes the property.
func (y *YAML) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	v := node.On(m)
	value := v.Any(y.Property)
	if v.Err() != nil {
		return v.Err()
	}
	var err error
	switch x := value.(type) {
	case string:
		value, err = yamltext.Parse(x)
	case nil, *msg.Object, *msg.List, msg.Date:
		if value, err = yamltext.Format(x); err != nil {
			err = errNotWritten
		}
	case []byte:
		node.Log(ctx).Warn("Ignored non-object payload")
		return nil
	default:
		if value != msg.Undefined {
			node.Log(ctx).Warn("Ignored unsupported payload type")
			return nil
		}
		out.Send(m)
		return nil
	}
	if err == nil {
		err = y.Property.Set(m, value)
	}
	if err == nil {
		out.Send(m)
	}
	return err
}

var errNotWritten = errors.New("Failed to convert payload") // Node-RED's text
