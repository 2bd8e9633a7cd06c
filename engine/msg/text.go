package msg

import (
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep values may be nested in JSON and in what else walks a
// value by recursion.
const maxDepth = 512

// Text is JavaScript's String(v): "null", "undefined", "[object Object]", the
// items of a list joined by commas, a Buffer's UTF-8 text and a Date's long
// form in the local zone.
func Text(v any) string { return text(v, 0) }

func text(v any, depth int) string {
	switch v := open(v).(type) {
	case nil:
		return "null"
	case undefined:
		return "undefined"
	case string:
		return v
	case bool:
		if v {
			return "true"
		}
		return "false"
	case float64:
		return FormatNumber(v)
	case []byte:
		return validText(v)
	case Date:
		return v.String()
	case *Script:
		return v.String()
	case *List:
		if depth == maxDepth { // a list inside itself, which JavaScript leaves out, too
			return ""
		}
		texts := make([]string, v.Len())
		for i := range texts {
			if item := v.At(i); item != nil && item != Undefined {
				texts[i] = text(item, depth+1)
			}
		}
		return strings.Join(texts, ",")
	}
	return "[object Object]"
}

// validText reads UTF-8 as Buffer.toString does: of what is none, each longest
// part that a character could begin with becomes one U+FFFD.
func validText(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var s strings.Builder
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			n = illFormed(b)
		}
		s.WriteRune(r)
		b = b[n:]
	}
	return s.String()
}

// illFormed is how many of the first bytes could begin a character; 1: none.
func illFormed(b []byte) int {
	low, high, length := byte(0x80), byte(0xBF), 0
	switch c := b[0]; {
	case c >= 0xE0 && c <= 0xEF:
		length = 3
		if c == 0xE0 {
			low = 0xA0
		} else if c == 0xED {
			high = 0x9F // what follows would be a surrogate
		}
	case c >= 0xF0 && c <= 0xF4:
		length = 4
		if c == 0xF0 {
			low = 0x90
		} else if c == 0xF4 {
			high = 0x8F
		}
	}
	n := 1
	for n < length && n < len(b) && b[n] >= low && b[n] <= high {
		low, high = 0x80, 0xBF
		n++
	}
	return n
}

// String is Node-RED's ensureString: a text as it is, a Buffer's text, the
// JSON of an object, list, Date and null, else Text.
func String(v any) string {
	switch v := open(v).(type) {
	case string:
		return v
	case []byte:
		return validText(v)
	case nil, *Object, *List, Date, *Script, Handle:
		return string(AppendJSON(nil, v))
	default:
		return Text(v)
	}
}

// Bytes is Node-RED's ensureBuffer: a Buffer as it is, not a copy, else the
// bytes of String.
func Bytes(v any) []byte {
	if b, ok := v.([]byte); ok {
		return b
	}
	return []byte(String(v))
}

// Truthy tells what JavaScript's if does with v.
func Truthy(v any) bool {
	switch v := v.(type) {
	case nil, undefined:
		return false
	case bool:
		return v
	case float64:
		return v != 0 && v == v
	case string:
		return v != ""
	case *Script:
		return v.Kind != ScriptBigInt || v.Text != "0"
	}
	return true
}

// TypeOf is JavaScript's typeof.
func TypeOf(v any) string {
	switch v := v.(type) {
	case *Script:
		return v.typeOf()
	case undefined:
		return "undefined"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case string:
		return "string"
	}
	return "object"
}

// UTF16Len is the length that JavaScript gives a text.
func UTF16Len(s string) int {
	n := 0
	for i := range len(s) { // every byte but those that continue; four-byte characters are two units
		if c := s[i]; c&0xC0 != 0x80 {
			n++
			if c >= 0xF0 {
				n++
			}
		}
	}
	return n
}
