package yamltext

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// Format writes a value: two spaces a level, lists below their key indented,
// long and many-lined texts as blocks. An object that stands in several places
// is written once and referred to from then on.
func Format(v any) (string, error) {
	w := writer{refs: map[any]int{}, used: map[any]bool{}}
	if err := w.inspect(v, map[any]bool{}, 0); err != nil {
		return "", err
	}
	text, ok, err := w.node(v, place{block: true, compact: true})
	if err != nil || !ok {
		return "", err
	}
	return text + "\n", nil
}

type writer struct {
	refs map[any]int  // objects and lists that stand in several places, numbered
	used map[any]bool // those that have been written
}

// place is where a value is written.
type place struct {
	level   int
	block   bool // not inside of braces
	compact bool // what comes first stays on the line
	key     bool
}

// inspect finds what stands in several places, rings included.
func (w *writer) inspect(v any, seen map[any]bool, depth int) error {
	switch v.(type) {
	case *msg.Object, *msg.List:
	default:
		return nil
	}
	if depth > maxDepth {
		return fmt.Errorf("yaml: nested deeper than %d", maxDepth)
	}
	if seen[v] {
		if _, known := w.refs[v]; !known {
			w.refs[v] = len(w.refs)
		}
		return nil
	}
	seen[v] = true
	switch v := v.(type) {
	case *msg.Object:
		for _, member := range v.All() {
			if err := w.inspect(member, seen, depth+1); err != nil {
				return err
			}
		}
	case *msg.List:
		for i := range v.Items {
			if err := w.inspect(v.At(i), seen, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

var errKind = errors.New("yaml: a value of a kind that YAML has no word for")

// node writes a value; false: there is none to write.
func (w *writer) node(v any, p place) (text string, ok bool, err error) {
	switch v := v.(type) {
	case nil:
		return "null", true, nil
	case bool:
		return strconv.FormatBool(v), true, nil
	case float64:
		return number(v), true, nil
	case string:
		return scalarText(v, p), true, nil
	case msg.Date:
		return msg.String(msg.String(v)[1 : len(msg.String(v))-1]), true, nil
	case []byte:
		return "!!binary " + scalarText(base64.StdEncoding.EncodeToString(v), p), true, nil
	case *msg.Object:
		return w.collection(v, p, v.Len() > 0, "{}", func(p place) (string, error) { return w.mapping(v, p) })
	case *msg.List:
		return w.collection(v, p, v.Len() > 0, "[]", func(p place) (string, error) { return w.sequence(v, p) })
	}
	if v == msg.Undefined {
		return "", false, nil
	}
	return "", false, errKind
}

// collection writes an object or a list, or a reference to it.
func (w *writer) collection(v any, p place, filled bool, empty string, write func(place) (string, error)) (string, bool, error) {
	ref, shared := w.refs[v]
	name := "ref_" + strconv.Itoa(ref)
	if shared && w.used[v] {
		return "*" + name, true, nil
	}
	if shared {
		w.used[v] = true
		p.compact = false
	}
	text := empty
	if filled {
		var err error
		if text, err = write(p); err != nil {
			return "", false, err
		}
	}
	switch {
	case shared && strings.HasPrefix(text, "\n"):
		text = "&" + name + text
	case shared:
		text = "&" + name + " " + text
	}
	return text, true, nil
}

func newLine(level int) string { return "\n" + strings.Repeat("  ", level) }

func (w *writer) sequence(l *msg.List, p place) (string, error) {
	var out strings.Builder
	for i := range l.Items {
		v := l.At(i)
		if v == msg.Undefined {
			v = nil
		}
		text, _, err := w.node(v, place{level: p.level + 1, block: true, compact: true})
		if err != nil {
			return "", err
		}
		if !p.compact || i > 0 {
			out.WriteString(newLine(p.level))
		}
		out.WriteString("-")
		if !strings.HasPrefix(text, "\n") {
			out.WriteString(" ")
		}
		out.WriteString(text)
	}
	return out.String(), nil
}

// longKey is how long a key may be before it is written with a question mark.
const longKey = 1024

func (w *writer) mapping(o *msg.Object, p place) (string, error) {
	var out strings.Builder
	for key, v := range o.All() {
		name := scalarText(key, place{level: p.level + 1, block: true, key: true})
		explicit := msg.UTF16Len(name) > longKey
		text, ok, err := w.node(v, place{level: p.level + 1, block: true, compact: explicit})
		if err != nil {
			return "", err
		}
		if !ok {
			continue
		}
		if !p.compact || out.Len() > 0 {
			out.WriteString(newLine(p.level))
		}
		if explicit {
			name = "? " + name + newLine(p.level)
		}
		out.WriteString(name + ":")
		if !strings.HasPrefix(text, "\n") {
			out.WriteString(" ")
		}
		out.WriteString(text)
	}
	if out.Len() == 0 {
		return "{}", nil
	}
	return out.String(), nil
}

// number writes whole numbers as JavaScript does; others so that they are read
// as such.
func number(f float64) string {
	switch {
	case math.IsNaN(f):
		return ".nan"
	case math.IsInf(f, 1):
		return ".inf"
	case math.IsInf(f, -1):
		return "-.inf"
	case f == 0 && math.Signbit(f):
		return "-0.0"
	}
	text := msg.FormatNumber(f)
	if before, after, ok := strings.Cut(text, "e"); ok && f != math.Trunc(f) && !strings.Contains(before, ".") {
		return before + ".e" + after
	}
	return text
}
