package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// problem is how the Messages API says no (vonage.md §2.4). Its content type is
// application/json, for the provider's SDK reads no other.
type problem struct {
	status   int
	Type     string    `json:"type"`
	Title    string    `json:"title"`
	Detail   string    `json:"detail"`
	Instance string    `json:"instance"`
	Invalid  []invalid `json:"invalid_parameters,omitempty"`
}

// invalid names a parameter and what is wrong with it.
type invalid struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

const errorsPage = "https://developer.vonage.com/api-errors/messages#"

func (p *problem) write(w http.ResponseWriter) {
	p.Instance = uuid()
	writeJSON(w, p.status, p)
}

// serveMessages is POST /v1/messages.
func (s *Simulator) serveMessages(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "use POST", http.StatusMethodNotAllowed)
		return
	}
	if err := s.checkBearer(r, time.Now()); err != nil {
		(&problem{
			status: http.StatusUnauthorized, Type: errorsPage + "unauthorized", Title: "Unauthorized",
			Detail: "You did not provide correct credentials: " + err.Error() + ".",
		}).write(w)
		return
	}
	m, no := readMessage(w, r)
	if no == nil {
		var e Entry
		if e, no = m.check(); no == nil {
			e = s.accept(e)
			writeJSON(w, http.StatusAccepted, map[string]string{"message_uuid": e.ID})
			return
		}
	}
	no.write(w)
}

func (s *Simulator) checkBearer(r *http.Request, now time.Time) error {
	if key, secret, ok := r.BasicAuth(); ok {
		if !s.knows(key, secret) {
			return errors.New("unknown API key or wrong secret")
		}
		return nil
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return errors.New("no Authorization header with a Bearer token or Basic credentials")
	}
	return checkToken(token, s.key.public(), s.account.ApplicationID, now)
}

func unprocessable(title, detail string, of ...invalid) *problem {
	return &problem{status: http.StatusUnprocessableEntity, Type: errorsPage + "1020", Title: title, Detail: detail, Invalid: of}
}

// message is the members of a request; a string where nothing is said.
type message map[string]any

func readMessage(w http.ResponseWriter, r *http.Request) (message, *problem) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/json" {
		return nil, &problem{status: http.StatusUnsupportedMediaType, Type: errorsPage + "1020",
			Title: "Unsupported Media Type", Detail: fmt.Sprintf("The content type is %q, not application/json.", kind)}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	if err != nil {
		status := http.StatusBadRequest
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			status = http.StatusRequestEntityTooLarge
		}
		return nil, &problem{status: status, Type: errorsPage + "1020", Title: http.StatusText(status), Detail: err.Error()}
	}
	members, err := decodeObject(body)
	if err != nil || !utf8.Valid(body) {
		return nil, unprocessable("Invalid JSON", "The request body is not a JSON object.")
	}
	return members, nil
}

// checker gathers everything that is wrong with a message.
type checker struct {
	m       map[string]any
	prefix  string
	invalid []invalid
}

func (c *checker) no(name, format string, args ...any) {
	c.invalid = append(c.invalid, invalid{c.prefix + name, fmt.Sprintf(format, args...)})
}

// text reads a member that must be a string of 1 to limit characters.
func (c *checker) text(name string, required bool, limit int) string {
	v, ok := c.m[name]
	if !ok {
		if required {
			c.no(name, "is required")
		}
		return ""
	}
	t, ok := v.(string)
	switch n := utf8.RuneCountInString(t); {
	case !ok:
		c.no(name, "must be a string")
	case n == 0:
		c.no(name, "must not be empty")
	case n > limit:
		c.no(name, "must be at most %d characters", limit)
	}
	return t
}

func (c *checker) oneOf(name string, required bool, words ...string) string {
	t := c.text(name, required, 1000)
	if t != "" && !oneOf(words...)(t) {
		c.no(name, "must be one of %s", strings.Join(words, ", "))
	}
	return t
}

// check is the envelope (§2.1) and the sms row of §2.2.
func (m message) check() (Entry, *problem) {
	c := &checker{m: m}
	channel, kind := c.text("channel", true, 100), c.text("message_type", true, 100)
	if channel != "sms" && len(c.invalid) == 0 {
		return Entry{}, unprocessable("Unsupported channel", "The simulator carries the channel sms only.",
			invalid{"channel", "must be sms"})
	}
	if kind != "text" && len(c.invalid) == 0 {
		return Entry{}, unprocessable("Invalid message type", "The channel sms carries text only.",
			invalid{"message_type", "must be text"})
	}
	if _, ok := m["failover"]; ok {
		return Entry{}, unprocessable("Invalid params", "The simulator has no failover.",
			invalid{"failover", "is not simulated"})
	}
	e := Entry{
		API: "messages", Channel: "sms", Type: "text",
		From: c.text("from", true, 1000), To: c.text("to", true, 1000), Text: c.text("text", true, 1000),
		ClientRef: c.text("client_ref", false, 100), Callback: c.text("webhook_url", false, 2000),
	}
	if e.To != "" && !e164.MatchString(e.To) {
		c.no("to", "must be a number of 7 to 15 digits with country code, without + and 00")
	}
	if e.From != "" && checkParties(e.From, "447700900000") != nil {
		c.no("from", "must be a number, a short code or a name of up to 11 letters and digits")
	}
	if u, err := url.Parse(e.Callback); e.Callback != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		c.no("webhook_url", "must be a URL")
	}
	c.oneOf("webhook_version", false, "v0.1", "v1")
	if v, ok := m["ttl"]; ok {
		if n, ok := v.(json.Number); !ok || !digits.MatchString(n.String()) || n.String() == "0" {
			c.no("ttl", "must be a positive whole number of seconds")
		}
	}
	if v, ok := m["trusted_recipient"]; ok {
		if _, ok := v.(bool); !ok {
			c.no("trusted_recipient", "must be true or false")
		}
	}
	encoding := c.smsOptions()
	if len(c.invalid) > 0 {
		return Entry{}, unprocessable("Invalid params", "The value of one or more parameters is invalid.", c.invalid...)
	}
	if no := checkParties(e.From, e.To); no != nil {
		if no.status == "15" {
			return Entry{}, unprocessable("Invalid sender", no.text+".", invalid{"from", "is not allowed for this recipient"})
		}
		return Entry{}, unprocessable("Invalid recipient", no.text+".", invalid{"to", "has no route"})
	}
	wide := encoding == "unicode" || encoding != "text" && !sms.IsGSM7(e.Text)
	e.Parts = sms.Parts(e.Text, wide)
	if wide {
		e.Type = "unicode"
	} else {
		e.Text = asReceived(e.Text)
	}
	return e, nil
}

// smsOptions checks the member "sms" and returns its encoding_type.
func (c *checker) smsOptions() string {
	v, ok := c.m["sms"]
	if !ok {
		return ""
	}
	options, ok := v.(map[string]any)
	if !ok {
		c.no("sms", "must be an object")
		return ""
	}
	in := &checker{m: options, prefix: "sms."}
	in.text("content_id", false, 100)
	in.text("entity_id", false, 100)
	encoding := in.oneOf("encoding_type", false, "text", "unicode", "auto")
	c.invalid = append(c.invalid, in.invalid...)
	return encoding
}
