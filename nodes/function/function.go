// Package function holds the node types that look at messages and change
// them: switch, change, range and template (contract nodes.md, function).
package function
