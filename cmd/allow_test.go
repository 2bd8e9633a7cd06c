package cmd

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWhatNodesMayReach(t *testing.T) {
	data, other := t.TempDir(), t.TempDir()
	link := filepath.Join(data, "link")
	if err := os.Symlink(other, link); err != nil {
		t.Fatal(err)
	}
	plain, err := parseAllow("", data)
	if err != nil {
		t.Fatal(err)
	}
	more, err := parseAllow("exec,read="+other, data)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"a file in the data directory":    {plain.Write(filepath.Join(data, "files", "a.txt")), true},
		"the token":                       {plain.Read(filepath.Join(data, "token")), false},
		"the store":                       {plain.Write(filepath.Join(data, "files", "..", "flowrill.db")), false},
		"the key":                         {plain.Read(filepath.Join(data, "flowrill.key")), false},
		"out of the data directory":       {plain.Read(filepath.Join(data, "..", "x")), false},
		"out of it by a link":             {plain.Write(filepath.Join(link, "x")), false},
		"a directory that is granted":     {more.Read(filepath.Join(other, "x")), true},
		"but only to read":                {more.Write(filepath.Join(other, "x")), false},
		"a neighbour with a longer name":  {more.Read(other + "x/y"), false},
		"a command":                       {plain.Exec("ls"), false},
		"a command where that is allowed": {more.Exec("ls"), true},
		"the network":                     {plain.Net("example.com"), true},
	} {
		if (c.err == nil) != c.want {
			t.Errorf("%s: %v", name, c.err)
		}
	}
}
