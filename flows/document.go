// Package flows is the flow document that Node-RED and Flowrill share: tabs,
// nodes, wires, config nodes, subflows and groups as one JSON array of objects
// (contract flow-format.md). It reads and writes documents without losing
// anything, says what is wrong with one that needs no node type to be seen,
// and tells what a new document changes.
package flows

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/flowrill/flowrill/engine/msg"
)

// Document is the objects of one or more files, in order. But for
// TakeCredentials it does not change once made, and may be read by many at a
// time.
type Document struct {
	objects  []*Object
	index    map[string]int // of duplicate ids the later
	envelope *msg.Object    // the members beside flows; nil if the text was a bare array
	rev      atomic.Pointer[string]
}

// ErrStale is the refusal of a document made from another revision than the
// one it would replace.
var ErrStale = errors.New("the flows were changed by someone else in the meantime")

var bom = []byte("\ufeff")

// Parse reads a document: an array of objects or {"flows": […], "rev": "…"}.
// What it cannot take is a *FormatError.
func Parse(data []byte) (*Document, error) { return parse(data, "") }

func parse(data []byte, file string) (*Document, error) {
	text := bytes.TrimPrefix(data, bom)
	v, err := msg.Decode(text)
	if err != nil {
		e := &FormatError{File: file, Code: "malformed_json", Message: err.Error(), Err: err}
		if s := (*msg.SyntaxError)(nil); errors.As(err, &s) {
			e.Line, e.Column, e.Message = s.Line, s.Column, "malformed JSON: "+s.Msg
		}
		return nil, e
	}
	d := &Document{}
	if o, is := v.(*msg.Object); is {
		d.envelope, v = o, o.Get("flows")
	}
	list, is := v.(*msg.List)
	if !is {
		return nil, &FormatError{File: file, Code: "not_an_array",
			Message: "this is no flow document: it should be an array of objects, or an object whose member \"flows\" is one"}
	}
	if d.envelope != nil {
		d.envelope.Delete("flows")
	}
	if err := d.fill(list.Items, file); err != nil {
		err.place(text)
		return nil, err
	}
	return d, nil
}

// fill makes objects of the entries of an array.
func (d *Document) fill(entries []any, file string) *FormatError {
	room := make([]Object, len(entries))
	d.objects = make([]*Object, len(entries))
	for i, entry := range entries {
		raw, is := entry.(*msg.Object)
		if !is {
			return &FormatError{File: file, Entry: i + 1, Code: "no_object", Message: "is no object"}
		}
		if code, message := room[i].read(raw, file); code != "" {
			return &FormatError{File: file, Entry: i + 1, Code: code, Message: message}
		}
		d.objects[i] = &room[i]
	}
	d.reindex()
	return nil
}

func (d *Document) reindex() {
	d.index = make(map[string]int, len(d.objects))
	for i, o := range d.objects {
		d.index[o.ID] = i
	}
	d.rev.Store(nil)
}

// with is a document like d with other objects.
func (d *Document) with(objects []*Object) *Document {
	n := &Document{objects: objects, envelope: d.envelope}
	n.reindex()
	return n
}

// Objects is every entry in order. Nobody may write to them.
func (d *Document) Objects() []*Object {
	if d == nil {
		return nil
	}
	return d.objects
}

// Find is the object with that id, of duplicates the later, nil if there is
// none.
func (d *Document) Find(id string) *Object {
	if d == nil {
		return nil
	}
	if i, ok := d.index[id]; ok {
		return d.objects[i]
	}
	return nil
}

// Wins tells whether o is the object that Find returns for its id: of
// duplicates only the later one counts.
func (d *Document) Wins(o *Object) bool { return d.Find(o.ID) == o }

// Bare tells whether the document came as an array and not as {"flows": …}.
func (d *Document) Bare() bool { return d.envelope == nil }

// BaseRev is the "rev" that came with {"flows": …}: the revision the sender
// started from, "" if he did not say.
func (d *Document) BaseRev() string {
	rev, _ := d.envelope.Get("rev").(string)
	return rev
}

// JSON is the compact array of all objects, with what credentials are in them.
func (d *Document) JSON() []byte {
	dst := make([]byte, 0, 256*len(d.objects)+2)
	dst = append(dst, '[')
	for i, o := range d.objects {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = o.appendJSON(dst)
	}
	return append(dst, ']')
}

// Pack makes a document small that is kept but seldom looked into, such as the
// one that runs. It reads the same as before, more slowly. Others may read
// meanwhile; only one may pack.
func (d *Document) Pack() {
	for _, o := range d.Objects() {
		o.pack()
	}
}

// Rev names the content: lower-case hex SHA-256 of JSON (contract
// flow-format.md §8).
func (d *Document) Rev() string {
	if rev := d.rev.Load(); rev != nil {
		return *rev
	}
	sum := sha256.Sum256(d.JSON())
	rev := hex.EncodeToString(sum[:])
	d.rev.Store(&rev)
	return rev
}

// Clone is a document that TakeCredentials may be called on without d
// noticing. The objects, which nobody writes to, are the same.
func (d *Document) Clone() *Document {
	n := d.with(append([]*Object(nil), d.objects...))
	n.envelope = d.envelope.Clone()
	return n
}

// Join is d followed by the objects of other documents. It belongs to no
// revision.
func (d *Document) Join(others ...*Document) *Document {
	all := slices.Clone(d.Objects())
	for _, o := range others {
		all = append(all, o.Objects()...)
	}
	joined := &Document{objects: all}
	joined.reindex()
	return joined
}
