package msg

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
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
// Nothing of data is kept. Texts are copied into blocks of at most 4 kB that
// they share with their neighbours, so a short text that outlives a large
// body keeps that much of it and no more. Cutting all texts out of one string
// copy of the body takes a sixth less time, but a fifth more memory, and a
// phone number kept in a context would keep the whole body.
func Decode(data []byte) (any, error) {
	d := decoders.Get().(*decoder)
	defer d.release()
	d.data, d.pos, d.depth, d.err = data, 0, 0, nil
	d.valid = utf8.Valid(data)
	v := d.value()
	if d.err == nil && d.next() != 0 || d.pos < len(data) {
		d.unexpected("the end")
	}
	if d.err != nil {
		return nil, d.err
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
	d.next()
	d.unexpected("an object")
	return nil, d.err
}

// decoders keeps scratch space and the keys that keep coming back.
var decoders = sync.Pool{New: func() any { return new(decoder) }}

type decoder struct {
	data    []byte
	pos     int
	depth   int
	err     error           // the first; what is read after it does not count
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

// next skips white space and returns the byte after it, 0 at the end.
func (d *decoder) next() byte {
	for d.pos < len(d.data) {
		c := d.data[d.pos]
		if c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
		d.pos++
	}
	return 0
}

func (d *decoder) value() any {
	switch c := d.next(); c {
	case '"':
		return d.keep(d.raw())
	case '{':
		return d.object()
	case '[':
		return d.list()
	case 't':
		d.word("true")
		return true
	case 'f':
		d.word("false")
		return false
	case 'n':
		d.word("null")
		return nil
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return d.number()
	}
	d.unexpected("a value")
	return nil
}

func (d *decoder) word(w string) {
	if len(d.data)-d.pos < len(w) || string(d.data[d.pos:d.pos+len(w)]) != w {
		d.unexpected("a value")
		return
	}
	d.pos += len(w)
}

// enter steps over the bracket that opens an object or a list.
func (d *decoder) enter() bool {
	if d.depth == maxDepth {
		d.fail(d.pos, fmt.Sprintf("nested deeper than %d levels", maxDepth))
		return false
	}
	d.depth++
	d.pos++
	return true
}

func (d *decoder) object() *Object {
	if !d.enter() {
		return nil
	}
	start := len(d.members)
	var seen uint64 // a bit for each key's hash, to find duplicates by
	plain := true
	c := d.next()
	for c != '}' || len(d.members) > start {
		if c != '"' {
			d.unexpected("a property name in double quotes")
			return nil
		}
		key, hash := d.key()
		if d.next() != ':' {
			d.unexpected("':' after the property name")
			return nil
		}
		d.pos++
		if bit := uint64(1) << (hash & 63); seen&bit == 0 {
			seen |= bit
		} else if plain && len(d.members)-start <= indexAbove { // build looks at larger ones itself
			plain = absent(d.members[start:], key)
		}
		if key != "" && digit(key[0]) {
			plain = false
		}
		v := d.value()
		if d.err != nil {
			return nil
		}
		d.members = append(d.members, member{key, v})
		if c = d.next(); c == '}' {
			break
		}
		if c != ',' {
			d.unexpected("',' or '}'")
			return nil
		}
		d.pos++
		c = d.next()
	}
	d.pos++
	d.depth--
	o := build(d.members[start:], plain)
	clear(d.members[start:])
	d.members = d.members[:start]
	return o
}

func absent(members []member, key string) bool {
	for i := range members {
		if members[i].key == key {
			return false
		}
	}
	return true
}

// build makes an object of members; plain says of one with at most indexAbove
// members that no key is there twice or may be an array index.
func build(members []member, plain bool) *Object {
	if len(members) > indexAbove {
		return buildLarge(members)
	}
	o := newObject(len(members))
	if plain {
		o.members = append(o.members, members...)
		return o
	}
	for i := range members {
		o.put(members[i].key, members[i].value)
	}
	return o
}

// buildLarge does what a put of each member would, but in a time that grows
// with their number and not with its square: the sender may be anybody.
func buildLarge(members []member) *Object {
	o := &Object{members: make([]member, 0, len(members))}
	index, ints := makeIndex(len(members)), 0
	for _, m := range members {
		hash := hash32(m.key)
		if i := index.look(o.members, m.key, hash); i >= 0 {
			o.members[i].value = m.value
			continue
		}
		index.add(hash, len(o.members))
		o.members = append(o.members, m)
		if _, ok := arrayIndex(m.key); ok {
			ints++
		}
	}
	if ints > 0 {
		slices.SortStableFunc(o.members, func(a, b member) int {
			n, first := arrayIndex(a.key)
			m, second := arrayIndex(b.key)
			switch {
			case first && second:
				return cmp.Compare(n, m)
			case first:
				return -1
			case second:
				return 1
			}
			return 0
		})
		index = newIndex(o.members)
	}
	switch n := len(o.members); {
	case n > indexAbove:
		o.more = &more{index: index, ints: ints}
	case ints > 0:
		o.more = &more{ints: ints}
	}
	return o
}

func (d *decoder) list() *List {
	if !d.enter() {
		return nil
	}
	start := len(d.items)
	if d.next() != ']' {
		for {
			v := d.value()
			if d.err != nil {
				return nil
			}
			d.items = append(d.items, v)
			c := d.next()
			if c == ']' {
				break
			}
			if c != ',' {
				d.unexpected("',' or ']'")
				return nil
			}
			d.pos++
		}
	}
	d.pos++
	d.depth--
	l := newList(len(d.items) - start)
	l.Items = append(l.Items, d.items[start:]...)
	clear(d.items[start:])
	d.items = d.items[:start]
	return l
}

// unexpected is the error at the present byte.
func (d *decoder) unexpected(want string) {
	found := "the end"
	if d.pos < len(d.data) {
		r, n := utf8.DecodeRune(d.data[d.pos:])
		found = strconv.QuoteRune(r)
		if r == utf8.RuneError && n == 1 {
			found = fmt.Sprintf("byte %#02x", d.data[d.pos])
		}
	}
	d.fail(d.pos, "expected "+want+", found "+found)
}

// fail keeps the first error.
func (d *decoder) fail(at int, text string) {
	if d.err != nil {
		return
	}
	e := &SyntaxError{Offset: at, Line: 1, Msg: text}
	from := 0
	for i, c := range d.data[:at] {
		if c == '\n' {
			e.Line++
			from = i + 1
		}
	}
	e.Column = utf8.RuneCount(d.data[from:at]) + 1
	d.err = e
}
