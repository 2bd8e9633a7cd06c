package function

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestTrigger(t *testing.T) {
	for _, c := range []struct {
		name, config string
		until        int
		steps        []step
		want         string
	}{
		{"one, then another", `{"op1":"1","op2":"0","op1type":"str","op2type":"str","duration":"250"}`, 600,
			[]step{{0, `{"payload":"x","topic":"t"}`}, {100, `{"payload":"y"}`}, {300, `{"payload":"z"}`}}, `
			0 0 {"payload":"1","topic":"t"}
			250 0 {"payload":"0","topic":"t"}
			300 0 {"payload":"1"}
			550 0 {"payload":"0"}`},
		{"defaults of old files", `{"op1type":"val","op2type":"val","units":"ms"}`, 600, []step{{0, `{"payload":"x"}`}}, `
			0 0 {"payload":"1"}
			250 0 {"payload":"0"}`},
		{"val", `{"op1":"true","op2":"null","op1type":"val","op2type":"val","duration":"50"}`, 100, []step{{0, `{"payload":"x"}`}}, `
			0 0 {"payload":true}
			50 0 {"payload":null}`},
		{"num, JSON", `{"op1":"10","op2":"{\"a\":[1]}","op1type":"num","op2type":"json","duration":"0.1","units":"s"}`, 200, []step{{0, `{"payload":"x"}`}}, `
			0 0 {"payload":10}
			100 0 {"payload":{"a":[1]}}`},
		{"nothing, nothing", `{"op1type":"nul","op2type":"nul","duration":"50"}`, 100, []step{{0, `{"payload":"x"}`}}, ``},
		{"as it is, and the first", `{"op1type":"pay","op2type":"pay","duration":"50"}`, 200, []step{{0, `{"payload":{"a":1}}`}, {20, `{"payload":2}`}}, `
			0 0 {"payload":{"a":1}}
			50 0 {"payload":{"a":1}}`},
		{"the latest", `{"op1type":"nul","op2type":"payl","duration":"50"}`, 200, []step{{0, `{"payload":1,"n":1}`}, {20, `{"payload":2,"n":2}`}}, `50 0 {"payload":2,"n":2}`},
		{"mustache", `{"op1":"{{topic}} <{{payload.a}}>","op2":"{{topic}}!","op1type":"str","op2type":"str","duration":"50"}`, 100, []step{{0, `{"payload":{"a":"&"},"topic":"T"}`}}, `
			0 0 {"payload":"T <&amp;>","topic":"T"}
			50 0 {"payload":"T!","topic":"T"}`},
		{"second output", `{"op1":"1","op2":"0","op1type":"str","op2type":"str","duration":"50","outputs":2}`, 100, []step{{0, `{"payload":"x"}`}}, `
			0 0 {"payload":"1"}
			50 1 {"payload":"0"}`},

		{"extend", `{"op1":"1","op2":"0","op1type":"str","op2type":"str","duration":"100","extend":true}`, 400,
			[]step{{0, `{"payload":"a","n":1}`}, {80, `{"payload":"b","n":2}`}, {160, `{"payload":"c","n":3}`}}, `
			0 0 {"payload":"1","n":1}
			260 0 {"payload":"0","n":3}`},
		{"extend: first", `{"op1type":"nul","op2type":"pay","duration":"100","extend":"true"}`, 400,
			[]step{{0, `{"payload":"a","n":1}`}, {80, `{"payload":"b","n":2}`}}, `180 0 {"payload":"a","n":2}`},
		{"extend: latest", `{"op1type":"nul","op2type":"payl","duration":"100","extend":"true"}`, 400,
			[]step{{0, `{"payload":"a","n":1}`}, {80, `{"payload":"b","n":2}`}}, `180 0 {"payload":"b","n":2}`},

		{"reset", `{"op1":"1","op2":"0","op1type":"str","op2type":"str","duration":"100"}`, 400,
			[]step{{0, `{"payload":"a"}`}, {50, `{"reset":false}`}, {60, `{"payload":"b"}`}}, `
			0 0 {"payload":"1"}
			60 0 {"payload":"1"}
			160 0 {"payload":"0"}`},
		{"reset by payload", `{"op1":"1","op2":"0","op1type":"str","op2type":"str","duration":"100","reset":"5"}`, 400,
			[]step{{0, `{"payload":"a"}`}, {50, `{"payload":5}`}}, `0 0 {"payload":"1"}`},
		{"until reset", `{"op1":"1","op2type":"nul","op1type":"str","duration":"0"}`, 400,
			[]step{{0, `{"payload":"a"}`}, {50, `{"payload":"b"}`}, {60, `{"reset":1}`}, {70, `{"payload":"c"}`}}, `
			0 0 {"payload":"1"}
			70 0 {"payload":"1"}`},

		{"topics", `{"op1":"on","op2":"off","op1type":"str","op2type":"str","duration":"100","bytopic":"topic","topic":"dev.id"}`, 400,
			[]step{{0, `{"dev":{"id":1}}`}, {10, `{"dev":{"id":2}}`}, {20, `{"dev":{"id":1}}`}, {30, `{"dev":{"id":2},"reset":1}`}, {40, `{"payload":1}`}}, `
			0 0 {"dev":{"id":1},"payload":"on"}
			10 0 {"dev":{"id":2},"payload":"on"}
			40 error TypeError: Cannot read properties of undefined (reading 'id')
			100 0 {"dev":{"id":1},"payload":"off"}`},

		{"msg.delay", `{"op1":"1","op2":"0","op1type":"str","op2type":"str","duration":"1000","overrideDelay":true}`, 1500,
			[]step{{0, `{"delay":"60"}`}, {100, `{"delay":"x"}`}}, `
			0 0 {"delay":"60","payload":"1"}
			60 0 {"delay":"60","payload":"0"}
			100 0 {"delay":"x","payload":"1"}
			1100 0 {"delay":"x","payload":"0"}`},
		{"msg.delay is not allowed", `{"op1":"1","op2":"0","op1type":"str","op2type":"str","duration":"100"}`, 300,
			[]step{{0, `{"delay":10}`}}, `
			0 0 {"delay":10,"payload":"1"}
			100 0 {"delay":10,"payload":"0"}`},

		{"again and again", `{"op1":"x","op1type":"str","op2type":"nul","duration":"-100"}`, 480,
			[]step{{0, `{"payload":"a","n":1}`}, {250, `{"payload":"b","n":2}`}, {460, `{"reset":1}`}}, `
			0 0 {"payload":"x","n":1}
			100 0 {"payload":"x","n":1}
			200 0 {"payload":"x","n":1}
			250 0 {"payload":"x","n":2}
			350 0 {"payload":"x","n":2}
			450 0 {"payload":"x","n":2}`},
		{"nothing again and again", `{"op1type":"nul","op2type":"str","op2":"0","duration":"-100"}`, 480, []step{{0, `{"payload":"a"}`}}, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got, n := play(t, "trigger", c.config, c.until, c.steps...)
				wantLines(t, got, c.want)
				if errs := n.Errors(); len(errs) > 0 {
					t.Errorf("errors %v", errs)
				}
			})
		})
	}
}

// Values that stand elsewhere are read when they are sent, but for those of
// the message.
func TestTriggerContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "trigger", `{"op1":"a","op1type":"flow","op2":"b","op2type":"global","duration":"100"}`,
			nodetest.FlowValue("a", `1`), nodetest.GlobalValue("b", `2`))
		if err := n.Send(`{}`); err != nil {
			t.Fatal(err)
		}
		put(t, n.Global, "b", 3)
		time.Sleep(time.Second)
		synctest.Wait()
		n.Sent().Want(t, `[[{"payload":1},{"payload":3}]]`)
	})
}

func TestTriggerTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "trigger", `{"op1":"1","op1type":"date","op2":"0","op2type":"date","duration":"100"}`)
		if err := n.Send(`{}`); err != nil {
			t.Fatal(err)
		}
		now := time.Now().UnixMilli()
		time.Sleep(time.Second)
		synctest.Wait()
		n.Sent().Want(t, fmt.Sprintf(`[[{"payload":%d},{"payload":%d}]]`, now, now+100))
	})
}

// A message is complete when it has come; its topics show.
func TestTriggerDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "trigger", `{"op1":"1","op1type":"str","op2":"0","op2type":"str","duration":"100","bytopic":"topic"}`)
		if err := n.Send(`{"topic":"a"}`, `{"topic":"b"}`, `{"topic":"b"}`); err != nil {
			t.Fatal(err)
		}
		if n.Done() != 2 {
			t.Errorf("%d done, want 2", n.Done())
		}
		time.Sleep(time.Second)
		synctest.Wait()
		var got []string
		for _, s := range n.Statuses() {
			got = append(got, strings.TrimSpace(s.Fill+" "+s.Shape+" "+s.Text))
		}
		if want := []string{"blue dot", "blue dot 2", "blue dot", ""}; fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
			t.Errorf("statuses %q, want %q", got, want)
		}
	})
}

func TestTriggerClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "trigger", `{"op1":"1","op1type":"str","op2":"0","op2type":"str","duration":"-100"}`)
		if err := n.Send(`{}`); err != nil {
			t.Fatal(err)
		}
		n.Close()
		time.Sleep(time.Hour)
		synctest.Wait()
		n.Sent().Want(t, `[[{"payload":"1"}]]`)
	})
}

func TestTriggerConfig(t *testing.T) {
	for config, want := range map[string]string{
		`{"op1":"{{#a}}","op1type":"str"}`: "op1: ",
		`{"op2":"ten","op2type":"num"}`:    `op2: "ten" is not a number`,
		`{"op2":"{","op2type":"json"}`:     "op2: ",
		`{}`:                               "",
	} {
		got := strings.Join(nodetest.Check(t, "trigger", config), "; ")
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%s: problems %q, want %q", config, got, want)
		}
	}
}
