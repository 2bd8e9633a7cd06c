package store

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

// TestMain lets the test binary be another process that works with a store.
func TestMain(m *testing.M) {
	switch dir := os.Getenv("STORE_TEST_DIR"); os.Getenv("STORE_TEST_DO") {
	case "open":
		_, err := Open(dir, Options{Timeout: time.Millisecond})
		fmt.Println(err)
	case "hold": // until killed
		_, err := Open(dir, Options{})
		fmt.Println(err)
		_, _ = io.Copy(io.Discard, os.Stdin)
	case "fill":
		fill(dir)
	default:
		os.Exit(m.Run())
	}
}

func process(do, dir string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "STORE_TEST_DO="+do, "STORE_TEST_DIR="+dir)
	c.Stderr = os.Stderr
	return c
}

func output(t *testing.T, do, dir string) string {
	t.Helper()
	out, err := process(do, dir).Output()
	if err != nil {
		t.Fatalf("%s: %v", do, err)
	}
	return strings.TrimSpace(string(out))
}

func TestLocked(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir, Options{})
	want := fmt.Sprintf("open store: the data directory %s is in use by process %d; stop that, or use another directory", dir, os.Getpid())
	if got := output(t, "open", dir); got != want {
		t.Errorf("another process says %q, want %q", got, want)
	}
	_, err := Open(dir, Options{Timeout: time.Millisecond})
	var locked *LockedError
	if !errors.As(err, &locked) || locked.PID != os.Getpid() || !strings.Contains(err.Error(), "this very process") {
		t.Errorf("the same process: %v", err)
	}

	// A note left behind by a process that is gone is not believed.
	gone := process("open", dir)
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	for _, note := range []string{fmt.Sprint(gone.Process.Pid), "", "what", "-1"} {
		if err := os.WriteFile(filepath.Join(dir, pidName), []byte(note), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, Options{Timeout: time.Millisecond}); !errors.As(err, &locked) || locked.PID != 0 || !strings.Contains(err.Error(), "another process") {
			t.Errorf("note %q: %v", note, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := output(t, "open", dir); got != "<nil>" {
		t.Errorf("after Close another process says %q", got)
	}
}

func TestKilledProcess(t *testing.T) {
	dir := t.TempDir()
	c := process("hold", dir)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "<nil>\n" {
		t.Fatalf("the other process says %q, %v", line, err)
	}
	var locked *LockedError
	if _, err := Open(dir, Options{Timeout: time.Millisecond}); !errors.As(err, &locked) || locked.PID != c.Process.Pid {
		t.Errorf("error %v, want one that names process %d", err, c.Process.Pid)
	}

	// Whoever waits gets it when the holder is gone.
	opened := make(chan error, 1)
	go func() {
		db, err := Open(dir, Options{Timeout: time.Minute})
		if err == nil {
			err = db.Close()
		}
		opened <- err
	}()
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	if err := <-opened; err != nil {
		t.Error(err)
	}
}

// TestFullDisk has another process fill its disk: a limit on the size of its
// files, past which a write fails half-way.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir, Options{Key: []byte("key")})
	save(t, db, "[1]", map[string]*msg.Object{"a": msg.Of("k", "old")})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := output(t, "fill", dir); got != "full\nold state\nworks again" {
		t.Errorf("the process says\n%s", got)
	}
	db = open(t, dir, Options{Key: []byte("key")})
	if r, err := db.Current(); err != nil || r.Number != 2 {
		t.Errorf("afterwards %+v, %v", r, err)
	}
}

func fill(dir string) {
	signal.Ignore(syscall.SIGXFSZ)
	db, err := Open(dir, Options{Key: []byte("key")})
	if err != nil {
		fmt.Println(err)
		return
	}
	info, err := os.Stat(db.path())
	if err != nil {
		fmt.Println(err)
		return
	}
	var was syscall.Rlimit
	err = syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was)
	full := was
	full.Cur = uint64(info.Size())
	if err = errors.Join(err, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full)); err != nil {
		fmt.Println(err)
		return
	}
	big := Revision{Rev: "big", Document: []byte(`["` + strings.Repeat("x", 1<<20) + `"]`)}
	changed := map[string]*msg.Object{"a": msg.Of("k", "new")}
	for range 3 {
		if _, err := db.Save(big, changed); err == nil || errors.As(err, new(*DamagedError)) {
			fmt.Println("saved, or damaged:", err)
			return
		}
	}
	fmt.Println("full")
	r, err := db.Current()
	c, err2 := db.Credentials()
	if err != nil || err2 != nil || string(r.Document) != "[1]" || c["a"].Get("k") != "old" {
		fmt.Println(r, c, err, err2)
		return
	}
	fmt.Println("old state")
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		fmt.Println(err)
		return
	}
	if n, err := db.Save(big, changed); n != 2 || err != nil {
		fmt.Println(n, err)
		return
	}
	if c, err := db.Credentials(); err != nil || c["a"].Get("k") != "new" {
		fmt.Println(c, err)
		return
	}
	if err := db.Close(); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("works again")
}
