package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// File writes to a file, or deletes it (contract nodes.md, storage).
type File struct {
	Filename  node.TypedValue `prop:"filename,filenameType" types:"str,msg,env,template,expr,jsonata" label:"File" placeholder:"orders.csv" summary:"true"`
	Action    string          `prop:"overwriteFile" label:"Action" enum:"false=append to it,true=overwrite it,delete=delete it" default:"false"`
	Newline   bool            `prop:"appendNewline" label:"Add a line end to each payload" initial:"true" when:"overwriteFile != 'delete'"`
	CreateDir bool            `prop:"createDir" label:"Create directories that are missing" when:"overwriteFile != 'delete'"`
	Encoding  string          `prop:"encoding" label:"Encoding" default:"none" suggest:"none,setbymsg,utf8,latin1,windows-1252,utf-16le,shift_jis,gbk,base64,hex" advanced:"true" when:"overwriteFile != 'delete'" help:"none is UTF-8; setbymsg: the message says it in msg.encoding."`

	env   *node.Env
	write encoder // nil: the message says
}

func init() {
	node.Register[File](node.Type{
		Name: "file", Category: "storage", Icon: "file-down", Outputs: []string{"written"}, Mode: node.Pool(1), Effect: true,
		Help: "Writes `msg.payload` to a file, one message after the other, and then sends the message on with `msg.filename`.\n\n" +
			"Objects and lists are written as JSON, buffers as they are and without a line end. A message without payload writes nothing.\n\n" +
			"A relative path leads to the directory `files` in the data directory. Other places need `--allow write=…`; the error for catch nodes says which.\n\n" +
			"Example: inbound-message → template `<<msg.payload.from>>: <<msg.payload.text>>` → file *messages.log*.",
	})
}

// Upgrade writes out the type of the name.
func (*File) Upgrade(raw *msg.Object) { upgradeName(raw) }

// Check looks for the encoding.
func (f *File) Check(report func(property, problem string)) {
	if _, err := encoderOf(f.Encoding); f.Encoding != byMessage && err != nil {
		report("encoding", err.Error())
	}
}

// Advise tells where the file is.
func (f *File) Advise(h node.Host, notice func(a node.Advice, property, text string)) {
	if f.Filename.Type() == "str" && f.Filename.Raw() != "" {
		advise(h, "filename", f.Filename.Raw(), h.Allow.Write, notice)
	}
}

// Open finds the encoding.
func (f *File) Open(_ context.Context, env *node.Env) error {
	f.env = env
	if f.Encoding == byMessage {
		return nil
	}
	var err error
	f.write, err = encoderOf(f.Encoding)
	return err
}

// Receive writes the payload.
func (f *File) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	name, err := nameOf(f.Filename, m)
	if err != nil {
		return err
	}
	m.Set("filename", name)
	if name == "" {
		node.Log(ctx).Warn("No filename specified")
		return nil
	}
	path, err := fullPath(f.env, name)
	if err != nil {
		return err
	}
	if f.Action == "delete" {
		if err := f.remove(ctx, path); err != nil {
			return fmt.Errorf("failed to delete file: %w", err)
		}
		out.Send(m)
		return nil
	}
	payload, ok := m.Lookup("payload")
	if !ok || payload == msg.Undefined {
		return nil
	}
	data, err := f.bytes(m, payload)
	if err != nil {
		return err
	}
	if err := f.put(ctx, path, data); err != nil {
		return err
	}
	out.Send(m)
	return nil
}

func (f *File) remove(ctx context.Context, path string) error {
	if err := f.env.Allow.Write(path); err != nil {
		return err
	}
	if err := node.DeliveryOf(ctx).Begin(); err != nil {
		return err
	}
	if err := syscall.Unlink(path); err != nil {
		return tell(&os.PathError{Op: "unlink", Path: path, Err: err})
	}
	return nil
}

// bytes are what is to be written.
func (f *File) bytes(m *msg.Object, payload any) ([]byte, error) {
	write := f.write
	if write == nil {
		name, _ := m.Get("encoding").(string)
		var err error
		if write, err = encoderOf(name); err != nil {
			return nil, fmt.Errorf("msg.encoding: %w", err)
		}
	}
	data, isBuffer := payload.([]byte)
	if !isBuffer {
		text := msg.String(payload)
		if f.Newline && !isLastPart(m) {
			text += "\n"
		}
		data = []byte(text)
	}
	return write(data)
}

// isLastPart tells whether m is the last part of a text that was split: what
// it was split at stood between the parts only.
func isLastPart(m *msg.Object) bool {
	parts, _ := m.Get("parts").(*msg.Object)
	return parts.Get("type") == "string" && parts.Has("count") && msg.Number(parts.Get("count")) == msg.Number(parts.Get("index"))+1
}

// put writes data to the file.
func (f *File) put(ctx context.Context, path string, data []byte) (err error) {
	verb, flag := "failed to append to file", os.O_APPEND
	if f.Action == "true" {
		verb, flag = "failed to write to file", os.O_TRUNC
	}
	if err := f.env.Allow.Write(path); err != nil {
		return fmt.Errorf("%s: %w", verb, err)
	}
	if f.CreateDir {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return fmt.Errorf("failed to create file: %w", tell(err))
		}
	}
	// without O_NONBLOCK a pipe that nobody reads would hold up the node
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|syscall.O_NONBLOCK|flag, 0o666)
	if err != nil {
		return fmt.Errorf("%s: %w", verb, tell(err))
	}
	if err := node.DeliveryOf(ctx).Begin(); err != nil {
		return errors.Join(err, file.Close())
	}
	stop := context.AfterFunc(ctx, func() { file.Close() }) // a pipe may be full
	_, err = file.Write(data)
	stop()
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("%s: %w", verb, tell(err))
	}
	return nil
}
