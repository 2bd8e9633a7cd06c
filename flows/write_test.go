package flows

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
)

func put(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func get(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestWrite deploys a document, as the admin API gets it, over a file.
func TestWrite(t *testing.T) {
	const pretty = `[
    {
        "id": "t",
        "type": "tab"
    },
    {
        "id": "b",
        "type": "n",
        "wires": [
            [
                "c"
            ]
        ]
    }
]`
	for name, c := range map[string]struct{ file, doc, want string }{
		"nothing changed": {pretty, `[{"id":"t","type":"tab"},{"id":"b","type":"n","wires":[["c"]]}]`, pretty},
		"indent kept": {pretty, `[{"id":"t","type":"tab"},{"id":"b","type":"n","wires":[]},{"id":"n","type":"x"}]`,
			strings.Replace(pretty, `[
            [
                "c"
            ]
        ]
    }`, `[]
    },
    {
        "id": "n",
        "type": "x"
    }`, 1)},
		"removed": {pretty, `[{"id":"t","type":"tab"}]`, pretty[:strings.Index(pretty, ",\n    {")] + "\n]"},
		"compact": {`[{"id":"t","type":"tab"},{"id":"b","type":"n"}]`, `[{"id":"b","type":"n","p":1},{"id":"t","type":"tab"},{"id":"c","type":"n"}]`,
			`[{"id":"b","type":"n","p":1},{"id":"t","type":"tab"},{"id":"c","type":"n"}]`},
		"a line each": {"[\n{\"id\":\"t\", \"type\":\"tab\"},\n\n{\"id\":\"b\",\"type\":\"n\"}\n]\n", `[{"id":"t","type":"tab"},{"id":"b","type":"n","p":1},{"id":"c","type":"n"}]`,
			"[\n{\"id\":\"t\", \"type\":\"tab\"},\n\n{\"id\":\"b\",\"type\":\"n\",\"p\":1},\n\n{\"id\":\"c\",\"type\":\"n\"}\n]\n"},
		"gaps stay": {"[ {\"id\":\"t\",\"type\":\"tab\"},\n\n\n{\"id\":\"b\",\"type\":\"n\"} ,{\"id\":\"c\",\"type\":\"n\"},\t{\"id\":\"d\",\"type\":\"n\"}]", `[{"id":"t","type":"tab"},{"id":"b","type":"m"},{"id":"d","type":"n"},{"id":"e","type":"n"}]`,
			"[ {\"id\":\"t\",\"type\":\"tab\"},\n\n\n{\"id\":\"b\",\"type\":\"m\"},\t{\"id\":\"d\",\"type\":\"n\"},\t{\"id\":\"e\",\"type\":\"n\"}]"},
		"two spaces, CRLF and BOM": {"\ufeff[\r\n  {\r\n    \"id\": \"t\",\r\n    \"type\": \"tab\"\r\n  }\r\n]\r\n", `[{"id":"t","type":"tab","label":"x"}]`,
			"\ufeff[\r\n  {\r\n    \"id\": \"t\",\r\n    \"type\": \"tab\",\r\n    \"label\": \"x\"\r\n  }\r\n]\r\n"},
		"tabs": {"[\n\t{\n\t\t\"id\": \"t\",\n\t\t\"type\": \"tab\"\n\t}\n]", `[{"id":"c","type":"n"}]`, "[\n\t{\n\t\t\"id\": \"c\",\n\t\t\"type\": \"n\"\n\t}\n]"},
		"numbers and escapes as they were": {`[{"id":"t","type":"tab","v":1.0,"s":"\u0041"},{"id":"b","type":"n"}]`, `[{"id":"t","type":"tab","v":1,"s":"A"},{"id":"b","type":"m"}]`,
			`[{"id":"t","type":"tab","v":1.0,"s":"\u0041"},{"id":"b","type":"m"}]`},
		"key order is text": {`[{"id":"t","type":"tab"}]`, `[{"type":"tab","id":"t"}]`, `[{"type":"tab","id":"t"}]`},
		"duplicate ids":     {`[{"id":"t","type":"a"},{"id":"t","type":"b"}]`, `[{"id":"t","type":"a"},{"id":"t","type":"c"}]`, `[{"id":"t","type":"a"},{"id":"t","type":"c"}]`},
		"empty file":        {"", `[{"id":"t","type":"tab"}]`, "[\n    {\n        \"id\": \"t\",\n        \"type\": \"tab\"\n    }\n]\n"},
		"empty array":       {"[]\n", `[{"id":"t","type":"tab"}]`, "[\n    {\n        \"id\": \"t\",\n        \"type\": \"tab\"\n    }\n]\n"},
		"emptied":           {pretty, `[]`, `[]`},
		"flows and rev": {`{"v":[{"id":"no"}],"flows": [{"id":"t","type":"tab"}],"rev":"old","more":{"rev":1}}`, `[]`,
			`{"v":[{"id":"no"}],"flows": [],"rev":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","more":{"rev":1}}`},
		"flows and rev, empty": {"{\n    \"flows\": []\n}\n", `[{"id":"t","type":"tab"}]`,
			"{\n    \"flows\": [\n        {\n            \"id\": \"t\",\n            \"type\": \"tab\"\n        }\n    ]\n}\n"},
		"credentials were taken": {`{"credentials":{"t":{"p":"s"}},"flows":[{"id":"t","type":"tab"}]}`, `[{"id":"t","type":"tab"}]`, `{"credentials":{},"flows":[{"id":"t","type":"tab"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "f.json")
			put(t, file, c.file)
			d, err := Parse([]byte(c.doc))
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Write(file); err != nil {
				t.Fatal(err)
			}
			if got := get(t, file); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestWriteNewFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new.json")
	d := document(t, []string{`{"id":"t","type":"tab"}`})
	if err := d.Write(file); err != nil {
		t.Fatal(err)
	}
	if got := get(t, file); got != "[\n    {\n        \"id\": \"t\",\n        \"type\": \"tab\"\n    }\n]\n" {
		t.Errorf("got %s", got)
	}
}

func TestWriteDirectory(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a.json"), `[{"id":"a1","type":"tab"},{"id":"a2","type":"n"}]`)
	put(t, filepath.Join(dir, "b.json"), `{"flows":[{"id":"b1","type":"tab"}],"rev":"r"}`)
	put(t, filepath.Join(dir, "c.json"), ` [ {"id":"c1","type":"tab"} ] `)
	put(t, filepath.Join(dir, "package.json"), `{"name":"project"}`)
	put(t, filepath.Join(dir, "a_cred.json"), `{"$":"00"}`)
	put(t, filepath.Join(dir, ".config.json"), `7`)
	read, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	var ids, files []string
	for _, o := range read.Objects() {
		ids, files = append(ids, o.ID), append(files, filepath.Base(o.File))
	}
	if strings.Join(ids, " ") != "a1 a2 b1 c1" || strings.Join(files, " ") != "a.json a.json b.json c.json" {
		t.Fatalf("read %v from %v", ids, files)
	}

	untouched, err := os.Stat(filepath.Join(dir, "c.json"))
	if err != nil {
		t.Fatal(err)
	}
	deployed := document(t, []string{`{"id":"c1","type":"tab"}`, `{"id":"n1","type":"n"}`, `{"id":"b1","type":"tab","label":"B"}`, `{"id":"a2","type":"n"}`})
	if err := deployed.Write(dir); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"a.json":     `[{"id":"a2","type":"n"}]`,
		"b.json":     `{"flows":[{"id":"b1","type":"tab","label":"B"}],"rev":"` + document(t, []string{`{"id":"b1","type":"tab","label":"B"}`}).Rev() + `"}`,
		"c.json":     ` [ {"id":"c1","type":"tab"} ] `,
		"flows.json": "[\n    {\n        \"id\": \"n1\",\n        \"type\": \"n\"\n    }\n]\n",
	} {
		if got := get(t, filepath.Join(dir, file)); got != want {
			t.Errorf("%s holds\n%s\nwant\n%s", file, got, want)
		}
	}
	if now, err := os.Stat(filepath.Join(dir, "c.json")); err != nil || !os.SameFile(untouched, now) {
		t.Error("c.json did not change and was written")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*.tmp")); left != nil {
		t.Errorf("left behind: %v", left)
	}

	// What was read from a file goes back there, even if the file is gone.
	if err := os.Remove(filepath.Join(dir, "c.json")); err != nil {
		t.Fatal(err)
	}
	if err := read.Write(dir); err != nil {
		t.Fatal(err)
	}
	again, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.JSON(), read.JSON()) {
		t.Errorf("after writing back: %s, want %s", again.JSON(), read.JSON())
	}
}

func TestReadSeveral(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "one.json"), "\ufeff\n")
	put(t, filepath.Join(dir, "d", "two.json"), `[{"id":"a","type":"tab"}]`)
	d, err := Read(filepath.Join(dir, "one.json"), filepath.Join(dir, "d"))
	if err != nil {
		t.Fatal(err)
	}
	if string(d.JSON()) != `[{"id":"a","type":"tab"}]` || d.Find("a").File != filepath.Join(dir, "d", "two.json") {
		t.Errorf("read %s from %s", d.JSON(), d.Find("a").File)
	}
	if d, err := Read(t.TempDir()); err != nil || len(d.Objects()) != 0 {
		t.Errorf("an empty directory: %v", err)
	}
	if _, err := Read(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestWriteLeavesWhatItCannotRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f.json")
	const broken = "[{\"id\":\"t\",\n  oops"
	put(t, file, broken)
	err := document(t, nil).Write(file)
	if err == nil || !strings.Contains(err.Error(), "f.json:2:") {
		t.Errorf("error %v, want one that says file, line and column", err)
	}
	if got := get(t, file); got != broken {
		t.Errorf("the file now holds %q", got)
	}
}

func TestWriteKeepsModeAndLink(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "real", "f.json"), "[]")
	link := filepath.Join(dir, "f.json")
	if err := errors.Join(os.Chmod(filepath.Join(dir, "real", "f.json"), 0o640), os.Symlink(filepath.Join("real", "f.json"), link)); err != nil {
		t.Fatal(err)
	}
	if err := document(t, []string{`{"id":"t","type":"tab"}`}).Write(link); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(link)
	if err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v (%v)", info.Mode(), err)
	}
	if info, err := os.Stat(link); err != nil || info.Mode().Perm() != 0o640 || info.Size() < 10 {
		t.Errorf("mode %v, size %d, %v", info.Mode(), info.Size(), err)
	}
}

// FuzzParse: what can be parsed is written back to the byte, and survives a
// journey as compact JSON.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"[]", " [ ] ", "\ufeff[]", `{"flows":[]}`, `{"rev":"a","flows":[{"id":"a","type":"tab"}],"flows":[]}`,
		"[" + strings.Join(base, ",\n\n") + "]", "[{\"id\":\"a\",\"type\":\"b\",\"1\":0,\"0\":1,\"n\":84901234567,\"m\":9007199254740993,\"f\":1.0,\"e\":1e999}]",
		`[{"id":"a","type":"a","id":"b"},{"id":"a","type":"a","wires":[[1,"a"],{}]}]`, `[{"id":"\ud800","type":"\"]["}]`, "[1]", "{}", "[{}", "",
		"[\r\n  {\r\n\t\"id\":\"a\",\"type\":\"x\",\"s\":\"\\\\\\\"\"\r\n}\r\n\r\n]",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Parse(text)
		if err != nil {
			if e := (*FormatError)(nil); !errors.As(err, &e) || e.Message == "" {
				t.Fatalf("error %v is no FormatError", err)
			}
			return
		}
		again, err := Parse(d.JSON())
		if err != nil {
			t.Fatalf("%s cannot be read: %v", d.JSON(), err)
		}
		if !bytes.Equal(again.JSON(), d.JSON()) || again.Rev() != d.Rev() {
			t.Fatalf("%s became %s", d.JSON(), again.JSON())
		}
		d.Check()
		if c := Diff(d, d.Clone()); !c.Empty() {
			t.Fatalf("%s differs from its clone", text)
		}

		s := sheetOf(t, text)
		s.want = d.objects
		if _, changed := s.render(d.envelope); changed {
			t.Fatalf("%q would be written though nothing changed", text)
		}
		// Turn the objects round, change one, and read what is written.
		s.want = slices.Clone(d.objects)
		slices.Reverse(s.want)
		if len(s.want) > 0 {
			changed, raw := *s.want[0], s.want[0].Raw().Clone()
			raw.Set("changed", msg.NewList(msg.Of("a", msg.NewObject(0))))
			changed.entry = newEntry(raw)
			s.want[0] = &changed
		}
		out, _ := s.render(d.envelope)
		if out == nil {
			return
		}
		w, err := Parse(out)
		if err != nil {
			t.Fatalf("wrote %q: %v", out, err)
		}
		if want := d.with(s.want).JSON(); !bytes.Equal(w.JSON(), want) {
			t.Fatalf("wrote %s, want %s", w.JSON(), want)
		}
	})
}

// sheetOf is openSheet without the file.
func sheetOf(t *testing.T, text []byte) *sheet {
	t.Helper()
	s := &sheet{path: "f.json"}
	if err := s.take(text); err != nil {
		t.Fatal(err)
	}
	return s
}
