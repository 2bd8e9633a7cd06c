package network

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
)

// maxParts is how many fields and files a multipart body may have.
const maxParts = 1000

// bodyError is a request that is answered with an error page before a message
// is made of it.
type bodyError struct {
	status int
	text   string
}

func (e *bodyError) Error() string { return e.text }

var errBodyTooLarge = &bodyError{http.StatusRequestEntityTooLarge, "request entity too large"}

// httpBody is a request's body as it came, and how to read it (the table of
// contract runtime.md §10). It is read again for msg.req, so that what flows
// do to msg.payload does not show there.
type httpBody struct {
	kind     bodyKind
	data     []byte
	boundary string
	present  bool // the client announced a body, if an empty one
}

type bodyKind int

const (
	bodyText bodyKind = iota
	bodyBuffer
	bodyJSON
	bodyForm
	bodyMultipart
)

// readBody takes the whole body of a request, at most limit bytes.
func readBody(r *http.Request, limit int, upload, raw bool) (httpBody, error) {
	b := httpBody{present: len(r.TransferEncoding) > 0 || r.Header["Content-Length"] != nil || r.ContentLength > 0}
	params, err := b.choose(r.Header.Get("Content-Type"), upload, raw)
	if err != nil {
		return b, err
	}
	if b.kind == bodyMultipart {
		if b.boundary = params["boundary"]; b.boundary == "" {
			return b, &bodyError{http.StatusBadRequest, "Multipart: Boundary not found"}
		}
	}
	if r.ContentLength > int64(limit) {
		err = errBodyTooLarge
	} else if r.ContentLength > 0 {
		b.data = make([]byte, r.ContentLength)
		_, err = io.ReadFull(r.Body, b.data)
	} else if r.ContentLength < 0 {
		b.data, err = readAtMost(r.Body, limit)
	}
	if err == nil && (b.kind == bodyJSON || b.kind == bodyForm) {
		err = b.inflate(r.Header.Get("Content-Encoding"), limit)
	}
	if err == errBodyTooLarge {
		// Who still writes does not see the answer: take as much again.
		_, _ = io.CopyN(io.Discard, r.Body, int64(limit))
	}
	var refused *bodyError
	switch {
	case err == nil || errors.As(err, &refused):
		return b, err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return b, &bodyError{http.StatusRequestTimeout, "the request's body did not come in time"}
	}
	return b, &bodyError{http.StatusBadRequest, "request aborted"}
}

// choose finds the kind of body by its content type.
func (b *httpBody) choose(contentType string, upload, raw bool) (params map[string]string, err error) {
	mediaType := contentType
	if strings.IndexByte(contentType, ';') >= 0 || contentType != strings.ToLower(contentType) {
		mediaType, params, _ = mime.ParseMediaType(contentType)
	}
	kind, sub, _ := strings.Cut(mediaType, "/")
	switch {
	case raw:
		b.kind = bodyBuffer
	case mediaType == "application/json":
		b.kind = bodyJSON
	case mediaType == "application/x-www-form-urlencoded":
		b.kind = bodyForm
	case mediaType == "multipart/form-data" && upload:
		b.kind = bodyMultipart
	case sub == "", kind == "text", sub == "xml", strings.HasSuffix(sub, "+xml"):
		b.kind = bodyText
	case kind != "application", sub == "octet-stream", sub == "cbor", sub == "x-protobuf":
		b.kind = bodyBuffer
	}
	if charset := strings.ToLower(params["charset"]); charset != "" && charset != "utf-8" && charset != "utf8" && (b.kind == bodyJSON || b.kind == bodyForm) {
		return params, &bodyError{http.StatusUnsupportedMediaType, fmt.Sprintf("unsupported charset %q", params["charset"])}
	}
	return params, nil
}

// readAtMost reads all of r, which may be at most limit bytes.
func readAtMost(r io.Reader, limit int) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err == nil && len(data) > limit {
		return nil, errBodyTooLarge
	}
	return data, err
}

// inflate undoes a content encoding, which Node-RED does for JSON and forms.
func (b *httpBody) inflate(encoding string, limit int) error {
	var r io.Reader
	var err error
	switch strings.ToLower(encoding) {
	case "", "identity":
		return nil
	case "gzip", "x-gzip":
		r, err = gzip.NewReader(bytes.NewReader(b.data))
	case "deflate":
		r, err = zlib.NewReader(bytes.NewReader(b.data))
	default:
		return &bodyError{http.StatusUnsupportedMediaType, fmt.Sprintf("unsupported content encoding %q", encoding)}
	}
	if err == nil {
		b.data, err = readAtMost(r, limit)
	}
	if err != nil && err != errBodyTooLarge {
		return &bodyError{http.StatusBadRequest, fmt.Sprintf("the %s body is damaged: %v", encoding, err)}
	}
	return err
}

var byteOrderMark = []byte("\ufeff")

// value reads the body. files is nil but for a multipart body.
func (b *httpBody) value() (v any, files *msg.List, err error) {
	switch b.kind {
	case bodyBuffer:
		return append([]byte{}, b.data...), nil, nil
	case bodyJSON:
		v, err = b.json()
		return v, nil, err
	case bodyForm:
		if !b.present {
			return "", nil, nil
		}
		o, err := parseQuery(string(b.data), formLimits)
		if err == nil {
			return o, nil, nil
		}
		status := http.StatusBadRequest
		if err == errTooManyPairs {
			status = http.StatusRequestEntityTooLarge
		}
		return nil, nil, &bodyError{status, err.Error()}
	case bodyMultipart:
		return b.multipart()
	}
	return bodyTextOf(b.data), nil, nil
}

func bodyTextOf(data []byte) string {
	data = bytes.TrimPrefix(data, byteOrderMark)
	if utf8.Valid(data) {
		return string(data)
	}
	return msg.Text(data)
}

// json takes objects and lists only, as Node-RED's strict mode does.
func (b *httpBody) json() (any, error) {
	if !b.present {
		return "", nil
	}
	data := bytes.TrimPrefix(b.data, byteOrderMark)
	first := bytes.TrimLeft(data, " \t\r\n")
	if len(first) == 0 {
		if len(data) > 0 {
			return nil, &bodyError{http.StatusBadRequest, "invalid JSON: it is blank"}
		}
		return msg.NewObject(0), nil
	}
	v, err := msg.Decode(data)
	if err != nil {
		return nil, &bodyError{http.StatusBadRequest, err.Error()}
	}
	if first[0] != '{' && first[0] != '[' {
		return nil, &bodyError{http.StatusBadRequest, "invalid JSON: a body must be an object or a list"}
	}
	return v, nil
}

// multipart reads fields and files, all in memory.
func (b *httpBody) multipart() (*msg.Object, *msg.List, error) {
	fields, files := &queryTree{limit: maxParts}, msg.NewList()
	parts := multipart.NewReader(bytes.NewReader(b.data), b.boundary)
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if err == io.EOF && bytes.Contains(b.data, []byte("--"+b.boundary+"--")) {
			return fields.object(), files, nil
		}
		if n == maxParts {
			return nil, nil, &bodyError{http.StatusRequestEntityTooLarge, "Too many parts"}
		}
		var data []byte
		if err == nil {
			data, err = io.ReadAll(part)
		}
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, nil, &bodyError{http.StatusBadRequest, "Multipart: " + strings.TrimPrefix(err.Error(), "multipart: ")}
		}
		if part.FileName() != "" {
			files.Append(uploadedFile(part, data))
			continue
		}
		path, err := queryPath(part.FormName(), formLimits)
		if err != nil {
			return nil, nil, &bodyError{http.StatusBadRequest, err.Error()}
		}
		if path != nil {
			fields.merge(queryBranch(path, bodyTextOf(data), maxParts))
		}
	}
}

// uploadedFile is an entry of msg.req.files.
func uploadedFile(part *multipart.Part, data []byte) *msg.Object {
	encoding, mimeType := part.Header.Get("Content-Transfer-Encoding"), part.Header.Get("Content-Type")
	if encoding == "" {
		encoding = "7bit"
	}
	if mimeType == "" {
		mimeType = "text/plain"
	} else if plain, _, err := mime.ParseMediaType(mimeType); err == nil {
		mimeType = plain
	}
	return msg.Of("fieldname", part.FormName(), "originalname", part.FileName(), "encoding", encoding,
		"mimetype", mimeType, "buffer", data, "size", len(data))
}
