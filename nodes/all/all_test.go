package all

import (
	"testing"

	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestEveryType(t *testing.T) { nodetest.Every(t) }
