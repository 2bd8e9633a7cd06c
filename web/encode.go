package web

import (
	"encoding/hex"
	"math"
	"strconv"
	"sync"

	"github.com/flowrill/flowrill/engine/msg"
)

// extent is how much of a value people are shown.
type extent struct {
	length int // characters of a text, items of a list
	bytes  int // of one value's JSON; what follows is left out as "..."
	depth  int // objects within objects
}

// shownExtent is what everybody is shown (contract comms.md §5).
var shownExtent = extent{length: 1000, bytes: 512 << 10, depth: 256}

// appendShown appends the two members "msg" and "format" with which debug
// messages and the context endpoints show a value: a text, and what kind of
// value it is the text of.
func appendShown(dst []byte, v any) []byte {
	dst, _ = shownExtent.appendShown(dst, v)
	return dst
}

// appendShown also tells whether there is more of the value than it shows.
func (x extent) appendShown(dst []byte, v any) (_ []byte, cut bool) {
	dst = append(dst, `"msg":`...)
	format, size := "", -1
	switch v := v.(type) {
	case nil:
		dst, format = append(dst, `"(undefined)"`...), "null"
	case string:
		format, size = "string", msg.UTF16Len(v)
		dst, cut = x.appendCut(dst, v)
	case error:
		text := v.Error()
		format, size = "string", msg.UTF16Len(text)
		dst, cut = x.appendCut(dst, text)
	case float64:
		dst, format = append(msg.AppendNumber(append(dst, '"'), v), '"'), "number"
	case bool:
		dst, format = append(strconv.AppendBool(append(dst, '"'), v), '"'), "boolean"
	case []byte:
		n := min(len(v), x.length/2)
		dst = hex.AppendEncode(append(dst, '"'), v[:n])
		dst, cut, format, size = append(dst, '"'), n < len(v), "buffer", len(v)
	case msg.Date:
		dst, format = appendText(dst, msg.Text(v)), "Date"
	case *msg.List:
		format, size = "array", v.Len()
		dst, cut = x.appendInner(dst, v)
	case *msg.Script:
		return x.appendScript(dst, v)
	default:
		if v == msg.Undefined {
			dst, format = append(dst, `"(undefined)"`...), "undefined"
		} else {
			format = "Object"
			dst, cut = x.appendInner(dst, v)
		}
	}
	dst = append(dst, `,"format":"`...)
	dst = append(dst, format...)
	if size >= 0 {
		dst = append(dst, '[')
		dst = strconv.AppendInt(dst, int64(size), 10)
		dst = append(dst, ']')
	}
	return append(dst, '"'), cut
}

var showers = sync.Pool{New: func() any { return new(shower) }}

// appendInner appends a JSON string of the value's JSON. It tells whether that
// is less than the value.
func (x extent) appendInner(dst []byte, v any) (_ []byte, cut bool) {
	s := showers.Get().(*shower)
	s.dst, s.most, s.cut = s.dst[:0], x, false
	s.value(v)
	cut = s.cut
	dst = append(dst, '"')
	from := 0
	for i, c := range s.dst { // JSON has no control characters
		if c == '"' || c == '\\' {
			dst = append(dst, s.dst[from:i]...)
			dst = append(dst, '\\')
			from = i
		}
	}
	dst = append(dst, s.dst[from:]...)
	if cap(s.dst) <= 64<<10 {
		showers.Put(s)
	}
	return append(dst, '"'), cut
}

// appendText appends a JSON string.
func appendText(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			return msg.AppendJSON(dst, s)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

// appendCut appends a JSON string of at most x.length UTF-16 units. It tells
// whether the text has more.
func (x extent) appendCut(dst []byte, s string) (_ []byte, cut bool) {
	if len(s) <= x.length {
		return appendText(dst, s), false
	}
	units := 0
	for i, r := range s {
		n := 1
		if r > 0xffff {
			n = 2
		}
		if units+n > x.length {
			return msg.AppendJSON(dst, s[:i]+"..."), true
		}
		units += n
	}
	return msg.AppendJSON(dst, s), false
}

// shower writes a value as JSON that says of everything JSON does not know
// what it is (contract comms.md §5.2).
type shower struct {
	most extent
	dst  []byte
	cut  bool     // something is left out
	open []parent // the objects and lists around the value
}

type parent struct {
	value any
	key   string // of the member that is being written
}

func (s *shower) text(t string) { s.dst = append(s.dst, t...) }

// line writes a text.
func (s *shower) line(t string) {
	var cut bool
	s.dst, cut = s.most.appendCut(s.dst, t)
	s.cut = s.cut || cut
}

func (s *shower) value(v any) {
	if len(s.dst) > s.most.bytes || len(s.open) > s.most.depth {
		s.cut = true
		s.text(`"..."`)
		return
	}
	switch v := v.(type) {
	case string:
		s.line(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			s.text(`{"__enc__":true,"type":"number","data":"`)
			s.dst = msg.AppendNumber(s.dst, v)
			s.text(`"}`)
			return
		}
		s.dst = msg.AppendNumber(s.dst, v)
	case []byte:
		s.buffer(v)
	case *msg.Object:
		s.object(v)
	case *msg.Shared:
		s.object(v.Object())
	case *msg.List:
		s.list(v)
	case *msg.Script:
		s.script(v)
	case msg.Handle:
		s.text(`"[internal]"`)
	default:
		if v == msg.Undefined {
			s.text(`{"__enc__":true,"type":"undefined"}`)
			return
		}
		s.dst = msg.AppendJSON(s.dst, v) // null, booleans, dates
	}
}

func (s *shower) buffer(b []byte) {
	s.text(`{"type":"Buffer","data":[`)
	s.cut = s.cut || len(b) > s.most.length
	for i, x := range b[:min(len(b), s.most.length)] {
		if i > 0 {
			s.dst = append(s.dst, ',')
		}
		s.dst = strconv.AppendUint(s.dst, uint64(x), 10)
	}
	s.text(`],"__enc__":true`)
	s.length(len(b))
}

func (s *shower) object(o *msg.Object) {
	if !s.enter(o) {
		return
	}
	s.dst = append(s.dst, '{')
	first := true
	for k, v := range o.All() {
		if !first {
			s.dst = append(s.dst, ',')
		}
		first = false
		if len(s.dst) > s.most.bytes {
			s.cut = true
			s.text(`"...":"..."`)
			break
		}
		s.open[len(s.open)-1].key = k
		s.dst = appendText(s.dst, k)
		s.dst = append(s.dst, ':')
		if k == "_req" || k == "_res" {
			s.text(`{"__enc__":true,"type":"internal"}`)
			continue
		}
		if k == "data" {
			if l := bufferOf(o); l != nil {
				s.items(l)
				continue
			}
		}
		s.value(v)
	}
	if l := bufferOf(o); l != nil {
		s.text(`,"__enc__":true`)
		s.length(l.Len())
	} else {
		s.dst = append(s.dst, '}')
	}
	s.leave()
}

// bufferOf is the content of an object that is a Buffer's JSON.
func bufferOf(o *msg.Object) *msg.List {
	if o.Len() != 2 || o.Get("type") != "Buffer" {
		return nil
	}
	l, _ := o.Get("data").(*msg.List)
	return l
}

func (s *shower) list(l *msg.List) {
	if n := l.Len(); n > s.most.length {
		s.text(`{"__enc__":true,"type":"array","data":`)
		s.items(l)
		s.length(n)
		return
	}
	s.items(l)
}

// items writes a list as such, as far as it is shown.
func (s *shower) items(l *msg.List) {
	if !s.enter(l) {
		return
	}
	s.dst = append(s.dst, '[')
	s.cut = s.cut || l.Len() > s.most.length
	for i := range min(l.Len(), s.most.length) {
		if i > 0 {
			s.dst = append(s.dst, ',')
		}
		if len(s.dst) > s.most.bytes {
			s.cut = true
			s.text(`"..."`)
			break
		}
		s.open[len(s.open)-1].key = strconv.Itoa(i)
		s.value(l.Items[i])
	}
	s.dst = append(s.dst, ']')
	s.leave()
}

// length ends what stands for a value with how much the value has.
func (s *shower) length(n int) {
	s.text(`,"length":`)
	s.dst = strconv.AppendInt(s.dst, int64(n), 10)
	s.dst = append(s.dst, '}')
}

// enter notes that v is being written. Of a value within itself it writes
// where that is, "[Circular ~.a.b]", and returns false.
func (s *shower) enter(v any) bool {
	for i := range s.open {
		if s.open[i].value != v {
			continue
		}
		where := "[Circular ~"
		for _, p := range s.open[:i] {
			where += "." + p.key
		}
		s.dst = msg.AppendJSON(s.dst, where+"]")
		return false
	}
	s.open = append(s.open, parent{value: v})
	return true
}

func (s *shower) leave() { s.open = s.open[:len(s.open)-1] }
