package msg

import (
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"
)

// SyntaxError is JSON that cannot be read.
type SyntaxError struct {
	Offset       int // in bytes from 0
	Line, Column int // from 1; columns are characters
	Msg          string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid JSON at line %d, column %d: %s", e.Line, e.Column, e.Msg)
}

// Decode reads one JSON value, strictly. Half a surrogate pair and bytes that
// are not UTF-8 become U+FFFD, of a duplicate key the last value wins in the
// place of the first, a number too big is infinite as in JavaScript, and more
// than 512 levels are an error. The error is a *SyntaxError.
//
// Nothing of data is kept. Texts share blocks of at most 4 kB with their
// neighbours, so a short text that outlives a large body keeps that much of
// it and no more; one string copy of the body, sliced, would be quicker by a
// tenth and keep it all.
func Decode(data []byte) (any, error) {
	d := decoders.Get().(*decoder)
	defer d.release()
	d.data, d.pos, d.depth = data, 0, 0
	d.valid = utf8.Valid(data)
	v, err := d.value()
	if err == nil {
		if d.space(); d.pos < len(data) {
			err = d.unexpected("the end")
		}
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// DecodeObject is Decode for what must be an object.
func DecodeObject(data []byte) (*Object, error) {
	v, err := Decode(data)
	if err != nil {
		return nil, err
	}
	if o, ok := v.(*Object); ok {
		return o, nil
	}
	d := decoder{data: data}
	d.space()
	return nil, d.unexpected("an object")
}

// decoders keeps scratch space and the keys that keep coming back.
var decoders = sync.Pool{New: func() any { return new(decoder) }}

type decoder struct {
	data    []byte
	pos     int
	depth   int
	valid   bool            // data is UTF-8 throughout
	members []member        // of the objects that are open
	items   []any           // of the lists that are open
	text    strings.Builder // block that texts are put into
	buf     []byte          // a text with escapes
	keys    [256]string     // keys seen lately, so that equal ones are one string
}

const (
	textBlock   = 4096 // how many bytes of text share one allocation
	textAlone   = 512  // a text from this size on does not
	longestKey  = 48   // that decoder.keys keeps
	keepScratch = 1 << 14
)

// release puts d back without anything of what it has read but keys.
func (d *decoder) release() {
	d.data = nil
	d.text = strings.Builder{}
	clear(d.members) // what an error left
	clear(d.items)
	d.members, d.items = d.members[:0], d.items[:0]
	if cap(d.members) > keepScratch {
		d.members = nil
	}
	if cap(d.items) > keepScratch {
		d.items = nil
	}
	if cap(d.buf) > keepScratch {
		d.buf = nil
	}
	decoders.Put(d)
}

func (d *decoder) space() {
	for d.pos < len(d.data) {
		switch d.data[d.pos] {
		case ' ', '\n', '\t', '\r':
			d.pos++
		default:
			return
		}
	}
}

// next skips white space and returns the byte after it, 0 at the end.
func (d *decoder) next() byte {
	d.space()
	if d.pos < len(d.data) {
		return d.data[d.pos]
	}
	return 0
}

func (d *decoder) value() (any, error) {
	switch c := d.next(); c {
	case '"':
		s, err := d.string()
		return s, err
	case '{':
		return d.nested(d.object)
	case '[':
		return d.nested(d.list)
	case 't':
		return true, d.word("true")
	case 'f':
		return false, d.word("false")
	case 'n':
		return nil, d.word("null")
	default:
		if c == '-' || '0' <= c && c <= '9' {
			return d.number()
		}
		return nil, d.unexpected("a value")
	}
}

func (d *decoder) nested(read func() (any, error)) (any, error) {
	if d.depth == maxDepth {
		return nil, d.fail(d.pos, fmt.Sprintf("nested deeper than %d levels", maxDepth))
	}
	d.depth++
	v, err := read()
	d.depth--
	return v, err
}

func (d *decoder) word(w string) error {
	for i := range len(w) {
		if d.pos+i >= len(d.data) || d.data[d.pos+i] != w[i] {
			return d.unexpected("a value")
		}
	}
	d.pos += len(w)
	return nil
}

func (d *decoder) object() (any, error) {
	d.pos++
	start, plain := len(d.members), true
	if d.next() == '}' {
		d.pos++
		return new(Object), nil
	}
	for {
		if d.next() != '"' {
			return nil, d.unexpected("a property name in double quotes")
		}
		key, err := d.key()
		if err != nil {
			return nil, err
		}
		if d.next() != ':' {
			return nil, d.unexpected("':' after the property name")
		}
		d.pos++
		if key == "" || '0' <= key[0] && key[0] <= '9' {
			plain = false
		}
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		d.members = append(d.members, member{key, v})
		switch d.next() {
		case ',':
			d.pos++
		case '}':
			d.pos++
			o := d.build(d.members[start:], plain)
			clear(d.members[start:])
			d.members = d.members[:start]
			return o, nil
		default:
			return nil, d.unexpected("',' or '}'")
		}
	}
}

// build makes an object of members; plain says that no key is an array index.
func (d *decoder) build(members []member, plain bool) *Object {
	if plain && len(members) <= indexAbove && differ(members) {
		o := newObject(len(members))
		o.members = append(o.members, members...)
		return o
	}
	o := newObject(len(members))
	for i := range members {
		o.put(members[i].key, members[i].value)
	}
	return o
}

// differ tells whether no key is there twice.
func differ(members []member) bool {
	for i := range members {
		for k := range i {
			if members[k].key == members[i].key {
				return false
			}
		}
	}
	return true
}

func (d *decoder) list() (any, error) {
	d.pos++
	start := len(d.items)
	if d.next() == ']' {
		d.pos++
		return new(List), nil
	}
	for {
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		d.items = append(d.items, v)
		switch d.next() {
		case ',':
			d.pos++
		case ']':
			d.pos++
			l := &List{Items: append(make([]any, 0, len(d.items)-start), d.items[start:]...)}
			clear(d.items[start:])
			d.items = d.items[:start]
			return l, nil
		default:
			return nil, d.unexpected("',' or ']'")
		}
	}
}

// unexpected is the error at the present byte.
func (d *decoder) unexpected(want string) error {
	if d.pos >= len(d.data) {
		return d.fail(len(d.data), "expected "+want+", found the end")
	}
	r, n := utf8.DecodeRune(d.data[d.pos:])
	if r == utf8.RuneError && n == 1 {
		return d.fail(d.pos, fmt.Sprintf("expected %s, found byte %#02x", want, d.data[d.pos]))
	}
	return d.fail(d.pos, fmt.Sprintf("expected %s, found %q", want, r))
}

func (d *decoder) fail(at int, text string) error {
	e := &SyntaxError{Offset: at, Line: 1, Msg: text}
	from := 0
	for i, c := range d.data[:at] {
		if c == '\n' {
			e.Line++
			from = i + 1
		}
	}
	e.Column = utf8.RuneCount(d.data[from:at]) + 1
	return e
}
