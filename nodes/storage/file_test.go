package storage

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
	_ "github.com/flowrill/flowrill/engine/script" // JSONata
)

var place = regexp.MustCompile(`\bDIR\b`)

// in puts a directory in the place of DIR.
func in(dir, text string) string { return place.ReplaceAllLiteralString(text, dir) }

func TestFile(t *testing.T) {
	for _, c := range []struct {
		name, config string
		messages     []string
		want         string // what is in DIR/f
	}{
		{"append", `"appendNewline":true,"overwriteFile":"false"`, []string{`{"payload":"a"}`, `{"payload":"b"}`}, "before\na\nb\n"},
		{"overwrite", `"appendNewline":true,"overwriteFile":"true"`, []string{`{"payload":"a"}`, `{"payload":"é"}`}, "é\n"},
		{"no line ends", `"overwriteFile":"true"`, []string{`{"payload":"a"}`}, "a"},
		{"values", `"appendNewline":true,"overwriteFile":false`, []string{`{"payload":{"a":[1]}}`, `{"payload":5.5}`, `{"payload":true}`, `{"payload":null}`, `{"topic":"no payload"}`}, "before\n{\"a\":[1]}\n5.5\ntrue\nnull\n"},
		{"parts of a text", `"appendNewline":true,"overwriteFile":"true"`, []string{`{"payload":"a","parts":{"type":"string","index":0,"count":2}}`}, "a\n"},
		{"the last part of a text", `"appendNewline":true,"overwriteFile":"true"`, []string{`{"payload":"a","parts":{"type":"string","index":1,"count":2}}`}, "a"},
		{"the last part of a list", `"appendNewline":true,"overwriteFile":"true"`, []string{`{"payload":"a","parts":{"type":"array","index":1,"count":2}}`}, "a\n"},
		{"latin1", `"overwriteFile":"true","encoding":"latin1"`, []string{`{"payload":"é€"}`}, "\xe9?"},
		{"windows", `"overwriteFile":"true","encoding":"cp1252"`, []string{`{"payload":"é€"}`}, "\xe9\x80"},
		{"utf-16", `"overwriteFile":"true","encoding":"utf-16le"`, []string{`{"payload":"é"}`}, "\xe9\x00"},
		{"the message's encoding", `"overwriteFile":"true","encoding":"setbymsg"`, []string{`{"payload":"YQ","encoding":"base64"}`}, "a"},
		{"the message's encoding, none", `"overwriteFile":"true","encoding":"setbymsg"`, []string{`{"payload":"é"}`}, "é"},
		{"hex", `"overwriteFile":"true","encoding":"hex"`, []string{`{"payload":"6162zz"}`}, "ab"},
		{"name of the message", `"filename":"a.name","filenameType":"msg","overwriteFile":"true"`, []string{`{"payload":"x","a":{"name":"DIR/f"}}`}, "x"},
		{"an old file's name of the message", `"filename":"","overwriteFile":"true"`, []string{`{"payload":"x","filename":"DIR/f"}`}, "x"},
		{"name of an expression", `"filename":"\"DIR/\" & topic","filenameType":"jsonata","overwriteFile":"true"`, []string{`{"payload":"x","topic":"f"}`}, "x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "f")
			if err := os.WriteFile(path, []byte("before\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			config := c.config
			if !strings.Contains(config, `"filename"`) {
				config += `,"filename":"DIR/f","filenameType":"str"`
			}
			n := nodetest.New(t, "file", in(dir, `{`+config+`}`))
			for _, m := range c.messages {
				if err := n.Send(in(dir, m)); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := os.ReadFile(path); err != nil || string(got) != c.want {
				t.Errorf("in the file: %q, error %v\nwant %q", got, err, c.want)
			}
			for _, m := range n.Sent().Port(0) {
				if m.Get("filename") != path {
					t.Errorf("sent %s", m)
				}
			}
		})
	}
}

func TestFileBuffer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "f")
	n := nodetest.New(t, "file", `{"filename":"`+path+`","appendNewline":true,"createDir":true,"overwriteFile":"false"}`)
	if err := n.Receive(msg.Of("payload", []byte{0, 255})); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, []byte{0, 255}) {
		t.Errorf("in the file: %v, error %v", got, err)
	}
	n = nodetest.New(t, "file", `{"filename":"`+path+`","overwriteFile":"delete"}`)
	if err := n.Send(`{}`); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("not deleted: %v", err)
	}
	n.Sent().Want(t, `[[{"filename":"`+path+`"}]]`)
}

// inDataDir is a node with a data directory.
func inDataDir(dir string) nodetest.Option {
	return nodetest.Env(func(e *node.Env) { e.DataDir = dir })
}

func TestFileRelative(t *testing.T) {
	dir := t.TempDir()
	n := nodetest.New(t, "file", `{"filename":"x.txt","overwriteFile":"true"}`, inDataDir(dir))
	if err := n.Send(`{"payload":"x"}`); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "files", "x.txt")); err != nil || string(got) != "x" {
		t.Errorf("in the file: %q, error %v", got, err)
	}
	n.Sent().Want(t, `[[{"payload":"x","filename":"x.txt"}]]`)
}

// refusing allows nothing.
type refusing struct{ node.Allow }

func (refusing) Read(path string) error  { return errors.New("reading " + path + " is not allowed") }
func (refusing) Write(path string) error { return errors.New("writing " + path + " is not allowed") }

func TestFileFails(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f"), []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused := nodetest.Env(func(e *node.Env) { e.Allow = refusing{} })
	for _, c := range []struct {
		name, config, want, code string
		opts                     []nodetest.Option
	}{
		{"no directory", `"filename":"DIR/no/f","overwriteFile":"true"`, "failed to write to file: Error: ENOENT: no such file or directory, open 'DIR/no/f'", "ENOENT", nil},
		{"no directory, append", `"filename":"DIR/no/f","overwriteFile":"false"`, "failed to append to file: Error: ENOENT: no such file or directory, open 'DIR/no/f'", "ENOENT", nil},
		{"a directory", `"filename":"DIR","overwriteFile":"true"`, "failed to write to file: Error: EISDIR: illegal operation on a directory, open 'DIR'", "EISDIR", nil},
		{"not a directory", `"filename":"DIR/f/g","overwriteFile":"true","createDir":true`, "failed to create file: Error: ENOTDIR: not a directory, mkdir 'DIR/f'", "ENOTDIR", nil},
		{"full disk", `"filename":"/dev/full","overwriteFile":"false"`, "failed to append to file: Error: ENOSPC: no space left on device, write", "ENOSPC", nil},
		{"nothing to delete", `"filename":"DIR/g","overwriteFile":"delete"`, "failed to delete file: Error: ENOENT: no such file or directory, unlink 'DIR/g'", "ENOENT", nil},
		{"not allowed", `"filename":"DIR/f","overwriteFile":"true"`, "failed to write to file: writing DIR/f is not allowed", "", []nodetest.Option{refused}},
		{"deleting not allowed", `"filename":"DIR/f","overwriteFile":"delete"`, "failed to delete file: writing DIR/f is not allowed", "", []nodetest.Option{refused}},
		{"an encoding of the message", `"filename":"DIR/f","overwriteFile":"true","encoding":"setbymsg"`, `msg.encoding: unknown encoding "klingon"`, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "file", in(dir, `{`+c.config+`,"filenameType":"str"}`), c.opts...)
			err := n.Send(`{"payload":"x","encoding":"klingon"}`)
			if err == nil || err.Error() != in(dir, c.want) {
				t.Fatalf("error %v\nwant  %s", err, in(dir, c.want))
			}
			var failed *fileError
			if errors.As(err, &failed) != (c.code != "") || failed != nil && failed.code() != c.code {
				t.Errorf("code of %v", failed)
			}
			n.Sent().Want(t, `[[]]`)
		})
	}
	if got, err := os.ReadFile(filepath.Join(dir, "f")); err != nil || string(got) != "kept" {
		t.Errorf("what may not be written is now %q, error %v", got, err)
	}
	n := nodetest.New(t, "file", `{"filename":"filename","filenameType":"msg"}`)
	if err := n.Send(`{"payload":"x"}`); err != nil {
		t.Fatal(err)
	}
	if got := n.Logs(); len(got) != 1 || got[0] != "WARN No filename specified" {
		t.Errorf("logs %q", got)
	}
	if got := nodetest.Check(t, "file", `{"filename":"f","encoding":"klingon"}`); len(got) != 1 || got[0] != `encoding: unknown encoding "klingon"` {
		t.Errorf("problems %q", got)
	}
}

// TestEncodings: every encoding that Node-RED's form offers and that is found
// reads what it wrote.
func TestEncodings(t *testing.T) {
	for _, c := range []struct{ text, names string }{
		{"abc é", "utf8 ucs2 utf-16le utf-16be utf-16 utf-32 utf-32le ISO-8859-1 ISO-8859-15 cp1252 Windows-1252 cp437 cp850 macroman latin1 binary"},
		{"abc日本", "Shift_JIS Windows-31j EUC-JP GB18030 EUC-KR Big5"},
		{"abc中文", "GB2312 GBK Windows936 EUC-CN Big5-HKSCS Windows950 cp936"},
		{"abc 한국", "KS_C_5601 Windows949 cp949"},
		{"привет", "cp866 koi8-r koi8-u ISO-8859-5 cp1251 maccyrillic"},
	} {
		for name := range strings.FieldsSeq(c.names) {
			write, err := encoderOf(name)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			data, err := write([]byte(c.text))
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			read, _, err := decoderOf(name)
			if err != nil || read(data) != c.text {
				t.Errorf("%s: wrote % x, read %q, error %v", name, data, read(data), err)
			}
		}
	}
}

func TestFileNameBelowNothing(t *testing.T) {
	for _, name := range []string{"file", "file-in"} {
		n := nodetest.New(t, name, `{"filename":"nope.x","filenameType":"msg"}`)
		if err := n.Send(`{"payload":"x"}`); err == nil {
			t.Errorf("%s: a name below nothing is no error", name)
		}
		n.Sent().Want(t, `[[]]`)
	}
}
