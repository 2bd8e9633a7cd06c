package node

// Advice says in which way something works otherwise than its author may
// expect. As a flows.Problem it is the code of a notice.
type Advice string

// The kinds of advice.
const (
	// Differs: Node-RED would do something else.
	Differs Advice = "differs"
	// NotAllowed: it needs what --allow does not grant.
	NotAllowed Advice = "not_allowed"
	// NotSet: a variable or secret is used that has no value here.
	NotSet Advice = "not_set"
	// Unsafe: strangers can make it do something.
	Unsafe Advice = "unsafe"
)

// Adviser is a type that knows what of its configuration runs, but not as
// people who come from Node-RED expect, or not on this host. It is asked at
// deploy and by `flowrill check`, of a node that has no problems and before it
// is opened.
type Adviser interface {
	Advise(h Host, notice func(a Advice, property, text string))
}

// Host is what an Adviser is told of where it will run.
type Host struct {
	Allow   Allow
	DataDir string
	// PublicURL is how the world reaches the flows' routes, "" if not known.
	PublicURL string
}
