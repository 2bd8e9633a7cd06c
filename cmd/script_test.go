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
	"syscall"
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
	"stop":       stop,
}

// patience bounds every wait for something that comes of its own.
const patience = time.Minute

// server serve|run ARGS…: starts flowrill; sets $URL, and $TOKEN of serve.
func server(ts *testscript.TestScript, _ bool, args []string) {
	path, err := exec.LookPath("flowrill")
	ts.Check(err)
	c := exec.Command(path, append([]string{args[0], "--addr", "127.0.0.1:0", "--data", ts.MkAbs("data")}, args[1:]...)...)
	c.Dir, c.Env = ts.MkAbs("."), []string{"PATH=" + ts.Getenv("PATH"), "HOME=" + ts.MkAbs(".")}
	p := &process{cmd: c, ready: make(chan []string, 1)}
	c.Stdout, c.Stderr = p, p
	ts.Check(c.Start())
	servers.Store(ts.MkAbs("."), p)
	ts.Defer(func() { _ = p.stop() })
	ended := make(chan struct{})
	go func() { p.err = c.Wait(); close(ended) }()
	p.ended = ended
	select {
	case found := <-p.ready:
		ts.Setenv("URL", found[1])
		ts.Setenv("TOKEN", found[2])
	case <-ended:
		ts.Fatalf("%s ended: %v\n%s", args[0], p.err, p)
	case <-time.After(patience):
		ts.Fatalf("%s tells no address:\n%s", args[0], p)
	}
}

// process is a flowrill that runs, and what it has printed.
type process struct {
	cmd   *exec.Cmd
	ready chan []string // the match of address, once
	ended <-chan struct{}
	addr  string
	err   error // of the exit, once ended

	mu   sync.Mutex
	text bytes.Buffer
	told bool
}

var address = regexp.MustCompile(`(http://[\w.:]+)(?:/#token=(\w+)|[\s"])`)

func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text.Write(b)
	if m := address.FindStringSubmatch(p.text.String()); m != nil && !p.told {
		p.told = true
		p.ready <- m
	}
	return len(b), nil
}

func (p *process) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// stop ends the process as a service manager does.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	<-p.ended
	return p.err
}

// stop: ends the server, which must exit with 0, and prints what it said.
func stop(ts *testscript.TestScript, _ bool, _ []string) {
	p, ok := servers.Load(ts.MkAbs("."))
	if !ok {
		ts.Fatalf("no server runs")
	}
	ts.Check(p.(*process).stop())
	fmt.Fprint(ts.Stdout(), p)
}

var servers sync.Map // by working directory

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
		if re.MatchString(log.(*process).String()) {
			return
		}
	}
	ts.Fatalf("no %q in the log:\n%s", args[0], log)
}
