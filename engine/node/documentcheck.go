package node

import (
	"sync"

	"github.com/flowrill/flowrill/flows"
)

// DocumentCheck looks at a whole document for what no single node can see: a
// webhook that nothing answers. It is part of every deploy and of `flowrill
// check`, and reports Notices: it guesses what somebody means, so it never
// refuses. publicURL is Env.PublicURL.
type DocumentCheck func(d *flows.Document, publicURL string) []flows.Problem

var documentChecks struct {
	sync.RWMutex
	all []DocumentCheck
}

// RegisterCheck adds a check of documents. Call it in an init function.
func RegisterCheck(c DocumentCheck) {
	documentChecks.Lock()
	defer documentChecks.Unlock()
	documentChecks.all = append(documentChecks.all, c)
}

// CheckDocument runs all checks that are registered.
func CheckDocument(d *flows.Document, publicURL string) []flows.Problem {
	documentChecks.RLock()
	defer documentChecks.RUnlock()
	var problems []flows.Problem
	for _, c := range documentChecks.all {
		for _, p := range c(d, publicURL) {
			p.Severity = flows.Notice
			problems = append(problems, p)
		}
	}
	return problems
}
