package messaging

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
)

// webhookLimit is how large a webhook may be: the provider's are a few
// kilobytes.
const webhookLimit = 1 << 20

// webhookPatience is how long its body may take: the provider waits no longer
// for the whole answer.
const webhookPatience = 15 * time.Second

// maxFields is how many parameters a form or query may have.
const maxFields = 200

// webhook is a request of the provider: an inbound message or a receipt, as
// query, form or JSON (vonage.md §1.7, §5).
type webhook struct {
	raw    []byte // what a Messages signature covers: the body's bytes
	fields *msg.Object
	signed map[string]string // what an SMS signature covers; nil: not flat
}

// webhookError is a request that no webhook can be read from.
type webhookError struct {
	status int
	text   string
}

func (e *webhookError) Error() string { return e.text }

func unreadable(format string, args ...any) *webhookError {
	return &webhookError{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

// readWebhook reads a request. What a query adds to a body takes no part in
// the signature, so a signed body keeps its own fields.
func readWebhook(w http.ResponseWriter, r *http.Request) (*webhook, error) {
	if r.Method != http.MethodPost {
		fields, err := parseFields(r.URL.RawQuery)
		return &webhook{raw: []byte(r.URL.RawQuery), fields: fields, signed: flat(fields)}, err
	}
	patience := http.NewResponseController(w)
	_ = patience.SetReadDeadline(time.Now().Add(webhookPatience)) // not every connection has one
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, webhookLimit))
	if err == nil { // else what is left of the body must not hold up the answer
		_ = patience.SetReadDeadline(time.Time{})
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, &webhookError{http.StatusRequestTimeout, fmt.Sprintf("the webhook's body did not come within %s", webhookPatience)}
	case err != nil:
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			return nil, &webhookError{http.StatusRequestEntityTooLarge, "the webhook is larger than 1 MB"}
		}
		return nil, unreadable("the webhook's body did not come: %v", err)
	}
	h := &webhook{raw: body}
	if isJSON(r.Header.Get("Content-Type"), body) {
		h.fields, err = msg.DecodeObject(bytes.TrimPrefix(body, []byte("\ufeff")))
		if err != nil {
			return nil, unreadable("the webhook is no JSON object: %v", err)
		}
	} else if h.fields, err = parseFields(string(body)); err != nil {
		return nil, err
	}
	h.signed = flat(h.fields)
	query, err := parseFields(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	for key, v := range query.All() {
		if !h.fields.Has(key) {
			h.fields.Set(key, v)
		}
	}
	return h, nil
}

func isJSON(contentType string, body []byte) bool {
	kind, _, _ := mime.ParseMediaType(contentType)
	if strings.HasSuffix(kind, "json") {
		return true
	}
	return kind != "application/x-www-form-urlencoded" && bytes.HasPrefix(bytes.TrimSpace(body), []byte("{"))
}

// parseFields reads a query or a form in its order. Of a repeated field the
// first counts.
func parseFields(query string) (*msg.Object, error) {
	o := msg.NewObject(12)
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		if o.Len() == maxFields {
			return nil, unreadable("the webhook has more than %d fields", maxFields)
		}
		name, value, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(name)
		if err != nil {
			return nil, unreadable("the webhook's field %q: %v", name, err)
		}
		text, err := url.QueryUnescape(value)
		if err != nil {
			return nil, unreadable("the webhook's field %s: %v", key, err)
		}
		if !o.Has(key) {
			o.Set(key, validText(text))
		}
	}
	return o, nil
}

// validText makes valid UTF-8 of what may not be: JSON could not carry it.
func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\ufffd")
}

// flat is an object of texts and numbers as the SMS API signs it, nil if it
// is none.
func flat(o *msg.Object) map[string]string {
	if o.Len() > maxFields {
		return nil
	}
	fields := make(map[string]string, o.Len())
	for key, v := range o.All() {
		switch v.(type) {
		case string, float64, bool:
			fields[key] = msg.Text(v)
		case nil:
			fields[key] = ""
		default:
			return nil
		}
	}
	return fields
}

// word is a member that ought to be a text: a number is its digits, anything
// else is none.
func word(o *msg.Object, key string) string {
	switch v := o.Get(key).(type) {
	case string:
		return v
	case float64:
		return msg.FormatNumber(v)
	}
	return ""
}

// inner is a member that is an object, nil if it is none.
func inner(o *msg.Object, key string) *msg.Object {
	v, _ := o.Get(key).(*msg.Object)
	return v
}
