package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// bodyLimit is more than any message the provider takes.
const bodyLimit = 64 << 10

// refusal is how the SMS API says no, inside a 200 (vonage.md §1.5).
type refusal struct{ status, text string }

func refuse(status, format string, args ...any) *refusal {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

// serveSMS is POST /sms/json. All that it says, it says with HTTP 200, but for
// requests that never get as far as the API.
func (s *Simulator) serveSMS(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "use POST: a secret in a URL ends up in logs", http.StatusMethodNotAllowed)
		return
	}
	p, status, err := readParams(w, r)
	if err != nil {
		http.Error(w, err.Error(), status)
		return
	}
	e, no := s.checkSMS(r, p)
	if no != nil {
		writeJSON(w, http.StatusOK, smsAnswer{"1", []smsPart{{To: p["to"], Status: no.status, Error: no.text}}})
		return
	}
	e = s.accept(e)
	answer := smsAnswer{Count: strconv.Itoa(e.Parts), Messages: make([]smsPart, 0, len(e.IDs))}
	for _, id := range e.IDs {
		answer.Messages = append(answer.Messages, smsPart{To: e.To, ID: id, Status: "0",
			Balance: "10.00000000", Price: "0.03330000", Network: "23410", ClientRef: e.ClientRef})
	}
	writeJSON(w, http.StatusOK, answer)
}

// smsAnswer holds strings only, as the provider's does.
type smsAnswer struct {
	Count    string    `json:"message-count"`
	Messages []smsPart `json:"messages"`
}

// smsPart is what became of one part.
type smsPart struct {
	To        string `json:"to,omitempty"`
	ID        string `json:"message-id,omitempty"`
	Status    string `json:"status"`
	Error     string `json:"error-text,omitempty"`
	Balance   string `json:"remaining-balance,omitempty"`
	Price     string `json:"message-price,omitempty"`
	Network   string `json:"network,omitempty"`
	ClientRef string `json:"client-ref,omitempty"`
}

// readParams reads a form or a JSON object to its flat parameters. On an error
// it says with which HTTP status.
func readParams(w http.ResponseWriter, r *http.Request) (map[string]string, int, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	if err != nil {
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			return nil, http.StatusRequestEntityTooLarge, err
		}
		return nil, http.StatusBadRequest, err
	}
	p := map[string]string{}
	switch kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind {
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, http.StatusBadRequest, fmt.Errorf("the body is no form: %w", err)
		}
		for name, values := range form {
			p[name] = values[0]
		}
	case "application/json":
		members, err := decodeObject(body)
		if err != nil {
			return nil, http.StatusBadRequest, fmt.Errorf("the body is no JSON object: %w", err)
		}
		for name, v := range members {
			switch v := v.(type) {
			case string:
				p[name] = v
			case json.Number:
				p[name] = v.String()
			case bool:
				p[name] = strconv.FormatBool(v)
			default: // null, a list or an object: never a valid value
				p[name] = "\x00"
			}
		}
	default:
		return nil, http.StatusUnsupportedMediaType,
			fmt.Errorf("content type %q: use application/x-www-form-urlencoded or application/json", kind)
	}
	return p, 0, nil
}

func decodeObject(body []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var members map[string]any
	if err := d.Decode(&members); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("something follows it")
	}
	if members == nil {
		return nil, errors.New("it is null")
	}
	return members, nil
}

// checkAccess wants exactly one of the three ways of §1.1.
func (s *Simulator) checkAccess(r *http.Request, p map[string]string) *refusal {
	_, signed := p["sig"]
	_, secret := p["api_secret"]
	if r.Header.Get("Authorization") != "" {
		key, password, basic := r.BasicAuth()
		switch {
		case signed:
			return refuse("32", "Signature together with an Authorization header")
		case secret || !basic || !s.knows(key, password):
			return refuse("4", "Bad Credentials")
		}
		return nil
	}
	switch {
	case p["api_key"] == "":
		return refuse("2", "Missing api_key")
	case signed && secret:
		return refuse("32", "Signature and api_secret disallowed")
	case !signed && p["api_secret"] == "":
		return refuse("2", "Missing api_secret")
	case !signed:
		if !s.knows(p["api_key"], p["api_secret"]) {
			return refuse("4", "Bad Credentials")
		}
	case p["api_key"] != s.account.APIKey:
		return refuse("4", "Bad Credentials")
	case p["timestamp"] == "":
		return refuse("2", "Missing timestamp param")
	case !digits.MatchString(p["timestamp"]) || !sms.Verify(p, s.account.SignatureSecret, s.account.SignatureMethod):
		return refuse("14", "Invalid Signature")
	}
	return nil
}

var (
	digits       = regexp.MustCompile(`^[0-9]+$`)
	e164         = regexp.MustCompile(`^[1-9][0-9]{6,14}$`)
	senderNumber = regexp.MustCompile(`^[1-9][0-9]{2,14}$`)
	senderName   = regexp.MustCompile(`^[A-Za-z0-9]{1,11}$`)
	hexBytes     = regexp.MustCompile(`^([0-9A-Fa-f]{2})+$`)
)

// optional is what the other parameters of §1.3 must look like.
var optional = map[string]func(string) bool{
	"ttl":               between(20_000, 604_800_000),
	"message-class":     between(0, 3),
	"protocol-id":       between(0, 255),
	"status-report-req": oneOf("true", "false", "1", "0"),
	"trusted_sender":    oneOf("true", "false", "1", "0"),
	"type":              oneOf("text", "unicode", "binary"),
	"client-ref":        upTo(100),
	"account-ref":       upTo(100),
	"entity-id":         upTo(100),
	"content-id":        upTo(100),
	"callback":          upTo(100),
}

func between(low, high int64) func(string) bool {
	return func(v string) bool {
		n, err := strconv.ParseInt(v, 10, 64)
		return err == nil && digits.MatchString(v) && n >= low && n <= high
	}
}

func oneOf(words ...string) func(string) bool {
	return func(v string) bool { return slices.Contains(words, v) }
}

func upTo(n int) func(string) bool {
	return func(v string) bool { return utf8.RuneCountInString(v) <= n }
}

// checkSMS says what would go out, or why nothing does.
func (s *Simulator) checkSMS(r *http.Request, p map[string]string) (Entry, *refusal) {
	if no := s.checkAccess(r, p); no != nil {
		return Entry{}, no
	}
	for name, v := range p {
		if v == "\x00" || !utf8.ValidString(v) {
			return Entry{}, refuse("3", "Invalid %s param", name)
		}
		if valid := optional[name]; valid != nil && v != "" && !valid(v) {
			return Entry{}, refuse("3", "Invalid %s param", name)
		}
	}
	binary := p["type"] == "binary"
	required := []string{"to", "from", "text"}
	if binary {
		required = []string{"to", "from", "body", "udh"}
	}
	for _, name := range required {
		if p[name] == "" {
			return Entry{}, refuse("2", "Missing %s param", name)
		}
	}
	e := Entry{
		API: "sms", Channel: "sms", From: p["from"], To: p["to"], Text: p["text"], Type: p["type"],
		ClientRef: p["client-ref"], Callback: p["callback"], Parts: 1,
	}
	e.unreported = p["status-report-req"] == "false" || p["status-report-req"] == "0"
	if e.Type == "" {
		e.Type = "text"
	}
	if no := checkParties(e.From, e.To); no != nil {
		return Entry{}, no
	}
	if u, err := url.Parse(e.Callback); e.Callback != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return Entry{}, refuse("23", "Invalid callback url")
	}
	if binary {
		if !hexBytes.MatchString(p["body"]) || !hexBytes.MatchString(p["udh"]) {
			return Entry{}, refuse("3", "Invalid body or udh param")
		}
		if len(p["body"])+len(p["udh"]) > 2*140 {
			return Entry{}, refuse("12", "Message too long")
		}
		e.Text, e.Body, e.UDH = "", p["body"], p["udh"]
		return e, nil
	}
	if p["body"] != "" || p["udh"] != "" || p["protocol-id"] != "" {
		return Entry{}, refuse("3", "Invalid type param: body, udh and protocol-id need type binary")
	}
	if utf8.RuneCountInString(e.Text) > 3200 {
		return Entry{}, refuse("12", "Message too long")
	}
	e.Parts = sms.Parts(e.Text, e.Type == "unicode")
	if e.Type == "text" {
		e.Text = asReceived(e.Text)
	}
	return e, nil
}

// checkParties is the part of §1.3 and §1.10 that concerns numbers. Country
// code 999 is assigned to nobody and stands for a prefix without a route.
func checkParties(from, to string) *refusal {
	switch {
	case !e164.MatchString(to):
		return refuse("3", "Invalid to param")
	case strings.HasPrefix(to, "999"):
		return refuse("6", "Unroutable message - rejected")
	case !senderNumber.MatchString(from) && (digits.MatchString(from) || !senderName.MatchString(from)):
		return refuse("15", "Illegal Sender Address - rejected")
	case strings.HasPrefix(to, "1") && !digits.MatchString(from): // USA, Canada
		return refuse("15", "Illegal Sender Address - rejected")
	}
	return nil
}

// asReceived is what is left of a text that is sent in GSM-7.
func asReceived(text string) string {
	if sms.IsGSM7(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if sms.IsGSM7(string(r)) {
			return r
		}
		return '?'
	}, text)
}
