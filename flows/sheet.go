package flows

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// sheet is one file about to be written: its text now, taken apart, and the
// objects it is to hold.
type sheet struct {
	path    string
	text    []byte // "" if there is no file, or nothing in it
	bom     bool
	have    []*Object
	list    span   // the array in text
	entries []span // have, in text
	want    []*Object
}

func openSheet(path string) (*sheet, error) {
	s := &sheet{path: path}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	if err := s.take(text); err != nil {
		return nil, err
	}
	return s, nil
}

// take takes the file's text apart.
func (s *sheet) take(text []byte) error {
	s.bom = bytes.HasPrefix(text, bom)
	if blank(text) {
		return nil
	}
	d, err := parse(text, s.path)
	if err != nil {
		return err
	}
	s.text, s.have = bytes.TrimPrefix(text, bom), d.objects
	s.list, s.entries = split(s.text)
	return nil
}

// render is the text of the file with the objects wanted, and whether it is
// another than before. sent is what beside flows belongs to the document.
func (s *sheet) render(sent *msg.Object) (text []byte, changed bool) {
	if s.text == nil {
		if len(s.want) == 0 {
			return nil, false
		}
		s.text = []byte("[]\n")
		s.list = span{0, 2}
		changed = true
	}
	places, same := s.match()
	changed = changed || !same
	out := s.text
	if changed {
		out = s.array(places)
	}
	if out[skipSpace(out, 0)] == '{' {
		if at, ok := member(out, "credentials"); ok && !sent.Has("credentials") {
			if v, _ := msg.Decode(at.of(out)); msg.Truthy(v) && string(msg.Encode(v)) != "{}" {
				out, changed = splice(out, at, "{}"), true // they were taken
			}
		}
		if at, ok := member(out, "rev"); ok && changed {
			out = splice(out, at, `"`+s.rev()+`"`)
		}
	}
	if s.bom {
		out = append(bom[:len(bom):len(bom)], out...)
	}
	return out, changed
}

func splice(text []byte, at span, with string) []byte {
	return append(append(append(make([]byte, 0, len(text)+len(with)), text[:at.from]...), with...), text[at.to:]...)
}

// place is where a wanted object is in the file now.
type place struct {
	entry int // -1: nowhere
	same  bool
}

// match finds for each wanted object the entry that holds it now, and tells
// whether the file holds just these, all of them unchanged.
func (s *sheet) match() (places []place, same bool) {
	at := map[string][]int{}
	for i, o := range s.have {
		at[o.ID] = append(at[o.ID], i)
	}
	same = len(s.want) == len(s.have)
	places = make([]place, len(s.want))
	var a, b []byte
	for k, o := range s.want {
		p := place{entry: -1}
		if l := at[o.ID]; len(l) > 0 {
			p.entry, at[o.ID] = l[0], l[1:]
			a, b = o.appendJSON(a[:0]), s.have[p.entry].appendJSON(b[:0])
			p.same = bytes.Equal(a, b)
		}
		same = same && p.entry == k && p.same
		places[k] = p
	}
	return places, same
}

// array is the text with its array made of the wanted objects. Each takes
// along the white space that was before it.
func (s *sheet) array(places []place) []byte {
	lead, between, trail := s.gaps()
	out := make([]byte, 0, len(s.text)+1024)
	out = append(out, s.text[:s.list.from+1]...)
	for k, o := range s.want {
		i := places[k].entry
		switch {
		case k == 0:
			out = append(out, lead...)
		case i > 0:
			out = append(out, s.text[s.entries[i-1].to:s.entries[i].from]...)
		default:
			out = append(out, between...)
		}
		switch {
		case places[k].same:
			out = append(out, s.entries[i].of(s.text)...)
		case i >= 0:
			out = s.styleOf(i).append(out, o.Raw())
		case len(s.entries) > 0:
			out = s.styleOf(len(s.entries)-1).append(out, o.Raw())
		default:
			out = style{unit: indent, base: lead[bytes.LastIndexByte(lead, '\n')+1:], newline: "\n"}.append(out, o.Raw())
		}
	}
	if len(s.want) > 0 {
		out = append(out, trail...)
	}
	return append(out, s.text[s.list.to-1:]...)
}

// indent is what new files are written with.
const indent = "    "

// gaps is what stands before the first entry, between two and behind the last.
func (s *sheet) gaps() (lead, between, trail []byte) {
	n := len(s.entries)
	if n == 0 {
		depth := ""
		if s.text[skipSpace(s.text, 0)] == '{' && bytes.ContainsRune(s.text, '\n') {
			depth = indent
		}
		lead, trail = []byte("\n"+depth+indent), []byte("\n"+depth)
		return lead, append([]byte(","), lead...), trail
	}
	lead = s.text[s.list.from+1 : s.entries[0].from]
	trail = s.text[s.entries[n-1].to : s.list.to-1]
	if n > 1 {
		return lead, s.text[s.entries[n-2].to:s.entries[n-1].from], trail
	}
	return lead, append([]byte(","), lead...), trail
}

// style is how an entry is laid out: on one line, or indented.
type style struct {
	unit    string
	base    []byte // what stands before the closing brace
	newline string // "" for one line
}

func (s *sheet) styleOf(entry int) style {
	text := s.entries[entry].of(s.text)
	first, last := bytes.IndexByte(text, '\n'), bytes.LastIndexByte(text, '\n')
	if first < 0 {
		return style{}
	}
	st := style{unit: indent, base: text[last+1 : skipSpace(text, last+1)], newline: "\n"}
	if first > 0 && text[first-1] == '\r' {
		st.newline = "\r\n"
	}
	member := text[first+1 : skipSpace(text, first+1)]
	if unit, ok := bytes.CutPrefix(member, st.base); ok {
		st.unit = string(unit)
	}
	return st
}

func (st style) append(dst []byte, raw *msg.Object) []byte {
	if st.newline == "" {
		return msg.AppendJSON(dst, raw)
	}
	text := string(msg.AppendIndent(nil, raw, st.unit))
	return append(dst, strings.ReplaceAll(text, "\n", st.newline+string(st.base))...)
}

// rev is the revision of the file's own objects.
func (s *sheet) rev() string {
	sum := sha256.Sum256((&Document{objects: s.want}).JSON())
	return hex.EncodeToString(sum[:])
}
