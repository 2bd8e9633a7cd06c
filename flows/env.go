package flows

import (
	"strings"
	"unicode"

	"github.com/flowrill/flowrill/engine/msg"
)

// EnvEntry is one variable that a tab, group, subflow, subflow instance or
// global-config defines (contract flow-format.md §5).
type EnvEntry struct {
	Name  string
	Type  string // str num bool json bin re date env jsonata cred conf-type; "str" where the file says nothing
	Value any    // as in the file, not resolved
}

// EnvEntries is the member "env" of an object. Entries without a name are
// left out; Check tells of them.
func EnvEntries(raw *msg.Object) []EnvEntry {
	list, _ := raw.Get("env").(*msg.List)
	if list.Len() == 0 {
		return nil
	}
	entries := make([]EnvEntry, 0, list.Len())
	for _, item := range list.Items {
		o, _ := item.(*msg.Object)
		name, _ := o.Get("name").(string)
		if name == "" {
			continue
		}
		typ, _ := o.Get("type").(string)
		if typ == "" {
			typ = "str"
		}
		entries = append(entries, EnvEntry{Name: name, Type: typ, Value: o.Get("value")})
	}
	return entries
}

// Variable is the name in a text that is wholly ${NAME} or, as older files
// write it, $(NAME): a property to be replaced by that variable's value
// (contract flow-format.md §5.1).
func Variable(text string) (name string, ok bool) {
	if len(text) < 4 || text[0] != '$' {
		return "", false
	}
	end := text[len(text)-1]
	if !(text[1] == '{' && end == '}' || text[1] == '(' && end == ')') {
		return "", false
	}
	name = text[2 : len(text)-1]
	if strings.ContainsFunc(name, isSpace) {
		return "", false
	}
	return name, true
}

// isSpace is JavaScript's \s.
func isSpace(r rune) bool { return unicode.IsSpace(r) && r != '\u0085' || r == '\ufeff' }
