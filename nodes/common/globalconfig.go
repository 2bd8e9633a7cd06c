package common

import "github.com/flowrill/flowrill/engine/node"

// GlobalConfig holds the variables that every flow sees. The engine reads
// them (contract flow-format.md §2.6, §5).
type GlobalConfig struct {
	Env     any `prop:"env" label:"Variables" widget:"env" help:"Every flow sees them. A variable of the same name that a flow, a group or a subflow has of its own wins."`
	Modules any `prop:"modules" label:"Modules" widget:"modules" advanced:"true" help:"Which packages an exported flow used. Only kept."`
}

func init() {
	node.Register[GlobalConfig](node.Type{
		Name: "global-config", Category: "config", Icon: "settings-2",
		Help: "Variables for all flows. A process variable of the same name is hidden by them.\n\n" +
			"Use one as `<<env.SHOP_NUMBER>>` in a template, as a value of type *env*, or as `${SHOP_NUMBER}` as the whole of a property.\n\n" +
			"A variable of type *cred* is kept with the other secrets and never in the flow.",
	})
}
