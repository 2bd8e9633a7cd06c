package cmd

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// mappedFileBytes is how much of this process is pages of files.
func mappedFileBytes(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "RssFile:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kb << 10
}

func TestDropFilePages(t *testing.T) {
	before := mappedFileBytes(t)
	dropFilePages()
	if after := mappedFileBytes(t); after > before*3/4 {
		t.Errorf("of %d bytes of the program's file %d are still there", before, after)
	}
}
