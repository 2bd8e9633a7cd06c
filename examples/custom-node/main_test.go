package main

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// TestMain lets the test's own binary be the program.
func TestMain(m *testing.M) {
	if os.Getenv("CUSTOM_NODE") != "" {
		main()
	}
	os.Exit(m.Run())
}

func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self, args...)
	c.Env = append(os.Environ(), "CUSTOM_NODE=1")
	return c
}

func TestItsNodeIsListed(t *testing.T) {
	out, err := program(t, "nodes").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"order-number", "send-sms"} {
		if !regexp.MustCompile(`(?m)^  ` + name + ` `).Match(out) {
			t.Errorf("%s is not among the nodes:\n%s", name, out)
		}
	}
}

func TestItsFlowIsFine(t *testing.T) {
	if out, err := program(t, "check", "orders.json").CombinedOutput(); err != nil || string(out) != "5 nodes run: http-in, http-response, order-number, template 2\n6 objects, no errors\n" {
		t.Errorf("check: %v\n%s", err, out)
	}
}

func TestItsFlowRuns(t *testing.T) {
	c := program(t, "run", "orders.json", "--addr", "127.0.0.1:0", "--data", t.TempDir())
	log, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	url, lines := "", bufio.NewScanner(log)
	for address := regexp.MustCompile(`http://[\d.:]+`); url == "" && lines.Scan(); {
		if strings.Contains(lines.Text(), "flows run") {
			url = address.FindString(lines.Text())
		}
	}
	go func() { _, _ = io.Copy(io.Discard, log) }()
	for query, want := range map[string]string{"where+is+ab+12345": "Order AB-12345 is on its way.", "hello": "Which order, please?"} {
		res, err := http.Get(url + "/orders?text=" + query)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || string(body) != want {
			t.Errorf("%s: %q %v, want %q", query, body, err, want)
		}
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Error("after a stop: ", err)
	}
}
