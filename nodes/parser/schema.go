package parser

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// schemaURL is where a msg.schema lives, as far as $ref is concerned.
const schemaURL = "msg:schema"

// maxSchemaDepth is how deep a schema, or a value to be checked, may nest.
const maxSchemaDepth = 512

var errTooDeep = fmt.Errorf("JSON Schema error: nested deeper than %d", maxSchemaDepth)

// jsonSchema is a msg.schema made ready. The nil jsonSchema is met by
// everything.
type jsonSchema struct {
	text     string // of the schema, to know it again
	source   any
	compiled *jsonschema.Schema
}

// nothingElse refuses every $ref out of the schema: a message must not make
// us read files or fetch pages.
type nothingElse struct{}

func (nothingElse) Load(url string) (any, error) {
	return nil, fmt.Errorf("%s is outside of the schema", url)
}

// compileSchema reads a schema of draft 7, or of the one that $schema names.
func compileSchema(source any, text string) (s *jsonSchema, err error) {
	plain, err := plainJSON(source, 0)
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	c.UseLoader(nothingElse{})
	c.UseRegexpEngine(func(pattern string) (jsonschema.Regexp, error) {
		re, err := node.CompileRegex(pattern, "u")
		return schemaPattern{re, pattern}, err
	})
	if err := c.AddResource(schemaURL, plain); err != nil {
		return nil, err
	}
	compiled, err := c.Compile(schemaURL)
	if err != nil {
		return nil, err
	}
	return &jsonSchema{text: text, source: msg.CloneValue(source), compiled: compiled}, nil
}

// schemaPattern is a regular expression with JavaScript's syntax; one that
// takes too long does not match.
type schemaPattern struct {
	re     *node.Regex
	source string
}

func (p schemaPattern) MatchString(s string) bool {
	ok, err := p.re.Match(s)
	return ok && err == nil
}

func (p schemaPattern) String() string { return p.source }

// check holds value to the schema. What meets it loses msg.schema, as in
// Node-RED; of what does not msg.schemaError tells the faults and the error
// their texts.
func (s *jsonSchema) check(m *msg.Object, value any) error {
	if s == nil {
		return nil
	}
	plain, err := plainJSON(value, 0)
	if err != nil {
		return err
	}
	err = s.compiled.Validate(plain)
	if err == nil {
		m.Delete("schema")
		return nil
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return fmt.Errorf("JSON Schema error: %w", err)
	}
	faults := schemaFaults(s.source, invalid)
	list, texts := msg.NewList(), make([]string, len(faults))
	for i, f := range faults {
		list.Append(f.object())
		texts[i] = "data" + f.instance + " " + f.message
	}
	m.Set("schemaError", list)
	return errors.New("JSON Schema error: " + strings.Join(texts, ", "))
}

// plainJSON is a value as the validator wants it. What JSON has no word for
// is an object, as it is to Node-RED's validator.
func plainJSON(v any, depth int) (any, error) {
	if depth > maxSchemaDepth {
		return nil, errTooDeep
	}
	switch v := v.(type) {
	case nil, bool, string:
		return v, nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) { // not JSON, though 1e999 can be read
			return math.Copysign(math.MaxFloat64, v), nil
		}
		return v, nil
	case *msg.Object:
		o := make(map[string]any, v.Len())
		for key, member := range v.All() {
			if member == msg.Undefined {
				continue
			}
			plain, err := plainJSON(member, depth+1)
			if err != nil {
				return nil, err
			}
			o[key] = plain
		}
		return o, nil
	case *msg.List:
		l := make([]any, v.Len())
		for i := range l {
			plain, err := plainJSON(v.At(i), depth+1)
			if err != nil {
				return nil, err
			}
			l[i] = plain
		}
		return l, nil
	}
	return map[string]any{}, nil
}
