package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
)

// check compiles flows as a deploy would, prints every problem, and tells what
// becomes of the nodes.
func check(_ context.Context, c *invocation) error {
	if len(c.args) == 0 {
		return usageError{errors.New("which flows? name a file or a directory")}
	}
	d, err := c.readFlows(c.args)
	if err != nil {
		return err
	}
	d, credentials := inline(d)
	allow, err := parseAllow(c.allow, c.data)
	if err != nil {
		return err
	}
	problems := engine.Check(d, engine.Config{
		Environ: c.flowEnv, Allow: allow, DataDir: c.data, PublicURL: c.publicURL, Reserved: []string{"/" + strings.ToLower(strings.Trim(c.adminRoot, "/"))},
	}, credentials)
	failed := slices.ContainsFunc(problems, func(p flows.Problem) bool { return p.Severity == flows.Error })
	prospects := prospectsOf(d, problems)
	switch {
	case c.asJSON && c.perNode:
		err = c.printJSON(prospects)
	case c.asJSON:
		err = c.printJSON(append([]flows.Problem{}, problems...))
	default:
		c.printProblems(problems)
		if c.perNode {
			printNodes(c.out, prospects)
		}
		summarize(c.out, prospects)
		if !failed {
			fmt.Fprintf(c.out, "%d objects, no errors\n", len(d.Objects()))
		}
	}
	if err == nil && failed {
		err = exitError(exitUsage)
	}
	return err
}

func (c *invocation) printJSON(v any) error {
	out := json.NewEncoder(c.out)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(v)
}

// listNodes prints the node types: by name, as schemas, or as pages.
func listNodes(_ context.Context, c *invocation) error {
	switch {
	case c.asJSON:
		_, err := fmt.Fprintf(c.out, "%s\n", node.SchemaJSON())
		return err
	case c.markdown:
		return node.Markdown(c.out)
	}
	category := ""
	for _, t := range node.Types() {
		if t.Category != category {
			category = t.Category
			fmt.Fprintln(c.out, category)
		}
		first, _, _ := strings.Cut(t.Help, "\n")
		fmt.Fprintf(c.out, "  %-20s %s\n", t.Name, first)
	}
	return nil
}
