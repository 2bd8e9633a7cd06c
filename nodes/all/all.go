// Package all registers every node type that comes with Flowrill.
package all

import (
	_ "github.com/flowrill/flowrill/engine/script"
	_ "github.com/flowrill/flowrill/nodes/common"
	_ "github.com/flowrill/flowrill/nodes/function"
	_ "github.com/flowrill/flowrill/nodes/messaging"
	_ "github.com/flowrill/flowrill/nodes/network"
	_ "github.com/flowrill/flowrill/nodes/parser"
	_ "github.com/flowrill/flowrill/nodes/sequence"
	_ "github.com/flowrill/flowrill/nodes/storage"
)
