package messaging

import (
	"fmt"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/node"
)

// tally counts what the flow does not see and shows it under the node.
type tally struct {
	show func(node.Status)

	mu     sync.Mutex
	counts [3]int
	warned time.Time
}

func (t *tally) count(i int, format, fill string) {
	t.mu.Lock()
	t.counts[i]++
	n := t.counts[i]
	t.mu.Unlock()
	t.show(node.Status{Fill: fill, Shape: "ring", Text: fmt.Sprintf(format, n)})
}

func (t *tally) refused()   { t.count(0, "signature refused (%d)", "red") }
func (t *tally) duplicate() { t.count(1, "duplicate dropped (%d)", "grey") }
func (t *tally) tooOld()    { t.count(2, "too old, dropped (%d)", "grey") }

func (t *tally) shown(text string) {
	t.mu.Lock()
	refused := t.counts[0]
	t.mu.Unlock()
	if refused > 0 {
		text += fmt.Sprintf(", %d refused", refused)
	}
	t.show(node.Status{Fill: "green", Shape: "dot", Text: text})
}

func (t *tally) mayWarn(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if now.Sub(t.warned) < time.Second {
		return false
	}
	t.warned = now
	return true
}
