package flows

import (
	"bytes"

	"github.com/flowrill/flowrill/engine/msg"
)

// span is a stretch of a text.
type span struct{ from, to int }

func (s span) of(text []byte) []byte { return text[s.from:s.to] }

// split finds the array of a flow document in text, which must be valid JSON,
// and each of its entries: list is from '[' to behind ']'.
func split(text []byte) (list span, entries []span) {
	i := skipSpace(text, 0)
	if text[i] == '{' {
		value, _ := member(text, "flows")
		i = value.from
	}
	list.from = i
	for i = skipSpace(text, i+1); text[i] != ']'; i = skipSpace(text, i) {
		if text[i] == ',' {
			i++
			continue
		}
		end := skipValue(text, i)
		entries = append(entries, span{i, end})
		i = end
	}
	list.to = i + 1
	return list, entries
}

// member finds the value of a member of the object that text is, of several
// the last.
func member(text []byte, name string) (value span, ok bool) {
	i := skipSpace(text, 0)
	for i = skipSpace(text, i+1); text[i] != '}'; i = skipSpace(text, i) {
		if text[i] == ',' {
			i++
			continue
		}
		end := skipValue(text, i)
		key, _ := msg.Decode(text[i:end])
		i = skipSpace(text, end) // ':'
		i = skipSpace(text, i+1)
		end = skipValue(text, i)
		if key == name {
			value, ok = span{i, end}, true
		}
		i = end
	}
	return value, ok
}

// skipSpace is the first place from i on that is no white space.
func skipSpace(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t') {
		i++
	}
	return i
}

// skipValue is the place behind the value that starts at i.
func skipValue(text []byte, i int) int {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return i + 1
			}
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i + 1
			}
			if depth < 0 {
				return i
			}
		case ',', ':', ' ', '\n', '\r', '\t':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}

// place says where in the text the entry is that e is about.
func (e *FormatError) place(text []byte) {
	_, entries := split(text)
	if e.Entry < 1 || e.Entry > len(entries) {
		return
	}
	before := text[:entries[e.Entry-1].from]
	e.Line = bytes.Count(before, []byte("\n")) + 1
	e.Column = len(bytes.Runes(before[bytes.LastIndexByte(before, '\n')+1:])) + 1
}
