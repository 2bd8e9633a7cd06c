package function

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

const (
	// maxProcesses is how many commands of one node run at once; one more is an
	// error.
	maxProcesses = 100
	// maxOutput is how much a command may write where its output is kept until
	// it ends; one that writes more is ended, as by Node-RED.
	maxOutput = 10_000_000
	// execGoodbye is how long a command has to end when its node stops, before it
	// is killed.
	execGoodbye = 2 * time.Second
)

var errProcesses = fmt.Errorf("%d commands are running: no more", maxProcesses)

// Exec runs a command of this machine (contract nodes.md, function).
type Exec struct {
	Command string          `prop:"command" label:"Command" placeholder:"df -h" summary:"true"`
	Add     node.TypedValue `prop:"addpay" types:"msg" label:"Then this property" placeholder:"payload" help:"Empty: none. It is not quoted: a shell reads it as it is, so let nobody else write it."`
	Append  string          `prop:"append" label:"Then this text"`
	Spawn   string          `prop:"useSpawn" label:"Output" enum:"false=when the command has ended,true=while the command runs" default:"false"`
	Timer   float64         `prop:"timer" label:"Time limit" unit:"s" min:"0" help:"Empty: none."`
	OldRC   bool            `prop:"oldrc" label:"Return codes as in old versions of Node-RED" advanced:"true"`
	Hide    bool            `prop:"winHide" label:"Hide the window" advanced:"true" help:"On Windows, in Node-RED."`

	env  *node.Env
	mu   sync.Mutex
	runs map[int]*process // by process id
	over bool
	work sync.WaitGroup
}

func init() {
	node.Register[Exec](node.Type{
		Name: "exec", Category: "function", Icon: "terminal", Outputs: []string{"stdout", "stderr", "return code"},
		Help: "Runs a command: with a shell if its output is awaited, directly if it comes while the command runs. What it writes goes through the first two outputs, how it ended through the third.\n\n" +
			"`msg.kill` ends a command with that signal (SIGTERM if it names none): the one with the process id `msg.pid`, or the only one.\n\n" +
			"Commands must be allowed with `--allow exec`. Output that is awaited has at most 10 MB, and 100 commands run at once.\n\n" +
			"Example: `wc -m`, then `payload`.",
	})
}

// Upgrade reads what older files say with yes and no.
func (*Exec) Upgrade(raw *msg.Object) {
	switch add, ok := raw.Lookup("addpay"); {
	case !ok, add == true:
		raw.Set("addpay", "payload")
	case add == false:
		raw.Set("addpay", "")
	}
	if _, ok := raw.Get("useSpawn").(bool); ok {
		raw.Set("useSpawn", "false")
	}
}

// Advise asks whether commands may run at all.
func (e *Exec) Advise(h node.Host, notice func(a node.Advice, property, text string)) {
	if err := h.Allow.Exec(e.Command); err != nil {
		notice(node.NotAllowed, "command", err.Error())
	}
}

// Open keeps what Receive needs.
func (e *Exec) Open(_ context.Context, env *node.Env) error {
	e.env, e.runs = env, make(map[int]*process)
	return nil
}

// Close ends the commands that run.
func (e *Exec) Close() error {
	e.mu.Lock()
	e.over = true
	for _, p := range e.runs {
		p.signal(syscall.SIGTERM)
	}
	e.mu.Unlock()
	hard := time.AfterFunc(execGoodbye, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		for _, p := range e.runs {
			p.signal(syscall.SIGKILL)
			p.abandon()
		}
	})
	defer hard.Stop()
	e.work.Wait()
	return nil
}

// Receive runs the command, or ends one.
func (e *Exec) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	if m.Has("kill") {
		e.kill(m, out)
		return nil
	}
	line, err := e.line(m)
	if err != nil {
		return err
	}
	if e.env.Allow != nil {
		if err := e.env.Allow.Exec(line); err != nil {
			return err
		}
	}
	p := &process{node: e, line: line, m: m, args: []string{shell(), "-c", line}}
	if e.Spawn == "true" {
		if p.args = arguments(line); p.args == nil {
			return errors.New("there is no command to run")
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.over || len(e.runs) >= maxProcesses {
		return errProcesses
	}
	err = p.start()
	if code := startCode(err); e.Spawn == "true" && code != 0 {
		p.ended(out, result{code: code})
		return nil
	}
	if err != nil {
		return err
	}
	out.Status(node.Status{Fill: "blue", Shape: "dot", Text: fmt.Sprintf("pid:%d", p.cmd.Process.Pid)})
	e.runs[p.cmd.Process.Pid] = p
	if e.Timer > 0 {
		p.limit = time.AfterFunc(span(e.Timer, time.Second), func() { p.signal(syscall.SIGTERM) })
	}
	late := out.Later()
	e.work.Go(func() { p.run(late) })
	return nil
}

// line is the whole command.
func (e *Exec) line(m *msg.Object) (string, error) {
	line := strings.TrimSpace(e.Command)
	if e.Add.IsSet() {
		v, err := e.Add.Value(m)
		if err != nil {
			return "", typeError(err)
		}
		if v != msg.Undefined {
			line += " " + msg.Text(v)
		}
	}
	if more := strings.TrimSpace(e.Append); more != "" {
		line += " " + more
	}
	if strings.ContainsRune(line, 0) {
		return "", errors.New("a command cannot have a zero byte in it")
	}
	return line, nil
}

func shell() string {
	if _, err := os.Stat("/bin/bash"); err == nil {
		return "/bin/bash"
	}
	return "/bin/sh"
}

var argument = regexp.MustCompile(`(?:[^\s"]+|"[^"]*")+`)

// arguments splits a line at blanks that are not in quotes. Quotes around all
// of an argument are taken off.
func arguments(line string) []string {
	args := argument.FindAllString(line, -1)
	for i, a := range args {
		if len(a) > 1 && a[0] == '"' && a[len(a)-1] == '"' {
			args[i] = a[1 : len(a)-1]
		}
	}
	return args
}

// startCode is the return code of a command that is not there, as Node-RED
// tells it; 0 for any other error.
func startCode(err error) int {
	if errors.Is(err, exec.ErrNotFound) {
		return -int(syscall.ENOENT)
	}
	for _, e := range []syscall.Errno{syscall.ENOENT, syscall.EACCES} {
		if errors.Is(err, e) {
			return -int(e)
		}
	}
	return 0
}

// kill sends a signal to the command that m names, or to the only one.
func (e *Exec) kill(m *msg.Object, out node.Out) {
	name, _ := m.Get("kill").(string)
	sig := unix.SignalNum(strings.ToUpper(name))
	if sig == 0 {
		sig = syscall.SIGTERM
		m.Set("kill", "SIGTERM")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	var p *process
	if pid, ok := m.Lookup("pid"); ok {
		p = e.runs[int(msg.Number(pid))]
	} else if len(e.runs) == 1 {
		for _, p = range e.runs {
		}
	}
	if p != nil {
		p.signal(sig)
		out.Status(node.Status{Fill: "red", Shape: "dot", Text: "killed"})
	}
}

// forget is told that a command has ended.
func (e *Exec) forget(p *process) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.runs, p.cmd.Process.Pid)
	if p.limit != nil {
		p.limit.Stop()
	}
}

// outputOf is a text, or a buffer if it is none.
func outputOf(data []byte) any {
	if utf8.Valid(data) {
		return string(data)
	}
	return data
}
