package cmd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/store"
	"github.com/flowrill/flowrill/web"
)

// runHeadless serves the flows' own routes and nothing else. Debug output goes
// to the log.
func runHeadless(ctx context.Context, c *invocation) error {
	if len(c.args) == 0 {
		return usageError{errors.New("which flows? name a file or a directory")}
	}
	log, err := c.logger(c.errOut)
	if err != nil {
		return err
	}
	d, err := c.readFlows(c.args)
	if err != nil {
		return err
	}
	d, credentials := inline(d)
	sim, err := startSimulator(log, "http://"+c.addr+"/sms")
	if err != nil {
		return err
	}
	defer sim.Close()
	config, err := c.engineConfig(log, sim)
	if err != nil {
		return err
	}
	router := web.NewRouter(log)
	config.Routes, config.Observe = router, logDebug(log)
	db, err := c.openStoreIfFree(log)
	if err != nil {
		return err
	}
	if db != nil {
		defer db.Close()
		config.Context, config.Keep = db.Context(), db.Keep()
	}
	e := engine.New(config)

	l, err := c.listen()
	if err != nil {
		return err
	}
	defer l.Close()
	result, err := e.Deploy(ctx, d, engine.Deploy{Strict: true, Credentials: credentials})
	var refused *engine.RefusedError
	if errors.As(err, &refused) {
		c.printProblems(refused.Problems)
		return exitError(exitUsage)
	}
	if err != nil {
		return err
	}
	c.printProblems(result.Problems)
	server := &http.Server{Handler: router, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	log.Info("flows run", "url", "http://"+l.Addr().String(), "nodes", len(result.Started))
	giveBack()
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	return errors.Join(err, shutdown(log, e, server))
}

// openStoreIfFree opens the data directory's store, so that what flows keep
// outlives the process. Where no directory was named, one that cannot be had,
// because another process has it or there is no home, is no reason not to run:
// then all is kept in memory, and the log says so.
func (c *invocation) openStoreIfFree(log *slog.Logger) (*store.DB, error) {
	err := c.makeDataDir()
	var db *store.DB
	if err == nil {
		db, err = c.openStore()
	}
	if err == nil || c.named["data"] {
		return db, err
	}
	log.Warn("what flows keep lasts only as long as this process: name a directory with --data DIR", "why", err)
	return nil, nil
}

// logDebug is an observer that logs what debug nodes show. Warnings and errors
// the engine logs itself.
func logDebug(log *slog.Logger) func(*engine.Event) {
	return func(ev *engine.Event) {
		if ev.Kind != engine.EventDebug {
			return
		}
		attrs := []any{"node", ev.Node.ID, "value", debugText(ev.Debug.Value)}
		if ev.Node.Name != "" {
			attrs = append(attrs, "name", ev.Node.Name)
		}
		if ev.Debug.Property != "" {
			attrs = append(attrs, "property", ev.Debug.Property)
		}
		log.Info("debug", attrs...)
	}
}

// maxDebugText is how much of a value one log line shows, in bytes.
const maxDebugText = 8 << 10

func debugText(v any) string {
	text := msg.String(v)
	if len(text) > maxDebugText {
		text = fmt.Sprintf("%s… (%d bytes)", text[:maxDebugText], len(text))
	}
	return text
}
