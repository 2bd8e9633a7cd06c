package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// settle is how long changes of one file are taken for one.
const settle = 200 * time.Millisecond

// maxWatched is how many directories one node may watch. More are an error
// that shows on the node.
const maxWatched = 10_000

// Watch tells of changed files (contract nodes.md, storage).
type Watch struct {
	Files     string `prop:"files" label:"Files" required:"true" placeholder:"/var/spool/orders, /etc/hosts" summary:"true" help:"Files and directories, with commas between them."`
	Recursive bool   `prop:"recursive" label:"Directories in directories, too"`

	env    *node.Env
	paths  []watched
	topic  string
	number int // of directories that are watched
}

// watched is one of the files and directories to watch.
type watched struct {
	name string // as the form says it
	full string
	dir  bool
}

func init() {
	node.Register[Watch](node.Type{
		Name: "watch", Category: "storage", Icon: "eye", Outputs: []string{"change"},
		Help: "Sends a message when a file changes, appears or goes.\n\n" +
			"`msg.payload` and `msg.filename` have its path, `msg.file` its name, `msg.event` is `update` or `remove`, `msg.type` says what it is and `msg.size` how large. " +
			"Changes of one file within 200 ms are one. At most 10,000 directories are watched.\n\n" +
			"Other places than the data directory need `--allow read=…`.\n\n" +
			"Example: watch */var/spool/orders* → file-in of `msg.filename` → csv.",
	})
}

// Upgrade makes a yes or no of what older files have.
func (*Watch) Upgrade(raw *msg.Object) {
	if raw.Get("recursive") == "" {
		raw.Set("recursive", false)
	}
}

// Advise tells where the files are.
func (w *Watch) Advise(h node.Host, notice func(a node.Advice, property, text string)) {
	for name := range strings.SplitSeq(w.Files, ",") {
		advise(h, "files", strings.TrimSpace(name), h.Allow.Read, notice)
	}
}

// Open asks whether the files may be read.
func (w *Watch) Open(_ context.Context, env *node.Env) error {
	w.env, w.paths = env, nil
	names := strings.Split(w.Files, ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
		full, err := fullPath(env, names[i])
		if err != nil {
			return err
		}
		if err := env.Allow.Read(full); err != nil {
			return err
		}
		w.paths = append(w.paths, watched{name: names[i], full: filepath.Clean(full)})
	}
	if w.topic = names[0]; len(names) > 1 {
		w.topic = string(msg.Encode(msg.From(names)))
	}
	return nil
}

// Start watches until ctx ends.
func (w *Watch) Start(ctx context.Context, out node.Late) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer watcher.Close()
	w.number = 0
	for i := range w.paths {
		if err := w.begin(watcher, &w.paths[i]); err != nil {
			return err
		}
	}
	changed := map[string]time.Time{} // when to tell
	timer := time.NewTimer(0)
	defer timer.Stop()
	armed := true
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-watcher.Errors:
			if errors.Is(err, fsnotify.ErrEventOverflow) {
				w.env.Log.Warn("too many changes at once: some were not seen")
				continue
			}
			return err
		case e := <-watcher.Events:
			if err := w.note(watcher, e, changed); err != nil {
				return err
			}
			if !armed && len(changed) > 0 {
				timer.Reset(settle)
				armed = true
			}
		case <-timer.C:
			w.tell(changed, out)
			if armed = len(changed) > 0; armed {
				timer.Reset(settle / 4)
			}
		}
	}
}

// begin watches one path: of a file its directory, so that it may be replaced.
func (w *Watch) begin(watcher *fsnotify.Watcher, p *watched) error {
	info, err := os.Stat(p.full)
	if err != nil {
		return tell(err)
	}
	if p.dir = info.IsDir(); p.dir {
		return w.add(watcher, p.full)
	}
	return w.addOne(watcher, filepath.Dir(p.full))
}

func (w *Watch) addOne(watcher *fsnotify.Watcher, dir string) error {
	if w.number++; w.number > maxWatched {
		return fmt.Errorf("more than %d directories to watch", maxWatched)
	}
	return watcher.Add(dir)
}

// add watches a directory, and those in it if the node is to.
func (w *Watch) add(watcher *fsnotify.Watcher, dir string) error {
	if !w.Recursive {
		return w.addOne(watcher, dir)
	}
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil // gone, or not ours to look into
		}
		return w.addOne(watcher, path)
	})
}

// note remembers a change that is of interest.
func (w *Watch) note(watcher *fsnotify.Watcher, e fsnotify.Event, changed map[string]time.Time) error {
	name, ok := w.named(e.Name)
	if !ok {
		return nil
	}
	if _, known := changed[name]; !known {
		changed[name] = time.Now().Add(settle)
	}
	if info, err := os.Stat(e.Name); w.Recursive && e.Has(fsnotify.Create) && err == nil && info.IsDir() {
		return w.add(watcher, e.Name)
	}
	return nil
}

// named is the path of a change as the form would say it.
func (w *Watch) named(path string) (string, bool) {
	for _, p := range w.paths {
		switch {
		case path == p.full:
			return p.name, true
		case p.dir:
			rest, err := filepath.Rel(p.full, path)
			if err == nil && rest != ".." && !strings.HasPrefix(rest, "../") && (w.Recursive || !strings.Contains(rest, "/")) {
				return filepath.Join(p.name, rest), true
			}
		}
	}
	return "", false
}

// tell sends a message for each file that has come to rest, in the order in
// which they changed.
func (w *Watch) tell(changed map[string]time.Time, out node.Late) {
	now := time.Now()
	var names []string
	for name, at := range changed {
		if !at.After(now) {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(changed[a].Compare(changed[b]), strings.Compare(a, b)) })
	for _, name := range names {
		delete(changed, name)
		out.Send(w.message(name))
	}
}

// message tells of a change.
func (w *Watch) message(name string) *msg.Object {
	m := msg.Of("payload", name, "topic", w.topic, "file", filepath.Base(name), "filename", name, "event", "update")
	full, err := fullPath(w.env, name)
	if err != nil {
		full = name
	}
	info, err := os.Stat(full)
	if err != nil {
		m.Set("event", "remove")
		m.Set("type", "none")
		return m
	}
	kind := "n/a"
	switch mode := info.Mode(); {
	case mode.IsRegular():
		kind = "file"
		m.Set("size", info.Size())
	case mode.IsDir():
		kind = "directory"
	case mode&os.ModeCharDevice != 0:
		kind = "characterdevice"
	case mode&os.ModeDevice != 0:
		kind = "blockdevice"
	case mode&os.ModeSocket != 0:
		kind = "socket"
	case mode&os.ModeNamedPipe != 0:
		kind = "fifo"
	}
	m.Set("type", kind)
	return m
}
