// Package common holds the node types that every flow is made with: inject and
// debug, the listeners catch, complete and status, the links, junction and
// comment (contract nodes.md, common).
package common
