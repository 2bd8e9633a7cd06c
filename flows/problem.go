package flows

import (
	"cmp"
	"fmt"
	"strings"
)

// Severity tells how bad a Problem is.
type Severity int

// An Error makes a faulty node: what it stands for does not run. A Notice is
// something people should know; it never refuses a document.
const (
	Error Severity = iota
	Notice
)

// String is "error" or "notice".
func (s Severity) String() string {
	if s == Notice {
		return "notice"
	}
	return "error"
}

// MarshalText writes the severity as String does.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Severity) UnmarshalText(text []byte) error {
	switch string(text) {
	case "error":
		*s = Error
	case "notice":
		*s = Notice
	default:
		return fmt.Errorf("severity %q is neither error nor notice", text)
	}
	return nil
}

// Problem is something wrong with one object of a document.
type Problem struct {
	Severity Severity `json:"severity"`
	File     string   `json:"file,omitempty"`
	Node     string   `json:"node,omitempty"` // the object's id
	Name     string   `json:"name,omitempty"` // what people call it, see Object.Label
	Type     string   `json:"type,omitempty"`
	Property string   `json:"property,omitempty"` // as a path: rules[0].v
	Message  string   `json:"message"`
	Code     string   `json:"code,omitempty"` // for programs: duplicate_id
}

// Problem returns a problem with o.
func (o *Object) Problem(s Severity, code, property, format string, args ...any) Problem {
	return Problem{
		Severity: s, Code: code, Property: property, Message: fmt.Sprintf(format, args...),
		File: o.File, Node: o.ID, Name: o.Label(), Type: o.Type,
	}
}

// String reads: flows.json: node "greet" (send-sms n1): to: is empty.
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File + ": ")
	}
	if p.Node != "" {
		fmt.Fprintf(&b, "node %q (%s %s): ", cmp.Or(p.Name, p.Type), p.Type, p.Node)
	}
	if p.Property != "" {
		b.WriteString(p.Property + ": ")
	}
	b.WriteString(p.Message)
	return b.String()
}

// FormatError is a text that is no flow document: nothing of it can be used.
type FormatError struct {
	File         string // "" if it came from elsewhere
	Line, Column int    // from 1; 0 if no place in the text is meant
	Entry        int    // which entry of the array, from 1; 0 if none is meant
	Code         string // malformed_json, not_an_array, no_object, no_id, no_type
	Message      string
	Err          error // the *msg.SyntaxError of malformed JSON
}

// Error reads: flows.json:3:14: entry 2 has no id: ….
func (e *FormatError) Error() string {
	var b strings.Builder
	switch {
	case e.File != "" && e.Line > 0:
		fmt.Fprintf(&b, "%s:%d:%d: ", e.File, e.Line, e.Column)
	case e.File != "":
		b.WriteString(e.File + ": ")
	case e.Line > 0:
		fmt.Fprintf(&b, "line %d, column %d: ", e.Line, e.Column)
	}
	if e.Entry > 0 {
		fmt.Fprintf(&b, "entry %d ", e.Entry)
	}
	b.WriteString(e.Message)
	return b.String()
}

// Unwrap is what the JSON reader said.
func (e *FormatError) Unwrap() error { return e.Err }
