package sequence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// maxRemainder is how many bytes without a separator a split that streams
// keeps for the next message. More is an error, and they are forgotten.
const maxRemainder = 16 << 20

// Split makes a message of each part of a text, buffer, list or object
// (contract nodes.md, sequence).
type Split struct {
	Property  node.TypedValue `prop:"property" types:"msg" label:"Split" default:"payload"`
	Separator node.TypedValue `prop:"splt,spltType" types:"str,bin,len=fixed length of:num" label:"Text and buffers, at" default:"\\n" placeholder:"\\n" help:"A text such as \\n, bytes such as [13,10], or a length in characters or bytes."`
	ListSize  int             `prop:"arraySplt" label:"Lists, this many a message" default:"1" min:"1" max:"1000000000"`
	AddName   string          `prop:"addname" label:"Objects, keep the key in" placeholder:"topic" help:"A property of each message that gets the key; empty: only msg.parts.key tells it."`
	Stream    bool            `prop:"stream" label:"Messages are a stream" help:"Text and buffers: what follows the last separator waits for the next message, and parts have no count."`

	name msg.Path // of AddName

	// Stream mode's state. There is one Receive at a time.
	next      int    // index of the next part
	remainder string // of texts
	rest      []byte // of buffers
}

func init() {
	node.Register[Split](node.Type{
		Name: "split", Category: "sequence", Icon: "scissors", Outputs: []string{"part"}, Mode: node.Stream,
		Help: "Makes many messages out of one: a text at a separator or by length, a buffer likewise, a list item by item, an object key by key.\n\n" +
			"Each message is a copy of the first with one part as its property, an id of its own, and `msg.parts`, from which *join* puts the parts together again. " +
			"They leave one after the other: the next when what the one before set off has come to rest.\n\n" +
			"Numbers, true and false, and a message without the property are dropped.\n\n" +
			"A stream keeps at most 16 MB without a separator; more is an error.\n\n" +
			"Example: `msg.payload.recipients` → split → send-sms.",
	})
}

// Check looks at the separator and at the name of the key's property.
func (s *Split) Check(report func(property, problem string)) {
	switch s.Separator.Type() {
	case "len":
		if s.length() < 1 {
			report("splt", fmt.Sprintf("%q is not a length of at least 1", s.Separator.Raw()))
		}
	case "bin":
		if len(s.bytes()) == 0 {
			report("splt", "at least one byte is needed, such as [10]")
		}
	}
	if s.AddName != "" {
		if _, err := msg.ParsePath(s.AddName); err != nil {
			report("addname", err.Error())
		}
	}
}

// Open compiles the name of the key's property.
func (s *Split) Open(context.Context, *node.Env) error {
	if s.AddName == "" {
		return nil
	}
	var err error
	s.name, err = msg.ParsePath(s.AddName)
	return err
}

// length is the fixed length, 0 if the separator is not one.
func (s *Split) length() int {
	if s.Separator.Type() != "len" {
		return 0
	}
	v, _ := s.Separator.Value(nil)
	return int(min(msg.Number(v), 1<<31))
}

// text is the separator of texts.
func (s *Split) text() string {
	if s.Separator.Type() == "bin" {
		return string(s.bytes())
	}
	return escapes.Replace(s.Separator.Raw())
}

// bytes is the separator of buffers.
func (s *Split) bytes() []byte {
	if s.Separator.Type() != "bin" {
		return []byte(s.text())
	}
	v, _ := s.Separator.Value(nil)
	b, _ := v.([]byte)
	return b
}

// ch is the separator as msg.parts.ch hands it to join.
func (s *Split) ch() any {
	if s.Separator.Type() != "bin" {
		return s.text()
	}
	list := msg.NewList()
	for _, b := range s.bytes() {
		list.Append(b)
	}
	return list
}

var errNull = errors.New("TypeError: Cannot convert undefined or null to object") // Node-RED's text

// Receive sends the parts.
func (s *Split) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	v := node.On(m)
	value := v.Any(s.Property)
	if v.Err() != nil || value == msg.Undefined {
		return v.Err()
	}
	p := s.parting(m, out)
	switch value := value.(type) {
	case string:
		return s.splitText(p, s.remainder+value)
	case []byte:
		whole := value
		if len(s.rest) > 0 {
			whole = append(s.rest[:len(s.rest):len(s.rest)], value...)
		}
		return s.splitBuffer(p, whole)
	case *msg.List:
		s.splitList(p, value)
	case *msg.Object:
		return s.splitObject(p, value)
	default:
		m.Set("parts", p.parts) // complete and catch nodes see as much of it as in Node-RED
		if value == nil {
			return errNull
		}
	}
	return nil
}

// splitText sends the parts of a text.
func (s *Split) splitText(p *parting, text string) error {
	p.tell("type", "string")
	var parts []string
	whole := false // the last part is complete, though the text is a stream
	if n := s.length(); n > 0 {
		p.tell("ch", "")
		p.tell("len", n)
		parts = cutText(text, n)
		whole = msg.UTF16Len(parts[len(parts)-1]) >= n
	} else {
		p.tell("ch", s.ch())
		parts = strings.Split(text, s.text())
	}
	last := len(parts) - 1
	if s.Stream && !whole {
		s.remainder, parts = strings.Clone(parts[last]), parts[:last]
	} else {
		s.remainder = ""
	}
	count := len(parts)
	if text == "" && s.length() > 0 {
		count = 0 // as in Node-RED
	}
	s.count(p, count)
	for _, part := range parts {
		p.send(part, s.next)
		s.next++
	}
	if len(s.remainder) > maxRemainder {
		s.remainder = ""
		return fmt.Errorf("more than %d MB without a separator", maxRemainder>>20)
	}
	return nil
}

// count tells how many parts there will be, and begins to count them, unless
// the parts are a stream.
func (s *Split) count(p *parting, n int) {
	if !s.Stream {
		s.next = 0
		p.tell("count", n)
	}
}

// cutText cuts a text into pieces of n UTF-16 units; half of a surrogate pair
// takes the other half with it. There is at least one piece.
func cutText(text string, n int) []string {
	var parts []string
	from, units := 0, 0
	for i, r := range text {
		if units >= n {
			parts, from, units = append(parts, text[from:i]), i, 0
		}
		units++
		if r > 0xFFFF {
			units++
		}
	}
	return append(parts, text[from:])
}

// splitBuffer sends the parts of a buffer. Bytes after the last separator are
// a part only if there are any, but they count, as in Node-RED.
func (s *Split) splitBuffer(p *parting, data []byte) error {
	p.tell("type", "buffer")
	n := s.length()
	if n > 0 {
		s.count(p, (len(data)+n-1)/n)
		p.tell("len", n)
	} else {
		p.tell("ch", s.ch())
		s.count(p, bytes.Count(data, s.bytes())+1)
	}
	sep := s.bytes()
	for {
		end, skip := n, 0
		if n == 0 {
			end, skip = bytes.Index(data, sep), len(sep)
		}
		if end < 0 || n > 0 && len(data) <= end {
			break
		}
		p.send(bytes.Clone(data[:end]), s.next)
		s.next++
		data = data[end+skip:]
	}
	s.rest = nil
	if n > 0 && (!s.Stream || len(data) == n) || n == 0 && !s.Stream && len(data) > 0 {
		p.send(append([]byte{}, data...), s.next)
		s.next++
		return nil
	}
	if len(data) > maxRemainder {
		return fmt.Errorf("more than %d MB without a separator", maxRemainder>>20)
	}
	if s.Stream {
		s.rest = bytes.Clone(data)
	}
	return nil
}

// splitList sends the items of a list, one by one or some at a time.
func (s *Split) splitList(p *parting, list *msg.List) {
	p.tell("type", "array")
	p.tell("count", (list.Len()+s.ListSize-1)/s.ListSize)
	p.tell("len", s.ListSize)
	for i := 0; i*s.ListSize < list.Len(); i++ {
		if s.ListSize == 1 {
			p.send(msg.CloneValue(list.At(i)), i)
			continue
		}
		some := list.Items[i*s.ListSize : min((i+1)*s.ListSize, list.Len())]
		p.send(msg.Clone(&msg.List{Items: some}), i)
	}
}

// splitObject sends the members of an object.
func (s *Split) splitObject(p *parting, o *msg.Object) error {
	p.tell("type", "object")
	p.tell("key", "")
	index := 0
	p.tell("index", index)
	p.tell("count", o.Len())
	for key, v := range o.All() {
		p.parts.Set("key", key)
		x := p.part(msg.CloneValue(v), index)
		if !s.name.IsZero() {
			s.name.Set(x, key)
		}
		p.out.Send(x)
		index++
	}
	return nil
}

// parting makes the messages of one message's parts.
type parting struct {
	out      node.Out
	property node.TypedValue
	rest     *msg.Object // the message without the part and msg.parts
	parts    *msg.Object
}

// parting keeps of m what every part gets.
func (s *Split) parting(m *msg.Object, out node.Out) *parting {
	p := &parting{out: out, property: s.Property, parts: msg.NewObject(6)}
	if before, ok := m.Lookup("parts"); ok {
		p.parts.Set("parts", msg.CloneValue(before))
	}
	p.tell("id", msg.NewID())
	if path := s.Property.Path().String(); path != "payload" {
		p.tell("property", path)
	}
	p.rest = withoutPart(m, s.Property)
	p.rest.Set("parts", nil) // these two make the copies large enough
	p.rest.Set("_msgid", nil)
	return p
}

// withoutPart copies m but for the value of the property, of which it keeps
// the place.
func withoutPart(m *msg.Object, property node.TypedValue) *msg.Object {
	path := property.Path()
	value, _ := path.Lookup(m)
	path.Set(m, nil)
	rest := m.Clone()
	path.Set(m, value)
	return rest
}

// tell puts something into every part's msg.parts from now on.
func (p *parting) tell(key string, v any) { p.parts.Set(key, v) }

// part makes the message of one part; v is its own.
func (p *parting) part(v any, index int) *msg.Object {
	p.parts.Set("index", index)
	m := p.rest.Clone()
	m.Set("parts", p.parts.Clone())
	m.Set("_msgid", msg.NewID())
	if v == msg.Undefined {
		p.property.Path().Delete(m)
	} else {
		p.property.Path().Set(m, v)
	}
	return m
}

func (p *parting) send(v any, index int) { p.out.Send(p.part(v, index)) }
