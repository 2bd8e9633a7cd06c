package parser

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/net/html"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// maxHTML is how long a page may be, in bytes. A longer one is an error, and
// so is one nested deeper than the library's 512.
const maxHTML = 32 << 20

// HTML picks elements out of a page (contract nodes.md, parsers).
type HTML struct {
	Property node.TypedValue `prop:"property" types:"msg" label:"Page" default:"payload"`
	Selector string          `prop:"tag" label:"Selector" placeholder:"table.prices td:first-child" summary:"true" help:"A CSS selector. Empty: the message brings it in msg.select."`
	Return   string          `prop:"ret" label:"Of each take" enum:"html=what is inside,text=only the text,attr=the attributes,compl=attributes and what is inside" default:"html"`
	Key      string          `prop:"chr" label:"Inside goes to" default:"_" when:"ret == 'compl'" help:"The property beside the attributes that has what is inside."`
	As       string          `prop:"as" label:"Send" enum:"single=one message with a list,multi=a message for each" default:"single"`
	Into     node.TypedValue `prop:"outproperty" types:"msg" label:"Into" placeholder:"payload" help:"Empty: where the page was."`

	compiled *htmlSelector
	last     atomic.Pointer[htmlSelector] // of the last msg.select
}

func init() {
	node.Register[HTML](node.Type{
		Name: "html", Category: "parser", Icon: "code-xml", Outputs: []string{"out"}, Mode: node.Stream,
		Help: "Picks elements out of an HTML page with a CSS selector.\n\n" +
			"Of each element it takes what is inside, only the text, or the attributes as an object. One message has them all in a list, " +
			"or each goes out in a message of its own with `msg.parts`; then empty ones are left out.\n\n" +
			"Selectors are CSS 3's and `:has()`, `:contains()`, and at the end `:first`, `:last`, `:even`, `:odd`, `:eq(n)`, `:lt(n)`, `:gt(n)`. " +
			"A page may have 32 MB.\n\n" +
			"Example: http-request → html `.opening-hours li` → `msg.payload[0]`.",
	})
}

// Check compiles the selector.
func (h *HTML) Check(report func(property, problem string)) {
	if _, err := compileSelector(h.Selector); err != nil {
		report("tag", err.Error())
	}
}

// Open compiles the selector.
func (h *HTML) Open(context.Context, *node.Env) error {
	if h.Selector == "" {
		return nil
	}
	var err error
	h.compiled, err = compileSelector(h.Selector)
	return err
}

// selector is the node's, or the message's.
func (h *HTML) selector(m *msg.Object) (*htmlSelector, error) {
	if h.compiled != nil {
		return h.compiled, nil
	}
	source := ""
	if v, ok := m.Lookup("select"); ok && msg.Truthy(v) {
		source = msg.Text(v)
	}
	if s := h.last.Load(); s != nil && s.source == source {
		return s, nil
	}
	s, err := compileSelector(source)
	if err != nil {
		return nil, fmt.Errorf("msg.select: %w", err)
	}
	h.last.Store(s)
	return s, nil
}

// Receive sends what the selector finds.
func (h *HTML) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	v := node.On(m)
	value := v.Any(h.Property)
	if v.Err() != nil {
		return v.Err()
	}
	if value == msg.Undefined {
		out.Send(m)
		return nil
	}
	text, err := htmlText(value)
	if err != nil {
		return err
	}
	selector, err := h.selector(m)
	if err != nil {
		return err
	}
	page, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return err
	}
	found := selector.find(page)
	if h.As == "multi" {
		return h.sendEach(m, found, out)
	}
	list := &msg.List{Items: make([]any, len(found))}
	for i, e := range found {
		if list.Items[i], err = h.take(e); err != nil {
			return err
		}
	}
	if err := h.set(m, list); err != nil {
		return err
	}
	out.Send(m)
	return nil
}

// htmlText is the page of a value.
func htmlText(value any) (string, error) {
	text := ""
	switch value := value.(type) {
	case string:
		text = value
	case []byte:
		text = msg.Text(value)
	case *msg.Object: // in Node-RED a page without elements
	case nil:
		return "", errors.New("cheerio.load() expects a string") // Node-RED's text
	default:
		return "", fmt.Errorf("%s is not an HTML text", msg.TypeOf(value))
	}
	if len(text) > maxHTML {
		return "", errTooLong("HTML", maxHTML)
	}
	return text, nil
}

// sendEach sends a message for each element that has something.
func (h *HTML) sendEach(m *msg.Object, found []*html.Node, out node.Out) error {
	id, ok := m.Lookup("_msgid")
	if !ok {
		id = msg.NewID()
	}
	for i, e := range found {
		v, err := h.take(e)
		if err != nil {
			return err
		}
		if v == "" {
			continue
		}
		x := m.Clone()
		if err := h.set(x, v); err != nil {
			return err
		}
		x.Set("parts", msg.Of("id", id, "index", i, "count", len(found), "type", "string", "ch", ""))
		out.Send(x)
	}
	return nil
}

func (h *HTML) set(m *msg.Object, v any) error {
	if h.Into.IsSet() {
		return h.Into.Set(m, v)
	}
	return h.Property.Set(m, v)
}

// take is what is asked for of an element.
func (h *HTML) take(e *html.Node) (any, error) {
	switch h.Return {
	case "text":
		return htmlContent(e), nil
	case "attr":
		return htmlAttributes(e, msg.NewObject(len(e.Attr))), nil
	case "compl":
		return htmlAttributes(e, msg.Of(h.Key, strings.TrimSpace(htmlInside(e)))), nil
	}
	return htmlAsXML(strings.TrimSpace(htmlInside(e)))
}
