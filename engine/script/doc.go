// Package script runs the JavaScript of flows: the code of function nodes and
// JSONata expressions. Programs are compiled at deploy; they run on pooled
// runtimes and see messages through live, ordered views, so that nothing is
// copied to be looked at (architecture sections 4 and 6; contract
// jsonata-and-js.md). No other package knows the JavaScript engine.
package script
