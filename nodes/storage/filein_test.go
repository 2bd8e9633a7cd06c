package storage

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func write(t *testing.T, data string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFileIn(t *testing.T) {
	for _, c := range []struct{ name, config, data, in, want string }{
		{"text", `"format":"utf8"`, "a\né\xff", `{"payload":0,"topic":"t"}`, `{"payload":"a\né\ufffd","topic":"t","filename":"FILE"}`},
		{"buffer", `"format":""`, "ab", `{}`, `{"filename":"FILE","payload":{"type":"Buffer","data":[97,98]}}`},
		{"buffer is what old files mean", ``, "a", `{}`, `{"filename":"FILE","payload":{"type":"Buffer","data":[97]}}`},
		{"nothing", `"format":"utf8"`, "", `{}`, `{"filename":"FILE","payload":""}`},
		{"latin1", `"format":"utf8","encoding":"latin1"`, "\xe9", `{}`, `{"filename":"FILE","payload":"é"}`},
		{"base64", `"format":"utf8","encoding":"base64"`, "a", `{}`, `{"filename":"FILE","payload":"YQ=="}`},
		{"a mark at the start", `"format":"utf8","encoding":"utf-16le"`, "\xff\xfea\x00", `{}`, `{"filename":"FILE","payload":"a"}`},
		{"lines", `"format":"lines"`, "a\r\n\nb", `{"_msgid":"m","topic":"t","x":1}`, `{"topic":"t","filename":"FILE","payload":"a\r","parts":{"index":0,"ch":"\n","type":"string","id":"m"}},
			{"topic":"t","filename":"FILE","payload":"","parts":{"index":1,"ch":"\n","type":"string","id":"m"}},
			{"topic":"t","filename":"FILE","payload":"b","parts":{"index":2,"ch":"\n","type":"string","count":3,"id":"m"}}`},
		{"lines of an encoding", `"format":"lines","encoding":"utf-16le"`, "a\x00\n\x00\xe9\x00", `{"_msgid":"m"}`, `{"filename":"FILE","payload":"a","parts":{"index":0,"ch":"\n","type":"string","id":"m"}},
			{"filename":"FILE","payload":"é","parts":{"index":1,"ch":"\n","type":"string","count":2,"id":"m"}}`},
		{"no lines", `"format":"lines"`, "", `{"_msgid":"m"}`, `{"filename":"FILE","payload":"","parts":{"index":0,"ch":"\n","type":"string","count":1,"id":"m"}}`},
		{"lines, all properties", `"format":"lines","allProps":true`, "a", `{"_msgid":"m","x":{"y":1}}`, `{"_msgid":"m","x":{"y":1},"filename":"FILE","payload":"a","parts":{"index":0,"ch":"\n","type":"string","count":1,"id":"m"}}`},
		{"one piece", `"format":"stream"`, "ab", `{"_msgid":"m"}`, `{"filename":"FILE","payload":{"type":"Buffer","data":[97,98]},"parts":{"index":0,"ch":"","type":"buffer","count":1,"id":"m"}}`},
		{"no piece", `"format":"stream"`, "", `{}`, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, c.data)
			config := `{"filename":"` + path + `"`
			if c.config != "" {
				config += "," + c.config
			}
			sent, err := nodetest.Run(t, "file in", config+`}`, c.in)
			if err != nil {
				t.Fatal(err)
			}
			sent.Want(t, `[[`+strings.ReplaceAll(c.want, "FILE", path)+`]]`)
		})
	}
}

func TestFileInPieces(t *testing.T) {
	path := write(t, strings.Repeat("x", 2*chunk))
	sent, err := nodetest.Run(t, "file-in", `{"filename":"`+path+`","format":"stream"}`, `{"_msgid":"m"}`)
	if err != nil {
		t.Fatal(err)
	}
	got := sent.Port(0)
	if len(got) != 3 || len(got[1].Get("payload").([]byte)) != chunk || got[2].String() != `{"parts":{"index":2,"ch":"","type":"buffer","count":2,"id":"m"}}` {
		t.Errorf("%d pieces, the last %s", len(got), got[len(got)-1])
	}
	long := strings.Repeat("y", 3*chunk)
	path = write(t, long+"\nz")
	if sent, err = nodetest.Run(t, "file-in", `{"filename":"`+path+`","format":"lines"}`, `{}`); err != nil {
		t.Fatal(err)
	}
	if got := sent.Port(0); len(got) != 2 || got[0].Get("payload") != long || got[1].Get("payload") != "z" {
		t.Errorf("%d lines", len(got))
	}
}

func TestFileInFails(t *testing.T) {
	dir := t.TempDir()
	large, err := os.Create(filepath.Join(dir, "large"))
	if err != nil || large.Truncate(maxFile+1) != nil || large.Close() != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, config, want string }{
		{"missing", `"filename":"DIR/no","format":"utf8"`, "Error: ENOENT: no such file or directory, open 'DIR/no'"},
		{"a directory", `"filename":"DIR","format":"utf8"`, "Error: EISDIR: illegal operation on a directory, read"},
		{"a directory's lines", `"filename":"DIR","format":"lines"`, "Error: EISDIR: illegal operation on a directory, read"},
		{"too large", `"filename":"DIR/large","format":"utf8"`, "DIR/large is larger than 256 MB: read it line by line or in pieces"},
		{"a line without end", `"filename":"/dev/zero","format":"lines"`, "line 1 is longer than 16 MB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodetest.New(t, "file-in", in(dir, `{"sendError":false,`+c.config+`}`))
			if err := n.Send(`{"payload":"kept"}`); err != nil {
				t.Fatal(err) // complete all the same
			}
			if errs := n.Errors(); len(errs) != 1 || errs[0].Error() != in(dir, c.want) {
				t.Errorf("errors %v\nwant  %s", errs, in(dir, c.want))
			}
			n.Sent().Want(t, `[[]]`)
		})
	}
	told := nodetest.New(t, "file-in", in(dir, `{"filename":"DIR/no","filenameType":"str"}`))
	if err := told.Send(`{"payload":"gone","topic":"t"}`); err != nil || len(told.Errors()) != 1 {
		t.Errorf("%v, errors %v", err, told.Errors())
	}
	told.Sent().Want(t, in(dir, `[[{"topic":"t","filename":"DIR/no","error":{"errno":-2,"code":"ENOENT","syscall":"open","path":"DIR/no"}}]]`))

	path := write(t, "secret")
	n := nodetest.New(t, "file-in", `{"filename":"`+path+`","format":"utf8","sendError":false}`, nodetest.Env(func(e *node.Env) { e.Allow = refusing{} }))
	if err := n.Send(`{}`); err != nil || len(n.Errors()) != 1 || n.Errors()[0].Error() != "reading "+path+" is not allowed" {
		t.Errorf("%v, errors %v", err, n.Errors())
	}
	n.Sent().Want(t, `[[]]`)
	if got := nodetest.Check(t, "file-in", `{"filename":"f","format":"lines","encoding":"hex"}`); len(got) != 1 || got[0] != "encoding: hex has no lines" {
		t.Errorf("problems %q", got)
	}
}
