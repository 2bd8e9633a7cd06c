package flows

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/flowrill/flowrill/engine/msg"
)

// Write writes the document to a file or to the files of a directory; what
// does not exist is made as a file. In a directory every object goes to the
// file it was read from, one that was not read from a file to the one that
// has an object of its id now, and a new one to flows.json.
//
// What did not change keeps its text to the byte, what did is written in the
// manner of its surroundings, and a file in which nothing changed is not
// touched; so a version control system sees the edit and no more. New files
// are arrays with four spaces of indent. Each file is replaced in one step,
// and none before all are safe on disk. A file that is no flow document now
// is an error, and stays as it is.
func (d *Document) Write(path string) error {
	sheets, err := d.sheets(path)
	if err != nil {
		return fmt.Errorf("write flows: %w", err)
	}
	var ready []pending
	defer func() {
		for _, p := range ready {
			os.Remove(p.temp) // those renamed are gone
		}
	}()
	for _, s := range sheets {
		text, changed := s.render(d.envelope)
		if !changed {
			continue
		}
		p, err := prepare(s.path, text)
		if err != nil {
			return fmt.Errorf("write flows: %w", err)
		}
		ready = append(ready, p)
	}
	for _, p := range ready {
		if err := p.commit(); err != nil {
			return fmt.Errorf("write flows: %w", err)
		}
	}
	return nil
}

// sheets is the files at path, each with the objects it is to hold.
func (d *Document) sheets(path string) ([]*sheet, error) {
	info, err := os.Stat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil || !info.IsDir() {
		s, err := openSheet(path)
		if err != nil {
			return nil, err
		}
		s.want = d.objects
		return []*sheet{s}, nil
	}
	files, err := flowFiles(path)
	if err != nil {
		return nil, err
	}
	var sheets []*sheet
	byName := map[string]*sheet{}
	holds := map[string][]*sheet{} // by id, as often as the id occurs
	add := func(file string) (*sheet, error) {
		s, err := openSheet(file)
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, s)
		byName[filepath.Base(file)] = s
		return s, nil
	}
	for _, file := range files {
		s, err := add(file)
		if err != nil {
			return nil, err
		}
		for _, o := range s.have {
			holds[o.ID] = append(holds[o.ID], s)
		}
	}
	for _, o := range d.objects {
		name := newFile
		if o.File != "" {
			name = filepath.Base(o.File)
		} else if in := holds[o.ID]; len(in) > 0 {
			in[0].want = append(in[0].want, o)
			holds[o.ID] = in[1:]
			continue
		}
		s := byName[name]
		if s == nil {
			if s, err = add(filepath.Join(path, name)); err != nil {
				return nil, err
			}
		}
		s.want = append(s.want, o)
	}
	return sheets, nil
}

// pending is a file that is safe on disk under another name.
type pending struct{ temp, path string }

func prepare(path string, text []byte) (p pending, err error) {
	mode := fs.FileMode(0) // as the process makes files
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
		if info, err := os.Stat(real); err == nil {
			mode = info.Mode().Perm()
		}
	}
	temp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+msg.NewID()+".tmp")
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return p, err
	}
	_, err = f.Write(text)
	if err == nil && mode != 0 {
		err = f.Chmod(mode)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(temp)
	}
	return pending{temp: temp, path: path}, err
}

// commit puts the file in its place. That the directory is told to the disk
// as well is a kindness some file systems do not know; the file is whole
// either way.
func (p pending) commit() error {
	if err := os.Rename(p.temp, p.path); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(p.path)); err == nil {
		dir.Sync()
		dir.Close()
	}
	return nil
}
