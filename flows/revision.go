package flows

import "time"

// Revision is the flows as they were deployed once.
type Revision struct {
	Number   int       `json:"number"` // counts deploys, from 1
	Rev      string    `json:"rev"`    // of the content (contract flow-format.md §8)
	Time     time.Time `json:"time"`
	Author   string    `json:"author,omitempty"`
	Note     string    `json:"note,omitempty"`
	Document []byte    `json:"-"` // the JSON array; nil in lists
}
