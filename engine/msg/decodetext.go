package msg

import (
	"encoding/binary"
	"math/bits"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// key reads a property name and gives it a hash, the same for the same name.
func (d *decoder) key() (string, uint) {
	raw := d.raw()
	n := len(raw)
	if n == 0 || n > longestKey {
		return string(raw), 0
	}
	hash := uint(n) + uint(raw[0])*7 + uint(raw[n/2])*31 + uint(raw[n-1])*131
	slot := &d.keys[hash%uint(len(d.keys))]
	if *slot != string(raw) {
		*slot = string(raw)
	}
	return *slot, hash
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

// raw reads a text, of which d.pos is at the first quote, and leaves it where
// it is if it can.
func (d *decoder) raw() []byte {
	d.pos++
	from, i := d.pos, d.pos
	for len(d.data)-i >= 8 {
		if n := special(binary.LittleEndian.Uint64(d.data[i:]), d.valid); n < 8 {
			i += n
			break
		}
		i += 8
	}
	for ; i < len(d.data); i++ {
		c := d.data[i]
		if c == '"' {
			d.pos = i + 1
			return d.data[from:i]
		}
		if c == '\\' || c < ' ' || c >= utf8.RuneSelf && !d.valid {
			return d.unescape(from, i)
		}
	}
	d.fail(from-1, "a text without closing quote")
	return nil
}

// special tells which of the eight bytes of w is the first that is a quote, a
// backslash or a control character, or, unless the text is known to be UTF-8,
// not ASCII; 8 if none is.
func special(w uint64, valid bool) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quote, slash := w^'"'*ones, w^'\\'*ones
	found := (quote-ones)&^quote | (slash-ones)&^slash | (w-' '*ones)&^w
	if !valid {
		found |= w
	}
	return bits.TrailingZeros64(found&highs) / 8
}

// unescape is raw for a text in which something must be replaced, from i on.
func (d *decoder) unescape(from, i int) []byte {
	buf := append(d.buf[:0], d.data[from:i]...)
	for i < len(d.data) {
		switch c := d.data[i]; {
		case c == '"':
			d.buf, d.pos = buf, i+1
			return buf
		case c < ' ':
			d.fail(i, "control character "+strconv.QuoteRune(rune(c))+" in a text; write it as an escape")
			return nil
		case c == '\\':
			n := 0
			if buf, n = d.escape(buf, i); n == 0 {
				return nil
			}
			i += n
		case c < utf8.RuneSelf:
			buf = append(buf, c)
			i++
		default:
			r, n := utf8.DecodeRune(d.data[i:])
			buf = utf8.AppendRune(buf, r)
			i += n
		}
	}
	d.fail(from-1, "a text without closing quote")
	return nil
}

// escape reads the escape at i and tells its length.
func (d *decoder) escape(buf []byte, i int) ([]byte, int) {
	if i+1 < len(d.data) {
		switch c := d.data[i+1]; c {
		case '"', '\\', '/':
			return append(buf, c), 2
		case 'b':
			return append(buf, '\b'), 2
		case 'f':
			return append(buf, '\f'), 2
		case 'n':
			return append(buf, '\n'), 2
		case 'r':
			return append(buf, '\r'), 2
		case 't':
			return append(buf, '\t'), 2
		case 'u':
			r, ok := d.hex(i + 2)
			if !ok {
				d.fail(i, `\u without four hexadecimal digits`)
				return nil, 0
			}
			if !utf16.IsSurrogate(r) {
				return utf8.AppendRune(buf, r), 6
			}
			if i+7 < len(d.data) && d.data[i+6] == '\\' && d.data[i+7] == 'u' {
				if low, ok := d.hex(i + 8); ok {
					if whole := utf16.DecodeRune(r, low); whole != utf8.RuneError {
						return utf8.AppendRune(buf, whole), 12
					}
				}
			}
			return utf8.AppendRune(buf, utf8.RuneError), 6
		}
	}
	d.fail(i, "unknown escape in a text")
	return nil, 0
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
func (d *decoder) number() any {
	from, i := d.pos, d.pos
	negative := d.data[i] == '-'
	if negative {
		i++
	}
	start := i
	var digits uint64 // before and after the point; may overflow, see below
	for ; i < len(d.data) && digit(d.data[i]); i++ {
		digits = digits*10 + uint64(d.data[i]-'0')
	}
	if d.pos = i; i == start {
		d.unexpected("a digit")
		return nil
	}
	if d.data[start] == '0' && i > start+1 {
		d.fail(start, "a number with a leading zero")
		return nil
	}
	count, places := i-start, 0
	if i < len(d.data) && d.data[i] == '.' {
		i++
		d.pos = i
		for ; i < len(d.data) && digit(d.data[i]); i++ {
			digits = digits*10 + uint64(d.data[i]-'0')
		}
		if places = i - d.pos; places == 0 {
			d.unexpected("a digit")
			return nil
		}
		count += places
	}
	power := i < len(d.data) && (d.data[i] == 'e' || d.data[i] == 'E')
	if power {
		i++
		if i < len(d.data) && (d.data[i] == '+' || d.data[i] == '-') {
			i++
		}
		d.pos = i
		for i < len(d.data) && digit(d.data[i]) {
			i++
		}
		if i == d.pos {
			d.unexpected("a digit")
			return nil
		}
	}
	d.pos = i
	if !power && count <= 15 && places < len(powersOfTen) {
		// Both sides of the division are exact, so its result is the nearest
		// number there is.
		f := float64(digits) / powersOfTen[places]
		if negative {
			return -f
		}
		if i := int(f); i < len(smallNumbers) && float64(i) == f {
			return smallNumbers[i]
		}
		return f
	}
	f, _ := strconv.ParseFloat(string(d.data[from:i]), 64)
	return f
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

var powersOfTen = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// smallNumbers are the numbers of which an any need not be made anew.
var smallNumbers = func() (numbers [256]any) {
	for i := range numbers {
		numbers[i] = float64(i)
	}
	return
}()
