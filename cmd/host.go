package cmd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
	"github.com/flowrill/flowrill/nodes/messaging/simulator"
)

// stopTime bounds an orderly stop: what was accepted has that long to finish.
const stopTime = 15 * time.Second

// startSimulator makes the stand-in for the provider. Its listener is on the
// loopback interface.
func startSimulator(log *slog.Logger, target string) (*simulator.Simulator, error) {
	s := simulator.New(simulator.Options{Log: log, Target: func() string { return target }})
	if err := s.Start(); err != nil {
		return nil, fmt.Errorf("start the simulator: %w", err)
	}
	return s, nil
}

// engineConfig is what serve and run have in common.
func (c *invocation) engineConfig(log *slog.Logger, s *simulator.Simulator) (engine.Config, error) {
	allow, err := parseAllow(c.allow, c.data)
	if err != nil {
		return engine.Config{}, err
	}
	account := s.Account()
	return engine.Config{
		Log: log, Allow: allow, DataDir: c.data, PublicURL: c.publicURL, Environ: c.flowEnv, HTTPTimeout: c.httpTimeout,
		Simulator: node.Simulator{
			URL: s.URL(), APIKey: account.APIKey, APISecret: account.APISecret, ApplicationID: account.ApplicationID,
			SignatureSecret: account.SignatureSecret, SignatureMethod: account.SignatureMethod,
		},
	}, nil
}

// readFlows reads documents and puts their objects into one. Problems that
// make a file unreadable are printed and end the command.
func (c *invocation) readFlows(paths []string) (*flows.Document, error) {
	var all *flows.Document
	bad := false
	for _, p := range paths {
		d, err := flows.Read(p)
		if err != nil {
			if errors.Is(err, os.ErrNotExist) {
				err = fmt.Errorf("%s: no such file or directory", p)
			}
			fmt.Fprintln(c.errOut, err)
			bad = true
			continue
		}
		if all == nil {
			all = d
		} else {
			all = all.Join(d)
		}
	}
	if bad {
		return nil, exitError(exitUsage)
	}
	return all, nil
}

// printProblems prints all problems and tells whether one is an error.
func (c *invocation) printProblems(problems []flows.Problem) (failed bool) {
	for _, p := range problems {
		fmt.Fprintln(c.errOut, p)
		failed = failed || p.Severity == flows.Error
	}
	return failed
}

// listen opens the address, with a text that helps when it is taken.
func (c *invocation) listen() (net.Listener, error) {
	l, err := net.Listen("tcp", c.addr)
	if err != nil {
		return nil, fmt.Errorf("%w; choose another with --addr HOST:PORT", err)
	}
	return l, nil
}

// makeDataDir makes the directory that only its owner may look into.
func (c *invocation) makeDataDir() error {
	if err := os.MkdirAll(c.data, 0o700); err != nil {
		return fmt.Errorf("--data: %w", err)
	}
	return nil
}

// giveBack returns the memory that starting took.
func giveBack() { go debug.FreeOSMemory() }

// dataFile is a file in the data directory.
func (c *invocation) dataFile(name string) string { return filepath.Join(c.data, name) }

// inline takes the credentials that stand in a document itself.
func inline(d *flows.Document) (*flows.Document, map[string]*msg.Object) {
	d = d.Clone()
	return d, flows.MergeCredentials(nil, d.TakeCredentials(), d)
}

// shutdown stops in the order in which nothing is lost: no new requests, then
// the flows, then the connections that still wait for an answer.
func shutdown(log *slog.Logger, e *engine.Engine, server interface {
	Shutdown(context.Context) error
}) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	log.Info("stopping")
	err := e.Close(ctx)
	if e := server.Shutdown(ctx); err == nil && !errors.Is(e, http.ErrServerClosed) {
		err = e
	}
	return err
}
