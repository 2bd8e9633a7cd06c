package sequence

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// take adds a value to a group that the configuration describes.
func (g *joining) take(ctx context.Context, build string, key, value any, completes bool) error {
	switch build {
	case "object":
		g.put(msg.Text(key), value)
	case "merged":
		if g.object == nil {
			g.object = msg.NewObject(4)
		}
		if o, ok := value.(*msg.Object); ok {
			for key, v := range o.All() {
				if key != "_msgid" {
					g.object.Set(key, v)
				}
			}
		} else if value != nil && !completes {
			node.Log(ctx).Warn("Cannot merge non-object types")
		}
		g.have = g.object.Len()
	default:
		return g.place(nil, value)
	}
	return nil
}

// put adds a member to an object.
func (g *joining) put(key string, value any) {
	if g.object == nil {
		g.object = msg.NewObject(4)
	}
	g.object.Set(key, value)
	g.have = g.object.Len()
}

// place puts a value at its index, or at the end if there is none. A place
// that is taken is taken over and does not count again.
func (g *joining) place(index, value any) error {
	if g.kind == "buffer" && value != msg.Undefined {
		switch value.(type) {
		case []byte, string, *msg.List:
		default:
			return fmt.Errorf("Cannot join %s to buffer", msg.TypeOf(value))
		}
	}
	i, ok := index.(float64)
	if !ok {
		i = msg.Number(index)
		ok = index != nil && index != msg.Undefined && !math.IsNaN(i)
	}
	if !ok || i < 0 || i != math.Trunc(i) {
		if value == msg.Undefined {
			return nil
		}
		i = float64(len(g.list))
	}
	if i >= maxHeld {
		return fmt.Errorf("more than %d parts in a group", maxHeld)
	}
	at := int(i)
	for len(g.list) <= at {
		g.list = append(g.list, msg.Undefined)
	}
	if g.list[at] == nil || g.list[at] == msg.Undefined {
		g.have++
	}
	g.list[at] = value
	return nil
}

// value is what the group comes to.
func (g *joining) value() (any, error) {
	switch {
	case g.object != nil:
		return g.object, nil
	case g.kind == "object" || g.kind == "merged":
		return msg.NewObject(0), nil
	case g.kind == "string":
		return g.text(), nil
	case g.kind == "buffer":
		return g.buffer(), nil
	}
	if g.kind != "array" || g.len <= 1 {
		return &msg.List{Items: g.list}, nil
	}
	flat := msg.NewList()
	for _, v := range g.list {
		if some, ok := v.(*msg.List); ok {
			flat.Items = append(flat.Items, some.Items...)
		} else if v != msg.Undefined {
			flat.Append(v)
		}
	}
	return flat, nil
}

// text joins the values as JavaScript joins a list.
func (g *joining) text() string {
	between := string(bytesOf(g.ch))
	var text strings.Builder
	for i, v := range g.list {
		if i > 0 {
			text.WriteString(between)
		}
		if v != nil && v != msg.Undefined {
			text.WriteString(msg.Text(v))
		}
	}
	return text.String()
}

func (g *joining) buffer() []byte {
	between := bytesOf(g.ch)
	data := []byte{}
	for i, v := range g.list {
		if i > 0 {
			data = append(data, between...)
		}
		data = append(data, bytesOf(v)...)
	}
	return data
}

// bytesOf is JavaScript's Buffer.from: of a text, a buffer or a list of bytes.
func bytesOf(v any) []byte {
	switch v := v.(type) {
	case string:
		return []byte(v)
	case []byte:
		return v
	case *msg.List:
		data := make([]byte, v.Len())
		for i := range data {
			data[i] = byte(int64(msg.Number(v.At(i))))
		}
		return data
	}
	return nil
}
