package parser

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/flowrill/flowrill/engine/msg"
)

// htmlAttributes puts an element's attributes into o.
func htmlAttributes(e *html.Node, o *msg.Object) *msg.Object {
	for _, a := range e.Attr {
		o.Set(attributeName(a), a.Val)
	}
	return o
}

func attributeName(a html.Attribute) string {
	if a.Namespace != "" {
		return a.Namespace + ":" + a.Key
	}
	return a.Key
}

// htmlContent is the text in an element, without scripts, styles and comments.
func htmlContent(e *html.Node) string {
	var text strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			text.WriteString(n.Data)
		}
		if n.DataAtom == atom.Script || n.DataAtom == atom.Style {
			return
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(e)
	return text.String()
}

// htmlInside is what is in an element, as HTML: the library's own writer
// escapes quotes, which no page did.
func htmlInside(e *html.Node) string {
	w := htmlWriter{}
	for c := range e.ChildNodes() {
		w.node(c)
	}
	return w.text.String()
}

// htmlAsXML writes a piece of HTML as XML, as Node-RED does.
func htmlAsXML(piece string) (string, error) {
	around := &html.Node{Type: html.ElementNode, Data: "template", DataAtom: atom.Template}
	nodes, err := html.ParseFragment(strings.NewReader(piece), around)
	if err != nil {
		return "", err
	}
	w := htmlWriter{xml: true}
	for _, n := range nodes {
		w.node(n)
	}
	return w.text.String(), nil
}

// htmlWriter writes nodes. How deep they nest the reader has bounded.
type htmlWriter struct {
	text strings.Builder
	xml  bool
}

// rawText are the elements whose text is not escaped in HTML.
var rawText = []atom.Atom{atom.Script, atom.Style, atom.Xmp, atom.Iframe, atom.Noembed, atom.Noframes, atom.Plaintext, atom.Noscript}

// void are the elements without an end.
var void = []atom.Atom{atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Source, atom.Track, atom.Wbr}

var (
	htmlEscapes  = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\u00a0", "&nbsp;")
	valueEscapes = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "\u00a0", "&nbsp;")
)

func (w *htmlWriter) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		switch {
		case w.xml:
			w.escape(n.Data)
		case n.Parent != nil && slices.Contains(rawText, n.Parent.DataAtom):
			w.text.WriteString(n.Data)
		default:
			w.text.WriteString(htmlEscapes.Replace(n.Data))
		}
	case html.CommentNode:
		w.text.WriteString("<!--" + n.Data + "-->")
	case html.ElementNode:
		w.element(n)
	}
}

func (w *htmlWriter) element(n *html.Node) {
	w.text.WriteString("<" + n.Data)
	for _, a := range n.Attr {
		w.text.WriteString(" " + attributeName(a) + `="`)
		if w.xml {
			w.escape(a.Val)
		} else {
			w.text.WriteString(valueEscapes.Replace(a.Val))
		}
		w.text.WriteString(`"`)
	}
	switch {
	case w.xml && n.FirstChild == nil:
		w.text.WriteString("/>")
		return
	case !w.xml && slices.Contains(void, n.DataAtom):
		w.text.WriteString(">")
		return
	}
	w.text.WriteString(">")
	for c := range n.ChildNodes() {
		w.node(c)
	}
	w.text.WriteString("</" + n.Data + ">")
}

// escape writes text as XML with ASCII characters only.
func (w *htmlWriter) escape(s string) {
	for _, r := range s {
		switch {
		case r == '&':
			w.text.WriteString("&amp;")
		case r == '<':
			w.text.WriteString("&lt;")
		case r == '>':
			w.text.WriteString("&gt;")
		case r == '"':
			w.text.WriteString("&quot;")
		case r == '\'':
			w.text.WriteString("&apos;")
		case r >= 0x80:
			fmt.Fprintf(&w.text, "&#x%X;", r)
		default:
			w.text.WriteRune(r)
		}
	}
}
