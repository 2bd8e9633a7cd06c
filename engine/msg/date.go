package msg

import (
	"fmt"
	"math"
	"time"
)

// Date is a moment: milliseconds since 1970-01-01 UTC, NaN for JavaScript's
// invalid date.
type Date float64

// maxDate is the last millisecond a Date knows, and the first is -maxDate.
const maxDate = 8.64e15

// DateOf is the moment t, to the millisecond.
func DateOf(t time.Time) Date { return Date(t.UnixMilli()) }

// Valid tells whether d is a moment.
func (d Date) Valid() bool { return d >= -maxDate && d <= maxDate }

// Time is d for Go, the zero time if d is invalid.
func (d Date) Time() time.Time {
	if !d.Valid() {
		return time.Time{}
	}
	return time.UnixMilli(int64(math.Trunc(float64(d)))).UTC()
}

// String is JavaScript's long form in the local zone: "Thu Jan 01 1970
// 00:00:00 GMT+0000 (Coordinated Universal Time)".
func (d Date) String() string { return d.in(time.Local) }

func (d Date) in(local *time.Location) string {
	if !d.Valid() {
		return "Invalid Date"
	}
	t := d.Time().In(local)
	year := fmt.Sprintf("%04d", t.Year())
	if t.Year() < 0 {
		year = fmt.Sprintf("-%04d", -t.Year())
	}
	return t.Format("Mon Jan 02 ") + year + t.Format(" 15:04:05 GMT-0700 (") + zoneName(t) + ")"
}

// appendISO appends JavaScript's toISOString of a valid date.
func (d Date) appendISO(b []byte) []byte {
	t := d.Time()
	format := "%04d"
	if year := t.Year(); year < 0 || year > 9999 {
		format = "%+07d"
	}
	b = fmt.Appendf(b, format, t.Year())
	return t.AppendFormat(b, "-01-02T15:04:05.000Z")
}
