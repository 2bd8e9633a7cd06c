package engine

import (
	"context"
	"log/slog"
	"time"
)

// nodeLog is the logger of one node. What it logs as a warning or an error
// reaches the debug panel too.
func (e *Engine) nodeLog(n *instance) *slog.Logger {
	return slog.New(&nodeHandler{n: n, base: e.cfg.Log.Handler()})
}

type nodeHandler struct {
	n    *instance
	base slog.Handler
}

// Enabled implements slog.Handler.
func (h *nodeHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn || h.base.Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (h *nodeHandler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn {
		h.n.eng.observe(&Event{Kind: EventLog, At: time.Now(), Node: &h.n.info, Level: r.Level, Value: r.Message})
	}
	if !h.base.Enabled(ctx, r.Level) {
		return nil
	}
	r = r.Clone()
	r.AddAttrs(slog.String("node", h.n.info.ID), slog.String("type", h.n.info.Type), slog.String("flow", h.n.info.Flow))
	if h.n.info.Name != "" {
		r.AddAttrs(slog.String("name", h.n.info.Name))
	}
	return h.base.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h *nodeHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &nodeHandler{h.n, h.base.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h *nodeHandler) WithGroup(name string) slog.Handler {
	return &nodeHandler{h.n, h.base.WithGroup(name)}
}
