// Package parser has the nodes that turn text into values and values into
// text: csv, html, json, xml and yaml.
package parser
