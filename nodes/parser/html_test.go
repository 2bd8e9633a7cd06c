package parser

import (
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// TestHTML compares with what cheerio, Node-RED's reader, made of the same
// pages.
func TestHTML(t *testing.T) {
	for _, c := range []struct{ name, page, selector, ret, want string }{
		{"inside", `<ul><li>One</li><li>Two <b>bold</b></li></ul>`, "li", "html", `["One","Two <b>bold</b>"]`},
		{"inside, as XML", `<div>é <br> &lt;b&gt; "q" 's' <p></p><input disabled value="a&b<>é"></div>`, "div", "html", `["&#xE9; <br/> &lt;b&gt; &quot;q&quot; &apos;s&apos; <p/><input disabled=\"\" value=\"a&amp;b&lt;&gt;&#xE9;\"/>"]`},
		{"text", `<div> a<!-- c --><script>if(a){}</script><b> b&amp;</b></div>`, "div", "text", `[" a b&"]`},
		{"attributes", `<P Class=X DATA-Y=1>x</P>`, "p", "attr", `[{"class":"X","data-y":"1"}]`},
		{"complete", `<p id="i">é "q" &nbsp;<br><img src=x></p>`, "p", "compl", `[{"_":"é \"q\" &nbsp;<br><img src=\"x\">","id":"i"}]`},
		{"complete, a script", `<div><script>a<b</script></div>`, "div", "compl", `[{"_":"<script>a<b</script>"}]`},
		{"a cell on its own", `<table><tr><td>1</td></tr></table>`, "tr", "html", `["<td>1</td>"]`},
		{"drawing", `<svg viewBox="0 0 1 1"><path d="M0"/></svg>`, "svg", "html", `["<path d=\"M0\"/>"]`},
		{"none", `<p>x</p>`, "table", "html", `[]`},
		{"in the order of the page", `<b>c</b><p>a</p>`, "p, b", "text", `["c","a"]`},
		{"selectors", `<h1 id="t">T</h1><ul class="l"><li data-x="2"><b>bold</b></li></ul>`, `ul.l > li[data-x="2"] b, #t`, "text", `["T","bold"]`},
		{"contains", `<p>a</p><p>b</p>`, `p:contains("b")`, "text", `["b"]`},
		{"first", `<p>a</p><p>b</p><p>c</p>`, `p:first`, "text", `["a"]`},
		{"last but one", `<p>a</p><p>b</p><p>c</p>`, `p:eq(-2)`, "text", `["b"]`},
		{"beyond", `<p>a</p><p>b</p><p>c</p>`, `p:gt(0)`, "text", `["b","c"]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "html", `{"ret":"`+c.ret+`"}`)
			if err := n.Receive(msg.Of("payload", c.page, "select", c.selector)); err != nil {
				t.Fatal(err)
			}
			if got := string(msg.Encode(n.Sent().Port(0)[0].Get("payload"))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestHTMLMessages(t *testing.T) {
	sent, err := nodetest.Run(t, "html", `{"tag":"li","as":"multi","ret":"text","property":"doc","outproperty":"r.t"}`, `{"_msgid":"m","doc":"<li>a</li><li></li><li>b</li>"}`)
	if err != nil {
		t.Fatal(err)
	}
	sent.Want(t, `[[{"_msgid":"m","doc":"<li>a</li><li></li><li>b</li>","r":{"t":"a"},"parts":{"id":"m","index":0,"count":3,"type":"string","ch":""}},
		{"_msgid":"m","doc":"<li>a</li><li></li><li>b</li>","r":{"t":"b"},"parts":{"id":"m","index":2,"count":3,"type":"string","ch":""}}]]`)
	sent, err = nodetest.Run(t, "html", `{"tag":"b","ret":"text"}`, `{"payload":"<b>x</b>","select":"i"}`, `{"topic":"no page"}`, `{"payload":{"a":1}}`)
	if err != nil {
		t.Fatal(err)
	}
	sent.Want(t, `[[{"payload":["x"],"select":"i"},{"topic":"no page"},{"payload":[]}]]`)
}

func TestHTMLFails(t *testing.T) {
	for _, c := range []struct {
		payload any
		want    string
	}{
		{nil, "cheerio.load() expects a string"},
		{5, "number is not an HTML text"},
		{strings.Repeat("<div>", 1000), "html: "},
		{strings.Repeat("x", maxHTML+1), "HTML text is longer than 32 MB"},
	} {
		n := nodetest.New(t, "html", `{"tag":"p"}`)
		if err := n.Receive(msg.Of("payload", c.payload)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
	if _, err := nodetest.Run(t, "html", `{}`, `{"payload":"<p>","select":"p:foo"}`); err == nil || !strings.HasPrefix(err.Error(), `msg.select: selector "p:foo": `) {
		t.Errorf("a wrong msg.select: %v", err)
	}
	if got := nodetest.Check(t, "html", `{"tag":"p["}`); len(got) != 1 || !strings.HasPrefix(got[0], `tag: selector "p[": `) {
		t.Errorf("problems %q", got)
	}
}
