package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"flowrill": func() { os.Exit(Main(os.Args[1:])) }})
}

// TestScripts runs what testdata says of the command line.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", Cmds: scriptCommands})
}

// TestExamples runs each example's script, which starts the binary, texts it
// and looks at what comes back.
func TestExamples(t *testing.T) {
	dirs, err := filepath.Glob("../examples/*/flow.json")
	if err != nil || len(dirs) == 0 {
		t.Fatal("no examples", err)
	}
	for _, flow := range dirs {
		dir := filepath.Dir(flow)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			if _, err := os.Stat(filepath.Join(dir, "test.txtar")); err != nil {
				t.Fatal("an example nobody runs does not exist: ", err)
			}
			testscript.Run(t, testscript.Params{Files: []string{filepath.Join(dir, "test.txtar")}, Setup: copyFlow(flow), Cmds: scriptCommands})
		})
	}
}

// copyFlow puts the example where the script runs.
func copyFlow(flow string) func(*testscript.Env) error {
	return func(env *testscript.Env) error {
		text, err := os.ReadFile(flow)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(env.WorkDir, "flow.json"), text, 0o644)
	}
}

// scriptCommands are what scripts can say besides testscript's own.
var scriptCommands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"server":     server,
	"request":    request,
	"outbox":     outbox,
	"server-log": serverLog,
}

// patience bounds every wait for something that comes of its own.
const patience = 10 * time.Second

// server FILE: starts flowrill serve; sets $URL and $TOKEN.
func server(ts *testscript.TestScript, _ bool, args []string) {
	path, err := exec.LookPath("flowrill")
	ts.Check(err)
	c := exec.Command(path, append([]string{"serve", "--addr", "127.0.0.1:0", "--data", ts.MkAbs("data")}, args...)...)
	c.Dir, c.Env = ts.MkAbs("."), []string{"PATH=" + ts.Getenv("PATH"), "HOME=" + ts.MkAbs(".")}
	out, err := c.StdoutPipe()
	ts.Check(err)
	log := &lockedBuffer{}
	c.Stderr = log
	ts.Check(c.Start())
	servers.Store(ts.MkAbs("."), log)
	ts.Defer(func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
		servers.Delete(ts.MkAbs("."))
	})
	var seen strings.Builder
	url := regexp.MustCompile(`(http://\S+)/#token=(\w+)`)
	buf := make([]byte, 4096)
	for {
		n, err := out.Read(buf)
		seen.Write(buf[:n])
		if m := url.FindStringSubmatch(seen.String()); m != nil {
			ts.Setenv("URL", m[1])
			ts.Setenv("TOKEN", m[2])
			return
		}
		if err != nil {
			ts.Fatalf("serve ended: %v\n%s%s", err, seen.String(), log)
		}
	}
}

var servers sync.Map // by working directory

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// request METHOD URL [CONTENT-TYPE BODY]: prints status and body.
func request(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 && len(args) != 4 {
		ts.Fatalf("usage: request METHOD URL [CONTENT-TYPE BODY]")
	}
	var body io.Reader
	if len(args) == 4 {
		body = strings.NewReader(args[3])
	}
	r, err := http.NewRequest(args[0], args[1], body)
	ts.Check(err)
	if len(args) == 4 {
		r.Header.Set("Content-Type", args[2])
	}
	status, text := send(ts, r)
	fmt.Fprintf(ts.Stdout(), "%d\n%s\n", status, text)
}

func send(ts *testscript.TestScript, r *http.Request) (int, []byte) {
	if token := ts.Getenv("TOKEN"); strings.Contains(r.URL.Path, "/admin/") {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	client := http.Client{Timeout: patience}
	res, err := client.Do(r)
	ts.Check(err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	ts.Check(err)
	return res.StatusCode, text
}

// outbox N: waits until the simulator was handed N messages, and prints them,
// a line each. More than N is a failure.
func outbox(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	var entries []json.RawMessage
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		r, err := http.NewRequest(http.MethodGet, ts.Getenv("URL")+"/admin/simulator/outbox", nil)
		ts.Check(err)
		status, text := send(ts, r)
		if status != http.StatusOK {
			ts.Fatalf("outbox answers %d: %s", status, text)
		}
		ts.Check(json.Unmarshal(text, &entries))
		if len(entries) >= want || time.Now().After(end) {
			break
		}
	}
	if len(entries) != want {
		ts.Fatalf("%d messages in the outbox, want %d: %s", len(entries), want, entries)
	}
	for _, e := range entries {
		fmt.Fprintf(ts.Stdout(), "%s\n", e)
	}
}

// server-log REGEXP: waits until the server has logged a match.
func serverLog(ts *testscript.TestScript, _ bool, args []string) {
	re, err := regexp.Compile(args[0])
	ts.Check(err)
	log, ok := servers.Load(ts.MkAbs("."))
	if !ok {
		ts.Fatalf("no server runs")
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if re.MatchString(log.(*lockedBuffer).String()) {
			return
		}
	}
	ts.Fatalf("no %q in the log:\n%s", args[0], log)
}
