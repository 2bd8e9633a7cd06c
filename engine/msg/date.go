package msg

import (
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
func (d Date) String() string {
	if !d.Valid() {
		return "Invalid Date"
	}
	t := d.Time().Local()
	year := "2006"
	if y := t.Year(); y < 0 || y > 9999 {
		year = ""
	}
	if year == "" {
		b := t.AppendFormat(nil, "Mon Jan 02 ")
		b = appendYear(b, t.Year(), false)
		return string(t.AppendFormat(b, " 15:04:05 GMT-0700 (")) + zoneName(t) + ")"
	}
	return t.Format("Mon Jan 02 2006 15:04:05 GMT-0700 (") + zoneName(t) + ")"
}

// appendISO appends JavaScript's toISOString of a valid date.
func (d Date) appendISO(b []byte) []byte {
	t := d.Time()
	b = appendYear(b, t.Year(), true)
	return t.AppendFormat(b, "-01-02T15:04:05.000Z")
}

// appendYear appends four digits or, of other years, a sign and six.
func appendYear(b []byte, year int, iso bool) []byte {
	width := 4
	switch {
	case year < 0:
		b, year = append(b, '-'), -year
		width = 6
	case year > 9999 && iso:
		b = append(b, '+')
		width = 6
	case year > 9999:
		width = 6
	}
	for unit := pow10(width - 1); unit > 0; unit /= 10 {
		b = append(b, byte('0'+year/unit%10))
	}
	return b
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// zoneName is how JavaScript names the zone of t.
func zoneName(t time.Time) string {
	if _, offset := t.Zone(); offset == 0 && t.Location() == time.UTC {
		return "Coordinated Universal Time"
	}
	name, offset := t.Zone()
	if long := zoneNames[zone{name, offset / 60}]; long != "" {
		return long
	}
	return t.Format("GMT-07:00")
}

// zone is what Go knows of a zone: its short name and minutes east of UTC.
type zone struct {
	short   string
	minutes int
}

var zoneNames = map[zone]string{
	{"UTC", 0}: "Coordinated Universal Time",
}
