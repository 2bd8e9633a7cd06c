package msg

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"unicode/utf8"
)

// Encode is v as JSON; see AppendJSON.
func Encode(v any) []byte {
	b, _ := encode(v)
	return b
}

// AppendJSON appends v as JavaScript's JSON.stringify writes it: members in
// their order, no HTML escapes, no member that is Undefined, null for NaN and
// for Undefined in a list, a Buffer as {"type":"Buffer","data":[…]}, a Date
// in ISO form, a Handle as {"handle":"…"}. Where an object stands inside
// itself, deeper than 512 levels, or behind the first 256 MB, it writes null.
// Undefined alone is null.
func AppendJSON(dst []byte, v any) []byte {
	var e encoder
	return e.value(dst, v)
}

// EncodeChecked is Encode that fails where AppendJSON writes null for want of
// something better: with a *TypeError of JavaScript's text where an object
// stands inside itself.
func EncodeChecked(v any) ([]byte, error) {
	b, err := encode(v)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// AppendChecked is AppendJSON that fails as EncodeChecked does.
func AppendChecked(dst []byte, v any) ([]byte, error) {
	var e encoder
	dst = e.value(dst, v)
	return dst, e.err
}

// scratch are buffers to encode into when it is not known how long it gets.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

const keepBuffer = 1 << 20

func encode(v any) ([]byte, error) {
	var e encoder
	s := scratch.Get().(*[]byte)
	b := e.value((*s)[:0], v)
	exact := append(make([]byte, 0, len(b)), b...)
	if cap(b) <= keepBuffer {
		*s = b
		scratch.Put(s)
	}
	return exact, e.err
}

// AppendIndent is AppendJSON over several lines, indented as JSON.stringify
// does; Node-RED's "pretty" is four spaces.
func AppendIndent(dst []byte, v any, indent string) []byte {
	e := encoder{indent: indent, lines: true}
	return e.value(dst, v)
}

var (
	errCircular = &TypeError{"Converting circular structure to JSON"}
	errBigInt   = &TypeError{"Do not know how to serialize a BigInt"}
	errTooDeep  = errors.New("too deep for JSON: more than " + strconv.Itoa(maxDepth) + " levels")
	errTooLong  = errors.New("too long for JSON: more than 256 MB")
)

type encoder struct {
	depth  int
	above  [8]any // the objects and lists around the value, from the outside
	deeper []any  // and those that had no room there
	indent string
	lines  bool
	err    error
}

func (e *encoder) value(dst []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendString(dst, v)
	case float64:
		return appendJSONNumber(dst, v)
	case *Object:
		return e.object(dst, v)
	case *List:
		return e.list(dst, v)
	case bool:
		if v {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case nil, undefined:
		return append(dst, "null"...)
	case []byte:
		return e.buffer(dst, v)
	case Date:
		if !v.Valid() {
			return append(dst, "null"...)
		}
		dst = v.appendISO(append(dst, '"'))
		return append(dst, '"')
	case *Shared:
		return e.value(dst, v.Object())
	case *Script:
		return e.script(dst, v)
	case Handle:
		return e.object(dst, Of("handle", v.Handle()))
	}
	return append(dst, "null"...)
}

// maxJSON is how many bytes may be written before an object or a list begins:
// one that stands in many places of another is written as often.
var maxJSON = 256 << 20 // a test has less

// enter tells whether v may be written here, behind so many bytes.
func (e *encoder) enter(v any, behind int) bool {
	if behind > maxJSON {
		e.fail(errTooLong)
		return false
	}
	n := min(e.depth, len(e.above))
	if slices.Contains(e.above[:n], v) || slices.Contains(e.deeper, v) {
		e.fail(errCircular)
		return false
	}
	if e.depth == maxDepth {
		e.fail(errTooDeep)
		return false
	}
	if e.depth++; n < len(e.above) {
		e.above[n] = v
	} else {
		e.deeper = append(e.deeper, v)
	}
	return true
}

func (e *encoder) leave() {
	if e.depth--; e.depth >= len(e.above) {
		e.deeper = e.deeper[:e.depth-len(e.above)]
	}
}

func (e *encoder) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

func (e *encoder) object(dst []byte, o *Object) []byte {
	if o.Len() == 0 {
		return append(dst, "{}"...)
	}
	if !e.enter(o, len(dst)) {
		return append(dst, "null"...)
	}
	dst = append(dst, '{')
	start := len(dst)
	for i := range o.members {
		m := &o.members[i]
		if dropped(m.value) {
			continue
		}
		if len(dst) > start {
			dst = append(dst, ',')
		}
		if e.lines {
			dst = e.newLine(dst)
		}
		dst = append(appendString(dst, m.key), ':')
		if e.lines {
			dst = append(dst, ' ')
		}
		dst = e.value(dst, m.value)
	}
	e.leave()
	if e.lines && len(dst) > start {
		dst = e.newLine(dst)
	}
	return append(dst, '}')
}

func (e *encoder) list(dst []byte, l *List) []byte {
	if l.Len() == 0 {
		return append(dst, "[]"...)
	}
	if !e.enter(l, len(dst)) {
		return append(dst, "null"...)
	}
	dst = append(dst, '[')
	for i, v := range l.Items {
		if i > 0 {
			dst = append(dst, ',')
		}
		if e.lines {
			dst = e.newLine(dst)
		}
		dst = e.value(dst, v)
	}
	e.leave()
	if e.lines {
		dst = e.newLine(dst)
	}
	return append(dst, ']')
}

func (e *encoder) buffer(dst []byte, b []byte) []byte {
	if e.lines {
		data := &List{Items: make([]any, len(b))}
		for i, c := range b {
			data.Items[i] = float64(c)
		}
		return e.object(dst, Of("type", "Buffer", "data", data))
	}
	dst = append(dst, `{"type":"Buffer","data":[`...)
	for i, c := range b {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendUint(dst, uint64(c), 10)
	}
	return append(dst, "]}"...)
}

// script writes what JSON.stringify makes of a value that only JavaScript has.
func (e *encoder) script(dst []byte, s *Script) []byte {
	switch s.Kind {
	case ScriptFunction:
		return append(dst, "null"...)
	case ScriptBigInt:
		e.fail(errBigInt)
		return append(dst, "null"...)
	case ScriptArray:
		o := NewObject(s.Items.Len())
		for i := range s.Items.Len() {
			o.put(strconv.Itoa(i), s.Items.At(i))
		}
		return e.object(dst, o)
	}
	return e.object(dst, s.own())
}

func (e *encoder) newLine(dst []byte) []byte {
	dst = append(dst, '\n')
	for range e.depth {
		dst = append(dst, e.indent...)
	}
	return dst
}

func appendJSONNumber(dst []byte, f float64) []byte {
	if f-f != 0 { // NaN or infinite
		return append(dst, "null"...)
	}
	return AppendNumber(dst, f)
}

// appendString appends a JSON string: only what must be escaped is.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	i := plainLen(s)
	if i == len(s) {
		return append(append(dst, s...), '"')
	}
	from := 0
	for i < len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(append(dst, s[from:i]...), "\uFFFD"...)
				from = i + 1
			}
			i += n
			continue
		}
		if esc := escapes[c]; esc != "" {
			dst = append(append(dst, s[from:i]...), esc...)
			from = i + 1
		}
		i++
	}
	return append(append(dst, s[from:]...), '"')
}

// plainLen tells how many bytes at the start of s stand in JSON as they are.
func plainLen(s string) int {
	i := 0
	for len(s)-i >= 8 {
		w := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
			uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
		if n := special(w, false); n < 8 {
			return i + n
		}
		i += 8
	}
	for i < len(s) && s[i] < utf8.RuneSelf && escapes[s[i]] == "" {
		i++
	}
	return i
}

// escapes are what stands for an ASCII character in a JSON text, "" for
// itself.
var escapes = func() (escapes [utf8.RuneSelf]string) {
	for c := range ' ' {
		escapes[c] = fmt.Sprintf(`\u%04x`, c)
	}
	for c, name := range map[byte]string{'"': `"`, '\\': `\`, '\b': "b", '\f': "f", '\n': "n", '\r': "r", '\t': "t"} {
		escapes[c] = `\` + name
	}
	return
}()
