package function

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// ending waits for the commands of an exec node to end.
func ending(n *nodetest.Node) nodetest.Sent {
	nodetest.Of[Exec](n).work.Wait()
	return n.Sent()
}

func TestExec(t *testing.T) {
	for _, c := range []struct{ name, config, in, want string }{
		{"payload", `{"command":"echo","addpay":"payload"}`, `{"payload":"hello","topic":"t"}`,
			`[[{"topic":"t","payload":"hello\n","rc":{"code":0}}],[],[{"topic":"t","payload":{"code":0}}]]`},
		{"old file", `{"command":"echo -n"}`, `{"payload":5}`, `[[{"payload":"5","rc":{"code":0}}],[],[{"payload":{"code":0}}]]`},
		{"a property, and more", `{"command":" echo ","addpay":"a.b","append":" c "}`, `{"a":{"b":[1,2]}}`,
			`[[{"a":{"b":[1,2]},"payload":"1,2 c\n","rc":{"code":0}}],[],[{"a":{"b":[1,2]},"payload":{"code":0}}]]`},
		{"no property", `{"command":"echo","addpay":false}`, `{"payload":1}`, `[[{"payload":"\n","rc":{"code":0}}],[],[{"payload":{"code":0}}]]`},
		{"fails", `{"command":"echo out; echo err >&2; exit 3","addpay":""}`, `{}`,
			`[[{"payload":"out\n","rc":{"code":3,"message":"Command failed: echo out; echo err >&2; exit 3\nerr\n"}}],` +
				`[{"payload":"err\n","rc":{"code":3,"message":"Command failed: echo out; echo err >&2; exit 3\nerr\n"}}],` +
				`[{"payload":{"code":3,"message":"Command failed: echo out; echo err >&2; exit 3\nerr\n"}}]]`},
		{"no text", `{"command":"printf '\\377'","addpay":""}`, `{}`, `[[{"payload":{"type":"Buffer","data":[255]},"rc":{"code":0}}],[],[{"payload":{"code":0}}]]`},
		{"old return codes", `{"command":"true","addpay":"","oldrc":"true"}`, `{}`, `[[{"payload":""}],[],[]]`},
		{"time limit", `{"command":"sleep 60 | cat","addpay":"","timer":"0.1"}`, `{}`,
			`[[{"payload":"","rc":{"code":null,"message":"Command failed: sleep 60 | cat\n","signal":"SIGTERM"}}],[],[{"payload":{"code":null,"message":"Command failed: sleep 60 | cat\n","signal":"SIGTERM"}}]]`},

		{"spawn", `{"command":"echo","addpay":"payload","useSpawn":"true"}`, `{"payload":"a $HOME; b","topic":"t"}`,
			`[[{"payload":"a $HOME; b\n","topic":"t"}],[],[{"payload":{"code":0},"topic":"t"}]]`},
		{"spawn: quotes", `{"command":"printf \"%s|\" \"a b\" c=\"d e\"","addpay":"","useSpawn":"true"}`, `{}`, `[[{"payload":"a b|c=\"d e\"|"}],[],[{"payload":{"code":0}}]]`},
		{"spawn: fails", `{"command":"sh -c \"echo x >&2; exit 2\"","addpay":"","useSpawn":"true"}`, `{}`, `[[],[{"payload":"x\n"}],[{"payload":{"code":2}}]]`},
		{"spawn: not there", `{"command":"/no/such","addpay":"","useSpawn":"true"}`, `{}`, `[[],[],[{"payload":{"code":-2}}]]`},
		{"spawn: not in the path", `{"command":"no-such-command","addpay":"","useSpawn":"true"}`, `{}`, `[[],[],[{"payload":{"code":-2}}]]`},
		{"spawn: in parts", `{"command":"sh -c \"printf a; printf b\"","addpay":"","useSpawn":"true"}`, `{}`, `[[{"payload":"ab"}],[],[{"payload":{"code":0}}]]`},
		{"spawn: old return codes", `{"command":"false","addpay":"","useSpawn":"true","oldrc":true}`, `{}`, `[[],[],[{"payload":1}]]`},
		{"spawn: time limit", `{"command":"sleep 60","addpay":"","useSpawn":"true","timer":"0.1"}`, `{}`, `[[],[],[{"payload":{"code":null,"signal":"SIGTERM"}}]]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "exec", c.config)
			if err := n.Send(c.in); err != nil {
				t.Fatal(err)
			}
			ending(n).Want(t, c.want)
			if errs := n.Errors(); len(errs) > 0 {
				t.Errorf("errors %v", errs)
			}
		})
	}
}

func TestExecStatus(t *testing.T) {
	for config, want := range map[string]string{
		`{"command":"true","addpay":""}`:                                   "",
		`{"command":"exit 4","addpay":""}`:                                 "red dot error:4",
		`{"command":"kill -9 $$","addpay":""}`:                             "red dot killed",
		`{"command":"true","addpay":"","useSpawn":"true"}`:                 "yellow dot rc:0",
		`{"command":"/no/such","addpay":"","useSpawn":"true"}`:             "red dot rc:-2",
		`{"command":"sh -c \"kill -9 $$\"","addpay":"","useSpawn":"true"}`: "red dot killed",
	} {
		n := nodetest.New(t, "exec", config)
		if err := n.Send(`{}`); err != nil {
			t.Fatal(err)
		}
		ending(n)
		all := n.Statuses()
		if first := all[0]; len(all) > 1 && (first.Fill != "blue" || !strings.HasPrefix(first.Text, "pid:")) {
			t.Errorf("%s: status %v", config, first)
		}
		last := all[len(all)-1]
		if got := strings.TrimSpace(last.Fill + " " + last.Shape + " " + last.Text); got != want {
			t.Errorf("%s: status %q, want %q", config, got, want)
		}
	}
}

func TestExecKill(t *testing.T) {
	n := nodetest.New(t, "exec", `{"command":"sleep","addpay":"payload"}`)
	if err := n.Send(`{"kill":"SIGTERM"}`, `{"payload":61}`, `{"payload":62}`, `{"kill":"SIGTERM"}`); err != nil { // which of two is not said
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Sscanf(n.Statuses()[0].Text, "pid:%d", &pid); err != nil {
		t.Fatal(err)
	}
	for _, m := range []string{fmt.Sprintf(`{"kill":"sigint","pid":"%d"}`, pid), `{"kill":true,"pid":1}`} {
		if err := n.Send(m); err != nil {
			t.Fatal(err)
		}
	}
	for e := nodetest.Of[Exec](n); ; { // the first has ended
		e.mu.Lock()
		left := len(e.runs)
		e.mu.Unlock()
		if left == 1 {
			break
		}
	}
	if err := n.Send(`{"kill":"rubbish"}`); err != nil {
		t.Fatal(err)
	}
	var signals []string
	for _, m := range ending(n).Port(2) {
		signals = append(signals, fmt.Sprint(m.Path("payload.signal")))
	}
	if got := strings.Join(signals, " "); got != "SIGINT SIGTERM" {
		t.Errorf("signals %s", got)
	}
}

// A command that writes without end is ended, and so is what it started.
func TestExecFlood(t *testing.T) {
	n := nodetest.New(t, "exec", `{"command":"yes | cat","addpay":""}`)
	if err := n.Send(`{}`); err != nil {
		t.Fatal(err)
	}
	sent := ending(n)
	if got := len(sent.Port(0)[0].Get("payload").(string)); got != maxOutput {
		t.Errorf("%d bytes", got)
	}
	if got, want := sent.Port(2)[0].Get("payload"), `{"code":"ERR_CHILD_PROCESS_STDIO_MAXBUFFER","message":"stdout maxBuffer length exceeded"}`; string(msg.Encode(got)) != want {
		t.Errorf("got %s, want %s", msg.Encode(got), want)
	}
}

// No command outlives its node, not even one that does not listen.
func TestExecClose(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	n := nodetest.New(t, "exec", `{"command":"trap '' TERM; sleep 63 & echo $! > `+file+`; wait","addpay":"","useSpawn":"false"}`)
	if err := n.Send(`{}`); err != nil {
		t.Fatal(err)
	}
	var child int
	for begin := time.Now(); child == 0 && time.Since(begin) < 5*time.Second; {
		if data, err := os.ReadFile(file); err == nil {
			_, _ = fmt.Sscan(string(data), &child)
		}
	}
	n.Close()
	for begin := time.Now(); child == 0 || !dead(child); { // the system takes its time
		if time.Since(begin) > 5*time.Second {
			t.Fatalf("child %d lives", child)
		}
	}
}

// dead tells whether a process is gone, or waits for nothing but to be asked
// how it ended.
func dead(pid int) bool {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(data), ") Z ")
}

type noExec struct{ node.Allow }

func (noExec) Exec(string) error { return errors.New("--allow exec would allow it") }

func TestExecNotAllowed(t *testing.T) {
	n := nodetest.New(t, "exec", `{"command":"true"}`, nodetest.Env(func(e *node.Env) { e.Allow = noExec{} }))
	if err := n.Send(`{}`); err == nil || err.Error() != "--allow exec would allow it" {
		t.Errorf("error %v", err)
	}
}

func TestExecErrors(t *testing.T) {
	t.Setenv("FLOWRILL_KEY", "secret")
	for _, c := range []struct{ config, in, want string }{
		{`{"command":"","addpay":"","useSpawn":"true"}`, `{}`, "there is no command to run"},
		{`{"command":"echo","addpay":"a.b"}`, `{}`, "TypeError: Cannot read properties of undefined (reading 'b')"},
		{`{"command":"echo"}`, `{"payload":"\u0000"}`, "a command cannot have a zero byte in it"},
		{`{"command":"true","addpay":"payload"}`, `{"payload":"` + strings.Repeat("x", 200_000) + `"}`, "fork/exec /bin/bash: argument list too long"},
	} {
		n := nodetest.New(t, "exec", c.config)
		if err := n.Send(c.in); err == nil || err.Error() != c.want {
			t.Errorf("%s: error %v, want %s", c.config, err, c.want)
		}
	}
	n := nodetest.New(t, "exec", `{"command":"echo ${FLOWRILL_KEY:-hidden}","addpay":""}`)
	if err := n.Send(`{}`); err != nil {
		t.Fatal(err)
	}
	if got := ending(n).Port(0)[0].Get("payload"); got != "hidden\n" {
		t.Errorf("a command sees %q", got)
	}
}
