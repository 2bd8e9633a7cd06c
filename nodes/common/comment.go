package common

import "github.com/flowrill/flowrill/engine/node"

// Comment is a note on the canvas. It does nothing.
type Comment struct {
	Info string `prop:"info" label:"Text" widget:"markdown" help:"Markdown."`
}

func init() {
	node.Register[Comment](node.Type{
		Name: "comment", Category: "common", Icon: "sticky-note",
		Help: "A note beside the nodes; nothing can be wired to it.\n\n" +
			"The name is the heading, the text is Markdown.\n\n" +
			"Example: *Opening hours live in `global.hours`, see the tab Settings.*",
	})
}
