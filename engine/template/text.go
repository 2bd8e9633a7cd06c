package template

import (
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
)

// TextOf is how a value becomes text in <<…>>: nothing for null and
// Undefined, JSON for objects and lists, else JavaScript's text.
func TextOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case nil:
		return ""
	}
	return string(appendText(nil, v))
}

func appendText(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return dst
	case string:
		return append(dst, v...)
	case float64:
		return msg.AppendNumber(dst, v)
	case *msg.Object:
		if v == nil {
			return dst
		}
		return msg.AppendJSON(dst, v)
	case *msg.List:
		if v == nil {
			return dst
		}
		return msg.AppendJSON(dst, v)
	}
	switch v := known(v).(type) {
	case nil:
		return dst
	case *msg.Object, *msg.List, msg.Handle:
		return msg.AppendJSON(dst, v)
	default:
		return append(dst, msg.Text(v)...)
	}
}

// offset is where in s the character with that number stands, counted as
// JavaScript counts: in UTF-16 units, so that an emoji is two. A number in the
// middle of one is its start: no text is cut there. Beyond the end it is len(s).
func offset(s string, units int) int {
	n := 0
	for i, r := range s {
		n++
		if r >= 0x10000 {
			n++
		}
		if n > units {
			return i
		}
	}
	return len(s)
}

// character is s[i]; a negative i counts from the end. Of an emoji, which is
// two units long, the first is the whole emoji and the second nil.
func character(s string, i int) any {
	if i < 0 {
		if i += msg.UTF16Len(s); i < 0 {
			return nil
		}
	}
	n := 0
	for at, r := range s {
		if n == i {
			_, size := utf8.DecodeRuneInString(s[at:])
			return s[at : at+size]
		}
		n++
		if r >= 0x10000 {
			n++
		}
		if n > i {
			return nil
		}
	}
	return nil
}
