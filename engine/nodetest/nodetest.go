// Package nodetest runs one node alone, with everything around it recorded,
// so that a test of a node is a table of messages as JSON text:
//
//	sent, err := nodetest.Run(t, "switch", `{"rules":[{"t":"eq","v":"yes"}]}`, `{"payload":"yes"}`)
//	sent.Want(t, `[[{"payload":"yes"}]]`)
//
// A node with a state, a source, a route or a config node is made with New.
// What a node has sent is poisoned: a later write to it panics, as it would
// race in the engine.
package nodetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/flows"
)

// Run gives the messages, each a JSON object, to a new node of that type, one
// after the other, and closes it. It returns what was sent by port, and the
// first error: of the configuration (*ConfigError), of Open, of a Receive, or
// one the node reported with Fail or Done.
func Run(t testing.TB, typ, config string, messages ...string) (Sent, error) {
	t.Helper()
	n, err := open(t, typ, config, nil)
	if err != nil {
		return nil, err
	}
	defer n.Close()
	for _, m := range messages {
		if err := n.Send(m); err != nil {
			return n.Sent(), err
		}
	}
	if errs := n.Errors(); len(errs) > 0 {
		return n.Sent(), errs[0]
	}
	return n.Sent(), nil
}

// Check returns the problems of a configuration as a deploy would tell them:
// "rules[0].v: \"ten\" is not a number".
func Check(t testing.TB, typ, config string, opts ...Option) []string {
	t.Helper()
	_, problems := decode(t, typ, config, newSurroundings(t, opts))
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = fmt.Sprintf("%s: %s", p.Property, p.Message)
	}
	return texts
}

// ConfigError is a configuration that a deploy would show as faulty.
type ConfigError struct{ Problems []flows.Problem }

func (e *ConfigError) Error() string {
	texts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		texts[i] = fmt.Sprintf("%s: %s", p.Property, p.Message)
	}
	return strings.Join(texts, "; ")
}

// Sent is what a node sent: by port, in order.
type Sent [][]*msg.Object

// Port returns the messages of one port; none for a port that does not exist.
func (s Sent) Port(n int) []*msg.Object {
	if n < 0 || n >= len(s) {
		return nil
	}
	return s[n]
}

// String is s as JSON: a list of ports, each a list of messages.
func (s Sent) String() string {
	ports := msg.NewList()
	for _, port := range s {
		list := msg.NewList()
		for _, m := range port {
			list.Append(m)
		}
		ports.Append(list)
	}
	return string(msg.Encode(ports))
}

// Want fails the test unless s is this JSON, written anyhow: the order of
// members counts, white space does not.
func (s Sent) Want(t testing.TB, json string) {
	t.Helper()
	want, err := msg.Decode([]byte(json))
	if err != nil {
		t.Fatalf("nodetest: what is wanted is not JSON: %v", err)
	}
	if got, want := s.String(), string(msg.Encode(want)); got != want {
		t.Errorf("sent %s\nwant %s", got, want)
	}
}

// Message reads a message from JSON text.
func Message(t testing.TB, json string) *msg.Object {
	t.Helper()
	m, err := msg.DecodeObject([]byte(json))
	if err != nil {
		t.Fatalf("nodetest: message: %v", err)
	}
	return m
}
