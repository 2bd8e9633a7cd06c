package node

import (
	"strings"
	"testing"
	"time"

	"github.com/dlclark/regexp2/v2"
)

func TestRegexGivesUp(t *testing.T) {
	re, err := CompileRegex(`^(a|aa)+$`, "")
	if err != nil {
		t.Fatal(err)
	}
	if re.re.MatchTimeout != time.Second {
		t.Errorf("a match may take %v", re.re.MatchTimeout)
	}
	re.re.MatchTimeout = 20 * time.Millisecond
	evil := strings.Repeat("a", 60) + "b"
	const want = "regular expression /^(a|aa)+$/ took longer than 20ms"
	if _, err := re.Match(evil); err == nil || err.Error() != want {
		t.Errorf("Match: %v", err)
	}
	if _, err := re.Replace(evil, "$&"); err == nil || err.Error() != want {
		t.Errorf("Replace: %v", err)
	}
	if err := re.late(regexp2.ErrBacktrackingStackLimit); err.Error() != "regular expression /^(a|aa)+$/ went back too far" {
		t.Errorf("stack: %v", err)
	}
}

// A long text alone is no reason to give up.
func TestRegexLongText(t *testing.T) {
	re, err := CompileRegex(`^(?:a|b|ab)*c$`, "")
	if err != nil {
		t.Fatal(err)
	}
	re.re.MatchTimeout = time.Hour // the machine may be slow
	if ok, err := re.Match(strings.Repeat("ba", 100_000) + "c"); !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
}
