package script

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/dop251/goja"
)

// longNames are the names of Unicode's general categories that Go's tables
// know by their short ones.
var longNames = map[string]string{
	"Letter": "L", "Cased_Letter": "LC", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll", "Titlecase_Letter": "Lt",
	"Modifier_Letter": "Lm", "Other_Letter": "Lo", "Mark": "M", "Nonspacing_Mark": "Mn", "Spacing_Mark": "Mc", "Enclosing_Mark": "Me",
	"Number": "N", "Decimal_Number": "Nd", "digit": "Nd", "Letter_Number": "Nl", "Other_Number": "No",
	"Punctuation": "P", "punct": "P", "Symbol": "S", "Math_Symbol": "Sm", "Currency_Symbol": "Sc", "Modifier_Symbol": "Sk",
	"Other_Symbol": "So", "Separator": "Z", "Space_Separator": "Zs", "Line_Separator": "Zl", "Paragraph_Separator": "Zp",
	"Other": "C", "Control": "Cc", "Format": "Cf", "Private_Use": "Co", "Surrogate": "Cs",
}

// span is a range of code points.
type span struct{ from, to rune }

// property is the code points that \p{name} means.
func property(name string) ([]span, bool) {
	if text, ok := emojiRanges[name]; ok {
		return parseSpans(text), true
	}
	switch name {
	case "Any":
		return []span{{0, unicode.MaxRune}}, true
	case "ASCII":
		return []span{{0, unicode.MaxASCII}}, true
	case "Alphabetic", "Alpha":
		return spans(unicode.L, unicode.Nl, unicode.Other_Alphabetic), true
	case "Lowercase", "Lower":
		return spans(unicode.Ll, unicode.Other_Lowercase), true
	case "Uppercase", "Upper":
		return spans(unicode.Lu, unicode.Other_Uppercase), true
	case "LC", "Cased_Letter":
		return spans(unicode.Lu, unicode.Ll, unicode.Lt), true
	}
	kind, value, named := strings.Cut(name, "=")
	if named {
		name = value
	}
	if short, ok := longNames[name]; ok {
		name = short
	}
	if !named || kind == "General_Category" || kind == "gc" {
		if t, ok := unicode.Categories[name]; ok {
			return spans(t), true
		}
	}
	if kind == "Script" || kind == "sc" || kind == "Script_Extensions" || kind == "scx" {
		if t, ok := unicode.Scripts[name]; ok {
			return spans(t), true
		}
	}
	if t, ok := unicode.Properties[name]; ok && !named {
		return spans(t), true
	}
	return nil, false
}

func parseSpans(text string) []span {
	var all []span
	for _, part := range strings.Fields(text) {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		a, _ := strconv.ParseInt(from, 16, 32)
		b, _ := strconv.ParseInt(to, 16, 32)
		all = append(all, span{rune(a), rune(b)})
	}
	return all
}

func spans(tables ...*unicode.RangeTable) []span {
	var all []span
	add := func(lo, hi, stride rune) {
		if stride == 1 {
			all = append(all, span{lo, hi})
			return
		}
		for r := lo; r <= hi; r += stride {
			all = append(all, span{r, r})
		}
	}
	for _, t := range tables {
		for _, r := range t.R16 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range t.R32 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	return all
}

// without is everything that is not in sorted spans.
func without(all []span) []span {
	var rest []span
	next := rune(0)
	for _, s := range all {
		if s.from > next {
			rest = append(rest, span{next, s.from - 1})
		}
		next = max(next, s.to+1)
	}
	if next <= unicode.MaxRune {
		rest = append(rest, span{next, unicode.MaxRune})
	}
	return rest
}

// withClasses writes \p{…} and \P{…} of a regular expression with the flag u
// out as classes of characters: the engine does not know them.
func withClasses(pattern string) (string, error) {
	if !strings.Contains(pattern, `\p{`) && !strings.Contains(pattern, `\P{`) {
		return pattern, nil
	}
	var b strings.Builder
	inClass := false
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c == '[':
			inClass = true
		case c == ']':
			inClass = false
		case c == '\\' && i+1 < len(pattern):
			rest := pattern[i:]
			end := strings.IndexByte(rest, '}')
			if (strings.HasPrefix(rest, `\p{`) || strings.HasPrefix(rest, `\P{`)) && end > 0 {
				all, ok := property(rest[3:end])
				if !ok {
					return "", fmt.Errorf("Invalid regular expression: /%s/: Invalid property name", pattern) //nolint:staticcheck // V8's text
				}
				if rest[1] == 'P' {
					all = without(all)
				}
				writeClass(&b, all, inClass)
				i += end
				continue
			}
			b.WriteByte(c)
			i++
			c = pattern[i]
		}
		b.WriteByte(c)
	}
	return b.String(), nil
}

func writeClass(b *strings.Builder, all []span, inClass bool) {
	if !inClass {
		b.WriteByte('[')
	}
	for _, s := range all {
		writeRune(b, s.from)
		if s.to > s.from {
			b.WriteByte('-')
			writeRune(b, s.to)
		}
	}
	if !inClass {
		b.WriteByte(']')
	}
}

func writeRune(b *strings.Builder, r rune) { fmt.Fprintf(b, `\u{%x}`, r) }

// completeRegExp makes the arguments of new RegExp(…) such that it knows
// classes, too.
func (v *vm) completeRegExp(c goja.FunctionCall) goja.Value {
	pattern, isText := c.Argument(0).(goja.String)
	flags, hasFlags := c.Argument(1).(goja.String)
	if !isText || !hasFlags || !strings.Contains(flags.String(), "u") {
		return goja.Undefined()
	}
	text, err := withClasses(pattern.String())
	if err != nil {
		panic(v.syntaxError(err.Error()))
	}
	return v.js.NewArray(text, flags)
}
