package nodetest

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
)

// logRecorder keeps log lines: level, text, attributes.
type logRecorder struct {
	mu    sync.Mutex
	lines []string
}

func (l *logRecorder) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.lines...)
}

// Enabled keeps every level.
func (l *logRecorder) Enabled(context.Context, slog.Level) bool { return true }

// Handle keeps one line.
func (l *logRecorder) Handle(_ context.Context, r slog.Record) error {
	line := r.Level.String() + " " + r.Message
	r.Attrs(func(a slog.Attr) bool {
		line += fmt.Sprintf(" %s=%v", a.Key, a.Value)
		return true
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
	return nil
}

// WithAttrs and WithGroup drop what a node's own logger adds to each line.
func (l *logRecorder) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup drops the group.
func (l *logRecorder) WithGroup(string) slog.Handler { return l }
