package msg

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// From makes a message value of what Go programs have: maps (keys sorted),
// slices, structs by their json tags, numbers, json.Number, time.Time as
// Date, pointers as what they point to. Message values stay as they are.
// What has a JSON or text form of its own is taken in that form, an error is
// its text, and a kind that messages do not know is its fmt text. Deeper than
// 512 levels there is null.
func From(v any) any { return from(v, 0) }

func from(v any, depth int) any {
	switch v := v.(type) {
	case nil, bool, float64, string, []byte, Date, undefined, *Shared, *Script, *Object, *List,
		int, int64, int32, int16, int8, uint, uint64, uint32, uint16, uint8, float32:
		return normal(v)
	case Handle:
		return v
	case time.Time:
		return DateOf(v)
	case json.Number:
		return Number(string(v))
	}
	r := reflect.ValueOf(v)
	if depth == maxDepth || r.Kind() == reflect.Pointer && r.IsNil() {
		return nil
	}
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		o := NewObject(len(v))
		for _, k := range keys {
			o.put(k, from(v[k], depth+1))
		}
		return o
	case []any:
		l := &List{Items: make([]any, len(v))}
		for i, item := range v {
			l.Items[i] = from(item, depth+1)
		}
		return l
	case error:
		return v.Error()
	case json.Marshaler:
		if b, err := v.MarshalJSON(); err == nil {
			if read, err := Decode(b); err == nil {
				return read
			}
		}
		return fmt.Sprint(v)
	case encoding.TextMarshaler:
		if b, err := v.MarshalText(); err == nil {
			return string(b)
		}
		return fmt.Sprint(v)
	}
	return fromKind(r, depth)
}

func fromKind(r reflect.Value, depth int) any {
	switch r.Kind() {
	case reflect.Bool:
		return r.Bool()
	case reflect.String:
		return r.String()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return float64(r.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return float64(r.Uint())
	case reflect.Float32, reflect.Float64:
		return r.Float()
	case reflect.Pointer, reflect.Interface:
		if r.IsNil() {
			return nil
		}
		return from(r.Elem().Interface(), depth+1)
	case reflect.Slice, reflect.Array:
		if r.Kind() == reflect.Slice && r.Type().Elem().Kind() == reflect.Uint8 {
			return r.Bytes()
		}
		l := &List{Items: make([]any, r.Len())}
		for i := range l.Items {
			l.Items[i] = from(r.Index(i).Interface(), depth+1)
		}
		return l
	case reflect.Map:
		names := make(map[string]reflect.Value, r.Len())
		keys := make([]string, 0, r.Len())
		for it := r.MapRange(); it.Next(); {
			k := Text(from(it.Key().Interface(), depth+1))
			names[k] = it.Value()
			keys = append(keys, k)
		}
		slices.Sort(keys)
		o := NewObject(len(keys))
		for _, k := range keys {
			o.put(k, from(names[k].Interface(), depth+1))
		}
		return o
	case reflect.Struct:
		o := NewObject(r.NumField())
		fromStruct(o, r, depth)
		return o
	}
	return fmt.Sprint(r.Interface())
}

// fromStruct adds the exported fields of r to o. The fields of an embedded
// struct without a name of its own come after, where they are not hidden.
func fromStruct(o *Object, r reflect.Value, depth int) {
	var embedded []reflect.Value
	for i := range r.NumField() {
		f := r.Type().Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" && options == "" {
			continue
		}
		field := r.Field(i)
		if f.Anonymous && name == "" {
			for field.Kind() == reflect.Pointer && !field.IsNil() {
				field = field.Elem()
			}
			if field.Kind() == reflect.Struct {
				embedded = append(embedded, field)
				continue
			}
		}
		if !f.IsExported() {
			continue
		}
		if name == "" {
			name = f.Name
		}
		options = "," + options + ","
		if strings.Contains(options, ",omitempty,") && empty(field) || strings.Contains(options, ",omitzero,") && field.IsZero() {
			continue
		}
		if !o.Has(name) {
			o.put(name, from(field.Interface(), depth+1))
		}
	}
	for _, e := range embedded {
		fromStruct(o, e, depth)
	}
}

// empty tells what omitempty leaves out.
func empty(r reflect.Value) bool {
	switch r.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return r.Len() == 0
	case reflect.Struct:
		return false
	}
	return r.IsZero()
}

// Plain makes Go's own kinds of a value, for libraries that insist on them:
// map[string]any, []any, time.Time; nil for Undefined, a Handle's name. Where
// an object stands inside itself or deeper than 512 levels there is nil.
func Plain(v any) any { return plain(v, nil) }

func plain(v any, above []any) any {
	v = open(v)
	switch v.(type) {
	case *Object, *List:
		if len(above) == maxDepth || slices.Contains(above, v) {
			return nil
		}
		above = append(above, v)
	}
	switch v := v.(type) {
	case undefined:
		return nil
	case Date:
		return v.Time()
	case *Object:
		m := make(map[string]any, v.Len())
		for k, item := range v.All() {
			m[k] = plain(item, above)
		}
		return m
	case *List:
		items := make([]any, v.Len())
		for i := range items {
			items[i] = plain(v.Items[i], above)
		}
		return items
	case *Script:
		if v.Kind == ScriptError {
			return plain(v.Members, above)
		}
		return v.String()
	case Handle:
		return v.Handle()
	}
	return v
}
