package msg

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Path is a property expression, understood once and used often. The grammar
// and what reading and writing do are in jsonata-and-js.md §2. The zero Path
// names nothing.
type Path struct {
	parts []part
}

type part struct {
	key    string
	index  int   // key as a place in a list, -1 if it is none
	number bool  // written as a number: what is missing above it is a list
	ref    *Path // [msg.…]: the key is what this path finds
}

// Path reads to any depth and never fails: what is missing, and an expression
// that is none, is nil.
func (o *Object) Path(expr string) any {
	if !strings.ContainsAny(expr, `[] "'`) {
		return o.dotted(strings.TrimPrefix(expr, "msg."))
	}
	p, err := ParsePath(expr)
	if err != nil {
		return nil
	}
	v, _ := p.Lookup(o)
	return v
}

// dotted is Path for plain names with dots between them.
func (o *Object) dotted(expr string) any {
	var v any = o
	for first := true; ; first = false {
		name, rest, more := strings.Cut(expr, ".")
		if name == "" || !first && !startsName(name[0]) {
			return nil
		}
		p, ok := named(name), false
		if v, ok = child(v, &p); !ok {
			return nil
		}
		if !more {
			return v
		}
		expr = rest
	}
}

// IsZero tells whether p is no path at all.
func (p Path) IsZero() bool { return len(p.parts) == 0 }

// First is the name of the top-level property, "" of the zero Path.
func (p Path) First() string {
	if p.IsZero() {
		return ""
	}
	return p.parts[0].key
}

// Parts are the keys from the top down; a [msg.…] shows as it is written.
func (p Path) Parts() []string {
	keys := make([]string, len(p.parts))
	for i, part := range p.parts {
		keys[i] = part.key
		if part.ref != nil {
			keys[i] = part.ref.reference()
		}
	}
	return keys
}

// Numbered tells whether the part at that place is written as a number, so
// that what is missing above it is a list.
func (p Path) Numbered(i int) bool { return p.parts[i].number }

// String is an expression that ParsePath makes the same Path of.
func (p Path) String() string {
	var b strings.Builder
	for i, part := range p.parts {
		switch {
		case part.ref != nil:
			b.WriteString("[" + part.ref.reference() + "]")
		case part.number && i > 0:
			b.WriteString("[" + part.digits() + "]")
		case part.number:
			b.WriteString(part.digits())
		case i == 0 && part.key == "msg" && len(p.parts) > 1:
			b.WriteString("msg.msg")
		case !plainName(part.key) || i > 0 && !startsName(part.key[0]) || digits(part.key) && len(p.parts) > 1:
			quote := `"`
			if strings.Contains(part.key, quote) {
				quote = `'`
			}
			if i == 0 {
				b.WriteString(quote + part.key + quote)
			} else {
				b.WriteString("[" + quote + part.key + quote + "]")
			}
		default:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(part.key)
		}
	}
	return b.String()
}

func plainName(key string) bool { return key != "" && !strings.ContainsAny(key, notInName) }

// digits is the number without an exponent.
func (p part) digits() string {
	f, _ := strconv.ParseFloat(p.key, 64)
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// reference is p as it stands in brackets.
func (p Path) reference() string {
	s := p.String()
	if strings.HasPrefix(s, "msg.") {
		return s
	}
	return "msg." + s
}

// Dynamic tells whether p has a [msg.…], so that it needs a message.
func (p Path) Dynamic() bool {
	return slices.ContainsFunc(p.parts, func(part part) bool { return part.ref != nil })
}

// Resolve puts what m has in the place of each [msg.…], so that the path can
// be used on something else than a message. It is an error if m has nothing
// there.
func (p Path) Resolve(m *Object) (Path, error) {
	if !p.Dynamic() {
		return p, nil
	}
	parts := slices.Clone(p.parts)
	for i, part := range parts {
		if part.ref == nil {
			continue
		}
		v, ok := part.ref.Lookup(m)
		if !ok || v == Undefined {
			before := Path{p.parts[:i]}.String() + "["
			return Path{}, &PathError{Expr: p.String(), Column: utf8.RuneCountInString(before) + 1,
				Reason: part.ref.reference() + " is undefined", missing: true}
		}
		parts[i] = named(Text(v))
		_, parts[i].number = v.(float64)
	}
	return Path{parts}, nil
}

// resolve is Resolve against what p is about to be used on.
func (p Path) resolve(root any) (Path, error) {
	for i := range p.parts {
		if p.parts[i].ref != nil {
			m, _ := root.(*Object)
			return p.Resolve(m)
		}
	}
	return p, nil
}

// Lookup reads without failing: below undefined or null, and where the last
// part is missing, there is nil and false.
func (p Path) Lookup(root any) (v any, ok bool) {
	p, err := p.resolve(root)
	if err != nil || p.IsZero() {
		return nil, false
	}
	v = root
	for i := range p.parts {
		if v, ok = child(v, &p.parts[i]); !ok {
			return nil, false
		}
	}
	return v, true
}

// TypeError is what JavaScript throws where a value is not of a kind that an
// operation needs. The text is JavaScript's, without the name of the class.
type TypeError struct{ Text string }

func (e *TypeError) Error() string { return e.Text }

// Get reads as JavaScript does: what is missing is Undefined, and reading
// below undefined or null is a *TypeError.
func (p Path) Get(root any) (any, error) {
	p, err := p.resolve(root)
	if err != nil {
		return Undefined, err
	}
	v := root
	for i := range p.parts {
		if v == nil || v == Undefined {
			return Undefined, &TypeError{"Cannot read properties of " + Text(v) + " (reading '" + p.parts[i].key + "')"}
		}
		var ok bool
		if v, ok = child(v, &p.parts[i]); !ok {
			v = Undefined
		}
	}
	return v, nil
}

// child reads one part of a value.
func child(v any, p *part) (any, bool) {
	switch v := v.(type) {
	case *Object:
		return v.Lookup(p.key)
	case *List:
		if p.index >= 0 && p.index < v.Len() {
			return open(v.Items[p.index]), true
		}
		if p.key == "length" {
			return float64(v.Len()), true
		}
	case string:
		if p.key == "length" {
			return float64(UTF16Len(v)), true
		}
		if p.index >= 0 {
			return charAt(v, p.index)
		}
	case []byte:
		if p.index >= 0 && p.index < len(v) {
			return float64(v[p.index]), true
		}
		if p.key == "length" {
			return float64(len(v)), true
		}
	case *Script:
		if v.Kind == ScriptError {
			return v.Members.Lookup(p.key)
		}
	case *Shared:
		return child(v.Object(), p)
	}
	return nil, false
}

// charAt is JavaScript's s[i]. Half a surrogate pair becomes U+FFFD.
func charAt(s string, i int) (any, bool) {
	if i >= len(s) { // there are never more UTF-16 units than bytes
		return nil, false
	}
	at := 0
	for _, r := range s {
		n := max(utf16.RuneLen(r), 1)
		if i < at+n {
			if n == 2 {
				r = '\uFFFD'
			}
			return string(r), true
		}
		at += n
	}
	return nil, false
}
