package simulator

import "slices"

// begin makes e the first of the messages of a workflow.
func (e *Entry) begin(workflow string) {
	e.Workflow, e.Item, e.Items = workflow, 1, len(e.rest)+1
	for i := range e.rest {
		next := &e.rest[i]
		next.Workflow, next.Item, next.Items = workflow, i+2, e.Items
	}
}

// reached tells whether a message has become what it should: what is read was
// delivered.
func reached(status, until string) bool { return status == until || status == "read" }

// awaitOutcome sees to it that a message of dispatch is replaced when it is
// not in time what it should become, by the simulator's clock. quiet is one
// that arrives without a receipt.
func (s *Simulator) awaitOutcome(e Entry, quiet bool) {
	if e.within > 0 && len(e.rest) > 0 && !(quiet && e.until == "delivered") {
		s.queueReceipt(receipt{id: e.ID, at: e.Time.Add(e.within), expiry: true})
	}
}

// follow replaces a message that failed. The Messages API does so on a
// rejection only (vonage.md §2.1), dispatch on whatever kept it from arriving
// (§3.2).
func (s *Simulator) follow(id, status string) {
	e, ok := s.find(id)
	if !ok || status != "rejected" && (e.until == "" || status != "undeliverable") {
		return
	}
	s.replace(id)
}

// replace sends the message that takes another's place, if there is one left.
func (s *Simulator) replace(id string) {
	s.mu.Lock()
	var rest []Entry
	for _, e := range slices.Backward(s.outbox.entries) {
		if e.ID == id {
			rest, e.rest = e.rest, nil // only once
			break
		}
	}
	s.mu.Unlock()
	if len(rest) > 0 {
		next := rest[0]
		next.rest = rest[1:]
		s.accept(next)
	}
}
