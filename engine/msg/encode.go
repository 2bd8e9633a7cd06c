package msg

import (
	"errors"
	"strconv"
	"unicode/utf8"
)

// Encode is v as JSON; see AppendJSON.
func Encode(v any) []byte { return AppendJSON(nil, v) }

// AppendJSON appends v as JavaScript's JSON.stringify writes it: members in
// their order, no HTML escapes, no member that is Undefined, null for NaN and
// for Undefined in a list, a Buffer as {"type":"Buffer","data":[…]}, a Date
// in ISO form, a Handle as {"handle":"…"}. Where an object stands inside
// itself, or deeper than 512 levels, it writes null. Undefined alone is null.
func AppendJSON(dst []byte, v any) []byte {
	var e encoder
	return e.value(dst, v)
}

// EncodeChecked is Encode that fails where AppendJSON writes null for want of
// something better.
func EncodeChecked(v any) ([]byte, error) {
	var e encoder
	b := e.value(nil, v)
	if e.err != nil {
		return nil, e.err
	}
	return b, nil
}

// AppendIndent is AppendJSON over several lines, indented as JSON.stringify
// does; Node-RED's "pretty" is four spaces.
func AppendIndent(dst []byte, v any, indent string) []byte {
	e := encoder{indent: indent, lines: true}
	return e.value(dst, v)
}

var (
	errCircular = errors.New("Converting circular structure to JSON")
	errTooDeep  = errors.New("too deep for JSON: more than " + strconv.Itoa(maxDepth) + " levels")
)

type encoder struct {
	above  []any // the objects and lists around the value
	indent string
	lines  bool
	err    error
	room   [8]any
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
		return e.value(dst, v.open())
	case Handle:
		return e.object(dst, Of("handle", v.Handle()))
	}
	return append(dst, "null"...)
}

// enter tells whether v may be written here.
func (e *encoder) enter(v any) bool {
	for _, a := range e.above {
		if a == v {
			e.fail(errCircular)
			return false
		}
	}
	if len(e.above) == maxDepth {
		e.fail(errTooDeep)
		return false
	}
	if e.above == nil {
		e.above = e.room[:0]
	}
	e.above = append(e.above, v)
	return true
}

func (e *encoder) leave() { e.above = e.above[:len(e.above)-1] }

func (e *encoder) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

func (e *encoder) object(dst []byte, o *Object) []byte {
	if o.Len() == 0 {
		return append(dst, "{}"...)
	}
	if !e.enter(o) {
		return append(dst, "null"...)
	}
	dst = append(dst, '{')
	start := len(dst)
	for i := range o.members {
		m := &o.members[i]
		if m.value == Undefined {
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
	if !e.enter(l) {
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

func (e *encoder) newLine(dst []byte) []byte {
	dst = append(dst, '\n')
	for range e.above {
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
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(append(dst, s[from:i]...), "\uFFFD"...)
				from = i + 1
			}
			i += n
			continue
		}
		dst = append(dst, s[from:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		from = i
	}
	return append(append(dst, s[from:]...), '"')
}
