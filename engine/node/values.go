package node

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/template"
)

// Values reads fields against one message and keeps the first error, which
// names the field. After an error everything reads as zero.
type Values struct {
	m   *msg.Object
	err error
}

// On reads fields against m, which is not changed.
func On(m *msg.Object) *Values { return &Values{m: m} }

// Err is the first error, or nil.
func (v *Values) Err() error { return v.err }

// Valued is a field that has a value for a message: Template and TypedValue.
type Valued interface {
	value(m *msg.Object) (any, error)
	text(m *msg.Object) (string, error)
	path() string
}

// Any returns the field's value: Undefined for what is missing, also where a
// path leads through something that is not there.
func (v *Values) Any(f Valued) any {
	if v.err != nil {
		return nil
	}
	got, err := f.value(v.m)
	if err != nil {
		v.fail(f, err)
		return nil
	}
	return got
}

// Text returns the field as text, as in <<…>>: what is missing is "", objects
// and lists are JSON. A required template that renders blank is an error.
func (v *Values) Text(f Valued) string {
	if v.err != nil {
		return ""
	}
	text, err := f.text(v.m)
	if err != nil {
		v.fail(f, err)
		return ""
	}
	return text
}

// Float returns the field as a number; blank is 0, other text an error.
func (v *Values) Float(f Valued) float64 {
	text := strings.TrimSpace(v.Text(f))
	if v.err != nil || text == "" {
		return 0
	}
	n := msg.Number(text)
	if math.IsNaN(n) || math.IsInf(n, 0) {
		v.fail(f, fmt.Errorf("%s is not a number", shown(text)))
		return 0
	}
	return n
}

// Int returns the field as a whole number; blank is 0, other text an error.
func (v *Values) Int(f Valued) int {
	n := v.Float(f)
	if n != math.Trunc(n) || math.Abs(n) > 1<<53 {
		v.fail(f, fmt.Errorf("%s is not a whole number", strconv.FormatFloat(n, 'g', -1, 64)))
		return 0
	}
	return int(n)
}

// Bool returns the field as yes or no; blank is no, other text than true,
// false, 1 and 0 an error.
func (v *Values) Bool(f Valued) bool {
	text := v.Text(f)
	if v.err != nil || strings.TrimSpace(text) == "" {
		return false
	}
	b, problem := boolOf(text)
	if problem != "" {
		v.fail(f, fmt.Errorf("%s", problem))
	}
	return b
}

func (v *Values) fail(f Valued, err error) {
	if _, named := err.(*blankError); !named {
		err = fmt.Errorf("%s: %w", f.path(), err)
	}
	v.err = err
}

func (t TypedValue) path() string { return t.v.at }

// value is Value that takes a broken path for Undefined.
func (t TypedValue) value(m *msg.Object) (any, error) {
	if b := t.v; b != nil && b.choice.as == "msg" && b.set {
		v, ok := b.path.Lookup(m)
		if !ok {
			return msg.Undefined, nil
		}
		return v, nil
	}
	return t.Value(m)
}

func (t TypedValue) text(m *msg.Object) (string, error) {
	v, err := t.value(m)
	if err != nil {
		return "", err
	}
	return template.TextOf(v), nil
}
