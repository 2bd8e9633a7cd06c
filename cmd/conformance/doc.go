// Package conformance holds what real Node-RED 5.0.7 did with some five
// hundred small flows, and the test that runs the same flows on the engine
// with all nodes. testdata has a file for each node; README.md tells the
// format.
package conformance
