package script_test

import (
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	_ "github.com/flowrill/flowrill/engine/script"
)

const order = `{"payload":{"msisdn":"447700900000","items":[{"name":"tea","price":2.5,"n":2},{"name":"milk","price":1,"n":1},{"name":"bun","price":1.25,"n":4}],
"one":[7],"none":[],"nested":[[1,2],[3]],"text":"Hello World","z":1,"a":2},"topic":"t"}`

func TestJSONata(t *testing.T) {
	for _, tt := range []struct{ expr, want string }{
		{`payload.msisdn`, `"447700900000"`},
		{`payload.missing`, `undefined`},
		{`payload.missing.deeper.still`, `undefined`},
		{`payload.items.name`, `["tea","milk","bun"]`},
		{`payload.items[0].name`, `"tea"`},
		{`payload.items[-1].name`, `"bun"`},
		{`payload.items[price > 1].name`, `["tea","bun"]`},
		{`payload.items[price > 2].name`, `"tea"`},
		{`payload.items[price > 2].name[]`, `["tea"]`},
		{`payload.items[price > 9]`, `undefined`},
		{`payload.one`, `[7]`},
		{`payload.one[0]`, `7`},
		{`payload.one[]`, `[7]`},
		{`payload.none`, `[]`},
		{`payload.nested`, `[[1,2],[3]]`},
		{`payload.nested[0]`, `[1,2]`},
		{`$sum(payload.items.(price * n))`, `11`},
		{`$map(payload.items, function($v, $i) { $v.name & $i })`, `["tea0","milk1","bun2"]`},
		{`$filter(payload.items, function($v) { $v.n = 1 }).name`, `"milk"`},
		{`$sort(payload.items.name)`, `["bun","milk","tea"]`},
		{`payload.items^(>price).name`, `["tea","bun","milk"]`},
		{`$reduce([1..4], function($a, $b) { $a * $b })`, `24`},
		{`payload.items{name: price}`, `{"tea":2.5,"milk":1,"bun":1.25}`},
		{`{"b": payload.z, "a": payload.a}`, `{"b":1,"a":2}`},
		{`$keys(payload)[0]`, `"msisdn"`},
		{`$string(payload.one)`, `"[7]"`},
		{`$number("42") + 1`, `43`},
		{`$uppercase(payload.text) & "!"`, `"HELLO WORLD!"`},
		{`$replace(payload.text, /o/, "0")`, `"Hell0 W0rld"`},
		{`$match(payload.text, /W(or)/).groups`, `["or"]`},
		{`$contains(payload.text, /world/i)`, `true`},
		{`$split(payload.text, " ")`, `["Hello","World"]`},
		{`$now() = $now()`, `true`},
		{`$type($millis())`, `"number"`},
		{`$exists(payload.nope)`, `false`},
		{`payload.z = 1 ? "yes" : "no"`, `"yes"`},
		{`payload ~> |items|{"price": 0}| ~> $lookup("items") ~> $sum(function($x){$x})`, `!`},
		{`(payload ~> |items|{"seen": true}|).items.seen`, `[true,true,true]`},
		{`($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(5))`, `120`},
		{`msg.payload.z`, `1`},
		{`"msg.payload"`, `"msg.payload"`},
		{`$I + 1`, `6`},
		{`$env("HOME_TOWN")`, `"Leith"`},
		{`$env("NOT_THERE")`, `""`},
		{`$clone(payload.items[0])`, `{"name":"tea","price":2.5,"n":2}`},
		{`$string($moment("2024-02-29T00:00:00Z"))`, `"\"2024-02-29T00:00:00.000Z\""`},
		{`$moment(0)`, `"1970-01-01T00:00:00.000Z"`},
		{`$moment(0).format("DD")`, `!non-function`},
		{`$distinct([1,1,2])`, `[1,2]`},
		{`$merge([{"a":1},{"b":2}])`, `{"a":1,"b":2}`},
		{`$fromMillis(0)`, `"1970-01-01T00:00:00.000Z"`},
		{`**.price`, `[2.5,1,1.25]`},
		{`payload.items.%.msisdn[0]`, `"447700900000"`},
		{`payload.items.(%.text)[0]`, `"Hello World"`},
		{`$error("no")`, `!no`},
		{`$zip([1,2],[3,4])`, `[[1,3],[2,4]]`},
		{`$formatNumber(1234.5, "#,##0.00")`, `"1,234.50"`},
		{`$eval("1+2")`, `3`},
		{`$single(payload.items, function($v) { $v.n = 4 }).name`, `"bun"`},
		{`$spread({"a":1,"b":2})`, `[{"a":1},{"b":2}]`},
		{`payload.items#$n[price < 2].{"n": $n}`, `[{"n":1},{"n":2}]`},
	} {
		f, err := node.JSONata(tt.expr)
		if err != nil {
			t.Errorf("%s: %v", tt.expr, err)
			continue
		}
		m, err := msg.DecodeObject([]byte(order))
		if err != nil {
			t.Fatal(err)
		}
		before := m.String()
		got, err := f(node.JSONataInput{Msg: m, Vars: map[string]any{"I": 5.0}, Env: func(name string) (any, bool) { return "Leith", name == "HOME_TOWN" }})
		shown := string(msg.Encode(got))
		if got == msg.Undefined {
			shown = "undefined"
		}
		if err != nil {
			shown = "!" + err.Error()
		}
		if want, fails := strings.CutPrefix(tt.want, "!"); fails && err == nil || !fails && shown != tt.want || fails && !strings.Contains(shown, want) {
			t.Errorf("%s = %s, want %s", tt.expr, shown, tt.want)
		}
		if m.String() != before {
			t.Errorf("%s changed the message to %s", tt.expr, m)
		}
	}
}

func BenchmarkJSONata(b *testing.B) {
	for name, expr := range map[string]string{
		"path": "payload.items[0].name", "map": `payload.items.(price * n)`, "text": `"Hi " & payload.text & "!"`,
	} {
		b.Run(name, func(b *testing.B) {
			f, err := node.JSONata(expr)
			if err != nil {
				b.Fatal(err)
			}
			m, _ := msg.DecodeObject([]byte(order))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f(node.JSONataInput{Msg: m}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
