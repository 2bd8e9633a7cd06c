// Package store keeps what outlives the process in one bbolt file: revisions
// of the flows, sealed credentials, context and logins. It is the only
// package that knows bbolt (architecture section 10).
package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// The files of a data directory that are the store's.
const (
	fileName = "flowrill.db"
	pidName  = "flowrill.pid"
	keyName  = "flowrill.key"
)

// Options is how to open a store.
type Options struct {
	// Key seals credentials; any text of any length. Empty: the key in the file
	// flowrill.key beside the database, which is made when first needed.
	Key []byte
	// Timeout is how long to wait for a process that has the store open; zero
	// is a second.
	Timeout time.Duration
}

// DB is the store of one data directory. All methods may be called from any
// goroutine. After an error that is no *DamagedError everything is as it was
// before the call.
type DB struct {
	dir      string
	bolt     *bolt.DB
	keys     keyring
	made     bool       // and its name not known to be on disk
	write    sync.Mutex // one writer; none waits inside bbolt, where a damaged page could leave it waiting
	together together
	// broken is why nothing is read or written any more.
	broken atomic.Pointer[DamagedError]
	// stuck: a writer met the damage, and bbolt's locks are not to be relied on.
	stuck bool
}

// DamagedError is a data file that cannot be relied on. It is left as it is.
type DamagedError struct {
	Path   string
	Reason string
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("the store %s is damaged: %s. It was left as it is: put a copy in its place, or move it away to start with an empty store", e.Path, e.Reason)
}

// Open opens the store in a data directory, and makes both if they do not
// exist. While it is open no other process can open it: that is a
// *LockedError. A file that is no sound store is a *DamagedError.
func Open(dir string, o Options) (*DB, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if o.Timeout == 0 {
		o.Timeout = time.Second
	}
	db := &DB{dir: dir, keys: keyring{given: o.Key, path: filepath.Join(dir, keyName)}}
	err := db.guard(func() error { return db.open(o.Timeout) })
	if err == nil {
		return db, nil
	}
	if db.bolt != nil {
		db.Close()
	}
	if errors.Is(err, bolterrors.ErrTimeout) {
		err = db.lockedBy()
	}
	return nil, fmt.Errorf("open store: %w", err)
}

func (db *DB) open(timeout time.Duration) (err error) {
	if _, err := os.Stat(db.path()); errors.Is(err, fs.ErrNotExist) {
		if err := db.create(); err != nil {
			return err
		}
	}
	db.bolt, err = bolt.Open(db.path(), 0o600, &bolt.Options{
		Timeout:      timeout,
		FreelistType: bolt.FreelistMapType,
		NoStatistics: true,
		OpenFile: func(path string, _ int, _ os.FileMode) (*os.File, error) {
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				return nil, err
			}
			if err := db.prepare(f, timeout); err != nil {
				f.Close()
				return nil, err
			}
			return f, nil
		},
	})
	if err != nil {
		return err
	}
	return db.migrate()
}

// create makes an empty store under another name and then gives it its own,
// so that a store that is there is a whole one. If another process is quicker,
// its store is the one.
func (db *DB) create() error {
	temp := filepath.Join(db.dir, "."+fileName+"."+msg.NewID()+".new")
	defer os.Remove(temp)
	b, err := bolt.Open(temp, 0o600, &bolt.Options{NoSync: true, NoGrowSync: true, NoStatistics: true, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return err
	}
	err = errors.Join(b.Update(func(tx *bolt.Tx) error { return db.migrateFrom(tx, 0) }), b.Sync(), b.Close())
	if err != nil {
		return err
	}
	db.made = true
	if err := os.Link(temp, db.path()); err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	return os.Rename(temp, db.path()) // where files cannot have two names
}

func (db *DB) path() string { return filepath.Join(db.dir, fileName) }

// prepare locks the file before bbolt does and looks whether it is sound: bbolt
// trusts what it reads, and a bad page can end the process.
func (db *DB) prepare(f *os.File, timeout time.Duration) error {
	if err := lock(f, timeout); err != nil {
		return err
	}
	if err := survey(f); err != nil {
		return &DamagedError{Path: f.Name(), Reason: err.Error()}
	}
	if err := f.Chmod(0o600); err != nil {
		return err
	}
	return db.writePID()
}

// syncDir makes a new file's name safe on disk, where the file system can.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
}

// Close ends the use of the store. Nothing may be under way.
func (db *DB) Close() error {
	os.Remove(filepath.Join(db.dir, pidName))
	if db.stuck {
		return db.broken.Load() // the file stays locked until the process ends
	}
	if err := db.guard(db.bolt.Close); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// view reads. What f gets is valid until it returns.
func (db *DB) view(f func(*bolt.Tx) error) error {
	if e := db.broken.Load(); e != nil {
		return e
	}
	return db.guard(func() error { return db.bolt.View(f) })
}

// update writes all or nothing; what it wrote is safe on disk when it returns.
func (db *DB) update(f func(*bolt.Tx) error) error {
	db.write.Lock()
	defer db.write.Unlock()
	if e := db.broken.Load(); e != nil {
		return e
	}
	if db.made {
		syncDir(db.dir)
		db.made = false
	}
	returned := false
	err := db.guard(func() error {
		err := db.bolt.Update(f)
		returned = true
		return err
	})
	db.stuck = db.stuck || !returned
	return err
}

// guard turns bbolt's ways of meeting a bad page, a panic or a fault in mapped
// memory, into an error.
func (db *DB) guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = db.damaged("%v", p)
		}
	}()
	return f()
}

// damaged notes that the file cannot be relied on.
func (db *DB) damaged(format string, args ...any) *DamagedError {
	e := &DamagedError{Path: db.path(), Reason: fmt.Sprintf(format, args...)}
	db.broken.CompareAndSwap(nil, e)
	return e
}
