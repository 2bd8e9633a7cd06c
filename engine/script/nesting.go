package script

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// How deep code may be nested. The parser and the compiler call themselves
// for each level, and a stack that is full ends the process; besides, they
// need the square of the depth, and nothing can interrupt them.
const (
	maxBrackets = 500  // within each other
	maxChain    = 5000 // names and signs in a row that nothing ends: a => b => …, a + b + …
)

// nestedTooDeeply tells whether code is nested deeper than can be parsed. It
// reads as much of JavaScript as is needed to tell code from texts, comments
// and regular expressions; where it cannot tell, it takes all for code.
func nestedTooDeeply(code string) bool {
	if len(code) < maxBrackets {
		return false
	}
	s := scan{code: code, levels: make([]level, 1, 32)}
	return s.tooDeep()
}

// level is an open bracket.
type level struct {
	open  byte // 0: the code itself; '$': the ${ of a template
	head  bool // of if, for, while, with: a statement follows
	chain int  // how long it is before what is now read
}

// before is what the token before was, as far as it matters to the next.
type before int

const (
	beforeOperator before = iota // a value must follow
	beforeValue
	beforeHead    // the ) of a head
	beforeUnclear // a } or ++: what / means is not known
)

type scan struct {
	code    string
	at      int
	levels  []level
	chain   int
	last    before
	word    string // the last token, if it was a name
	newline bool   // between the last token and this
	unsure  bool   // texts are not skipped any more
}

// prefixes are the names behind which an expression or a statement goes on.
var prefixes = nameSet("return", "typeof", "void", "delete", "new", "in", "instanceof", "of", "case", "do", "else", "throw", "await", "yield",
	"async", "extends", "const", "let", "var", "default", "class", "function", "get", "set", "static")

// starters begin a statement, behind a } even on the same line.
var starters = nameSet("function", "if", "for", "while", "return", "const", "let", "var", "class", "switch", "try", "do", "throw", "case", "break", "continue")

var heads = nameSet("if", "for", "while", "with")

func (s *scan) tooDeep() bool {
	for s.at < len(s.code) {
		c := s.code[s.at]
		switch {
		case c == '\n' || c == '\r':
			s.newline = true
			s.at++
		case c <= ' ':
			s.at++
		case c == '/' && s.comment():
		default:
			s.token(c)
			if s.chain > maxChain || len(s.levels) > maxBrackets {
				return true
			}
		}
	}
	return false
}

// comment skips one.
func (s *scan) comment() bool {
	rest := s.code[s.at:]
	switch {
	case strings.HasPrefix(rest, "//"):
		end := strings.IndexAny(rest, "\n\r\u2028\u2029")
		if end < 0 {
			end = len(rest)
		}
		s.at += end
	case strings.HasPrefix(rest, "/*"):
		end := strings.Index(rest, "*/")
		if end < 0 {
			end = len(rest) - 2
		}
		s.newline = s.newline || strings.ContainsAny(rest[:end], "\n\r")
		s.at += end + 2
	default:
		return false
	}
	return true
}

func (s *scan) token(c byte) {
	s.chain++
	word := s.word
	s.word = ""
	switch {
	case c == '(' || c == '[' || c == '{':
		s.open(c, heads[word])
	case c == ')' || c == ']' || c == '}':
		s.close(c)
	case c == ';' || c == ',':
		s.end()
		s.last = beforeOperator
		s.at++
	case c == '"' || c == '\'':
		s.ended()
		s.text(c)
	case c == '`':
		s.at++
		s.template()
	case c == '/' && (s.last == beforeOperator || s.last == beforeHead):
		s.regexp()
	case c == '_' || c == '$' || c == '\\' || c == '#' || c >= utf8.RuneSelf || unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c)):
		s.name()
	default:
		s.operator(c)
	}
	s.newline = false
}

func (s *scan) open(c byte, head bool) {
	s.levels = append(s.levels, level{open: c, head: head, chain: s.chain})
	s.chain, s.last = 0, beforeOperator
	s.at++
}

func (s *scan) close(c byte) {
	s.at++
	last := beforeValue
	if n := len(s.levels); n > 1 {
		top := s.levels[n-1]
		s.levels = s.levels[:n-1]
		s.chain = top.chain
		switch {
		case top.open == '$' && c == '}':
			s.template()
			return
		case top.head:
			last = beforeHead
		}
	}
	if c == '}' {
		last = beforeUnclear
	}
	s.last = last
}

// end is where nothing that was read goes on, but what is open.
func (s *scan) end() { s.chain = 0 }

// ended is where a line may end a statement: a value behind a value.
func (s *scan) ended() {
	if s.newline && (s.last == beforeValue || s.last == beforeUnclear) {
		s.end()
	}
}

func (s *scan) text(quote byte) {
	start := s.at
	s.at++
	s.last = beforeValue
	if s.unsure {
		return
	}
	for s.at < len(s.code) {
		switch s.code[s.at] {
		case '\\':
			s.at++
		case quote:
			s.at++
			return
		case '\n':
			s.at = start + 1 // it was no text
			s.unsure = true
			return
		}
		s.at++
	}
	s.at, s.unsure = start+1, true
}

// template reads on in one, behind ` or }.
func (s *scan) template() {
	start := s.at
	s.last = beforeValue
	if s.unsure {
		return
	}
	for ; s.at < len(s.code); s.at++ {
		switch s.code[s.at] {
		case '\\':
			s.at++
		case '`':
			s.at++
			return
		case '$':
			if s.at+1 < len(s.code) && s.code[s.at+1] == '{' {
				s.at++
				s.open('$', false)
				return
			}
		}
	}
	s.at, s.unsure = start, true
}

func (s *scan) regexp() {
	start := s.at
	s.last = beforeValue
	class := false
	for s.at++; s.at < len(s.code) && !s.unsure; s.at++ {
		switch s.code[s.at] {
		case '\\':
			s.at++
		case '[':
			class = true
		case ']':
			class = false
		case '/':
			if !class {
				s.at++
				return
			}
		case '\n':
			s.at, s.unsure = start+1, true
			return
		}
	}
	s.at, s.unsure = start+1, true
}

func (s *scan) name() {
	start := s.at
	for s.at < len(s.code) {
		r, size := utf8.DecodeRuneInString(s.code[s.at:])
		if r != '_' && r != '$' && r != '\\' && r != '#' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) && r != utf8.RuneError {
			break
		}
		s.at += size
	}
	if s.at == start {
		s.at++
	}
	s.word = s.code[start:s.at]
	if s.word != "else" && s.word != "in" && s.word != "instanceof" && s.word != "of" {
		s.ended()
	}
	if s.last == beforeUnclear && starters[s.word] {
		s.end()
	}
	s.last = beforeValue
	if prefixes[s.word] {
		s.last = beforeOperator
		if s.word == "yield" || s.word == "async" || s.word == "of" || s.word == "get" || s.word == "set" || s.word == "static" || s.word == "let" || s.word == "await" {
			s.last = beforeUnclear // it may be a name
		}
	}
}

func (s *scan) operator(c byte) {
	if c == '/' && s.last == beforeUnclear {
		s.unsure = true
	}
	s.at++
	s.last = beforeOperator
	if (c == '+' || c == '-') && s.at < len(s.code) && s.code[s.at] == c {
		s.at++
		s.last = beforeUnclear
	}
}
