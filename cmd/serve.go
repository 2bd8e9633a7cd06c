package cmd

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/store"
	"github.com/flowrill/flowrill/flows"
	"github.com/flowrill/flowrill/nodes/messaging"
	"github.com/flowrill/flowrill/web"
)

// serve runs flows with the editor and the admin API. Flows named on the
// command line win over those in the store, and deploys are written back.
func serve(ctx context.Context, c *invocation) error {
	if len(c.args) > 1 {
		return usageError{errors.New("one file or one directory, please; a directory is all its *.json files together")}
	}
	log, err := c.logger(c.errOut)
	if err != nil {
		return err
	}
	if err := c.makeDataDir(); err != nil {
		return err
	}
	db, err := c.openStore()
	if err != nil {
		return err
	}
	defer db.Close()
	l, err := c.listen()
	if err != nil {
		return err
	}
	defer l.Close()
	addr := l.Addr().String()
	sim, err := startSimulator(log, "http://"+reachable(addr)+"/sms")
	if err != nil {
		return err
	}
	defer sim.Close()

	config, err := c.engineConfig(log, sim)
	if err != nil {
		return err
	}
	hub, router := web.NewHub(), web.NewRouter(log)
	root := "/" + strings.Trim(c.adminRoot, "/")
	config.Observe, config.Watching, config.Routes, config.Context = hub.Observe, hub.Watching, router, db.Context()
	config.Keep = db.Keep()
	config.Reserved = []string{strings.ToLower(root)}
	e := engine.New(config)

	token := ""
	if c.auth == "token" {
		if token, err = c.accessToken(); err != nil {
			return err
		}
	}
	wc := web.Config{
		Log: log, Engine: e, Store: storage{db}, Hub: hub, Router: router, AdminRoot: root, Auth: c.auth, Token: token,
		Listen: addr, PublicURL: c.publicURL, Version: Version(), Mount: map[string]http.Handler{
			"/simulator": sim.Handler(), "/opt-outs": messaging.OptOutHandler(db.Keep()),
		},
		Check: e.Check, Phone: phoneShows(sim),
	}
	showPhones(sim, hub)
	if len(c.args) == 1 {
		path := c.args[0]
		wc.WriteFile = func(d *flows.Document) error { return d.Write(path) }
		wc.ReadFile = func() (*flows.Document, error) { return flows.Read(path) }
	}
	server, err := web.New(wc)
	if err != nil {
		return err
	}
	if err := c.restore(ctx, log, db, server); err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Start(l) }()
	c.greet(addr, root, token)
	giveBack()
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	return errors.Join(err, shutdown(log, e, server))
}

// openStore opens the data directory's store.
func (c *invocation) openStore() (*store.DB, error) {
	key, _ := c.env("FLOWRILL_KEY")
	return store.Open(c.data, store.Options{Key: []byte(key)})
}

// restore deploys the flows that the command line names, else those that ran
// last.
func (c *invocation) restore(ctx context.Context, log *slog.Logger, db *store.DB, server *web.Server) error {
	if len(c.args) == 1 {
		d, err := flows.Read(c.args[0])
		if errors.Is(err, fs.ErrNotExist) {
			log.Info("the file does not exist yet; the first deploy makes it", "file", c.args[0])
			d, err = flows.Parse([]byte("[]"))
		}
		if err != nil {
			fmt.Fprintln(c.errOut, err)
			return exitError(exitUsage)
		}
		return server.Load(ctx, d)
	}
	r, err := db.Current()
	if err != nil || r == nil {
		return err
	}
	d, err := flows.Parse(r.Document)
	if err != nil {
		return fmt.Errorf("the flows in %s: %w", c.data, err)
	}
	return server.Load(ctx, d)
}

// accessToken reads the token, or makes it: 0600 in the data directory.
func (c *invocation) accessToken() (string, error) {
	if t, ok := c.env("FLOWRILL_TOKEN"); ok && t != "" {
		return t, nil
	}
	name := c.dataFile("token")
	text, err := os.ReadFile(name)
	if err == nil {
		if info, err := os.Stat(name); err == nil && info.Mode().Perm()&0o077 != 0 {
			return "", fmt.Errorf("%s may be read by others; chmod 600 it, or remove it to get a new token", name)
		}
		return strings.TrimSpace(string(text)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	b := make([]byte, 24)
	_, _ = rand.Read(b)
	token := hex.EncodeToString(b)
	return token, os.WriteFile(name, []byte(token+"\n"), 0o600)
}

// greet prints the one URL a person needs.
func (c *invocation) greet(addr, _, token string) {
	url := "http://" + reachable(addr) + "/"
	if token != "" {
		url += "#token=" + token
	}
	fmt.Fprintf(c.out, "Flowrill %s runs. Open\n\n  %s\n\n", Version(), url)
	if token == "" {
		fmt.Fprintln(c.errOut, "warning: --auth none: whoever reaches this address may change the flows")
	}
}

// reachable is an address to call: of a listener on all interfaces, loopback.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}

// storage is the store as web knows it: the two have a Session each, so that
// neither needs the other.
type storage struct{ *store.DB }

// PutSession implements web.Sessions.
func (s storage) PutSession(hash string, v web.Session) error {
	return s.DB.PutSession(hash, store.Session(v))
}

// Session implements web.Sessions.
func (s storage) Session(hash string) (web.Session, bool, error) {
	v, ok, err := s.DB.Session(hash)
	return web.Session(v), ok, err
}
