package msg

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

// What Inspect shows of a value.
const (
	inspectDepth  = 2      // objects within objects; deeper ones are "[Object]"
	inspectItems  = 100    // of a list
	inspectBytes  = 50     // of a Buffer
	inspectWidth  = 80     // of a line
	inspectLength = 10_000 // of a text
	inspectMost   = 64_000 // bytes, about; what follows is left out
)

// Inspect is the text that Node.js has for a value where people look at it:
// { a: [ 1, 'x' ] }. Node-RED makes statuses of it, and lines of the log. It
// shows no more than the bounds above.
func Inspect(v any) string {
	var s inspector
	return s.value(v, 0)
}

type inspector struct {
	open    []any // the objects and lists around the value
	circles []any // those of them that stand within themselves
	size    int   // what has been written so far
}

func (s *inspector) value(v any, depth int) string {
	switch v := v.(type) {
	case string:
		return inspectText(v)
	case float64:
		if v == 0 && math.Signbit(v) {
			return "-0"
		}
	case []byte:
		text := fmt.Sprintf("<Buffer % x", v[:min(len(v), inspectBytes)])
		switch more := len(v) - inspectBytes; {
		case more == 1:
			text += " ... 1 more byte"
		case more > 1:
			text += fmt.Sprintf(" ... %d more bytes", more)
		}
		return text + ">"
	case Date:
		if !math.IsNaN(float64(v)) {
			return strings.Trim(string(Encode(v)), `"`)
		}
		return "Invalid Date"
	case *Shared:
		return s.value(v.Object(), depth)
	case *Object:
		return s.enclosed(v, depth, "Object", "{", "}", v.Len() == 0, func() []string { return s.members(v, depth) })
	case *List:
		return s.enclosed(v, depth, "Array", "[", "]", v.Len() == 0, func() []string { return s.list(v, depth) })
	case *Script:
		return s.script(v, depth)
	case Handle:
		return "[Object]"
	}
	return Text(v)
}

func (s *inspector) script(v *Script, depth int) string {
	switch v.Kind {
	case ScriptBigInt:
		return v.Text + "n"
	case ScriptFunction:
		return functionName(v.Text)
	case ScriptError:
		text := v.member("stack", v.String())
		if v.own().Len() == 0 {
			return text
		}
		return s.enclosed(v, depth, "Error", text+" {", "}", false, func() []string { return s.members(v.own(), depth) })
	case ScriptSet:
		return s.enclosed(v, depth, "Set", fmt.Sprintf("Set(%d) {", v.Items.Len()), "}", v.Items.Len() == 0, func() []string { return s.items(v.Items, depth) })
	case ScriptMap:
		return s.enclosed(v, depth, "Map", fmt.Sprintf("Map(%d) {", v.Items.Len()), "}", v.Items.Len() == 0, func() []string {
			var entries []string
			for _, item := range v.Items.Items[:min(v.Items.Len(), inspectItems)] {
				if pair, ok := item.(*List); ok {
					entries = append(entries, s.value(pair.At(0), depth+1)+" => "+s.value(pair.At(1), depth+1))
				}
			}
			return entries
		})
	case ScriptArray:
		return s.enclosed(v, depth, v.Text, fmt.Sprintf("%s(%d) [", v.Text, v.Items.Len()), "]", v.Items.Len() == 0, func() []string { return s.list(v.Items, depth) })
	}
	return v.Text
}

var functionStart = regexp.MustCompile(`^(?:(async)\b)?\s*(?:(function|class)\b)?\s*\*?\s*([A-Za-z_$][\w$]*)?`)

func functionName(source string) string {
	part := functionStart.FindStringSubmatch(source)
	what, name := "Function", part[3]
	switch {
	case part[2] == "class":
		what = "class"
	case part[1] != "":
		what = "AsyncFunction"
	}
	switch {
	case part[2] == "" || name == "" || name == "extends":
		return "[" + what + " (anonymous)]"
	case what == "class":
		return "[class " + name + "]"
	}
	return "[" + what + ": " + name + "]"
}

func (s *inspector) members(o *Object, depth int) []string {
	var entries []string
	for k, v := range o.All() {
		if s.size > inspectMost {
			return append(entries, "...")
		}
		if !bareKey(k) {
			k = inspectText(k)
		}
		entry := k + ": " + s.value(v, depth+1)
		s.size += len(entry)
		entries = append(entries, entry)
	}
	return entries
}

func (s *inspector) items(l *List, depth int) []string {
	var entries []string
	for _, v := range l.Items[:min(l.Len(), inspectItems)] {
		if s.size > inspectMost {
			return append(entries, "...")
		}
		entry := s.value(v, depth+1)
		s.size += len(entry)
		entries = append(entries, entry)
	}
	switch more := l.Len() - inspectItems; {
	case more == 1:
		entries = append(entries, "... 1 more item")
	case more > 1:
		entries = append(entries, fmt.Sprintf("... %d more items", more))
	}
	return entries
}

// list is items in columns, if there are many.
func (s *inspector) list(l *List, depth int) []string {
	entries := s.items(l, depth)
	if len(entries) <= 6 {
		return entries
	}
	numbers := !slices.ContainsFunc(l.Items[:min(l.Len(), inspectItems)], func(v any) bool { _, number := v.(float64); return !number })
	rows := entries[:min(len(entries), inspectItems)]
	return append(inColumns(rows, len(entries), 2*depth, numbers), entries[len(rows):]...)
}

// inColumns joins short items to lines that are about two and a half times
// as wide as they are high.
func inColumns(items []string, of, indent int, right bool) []string {
	total, widest := 0, 0
	for _, item := range items {
		total += len(item) + 2
		widest = max(widest, len(item)+2)
	}
	if 3*widest+indent >= inspectWidth || float64(total)/float64(widest) <= 5 && widest > 8 {
		return items
	}
	typical := max(float64(widest)-3-math.Sqrt(float64(widest)-float64(total)/float64(of)), 1)
	columns := min(int(math.Floor(math.Sqrt(2.5*typical*float64(len(items)))/typical+0.5)), (inspectWidth-indent)/widest, 12)
	if columns <= 1 {
		return items
	}
	var lines []string
	for from := 0; from < len(items); from += columns {
		row := items[from:min(from+columns, len(items))]
		line := ""
		for i, item := range row {
			width := 0
			for k := i; k < len(items); k += columns {
				width = max(width, len(items[k]))
			}
			last, pad := i == len(row)-1, strings.Repeat(" ", width-len(item))
			switch {
			case right && last:
				line += pad + item
			case right:
				line += pad + item + ", "
			case last:
				line += item
			default:
				line += item + ", " + pad
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// enclosed writes what has entries, on one line if there is room.
func (s *inspector) enclosed(v any, depth int, class, start, end string, empty bool, entries func() []string) string {
	if slices.Contains(s.open, v) {
		if !slices.Contains(s.circles, v) {
			s.circles = append(s.circles, v)
		}
		return fmt.Sprintf("[Circular *%d]", 1+slices.Index(s.circles, v))
	}
	if depth > inspectDepth && !empty {
		return "[" + class + "]"
	}
	s.open = append(s.open, v)
	parts := entries()
	s.open = s.open[:len(s.open)-1]
	if i := slices.Index(s.circles, v); i >= 0 {
		start = fmt.Sprintf("<ref *%d> %s", i+1, start)
	}
	if len(parts) == 0 {
		return start + end
	}
	line := strings.Join(parts, ", ")
	l, columns := v.(*List)
	columns = columns && len(parts) < min(l.Len(), inspectItems)
	if !columns && len(line)+len(start)+2*depth+len(parts)+10 < inspectWidth && !strings.Contains(start+line, "\n") {
		return start + " " + line + " " + end
	}
	indent := "\n" + strings.Repeat(" ", 2*depth)
	return start + indent + "  " + strings.Join(parts, ","+indent+"  ") + indent + end
}

func bareKey(k string) bool {
	for i, c := range []byte(k) {
		if !(c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9') {
			return false
		}
	}
	return k != ""
}

// inspectText is a text in quotes.
func inspectText(s string) string {
	quote := byte('\'')
	if strings.Contains(s, "'") {
		switch {
		case !strings.Contains(s, `"`):
			quote = '"'
		case !strings.Contains(s, "`") && !strings.Contains(s, "${"):
			quote = '`'
		}
	}
	more := ""
	if len(s) > inspectLength {
		s, more = s[:inspectLength], "..."
	}
	b := []byte{quote}
	for _, c := range s {
		switch {
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\t':
			b = append(b, `\t`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c == '\b':
			b = append(b, `\b`...)
		case c == '\f':
			b = append(b, `\f`...)
		case c == '\v':
			b = append(b, `\v`...)
		case c == '\\' || c == rune(quote):
			b = append(b, '\\', byte(c))
		case c < ' ' || c >= 0x7f && c <= 0x9f:
			b = fmt.Appendf(b, `\x%02X`, c)
		default:
			b = append(b, string(c)...)
		}
	}
	return string(append(b, quote)) + more
}
