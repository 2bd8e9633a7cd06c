package node

import (
	"fmt"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/template"
)

// compile makes of a typed value's raw form what reads fastest; it returns a
// problem in words.
func (b *boundValue) compile() string {
	as := b.choice.as
	empty := b.raw == nil || b.raw == ""
	b.set = !empty
	switch as {
	case "", "prev": // the node reads these itself
		b.value, b.set = msg.Undefined, false
		return ""
	case "str":
		return b.text()
	case "num", "bool":
		return b.scalar(empty)
	case "date":
		b.set = true
		return b.date()
	case "env":
		b.set = true
		return b.variable()
	}
	if empty {
		return ""
	}
	switch as {
	case "json":
		return b.json()
	case "bin":
		return b.buffer()
	}
	source, problem := textOf(b.raw)
	if problem != "" {
		return problem
	}
	switch as {
	case "msg":
		return b.property(source)
	case "flow", "global":
		return b.context(source)
	case "re":
		return b.regex(source)
	case "expr":
		return b.expression(source)
	case "template":
		return b.template(source)
	case "jsonata":
		return b.jsonataSource(source)
	}
	return "internal: no reader for type " + as
}

// text is str. A file that says nothing at all leaves it unset, "" sets it.
func (b *boundValue) text() string {
	b.set = b.raw != nil
	switch v := b.raw.(type) {
	case *msg.Object, *msg.List:
		b.value = msg.String(v) // a variable of type json
	default:
		b.value = msg.Text(v)
	}
	return ""
}

// scalar is num and bool. As in Node-RED an empty number is 0.
func (b *boundValue) scalar(empty bool) string {
	b.set = b.raw != nil
	if b.choice.as == "bool" {
		b.value = strings.EqualFold(msg.Text(b.raw), "true")
		return ""
	}
	n := 0.0
	if !empty {
		n = msg.Number(b.raw)
	}
	if _, isNumber := b.raw.(float64); n != n && !isNumber {
		return notA(b.raw, "a number")
	}
	b.value = n
	return ""
}

// json reads JSON text once; every reader gets a copy of its own.
func (b *boundValue) json() string {
	v := b.raw
	if text, ok := v.(string); ok {
		decoded, err := msg.Decode([]byte(text))
		if err != nil {
			return err.Error()
		}
		v = decoded
	}
	b.constant(v)
	return ""
}

// buffer reads a JSON array of bytes or JSON text.
func (b *boundValue) buffer() string {
	v := b.raw
	if text, ok := v.(string); ok {
		decoded, err := msg.Decode([]byte(text))
		if err != nil {
			return notA(b.raw, "a JSON list of bytes, or a text in quotes")
		}
		v = decoded
	}
	bytes, ok := bytesOf(v)
	if !ok {
		return notA(b.raw, "a JSON list of bytes, or a text in quotes")
	}
	b.constant(bytes)
	return ""
}

// bytesOf is JavaScript's Buffer.from for what JSON can say.
func bytesOf(v any) ([]byte, bool) {
	switch v := v.(type) {
	case []byte:
		return v, true
	case string:
		return []byte(v), true
	case *msg.List:
		bytes := make([]byte, v.Len())
		for i, item := range v.Items {
			bytes[i] = byte(int64(msg.Number(item))) // as a typed array wraps
		}
		return bytes, true
	}
	return nil, false
}

// constant keeps v; what could be changed in place is copied for each reader.
func (b *boundValue) constant(v any) {
	b.value = v
	switch v.(type) {
	case *msg.Object, *msg.List, []byte:
		b.read = func(b *boundValue, _ *msg.Object) (any, error) { return msg.CloneValue(b.value), nil }
	}
}

func (b *boundValue) property(source string) string {
	var err error
	if b.path, err = msg.ParsePath(source); err != nil {
		return err.Error()
	}
	b.read = readMessage
	return ""
}

func readMessage(b *boundValue, m *msg.Object) (any, error) { return b.path.Get(m) }

// context is flow and global: a path, perhaps after #:(store)::.
func (b *boundValue) context(source string) string {
	key := source
	if rest, ok := strings.CutPrefix(source, "#:("); ok {
		store, path, ok := strings.Cut(rest, ")::")
		if !ok {
			return fmt.Sprintf("%s is not a context key: expected #:(store)::key", shown(source))
		}
		b.store, key = store, path
	}
	var err error
	if b.path, err = msg.ParsePath(key); err != nil {
		return err.Error()
	}
	b.read = readContext
	return ""
}

// scope is the context of a flow or global value, nil where there is none.
func (b *boundValue) scope() Context {
	if b.choice.as == "global" {
		return b.around.Global
	}
	return b.around.Flow
}

func readContext(b *boundValue, m *msg.Object) (any, error) {
	scope := b.scope()
	if scope == nil {
		return msg.Undefined, nil
	}
	path, err := b.path.Resolve(m)
	if err != nil {
		return nil, err
	}
	return scope.Get(b.store, path), nil
}

// date is now: milliseconds, ISO text, a Date, or text after moment's tokens.
func (b *boundValue) date() string {
	format, problem := textOf(orEmpty(b.raw))
	if problem != "" {
		return problem
	}
	switch format {
	case "":
		b.read = func(*boundValue, *msg.Object) (any, error) { return float64(time.Now().UnixMilli()), nil }
	case "iso":
		b.read = func(*boundValue, *msg.Object) (any, error) {
			return time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), nil
		}
	case "object":
		b.read = func(*boundValue, *msg.Object) (any, error) { return msg.Date(time.Now().UnixMilli()), nil }
	default:
		layout := ParseDateFormat(format)
		b.read = func(*boundValue, *msg.Object) (any, error) { return layout.Format(time.Now()), nil }
	}
	return ""
}

func orEmpty(v any) any {
	if v == nil {
		return ""
	}
	return v
}

// variable is env: NAME or ${NAME} keep their type, text around ${NAME} makes
// a text, an undefined one is "" (contract flow-format.md §5.2).
func (b *boundValue) variable() string {
	source, problem := textOf(orEmpty(b.raw))
	if problem != "" {
		return problem
	}
	name := source
	if inner, ok := strings.CutPrefix(source, "${"); ok && strings.Index(inner, "}") == len(inner)-1 {
		name = inner[:len(inner)-1]
	}
	if strings.Contains(name, "${") {
		b.read = func(b *boundValue, _ *msg.Object) (any, error) { return expandVariables(source, b.around), nil }
		return ""
	}
	if name != "" {
		b.around.needs(name)
	}
	b.read = func(b *boundValue, _ *msg.Object) (any, error) {
		if v, ok := b.around.variable(name); ok && v != msg.Undefined {
			return v, nil
		}
		return "", nil
	}
	return ""
}

func expandVariables(text string, around *surroundings) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(before)
		if v, ok := around.variable(name); ok && v != msg.Undefined {
			out.WriteString(msg.Text(v))
		}
		text = after
	}
}

func (b *boundValue) regex(source string) string {
	re, err := CompileRegex(source, "")
	if err != nil {
		return err.Error()
	}
	b.re, b.value = re, source
	return ""
}

func (b *boundValue) expression(source string) string {
	compiled, err := template.ParseExpr(source)
	if err != nil {
		return err.Error()
	}
	b.read = func(b *boundValue, m *msg.Object) (any, error) {
		e := b.around.evaluate(m)
		defer e.release()
		return compiled.Eval(&e.scope)
	}
	return ""
}

func (b *boundValue) template(source string) string {
	compiled, err := template.Parse(source)
	if err != nil {
		return err.Error()
	}
	if text, ok := compiled.Literal(); ok {
		b.value = text
		return ""
	}
	b.read = func(b *boundValue, m *msg.Object) (any, error) {
		e := b.around.evaluate(m)
		defer e.release()
		return compiled.Value(&e.scope)
	}
	return ""
}
