package node

import (
	"fmt"
	"runtime/debug"
)

// PanicError is a panic inside a node: the message failed, the process lives.
type PanicError struct {
	Value any
	Stack string
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic in node: %v", e.Value) }

// Try makes a *PanicError of a panic in f. The engine does so for the methods
// it calls; a node that does a message's work in a goroutine or a timer of its
// own calls it there.
func Try(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &PanicError{Value: r, Stack: string(debug.Stack())}
		}
	}()
	return f()
}
