package msg

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestFrom(t *testing.T) {
	type inner struct {
		Z int `json:"z"`
	}
	type embedded struct{ Shown, Hidden string }
	list := NewList(1)
	o := Of("a", 1)
	three := 3
	for _, c := range []struct {
		in   any
		want string
	}{
		{map[string]any{"b": 1, "a": []any{nil, "x", map[string]any{}}, "c": int64(5)}, `{"a":[null,"x",{}],"b":1,"c":5}`},
		{map[string]string{"k": "v"}, `{"k":"v"}`}, {map[int]bool{10: true, 9: false}, `{"9":false,"10":true}`},
		{[]string{"a", "b"}, `["a","b"]`}, {[2]int{1, 2}, `[1,2]`}, {[]byte("a"), `{"type":"Buffer","data":[97]}`},
		{json.RawMessage(`{"b":[1],"a":2}`), `{"b":[1],"a":2}`}, {json.Number("84901234567"), `84901234567`},
		{time.UnixMilli(0), `"1970-01-01T00:00:00.000Z"`}, {time.Second, `1000000000`},
		{broken{}, `"broken"`}, {&three, `3`}, {(*int)(nil), `null`}, {nil, `null`},
		{uint8(7), `7`}, {float32(1.5), `1.5`}, {complex(1, 2), `"(1+2i)"`}, {list, `[1]`}, {o, `{"a":1}`}, {socket("x"), `{"handle":"x"}`},
		{struct {
			B     string `json:"b"`
			A     int    `json:"a,omitempty"`
			No    string `json:"-"`
			Plain bool
			I     inner `json:"i"`
			P     *inner
			S     []int     `json:"s,omitempty"`
			T     time.Time `json:"t,omitzero"`
			embedded
			Hidden int
			secret string
		}{B: "x", embedded: embedded{"shown", "hidden"}, Hidden: 4, secret: "s"},
			`{"b":"x","Plain":false,"i":{"z":0},"P":null,"Hidden":4,"Shown":"shown"}`},
	} {
		if got := string(Encode(From(c.in))); got != c.want {
			t.Errorf("%#v: got %s, want %s", c.in, got, c.want)
		}
	}
	if From(o) != any(o) || From(list) != any(list) {
		t.Error("message values were copied")
	}
	type ring struct{ Next *ring }
	r := &ring{}
	r.Next = r
	if got := string(Encode(From(r))); !strings.HasPrefix(got, `{"Next":{"Next":`) || !strings.Contains(got, "null") {
		t.Errorf("a ring became %.50s", got)
	}
}

func TestPlain(t *testing.T) {
	o := mustDecode(t, `{"a":[1,{"b":null}],"s":"x"}`)
	o.Set("u", Undefined)
	o.Set("d", Date(1000))
	o.Set("h", socket("x"))
	o.Set("req", NewShared(func() *Object { return Of("p", 1) }))
	o.Set("self", o)
	got := fmt.Sprintf("%v", Plain(o))
	want := "map[a:[1 map[b:<nil>]] d:1970-01-01 00:00:01 +0000 UTC h:x req:map[p:1] s:x self:<nil> u:<nil>]"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if m := Plain(o).(map[string]any); m["d"] != time.Unix(1, 0).UTC() {
		t.Errorf("got %#v", m["d"])
	}
}

type broken struct{}

func (broken) Error() string { return "broken" }
