package node

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// DateFormat writes a moment with the tokens of moment.js in English, which
// Node-RED's timestamps use (contract jsonata-and-js.md §7). The zero value
// writes nothing.
type DateFormat struct{ pieces []datePiece }

type datePiece struct {
	literal string
	write   func(t time.Time) string // nil: literal
}

// dateTokens is how moment cuts a format up; longDates are the short names of
// whole formats.
var (
	dateTokens = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?s)\[[^\[]*?\]|\\?(?:[Hh]mm(?:ss)?|Mo|MM?M?M?|Do|DDDo|DD?D?D?|ddd?d?|do?|w[ow]?|W[oW]?|Qo?|N{1,5}|` +
			`YYYYYY|YYYYY|YYYY|YY|y{2,4}|yo?|gg(?:ggg?)?|GG(?:GGG?)?|e|E|a|A|hh?|HH?|kk?|mm?|ss?|S{1,9}|x|X|zz?|ZZ?|.)`)
	})
	longDateTokens = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\[[^\[]*?\]|\\?(?:LTS|LT|LL?L?L?|l{1,4})`)
	})
)

var longDates = map[string]string{
	"LTS": "h:mm:ss A", "LT": "h:mm A", "L": "MM/DD/YYYY", "LL": "MMMM D, YYYY",
	"LLL": "MMMM D, YYYY h:mm A", "LLLL": "dddd, MMMM D, YYYY h:mm A",
	"l": "M/D/YYYY", "ll": "MMM D, YYYY", "lll": "MMM D, YYYY h:mm A", "llll": "ddd, MMM D, YYYY h:mm A",
}

// ParseDateFormat reads a format. Every text is one: what is no token stands
// for itself, [text] for text.
func ParseDateFormat(format string) DateFormat {
	format = longDateTokens().ReplaceAllStringFunc(format, func(token string) string {
		if long, ok := longDates[token]; ok {
			return long
		}
		return token
	})
	var f DateFormat
	for _, token := range dateTokens().FindAllString(format, -1) {
		if write, ok := dateWriters()[token]; ok {
			f.pieces = append(f.pieces, datePiece{write: write})
			continue
		}
		literal := strings.ReplaceAll(token, `\`, "")
		if strings.HasPrefix(token, "[") && len(token) > 1 {
			literal = strings.TrimSuffix(token[1:], "]")
		}
		f.pieces = append(f.pieces, datePiece{literal: literal})
	}
	return f
}

// Format writes t in t's own zone.
func (f DateFormat) Format(t time.Time) string {
	var out strings.Builder
	for _, p := range f.pieces {
		if p.write != nil {
			out.WriteString(p.write(t))
		} else {
			out.WriteString(p.literal)
		}
	}
	return out.String()
}

// dateWriters has a writer per token; number writers are padded to a width.
var dateWriters = sync.OnceValue(func() map[string]func(time.Time) string {
	w := map[string]func(time.Time) string{
		"MMM":  func(t time.Time) string { return t.Format("Jan") },
		"MMMM": func(t time.Time) string { return t.Month().String() },
		"dd":   func(t time.Time) string { return t.Weekday().String()[:2] },
		"ddd":  func(t time.Time) string { return t.Weekday().String()[:3] },
		"dddd": func(t time.Time) string { return t.Weekday().String() },
		"a":    func(t time.Time) string { return t.Format("pm") },
		"A":    func(t time.Time) string { return t.Format("PM") },
		"Z":    func(t time.Time) string { return t.Format("-07:00") },
		"ZZ":   func(t time.Time) string { return t.Format("-0700") },
		"z":    func(time.Time) string { return "" },
		"zz":   func(time.Time) string { return "" },
		"x":    func(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) },
		"X":    func(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) },
		"YY":   func(t time.Time) string { return pad(t.Year()%100, 2) },
		"gg":   func(t time.Time) string { y, _ := localWeek(t); return pad(y%100, 2) },
		"GG":   func(t time.Time) string { y, _ := t.ISOWeek(); return pad(y%100, 2) },
		"YYYYYY": func(t time.Time) string {
			return fmt.Sprintf("%+07d", t.Year())
		},
		"hmm":   func(t time.Time) string { return t.Format("304") },
		"hmmss": func(t time.Time) string { return t.Format("30405") },
		"Hmm":   func(t time.Time) string { return strconv.Itoa(t.Hour()) + t.Format("04") },
		"Hmmss": func(t time.Time) string { return strconv.Itoa(t.Hour()) + t.Format("0405") },
	}
	for _, era := range []struct{ token, text string }{{"N", "AD"}, {"NN", "AD"}, {"NNN", "AD"}, {"NNNN", "Anno Domini"}, {"NNNNN", "AD"}} {
		w[era.token] = func(time.Time) string { return era.text }
	}
	number := func(value func(time.Time) int, widths map[string]int, ordinal string) {
		for token, width := range widths {
			w[token] = func(t time.Time) string { return pad(value(t), width) }
		}
		if ordinal != "" {
			w[ordinal] = func(t time.Time) string { return ordinalOf(value(t)) }
		}
	}
	year := func(t time.Time) int { return t.Year() }
	number(year, map[string]int{"Y": 4, "YYYY": 4, "YYYYY": 5, "y": 0, "yy": 2, "yyy": 3, "yyyy": 4}, "yo")
	number(func(t time.Time) int { return int(t.Month()) }, map[string]int{"M": 0, "MM": 2}, "Mo")
	number(func(t time.Time) int { return (int(t.Month()) + 2) / 3 }, map[string]int{"Q": 0}, "Qo")
	number(func(t time.Time) int { return t.Day() }, map[string]int{"D": 0, "DD": 2}, "Do")
	number(func(t time.Time) int { return t.YearDay() }, map[string]int{"DDD": 0, "DDDD": 3}, "DDDo")
	number(func(t time.Time) int { return int(t.Weekday()) }, map[string]int{"d": 0, "e": 0}, "do")
	number(func(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }, map[string]int{"E": 0}, "")
	number(func(t time.Time) int { _, n := localWeek(t); return n }, map[string]int{"w": 0, "ww": 2}, "wo")
	number(func(t time.Time) int { _, n := t.ISOWeek(); return n }, map[string]int{"W": 0, "WW": 2}, "Wo")
	number(func(t time.Time) int { y, _ := localWeek(t); return y }, map[string]int{"gggg": 4, "ggggg": 5}, "")
	number(func(t time.Time) int { y, _ := t.ISOWeek(); return y }, map[string]int{"GGGG": 4, "GGGGG": 5}, "")
	number(func(t time.Time) int { return t.Hour() }, map[string]int{"H": 0, "HH": 2}, "")
	number(func(t time.Time) int { return (t.Hour()+11)%12 + 1 }, map[string]int{"h": 0, "hh": 2}, "")
	number(func(t time.Time) int { return (t.Hour()+23)%24 + 1 }, map[string]int{"k": 0, "kk": 2}, "")
	number(func(t time.Time) int { return t.Minute() }, map[string]int{"m": 0, "mm": 2}, "")
	number(func(t time.Time) int { return t.Second() }, map[string]int{"s": 0, "ss": 2}, "")
	for n := 1; n <= 9; n++ { // a moment has milliseconds; what is finer is 0
		w[strings.Repeat("S", n)] = func(t time.Time) string {
			return (pad(t.Nanosecond()/int(time.Millisecond), 3) + "000000")[:n]
		}
	}
	return w
})

func pad(n, width int) string { return fmt.Sprintf("%0*d", width, n) }

// ordinalOf is 1st, 2nd, 3rd, 4th, 11th …
func ordinalOf(n int) string {
	suffix := "th"
	if n%100/10 != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

// localWeek is the week of moment's English locale: it starts on Sunday, and
// the week with January 1 is the first.
func localWeek(t time.Time) (year, week int) {
	saturday := t.AddDate(0, 0, 6-int(t.Weekday()))
	return saturday.Year(), (saturday.YearDay() + 6) / 7
}
