package node

import (
	"context"
	"log/slog"
)

// LogValue is the attribute of a warning or an error that the debug panel
// shows instead of the text: any message value. The log does not have it.
const LogValue = "value"

type logKey struct{}

var silent = slog.New(slog.DiscardHandler)

// Log is the node's logger: it knows node, type and flow. A warning reaches
// the debug panel. Nodes log or return an error, never both. Outside a node
// it writes nowhere.
func Log(ctx context.Context) *slog.Logger {
	if l, ok := ctx.Value(logKey{}).(*slog.Logger); ok {
		return l
	}
	return silent
}

// WithLog is the context in which Log returns l.
func WithLog(ctx context.Context, l *slog.Logger) context.Context {
	return context.WithValue(ctx, logKey{}, l)
}
