package node

import (
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

// Duration is a span of time: "10s", "250ms", or a number or numeric text,
// which counts in the tag `unit` (seconds without one).
type Duration time.Duration

// D is the span as Go's own type.
func (d Duration) D() time.Duration { return time.Duration(d) }

// String prints as time.Duration does.
func (d Duration) String() string { return time.Duration(d).String() }

func (d *Duration) decode(x *decoding, f *field, at string, raw any) {
	span, problem := parseDuration(raw, f.unit)
	if problem == "" {
		problem = f.outsideSpan(time.Duration(span))
	}
	if problem != "" {
		x.problem(at, problem)
		return
	}
	*d = span
}

func parseDuration(raw any, unit string) (Duration, string) {
	n, isNumber := raw.(float64)
	if text, ok := raw.(string); ok {
		text = strings.TrimSpace(text)
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			span, err := time.ParseDuration(text)
			if err != nil {
				return 0, notA(raw, `a duration such as "10s" or "250ms"`)
			}
			return Duration(span), ""
		}
		n, isNumber = f, true
	}
	if !isNumber {
		return 0, notA(raw, `a duration such as "10s" or "250ms"`)
	}
	n *= float64(unitOf[unit])
	if math.IsNaN(n) || math.Abs(n) > math.MaxInt64/2 {
		return 0, notA(raw, "a duration that can be counted")
	}
	return Duration(math.Round(n)), ""
}

// unitOf are the units a bare number of a Duration may count in.
var unitOf = map[string]time.Duration{
	"": time.Second, "s": time.Second, "ms": time.Millisecond, "min": time.Minute, "h": time.Hour, "d": 24 * time.Hour,
}

// Secret is a credential. It is kept in the credential store, never in the
// flow, and prints as •••• wherever it is printed; Reveal is the one way to
// its text. A variable that is not set (`${NAME}`) is no secret: empty.
type Secret struct{ text string }

// Reveal returns the secret itself, "" if there is none.
func (s Secret) Reveal() string { return s.text }

// IsSet tells whether there is one.
func (s Secret) IsSet() bool { return s.text != "" }

const masked = "••••"

// String masks the secret; it is "" if there is none.
func (s Secret) String() string {
	if s.text == "" {
		return ""
	}
	return masked
}

// Format masks the secret for every verb of fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// LogValue masks the secret in logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText masks the secret in JSON and other encodings.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

func (s *Secret) decode(x *decoding, _ *field, at string, raw any) {
	text, problem := textOf(raw)
	if problem != "" {
		x.problem(at, problem)
		return
	}
	s.text = text
}

// textOf reads a text property. Numbers and booleans are their text, for a
// variable keeps its own type when the engine puts it in.
func textOf(raw any) (string, string) {
	switch v := raw.(type) {
	case string:
		return v, ""
	case float64, bool:
		return msg.Text(v), ""
	case []byte:
		return string(v), ""
	}
	return "", notA(raw, "text")
}

// numberOf reads a number property: 5 or "5".
func numberOf(raw any) (float64, string) {
	var n float64
	switch v := raw.(type) {
	case float64:
		n = v
	case string:
		n = msg.Number(v)
		if strings.TrimSpace(v) == "" {
			n = math.NaN()
		}
	default:
		return 0, notA(raw, "a number")
	}
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, notA(raw, "a number")
	}
	return n, ""
}

// boolOf reads a yes or no: true, "true", 1, "1" and their opposites.
func boolOf(raw any) (bool, string) {
	switch v := raw.(type) {
	case bool:
		return v, ""
	case float64:
		if v == 0 || v == 1 {
			return v == 1, ""
		}
	case string:
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "true", "1":
			return true, ""
		case "false", "0":
			return false, ""
		}
	}
	return false, notA(raw, "true or false")
}

// maxShown is how much of a wrong value a problem quotes, in bytes.
const maxShown = 60

// notA says what a value is not. A variable that the engine could not put in
// is named instead: that is what is wrong.
func notA(raw any, want string) string {
	if text, ok := raw.(string); ok {
		if name, ok := wholeVariable(text); ok {
			return fmt.Sprintf("variable %s is not set", name)
		}
	}
	return fmt.Sprintf("%s is not %s", shown(raw), want)
}

// shown is a value as a problem quotes it.
func shown(raw any) string {
	text := string(msg.Encode(raw))
	if len(text) > maxShown {
		text = strings.ToValidUTF8(text[:maxShown], "") + "…"
	}
	return text
}

// wholeVariable tells whether text is ${NAME} or the old $(NAME) and nothing
// else: what the engine leaves where a variable is not set (contract
// flow-format.md §5.1).
func wholeVariable(text string) (name string, ok bool) {
	if len(text) < 4 || text[0] != '$' || strings.ContainsAny(text, " \t\r\n") {
		return "", false
	}
	if open, end := text[1], text[len(text)-1]; open == '{' && end == '}' || open == '(' && end == ')' {
		return text[2 : len(text)-1], true
	}
	return "", false
}
