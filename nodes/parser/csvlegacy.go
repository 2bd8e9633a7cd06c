package parser

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// legacyNames splits names at separators outside of quotes, and takes quotes
// and space away.
func legacyNames(columns, separator string) []string {
	var names []string
	var name strings.Builder
	inside := false
	columns = trim(columns)
	for i := 0; i < len(columns); {
		switch {
		case !inside && strings.HasPrefix(columns[i:], separator):
			names = append(names, trim(name.String()))
			name.Reset()
			i += len(separator)
			continue
		case columns[i] == '"':
			inside = !inside
		default:
			name.WriteByte(columns[i])
		}
		i++
	}
	return append(names, trim(name.String()))
}

// legacyReader reads text as Node-RED before version 4 did: a quote anywhere
// turns quoting on or off, two in a row are one.
type legacyReader struct {
	c    *CSV
	text string

	at      int
	outside bool
	column  int
	cell    []byte
	null    bool
	row     *msg.Object
	all     []*msg.Object
}

// readLegacy makes objects of a text.
func (c *CSV) readLegacy(ctx context.Context, text string, header bool) ([]*msg.Object, []string) {
	r := legacyReader{c: c, text: text, outside: true, row: msg.NewObject(0)}
	if header && text != "" {
		end := strings.IndexAny(text, "\r\n")
		if end < 0 {
			end = len(text)
		}
		c.setTemplate(legacyNames(text[:end], c.Separator))
		r.at = min(end+1, len(text))
	}
	for r.at < len(text) {
		r.next()
	}
	if !r.outside {
		node.Log(ctx).Warn("Malformed CSV data - output probably corrupt.")
	}
	r.endCell()
	r.endRow()
	return r.all, c.template
}

// next reads one character or separator.
func (r *legacyReader) next() {
	rest := r.text[r.at:]
	n := 1
	switch c := rest[0]; {
	case c == '"':
		if r.outside = !r.outside; !r.outside && r.at > 0 && r.text[r.at-1] == '"' {
			r.cell = append(r.cell, '"')
		}
	case r.outside && strings.HasPrefix(rest, r.c.Separator):
		n = len(r.c.Separator)
		if r.at == 0 || r.text[r.at-1] == '\n' || r.afterSeparator() {
			r.null = true
		}
		r.endCell()
		r.column++
		r.null = r.at+n == len(r.text)
	case r.outside && (c == '\n' || c == '\r'):
		r.null = r.afterSeparator()
		r.endCell()
		r.endRow()
	default:
		r.cell = append(r.cell, c)
	}
	r.at += n
}

func (r *legacyReader) afterSeparator() bool {
	return strings.HasSuffix(r.text[:r.at], r.c.Separator)
}

// endCell puts the cell into the row, if its column has a name.
func (r *legacyReader) endCell() {
	c := r.c
	text, null := string(r.cell), r.null
	r.cell, r.null = r.cell[:0], false
	if !c.good {
		for len(c.template) <= r.column {
			c.template = append(c.template, "")
		}
		c.template[r.column] = "col" + strconv.Itoa(r.column+1)
	}
	if r.column >= len(c.template) || c.template[r.column] == "" {
		return
	}
	name := c.template[r.column]
	switch {
	case null:
		if c.Nulls {
			r.row.Set(name, nil)
		}
	case text == "":
		if c.EmptyStrings {
			r.row.Set(name, "")
		}
	case c.Numbers && isLegacyNumber(trim(text)):
		r.row.Set(name, msg.ParseFloat(trim(text)))
	default:
		r.row.Set(name, text)
	}
}

func (r *legacyReader) endRow() {
	if r.row.Len() > 0 {
		r.all = append(r.all, r.row)
		r.row = msg.NewObject(len(r.c.template))
	}
	r.column = 0
}

var legacyNumber = regexp.MustCompile(`^-?[0-9]*\.?[0-9]*([eE]-?\+?)?[0-9]+$`)

// isLegacyNumber tells whether a cell is read as a number: not with a leading
// zero, a plus or another base.
func isLegacyNumber(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || digits[0] == 'e' || digits[0] == 'E' || len(digits) > 1 && digits[0] == '0' && '0' <= digits[1] && digits[1] <= '9' {
		return false
	}
	return legacyNumber.MatchString(s)
}

// trim is JavaScript's: it takes away a byte order mark, too, as files from
// spreadsheets begin with.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\uFEFF' })
}
