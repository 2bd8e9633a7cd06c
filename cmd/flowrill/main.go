// Command flowrill runs flows that answer text messages.
package main

import (
	"os"

	"github.com/flowrill/flowrill/cmd"
)

func main() { os.Exit(cmd.Main(os.Args[1:])) }
