package parser

import (
	"context"
	"errors"
	"sync"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// maxJSON is how long a JSON text may be, in bytes. A longer one is an error;
// so is one nested deeper than 512.
const maxJSON = 256 << 20

// JSON turns JSON text into a value and a value into JSON text (contract
// nodes.md, parsers).
type JSON struct {
	Action   string          `prop:"action" label:"Action" enum:"=between text and value,str=always to text,obj=always to a value"`
	Property node.TypedValue `prop:"property" types:"msg" label:"Property" default:"payload"`
	Pretty   bool            `prop:"pretty" label:"Indented" help:"Four spaces a level." when:"action != 'obj'"`

	mu     sync.Mutex
	schema *jsonSchema // of the last msg.schema
}

func init() {
	node.Register[JSON](node.Type{
		Name: "json", Category: "parser", Icon: "file-braces", Outputs: []string{"out"},
		Help: "Turns JSON text into the value it says, and a value into JSON text.\n\n" +
			"A text or buffer is read, an object, list, number or boolean is written; with an action set, what is in that form already passes as it is. " +
			"Text that is no JSON is an error for catch nodes. At most 256 MB and 512 levels.\n\n" +
			"If the message has a `msg.schema` (JSON Schema, draft 6 or 7) the value must meet it; if not, catch nodes get an error and `msg.schemaError` says what is wrong.\n\n" +
			"Example: http-request → json → `msg.payload.items[0].price`.",
	})
}

var errSchema = errors.New("JSON Schema error: failed to compile schema") // Node-RED's text

// Receive reads or writes the property.
func (j *JSON) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	var schema *jsonSchema
	if s, ok := m.Lookup("schema"); ok && msg.Truthy(s) {
		var err error
		if schema, err = j.schemaOf(s); err != nil {
			return errSchema
		}
	}
	v := node.On(m)
	value := v.Any(j.Property)
	if v.Err() != nil {
		return v.Err()
	}
	var err error
	switch x := value.(type) {
	case string:
		err = j.read(m, []byte(x), schema)
	case []byte:
		err = j.read(m, x, schema)
	case nil, bool, float64, *msg.Object, *msg.List, msg.Date:
		err = j.write(m, x, schema)
	default:
		if value != msg.Undefined {
			node.Log(ctx).Warn("Ignored unsupported payload type")
			return nil
		}
	}
	if err != nil {
		return err
	}
	out.Send(m)
	return nil
}

// read makes a value of JSON text, unless it is to stay text.
func (j *JSON) read(m *msg.Object, text []byte, schema *jsonSchema) error {
	if j.Action == "str" && schema == nil {
		return nil
	}
	if len(text) > maxJSON {
		return errTooLong("JSON", maxJSON)
	}
	value, err := msg.Decode(text)
	if err != nil {
		return err
	}
	if j.Action != "str" {
		if err := j.Property.Set(m, value); err != nil {
			return err
		}
	}
	return schema.check(m, value)
}

// write makes JSON text of a value, unless it is to stay a value.
func (j *JSON) write(m *msg.Object, value any, schema *jsonSchema) error {
	if err := schema.check(m, value); err != nil || j.Action == "obj" {
		return err
	}
	text, err := msg.EncodeChecked(value)
	if err != nil {
		return errNotWritten
	}
	if j.Pretty {
		text = msg.AppendIndent(text[:0], value, "    ")
	}
	return j.Property.Set(m, string(text))
}

// schemaOf compiles a schema, or returns the last one if it is the same.
func (j *JSON) schemaOf(source any) (*jsonSchema, error) {
	text := string(msg.Encode(source))
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.schema != nil && j.schema.text == text {
		return j.schema, nil
	}
	s, err := compileSchema(source, text)
	if err == nil {
		j.schema = s
	}
	return s, err
}
