package parser

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
)

// csvReader reads text after RFC 4180, with any separator and any line end. A
// strict one takes no quotes inside of a cell; another takes them as they
// come.
type csvReader struct {
	text      string
	separator string
	strict    bool
	oneLine   bool // only the first

	at   int
	cell strings.Builder
	row  []csvCell
	all  [][]csvCell
}

// csvCell is a cell's text; empty tells one of quotes only from one with
// nothing.
type csvCell struct {
	text  string
	empty bool // there was nothing, not even quotes
}

// Errors of a strict reader, in Node-RED's words.
var (
	errQuoteInside = errors.New("UnquotedQuoteError: Quote found in the middle of an unquoted field")
	errAfterQuote  = errors.New("DataAfterCloseError: Data found after closing quote")
	errNoQuote     = errors.New("ParseError: Missing quote, unclosed cell")
)

// rows reads everything; lines without a cell are left out.
func (r *csvReader) rows() ([][]csvCell, error) {
	fresh, closed := true, false // the cell has not begun; its quotes have ended
	for r.at < len(r.text) {
		rest := r.text[r.at:]
		switch c := rest[0]; {
		case strings.HasPrefix(rest, r.separator):
			r.endCell(fresh)
			r.at += len(r.separator)
			fresh, closed = true, false
		case c == '\n' || c == '\r':
			r.at += 1 + b2i(strings.HasPrefix(rest, "\r\n"))
			r.endRow()
			fresh, closed = true, false
			if r.oneLine {
				return r.all, nil
			}
		case c == '"' && fresh:
			if !r.quoted() && r.strict {
				return nil, errNoQuote
			}
			fresh, closed = false, true
		case c == '"':
			if r.strict {
				return nil, errQuoteInside
			}
			r.strayQuote()
		default:
			if closed && r.strict {
				return nil, errAfterQuote
			} else if closed {
				r.cell.WriteByte('"')
				closed = false
			}
			r.plain()
			fresh = false
		}
	}
	r.endRow()
	return r.all, nil
}

// quoted reads what is in quotes and tells whether they end.
func (r *csvReader) quoted() bool {
	for r.at++; ; {
		i := strings.IndexByte(r.text[r.at:], '"')
		if i < 0 {
			r.cell.WriteString(r.text[r.at:])
			r.at = len(r.text)
			return false
		}
		r.cell.WriteString(r.text[r.at : r.at+i])
		if r.at += i + 1; r.at == len(r.text) || r.text[r.at] != '"' {
			return true
		}
		r.cell.WriteByte('"')
		r.at++
	}
}

// strayQuote keeps a quote inside of a cell, two as one, but for one at the
// end.
func (r *csvReader) strayQuote() {
	r.at++
	rest := r.text[r.at:]
	if rest == "" || rest[0] == '\n' || rest[0] == '\r' || strings.HasPrefix(rest, r.separator) {
		return
	}
	r.cell.WriteByte('"')
	r.at += b2i(rest[0] == '"')
}

// plain reads on to what may end a cell.
func (r *csvReader) plain() {
	_, n := utf8.DecodeRuneInString(r.text[r.at:])
	first, _ := utf8.DecodeRuneInString(r.separator)
	if i := strings.IndexAny(r.text[r.at+n:], "\"\r\n"+string(first)); i >= 0 {
		n += i
	} else {
		n = len(r.text) - r.at
	}
	r.cell.WriteString(r.text[r.at : r.at+n])
	r.at += n
}

func (r *csvReader) endCell(nothing bool) {
	text := r.cell.String()
	r.cell.Reset()
	r.row = append(r.row, csvCell{text, text == "" && nothing})
}

// endRow ends a row. A last cell without text does not count.
func (r *csvReader) endRow() {
	if r.cell.Len() > 0 {
		r.endCell(false)
	}
	if len(r.row) > 0 {
		r.all = append(r.all, r.row)
		r.row = nil
	}
}

func cellTexts(row []csvCell) []string {
	texts := make([]string, len(row))
	for i, cell := range row {
		texts[i] = cell.text
	}
	return texts
}

// readRFC makes objects of a text.
func (c *CSV) readRFC(text string, header bool) (objects []*msg.Object, names []string, err error) {
	if header {
		r := csvReader{text: text, separator: c.Separator, strict: true, oneLine: true}
		first, err := r.rows()
		if err != nil {
			return nil, nil, err
		}
		names = nil
		if len(first) > 0 {
			names = cellTexts(first[0])
		}
		c.setTemplate(names)
		text = text[r.at:]
	}
	r := csvReader{text: text, separator: c.Separator}
	rows, err := r.rows()
	if err != nil {
		return nil, nil, err
	}
	names = c.template
	if !c.good {
		names = nil
		if len(rows) > 0 {
			names = numbered(len(rows[0]))
		}
	}
	for _, row := range rows {
		o := msg.NewObject(len(names))
		for i, name := range names {
			cell := csvCell{empty: true}
			if i < len(row) {
				cell = row[i]
			}
			switch {
			case name == "":
			case cell.empty:
				if c.Nulls {
					o.Set(name, nil)
				}
			case cell.text == "":
				if c.EmptyStrings {
					o.Set(name, "")
				}
			default:
				o.Set(name, c.value(cell.text))
			}
		}
		if o.Len() > 0 {
			objects = append(objects, o)
		}
	}
	return objects, names, nil
}

// numbered names n columns.
func numbered(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = "col" + strconv.Itoa(i+1)
	}
	return names
}

// value is the number that a cell says, or its text: one with a plus or a
// leading zero is no number but, say, a phone number.
func (c *CSV) value(text string) any {
	if !c.Numbers {
		return text
	}
	digits := strings.TrimLeft(text, " ")
	if strings.HasPrefix(digits, "+") {
		return text
	}
	digits = strings.TrimPrefix(digits, "-")
	if len(digits) > 1 && digits[0] == '0' && '0' <= digits[1] && digits[1] <= '9' {
		return text
	}
	if n := msg.Number(text); n == n {
		return n
	}
	return text
}
