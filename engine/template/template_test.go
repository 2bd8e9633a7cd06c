package template_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/template"
)

// message reads JSON.
func message(t testing.TB, text string) *msg.Object {
	t.Helper()
	m, err := msg.DecodeObject([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestParseSaysWhatIsWrongAndWhere(t *testing.T) {
	for _, c := range []struct {
		text    string
		column  int
		message string
	}{
		{`<<msg.>>`, 6, "unexpected end of expression"},
		{`<<a`, 1, "<< is not closed"},
		{`ab <<`, 4, "<< is not closed"},
		{`ab <<"x>> c`, 4, `the text that " begins has no end`},
		{`ab <<1 /* x>> c`, 4, "the comment that /* begins has no end"},
		{`<<>>`, 3, "there is no expression"},
		{`<<   >>`, 6, "there is no expression"},
		{`é <<  nope >>`, 7, "unknown name nope"},
		{"a\n<<msg.a\n+ * 2>>", 13, `"*" is out of place`},
		{`<<flow>>`, 3, "flow wants a name"},
		{`<<len(env)>>`, 7, "env wants a name"},
		{`<<now>>`, 3, "now is a function: write now()"},
		{`<<#>>`, 3, ""},
		{`<<map(msg.a, #acc)>>`, 14, "#acc has a meaning directly inside reduce only"},
		{`<<map(msg.a, #x)>>`, 14, "unknown name #x"},
		{`<<let msg = 1; msg>>`, 7, "msg cannot be the name"},
		{`<<let a = 1; let a = 2; a>>`, 18, "there is a variable a already"},
		{`<<$env>>`, 3, "unknown name $env"},
		{`<<$path(1)>>`, 3, "unknown function $path"},
		{`<<::upper()>>`, 5, "upper takes 1 argument, not 0"},
		{`<<now(1)>>`, 3, "now takes no arguments"},
		{`<<(1)(2)>>`, 6, ""},
		{`<<msg.a === 1>>`, 11, "a single ="},
		{`<<` + strings.Repeat("1+", 6000) + `1>>`, 3, "at most 10000 characters"},
		{`<<` + strings.Repeat("(", 9000) + `>>`, 9002, ""},
		{`<<1` + strings.Repeat(" ?: 1)", 40) + `>>`, 9, ""},
		{`<<` + strings.Repeat("(", 40) + "msg" + strings.Repeat(" ?: 1)", 40) + `>>`, 0, "ok"},
		{`{{a`, 1, "{{ is not closed"},
		{`{{{a}}`, 1, "{{{ is not closed"},
		{`x {{ }}`, 6, "there is no path"},
		{`x {{a b}}`, 6, "this is no path"},
		{`x {{é b}}`, 6, "this is no path"},
		{`{{a[msg.b]}}`, 3, "<<a[msg.b]>>"},
		{`x {{#a}}`, 3, "template node"},
		{`{{^a}}`, 1, "template node"},
		{`{{/a}}`, 1, "template node"},
		{`{{>a}}`, 1, "template node"},
		{`{{=<% %>=}}`, 1, "template node"},
	} {
		_, err := template.Parse(c.text)
		if c.message == "ok" {
			if err != nil {
				t.Errorf("%.40s: %v", c.text, err)
			}
			continue
		}
		var e *template.Error
		if !errors.As(err, &e) {
			t.Errorf("%.40s: %v is no *Error", c.text, err)
			continue
		}
		if e.Column != c.column || !strings.Contains(e.Message, c.message) {
			t.Errorf("%.40s: column %d, %s; want %d, %s", c.text, e.Column, e.Message, c.column, c.message)
		}
		if len([]rune(err.Error())) > 400 {
			t.Errorf("%.40s: an error of %d characters", c.text, len(err.Error()))
		}
	}
}

func TestRunTimeErrorNamesTheExpression(t *testing.T) {
	_, err := text("Hi <<msg.a * 2>> and <<msg.b * 2>>", &template.Scope{Msg: message(t, `{"a":1,"b":"x"}`)})
	var e *template.Error
	if !errors.As(err, &e) || e.Expr != "<<msg.b * 2>>" || e.Column != 30 {
		t.Fatalf("%+v", err)
	}
	if want := `<<msg.b * 2>>: * wants numbers, and "x" on its left is none`; err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}

func TestValueKeepsTheTypeOfASingleHole(t *testing.T) {
	s := &template.Scope{Msg: message(t, `{"n":5,"b":false,"o":{"x":1},"l":[1],"s":"t"}`)}
	for in, want := range map[string]string{
		`<<msg.n>>`: `5`, `<<msg.n + 1>>`: `6`, `<<msg.b>>`: `false`, `<<msg.o>>`: `{"x":1}`, `<< msg.l >>`: `[1]`,
		`<<msg.no>>`: `null`, `<<[msg.n, now().Year() > 1]>>`: `[5,true]`, `<<"5">>`: `"5"`,
		`{{n}}`: `"5"`, ` <<msg.n>>`: `" 5"`, `<<msg.n>><<msg.n>>`: `"55"`, ``: `""`, `5`: `"5"`,
	} {
		p, err := template.Parse(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		v, err := p.Value(s)
		if got := string(msg.Encode(v)); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", in, got, err, want)
		}
		if p.Source() != in {
			t.Errorf("source %q", p.Source())
		}
	}
}

func TestLiteralAndExprs(t *testing.T) {
	for _, c := range []struct {
		text, literal string
		isLiteral     bool
		exprs         string
	}{
		{"", "", true, ""},
		{"plain", "plain", true, ""},
		{`a <<"<<">> b {{! note }}c`, "a << b c", true, ""},
		{"<< msg.a >> {{ b.c }} {{&d}} <<1+1>>", "", false, "msg.a|b.c|d|1+1"},
	} {
		p, err := template.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		literal, ok := p.Literal()
		if literal != c.literal || ok != c.isLiteral || strings.Join(p.Exprs(), "|") != c.exprs {
			t.Errorf("%s: %q, %v, %v", c.text, literal, ok, p.Exprs())
		}
	}
	var zero template.Template
	if s, err := zero.Text(nil); s != "" || err != nil {
		t.Errorf("the zero template: %q, %v", s, err)
	}
}

func TestAppendKeepsWhatIsThere(t *testing.T) {
	p, err := template.Parse("<<msg.a>>-<<msg.b * 1>>")
	if err != nil {
		t.Fatal(err)
	}
	dst := []byte("so far ")
	dst, err = p.Append(dst, &template.Scope{Msg: message(t, `{"a":"x","b":2}`)})
	if string(dst) != "so far x-2" || err != nil {
		t.Errorf("%s, %v", dst, err)
	}
	dst, err = p.Append(dst, &template.Scope{Msg: message(t, `{"a":"x"}`)})
	if string(dst) != "so far x-2" || err == nil {
		t.Errorf("after an error: %s, %v", dst, err)
	}
}

func TestAScopeMayBeEmpty(t *testing.T) {
	for _, s := range []*template.Scope{nil, {}} {
		got, err := text(`[<<msg.a>><<flow.a.b>><<global.a>><<env.A>>{{a}}{{flow.a}}<<msg>><<upper(msg.a ?? flow.b ?? env.C)>>]`, s)
		if got != "[]" || err != nil {
			t.Errorf("%v: %q, %v", s, got, err)
		}
		got, err = render(`[{{a}}{{flow.a}}{{env.A}}{{global[x].a}}{{#b}}x{{/b}}]`, s, template.MustacheOptions{})
		if got != "[]" || err != nil {
			t.Errorf("%v: %q, %v", s, got, err)
		}
	}
}

// handle stands for an open request.
type handle struct{}

func (handle) Handle() string { return "http:1" }

func TestValuesOfEveryKind(t *testing.T) {
	m := message(t, `{"o":{"x":1}}`)
	m.Set("undef", msg.Undefined)
	m.Set("holes", msg.NewList(1, msg.Undefined, nil))
	m.Set("date", msg.Date(0))
	m.Set("never", msg.Date(9e15))
	m.Set("buffer", []byte("hé"))
	m.Set("res", handle{})
	m.Set("req", msg.NewShared(func() *msg.Object {
		return msg.Of("query", msg.Of("a", "1"), "list", msg.NewList(msg.Of("k", "v"), msg.NewList(7)))
	}))
	s := &template.Scope{Msg: m, Flow: func(string) any { return msg.Undefined }, Env: func(string) (any, bool) { return msg.Of("in", 1), true }}
	for in, want := range map[string]string{
		`msg.undef`: `null`, `msg.undef.x`: `null`, `msg.undef == nil`: `true`, `msg.undef ?? 1`: `1`, `flow.x`: `null`, `flow.x ?? 2`: `2`,
		`msg.holes[1]`: `null`, `msg.holes[1] ?? 3`: `3`, `map(msg.holes, # ?? 0)`: `[1,0,0]`, `count(msg.holes, # == nil)`: `2`,
		`filter(msg.holes, # != nil)`: `[1]`, `nil in msg.holes`: `true`,
		`msg.date`: `"1970-01-01T00:00:00.000Z"`, `msg.date.UTC().Year()`: `1970`, `msg.date + duration("1s")`: `"1970-01-01T00:00:01.000Z"`,
		`msg.date == date(0)`: `true`, `msg.date < now()`: `true`, `type(msg.date)`: `"date"`, `msg.date.UnixMilli()`: `0`,
		`msg.buffer`: `{"type":"Buffer","data":[104,195,169]}`, `msg.buffer[0]`: `104`, `msg.buffer[-1]`: `169`, `msg.buffer[9]`: `null`,
		`msg.buffer.length`: `3`, `string(msg.buffer)`: `"hé"`, `"" + msg.buffer`: `"hé"`, `toBase64(msg.buffer)`: `"aMOp"`, `msg.buffer[1:]`: `{"type":"Buffer","data":[195,169]}`,
		`b"hi"`: `{"type":"Buffer","data":[104,105]}`, `msg.buffer == b"h\xc3\xa9"`: `true`,
		`msg.res`: `{"handle":"http:1"}`, `msg.res.x`: `null`, `msg.no ?? msg.res`: `{"handle":"http:1"}`, `string(msg.res)`: `"{\"handle\":\"http:1\"}"`, `msg.res == msg.res`: `true`,
		`msg.req.query.a`: `"1"`, `msg.req.list[0].k`: `"v"`, `msg.req.list[1][0]`: `7`, `map(msg.req.list, .k)`: `["v",null]`, `msg.req.list[0:1][0].k`: `"v"`,
		`flatten(msg.req.list)[1]`: `7`, `msg.req`: `{"query":{"a":"1"},"list":[{"k":"v"},[7]]}`, `{r: msg.req.query, l: [msg.req.list]}`: `{"r":{"a":"1"},"l":[[{"k":"v"},[7]]]}`,
		`keys(msg.req)`: `["query","list"]`, `values(msg.req)[0].a`: `"1"`, `msg.req == {query: {a: 1}, list: [{k: "v"}, [7]]}`: `true`,
		`env.ANY.in`: `1`, `timezone("UTC")`: `"UTC"`, `duration("90s")`: `"1m30s"`, `[duration("1h"), now() > msg.date]`: `["1h0m0s",true]`,
		`fromBase64("/w==")`: `"�"`, `map([1, 2], #index)`: `[0,1]`, `findIndex([1], # == 2)`: `null`, `findLastIndex([1, 1], # == 1)`: `1`, `findLast([1, 2, 3], # < 3)`: `2`, `[findLast([1, 2], true), find([1, 2], true), any([1], true)]`: `[2,1,true]`, `findLast([], true)`: `null`, `findLastIndex([1, 2, 3], #index == 1)`: `1`,
		`count([0, 1, "", "x", nil, []])`: `3`, `type(msg.buffer)`: `"bytes"`, `type(duration("1s"))`: `"duration"`, `type(msg.res)`: `"other"`,
		`-duration("1h") + duration("1h")`: `"0s"`, `duration("1h") * 1.5`: `"1h30m0s"`, `duration("1h") / duration("1m")`: `60`, `duration("1h") / 2`: `"30m0s"`,
		`+"3"`: `3`, `null`: `null`, `undefined ?? 1`: `1`, `"a" in {a: nil}`: `true`, `sum([])`: `0`, `sum(["1", 2, nil])`: `3`, `max([])`: `null`, `max(nil, 2)`: `2`, `mean([])`: `0`, `median([])`: `0`, `median([4, 1])`: `2.5`,
		`sort([3, "b", nil, "a", 1])`: `[1,3,"a","b",null]`, `sort([3, nil, 1], "desc")`: `[3,1,null]`, `uniq([{a: 1}, {a: 1}, 1, "1"])`: `[{"a":1},1,"1"]`,
		`"😀a"[0]`: `"😀"`, `"😀a"[1]`: `null`, `"😀a"[2]`: `"a"`, `"😀a"[0:1]`: `""`, `"😀a"[1:]`: `"😀a"`, `"😀a"[:2]`: `"😀"`, `indexOf("😀a", "a")`: `2`, `indexOf("a", "b")`: `-1`, `"abc"[-9:9]`: `"abc"`, `"abc"[2:1]`: `""`, `msg.no[1:]`: `null`,
		`int(-1.5)`: `-1`, `int("0x10")`: `16`, `"1e3" == 1000`: `true`, `" 5 " * 2`: `10`, `1 == "x"`: `false`, `[1] == ["1"]`: `true`, `{a: 1} == {b: 1}`: `false`, `[1] == {a: 1}`: `false`, `nil == false`: `false`,
		`1/0 > 1e300`: `true`, `string(0 - 0)`: `"0"`, `1 in nil`: `false`, `repeat("", 1e9)`: `""`, `replace("aaa", "a", "b", 2)`: `"bba"`, `split("a,b,c", ",", 2)`: `["a","b,c"]`, `splitAfter("a,b", ",")`: `["a,","b"]`,
		`bitor(1, 2)`: `3`, `bitxor(3, 1)`: `2`, `bitnand(3, 1)`: `2`, `bitshl(1, 4)`: `16`, `bitshr(16, 4)`: `1`, `bitushr(16, 4)`: `1`, `bitnot(0)`: `-1`, `bitshl(1, -1)`: `1`,
		`lastIndexOf("abab", "b")`: `3`, `hasPrefix("ab", "a") and hasSuffix("ab", "b")`: `true`, `trimSuffix("ab", "b")`: `"a"`, `trimPrefix(" ab")`: `"ab"`, `trim("xaxx", "x")`: `"a"`,
		`msg.o.x; 2`: `2`, `filter(msg.o, # == 1)`: `[1]`, `reduce([1, 2], #acc + #)`: `3`, `reduce([1], [#acc, #index, #], {a: 1})`: `[{"a":1},0,1]`, `date(now()).Sub(now()) < duration("1h")`: `true`,
		`date(0).Before(now()) and now().After(date(0)) and date(0).Equal(date(0))`: `true`, `date(0).UTC().Add(duration("26h")).Format("2006-01-02 15")`: `"1970-01-02 02"`, `date(0).In("America/New_York").Hour()`: `19`, `date(0).In(timezone("UTC")).Weekday()`: `4`,
		`nil ?: "d"`: `"d"`, `"v" ?: "d"`: `"v"`, `1 < 2 < 2`: `false`, `0 || nil`: `null`, `1 && 2`: `2`, `0 && 2`: `0`, `true && 2`: `2`, `false || 2`: `2`, `true || 2`: `true`, `false && 2`: `false`, `1 == 1 || 2`: `true`,
	} {
		v, err := eval(in, s)
		if got := string(msg.Encode(v)); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", in, got, err, want)
		}
		if err == nil {
			msg.Of("v", v) // panics on what is no message value
		}
	}
	for _, in := range []string{`date(msg.never)`, `msg.never.Year()`, `fromBase64("?")`, `fromJSON("{")`, `int("x")`, `abs(nil)`, `keys([1])`, `in([1])`, `1 in 2`, `len(1)`, `1[1:]`, `sort([1], "up")`, `fromPairs([1])`,
		`reduce([], #acc)`, `map(1, #)`, `duration("soon")`, `timezone("Nowhere")`, `now().Hours()`, `duration("1h").Year()`, `msg.x.Year()`, `{} * 2`, `true + 1`, `nil + nil`, `-nil`, `repeat("a", -1)`, `"a" matches "("+""`,
		`now().Format(1)`, `now().In(1)`, `now().Add(1)`, `now().Before(1)`, `now().AddDate("x", 0, 0)`, `date(1e300)`, `date("1", "2", "Nowhere")`, `whole(1..nil)`, `1..nil`, `nil..1`, `take([1], "x")`, `bitand(nil, 1)`, `bitand(1, nil)`, `"a"[0/0:]`} {
		if v, err := eval(in, s); err == nil {
			t.Errorf("%s is %v", in, v)
		}
	}
}

// A list that is made once in an expression must not be the same list in the
// next message.
func TestValuesAreFresh(t *testing.T) {
	e, err := template.ParseExpr(`{a: [1], b: b"x"}`)
	if err != nil {
		t.Fatal(err)
	}
	one, _ := e.Eval(&template.Scope{})
	one.(*msg.Object).Get("a").(*msg.List).Append(2)
	one.(*msg.Object).Get("b").([]byte)[0] = 'y'
	two, _ := e.Eval(&template.Scope{})
	if got := string(msg.Encode(two)); got != `{"a":[1],"b":{"type":"Buffer","data":[120]}}` {
		t.Error(got)
	}
}

func TestManyGoroutinesShareATemplate(t *testing.T) {
	p, err := template.Parse("<<msg.n>> <<msg.n * 2>> <<join(map(1..msg.n, # * msg.n), \",\")>>")
	if err != nil {
		t.Fatal(err)
	}
	mus, err := template.ParseMustache("{{#l}}{{.}}{{n}}{{/l}}")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s := &template.Scope{Msg: msg.Of("n", n, "l", msg.NewList("-"))}
			want, err := text(p.Source(), s)
			if err != nil {
				t.Error(err)
			}
			for range 200 {
				if got, err := p.Text(s); got != want || err != nil {
					t.Errorf("%s, %v; want %s", got, err, want)
				}
				if got, _ := mus.Render(s, template.MustacheOptions{}); got != "-"+msg.FormatNumber(float64(n)) {
					t.Error(got)
				}
			}
		}()
	}
	wg.Wait()
}
