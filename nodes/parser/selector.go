package parser

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// htmlSelector is a CSS selector, and perhaps which of what it finds.
type htmlSelector struct {
	source string
	group  cascadia.SelectorGroup // nil: finds nothing
	which  string                 // first, eq …
	n      int
}

// position is what jQuery has at the end of a selector and CSS has not.
var position = regexp.MustCompile(`^(.*[^\s,>+~]):(?:(first|last|even|odd)|(eq|lt|gt)\((-?[0-9]+)\))$`)

func compileSelector(source string) (*htmlSelector, error) {
	s := &htmlSelector{source: source}
	if source == "" {
		return s, nil
	}
	if m := position.FindStringSubmatch(source); m != nil {
		source, s.which = m[1], m[2]+m[3]
		s.n, _ = strconv.Atoi(m[4])
	}
	group, err := cascadia.ParseGroup(source)
	if err != nil {
		return nil, fmt.Errorf("selector %q: %w", s.source, err)
	}
	s.group = group
	return s, nil
}

// find returns the elements in the order of the page.
func (s *htmlSelector) find(page *html.Node) []*html.Node {
	if s.group == nil {
		return nil
	}
	all := cascadia.QueryAll(page, s.group)
	if s.which == "" {
		return all
	}
	n := s.n
	if n < 0 {
		n += len(all)
	}
	var found []*html.Node
	for i, e := range all {
		if s.is(i, n, len(all)) {
			found = append(found, e)
		}
	}
	return found
}

func (s *htmlSelector) is(i, n, count int) bool {
	switch s.which {
	case "first":
		return i == 0
	case "last":
		return i == count-1
	case "even":
		return i%2 == 0
	case "odd":
		return i%2 == 1
	case "lt":
		return i < n
	case "gt":
		return i > n
	}
	return i == n
}
