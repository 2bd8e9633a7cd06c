package node

import (
	"fmt"
	"slices"
	"strings"
	"text/scanner"

	"github.com/flowrill/flowrill/engine/msg"
)

// condition is the tag `when`: whether the form shows a field, said of its
// siblings' keys. A field the form hides cannot be wrong: its problems do not
// count. The editor reads the same grammar:
//
//	or    = and { "||" and }
//	and   = test { "&&" test }
//	test  = key | "!" key | key ("==" | "!=") text | key "in" "[" text { "," text } "]"
//	text  = 'quoted'
//
// Values are compared as text: true is 'true', 5 is '5', absent is the
// default, without one ”. A bare key holds unless its text is ”, 'false' or
// '0'.
type condition struct {
	source string
	any    [][]test // one of these, each of which all must hold
}

type test struct {
	key  string
	not  bool
	in   []string
	bare bool
}

func parseCondition(source string) (*condition, error) {
	c := &condition{source: source}
	tokens, err := conditionTokens(source)
	if err != nil {
		return nil, err
	}
	all := []test{}
	for {
		var t test
		if t, tokens, err = parseTest(tokens); err != nil {
			return nil, err
		}
		all = append(all, t)
		if len(tokens) == 0 {
			c.any = append(c.any, all)
			return c, nil
		}
		switch tokens[0] {
		case "&&":
		case "||":
			c.any = append(c.any, all)
			all = nil
		default:
			return nil, fmt.Errorf("%s: expected && or || before %s", source, tokens[0])
		}
		tokens = tokens[1:]
	}
}

// conditionTokens are names, quoted texts with their opening quote, and signs.
func conditionTokens(source string) ([]string, error) {
	var tokens []string
	var s scanner.Scanner
	s.Init(strings.NewReader(source))
	s.Mode = scanner.ScanIdents
	s.Error = func(*scanner.Scanner, string) {}
	for tok := s.Scan(); tok != scanner.EOF; tok = s.Scan() {
		switch tok {
		case '\'':
			text := "'"
			for r := s.Next(); r != '\''; r = s.Next() {
				if r == scanner.EOF {
					return nil, fmt.Errorf("%s: unclosed quote", source)
				}
				text += string(r)
			}
			tokens = append(tokens, text)
		case '&', '|', '=':
			if s.Next() != tok {
				return nil, fmt.Errorf("%s: a single %c means nothing", source, tok)
			}
			tokens = append(tokens, string([]rune{tok, tok}))
		case '!':
			if s.Peek() == '=' {
				s.Next()
				tokens = append(tokens, "!=")
				continue
			}
			tokens = append(tokens, "!")
		default:
			tokens = append(tokens, s.TokenText())
		}
	}
	return tokens, nil
}

func parseTest(tokens []string) (test, []string, error) {
	at := func(i int) string {
		if i < len(tokens) {
			return tokens[i]
		}
		return ""
	}
	text := func(i int) (string, error) {
		if t := at(i); strings.HasPrefix(t, "'") {
			return t[1:], nil
		}
		return "", fmt.Errorf("expected a 'text' instead of %q", at(i))
	}
	if at(0) == "!" {
		return test{key: at(1), not: true, bare: true}, tokens[min(2, len(tokens)):], nil
	}
	t := test{key: at(0)}
	switch at(1) {
	case "==", "!=":
		want, err := text(2)
		if err != nil {
			return t, nil, err
		}
		t.not, t.in = at(1) == "!=", []string{want}
		return t, tokens[3:], nil
	case "in":
		if at(2) != "[" {
			return t, nil, fmt.Errorf("expected [ after in")
		}
		for i := 3; ; i += 2 {
			want, err := text(i)
			if err != nil {
				return t, nil, err
			}
			t.in = append(t.in, want)
			if at(i+1) == "]" {
				return t, tokens[i+2:], nil
			}
			if at(i+1) != "," {
				return t, nil, fmt.Errorf("unclosed [")
			}
		}
	}
	t.bare = true
	return t, tokens[min(1, len(tokens)):], nil
}

// check finds keys that no sibling has and texts that its enum does not know.
func (c *condition) check(siblings []*field) error {
	for _, all := range c.any {
		for _, t := range all {
			f := find(siblings, t.key)
			if f == nil {
				return fmt.Errorf("no sibling %q", t.key)
			}
			for _, want := range t.in {
				if !f.knows(t.key, want) {
					return fmt.Errorf("%s is never '%s'", t.key, want)
				}
			}
		}
	}
	return nil
}

// knows tells whether the property may have this text.
func (f *field) knows(key, text string) bool {
	if key == f.typeKey {
		return slices.ContainsFunc(f.types, func(c typeChoice) bool { return c.name == text })
	}
	switch {
	case f.options != nil:
		return slices.ContainsFunc(f.options, func(o option) bool { return msg.Text(o.value) == text })
	case f.kind == kindBool:
		return text == "true" || text == "false"
	}
	return true
}

// holds evaluates the condition for an object of these fields.
func (c *condition) holds(siblings []*field, raw *msg.Object) bool {
	return slices.ContainsFunc(c.any, func(all []test) bool {
		return !slices.ContainsFunc(all, func(t test) bool { return !t.holds(find(siblings, t.key), raw) })
	})
}

func (t test) holds(f *field, raw *msg.Object) bool {
	text := f.textFor(t.key, raw)
	if t.bare {
		return t.not == (text == "" || text == "false" || text == "0")
	}
	return t.not != slices.Contains(t.in, text)
}

// textFor is what a condition sees of a property.
func (f *field) textFor(key string, raw *msg.Object) string {
	if key == f.typeKey {
		name, _ := lookup(raw, f.typeKey, f.typeAliases)
		if text, _ := name.(string); text != "" {
			return text
		}
		return f.types[0].name
	}
	v, _ := lookup(raw, f.key, f.aliases)
	if f.absent(v) {
		v = f.def
	}
	switch v := v.(type) {
	case nil:
		return ""
	case *msg.Object:
		return ""
	case string, bool, float64:
		return msg.Text(v)
	}
	return ""
}

// choiceRule says when the form offers some of a field's choices.
type choiceRule struct {
	values []string
	when   *condition
}

// parseChoiceRules reads such a tag: "a,b: t == 'x'; c: t != 'x'". What it does
// not name is always offered.
func parseChoiceRules(source string) ([]choiceRule, error) {
	var rules []choiceRule
	for entry := range strings.SplitSeq(source, ";") {
		names, rest, ok := strings.Cut(entry, ":")
		if !ok {
			return nil, fmt.Errorf("%q is not values: condition", strings.TrimSpace(entry))
		}
		when, err := parseCondition(strings.TrimSpace(rest))
		if err != nil {
			return nil, err
		}
		rule := choiceRule{when: when}
		for name := range strings.SplitSeq(names, ",") {
			rule.values = append(rule.values, strings.TrimSpace(name))
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// checkChoices finds rules for what the field does not have.
func (f *field) checkChoices(siblings []*field) error {
	for _, rule := range f.enumWhen {
		for _, value := range rule.values {
			if f.options == nil || !f.knows(f.key, value) {
				return fmt.Errorf("enumWhen: %s is never '%s'", f.key, value)
			}
		}
	}
	for _, rule := range f.typesWhen {
		for _, name := range rule.values {
			if !slices.ContainsFunc(f.types, func(c typeChoice) bool { return c.name == name }) {
				return fmt.Errorf("typesWhen: %s is never of type '%s'", f.key, name)
			}
		}
	}
	if f.valuesWhen != nil && f.kind != kindTyped {
		return fmt.Errorf("valuesWhen: only a typed value has an editor to do without")
	}
	for tag, rules := range f.choiceRules() {
		for _, rule := range *rules {
			if err := rule.when.check(siblings); err != nil {
				return fmt.Errorf("%s: %w", tag, err)
			}
		}
	}
	return nil
}

// choiceRules are the field's rules by their tags. typesWhen says which types
// the form offers for a typed value, valuesWhen which values it offers instead
// of an editor, labelWhen under which other label it shows the field.
func (f *field) choiceRules() map[string]*[]choiceRule {
	return map[string]*[]choiceRule{
		"enumWhen": &f.enumWhen, "typesWhen": &f.typesWhen, "valuesWhen": &f.valuesWhen, "labelWhen": &f.labelWhen,
	}
}
