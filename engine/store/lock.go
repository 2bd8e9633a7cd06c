package store

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// LockedError is a data directory that another process works with.
type LockedError struct {
	Dir string
	PID int // 0 if it cannot be told
}

func (e *LockedError) Error() string {
	who := "another process"
	switch {
	case e.PID == os.Getpid():
		who = "this very process"
	case e.PID != 0:
		who = "process " + strconv.Itoa(e.PID)
	}
	return fmt.Sprintf("the data directory %s is in use by %s; stop that, or use another directory", e.Dir, who)
}

// writePID says beside the database who has it open.
func (db *DB) writePID() error {
	return os.WriteFile(filepath.Join(db.dir, pidName), []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600)
}

// lockedBy names who has the database open. What a process that is gone left
// behind counts for nothing.
func (db *DB) lockedBy() *LockedError {
	e := &LockedError{Dir: db.dir}
	text, err := os.ReadFile(filepath.Join(db.dir, pidName))
	if err != nil {
		return e
	}
	if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil && pid > 0 && alive(pid) {
		e.PID = pid
	}
	return e
}
