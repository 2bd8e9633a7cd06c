package network

import (
	"fmt"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
)

// What Node-RED's server (express 4.22, qs 6.15) makes of a query.
func TestParseQuery(t *testing.T) {
	for _, c := range []struct{ query, want string }{
		{``, `{}`},
		{`a=1&b=two%20words&c=x&c=y&d[k]=v`, `{"a":"1","b":"two words","c":["x","y"],"d":{"k":"v"}}`},
		{`d=`, `{"d":""}`},
		{`d`, `{"d":""}`},
		{`a=b=c`, `{"a":"b=c"}`},
		{`&&a=1&`, `{"a":"1"}`},
		{`=1`, `{}`},
		{`a+b=c+d`, `{"a b":"c d"}`},
		{`a=%zz`, `{"a":"%zz"}`},
		{`a=%C3%A9%FF`, `{"a":"%C3%A9%FF"}`},
		{`a=é`, `{"a":"é"}`},
		{`a=1,2`, `{"a":"1,2"}`},
		{`a;b=1`, `{"a;b":"1"}`},
		{`2=x&1=y`, `{"1":"y","2":"x"}`},
		{`a&a`, `{"a":["",""]}`},
		{`a[]=1`, `{"a":["1"]}`},
		{`a[]=1&a[]=2`, `{"a":["1","2"]}`},
		{`a[]`, `{"a":[""]}`},
		{`a=1&a[]=2`, `{"a":["1","2"]}`},
		{`a[]=2&a=1`, `{"a":["2","1"]}`},
		{`a[1]=x&a[0]=y`, `{"a":["y","x"]}`},
		{`a[5]=x`, `{"a":["x"]}`},
		{`a[19]=x`, `{"a":["x"]}`},
		{`a[20]=x`, `{"a":["x"]}`},
		{`a[01]=x`, `{"a":{"01":"x"}}`},
		{`a[-1]=x`, `{"a":{"-1":"x"}}`},
		{`a[0]=1&a=2`, `{"a":["1","2"]}`},
		{`a[0]=1&a[]=2`, `{"a":["1","2"]}`},
		{`a[0]=1&a[0]=2`, `{"a":[["1","2"]]}`},
		{`a[]=1&a[0]=2&a[1]=3`, `{"a":["1","2","3"]}`},
		{`a[1]=b&a[15]=c`, `{"a":["b","c"]}`},
		{`a[1000]=1&a[]=2`, `{"a":{"0":"2","1000":"1"}}`},
		{`a[b]=1&a[b]=2`, `{"a":{"b":["1","2"]}}`},
		{`a[b][]=1&a[b][]=2`, `{"a":{"b":["1","2"]}}`},
		{`a=1&a[b]=2`, `{"a":["1",{"b":"2"}]}`},
		{`a[b]=2&a=1`, `{"a":[{"b":"2"},"1"]}`},
		{`a[]=1&a[b]=2`, `{"a":{"0":"1","b":"2"}}`},
		{`a[b]=1&a[]=2`, `{"a":{"0":"2","b":"1"}}`},
		{`a[0]=x&a[k]=y`, `{"a":{"0":"x","k":"y"}}`},
		{`a[0][b]=1&a[0][c]=2&a[1][b]=3`, `{"a":[{"b":"1","c":"2"},{"b":"3"}]}`},
		{`a[][b]=1&a[][b]=2`, `{"a":[{"b":["1","2"]}]}`},
		{`a[][b]=1&a[][c]=2`, `{"a":[{"b":"1","c":"2"}]}`},
		{`a[x]=1&a[x][y]=2`, `{"a":{"x":["1",{"y":"2"}]}}`},
		{`a[0][]=1`, `{"a":[["1"]]}`},
		{`a[][]=1&a[][]=2`, `{"a":["1","2"]}`},
		{`a[b][c][d][e][f][g][h]=1`, `{"a":{"b":{"c":{"d":{"e":{"f":{"[g][h]":"1"}}}}}}}`},
		{`%61%5Bb%5d=1`, `{"a":{"b":"1"}}`},
		{`[]=1`, `{"0":"1"}`},
		{`[b]=1`, `{"b":"1"}`},
		{`a[b=1`, `{"a":{"[b":"1"}}`},
		{`a]b=1`, `{"a]b":"1"}`},
		{`a[b]c=1`, `{"a":{"b":"1"}}`},
		{`a[b]c[d]=1`, `{"a":{"b":{"d":"1"}}}`},
		{`a[]]=x`, `{"a":["x"]}`},
		{`a.b=c`, `{"a.b":"c"}`},
		{`__proto__=1`, `{}`},
		{`__proto__[x]=1`, `{}`},
		{`a[__proto__]=1`, `{"a":{}}`},
		{`toString=1`, `{"toString":"1"}`},
	} {
		o, err := parseQuery(c.query, urlLimits)
		if err != nil {
			t.Errorf("%s: %v", c.query, err)
			continue
		}
		if got := string(msg.Encode(o)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.query, got, c.want)
		}
	}
}

func TestQueryLimits(t *testing.T) {
	repeat := func(form string, n int) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = strings.ReplaceAll(form, "#", fmt.Sprint(i))
		}
		return strings.Join(parts, "&")
	}
	for _, c := range []struct {
		name, raw string
		limits    queryLimits
		path      string
		want      any
		err       error
	}{
		{"900 of a name are a list", repeat("a=#", 900), urlLimits, "a[899]", "899", nil},
		{"so are 900 with []", repeat("a[]=#", 900), urlLimits, "a[899]", "899", nil},
		{"an index of 999", "a[999]=x", urlLimits, "a[0]", "x", nil},
		{"one of 1000 makes an object", "a[1000]=x", urlLimits, `a["1000"]`, "x", nil},
		{"1000 pairs of a query", repeat("k#=1", 1005), urlLimits, "k999", "1", nil},
		{"the next is cut off", repeat("k#=1", 1005), urlLimits, "k1000", nil, nil},
		{"a form of 1000", repeat("k#=1", 1000), formLimits, "k999", "1", nil},
		{"a form of 1001", repeat("k#=1", 1001), formLimits, "", nil, errTooManyPairs},
		{"a list as long as the form", repeat("a[]=#", 900), formLimits, "a[899]", "899", nil},
		{"a form 32 deep", "a" + strings.Repeat("[b]", 32) + "=1", formLimits, "a" + strings.Repeat(".b", 32), "1", nil},
		{"a form 33 deep", "a" + strings.Repeat("[b]", 33) + "=1", formLimits, "", nil, errTooDeep},
	} {
		o, err := parseQuery(c.raw, c.limits)
		if err != c.err {
			t.Errorf("%s: error %v, want %v", c.name, err, c.err)
			continue
		}
		if err == nil && o.Path(c.path) != c.want {
			t.Errorf("%s: %s is %v, want %v", c.name, c.path, o.Path(c.path), c.want)
		}
	}
	o, _ := parseQuery("a[1000]=x", urlLimits)
	if _, isList := o.Get("a").(*msg.List); isList {
		t.Error("an index of 1000 is still in a list")
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"a=1", "a[]=1&a[b]=2", "a[0][1]=x&a[1]=y&a=z", "[]=1&[]=2", "a%5B", "a[[b]]=1", "&=&[=]&]=["} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		for _, l := range []queryLimits{urlLimits, formLimits} {
			if o, err := parseQuery(raw, l); err == nil {
				if _, err := msg.Decode(msg.Encode(o)); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
