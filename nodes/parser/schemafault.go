package parser

import (
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/flowrill/flowrill/engine/msg"
)

// schemaFault is one way in which a value breaks a schema, as ajv, which
// Node-RED uses, tells it.
type schemaFault struct {
	instance string   // JSON pointer into the value
	at       []string // into the schema, without the keyword
	keyword  string
	params   *msg.Object
	message  string
}

func (f *schemaFault) object() *msg.Object {
	path := "#"
	for _, token := range append(slices.Clone(f.at), f.keyword) {
		path += "/" + pointerToken(token)
	}
	return msg.Of("instancePath", f.instance, "schemaPath", path, "keyword", f.keyword, "params", f.params, "message", f.message)
}

func pointerToken(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1")
}

// schemaFaults lists what is wrong in ajv's order: by the order of keywords
// and of properties in the schema.
func schemaFaults(schema any, e *jsonschema.ValidationError) []schemaFault {
	var all []schemaFault
	collectFaults(schema, e, &all)
	slices.SortStableFunc(all, func(a, b schemaFault) int { return compareFaults(schema, &a, &b) })
	return all
}

func collectFaults(schema any, e *jsonschema.ValidationError, all *[]schemaFault) {
	for _, cause := range e.Causes {
		collectFaults(schema, cause, all)
	}
	instance := ""
	for _, token := range e.InstanceLocation {
		instance += "/" + pointerToken(token)
	}
	at := schemaTokens(e.SchemaURL)
	for _, token := range at {
		schema = schemaStep(schema, token)
	}
	tellFault(e.ErrorKind, schema, func(keyword, message string, params ...any) {
		if keyword == "propertyNames" && len(at) > 0 { // the library's place is a step too deep
			at = at[:len(at)-1]
		}
		*all = append(*all, schemaFault{instance, at, keyword, msg.Of(params...), message})
	})
}

// schemaTokens are the steps to a subschema.
func schemaTokens(location string) []string {
	_, fragment, _ := strings.Cut(location, "#")
	fragment = strings.Trim(fragment, "/")
	if fragment == "" {
		return nil
	}
	tokens := strings.Split(fragment, "/")
	for i, token := range tokens {
		if plain, err := url.PathUnescape(token); err == nil {
			token = plain
		}
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
	}
	return tokens
}

// tellFault puts one fault of a subschema into ajv's words. What only groups
// others says nothing.
func tellFault(k jsonschema.ErrorKind, schema any, add func(keyword, message string, params ...any)) {
	limit := func(keyword, sign string, want *big.Rat) {
		n, _ := want.Float64()
		add(keyword, "must be "+sign+" "+msg.FormatNumber(n), "comparison", sign, "limit", n)
	}
	count := func(keyword, than, what string, want int) {
		add(keyword, "must NOT have "+than+" than "+strconv.Itoa(want)+" "+what, "limit", want)
	}
	switch k := k.(type) {
	case *kind.Type:
		want := schemaStep(schema, "type") // the library sorts them
		add("type", "must be "+msg.Text(want), "type", msg.CloneValue(want))
	case *kind.Enum:
		add("enum", "must be equal to one of the allowed values", "allowedValues", msg.From(k.Want))
	case *kind.Const:
		add("const", "must be equal to constant", "allowedValue", msg.From(k.Want))
	case *kind.Required:
		for _, name := range k.Missing {
			add("required", "must have required property '"+name+"'", "missingProperty", name)
		}
	case *kind.AdditionalProperties:
		for _, name := range slices.Sorted(slices.Values(k.Properties)) { // they come out of a map
			add("additionalProperties", "must NOT have additional properties", "additionalProperty", name)
		}
	case *kind.Minimum:
		limit("minimum", ">=", k.Want)
	case *kind.Maximum:
		limit("maximum", "<=", k.Want)
	case *kind.ExclusiveMinimum:
		limit("exclusiveMinimum", ">", k.Want)
	case *kind.ExclusiveMaximum:
		limit("exclusiveMaximum", "<", k.Want)
	case *kind.MultipleOf:
		n, _ := k.Want.Float64()
		add("multipleOf", "must be multiple of "+msg.FormatNumber(n), "multipleOf", n)
	case *kind.MinLength:
		count("minLength", "fewer", "characters", k.Want)
	case *kind.MaxLength:
		count("maxLength", "more", "characters", k.Want)
	case *kind.MinItems:
		count("minItems", "fewer", "items", k.Want)
	case *kind.MaxItems:
		count("maxItems", "more", "items", k.Want)
	case *kind.MinProperties:
		count("minProperties", "fewer", "properties", k.Want)
	case *kind.MaxProperties:
		count("maxProperties", "more", "properties", k.Want)
	case *kind.Pattern:
		add("pattern", `must match pattern "`+k.Want+`"`, "pattern", k.Want)
	case *kind.Format:
		add("format", `must match format "`+k.Want+`"`, "format", k.Want)
	case *kind.UniqueItems:
		i, j := k.Duplicates[1], k.Duplicates[0]
		add("uniqueItems", "must NOT have duplicate items (items ## "+strconv.Itoa(j)+" and "+strconv.Itoa(i)+" are identical)", "i", i, "j", j)
	case *kind.AdditionalItems:
		items, _ := schemaStep(schema, "items").(*msg.List)
		count("additionalItems", "more", "items", items.Len())
	case *kind.Contains:
		add("contains", "must contain at least 1 valid item(s)", "minContains", 1)
	case *kind.Not:
		add("not", "must NOT be valid")
	case *kind.AnyOf:
		add("anyOf", "must match a schema in anyOf")
	case *kind.OneOf:
		var passing any
		if k.Subschemas != nil {
			passing = msg.From(k.Subschemas)
		}
		add("oneOf", "must match exactly one schema in oneOf", "passingSchemas", passing)
	case *kind.FalseSchema:
		add("false schema", "boolean schema is false")
	case *kind.PropertyNames:
		add("propertyNames", "property name must be valid", "propertyName", k.Property)
	case *kind.Dependency:
		deps := strings.Join(k.Missing, ", ")
		for _, name := range k.Missing {
			word := "property"
			if len(k.Missing) > 1 {
				word = "properties"
			}
			add("dependencies", "must have "+word+" "+deps+" when property "+k.Prop+" is present",
				"property", k.Prop, "missingProperty", name, "depsCount", len(k.Missing), "deps", deps)
		}
	case *kind.Schema, *kind.Group, *kind.Reference, *kind.AllOf:
	default:
		keyword := "schema"
		if path := k.KeywordPath(); len(path) > 0 {
			keyword = path[0]
		}
		add(keyword, "must meet "+keyword)
	}
}

// keywordOrder is the order in which ajv looks at keywords.
var keywordOrder = []string{
	"type", "maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf", "maxLength", "minLength", "pattern", "format",
	"$ref", "const", "enum", "not", "anyOf", "oneOf", "allOf", "if", "then", "else",
	"maxItems", "minItems", "uniqueItems", "additionalItems", "items", "contains",
	"maxProperties", "minProperties", "required", "dependencies", "propertyNames", "additionalProperties", "properties", "patternProperties",
}

// compareFaults orders by where in the schema they are, and then by where in
// the value. A keyword that sums up its subschemas comes after them.
func compareFaults(schema any, a, b *schemaFault) int {
	x, y := append(slices.Clone(a.at), a.keyword), append(slices.Clone(b.at), b.keyword)
	names := false // the step is a name that the schema chose, not a keyword
	for i := 0; i < len(x) && i < len(y); i++ {
		if x[i] != y[i] {
			return schemaRank(schema, x[i], names) - schemaRank(schema, y[i], names)
		}
		schema = schemaStep(schema, x[i])
		names = !names && slices.Contains(namedSchemas, x[i])
	}
	return len(y) - len(x)
}

// namedSchemas are the keywords that hold subschemas by name.
var namedSchemas = []string{"properties", "patternProperties", "definitions", "dependencies", "$defs"}

// schemaRank is the place of a keyword among keywords, of a name among names.
func schemaRank(schema any, token string, isName bool) int {
	switch s := schema.(type) {
	case *msg.List:
		n, _ := strconv.Atoi(token)
		return n
	case *msg.Object:
		if isName {
			return slices.Index(s.Keys(), token)
		}
	}
	if i := slices.Index(keywordOrder, token); i >= 0 {
		return i
	}
	return len(keywordOrder)
}

func schemaStep(schema any, token string) any {
	switch s := schema.(type) {
	case *msg.Object:
		return s.Get(token)
	case *msg.List:
		i, _ := strconv.Atoi(token)
		return s.At(i)
	}
	return nil
}
