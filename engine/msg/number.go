package msg

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// AppendNumber appends a number as JavaScript writes it: 84901234567, 1e+21,
// 1e-7, NaN, Infinity.
func AppendNumber(dst []byte, f float64) []byte {
	if i := int64(f); float64(i) == f && -1e15 < f && f < 1e15 {
		return strconv.AppendInt(dst, i, 10)
	}
	if b, ok := appendDecimal(dst, f); ok {
		return b
	}
	switch {
	case f != f:
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	}
	if a := math.Abs(f); a >= 1e-6 && a < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	if n := len(dst); dst[n-2] == '0' && (dst[n-3] == '-' || dst[n-3] == '+') { // 1e-07
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// appendDecimal appends a number of few digits, with at most four after the
// point. There is only one way to write a number in 15 digits or less, so one
// that is a whole number through a power of ten is written by that.
func appendDecimal(dst []byte, f float64) ([]byte, bool) {
	for places := 1; places <= 4; places++ {
		whole := f * powersOfTen[places]
		n := int64(whole)
		if float64(n) != whole || n <= -1e15 || n >= 1e15 {
			continue
		}
		if float64(n)/powersOfTen[places] != f {
			return dst, false
		}
		if n < 0 {
			dst, n = append(dst, '-'), -n
		}
		unit := int64(powersOfTen[places])
		dst = strconv.AppendInt(dst, n/unit, 10)
		at := len(dst)
		dst = strconv.AppendInt(dst, unit+n%unit, 10) // the 1 gives way to the point
		dst[at] = '.'
		for dst[len(dst)-1] == '0' { // 4.35, of which 100 times is not whole but 1000 times is
			dst = dst[:len(dst)-1]
		}
		return dst, true
	}
	return dst, false
}

// FormatNumber is AppendNumber as a string.
func FormatNumber(f float64) string {
	var b [32]byte
	return string(AppendNumber(b[:0], f))
}

// Number is JavaScript's Number(v); NaN for what is none.
func Number(v any) float64 {
	switch v := open(v).(type) {
	case nil:
		return 0
	case bool:
		if v {
			return 1
		}
		return 0
	case float64:
		return v
	case string:
		return numberOf(v)
	case Date:
		return float64(v)
	case *List, []byte:
		return numberOf(Text(v))
	}
	return math.NaN()
}

// space tells what JavaScript trims.
func space(r rune) bool {
	return r == '\uFEFF' || r != '\u0085' && unicode.IsSpace(r)
}

// numberOf is Number of a text, all of which must be the number.
func numberOf(s string) float64 {
	s = strings.TrimFunc(s, space)
	if s == "" {
		return 0
	}
	if len(s) > 2 && s[0] == '0' {
		base := 0
		switch s[1] {
		case 'x', 'X':
			base = 16
		case 'o', 'O':
			base = 8
		case 'b', 'B':
			base = 2
		}
		if base > 0 {
			return integer(s[2:], base)
		}
	}
	n := decimalPrefix(s)
	if n < len(s) {
		return math.NaN()
	}
	return parseDecimal(s)
}

// integer reads digits of a base, NaN if anything else is there.
func integer(s string, base int) float64 {
	if n, err := strconv.ParseUint(s, base, 64); err == nil && s[0] != '+' {
		return float64(n)
	}
	f := 0.0
	for i := range len(s) {
		d, err := strconv.ParseUint(s[i:i+1], base, 8)
		if err != nil {
			return math.NaN()
		}
		f = f*float64(base) + float64(d)
	}
	return f
}

// decimalPrefix tells how many bytes of s JavaScript reads as a decimal
// number.
func decimalPrefix(s string) int {
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	if strings.HasPrefix(s[i:], "Infinity") {
		return i + len("Infinity")
	}
	from := i
	for i < len(s) && digit(s[i]) {
		i++
	}
	n := i - from
	if i < len(s) && s[i] == '.' {
		from = i + 1
		end := from
		for end < len(s) && digit(s[end]) {
			end++
		}
		if n += end - from; n > 0 {
			i = end
		}
	}
	if n == 0 {
		return 0
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		end := i + 1
		if end < len(s) && (s[end] == '+' || s[end] == '-') {
			end++
		}
		from = end
		for end < len(s) && digit(s[end]) {
			end++
		}
		if end > from {
			i = end
		}
	}
	return i
}

// parseDecimal reads what decimalPrefix has measured. What is too big is
// infinite, as in JavaScript.
func parseDecimal(s string) float64 {
	if s == "" {
		return math.NaN()
	}
	f, _ := strconv.ParseFloat(s, 64)
	return f
}

// ParseFloat is JavaScript's parseFloat: the number at the start of s, NaN if
// there is none.
func ParseFloat(s string) float64 {
	s = strings.TrimLeftFunc(s, space)
	return parseDecimal(s[:decimalPrefix(s)])
}

// ParseInt is JavaScript's parseInt(s, 10): the digits at the start of s, NaN
// if there are none.
func ParseInt(s string) float64 {
	s = strings.TrimLeftFunc(s, space)
	n := 0
	if s != "" && (s[0] == '+' || s[0] == '-') {
		n++
	}
	first := n
	for n < len(s) && digit(s[n]) {
		n++
	}
	if n == first {
		return math.NaN()
	}
	return parseDecimal(s[:n])
}
