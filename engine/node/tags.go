package node

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// field is one property of a node type: what its Go type and its tags say.
type field struct {
	index   []int // in the struct
	typ     reflect.Type
	kind    kind
	key     string
	aliases []string // older names of key
	// typeKey is the second key of prop: where a TypedValue keeps its type.
	typeKey     string
	typeAliases []string

	label, placeholder, help, widget, group, language string
	when                                              *condition
	enumWhen, typesWhen, valuesWhen, labelWhen        []choiceRule
	advanced, multiline, summary, shown, required     bool
	width                                             int
	unit                                              string
	def, initial                                      any // decoded as the file's value would be; nil: none
	options                                           []option
	suggest                                           []string
	types                                             []typeChoice
	ports                                             string
	min, max                                          *float64

	elem *field   // of a list and of names: how one element decodes
	rows []*field // of rows
}

// option is one value of an enum.
type option struct {
	value any // string or float64
	label string
}

// knownTags are all tags a field may have; another one panics in Register.
var knownTags = []string{
	"prop", "label", "placeholder", "help", "default", "enum", "types", "widget", "required", "ports", // architecture section 3
	"initial", "suggest", "unit", "min", "max", "shown", // values
	"group", "when", "enumWhen", "typesWhen", "valuesWhen", "labelWhen", "advanced", "language", "multiline", "summary", "width", // the form
}

// parseTags reads a field's tags into f; the message of an error is for the
// author of the type.
func (f *field) parseTags(tag reflect.StructTag) error {
	tags, err := splitTags(string(tag))
	if err != nil {
		return err
	}
	for name, value := range tags {
		if !slices.Contains(knownTags, name) {
			return fmt.Errorf("unknown tag %q", name)
		}
		if strings.TrimSpace(value) == "" && name != "initial" {
			return fmt.Errorf("empty tag %q", name)
		}
	}
	if tags["prop"] == "" {
		return fmt.Errorf("no prop tag: every exported field is configuration")
	}
	name, typeName, _ := strings.Cut(tags["prop"], ",")
	f.key, f.aliases = names(name)
	f.typeKey, f.typeAliases = names(typeName)
	f.label, f.placeholder, f.help = tags["label"], tags["placeholder"], tags["help"]
	f.widget, f.group, f.language = tags["widget"], tags["group"], tags["language"]
	f.unit, f.ports = tags["unit"], tags["ports"]
	for name, flag := range map[string]*bool{
		"required": &f.required, "advanced": &f.advanced, "multiline": &f.multiline, "summary": &f.summary, "shown": &f.shown,
	} {
		if v, ok := tags[name]; ok {
			if *flag, err = strconv.ParseBool(v); err != nil {
				return fmt.Errorf("tag %s is not true or false", name)
			}
		}
	}
	if v, ok := tags["width"]; ok {
		if f.width, err = strconv.Atoi(v); err != nil || f.width < 1 || f.width > 12 {
			return fmt.Errorf("tag width is not one of 12 columns")
		}
	}
	for name, limit := range map[string]**float64{"min": &f.min, "max": &f.max} {
		if v, ok := tags[name]; ok {
			n, err := strconv.ParseFloat(v, 64)
			if err != nil {
				return fmt.Errorf("tag %s is not a number", name)
			}
			*limit = &n
		}
	}
	if v, ok := tags["suggest"]; ok {
		f.suggest = strings.Split(v, ",")
	}
	if v, ok := tags["types"]; ok {
		if f.types, err = parseTypes(v); err != nil {
			return err
		}
	}
	if v, ok := tags["enum"]; ok {
		if f.options, err = f.parseEnum(v); err != nil {
			return err
		}
	}
	if v, ok := tags["default"]; ok {
		if f.def, err = f.literal(v); err != nil {
			return fmt.Errorf("default: %w", err)
		}
	}
	if v, ok := tags["initial"]; ok {
		if f.initial, err = f.literal(v); err != nil {
			return fmt.Errorf("initial: %w", err)
		}
	}
	if v, ok := tags["when"]; ok {
		if f.when, err = parseCondition(v); err != nil {
			return fmt.Errorf("when: %w", err)
		}
	}
	for name, rules := range f.choiceRules() {
		if v, ok := tags[name]; ok {
			if *rules, err = parseChoiceRules(v); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// names splits "new|old|older".
func names(s string) (string, []string) {
	all := strings.Split(s, "|")
	return all[0], all[1:]
}

// splitTags is StructTag.Lookup for all tags at once; a tag that Go would not
// find is an error.
func splitTags(tag string) (map[string]string, error) {
	tags := make(map[string]string)
	for {
		tag = strings.TrimLeft(tag, " \t\n")
		if tag == "" {
			return tags, nil
		}
		name, rest, ok := strings.Cut(tag, ":")
		quoted, err := strconv.QuotedPrefix(rest)
		if !ok || err != nil || name == "" || strings.ContainsAny(name, " \"") {
			return nil, fmt.Errorf("tag does not parse near %q", tag)
		}
		value, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, fmt.Errorf("tag %s does not parse", name)
		}
		if _, twice := tags[name]; twice {
			return nil, fmt.Errorf("tag %s twice", name)
		}
		tags[name], tag = value, rest[len(quoted):]
	}
}

// parseEnum reads "a,b=Label of b,=Label of the empty text".
func (f *field) parseEnum(tag string) ([]option, error) {
	var options []option
	for entry := range strings.SplitSeq(tag, ",") {
		text, label, _ := strings.Cut(entry, "=")
		if text != strings.TrimSpace(text) {
			return nil, fmt.Errorf("enum: %q has a space at its end; is that the rest of a label with a comma in it?", text)
		}
		o := option{value: text, label: label}
		if f.kind == kindInt || f.kind == kindFloat {
			n, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return nil, fmt.Errorf("enum: %q is not a number", text)
			}
			o.value = n
		}
		if slices.ContainsFunc(options, func(have option) bool { return have.value == o.value }) {
			return nil, fmt.Errorf("enum: %q twice", text)
		}
		options = append(options, o)
	}
	return options, nil
}
