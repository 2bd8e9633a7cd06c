package parser

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// xmlWriter makes XML of an object. Its fields are xml2js's options.
type xmlWriter struct {
	attr, chars, root       string
	cdata, headless, pretty bool
	indent, newline         string
	declaration             *msg.Object

	out strings.Builder
}

// xmlNode is an element, or text if it has no name.
type xmlNode struct {
	name     string
	attrs    []string // name="value"
	children []*xmlNode
	text     string // escaped
}

// write makes a document. An object with one member is that element, others
// are the content of one named root.
func (w *xmlWriter) write(v any) (string, error) {
	name := w.root
	switch o := v.(type) {
	case nil:
		return "", errors.New("Cannot convert undefined or null to object")
	case *msg.Object:
		if o.Len() == 1 && w.root == "root" {
			name = o.Keys()[0]
			v = o.Get(name)
		}
	case *msg.List:
		if o.Len() == 1 && w.root == "root" {
			name, v = "0", o.At(0)
		}
	}
	root, err := w.element(name)
	if err != nil {
		return "", err
	}
	if err := w.fill(root, v, 0); err != nil {
		return "", err
	}
	if !w.headless {
		w.head()
	}
	w.print(root, 0, false)
	return strings.TrimSuffix(w.out.String(), w.newline), nil
}

func (w *xmlWriter) head() {
	w.out.WriteString("<?xml")
	for _, name := range []string{"version", "encoding", "standalone"} {
		v, ok := w.declaration.Lookup(name)
		switch text := msg.Text(v); {
		case name == "standalone" && ok && v != nil:
			if v == true {
				text = "yes"
			} else if v == false {
				text = "no"
			}
			fmt.Fprintf(&w.out, ` standalone="%s"`, xmlValues.Replace(text))
		case ok && v != nil:
			fmt.Fprintf(&w.out, ` %s="%s"`, name, xmlValues.Replace(text))
		case name == "version":
			w.out.WriteString(` version="1.0"`)
		}
	}
	w.out.WriteString("?>")
	w.endLine(false)
}

// Names and characters that XML allows.
var (
	xmlNames   = regexp.MustCompile(`^[:A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}\x{200D}\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}][-.0-9:A-Z_a-z\x{B7}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{37D}\x{37F}-\x{1FFF}\x{200C}\x{200D}\x{203F}\x{2040}\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}]*$`)
	xmlIllegal = regexp.MustCompile(`[\x00-\x08\x0B\f\x0E-\x1F\x{FFFE}\x{FFFF}]`)
	xmlTexts   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	xmlValues  = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
)

func (w *xmlWriter) element(name string) (*xmlNode, error) {
	if !xmlNames.MatchString(name) {
		return nil, errors.New("Invalid character in name: " + name)
	}
	return &xmlNode{name: name}, nil
}

func legal(text string) error {
	if at := xmlIllegal.FindStringIndex(text); at != nil {
		return fmt.Errorf("Invalid character in string: %s at index %d", text, msg.UTF16Len(text[:at[0]]))
	}
	return nil
}

// addText adds text to an element.
func (w *xmlWriter) addText(e *xmlNode, text string) error {
	escaped := xmlTexts.Replace(text)
	if w.cdata && strings.ContainsAny(text, "&<>") {
		escaped = "<![CDATA[" + strings.Replace(text, "]]>", "]]]]><![CDATA[>", 1) + "]]>"
	}
	e.children = append(e.children, &xmlNode{text: escaped})
	return legal(escaped)
}

// add adds an element to an element.
func (w *xmlWriter) add(e *xmlNode, name string, v any, depth int) error {
	child, err := w.element(name)
	if err != nil {
		return err
	}
	e.children = append(e.children, child)
	return w.fill(child, v, depth+1)
}

// fill puts a value into an element.
func (w *xmlWriter) fill(e *xmlNode, v any, depth int) error {
	if depth > maxXMLDepth {
		return errXMLDepth
	}
	switch v := v.(type) {
	case nil, msg.Date:
		return nil
	case *msg.List: // of a list in a list the members count
		for i := range v.Items {
			item := v.At(i)
			o, _ := item.(*msg.Object) // of other values only texts have members, by number
			if text, isText := item.(string); isText && text != "" {
				return errors.New("Invalid character in name: 0")
			}
			for key, member := range o.All() {
				if err := w.add(e, key, member, depth); err != nil {
					return err
				}
			}
		}
		return nil
	case *msg.Object:
		for key, member := range v.All() {
			if err := w.member(e, key, member, depth); err != nil {
				return err
			}
		}
		return nil
	case []byte:
		return errors.New("Invalid character in name: 0")
	}
	if v == msg.Undefined {
		return nil
	}
	return w.addText(e, msg.Text(v))
}

func (w *xmlWriter) member(e *xmlNode, key string, v any, depth int) error {
	switch v := v.(type) {
	case *msg.Object:
		if key == w.attr {
			return w.attributes(e, v)
		}
	case *msg.List:
		if key == w.attr || key == w.chars {
			break
		}
		for i := range v.Items {
			if err := w.add(e, key, v.At(i), depth); err != nil {
				return err
			}
		}
		return nil
	}
	switch key {
	case w.attr:
		return nil
	case w.chars:
		return w.addText(e, msg.Text(v))
	}
	return w.add(e, key, v, depth)
}

func (w *xmlWriter) attributes(e *xmlNode, all *msg.Object) error {
	for name, v := range all.All() {
		if v == nil || v == msg.Undefined {
			continue
		}
		if !xmlNames.MatchString(name) {
			return errors.New("Invalid character in name: " + name)
		}
		value := xmlValues.Replace(msg.Text(v))
		if err := legal(value); err != nil {
			return err
		}
		e.attrs = append(e.attrs, name+`="`+value+`"`)
	}
	return nil
}

// print writes a node; inline: on the line of what is around it.
func (w *xmlWriter) print(n *xmlNode, level int, inline bool) {
	if w.pretty && !inline {
		w.out.WriteString(strings.Repeat(w.indent, level))
	}
	if n.name == "" {
		w.out.WriteString(n.text)
		w.endLine(inline)
		return
	}
	w.out.WriteString("<" + n.name)
	for _, a := range n.attrs {
		w.out.WriteString(" " + a)
	}
	empty := true
	for _, c := range n.children {
		empty = empty && c.name == "" && c.text == ""
	}
	switch {
	case empty:
		w.out.WriteString("/>")
		w.endLine(inline)
		return
	case len(n.children) == 1 && n.children[0].name == "":
		w.out.WriteString(">")
		w.print(n.children[0], level+1, true)
	default:
		w.out.WriteString(">")
		w.endLine(inline)
		for _, c := range n.children {
			w.print(c, level+1, inline)
		}
		if w.pretty && !inline {
			w.out.WriteString(strings.Repeat(w.indent, level))
		}
	}
	w.out.WriteString("</" + n.name + ">")
	w.endLine(inline)
}

func (w *xmlWriter) endLine(inline bool) {
	if w.pretty && !inline {
		w.out.WriteString(w.newline)
	}
}
