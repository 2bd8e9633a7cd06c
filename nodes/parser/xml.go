package parser

import (
	"context"
	"fmt"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Bounds of xml, and errors at them: of a text in bytes, and of how deep
// elements nest.
const (
	maxXML      = 64 << 20
	maxXMLDepth = 512
)

var errXMLDepth = fmt.Errorf("XML nested deeper than %d", maxXMLDepth)

// XML turns XML text into an object and an object into XML text, as xml2js
// does, which Node-RED uses (contract nodes.md, parsers).
type XML struct {
	Property node.TypedValue `prop:"property" types:"msg" label:"Property" default:"payload"`
	Attr     string          `prop:"attr" label:"Attributes under" placeholder:"$" advanced:"true" help:"The key of an element's object that has its attributes."`
	Chars    string          `prop:"chr" label:"Text under" placeholder:"_" advanced:"true" help:"The key that has the text of an element with attributes or elements in it."`
}

func init() {
	node.Register[XML](node.Type{
		Name: "xml", Category: "parser", Icon: "code", Outputs: []string{"out"},
		Help: "Turns XML text into an object, and an object into XML text.\n\n" +
			"`<order id=\"7\"><item>tea</item><item>milk</item></order>` is `{\"order\": {\"$\": {\"id\": \"7\"}, \"item\": [\"tea\", \"milk\"]}}`: " +
			"elements are lists, attributes go under `$`, and text beside them under `_`. An element with text alone is that text.\n\n" +
			"`msg.options` may have xml2js's options, such as `{\"explicitArray\": false}`. " +
			"A text may have 64 MB and 512 levels. Entities of its own are not expanded: such a text is an error.\n\n" +
			"Example: http-request → xml → `msg.payload.rss.channel[0].item[0].title[0]`.",
	})
}

// Receive reads or writes the property.
func (x *XML) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	v := node.On(m)
	value := v.Any(x.Property)
	if v.Err() != nil {
		return v.Err()
	}
	var err error
	switch content := value.(type) {
	case string:
		value, err = x.read(m, content)
	case []byte:
		value, err = x.read(m, msg.Text(content))
	case nil, *msg.Object, *msg.List, msg.Date:
		value, err = x.write(m, content)
	default:
		if value != msg.Undefined {
			node.Log(ctx).Warn("This node only handles xml strings or js objects.")
			return nil
		}
		out.Send(m)
		return nil
	}
	if err == nil {
		err = x.Property.Set(m, value)
	}
	if err == nil {
		out.Send(m)
	}
	return err
}

// read makes an object of text. As in Node-RED msg.options then has the keys
// that were used.
func (x *XML) read(m *msg.Object, text string) (any, error) {
	if len(text) > maxXML {
		return nil, errTooLong("XML", maxXML)
	}
	given, _ := m.Get("options").(*msg.Object)
	o := xmlOptions{given: given}
	r := xmlReader{
		attr: firstText(x.Attr, o.text("attrkey", ""), "$"), chars: firstText(x.Chars, o.text("charkey", ""), "_"),
		child: o.text("childkey", "$$"), empty: o.text("emptyTag", ""),
		lists: o.flag("explicitArray", true), root: o.flag("explicitRoot", true),
		explicitChars: o.flag("explicitCharkey", false), trim: o.flag("trim", false), normalize: o.flag("normalize", false),
		lower: o.flag("normalizeTags", false), noAttrs: o.flag("ignoreAttrs", false), mergeAttrs: o.flag("mergeAttrs", false),
		children: o.flag("explicitChildren", false), charChildren: o.flag("charsAsChildren", false),
	}
	if given != nil {
		given.Set("async", true)
		given.Set("attrkey", r.attr)
		given.Set("charkey", r.chars)
	}
	return r.read(text)
}

func firstText(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

// write makes text of an object. Without msg.options it is one line.
func (x *XML) write(m *msg.Object, value any) (string, error) {
	given, ok := m.Get("options").(*msg.Object)
	if ok {
		given.Set("async", false)
	}
	o := xmlOptions{given: given}
	render := xmlOptions{given: msg.Of("pretty", ok)}
	if r, isObject := o.given.Get("renderOpts").(*msg.Object); isObject {
		render.given = r
	}
	w := xmlWriter{
		attr: o.text("attrkey", "$"), chars: o.text("charkey", "_"), cdata: o.flag("cdata", false),
		root: o.text("rootName", "root"), headless: o.flag("headless", false),
		pretty: render.flag("pretty", false), indent: render.text("indent", "  "), newline: render.text("newline", "\n"),
	}
	w.declaration = msg.Of("version", "1.0", "encoding", "UTF-8", "standalone", true)
	if d, isObject := o.given.Get("xmldec").(*msg.Object); isObject {
		w.declaration = d
	}
	text, err := w.write(value)
	if err != nil {
		return "", fmt.Errorf("Error: %w", err) // thrown in Node-RED
	}
	return text, nil
}

// xmlOptions are xml2js's, as a message brings them.
type xmlOptions struct{ given *msg.Object }

func (o xmlOptions) flag(name string, otherwise bool) bool {
	if v, ok := o.given.Lookup(name); ok && v != msg.Undefined {
		return msg.Truthy(v)
	}
	return otherwise
}

func (o xmlOptions) text(name, otherwise string) string {
	if s, ok := o.given.Get(name).(string); ok {
		return s
	}
	return otherwise
}
