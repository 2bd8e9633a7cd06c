package network

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"path"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

var errPayload = errors.New("Invalid payload") //nolint:staticcheck // Node-RED's text

// payload makes the body, or the query, of msg.payload.
func (c *call) payload(m *msg.Object) error {
	payload, ok := m.Lookup("payload")
	if !ok || payload == any(msg.Undefined) || c.method == http.MethodHead {
		return nil
	}
	if c.method != http.MethodGet {
		return c.encode(payload)
	}
	switch c.node.PayloadTo {
	case "query":
		if msg.TypeOf(payload) != "object" {
			return errPayload
		}
		query := queryText(payload)
		separator := "?"
		if strings.Contains(c.text, "?") {
			if separator = "&"; strings.HasSuffix(c.text, "?") {
				separator = ""
			}
		}
		c.text += separator + query
		if c.url.RawQuery != "" {
			query = "&" + query
		}
		c.url.RawQuery += query
		c.url.ForceQuery = c.url.RawQuery == ""
	case "body":
		switch v := payload.(type) {
		case string:
			c.body = []byte(v)
		case []byte:
			c.body = v
		case float64:
			c.body = msg.AppendNumber(nil, v)
		case bool:
		default:
			return c.json(v)
		}
	}
	return nil
}

// encode makes the body as the content type says.
func (c *call) encode(payload any) error {
	kind := c.header.Get("Content-Type")
	_, isText := payload.(string)
	_, isBytes := payload.([]byte)
	switch v := payload.(type) {
	case string:
		c.body = []byte(v)
	case []byte:
		c.body = v
	case float64:
		c.body = msg.AppendNumber(nil, v)
	}
	switch {
	case kind == "multipart/form-data" && !isText && msg.TypeOf(payload) == "object":
		return c.form(payload)
	case isText, isBytes, c.body != nil:
		if c.body == nil {
			c.body = []byte{}
		}
	case kind == "application/x-www-form-urlencoded":
		c.body = []byte(queryText(payload))
	default:
		if kind == "" {
			c.header["Content-Type"] = []string{"application/json"}
		}
		return c.json(payload)
	}
	return nil
}

func (c *call) json(v any) error {
	text, err := msg.EncodeChecked(v)
	if err != nil {
		return typeError(err.Error())
	}
	c.body = text
	return nil
}

// form makes a multipart body: a part for each member, a file where it is
// {value, options: {filename, contentType}}.
func (c *call) form(payload any) error {
	if payload == nil {
		return nil
	}
	members, ok := payload.(*msg.Object)
	if l, isList := payload.(*msg.List); isList {
		members = msg.NewObject(l.Len())
		for i, v := range l.Items {
			members.Set(msg.FormatNumber(float64(i)), v)
		}
	} else if !ok {
		return errPayload
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, v := range members.All() {
		if v == nil || v == any(msg.Undefined) {
			continue
		}
		if err := formPart(w, name, v); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	c.header["Content-Type"] = []string{w.FormDataContentType()}
	c.body = body.Bytes()
	return nil
}

var quoted = strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A")

func formPart(w *multipart.Writer, name string, v any) error {
	var options *msg.Object
	if o, ok := v.(*msg.Object); ok && o.Has("value") {
		v = o.Get("value")
		if file, ok := o.Get("options").(string); ok {
			options = msg.Of("filename", file)
		} else {
			options, _ = o.Get("options").(*msg.Object)
		}
	} else if _, isText := v.(string); !isText {
		if _, isBytes := v.([]byte); !isBytes {
			v = string(msg.Encode(v))
		}
	}
	disposition, kind := `form-data; name="`+quoted.Replace(name)+`"`, ""
	if file, ok := options.Get("filename").(string); ok && file != "" {
		disposition += `; filename="` + quoted.Replace(path.Base(file)) + `"`
		kind, _, _ = strings.Cut(mime.TypeByExtension(path.Ext(file)), ";")
	}
	data, isBytes := v.([]byte)
	if isBytes && kind == "" {
		kind = "application/octet-stream"
	}
	if t, ok := options.Get("contentType").(string); ok && t != "" {
		if kind, ok = headerText(t); !ok {
			return typeError("invalid contentType of " + name)
		}
	}
	header := textproto.MIMEHeader{"Content-Disposition": {disposition}}
	if kind != "" {
		header["Content-Type"] = []string{kind}
	}
	part, err := w.CreatePart(header)
	if err == nil {
		if !isBytes {
			data = []byte(msg.Text(v))
		}
		_, err = part.Write(data)
	}
	return err
}

// newBody reads a body once.
func newBody(data []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(data)) }
