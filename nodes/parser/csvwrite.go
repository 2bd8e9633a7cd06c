package parser

import (
	"context"
	"errors"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// write sends a list of objects, lists or values as text.
func (c *CSV) write(ctx context.Context, m *msg.Object, list *msg.List, out node.Out) error {
	parts, _ := m.Get("parts").(*msg.Object)
	if c.Columns != "" || !(msg.Number(parts.Get("index")) > 0) { // else the columns of the sequence's first
		if err := c.useColumns(); err != nil {
			return err
		}
	}
	w := csvWriter{CSV: c, m: m, rows: list}
	if list.Len() > 0 && !isRow(list.At(0)) {
		w.rows = msg.NewList(list)
	}
	if c.HeaderOut != "none" && !c.headerSent {
		if err := w.header(); err != nil {
			return err
		}
		c.headerSent = c.HeaderOut == "once"
	}
	for i := range w.rows.Len() {
		if err := w.row(ctx, w.rows.At(i)); err != nil {
			return err
		}
	}
	m.Set("payload", strings.Join(w.lines, c.LineEnd)+c.LineEnd)
	if c.rfc() {
		m.Set("columns", columnsText(c.template))
	} else {
		quoted := make([]string, len(c.template))
		for i, name := range c.template {
			quoted[i] = quoteIf(name, ",")
		}
		m.Set("columns", strings.Join(quoted, ","))
	}
	out.Send(m)
	return nil
}

// isRow tells a row of a list from a value of a single row.
func isRow(v any) bool {
	switch v.(type) {
	case nil, *msg.Object, *msg.List, []byte, msg.Date:
		return true
	}
	return false
}

type csvWriter struct {
	*CSV
	m     *msg.Object
	rows  *msg.List
	lines []string
}

// columns takes the names from msg.columns if the form has none.
func (w *csvWriter) columns() error {
	columns, ok := w.m.Lookup("columns")
	if named(w.template) || !ok {
		return nil
	}
	if !msg.Truthy(columns) {
		columns = ""
	}
	names, err := w.names(msg.Text(columns))
	if err == nil {
		w.setTemplate(names)
	}
	return err
}

var errNoRow = errors.New("TypeError: Cannot convert undefined or null to object")

// header writes the names of the columns.
func (w *csvWriter) header() error {
	if err := w.columns(); err != nil {
		return err
	}
	if !named(w.template) && !w.m.Has("columns") {
		switch first := w.rows.At(0).(type) {
		case nil:
			return errNoRow
		case *msg.Object:
			w.setTemplate(first.Keys())
		case *msg.List:
			w.setTemplate(indexes(first.Len()))
		}
	}
	cells := make([]string, len(w.template))
	for i, name := range w.template {
		if w.rfc() {
			cells[i] = quoteCell(name, w.Separator)
		} else {
			cells[i] = quoteIf(name, w.Separator)
		}
	}
	w.line(cells)
	return nil
}

// indexes are the keys of a list.
func indexes(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = msg.FormatNumber(float64(i))
	}
	return keys
}

func (w *csvWriter) line(cells []string) {
	w.lines = append(w.lines, strings.Join(cells, w.Separator))
}

func (w *csvWriter) row(ctx context.Context, row any) error {
	switch row := row.(type) {
	case nil:
		return errNoRow
	case *msg.List:
		return w.list(row)
	case *msg.Object:
		return w.object(ctx, row)
	}
	return w.object(ctx, nil)
}

// list writes a row by position. Named columns limit it, where the reader is
// RFC 4180's.
func (w *csvWriter) list(row *msg.List) error {
	limited := w.rfc() && named(w.template)
	n := row.Len()
	if limited {
		n = len(w.template)
	}
	cells := make([]string, n)
	for i := range cells {
		v := any(msg.Undefined)
		if i < row.Len() {
			v = row.At(i)
		}
		switch {
		case v == msg.Undefined, limited && w.template[i] == "":
		case w.rfc():
			cells[i] = quoteCell(msg.String(v), w.Separator)
		case v == nil:
			return errors.New("TypeError: Cannot read properties of null (reading 'toString')")
		default:
			cells[i] = w.quoteLegacy(msg.Text(v))
		}
	}
	w.line(cells)
	return nil
}

// object writes a row by the names of the columns.
func (w *csvWriter) object(ctx context.Context, row *msg.Object) error {
	if err := w.columns(); err != nil {
		return err
	}
	if !named(w.template) {
		w.unnamed(ctx, row)
		return nil
	}
	cells := make([]string, len(w.template))
	for i, name := range w.template {
		v, ok := row.Lookup(name)
		if name == "" || !ok || v == msg.Undefined {
			continue
		}
		if cells[i] = msg.String(v); w.rfc() {
			cells[i] = quoteCell(cells[i], w.Separator)
		} else {
			cells[i] = w.quoteLegacy(cells[i])
		}
	}
	w.line(cells)
	return nil
}

// unnamed writes a row when nobody has named the columns: what the first row
// has, but for objects. For the RFC 4180 writer its keys are the columns from
// then on.
func (w *csvWriter) unnamed(ctx context.Context, row *msg.Object) {
	if !w.warned {
		w.warned = true
		node.Log(ctx).Warn("No columns template specified for object -> CSV.")
	}
	first, _ := w.rows.At(0).(*msg.Object)
	var cells []string
	for _, key := range first.Keys() {
		v, ok := row.Lookup(key)
		if !ok || msg.TypeOf(v) == "object" {
			continue
		}
		text := ""
		if v != msg.Undefined {
			text = msg.Text(v)
		}
		if w.rfc() {
			text = quoteCell(text, w.Separator)
		} else if strings.Contains(text, `"`) || strings.Contains(text, w.Separator) {
			text = quote(text)
		}
		cells = append(cells, text)
	}
	w.line(cells)
	if w.rfc() {
		w.setTemplate(row.Keys())
	}
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// quoteCell quotes a cell that has a separator, a quote or a line end in it.
func quoteCell(s, separator string) string {
	if strings.ContainsAny(s, "\"\r\n") || strings.Contains(s, separator) {
		return quote(s)
	}
	return s
}

// quoteLegacy is quoteCell as it once was: a carriage return is not looked at.
func (w *csvWriter) quoteLegacy(s string) string {
	if strings.ContainsAny(s, "\"\n") || strings.Contains(s, w.Separator) {
		return quote(s)
	}
	return s
}

// quoteIf puts a name with a separator in quotes, and leaves quotes inside
// alone.
func quoteIf(name, separator string) string {
	if strings.Contains(name, separator) {
		return `"` + name + `"`
	}
	return name
}
