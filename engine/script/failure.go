package script

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/dop251/goja"

	"github.com/flowrill/flowrill/engine/msg"
)

// Failure is an error that code threw or reported. Its text is what catch
// nodes see in Node-RED (runtime.md §4).
type Failure struct {
	text  string
	code  any
	stack string
	cause any
	value any // what was thrown, as a message value; Undefined: nothing
	shown any // what the debug panel shows, if that is not the text
}

func (e *Failure) Error() string { return e.text }

// ErrorDetails tells catch nodes code, stack and cause.
func (e *Failure) ErrorDetails() (code any, stack string, cause any) {
	return e.code, e.stack, e.cause
}

// Shown is what the debug panel shows of an error that nobody caught.
func (e *Failure) Shown() any {
	if e.shown == nil {
		return e.text
	}
	return e.shown
}

// position finds line and column in the first frame of a stack that is the
// code's.
var position = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(regexp.QuoteMeta(sourceName) + `:(\d+):(\d+)`)
})

// failure makes an error of what running code ended with.
func (v *vm) failure(err error) error {
	var interrupted *goja.InterruptedError
	var overflow *goja.StackOverflowError
	var thrown *goja.Exception
	switch {
	case errors.As(err, &interrupted):
		v.cut = true
		if why, ok := interrupted.Value().(error); ok {
			return why
		}
		return err
	case errors.As(err, &overflow):
		return errStackOverflow
	case errors.As(err, &thrown):
		var made error
		if cut := v.try(func() { made = v.thrown(thrown.Value(), thrown) }); cut != nil {
			return v.failure(cut)
		}
		return made
	}
	return err
}

// try runs f, which may call JavaScript, outside of any call of JavaScript,
// and returns what failure makes an error of.
func (v *vm) try(f func()) (err error) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case *goja.InterruptedError:
			err = x
		case *goja.StackOverflowError:
			err = x
		case runtime.Error: // of the engine's own
			err = &Failure{text: "RangeError: " + x.Error(), value: msg.Undefined}
		default:
			panic(x)
		}
	}()
	if ex := v.js.Try(f); ex != nil {
		return ex
	}
	return nil
}

// thrown is the error for a thrown value; ex may tell where it was thrown.
// It must be called inside of try, or of JavaScript.
func (v *vm) thrown(value goja.Value, ex *goja.Exception) error {
	o, ok := value.(*goja.Object)
	if !ok {
		return &Failure{text: value.String(), value: msg.Undefined}
	}
	var f *Failure
	problem := v.js.Try(func() {
		if o.ClassName() != classError {
			f = &Failure{text: v.jsonOf(o), value: (&exporter{vm: v, copy: true}).value(o)}
			return
		}
		f = v.errorOf(o)
		if name := o.Get("name"); name != nil && name.String() == "ReferenceError" {
			f.text = "ReferenceError: " + f.text + where(f.stack, ex)
		}
	})
	if problem != nil {
		return &Failure{text: fmt.Sprint(problem), value: msg.Undefined}
	}
	return f
}

// errorOf reads an Error.
func (v *vm) errorOf(o *goja.Object) *Failure {
	x := &exporter{vm: v, copy: true}
	exported, _ := x.value(o).(*msg.Script)
	f := &Failure{text: o.String(), value: exported}
	if exported == nil || exported.Members == nil {
		return f
	}
	if text, ok := exported.Members.Get("message").(string); ok {
		if known := familiar(text); known != text {
			f.text = strings.Replace(f.text, text, known, 1)
			exported.Members.Set("message", known)
			if stack, ok := exported.Members.Get("stack").(string); ok {
				exported.Members.Set("stack", strings.Replace(stack, text, known, 1))
			}
		}
	}
	if code, ok := exported.Members.Lookup("code"); ok && code != msg.Undefined {
		f.code = code
	}
	if cause, ok := exported.Members.Lookup("cause"); ok && cause != msg.Undefined {
		f.cause = cause
	}
	if stack, ok := exported.Members.Get("stack").(string); ok {
		f.stack = readableStack(stack)
		exported.Members.Set("stack", f.stack)
	}
	return f
}

// readOfNothing is the engine's text of the error that code has most.
var readOfNothing = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^Cannot read property '(.*)' of undefined( or null)?$`)
})

// familiar is the text of an error as Node.js has it, which people look for.
func familiar(text string) string {
	if m := readOfNothing().FindStringSubmatch(text); m != nil {
		return "Cannot read properties of undefined (reading '" + m[1] + "')"
	}
	return text
}

// programCounter ends a frame in the engine's stacks.
var programCounter = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`:(\d+):(\d+)\(\d+\)`) })

// readableStack makes a stack look as in Node-RED: lines count from the
// code's first.
func readableStack(stack string) string {
	stack = strings.ReplaceAll(stack, "\tat ", "    at ")
	return strings.TrimRight(programCounter().ReplaceAllStringFunc(stack, func(at string) string {
		m := programCounter().FindStringSubmatch(at)
		line, _ := strconv.Atoi(m[1])
		return fmt.Sprintf(":%d:%s", max(line-1, 1), m[2])
	}), "\n")
}

// where is " (line 1, col 18)" if it is known.
func where(stack string, ex *goja.Exception) string {
	if ex != nil {
		for _, frame := range ex.Stack() {
			if frame.SrcName() == sourceName {
				p := frame.Position()
				return fmt.Sprintf(" (line %d, col %d)", max(p.Line-1, 1), p.Column)
			}
		}
	}
	if m := position().FindStringSubmatch(stack); m != nil {
		return fmt.Sprintf(" (line %s, col %s)", m[1], m[2])
	}
	return ""
}

// jsonOf is JSON.stringify.
func (v *vm) jsonOf(o *goja.Object) string {
	return string(msg.Encode((&exporter{vm: v, copy: true}).value(o)))
}

// reported is the error for what was given to node.error.
func (v *vm) reported(value goja.Value) *Failure {
	if o, ok := value.(*goja.Object); ok && o.ClassName() == classError {
		f := v.errorOf(o)
		f.shown = f.value
		return f
	}
	return &Failure{text: value.String(), value: msg.Undefined, shown: (&exporter{vm: v, copy: true}).value(value)}
}

// newError is an Error with the text of a Go error.
func (v *vm) newError(err error) *goja.Object {
	o, problem := v.js.New(v.js.Get("Error"), v.js.ToValue(err.Error()))
	must(problem)
	return o
}

// typeError and rangeError are for panics out of Go functions that JavaScript
// calls.
func (v *vm) typeError(text string) *goja.Object { return v.js.NewTypeError(text) }

func (v *vm) rangeError(text string) *goja.Object {
	o, err := v.js.New(v.js.Get("RangeError"), v.js.ToValue(text))
	must(err)
	return o
}

func (v *vm) syntaxError(text string) *goja.Object {
	o, err := v.js.New(v.js.Get("SyntaxError"), v.js.ToValue(text))
	must(err)
	return o
}
