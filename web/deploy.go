package web

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/flows"
)

// deployer is the one way for flows to get into the engine: one at a time,
// with their credentials put away and their revision kept.
type deployer struct {
	mu     sync.Mutex
	engine Engine
	store  Store
	hub    *Hub
	write  func(*flows.Document) error
	read   func() (*flows.Document, error)
}

// DeployOptions says how to deploy.
type DeployOptions struct {
	Type   string // what restarts: full, flows or nodes
	Strict bool   // refuse if any node has an error
	// Rev is what the flows are based on: if others run by now, the deploy is
	// refused with flows.ErrStale. "" takes their place whatever they are.
	Rev          string
	Author, Note string

	fromFile bool // they were read from where they would be written to
	reload   bool // while others run, which watchers are told
}

// Deploy makes d the flows that run: its credentials move to the store, the
// revision is kept and the file written, watchers are told. It returns when
// the old nodes have closed. Of a refused deploy nothing remains.
func (s *Server) Deploy(ctx context.Context, d *flows.Document, o DeployOptions) (*engine.Result, error) {
	s.deploys.mu.Lock()
	defer s.deploys.mu.Unlock()
	return s.deploys.deploy(ctx, d, o)
}

// Load deploys the flows that are there at start.
func (s *Server) Load(ctx context.Context, d *flows.Document) error {
	_, err := s.Deploy(ctx, d, DeployOptions{Type: "full", Note: "at start", fromFile: true})
	return err
}

// edit is Deploy of what change makes of the flows that run.
func (s *Server) edit(ctx context.Context, o DeployOptions, change func(*flows.Document) (*flows.Document, error)) error {
	s.deploys.mu.Lock()
	defer s.deploys.mu.Unlock()
	d, err := change(s.engine.Document())
	if err != nil {
		return err
	}
	_, err = s.deploys.deploy(ctx, d, o)
	return err
}

func (p *deployer) deploy(ctx context.Context, d *flows.Document, o DeployOptions) (*engine.Result, error) {
	// What has begun is finished, even if whoever asked for it goes away.
	ctx = context.WithoutCancel(ctx)
	old := p.engine.Document()
	if o.Rev != "" && o.Rev != old.Rev() {
		return nil, flows.ErrStale
	}
	stored, err := p.store.Credentials()
	if err != nil {
		return nil, err
	}
	d = d.Clone()
	// Credentials beside the flows replace all that an object had, those within
	// them only what they name.
	if whole, ok := d.BaseCredentials().(*msg.Object); ok {
		stored = maps.Clone(stored)
		for id := range whole.All() {
			delete(stored, id)
		}
	}
	inbound := d.TakeCredentials()
	credentials := flows.MergeCredentials(stored, inbound, d)
	touched := make(map[string]bool, len(inbound))
	for id := range inbound {
		touched[id] = true
	}
	if o.reload {
		p.tell(msg.NewObject(0))
	}
	told := false
	result, err := p.engine.Deploy(ctx, d, engine.Deploy{
		Type: o.Type, Strict: o.Strict, Credentials: credentials, Touched: touched,
		Save: func() error {
			if err := p.save(old, d, credentials, len(touched) > 0, o); err != nil {
				return err
			}
			told = true
			p.tell(msg.Of("state", "stop", "deploy", true))
			return nil
		},
	})
	if err != nil {
		if told {
			p.tell(msg.Of("state", p.state()))
		}
		return nil, err
	}
	p.finish(d, result, o)
	return result, nil
}

// save writes the file and keeps the revision; if that fails the file is as
// it was. A file is not written for nothing: one that was just read is right,
// unless it had secrets in it.
func (p *deployer) save(old, d *flows.Document, credentials map[string]*msg.Object, secrets bool, o DeployOptions) error {
	write := p.write
	if !secrets && (o.fromFile || old.Rev() == d.Rev()) {
		write = nil
	}
	if write != nil {
		if err := write(d); err != nil {
			return err
		}
	}
	_, err := p.store.Save(flows.Revision{
		Rev: d.Rev(), Time: time.Now(), Author: o.Author, Note: o.Note, Document: d.JSON(),
	}, credentials)
	if err != nil && write != nil && !o.fromFile {
		_ = write(old) // err is what the caller must hear
	}
	return err
}

// finish tells watchers what runs now.
func (p *deployer) finish(d *flows.Document, result *engine.Result, o DeployOptions) {
	statuses := p.engine.Statuses()
	p.hub.forget(func(id string) bool { _, ok := statuses[id]; return ok })
	switch {
	case len(result.Missing) > 0 && p.engine.Running(): // as Node-RED tells it, though here the rest runs
		missing := msg.NewList()
		for _, t := range result.Missing {
			missing.Append(t)
		}
		p.tell(msg.Of("state", "stop", "error", "missing-types", "type", "warning",
			"text", "notification.warnings.missing-types", "types", missing))
	default:
		p.tell(msg.Of("state", p.state(), "deploy", true))
	}
	p.hub.notifyDeployed(time.Now().UnixMilli(), deployment{rev: d.Rev(), by: o.Author, changed: result.Started})
}

func (p *deployer) state() string {
	if p.engine.Running() {
		return "start"
	}
	return "stop"
}

func (p *deployer) tell(state *msg.Object) { p.hub.notifyState(time.Now().UnixMilli(), state) }

// setRunning starts or stops all flows.
func (p *deployer) setRunning(ctx context.Context, run bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !run && !p.engine.Running() {
		return nil // nobody is told
	}
	if err := p.engine.SetRunning(context.WithoutCancel(ctx), run); err != nil {
		return err
	}
	p.tell(msg.Of("state", p.state()))
	return nil
}
