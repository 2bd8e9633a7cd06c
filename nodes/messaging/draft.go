package messaging

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
)

// draft checks an object and keeps the first thing that is wrong with it.
type draft struct {
	o   *msg.Object
	at  string // "image."
	err *failure
}

func (d *draft) no(name, format string, args ...any) {
	if d.err == nil {
		d.err = invalid(d.at+name, fmt.Errorf(format, args...))
	}
}

// in checks a member that must be an object.
func (d *draft) in(name string, required bool, each func(*draft)) {
	v, has := d.o.Lookup(name)
	o, ok := v.(*msg.Object)
	switch {
	case ok:
		inner := &draft{o, d.at + name + ".", d.err}
		each(inner)
		if d.err == nil {
			d.err = inner.err
		}
	case has:
		d.no(name, "is not an object")
	case required:
		d.no(name, "is missing")
	}
}

// each checks a member that must be a list of objects.
func (d *draft) each(name string, check func(*draft)) {
	list, _ := d.o.Get(name).(*msg.List)
	if list.Len() == 0 {
		d.no(name, "is no list with something in it")
	}
	for i := range list.Len() {
		item, ok := list.Items[i].(*msg.Object)
		if !ok {
			d.no(fmt.Sprintf("%s[%d]", name, i), "is not an object")
			return
		}
		in := &draft{item, fmt.Sprintf("%s%s[%d].", d.at, name, i), d.err}
		check(in)
		d.err = in.err
	}
}

func (d *draft) text(name string, required bool, limit int) string {
	v, has := d.o.Lookup(name)
	s, ok := v.(string)
	n := utf8.RuneCountInString(s)
	switch {
	case !has && !required:
	case !has:
		d.no(name, "is missing")
	case !ok:
		d.no(name, "is not text")
	case blank(s):
		d.no(name, "is empty")
	case n > limit:
		d.no(name, "%d characters: the provider takes %d", n, limit)
	}
	return s
}

func (d *draft) oneOf(name string, required bool, words ...string) string {
	s := d.text(name, required, 1000)
	if s != "" && !slices.Contains(words, s) {
		d.no(name, "%q is not one of %s", cut(s, 40), strings.Join(words, ", "))
	}
	return s
}

func (d *draft) link(name string, required bool) {
	s := d.text(name, required, 2000)
	if u, err := url.Parse(s); s != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
		d.no(name, "%q is not a public https address", cut(s, 80))
	}
}

// whole is a whole number between two others; text makes it a text on the wire.
func (d *draft) whole(name string, required bool, low, top int, text bool) {
	v, has := d.o.Lookup(name)
	if !has && !required {
		return
	}
	n, err := strconv.Atoi(strings.TrimSpace(member(d.o, name)))
	switch _, number := v.(float64); {
	case err != nil || !text && !number:
		d.no(name, "%s is not a whole number", cut(string(msg.Encode(v)), 40))
	case n < low || n > top:
		d.no(name, "%d is not between %d and %d", n, low, top)
	case text:
		d.o.Set(name, strconv.Itoa(n))
	}
}
