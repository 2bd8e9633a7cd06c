package engine

import (
	"log/slog"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

func TestLoggedValues(t *testing.T) {
	o := msg.Of("a", 1)
	for name, c := range map[string]struct {
		attrs []slog.Attr
		value any
		kept  int
	}{
		"text":         {nil, "said", 0},
		"other things": {[]slog.Attr{slog.String("key", "m1")}, "said", 1},
		"an object":    {[]slog.Attr{slog.Any(node.LogValue, o), slog.Int("n", 2)}, o, 1},
		"null":         {[]slog.Attr{slog.Any(node.LogValue, nil)}, nil, 0},
		"a Go number":  {[]slog.Attr{slog.Int(node.LogValue, 7)}, 7.0, 0},
	} {
		r := slog.Record{Message: "said", Level: slog.LevelWarn}
		r.AddAttrs(c.attrs...)
		value, plain := logged(r)
		if value != c.value || plain.Message != "said" || plain.Level != slog.LevelWarn || plain.NumAttrs() != c.kept {
			t.Errorf("%s: value %v, record %v", name, value, plain)
		}
	}
}
