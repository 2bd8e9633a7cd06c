package web

import (
	"strconv"

	"github.com/flowrill/flowrill/engine/msg"
)

// appendScript is appendShown for what only JavaScript has (contract comms.md
// §5.1).
func (x extent) appendScript(dst []byte, v *msg.Script) (_ []byte, cut bool) {
	format := ""
	switch v.Kind {
	case msg.ScriptMap:
		format = "map"
		dst, cut = x.appendInner(dst, v)
	case msg.ScriptSet:
		format = "set[" + strconv.Itoa(v.Items.Len()) + "]"
		dst, cut = x.appendInner(dst, v)
	case msg.ScriptArray:
		format = v.Text + "[" + strconv.Itoa(v.Items.Len()) + "]"
		dst, cut = x.appendInner(dst, v)
	case msg.ScriptRegExp:
		format = "regexp"
		dst, cut = x.appendCut(dst, v.Text)
	case msg.ScriptError:
		format = "error"
		dst, cut = x.appendInner(dst, v)
	case msg.ScriptBigInt: // the one whose msg is no text
		s := shower{most: x, dst: dst}
		s.script(v)
		dst, cut, format = s.dst, s.cut, "bigint"
	case msg.ScriptFunction:
		dst, format = append(dst, `"[function]"`...), "function"
	}
	// A script can give a typed array's class any name.
	dst, _ = shownExtent.appendCut(append(dst, `,"format":`...), format)
	return dst, cut
}

// errorShown are the members that are shown of an Error.
var errorShown = []string{"name", "message", "code", "cause", "stack"}

// script writes what stands for a value that only JavaScript has (contract
// comms.md §5.2).
func (s *shower) script(v *msg.Script) {
	if !s.enter(v) {
		return
	}
	s.open[len(s.open)-1].key = "data"
	switch v.Kind {
	case msg.ScriptMap:
		s.text(`{"__enc__":true,"type":"map","data":`)
		s.cut = s.cut || v.Items.Len() > s.most.length
		s.object(mapped(v.Items, s.most.length))
		s.length(v.Items.Len())
	case msg.ScriptSet:
		s.text(`{"__enc__":true,"type":"set","data":`)
		s.items(v.Items)
		s.length(v.Items.Len())
	case msg.ScriptArray:
		s.text(`{"__enc__":true,"type":"array","data":`)
		s.items(v.Items)
		s.length(v.Items.Len())
	case msg.ScriptRegExp:
		s.text(`{"__enc__":true,"type":"regexp","data":`)
		s.line(v.Text)
		s.dst = append(s.dst, '}')
	case msg.ScriptError:
		shown := msg.NewObject(len(errorShown))
		for _, k := range errorShown {
			member, ok := v.Members.Lookup(k)
			if ok && k == "cause" {
				member = msg.Text(member)
			}
			if ok {
				shown.Set(k, member)
			}
		}
		s.text(`{"__enc__":true,"type":"error","data":`)
		s.object(shown)
		s.dst = append(s.dst, '}')
	case msg.ScriptBigInt:
		s.text(`{"__enc__":true,"type":"bigint","data":`)
		s.line(v.Text)
		s.dst = append(s.dst, '}')
	case msg.ScriptFunction:
		s.text(`{"__enc__":true,"type":"function"}`)
	}
	s.leave()
}

// mapped is the object that is shown of a Map's first entries.
func mapped(entries *msg.List, most int) *msg.Object {
	n := min(entries.Len(), most)
	o := msg.NewObject(n)
	for i := range n {
		if pair, ok := entries.At(i).(*msg.List); ok {
			o.Set(msg.Text(pair.At(0)), pair.At(1))
		}
	}
	return o
}
