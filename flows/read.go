package flows

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// newFile is where a directory keeps what came from none of its files.
const newFile = "flows.json"

// Read reads a document from a file, or from the *.json files of a directory
// in the order of their names, or from several of either. Each object knows
// the file it came from. An empty file is a document without objects.
func Read(paths ...string) (*Document, error) {
	var parts []*Document
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("read flows: %w", err)
		}
		files := []string{path}
		if info.IsDir() {
			if files, err = flowFiles(path); err != nil {
				return nil, fmt.Errorf("read flows: %w", err)
			}
		}
		for _, file := range files {
			d, err := readFile(file)
			if err != nil {
				return nil, err
			}
			parts = append(parts, d)
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	all := &Document{}
	for _, d := range parts {
		all.objects = append(all.objects, d.objects...)
	}
	all.reindex()
	return all, nil
}

func readFile(file string) (*Document, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read flows: %w", err)
	}
	if blank(text) {
		text = []byte("[]")
	}
	return parse(text, file)
}

func blank(text []byte) bool {
	return len(bytes.TrimSpace(bytes.TrimPrefix(text, bom))) == 0
}

// flowFiles is the flow files of a directory, sorted: every *.json but hidden
// files and what else lies in a Node-RED project (packages, credentials).
func flowFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		name := e.Name()
		switch {
		case e.IsDir(), !strings.HasSuffix(name, ".json"), strings.HasPrefix(name, "."):
		case strings.HasSuffix(name, "_cred.json"), name == "package.json", name == "package-lock.json":
		default:
			files = append(files, filepath.Join(dir, name))
		}
	}
	return files, nil
}
