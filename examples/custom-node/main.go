// Command custom-node is Flowrill with a node of its own.
package main

import (
	"os"

	"github.com/flowrill/flowrill/cmd"
	_ "github.com/flowrill/flowrill/examples/custom-node/ordernumber"
)

func main() { os.Exit(cmd.Main(os.Args[1:])) }
