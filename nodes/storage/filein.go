package storage

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Bounds of file-in, and errors at them: of a file that is read whole, and of
// one line, in bytes.
const (
	maxFile = 256 << 20
	maxLine = 16 << 20
)

// chunk is how much of a file a message has that is sent in pieces.
const chunk = 64 << 10

// FileIn reads a file (contract nodes.md, storage).
type FileIn struct {
	Filename  node.TypedValue `prop:"filename,filenameType" types:"str,msg,env,template,expr,jsonata" label:"File" placeholder:"contacts.csv" summary:"true"`
	Format    string          `prop:"format" label:"Send" enum:"utf8=a text,=a buffer,lines=a message per line,stream=buffers of 64 kB" initial:"utf8"`
	Encoding  string          `prop:"encoding" label:"Encoding" default:"none" suggest:"none,utf8,latin1,windows-1252,utf-16le,shift_jis,gbk,base64,hex" advanced:"true" when:"format in ['utf8','lines']" help:"none is UTF-8."`
	AllProps  bool            `prop:"allProps" label:"Copy the message" when:"format in ['lines','stream']" help:"Each message has all properties of the one that came; without, only topic and filename."`
	SendError bool            `prop:"sendError" label:"On errors send the message, too" default:"true" initial:"false" advanced:"true" help:"With msg.error and without payload, as Node-RED once did."`

	env    *node.Env
	text   func([]byte) string
	stream func(io.Reader) io.Reader
}

func init() {
	node.Register[FileIn](node.Type{
		Name: "file-in", Aliases: []string{"file in"}, Category: "storage", Icon: "file-up", Outputs: []string{"content"}, Mode: node.Stream,
		Help: "Reads a file: as one text or buffer, line by line, or in pieces.\n\n" +
			"Lines and pieces carry `msg.parts`, so that *join* and *csv* can put them together; the next leaves when the one before has come to rest, " +
			"so a file may be of any size. Whole, it may have 256 MB; a line 16 MB.\n\n" +
			"A relative path leads to the directory `files` in the data directory. Other places need `--allow read=…`; the error for catch nodes says which.\n\n" +
			"Example: inject each morning → file-in *contacts.csv* → csv → send-sms.",
	})
}

// Upgrade writes out the type of the name.
func (*FileIn) Upgrade(raw *msg.Object) { upgradeName(raw) }

// Check looks for the encoding.
func (f *FileIn) Check(report func(property, problem string)) {
	if _, stream, err := decoderOf(f.Encoding); err != nil {
		report("encoding", err.Error())
	} else if stream == nil && f.Format == "lines" {
		report("encoding", f.Encoding+" has no lines")
	}
}

// Advise tells where the file is.
func (f *FileIn) Advise(h node.Host, notice func(a node.Advice, property, text string)) {
	if f.Filename.Type() == "str" && f.Filename.Raw() != "" {
		advise(h, "filename", f.Filename.Raw(), h.Allow.Read, notice)
	}
}

// Open finds the encoding.
func (f *FileIn) Open(_ context.Context, env *node.Env) error {
	f.env = env
	var err error
	f.text, f.stream, err = decoderOf(f.Encoding)
	return err
}

var lineEnds = strings.NewReplacer("\t", "", "\r", "", "\n", "")

// Receive reads the file and sends what is in it.
func (f *FileIn) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	name, err := nameOf(f.Filename, m)
	if err != nil {
		return err
	}
	if name = lineEnds.Replace(name); name == "" {
		node.Log(ctx).Warn("No filename specified")
		return nil
	}
	m.Set("filename", name)
	if err = f.read(ctx, name, m, out); err == nil || ctx.Err() != nil {
		return err
	}
	if f.SendError {
		x := m.Clone()
		x.Delete("payload")
		x.Set("error", errorValue(err))
		out.Send(x)
	}
	out.Fail(m, err)
	return nil // complete all the same, as in Node-RED
}

// errorValue is an error as msg.error.
func errorValue(err error) any {
	var e *fileError
	if errors.As(err, &e) {
		return e.object()
	}
	return msg.Of("message", err.Error())
}

func (f *FileIn) read(ctx context.Context, name string, m *msg.Object, out node.Out) error {
	path, err := fullPath(f.env, name)
	if err != nil {
		return err
	}
	if err := f.env.Allow.Read(path); err != nil {
		return err
	}
	// without O_NONBLOCK a pipe that nobody writes would hold up the node
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return tell(err)
	}
	defer file.Close()
	defer context.AfterFunc(ctx, func() { file.Close() })()
	s := sending{FileIn: f, m: m, out: out}
	switch f.Format {
	case "lines":
		err = s.lines(f.stream(file))
	case "stream":
		err = s.pieces(file)
	default:
		err = s.whole(file)
	}
	return tell(err)
}

// sending sends one file.
type sending struct {
	*FileIn
	m     *msg.Object
	out   node.Out
	index int
}

func (s *sending) whole(file *os.File) error {
	info, err := file.Stat()
	var data []byte
	if err == nil && info.Size() <= maxFile {
		data, err = io.ReadAll(io.LimitReader(file, maxFile+1)) // a device has no size
	}
	switch {
	case err != nil:
		return err
	case len(data) > maxFile || info.Size() > maxFile:
		return fmt.Errorf("%s is larger than %d MB: read it line by line or in pieces", msg.Text(s.m.Get("filename")), maxFile>>20)
	case s.Format == "utf8":
		s.m.Set("payload", s.text(data))
	default:
		s.m.Set("payload", data)
	}
	s.out.Send(s.m)
	return nil
}

// send sends one line or piece.
func (s *sending) send(payload any, last bool, kind, ch string) {
	m := msg.NewObject(4)
	if s.AllProps {
		m = s.m.Clone()
	} else {
		if topic, ok := s.m.Lookup("topic"); ok {
			m.Set("topic", topic)
		}
		m.Set("filename", s.m.Get("filename"))
	}
	m.Set("payload", payload)
	m.Set("parts", s.parts(last, kind, ch))
	s.index++
	s.out.Send(m)
}

func (s *sending) parts(last bool, kind, ch string) *msg.Object {
	parts := msg.Of("index", s.index, "ch", ch, "type", kind)
	if last {
		parts.Set("count", s.index+1)
	}
	id, ok := s.m.Lookup("_msgid")
	if !ok {
		id = msg.Text(s.m.Get("filename"))
	}
	parts.Set("id", id)
	return parts
}

// lines sends the lines. What follows the last line end is one more, empty or
// not.
func (s *sending) lines(r io.Reader) error {
	in := bufio.NewReaderSize(r, chunk)
	var line []byte
	for {
		piece, err := in.ReadSlice('\n')
		if len(line)+len(piece) > maxLine {
			return fmt.Errorf("line %d is longer than %d MB", s.index+1, maxLine>>20)
		}
		line = append(line, piece...)
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF:
			s.send(msg.Text(line), true, "string", "\n")
			return nil
		case err != nil:
			return err
		}
		s.send(msg.Text(line[:len(line)-1]), false, "string", "\n")
		line = line[:0]
	}
}

// pieces sends buffers. If the last is as large as the others a message
// without payload tells how many they were, as in Node-RED.
func (s *sending) pieces(file *os.File) error {
	buf := make([]byte, chunk)
	for {
		n, err := io.ReadFull(file, buf)
		last := err == io.ErrUnexpectedEOF
		if n > 0 && (err == nil || last) {
			s.send(bytes.Clone(buf[:n]), last, "buffer", "")
		}
		switch {
		case last:
			return nil
		case err == io.EOF && s.index > 0:
			s.index--
			end := s.parts(true, "buffer", "")
			end.Set("index", s.index+1)
			s.out.Send(msg.Of("parts", end))
			return nil
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}
