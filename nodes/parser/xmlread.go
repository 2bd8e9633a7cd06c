package parser

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// xmlReader makes an object of XML. Its fields are xml2js's options.
type xmlReader struct {
	attr, chars, child, empty string

	lists, root, explicitChars, trim, normalize, lower bool
	noAttrs, mergeAttrs, children, charChildren        bool

	open []*xmlElement
}

// xmlElement is an element that has not ended.
type xmlElement struct {
	raw   string // its name as the text has it
	name  string
	is    *msg.Object
	text  strings.Builder
	cdata bool
}

// read returns what the first element is; what follows it is not looked at,
// as in xml2js. Text of white space only is null.
func (r *xmlReader) read(text string) (any, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	d := xml.NewDecoder(strings.NewReader(text))
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is text already
	for {
		at := d.InputOffset()
		token, err := d.RawToken()
		if err == io.EOF {
			return nil, r.unfinished()
		} else if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			err = r.start(token)
		case xml.EndElement:
			result, done, ended := r.end(xmlName(token.Name))
			if done || ended != nil {
				return result, ended
			}
		case xml.CharData:
			err = r.characters(string(token), strings.HasPrefix(text[at:], "<![CDATA["))
		}
		if err != nil {
			line, column := d.InputPos()
			return nil, fmt.Errorf("%w at line %d, column %d", err, line, column)
		}
	}
}

func (r *xmlReader) unfinished() error {
	if len(r.open) == 0 {
		return errors.New("XML without an element")
	}
	return fmt.Errorf("XML element <%s> does not end", r.open[len(r.open)-1].raw)
}

func xmlName(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

func (r *xmlReader) characters(text string, cdata bool) error {
	if len(r.open) == 0 {
		if strings.TrimSpace(text) != "" {
			return errors.New("XML text before the first element")
		}
		return nil
	}
	e := r.open[len(r.open)-1]
	e.text.WriteString(text)
	e.cdata = e.cdata || cdata
	return nil
}

func (r *xmlReader) start(token xml.StartElement) error {
	if len(r.open) >= maxXMLDepth {
		return errXMLDepth
	}
	e := &xmlElement{raw: xmlName(token.Name), is: msg.NewObject(2)}
	if e.name = e.raw; r.lower {
		e.name = strings.ToLower(e.raw)
	}
	e.is.Set(r.chars, "") // the text comes first
	if !r.noAttrs {
		r.attributes(e.is, token.Attr)
	}
	r.open = append(r.open, e)
	return nil
}

func (r *xmlReader) attributes(o *msg.Object, all []xml.Attr) {
	into := o
	if len(all) > 0 && !r.mergeAttrs {
		into = msg.NewObject(len(all))
		o.Set(r.attr, into)
	}
	for _, a := range all {
		switch name := xmlName(a.Name); {
		case r.mergeAttrs:
			r.add(o, name, a.Value)
		case !into.Has(name):
			into.Set(name, a.Value)
		}
	}
}

// add puts a value under a name; several are a list.
func (r *xmlReader) add(o *msg.Object, name string, v any) {
	have, ok := o.Lookup(name)
	switch list, isList := have.(*msg.List); {
	case isList:
		list.Append(v)
	case ok:
		o.Set(name, msg.NewList(have, v))
	case r.lists:
		o.Set(name, msg.NewList(v))
	default:
		o.Set(name, v)
	}
}

// end ends an element; done: it was the first.
func (r *xmlReader) end(name string) (result any, done bool, err error) {
	if len(r.open) == 0 {
		return nil, false, fmt.Errorf("XML element </%s> has not begun", name)
	}
	e := r.open[len(r.open)-1]
	if e.raw != name {
		return nil, false, fmt.Errorf("XML element <%s> ends with </%s>", e.raw, name)
	}
	r.open = r.open[:len(r.open)-1]
	v := r.value(e)
	if len(r.open) > 0 {
		r.add(r.open[len(r.open)-1].is, e.name, v)
		return nil, false, nil
	}
	if r.root {
		v = msg.Of(e.name, v)
	}
	return v, true, nil
}

var xmlSpaces = regexp.MustCompile(`\s{2,}`)

// value is what an element is: an object, its text if it has no more, or what
// stands for nothing.
func (r *xmlReader) value(e *xmlElement) any {
	o, text := e.is, e.text.String()
	if strings.TrimSpace(text) == "" && !e.cdata {
		o.Delete(r.chars)
	} else {
		if r.trim {
			text = strings.TrimSpace(text)
		}
		if r.normalize {
			text = strings.TrimSpace(xmlSpaces.ReplaceAllString(text, " "))
		}
		if o.Len() == 1 && !r.explicitChars {
			return text
		}
		o.Set(r.chars, text)
	}
	if o.Len() == 0 {
		return firstText(r.empty, text)
	}
	if r.children && !r.mergeAttrs {
		return r.apart(o)
	}
	return o
}

// apart puts elements under a key of their own.
func (r *xmlReader) apart(o *msg.Object) *msg.Object {
	parent, inner := msg.NewObject(3), msg.NewObject(o.Len())
	keep := []string{r.attr, r.chars}
	if r.charChildren {
		keep = keep[:1]
	}
	for _, key := range keep {
		if v, ok := o.Lookup(key); ok {
			parent.Set(key, v)
		}
	}
	for key, v := range o.All() {
		if !parent.Has(key) {
			inner.Set(key, v)
		}
	}
	if inner.Len() > 0 {
		parent.Set(r.child, inner)
	}
	return parent
}
