// Package simulator is a stand-in for the provider's two APIs, so that nobody
// needs an account to build and test a flow: it answers POST /sms/json and
// POST /v1/messages on a loopback port of its own as strictly as the provider
// does (contract vonage.md §1, §2, §4), keeps what was sent in an outbox, and
// plays the network: it sends inbound messages and delivery receipts to the
// flow (§1.7, §1.8).
//
// Of the Messages API it knows every channel and kind, v0.1 and dispatch. It
// has no throughput limit and no credit to run out of, but can be told to act
// as if (Fault).
package simulator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options is what a simulator may be told. The zero value works.
type Options struct {
	// Log hears of receipts that could not be delivered; nil: nobody does.
	Log *slog.Logger
	// Target is where an inbound message goes when its request names no URL:
	// the flows' webhook, "http://127.0.0.1:1880/sms". It is asked each time.
	// Its host is the one address off this machine that may be reached.
	Target func() string
}

// Simulator is one provider with one made-up account. It must be started
// before flows can send to it; everything else works without.
type Simulator struct {
	log    *slog.Logger
	target func() string

	account Account
	key     keyOnce
	client  *http.Client

	mu       sync.Mutex
	url      string
	outbox   outbox
	texts    []Text // newest last
	watchers map[*watcher]struct{}
	serial   uint64
	faults   faults

	deliveries []Delivery // the newest first; under mu
	clock      clock
	schedule   schedule

	server  *http.Server
	stop    context.CancelFunc
	running sync.WaitGroup
}

// New makes a simulator with a fresh account.
func New(o Options) *Simulator {
	s := &Simulator{
		log:      o.Log,
		target:   o.Target,
		account:  newAccount(),
		watchers: map[*watcher]struct{}{},
		schedule: newSchedule(),
		faults:   faults{closed: make(chan struct{})},
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.target == nil {
		s.target = func() string { return "" }
	}
	s.client = s.newClient()
	return s
}

// Start listens on a free loopback port. It may be called once.
func (s *Simulator) Start() error {
	if s.server != nil {
		return errors.New("simulator: already started")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	s.mu.Lock()
	s.url = "http://" + l.Addr().String()
	s.mu.Unlock()
	s.server = &http.Server{
		Handler:           s.api(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.running.Go(func() { s.sendReceipts(ctx) })
	s.running.Go(func() { _ = s.server.Serve(l) })
	return nil
}

// Close stops listening, gives requests under way a second, and ends every
// Watch. Receipts that still wait are dropped.
func (s *Simulator) Close() error {
	var err error
	if s.server != nil {
		s.faults.close()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err = s.server.Shutdown(ctx); err != nil {
			err = s.server.Close()
		}
		s.stop()
		s.running.Wait()
	}
	s.client.CloseIdleConnections()
	s.closeWatchers()
	return err
}

// URL is the base of both APIs, "" before Start.
func (s *Simulator) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.url
}

// api is what the loopback listener serves.
func (s *Simulator) api() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/sms/json", s.faulty("sms", s.serveSMS))
	mux.HandleFunc("/v1/messages", s.faulty("messages", s.serveMessages))
	mux.HandleFunc("/v0.1/messages", s.faulty("messages", s.serveLegacy))
	mux.HandleFunc("/v0.1/dispatch", s.faulty("messages", s.serveDispatch))
	mux.HandleFunc("GET /account", s.serveAccount)
	return mux
}
