package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
)

// check compiles flows as a deploy would and prints every problem.
func check(_ context.Context, c *invocation) error {
	if len(c.args) == 0 {
		return usageError{errors.New("which flows? name a file or a directory")}
	}
	d, err := c.readFlows(c.args)
	if err != nil {
		return err
	}
	d, credentials := inline(d)
	problems := engine.Check(d, engine.Config{
		Environ: c.flowEnv, Reserved: []string{"/" + strings.ToLower(strings.Trim(c.adminRoot, "/"))},
	}, credentials)
	failed := false
	if c.asJSON {
		if problems == nil {
			problems = []flows.Problem{}
		}
		out := json.NewEncoder(c.out)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		if err := out.Encode(problems); err != nil {
			return err
		}
		for _, p := range problems {
			failed = failed || p.Severity == flows.Error
		}
	} else if failed = c.printProblems(problems); !failed {
		fmt.Fprintf(c.out, "%d objects, no errors\n", len(d.Objects()))
	}
	if failed {
		return exitError(exitUsage)
	}
	return nil
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
