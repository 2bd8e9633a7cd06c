package function

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// process is a command that runs. It has a process group of its own, so that
// what it starts ends with it.
type process struct {
	node  *Exec
	line  string
	args  []string
	m     *msg.Object
	cmd   *exec.Cmd
	limit *time.Timer

	stdout, stderr io.ReadCloser

	mu      sync.Mutex // of m while there are two outputs
	tooMuch string     // which output was too large
}

// result is how a command ended.
type result struct {
	code   int
	signal string // what ended it; "": it ended itself
	name   string // instead of code: the name of an error
}

func (p *process) start() error {
	p.cmd = exec.Command(p.args[0], p.args[1:]...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.cmd.Env = environment()
	var err error
	if p.stdout, err = p.cmd.StdoutPipe(); err != nil {
		return err
	}
	if p.stderr, err = p.cmd.StderrPipe(); err != nil {
		return err
	}
	return p.cmd.Start()
}

// environment is that of this process, but for Flowrill's own secrets.
func environment() []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "FLOWRILL_") {
			env = append(env, v)
		}
	}
	return env
}

// signal sends a signal to the command and to what it has started.
func (p *process) signal(s syscall.Signal) { _ = syscall.Kill(-p.cmd.Process.Pid, s) }

// abandon stops waiting for output that something else than the command keeps
// open.
func (p *process) abandon() {
	_ = p.stdout.Close()
	_ = p.stderr.Close()
}

// run reads the output until it ends, and tells how the command did.
func (p *process) run(late node.Late) {
	var outputs [2]bytes.Buffer
	var reading sync.WaitGroup
	for port, from := range []io.Reader{p.stdout, p.stderr} {
		reading.Go(func() {
			if p.node.Spawn == "true" {
				p.pass(late, port, from)
			} else {
				p.keep(&outputs[port], port, from)
			}
		})
	}
	reading.Wait()
	_ = p.cmd.Wait() // how it ended is in ProcessState
	p.node.forget(p)
	r := result{code: p.cmd.ProcessState.ExitCode()}
	if s := p.cmd.ProcessState.Sys().(syscall.WaitStatus); s.Signaled() {
		r.signal = unix.SignalName(s.Signal())
	}
	if p.tooMuch != "" {
		r = result{name: "ERR_CHILD_PROCESS_STDIO_MAXBUFFER"}
	}
	if p.node.Spawn == "true" {
		p.ended(late, r)
	} else {
		p.complete(late, outputs[0].Bytes(), outputs[1].Bytes(), r)
	}
	late.Done(nil, nil)
}

// pass sends output on as it comes. A command that writes faster than the
// flow takes it waits.
func (p *process) pass(late node.Late, port int, from io.Reader) {
	chunk := make([]byte, 64<<10)
	for {
		n, err := from.Read(chunk)
		if f, ok := from.(*os.File); ok && n > 0 && err == nil {
			n, err = more(f, chunk, n)
		}
		if n > 0 {
			p.mu.Lock()
			m := p.m.Clone()
			p.mu.Unlock()
			m.Set("payload", outputOf(bytes.Clone(chunk[:n])))
			late.SendTo(m, port)
		}
		if err != nil {
			return
		}
	}
}

// together is how long output waits for more: a line is often written in
// parts.
const together = 3 * time.Millisecond

// more reads what comes right after the first n bytes of chunk.
func more(f *os.File, chunk []byte, n int) (int, error) {
	if f.SetReadDeadline(time.Now().Add(together)) != nil {
		return n, nil
	}
	defer f.SetReadDeadline(time.Time{})
	for n < len(chunk) {
		k, err := f.Read(chunk[n:])
		n += k
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// keep collects output up to its bound.
func (p *process) keep(into *bytes.Buffer, port int, from io.Reader) {
	n, _ := io.Copy(into, io.LimitReader(from, maxOutput+1))
	if n <= maxOutput {
		return
	}
	into.Truncate(maxOutput)
	p.mu.Lock()
	p.tooMuch = []string{"stdout", "stderr"}[port]
	p.mu.Unlock()
	p.signal(syscall.SIGTERM)
	_, _ = io.Copy(io.Discard, from)
}

// value is the return code as flows see it.
func (r result) value() any {
	switch {
	case r.name != "":
		return r.name
	case r.signal != "":
		return nil
	}
	return float64(r.code)
}

// complete sends all that came of a command, in one.
func (p *process) complete(late node.Late, stdout, stderr []byte, r result) {
	m := p.m
	m.Delete("payload")
	byPort := make([][]*msg.Object, 3)
	if len(stderr) > 0 {
		x := m.Clone()
		x.Set("payload", outputOf(stderr))
		byPort[1] = []*msg.Object{x}
	}
	m.Set("payload", outputOf(stdout))
	byPort[0] = []*msg.Object{m}
	failed := r.name != "" || r.signal != "" || r.code != 0
	status := node.Status{}
	if failed || !p.node.OldRC {
		rc := msg.Of("code", r.value())
		if failed {
			rc.Set("message", p.failure(stderr))
			status = node.Status{Fill: "red", Shape: "dot", Text: "error:" + msg.Text(r.value())}
		}
		if r.signal != "" {
			rc.Set("signal", r.signal)
			status.Text = "killed"
		}
		x := m.Clone()
		x.Set("payload", rc)
		byPort[2] = []*msg.Object{x}
		for _, port := range byPort[:2] {
			for _, x := range port {
				x.Set("rc", rc.Clone())
			}
		}
	}
	late.Status(status)
	late.SendAll(byPort)
}

// failure is the text of a command that failed, as Node-RED has it.
func (p *process) failure(stderr []byte) string {
	if p.tooMuch != "" {
		return p.tooMuch + " maxBuffer length exceeded"
	}
	return fmt.Sprintf("Command failed: %s\n%s", p.line, msg.Text(stderr))
}

// ended sends how a command did whose output went on as it came.
func (p *process) ended(out node.Out, r result) {
	rc := r.value()
	status := node.Status{Fill: "yellow", Shape: "dot", Text: fmt.Sprintf("rc:%d", r.code)}
	switch {
	case r.signal != "":
		status.Fill, status.Text = "red", "killed"
	case r.code < 0:
		status.Fill = "red"
	}
	out.Status(status)
	m := p.m
	if p.node.OldRC {
		m.Set("payload", rc)
	} else {
		o := msg.Of("code", rc)
		if r.signal != "" {
			o.Set("signal", r.signal)
		}
		m.Set("payload", o)
	}
	out.SendTo(m, 2)
}
