package function

import (
	"context"
	"errors"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/script"
)

// Function runs JavaScript on each message (contract nodes.md, function;
// runtime.md §1, §3, §4). The running is engine/script's.
type Function struct {
	Body       string        `prop:"func" label:"On message" widget:"code" language:"javascript" multiline:"true" initial:"return msg;" help:"What it returns is sent: a message, null for nothing, or a list with a message for each output."`
	Initialize string        `prop:"initialize" label:"On start" widget:"code" language:"javascript" multiline:"true" help:"Runs once before the first message." group:"On start and stop" advanced:"true"`
	Finalize   string        `prop:"finalize" label:"On stop" widget:"code" language:"javascript" multiline:"true" help:"Runs when the node stops. It cannot send." group:"On start and stop" advanced:"true"`
	Outputs    int           `prop:"outputs" label:"Outputs" default:"1" min:"0" max:"500" ports:"count"`
	Timeout    node.Duration `prop:"timeout" label:"Timeout" default:"0" placeholder:"0" advanced:"true" help:"How long the code may run before it first waits for something; 0: as long as it likes."`
	Libraries  []Library     `prop:"libs" label:"Modules" advanced:"true" help:"Node.js modules are not available in Flowrill."`

	program *script.Program
	code    *script.Function
}

// Library is a Node.js module that a function asks for.
type Library struct {
	Variable string `prop:"var" label:"Name"`
	Module   string `prop:"module" label:"Module"`
}

func init() {
	node.Register[Function](node.Type{
		Name: "function", Category: "function", Icon: "braces", Outputs: []string{"out"},
		Help: "Runs JavaScript on each message.\n\n" +
			"The code has `msg` and returns what is to be sent: a message, `null` for nothing, a list with a message for each output, " +
			"or a list of lists for several messages an output. `node.send` sends in between, `node.error(text, msg)` goes to catch nodes, " +
			"`node.warn` to the debug panel, `node.status` under the node.\n\n" +
			"`context`, `flow` and `global` keep values, `env.get` reads variables; `await`, timers, `Buffer`, `URL`, `util` and `RED.util` are there. " +
			"Node.js modules are not.\n\n" +
			"Example: `msg.payload = msg.payload.text.trim().toUpperCase(); return msg;`",
	})
}

// Check compiles the code.
func (f *Function) Check(report func(property, problem string)) {
	for _, l := range f.Libraries {
		if l.Module != "" {
			report("libs", "Node.js modules are not available: "+l.Module)
		}
	}
	p, err := script.Compile(script.Source{Initialize: f.Initialize, Body: f.Body, Finalize: f.Finalize})
	for _, err := range all(err) {
		var at *script.CompileError
		if errors.As(err, &at) {
			report(at.Property, at.Err.Error())
		}
	}
	f.program = p
}

// all are the errors that one joins.
func all(err error) []error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		return many.Unwrap()
	}
	return nil
}

// Open runs the code for the start.
func (f *Function) Open(ctx context.Context, env *node.Env) error {
	f.code = script.NewFunction(f.program, f.Outputs, f.Timeout.D())
	return f.code.Open(ctx, env)
}

// Start gives the code the way to send what no message waits for.
func (f *Function) Start(ctx context.Context, out node.Late) error { return f.code.Start(ctx, out) }

// Receive runs the code on a message.
func (f *Function) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	return f.code.Receive(ctx, m, out)
}

// Return takes the answer to node.linkcall.
func (f *Function) Return(ctx context.Context, id string, m *msg.Object, out node.Out) error {
	return f.code.Return(ctx, id, m, out)
}

// Close runs the code for the end.
func (f *Function) Close() error {
	if f.code == nil {
		return nil
	}
	return f.code.Close()
}
