package msg

import (
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// string reads a text; d.pos is at its first quote.
func (d *decoder) string() (string, error) {
	raw, err := d.raw()
	if err != nil {
		return "", err
	}
	return d.keep(raw), nil
}

// key is string for a property name.
func (d *decoder) key() (string, error) {
	raw, err := d.raw()
	if err != nil {
		return "", err
	}
	n := len(raw)
	if n == 0 || n > longestKey {
		return string(raw), nil
	}
	hash := uint(n) + uint(raw[0])*7 + uint(raw[n/2])*31 + uint(raw[n-1])*131
	slot := &d.keys[hash%uint(len(d.keys))]
	if *slot != string(raw) {
		*slot = string(raw)
	}
	return *slot, nil
}

// keep copies a text into the block; see Decode.
func (d *decoder) keep(raw []byte) string {
	if len(raw) >= textAlone {
		return string(raw)
	}
	if d.text.Cap()-d.text.Len() < len(raw) {
		d.text.Reset()
		d.text.Grow(min(textBlock, len(raw)+len(d.data)-d.pos))
	}
	at := d.text.Len()
	d.text.Write(raw)
	return d.text.String()[at:]
}

// raw reads a text and leaves it where it is, if it can.
func (d *decoder) raw() ([]byte, error) {
	d.pos++
	from := d.pos
	for i := from; i < len(d.data); i++ {
		c := d.data[i]
		if c == '"' {
			d.pos = i + 1
			return d.data[from:i], nil
		}
		if c == '\\' || c < ' ' || c >= utf8.RuneSelf && !d.valid {
			return d.unescape(from, i)
		}
	}
	return nil, d.fail(from-1, "a text without closing quote")
}

// unescape is raw for a text in which something must be replaced, from i on.
func (d *decoder) unescape(from, i int) ([]byte, error) {
	buf := append(d.buf[:0], d.data[from:i]...)
	for i < len(d.data) {
		switch c := d.data[i]; {
		case c == '"':
			d.buf, d.pos = buf, i+1
			return buf, nil
		case c < ' ':
			return nil, d.fail(i, "control character "+strconv.QuoteRune(rune(c))+" in a text; write it as an escape")
		case c == '\\':
			b, n, err := d.escape(buf, i)
			if err != nil {
				return nil, err
			}
			buf, i = b, i+n
		case c < utf8.RuneSelf:
			buf = append(buf, c)
			i++
		default:
			r, n := utf8.DecodeRune(d.data[i:])
			buf = utf8.AppendRune(buf, r)
			i += n
		}
	}
	return nil, d.fail(from-1, "a text without closing quote")
}

// escape reads the escape at i and tells its length.
func (d *decoder) escape(buf []byte, i int) ([]byte, int, error) {
	if i+1 < len(d.data) {
		switch c := d.data[i+1]; c {
		case '"', '\\', '/':
			return append(buf, c), 2, nil
		case 'b':
			return append(buf, '\b'), 2, nil
		case 'f':
			return append(buf, '\f'), 2, nil
		case 'n':
			return append(buf, '\n'), 2, nil
		case 'r':
			return append(buf, '\r'), 2, nil
		case 't':
			return append(buf, '\t'), 2, nil
		case 'u':
			r, ok := d.hex(i + 2)
			if !ok {
				return nil, 0, d.fail(i, `\u without four hexadecimal digits`)
			}
			if !utf16.IsSurrogate(r) {
				return utf8.AppendRune(buf, r), 6, nil
			}
			if i+7 < len(d.data) && d.data[i+6] == '\\' && d.data[i+7] == 'u' {
				if low, ok := d.hex(i + 8); ok {
					if whole := utf16.DecodeRune(r, low); whole != utf8.RuneError {
						return utf8.AppendRune(buf, whole), 12, nil
					}
				}
			}
			return utf8.AppendRune(buf, utf8.RuneError), 6, nil
		}
	}
	return nil, 0, d.fail(i, "unknown escape in a text")
}

func (d *decoder) hex(i int) (rune, bool) {
	if i+4 > len(d.data) {
		return 0, false
	}
	var r rune
	for _, c := range d.data[i : i+4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// number reads a number; d.pos is at its first byte.
func (d *decoder) number() (any, error) {
	from, i := d.pos, d.pos
	negative := d.data[i] == '-'
	if negative {
		i++
	}
	start := i
	var whole uint64
	for ; i < len(d.data) && digit(d.data[i]); i++ {
		whole = whole*10 + uint64(d.data[i]-'0') // may overflow; see below
	}
	d.pos = i
	if i == start {
		return nil, d.unexpected("a digit")
	}
	if d.data[start] == '0' && i > start+1 {
		return nil, d.fail(start, "a number with a leading zero")
	}
	integer := true
	if i < len(d.data) && d.data[i] == '.' {
		integer = false
		if i, d.pos = d.digits(i+1), i+1; i == d.pos {
			return nil, d.unexpected("a digit")
		}
	}
	if i < len(d.data) && (d.data[i] == 'e' || d.data[i] == 'E') {
		integer = false
		i++
		if i < len(d.data) && (d.data[i] == '+' || d.data[i] == '-') {
			i++
		}
		if i, d.pos = d.digits(i), i; i == d.pos {
			return nil, d.unexpected("a digit")
		}
	}
	d.pos = i
	if integer && i-start < 19 {
		f := float64(whole)
		if negative {
			f = math.Copysign(f, -1)
		}
		return f, nil
	}
	f, _ := strconv.ParseFloat(string(d.data[from:i]), 64)
	return f, nil
}

func (d *decoder) digits(i int) int {
	for i < len(d.data) && digit(d.data[i]) {
		i++
	}
	return i
}

func digit(c byte) bool { return '0' <= c && c <= '9' }
