// Package storage has the nodes that write, read and watch files (contract
// nodes.md, storage). Each asks node.Allow before it touches a path.
package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
)

// filesDir is where in the data directory relative paths lead.
const filesDir = "files"

// upgradeName writes out the type of a file's name that older files leave out:
// without a name the message brings it.
func upgradeName(raw *msg.Object) {
	if t := raw.Get("filenameType"); t != nil && t != "" {
		return
	}
	if name := raw.Get("filename"); name == nil || name == "" {
		raw.Set("filename", "filename")
		raw.Set("filenameType", "msg")
	} else {
		raw.Set("filenameType", "str")
	}
}

// nameOf is the file's name for m, "" if there is none.
func nameOf(field node.TypedValue, m *msg.Object) (string, error) {
	name, err := field.Value(m)
	if err != nil || name == nil || name == msg.Undefined {
		return "", err
	}
	return msg.Text(name), nil
}

// fullPath is where a name leads: a relative one to the files of the data
// directory, to the working directory if there is none.
func fullPath(env *node.Env, name string) (string, error) {
	if filepath.IsAbs(name) || env.DataDir == "" {
		return name, nil
	}
	dir := filepath.Join(env.DataDir, filesDir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", tell(err)
	}
	return filepath.Join(dir, name), nil
}

// advise tells where a name that does not depend on messages leads, and
// whether it may.
func advise(h node.Host, property, name string, allow func(path string) error, notice func(a node.Advice, property, text string)) {
	if _, unset := flows.Variable(name); unset {
		return // which the engine tells
	}
	full := name
	if !filepath.IsAbs(name) && h.DataDir != "" {
		full = filepath.Join(h.DataDir, filesDir, name)
		notice(node.Differs, property, fmt.Sprintf("%s is %s; Node-RED takes it for one in the directory that it was started in", name, full))
	}
	if err := allow(full); err != nil {
		notice(node.NotAllowed, property, err.Error())
	}
}

// fileError is a failed system call as Node.js tells it: flows look at its
// code.
type fileError struct {
	call, path string
	number     syscall.Errno
	err        error
}

// codes are the errors that flows meet, with Node.js's names and texts.
var codes = map[syscall.Errno][2]string{
	syscall.ENOENT: {"ENOENT", "no such file or directory"}, syscall.EACCES: {"EACCES", "permission denied"},
	syscall.EPERM: {"EPERM", "operation not permitted"}, syscall.EISDIR: {"EISDIR", "illegal operation on a directory"},
	syscall.ENOTDIR: {"ENOTDIR", "not a directory"}, syscall.EEXIST: {"EEXIST", "file already exists"},
	syscall.ENOSPC: {"ENOSPC", "no space left on device"}, syscall.EROFS: {"EROFS", "read-only file system"},
	syscall.EMFILE: {"EMFILE", "too many open files"}, syscall.ENAMETOOLONG: {"ENAMETOOLONG", "name too long"},
	syscall.EBUSY: {"EBUSY", "resource busy or locked"}, syscall.EFBIG: {"EFBIG", "file too large"},
	syscall.ELOOP: {"ELOOP", "too many symbolic links encountered"}, syscall.ENXIO: {"ENXIO", "no such device or address"},
}

// tell puts an error of a system call into Node.js's words.
func tell(err error) error {
	var failed *os.PathError
	var number syscall.Errno
	if errors.As(err, &failed) && errors.As(err, &number) {
		return &fileError{failed.Op, failed.Path, number, err}
	}
	return err
}

func (e *fileError) code() string { return codes[e.number][0] }

func (e *fileError) Error() string {
	if e.code() == "" {
		return "Error: " + e.err.Error()
	}
	text := fmt.Sprintf("Error: %s: %s, %s", e.code(), codes[e.number][1], e.call)
	if e.call == "read" || e.call == "write" {
		return text // Node.js has forgotten the path by then
	}
	return text + " '" + e.path + "'"
}

func (e *fileError) Unwrap() error { return e.err }

// ErrorDetails gives catch nodes the code.
func (e *fileError) ErrorDetails() (code any, stack string, cause any) {
	if e.code() == "" {
		return nil, "", nil
	}
	return e.code(), "", nil
}

// object is the error as a message carries it, as JSON shows Node.js's.
func (e *fileError) object() *msg.Object {
	return msg.Of("errno", -int(e.number), "code", e.code(), "syscall", e.call, "path", e.path)
}
