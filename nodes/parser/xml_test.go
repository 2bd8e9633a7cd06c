package parser

import (
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// TestXMLRead compares with what xml2js makes of the same texts.
func TestXMLRead(t *testing.T) {
	for _, c := range []struct{ name, text, options, want string }{
		{"elements, attributes and text", `<root a="1"><x>text</x><x b="2">more</x><empty/></root>`, ``, `{"root":{"$":{"a":"1"},"x":["text",{"_":"more","$":{"b":"2"}}],"empty":[""]}}`},
		{"text around an element", `<a>t1<b>x</b>t2</a>`, ``, `{"a":{"_":"t1t2","b":["x"]}}`},
		{"order of names", `<a><z/><y/><z>2</z></a>`, ``, `{"a":{"z":["","2"],"y":[""]}}`},
		{"space", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a><b> </b><c>\n</c></a>", ``, `{"a":{"b":[" "],"c":["\n"]}}`},
		{"CDATA", `<a><b><![CDATA[ ]]></b><c><![CDATA[<x>&]]></c></a>`, ``, `{"a":{"b":[" "],"c":["<x>&"]}}`},
		{"entities", `<a b="&quot;&lt;">&lt;&#233;&amp;&nbsp;</a>`, ``, `{"a":{"_":"<é&\u00a0","$":{"b":"\"<"}}}`},
		{"an attribute twice", `<a b="1" b="2"/>`, ``, `{"a":{"$":{"b":"1"}}}`},
		{"what follows", `<a>x</a>junk<b`, ``, `{"a":"x"}`},
		{"prefixes", `<n:a xmlns:n="u"><n:b n:c="1"/></n:a>`, ``, `{"n:a":{"$":{"xmlns:n":"u"},"n:b":[{"$":{"n:c":"1"}}]}}`},
		{"comments and the like", "\ufeff<!DOCTYPE a><!-- c --><a>x<!-- d --><?pi x?>y</a>", ``, `{"a":"xy"}`},
		{"nothing", `  `, ``, `null`},
		{"explicitArray", `<r><a>1</a><b><c>2</c></b><a>2</a></r>`, `"explicitArray":false`, `{"r":{"a":["1","2"],"b":{"c":"2"}}}`},
		{"explicitRoot", `<a>1</a>`, `"explicitRoot":false`, `"1"`},
		{"explicitCharkey", `<a>1</a>`, `"explicitCharkey":true,"charkey":"t"`, `{"a":{"t":"1"}}`},
		{"normalizeTags", `<A><B>1</B></A>`, `"normalizeTags":true`, `{"a":{"b":["1"]}}`},
		{"mergeAttrs", `<a b="1"><c>2</c></a>`, `"mergeAttrs":true`, `{"a":{"b":["1"],"c":["2"]}}`},
		{"ignoreAttrs", `<a b="1"/>`, `"ignoreAttrs":true`, `{"a":""}`},
		{"trim", `<a> x  y </a>`, `"trim":true`, `{"a":"x  y"}`},
		{"normalize", `<a> x  y </a>`, `"normalize":true`, `{"a":"x y"}`},
		{"emptyTag", `<a><b/></a>`, `"emptyTag":"E"`, `{"a":{"b":["E"]}}`},
		{"explicitChildren", `<a b="1">t<c>2</c></a>`, `"explicitChildren":true`, `{"a":{"$":{"b":"1"},"_":"t","$$":{"c":["2"]}}}`},
		{"charsAsChildren", `<a b="1">t<c>2</c></a>`, `"explicitChildren":true,"charsAsChildren":true`, `{"a":{"$":{"b":"1"},"$$":{"_":"t","c":["2"]}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "xml", `{}`)
			m := msg.Of("payload", c.text)
			if c.options != "" {
				m.Set("options", nodetest.Message(t, `{`+c.options+`}`))
			}
			if err := n.Receive(m); err != nil {
				t.Fatal(err)
			}
			if got := string(msg.Encode(n.Sent().Port(0)[0].Get("payload"))); got != string(msg.Encode(nodetest.Message(t, `{"v":`+c.want+`}`).Get("v"))) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	sent, err := nodetest.Run(t, "xml", `{"attr":"at","chr":"txt","property":"d"}`, `{"d":"<r a=\"1\">t</r>","options":{}}`, `{"payload":1}`, `{"d":5}`)
	if err != nil {
		t.Fatal(err)
	}
	sent.Want(t, `[[{"d":{"r":{"txt":"t","at":{"a":"1"}}},"options":{"async":true,"attrkey":"at","charkey":"txt"}},{"payload":1}]]`)
}

// TestXMLWrite compares with what xml2js writes.
func TestXMLWrite(t *testing.T) {
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	for _, c := range []struct{ name, value, options, want string }{
		{"object", `{"root":{"$":{"a":"1"},"x":["one",{"_":"two","$":{"b":"2"}}],"n":5,"empty":""}}`, ``, head + `<root a="1"><x>one</x><x b="2">two</x><n>5</n><empty/></root>`},
		{"several roots", `{"a":1,"b":[true,null]}`, ``, head + `<root><a>1</a><b>true</b><b/></root>`},
		{"escapes", `{"a":{"$":{"q":"<&>\"\n"},"_":"t<&>\r"}}`, ``, head + `<a q="&lt;&amp;>&quot;&#xA;">t&lt;&amp;&gt;&#xD;</a>`},
		{"a list at the top", `[{"a":1},{"b":2}]`, ``, head + `<root><a>1</a><b>2</b></root>`},
		{"no attribute", `{"a":{"$":{"n":null,"m":5}}}`, ``, head + `<a m="5"/>`},
		{"with options, pretty", `{"a":{"b":"1","c":{"d":"x"},"_":"t"}}`, `{}`, head + "\n<a>\n  <b>1</b>\n  <c>\n    <d>x</d>\n  </c>\n  t\n</a>"},
		{"renderOpts", `{"a":{"b":1}}`, `{"renderOpts":{"pretty":true,"indent":"\t","newline":"\r\n"}}`, head + "\r\n<a>\r\n\t<b>1</b>\r\n</a>"},
		{"headless and rootName", `{"a":1}`, `{"headless":true,"rootName":"r","renderOpts":{"pretty":false}}`, `<r><a>1</a></r>`},
		{"cdata", `{"a":"]]>"}`, `{"cdata":true,"headless":true}`, `<a><![CDATA[]]]]><![CDATA[>]]></a>`},
		{"xmldec", `{"a":1}`, `{"xmldec":{"version":"1.1","standalone":false}}`, `<?xml version="1.1" standalone="no"?>` + "\n<a>1</a>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := `{"payload":` + c.value + `}`
			if c.options != "" {
				m = `{"payload":` + c.value + `,"options":` + c.options + `}`
			}
			sent, err := nodetest.Run(t, "xml", `{}`, m)
			if err != nil {
				t.Fatal(err)
			}
			if got := sent.Port(0)[0].Get("payload"); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestXMLFails(t *testing.T) {
	bomb := `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>`
	ring := msg.NewObject(1)
	ring.Set("r", ring)
	for _, c := range []struct {
		payload any
		want    string
	}{
		{`<a>`, "XML element <a> does not end"},
		{`<r><a></r>`, "XML element <a> ends with </r>"},
		{`</a>`, "XML element </a> has not begun"},
		{`x<a/>`, "XML text before the first element"},
		{`<!-- c -->`, "XML without an element"},
		{`<a b=1/>`, "XML syntax error on line 1"},
		{bomb, "XML syntax error on line 1: invalid character entity &b;"},
		{strings.Repeat("<a>", 1000), "XML nested deeper than 512"},
		{strings.Repeat("x", maxXML+1), "XML text is longer than 64 MB"},
		{nil, "Error: Cannot convert undefined or null to object"},
		{msg.Of("1a", 1), "Error: Invalid character in name: 1a"},
		{msg.Of("a", "\x01"), "Error: Invalid character in string: \x01 at index 0"},
		{msg.Of("a", msg.Of("$", msg.Of("x y", 1))), "Error: Invalid character in name: x y"},
		{msg.NewList("ab"), "Error: Invalid character in name: 0"},
		{ring, "Error: XML nested deeper than 512"},
	} {
		n := nodetest.New(t, "xml", `{}`)
		if err := n.Receive(msg.Of("payload", c.payload)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("error %.200v\nwant  %s", err, c.want)
		}
	}
}

func FuzzXML(f *testing.F) {
	for _, seed := range []string{`<a b="1">t<c/></a>`, `<a><![CDATA[x]]></a>`, `<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>`, "<a>\r\n</a>", `<?xml version="1.0"?><a:b/>`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := nodetest.New(t, "xml", `{}`)
		if err := n.Receive(msg.Of("payload", text)); err != nil {
			return
		}
		m := n.Take().Port(0)[0]
		if m.Get("payload") == nil {
			return // white space
		}
		if err := n.Receive(m); err != nil && !strings.Contains(err.Error(), "Invalid character") {
			t.Errorf("%q is read, but not written: %v", text, err)
		}
	})
}
