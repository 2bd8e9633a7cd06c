package cmd

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// dropFilePages unmaps code and constants of the running program, which are
// most of a small process. What is needed comes back at its next use from the
// system's cache of the file, a few microseconds for each 64 kB. An error
// leaves things as they are.
func dropFilePages() {
	own, err := os.Executable()
	if err != nil {
		return
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return
	}
	defer maps.Close()
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		var from, to uintptr
		var access string
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &to, &access); n < 3 || !strings.HasSuffix(lines.Text(), " "+own) {
			continue
		}
		if access == "r-xp" || access == "r--p" { // never what the program may have changed
			_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, from, to-from, syscall.MADV_DONTNEED)
		}
	}
}
