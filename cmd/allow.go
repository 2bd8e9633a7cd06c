package cmd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/flowrill/flowrill/engine/node"
)

// allow is what nodes may do on this host. Network and environment are
// allowed, files in the data directory too, but for Flowrill's own; --allow
// adds to it.
type allow struct {
	all, exec   bool
	data        string   // the data directory, without symbolic links
	read, write []string // directories, likewise
}

// own tells whether path is what flows must not reach in the data directory:
// the token,
// the store, the key of its secrets and whatever lies beside them.
func (a *allow) own(path string) bool {
	dir, name := filepath.Split(resolve(path))
	return filepath.Clean(dir) == a.data && (name == "token" || strings.HasPrefix(name, "flowrill"))
}

var _ node.Allow = (*allow)(nil)

func parseAllow(list, dataDir string) (*allow, error) {
	a := &allow{data: resolve(dataDir)}
	a.read, a.write = []string{a.data}, []string{a.data}
	for _, item := range strings.Split(list, ",") {
		what, where, has := strings.Cut(strings.TrimSpace(item), "=")
		switch {
		case what == "" && !has, what == "net" && !has, what == "env" && !has:
		case what == "all" && !has:
			a.all = true
		case what == "exec" && !has:
			a.exec = true
		case what == "read" && where != "":
			a.read = append(a.read, resolve(where))
		case what == "write" && where != "":
			a.write = append(a.write, resolve(where))
			a.read = append(a.read, resolve(where))
		default:
			return nil, usageError{fmt.Errorf("--allow: %q is none of net, env, exec, read=DIR, write=DIR, all", item)}
		}
	}
	return a, nil
}

// resolve follows symbolic links of the part of a path that exists.
func resolve(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	rest := ""
	for dir := abs; ; {
		real, err := filepath.EvalSymlinks(dir)
		if err == nil {
			return filepath.Join(real, rest)
		}
		if !errors.Is(err, os.ErrNotExist) {
			return abs
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return abs
		}
		rest, dir = filepath.Join(filepath.Base(dir), rest), parent
	}
}

func within(path string, dirs []string) bool {
	path = resolve(path)
	for _, d := range dirs {
		rel, err := filepath.Rel(d, path)
		if err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

// Read implements node.Allow.
func (a *allow) Read(path string) error {
	if a.all || within(path, a.read) && !a.own(path) {
		return nil
	}
	return fmt.Errorf("reading %s is not allowed; --allow read=%s would allow it", path, filepath.Dir(path))
}

// Write implements node.Allow.
func (a *allow) Write(path string) error {
	if a.all || within(path, a.write) && !a.own(path) {
		return nil
	}
	return fmt.Errorf("writing %s is not allowed; --allow write=%s would allow it", path, filepath.Dir(path))
}

// Exec implements node.Allow.
func (a *allow) Exec(command string) error {
	if a.all || a.exec {
		return nil
	}
	return fmt.Errorf("running %q is not allowed; --allow exec would allow it", command)
}

// Net implements node.Allow.
func (a *allow) Net(string) error { return nil }
