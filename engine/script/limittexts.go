package script

import (
	"strings"

	"github.com/dop251/goja"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// limitTexts bounds what makes or goes through long texts.
func (v *vm) limitTexts() {
	text := prototypeOf(v.js.Get("String"))
	v.guarded(text, "repeat", func(c goja.FunctionCall) string {
		if float64(lengthOf(c.This))*c.Argument(0).ToFloat() > maxText {
			return wrongLength
		}
		return ""
	})
	padding := func(c goja.FunctionCall) string {
		if c.Argument(0).ToFloat() > maxText {
			return wrongLength
		}
		return ""
	}
	v.guarded(text, "padStart", padding)
	v.guarded(text, "padEnd", padding)
	v.guarded(text, "split", func(c goja.FunctionCall) string {
		n := lengthOf(c.This)
		if n <= maxItems {
			return ""
		}
		separator, ok := c.Argument(0).(goja.String)
		if !ok && !goja.IsUndefined(c.Argument(0)) || ok && (separator.Length() == 0 || occurrences(c.This, separator) > maxItems) {
			return wrongArray
		}
		return ""
	})
	v.guarded(text, "concat", func(c goja.FunctionCall) string {
		n := lengthOf(c.This)
		for _, a := range c.Arguments {
			n += lengthOf(a)
		}
		if n > maxText {
			return wrongLength
		}
		return ""
	})
	v.guarded(text, "replaceAll", replaced)
	v.guarded(text, "replace", replaced)
	for _, method := range []string{"match", "matchAll", "search"} {
		v.guarded(text, method, func(c goja.FunctionCall) string {
			if _, ok := c.Argument(0).(*goja.Object); !ok && lengthOf(c.Argument(0)) > maxPattern {
				return "Invalid regular expression: too large"
			}
			if method == "match" && lengthOf(c.This) > maxItems && global(c.Argument(0)) {
				return wrongArray
			}
			return ""
		})
	}
	v.guarded(text, "normalize", func(c goja.FunctionCall) string {
		if lengthOf(c.This) > maxText/18 { // what the longest becomes
			return wrongLength
		}
		return ""
	})
	v.around(text, "localeCompare", func(original native) native {
		return func(c goja.FunctionCall) goja.Value {
			if lengthOf(c.This) <= maxText/64 && lengthOf(c.Argument(0)) <= maxText/64 {
				if how, ok := c.Argument(2).(*goja.Object); ok {
					return v.js.ToValue(v.compared(c.This.String(), c.Argument(0).String(), how))
				}
				return original(c)
			}
			return v.js.ToValue(strings.Compare(c.This.String(), c.Argument(0).String()))
		}
	})
}

// compared is localeCompare with options: numbers by their value, and letters
// without what makes them differ.
func (v *vm) compared(a, b string, how *goja.Object) int {
	var options []collate.Option
	if n := how.Get("numeric"); n != nil && n.ToBoolean() {
		options = append(options, collate.Numeric)
	}
	if s := how.Get("sensitivity"); s != nil {
		switch s.String() {
		case "base":
			options = append(options, collate.IgnoreCase, collate.IgnoreDiacritics)
		case "accent":
			options = append(options, collate.IgnoreCase)
		case "case":
			options = append(options, collate.IgnoreDiacritics)
		}
	}
	return collate.New(language.English, options...).CompareString(a, b)
}

// global tells whether a regular expression finds all there is.
func global(value goja.Value) bool {
	o, ok := value.(*goja.Object)
	if !ok || o.ClassName() != classRegExp {
		return false
	}
	g := o.Get("global")
	return g != nil && g.ToBoolean()
}

func occurrences(text, of goja.Value) int { return strings.Count(text.String(), of.String()) }

// replaced bounds what replacing makes, of a text as many times as it is there.
func replaced(c goja.FunctionCall) string {
	text, isText := c.This.(goja.String)
	if !isText {
		return ""
	}
	n := text.Length()
	if global(c.Argument(0)) && n > maxItems {
		return wrongLength
	}
	with, ok := c.Argument(1).(goja.String)
	if !ok {
		if what, ok := c.Argument(0).(goja.String); ok && n > maxItems && occurrences(text, what) > maxItems {
			return wrongLength
		}
		return ""
	}
	each, most := float64(with.Length()), float64(maxText)
	if strings.ContainsAny(with.String(), "$") { // may stand for what is before or behind
		marks := strings.Count(with.String(), "$`") + strings.Count(with.String(), "$'")
		each += float64(marks) * float64(n)
	}
	if each*float64(n) <= most {
		return ""
	}
	switch what := c.Argument(0).(type) {
	case goja.String:
		n = occurrences(text, what)
	case *goja.Object:
		if !global(what) {
			n = 1
		}
	}
	if float64(n)*each > 4*most {
		return wrongLength
	}
	return ""
}

// nestedText is how deep the lists and objects in a JSON text are nested.
func nestedText(text string) int {
	depth, most, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case quoted:
		case c == '[' || c == '{':
			depth++
			most = max(most, depth)
		case c == ']' || c == '}':
			depth--
		}
	}
	return most
}
