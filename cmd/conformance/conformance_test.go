package conformance

import (
	"flag"
	"os"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// TestMain lets many cases run side by side: those in real time mostly wait.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = f.Value.Set("24")
	}
	os.Exit(m.Run())
}

// TestConformance runs every case of testdata and compares with what Node-RED
// did. A case that waits on nothing but time takes none.
func TestConformance(t *testing.T) {
	startRegexpClock()
	machine := machine{now: time.Now(), cores: make(chan struct{}, runtime.GOMAXPROCS(0))}
	for _, c := range load(t) {
		t.Run(c.title(), func(t *testing.T) {
			t.Parallel()
			problems := c.try(t, &machine)
			if len(problems) > 0 && c.live() {
				t.Log("again, alone: ", problems)
				machine.alone.Lock()
				defer machine.alone.Unlock()
				problems = c.run(t)
			}
			for _, p := range problems {
				t.Error(p)
			}
		})
	}
}

// machine is what cases share that run side by side.
type machine struct {
	now   time.Time
	cores chan struct{} // one for each case that does nothing but compute
	// alone is held, not shared, by a case that could not keep its times
	// beside the others.
	alone sync.RWMutex
}

// try runs the case among others.
func (c *recorded) try(t *testing.T, m *machine) (problems []string) {
	m.alone.RLock()
	defer m.alone.RUnlock()
	if c.live() {
		return c.run(t)
	}
	m.cores <- struct{}{}
	defer func() { <-m.cores }()
	synctest.Test(t, func(t *testing.T) {
		pause(time.Until(m.now)) // the clock of a bubble starts in the year 2000
		problems = c.run(t)
	})
	return problems
}

// startRegexpClock makes the library of regular expressions start the
// goroutine that ends long matches out here, where time is real, and not in
// the bubble of the first case that needs it.
func startRegexpClock() {
	re := regexp2.MustCompile("a")
	re.MatchTimeout = time.Hour
	_, _ = re.MatchString("a")
}
