package parser

import (
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// rfc and legacy are configurations of the two readers.
func rfc(more string) string    { return `{"spec":"rfc","multi":"mult","ret":"\\n"` + more + `}` }
func legacy(more string) string { return `{"spec":"","multi":"mult","ret":"\\n"` + more + `}` }

func csvRun(t *testing.T, config string, m *msg.Object) string {
	t.Helper()
	n := nodetest.New(t, "csv", config)
	if err := n.Receive(m); err != nil {
		return err.Error()
	}
	var lines []string
	for _, m := range n.Sent().Port(0) {
		lines = append(lines, string(msg.Encode(m.Get("payload")))+" "+msg.Text(m.Get("columns")))
	}
	return strings.Join(lines, "\n")
}

func TestCSVRead(t *testing.T) {
	for _, c := range []struct{ name, config, in, want string }{
		{"columns of the form", rfc(`,"temp":"a,,c"`), "1,2,3\n4,5,6,7\n", `[{"a":1,"c":3},{"a":4,"c":6}] a,c`},
		{"no columns", rfc(``), "1,x\n2,y", `[{"col1":1,"col2":"x"},{"col1":2,"col2":"y"}] col1,col2`},
		{"first line", rfc(`,"hdrin":true`), "n,\"a,b\"\r\nAl,30\r\n", `[{"n":"Al","a,b":30}] n,"a,b"`},
		{"skipped lines", rfc(`,"hdrin":true,"skip":"2"`), "x\r\ny\r\na\r\n1\r\n", `[{"a":1}] a`},
		{"nothing but skipped lines", rfc(`,"skip":2`), "x\ny\n", ``},
		{"numbers", rfc(`,"temp":"a,b,c,d,e,f,g,h,i"`), "1,-2.5,1e3,007,0x1f, 5 ,+3,.5,-01\n", `[{"a":1,"b":-2.5,"c":1000,"d":"007","e":31,"f":5,"g":"+3","h":0.5,"i":"-01"}] a,b,c,d,e,f,g,h,i`},
		{"no numbers", rfc(`,"temp":"a","strings":false`), "1\n", `[{"a":"1"}] a`},
		{"quotes", rfc(`,"temp":"a,b,c"`), "\"x,y\",\"say \"\"hi\"\"\",\"l1\nl2\"\n", `[{"a":"x,y","b":"say \"hi\"","c":"l1\nl2"}] a,b,c`},
		{"stray quotes", rfc(`,"temp":"a,b,c"`), `x"y,"ab"cd,z""w"`, `[{"a":"x\"y","b":"ab\"cd","c":"z\"w"}] a,b,c`},
		{"open quote", rfc(`,"temp":"a,b"`), "1,\"x\n2,y", `[{"a":1,"b":"x\n2,y"}] a,b`},
		{"empty cells", rfc(`,"temp":"a,b,c"`), "1,,3\n,\"\",x\n\n", `[{"a":1,"c":3},{"c":"x"}] a,b,c`},
		{"empty cells kept", rfc(`,"temp":"a,b,c","include_empty_strings":true,"include_null_values":true`), "1,,3\n,\"\",x\n", `[{"a":1,"b":null,"c":3},{"a":null,"b":"","c":"x"}] a,b,c`},
		{"separator", rfc(`,"temp":"a,b","sep":"\\t"`), "1\t2,3", `[{"a":1,"b":"2,3"}] a,b`},
		{"wide separator", rfc(`,"temp":"a,b","sep":"é"`), "1é2è", `[{"a":1,"b":"2è"}] a,b`},
		{"strict first line", rfc(`,"hdrin":true`), "a\"b\n1", `UnquotedQuoteError: Quote found in the middle of an unquoted field`},
		{"unclosed first line", rfc(`,"hdrin":true`), "\"a\n1", `ParseError: Missing quote, unclosed cell`},
		{"first line with more after quotes", rfc(`,"hdrin":true`), "\"a\"b\n1", `DataAfterCloseError: Data found after closing quote`},

		{"legacy: columns", legacy(`,"temp":" a , \"b\",,d"`), "1,2,3,4", `[{"a":1,"b":2,"d":4}] a,b,d`},
		{"legacy: no columns", legacy(``), "1,x\n2,y,z", `[{"col1":1,"col2":"x"},{"col1":2,"col2":"y","col3":"z"}] col1,col2,col3`},
		{"legacy: first line", legacy(`,"hdrin":true,"sep":";"`), "n;a\r\nAl;30\r\n", `[{"n":"Al","a":30}] n,a`},
		{"legacy: numbers", legacy(`,"temp":"a,b,c,d,e"`), "1e3,0x1f,007, 6 ,+3", `[{"a":1000,"b":"0x1f","c":"007","d":6,"e":"+3"}] a,b,c,d,e`},
		{"legacy: quotes", legacy(`,"temp":"a,b"`), "\"x,y\",\"say \"\"hi\"\"\"", `[{"a":"x,y","b":"say \"hi\""}] a,b`},
		{"legacy: empty cells kept", legacy(`,"temp":"a,b,c","include_empty_strings":true,"include_null_values":true`), "1,,3\n,\"\",x\n", `[{"a":1,"b":null,"c":3},{"a":null,"b":"","c":"x"},{"a":""}] a,b,c`},
		{"legacy: begins with a separator", legacy(`,"temp":"a,b","include_null_values":true`), ",2,", `[{"a":null,"b":2}] a,b`},
		{"legacy: skipped lines", legacy(`,"temp":"a","skip":1`), "x\n1\n", `[{"a":1}] a`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := csvRun(t, c.config, msg.Of("payload", c.in)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestCSVWrite(t *testing.T) {
	for _, c := range []struct{ name, config, in, want string }{
		{"objects", rfc(`,"temp":"a,b"`), `{"payload":[{"a":1,"b":"x"},{"b":"y,z","a":2,"c":3}]}`, `"1,x\n2,\"y,z\"\n" a,b`},
		{"left out column", rfc(`,"temp":"a,,b"`), `{"payload":{"a":1,"b":2}}`, `"1,,2\n" a,b`},
		{"missing and nested", rfc(`,"temp":"a,b,c"`), `{"payload":{"a":null,"c":{"d":"\""}}}`, `"null,,\"{\"\"d\"\":\"\"\\\"\"\"\"}\"\n" a,b,c`},
		{"names first", rfc(`,"temp":"a,\"b c,\"","hdrout":"all"`), `{"payload":{"a":1}}`, `"a,\"b c,\"\n1,\n" a,"b c,"`},
		{"names of the message", rfc(`,"hdrout":"all"`), `{"payload":{"a":1,"b":2},"columns":"b,a"}`, `"b,a\n2,1\n" b,a`},
		{"names of the object", rfc(`,"hdrout":"all"`), `{"payload":[{"x":1,"y":"two"},{"y":3}]}`, `"x,y\n1,two\n,3\n" x,y`},
		{"values", rfc(``), `{"payload":[1,"two",null,true]}`, `"1,two,null,true\n" `},
		{"lists", rfc(``), `{"payload":[[1,"a\nb"],[2]]}`, `"1,\"a\nb\"\n2\n" `},
		{"lists by columns", rfc(`,"temp":"a,,c"`), `{"payload":[[1,2,3,4],[5]]}`, `"1,,3\n5,,\n" a,c`},
		{"nobody names columns", rfc(``), `{"payload":[{"a":1,"o":{}},{"a":2,"o":[]}]}`, `"1\n2,[]\n" a,o`},
		{"nothing", rfc(``), `{"payload":[]}`, `"\n" `},
		{"separator and line end", `{"spec":"rfc","temp":"a,b","sep":";"}`, `{"payload":{"a":"1;2","b":"3,4"}}`, `"\"1;2\";3,4\r\n" a,b`},
		{"null", rfc(``), `{"payload":null}`, `TypeError: Cannot convert undefined or null to object`},
		{"a null row", rfc(`,"temp":"a"`), `{"payload":[{"a":1},null]}`, `TypeError: Cannot convert undefined or null to object`},
		{"a number", rfc(``), `{"payload":5}`, `Error: This node only handles CSV strings or js objects.`},

		{"legacy: objects", legacy(`,"temp":"a,b"`), `{"payload":[{"a":1,"b":"x\r"},{"a":"\n"}]}`, `"1,x\r\n\"\n\",\n" a,b`},
		{"legacy: values", legacy(``), `{"payload":["a,b","say \"hi\"",[1,2]]}`, `"\"a,b\",\"say \"\"hi\"\"\",\"1,2\"\n" `},
		{"legacy: nobody names columns", legacy(``), `{"payload":[{"a":1,"o":{}},{"a":2,"o":[]}]}`, `"1\n2\n" `},
		{"legacy: a number", legacy(``), `{"payload":5}`, ``},
		{"legacy: hdrout was a box", legacy(`,"temp":"a","hdrout":true`), `{"payload":{"a":1}}`, `"a\n1\n" a`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := csvRun(t, c.config, nodetest.Message(t, c.in)); got != strings.ReplaceAll(strings.ReplaceAll(c.want, "\n", `\n`), "\r", `\r`) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestCSVHeaderOnce(t *testing.T) {
	n := nodetest.New(t, "csv", `{"spec":"rfc","temp":"a","hdrout":"once","ret":"\\n"}`)
	if err := n.Send(`{"payload":{"a":1}}`, `{"payload":{"a":2}}`, `{"reset":true}`, `{"payload":{"a":3}}`, `{"topic":"no payload"}`); err != nil {
		t.Fatal(err)
	}
	n.Sent().Want(t, `[[{"payload":"a\n1\n","columns":"a"},{"payload":"2\n","columns":"a"},{"payload":"a\n3\n","columns":"a"},{"topic":"no payload"}]]`)
}

func TestCSVRows(t *testing.T) {
	n := nodetest.New(t, "csv", `{"spec":"rfc","hdrin":true}`)
	if err := n.Send(`{"_msgid":"m","payload":"a\n1\n2","topic":"t"}`); err != nil {
		t.Fatal(err)
	}
	n.Take().Want(t, `[[{"_msgid":"m","payload":{"a":1},"topic":"t","columns":"a","parts":{"id":"m","index":0,"count":2}},
		{"_msgid":"m","payload":{"a":2},"topic":"t","columns":"a","parts":{"id":"m","index":1,"count":2}}]]`)
	// line by line, as split and file-in send a file
	if err := n.Send(`{"payload":"b","parts":{"id":"g","index":0,"count":3}}`, `{"payload":"5","parts":{"id":"g","index":1,"count":3}}`, `{"payload":"","parts":{"id":"g","index":2,"count":3}}`); err != nil {
		t.Fatal(err)
	}
	n.Take().Want(t, `[[{"payload":{"b":5},"parts":{"id":"g","index":0,"count":2},"columns":"b"},{"complete":true}]]`)

	n = nodetest.New(t, "csv", rfc(`,"hdrin":true`))
	if err := n.Send(`{"payload":"b","parts":{"id":"g","index":0,"count":3}}`, `{"payload":"5","parts":{"id":"g","index":1,"count":3}}`, `{"payload":"6","parts":{"id":"g","index":2,"count":3}}`); err != nil {
		t.Fatal(err)
	}
	n.Take().Want(t, `[[{"payload":[{"b":5},{"b":6}],"columns":"b"}]]`)
	nodetest.Of[CSV](n).store = make([]*msg.Object, maxRows)
	if err := n.Send(`{"payload":"5","parts":{"id":"g","index":1,"count":3}}`); err == nil || err.Error() != "more than 1000000 rows in one sequence" {
		t.Errorf("error %v", err)
	}
}

func TestCSVStatus(t *testing.T) {
	n := nodetest.New(t, "csv", `{"spec":"rfc"}`)
	if err := n.Send(`{"payload":5}`); err == nil {
		t.Error("a number is no CSV")
	}
	if err := n.Send(`{"payload":"x"}`); err != nil {
		t.Fatal(err)
	}
	if got := n.Statuses(); len(got) != 2 || got[0].Fill != "red" || got[1].Fill != "" {
		t.Errorf("statuses %v", got)
	}
	if got := nodetest.Check(t, "csv", `{"spec":"rfc","temp":"a\"b"}`); len(got) != 1 || !strings.HasPrefix(got[0], "temp: Malformed columns template") {
		t.Errorf("problems %q", got)
	}
}
