package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
)

// verdict is what becomes of a node.
type verdict string

// The verdicts, the better first.
const (
	runs          verdict = "runs"
	runsOtherwise verdict = "runs differently" // than in Node-RED
	lacksValue    verdict = "lacks a value"    // a variable, a secret
	lacksLeave    verdict = "is not allowed"   // and fails when it gets a message, or never starts
	cannotRun     verdict = "cannot run"
	isDisabled    verdict = "is disabled"
)

// prospect is a node and what becomes of it here.
type prospect struct {
	File     string          `json:"file,omitempty"`
	Node     string          `json:"node"`
	Name     string          `json:"name"`
	Type     string          `json:"type"`
	Verdict  verdict         `json:"verdict"`
	Problems []flows.Problem `json:"problems"`
}

func (p prospect) String() string { return fmt.Sprintf("%q (%s %s)", p.Name, p.Type, p.Node) }

// prospectsOf tells of every node in a document what becomes of it.
func prospectsOf(d *flows.Document, problems []flows.Problem) []prospect {
	all := []prospect{}
	for _, o := range d.Objects() {
		if !o.Runs() || !d.Wins(o) {
			continue
		}
		p := prospect{File: o.File, Node: o.ID, Name: o.Label(), Type: o.Type, Verdict: runs, Problems: []flows.Problem{}}
		if t := d.Find(o.Template()); t != nil && o.Name == "" {
			p.Name = t.Label()
		}
		for _, q := range problems {
			if q.Node == o.ID {
				p.Problems = append(p.Problems, q)
				p.Verdict = worse(p.Verdict, q)
			}
		}
		_, known := node.Lookup(o.Type)
		known = known || o.Kind == flows.Instance || o.Kind == flows.Junction
		switch z := d.Find(o.Z); {
		case o.Disabled || z != nil && z.Disabled:
			p.Verdict = isDisabled
		case !known && len(p.Problems) == 0:
			p.Verdict = cannotRun
			p.Problems = append(p.Problems, o.Problem(flows.Notice, "", "type", "unknown node type %q, in a subflow that is not used", o.Type))
		}
		all = append(all, p)
	}
	return all
}

// worse is what a problem makes of a verdict.
func worse(v verdict, p flows.Problem) verdict {
	order := []verdict{runs, runsOtherwise, lacksValue, lacksLeave, cannotRun}
	next := runs
	switch {
	case p.Severity == flows.Error:
		next = cannotRun
	case p.Code == string(node.NotAllowed):
		next = lacksLeave
	case p.Code == string(node.NotSet):
		next = lacksValue
	case p.Code == string(node.Differs):
		next = runsOtherwise
	}
	return order[max(slices.Index(order, v), slices.Index(order, next))]
}

// printNodes prints a line for each node, and below it what there is to know.
func printNodes(w io.Writer, all []prospect) {
	for _, p := range all {
		fmt.Fprintf(w, "%-16s  %s\n", p.Verdict, p)
		for _, q := range p.Problems {
			text := q.Message
			if q.Property != "" {
				text = q.Property + ": " + text
			}
			fmt.Fprintf(w, "%-16s    %s\n", "", text)
		}
	}
}

// summarize tells how many nodes run, and names those that do not, or not as
// in Node-RED.
func summarize(w io.Writer, all []prospect) {
	for _, line := range []struct {
		of        verdict
		one, many string
	}{
		{runs, "1 node runs", "%d nodes run"},
		{runsOtherwise, "1 runs differently from Node-RED", "%d run differently from Node-RED"},
		{lacksValue, "1 lacks a value", "%d lack a value"},
		{lacksLeave, "1 is not allowed", "%d are not allowed"},
		{cannotRun, "1 cannot run", "%d cannot run"},
		{isDisabled, "1 is disabled", "%d are disabled"},
	} {
		var names []string
		count := 0
		for _, p := range all {
			if p.Verdict == line.of {
				count++
				names = append(names, p.String())
			}
		}
		if count == 0 {
			continue
		}
		text := line.one
		if count > 1 {
			text = fmt.Sprintf(line.many, count)
		}
		if line.of == runs {
			names = []string{typesOf(all)}
		}
		fmt.Fprintf(w, "%s: %s\n", text, strings.Join(names, ", "))
	}
}

// typesOf counts the nodes that run by type, in alphabetical order.
func typesOf(all []prospect) string {
	count := map[string]int{}
	var types []string
	for _, p := range all {
		if p.Verdict != runs {
			continue
		}
		name, _, _ := strings.Cut(p.Type, ":") // of a subflow's instance: subflow
		if count[name] == 0 {
			types = append(types, name)
		}
		count[name]++
	}
	slices.Sort(types)
	for i, t := range types {
		if count[t] > 1 {
			types[i] = fmt.Sprint(t, " ", count[t])
		}
	}
	return strings.Join(types, ", ")
}
