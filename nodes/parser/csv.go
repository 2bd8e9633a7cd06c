package parser

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Bounds of csv, and errors at them: of one text in bytes, and of the rows
// that wait for the rest of a sequence.
const (
	maxCSV  = 256 << 20
	maxRows = 1_000_000
)

// CSV turns comma-separated text into objects and objects into text (contract
// nodes.md, parsers). Its two readers and writers differ in what they make of
// quotes, numbers and empty cells.
type CSV struct {
	Columns   string `prop:"temp" label:"Columns" placeholder:"name,age" summary:"true" help:"Names, with commas between them. An empty name leaves the column out."`
	Separator string `prop:"sep" label:"Separator" default:"," suggest:";,\\t,|,:" width:"4"`
	Spec      string `prop:"spec" label:"Reader" enum:"rfc=RFC 4180,=Node-RED before 4" initial:"rfc" help:"How quotes, numbers and empty cells are read."`

	Skip         int    `prop:"skip" group:"Text to objects" label:"Skip lines" min:"0" width:"4"`
	HeaderIn     bool   `prop:"hdrin" group:"Text to objects" label:"The first line has the names"`
	Numbers      bool   `prop:"strings" group:"Text to objects" label:"Read numbers" default:"true"`
	EmptyStrings bool   `prop:"include_empty_strings" group:"Text to objects" label:"Keep empty texts" help:"Cells that are an empty text in quotes; without, they are left out."`
	Nulls        bool   `prop:"include_null_values" group:"Text to objects" label:"Keep empty cells" help:"As null; without, they are left out."`
	Multi        string `prop:"multi" group:"Text to objects" label:"Send" enum:"one=a message per row,mult=one message with all rows" default:"one"`

	HeaderOut string `prop:"hdrout" group:"Objects to text" label:"Names in the first line" enum:"none=never,all=always,once=once until msg.reset" default:"none"`
	LineEnd   string `prop:"ret" group:"Objects to text" label:"Line ends" suggest:"\\r\\n,\\n,\\r" initial:"\\r\\n" placeholder:"\\n" width:"4"`

	// There is one Receive at a time.
	template   []string      // names of columns, "" for one to leave out
	good       bool          // the template names columns
	headerSent bool          // HeaderOut once
	warned     bool          // that there are no columns
	red        bool          // an error shows on the node
	store      []*msg.Object // rows of a sequence
}

func init() {
	node.Register[CSV](node.Type{
		Name: "csv", Category: "parser", Icon: "sheet", Outputs: []string{"out"}, Mode: node.Stream,
		Help: "Reads comma-separated text into objects, and writes objects and lists as such text.\n\n" +
			"The columns' names come from the form, from the first line, or from `msg.columns`; without any a text's columns are `col1`, `col2` and so on, " +
			"and an object's are its keys. Rows that go out one by one carry `msg.parts`.\n\n" +
			"A text comes in whole, or line by line from *split* or *file-in*. At most 256 MB, and 1,000,000 rows of a sequence.\n\n" +
			"Example: file-in *contacts.csv* → csv with names in the first line → send-sms to `<<msg.payload.number>>`.",
	})
}

// Upgrade knows the checkbox that hdrout once was.
func (*CSV) Upgrade(raw *msg.Object) {
	switch raw.Get("hdrout") {
	case true:
		raw.Set("hdrout", "all")
	case false:
		raw.Set("hdrout", "none")
	}
}

// Check reads the names of the columns.
func (c *CSV) Check(report func(property, problem string)) {
	if _, err := c.names(c.Columns); err != nil {
		report("temp", "Malformed columns template: "+err.Error())
	}
}

// csvEscapes expands what Node-RED's form writes with a backslash.
var csvEscapes = strings.NewReplacer(`\t`, "\t", `\n`, "\n", `\r`, "\r")

// Open reads the names of the columns.
func (c *CSV) Open(context.Context, *node.Env) error {
	c.Separator, c.LineEnd = csvEscapes.Replace(c.Separator), csvEscapes.Replace(c.LineEnd)
	if c.LineEnd == "" {
		if c.LineEnd = "\n"; c.rfc() {
			c.LineEnd = "\r\n"
		}
	}
	return c.useColumns()
}

func (c *CSV) rfc() bool { return c.Spec == "rfc" }

// names reads names with commas between them.
func (c *CSV) names(columns string) ([]string, error) {
	if !c.rfc() {
		return legacyNames(columns, ","), nil
	}
	r := csvReader{text: columns, separator: ",", strict: true}
	rows, err := r.rows()
	if err != nil || len(rows) != 1 {
		return []string{""}, err
	}
	return cellTexts(rows[0]), nil
}

// useColumns goes back to the columns of the form.
func (c *CSV) useColumns() error {
	names, err := c.names(c.Columns)
	if err == nil {
		c.setTemplate(names)
	}
	return err
}

func (c *CSV) setTemplate(names []string) {
	c.template = names
	c.good = named(names)
}

// named tells whether there are columns at all.
func named(names []string) bool {
	return len(names) > 1 || len(names) == 1 && names[0] != ""
}

var errCSV = errors.New("This node only handles CSV strings or js objects.") // Node-RED's text

// Receive reads or writes the payload.
func (c *CSV) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	err := c.receive(ctx, m, out)
	switch {
	case err != nil && c.rfc():
		c.red = true
		out.Status(node.Status{Fill: "red", Shape: "dot", Text: err.Error()})
	case c.red:
		c.red = false
		out.Status(node.Status{})
	}
	return err
}

func (c *CSV) receive(ctx context.Context, m *msg.Object, out node.Out) error {
	reset := m.Has("reset")
	if reset {
		c.headerSent = false
	}
	payload, ok := m.Lookup("payload")
	if !ok || payload == msg.Undefined {
		if !reset {
			out.Send(m)
		}
		return nil
	}
	switch payload := payload.(type) {
	case string:
		return c.read(ctx, m, payload, out)
	case []byte:
		return c.read(ctx, m, msg.Text(payload), out)
	case *msg.Object:
		return c.write(ctx, m, msg.NewList(payload), out)
	case *msg.List:
		return c.write(ctx, m, payload, out)
	case nil:
		return errors.New("TypeError: Cannot convert undefined or null to object")
	}
	if !c.rfc() {
		node.Log(ctx).Warn(errCSV.Error())
		return nil
	}
	return fmt.Errorf("Error: %w", errCSV)
}

// csvPart is where a text stands in a sequence of texts.
type csvPart struct {
	parts       *msg.Object // nil: it is on its own
	index       int
	first, last bool
}

func (c *CSV) part(m *msg.Object) csvPart {
	p := csvPart{first: true}
	if p.parts, _ = m.Get("parts").(*msg.Object); p.parts == nil {
		return p
	}
	index, count := msg.Number(p.parts.Get("index")), msg.Number(p.parts.Get("count"))
	p.index = int(index)
	p.first = index <= float64(c.Skip)
	p.last = p.parts.Has("count") && index+1 >= count
	return p
}

// read sends what a text says.
func (c *CSV) read(ctx context.Context, m *msg.Object, text string, out node.Out) error {
	if len(text) > maxCSV {
		return errTooLong("CSV", maxCSV)
	}
	p := c.part(m)
	if p.first {
		if text = skipLines(text, c.Skip-p.index); text == "" && c.Skip > p.index && c.rfc() {
			return nil
		}
	}
	lines := strings.Count(text, "\n") + strings.Count(text, "\r")
	header := c.HeaderIn && (p.first || p.parts != nil && c.Multi == "mult" && lines > 1)
	var rows []*msg.Object
	var names []string
	var err error
	if c.rfc() {
		rows, names, err = c.readRFC(text, header)
	} else {
		rows, names = c.readLegacy(ctx, text, header)
	}
	if err != nil {
		return err
	}
	columns := columnsText(names)
	if c.Multi == "mult" {
		return c.sendTogether(m, p, rows, columns, lines, out)
	}
	c.sendRows(m, p, rows, columns, out)
	return nil
}

// skipLines is text without its first n lines.
func skipLines(text string, n int) string {
	for ; n > 0; n-- {
		i := strings.IndexAny(text, "\r\n")
		if i < 0 {
			return ""
		}
		text = text[i+1+b2i(strings.HasPrefix(text[i:], "\r\n")):]
	}
	return text
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sendTogether sends all rows in one message; of a sequence of lines when the
// last has come.
func (c *CSV) sendTogether(m *msg.Object, p csvPart, rows []*msg.Object, columns string, lines int, out node.Out) error {
	if p.parts != nil && lines <= 1 {
		if len(c.store)+len(rows) > maxRows {
			c.store = nil
			return fmt.Errorf("more than %d rows in one sequence", maxRows)
		}
		c.store = append(c.store, rows...)
		if !p.parts.Has("count") || !p.last {
			return nil
		}
		rows, c.store = c.store, nil
		m.Delete("parts")
	}
	list := &msg.List{Items: make([]any, len(rows))}
	for i, row := range rows {
		list.Items[i] = row
	}
	m.Set("columns", columns)
	m.Set("payload", list)
	out.Send(m)
	return nil
}

// sendRows sends a message for each row.
func (c *CSV) sendRows(m *msg.Object, p csvPart, rows []*msg.Object, columns string, out node.Out) {
	id, ok := m.Lookup("_msgid")
	if !ok {
		id = msg.NewID()
	}
	m.Set("payload", nil)
	rest := m.Clone()
	rest.Set("columns", columns)
	gone := c.Skip + b2i(c.HeaderIn) // lines that are no rows
	for i, row := range rows {
		x := rest.Clone()
		x.Set("payload", row)
		if p.parts == nil {
			x.Set("parts", msg.Of("id", id, "index", i, "count", len(rows)))
		} else {
			parts := x.Get("parts").(*msg.Object)
			parts.Set("index", msg.Number(parts.Get("index"))-float64(gone))
			if n, ok := parts.Lookup("count"); ok {
				parts.Set("count", msg.Number(n)-float64(gone))
			}
		}
		if p.last {
			x.Set("complete", true)
		}
		out.Send(x)
	}
	if p.last && len(rows) == 0 {
		out.Send(msg.Of("complete", true))
	}
}

// columnsText writes the names of columns as msg.columns has them.
func columnsText(names []string) string {
	var all []string
	for _, name := range names {
		if name != "" {
			all = append(all, quoteCell(name, ","))
		}
	}
	return strings.Join(all, ",")
}
