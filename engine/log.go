package engine

import (
	"context"
	"log/slog"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
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
	value, r := logged(r)
	if r.Level >= slog.LevelWarn {
		h.n.eng.observe(&Event{Kind: EventLog, At: time.Now(), Node: &h.n.info, Level: r.Level, Value: value})
	}
	if !h.base.Enabled(ctx, r.Level) {
		return nil
	}
	r.AddAttrs(slog.String("node", h.n.info.ID), slog.String("type", h.n.info.Type), slog.String("flow", h.n.info.Flow))
	if h.n.info.Name != "" {
		r.AddAttrs(slog.String("name", h.n.info.Name))
	}
	return h.base.Handle(ctx, r)
}

// logged is what people are shown of a record, its attribute node.LogValue or
// else its text, and a copy of the record without that attribute.
func logged(r slog.Record) (value any, plain slog.Record) {
	value, plain = r.Message, slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		if a.Key != node.LogValue {
			plain.AddAttrs(a)
		} else {
			value = msg.From(a.Value.Any())
		}
		return true
	})
	return value, plain
}

// WithAttrs implements slog.Handler.
func (h *nodeHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &nodeHandler{h.n, h.base.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h *nodeHandler) WithGroup(name string) slog.Handler {
	return &nodeHandler{h.n, h.base.WithGroup(name)}
}
