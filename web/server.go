// Package web is what Flowrill shows on its port: the flows' own routes, and
// below the admin root Node-RED's admin API, two websockets that tell what
// happens, and the page people edit flows with.
package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
	"github.com/flowrill/flowrill/web/editor"
	"github.com/labstack/echo/v4"
)

// Engine is what the admin API does with the flows; *engine.Engine is one.
type Engine interface {
	Deploy(ctx context.Context, d *flows.Document, o engine.Deploy) (*engine.Result, error)
	Document() *flows.Document
	Inject(id string) error
	Control(ctx context.Context, id, verb string, body *msg.Object) error
	SetRunning(ctx context.Context, running bool) error
	Running() bool
	Statuses() map[string]node.Status
	Context(scope, id string) (node.Context, bool)
	Stores() []string
	SetTap(engine.Tap)
}

// Store keeps deployed flows with their credentials, and logins.
type Store interface {
	Sessions
	// Save keeps a revision and its credentials, or neither, and returns the
	// revision's number.
	Save(r flows.Revision, credentials map[string]*msg.Object) (int, error)
	// Revisions are the ones kept, newest first.
	Revisions() ([]flows.Revision, error)
	// Revision is nil if that one is not kept.
	Revision(number int) (*flows.Revision, error)
	Credentials() (map[string]*msg.Object, error)
}

// Config says what to serve.
type Config struct {
	Log    *slog.Logger
	Engine Engine
	Store  Store
	Hub    *Hub    // the engine's observer
	Router *Router // the flows' routes

	// AdminRoot is where everything for people who edit is, "/admin" if empty.
	AdminRoot string
	// Auth is "token" or "none"; Token is the one that everything is allowed to.
	Auth, Token string
	// Listen is the address the server will listen on, "127.0.0.1:1880": who
	// reaches it by another name is refused, but for PublicURL and Hosts.
	Listen    string
	PublicURL string
	Hosts     []string
	Version   string
	// Mount adds handlers below the admin root: "/simulator". They are guarded
	// as the API is and see paths without root and prefix.
	Mount map[string]http.Handler
	// Phone is what came to a phone of the simulator until now, with the time
	// and as JSON, oldest first; nil: there are no phones. The live channel
	// "sim:<number>" begins with it and goes on with Hub.Phone.
	Phone func(number string) iter.Seq2[time.Time, []byte]
	// Editor is the built files of the browser editor, editor.Files() if nil.
	Editor fs.FS
	// WriteFile, if set, writes deployed flows to where they were read from,
	// and ReadFile reads them again.
	WriteFile func(*flows.Document) error
	ReadFile  func() (*flows.Document, error)
	// Check is what a deploy would find wrong with a document; nil: what one
	// that knows no process environment would find.
	Check func(d *flows.Document, credentials map[string]*msg.Object) []flows.Problem
	// BodyLimit bounds requests to the admin API, 5 MB if 0.
	BodyLimit int64
	// KeepAlive is how often comms clients hear something, 15 s if 0.
	KeepAlive time.Duration
}

// Server answers HTTP for the flows and for those who edit them.
type Server struct {
	log       *slog.Logger
	engine    Engine
	store     Store
	phone     func(number string) iter.Seq2[time.Time, []byte]
	hub       *Hub
	router    *Router
	deploys   deployer
	check     func(*flows.Document, map[string]*msg.Object) []flows.Problem
	auth      *auth
	guard     *guard
	sockets   *sockets
	admin     *echo.Echo
	files     fs.FS  // the editor's
	root      string // "/admin"
	version   string
	bodyLimit int64
	keepAlive time.Duration
	started   time.Time

	http *http.Server
	stop context.CancelFunc
}

// New returns a server that does not listen yet.
func New(c Config) (*Server, error) {
	root := "/" + strings.Trim(c.AdminRoot, "/")
	if root == "/" && c.AdminRoot != "" {
		return nil, errors.New("the admin root cannot be /, where the flows' own routes are; /admin is the usual one")
	}
	if root == "/" {
		root = "/admin"
	}
	switch {
	case c.Auth != "token" && c.Auth != "none":
		return nil, fmt.Errorf("auth is %q; it must be token or none", c.Auth)
	case c.Auth == "token" && len(c.Token) < 16:
		return nil, errors.New("the access token has fewer than 16 characters")
	}
	guard, err := newGuard(&c)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &Server{
		log: c.Log, engine: c.Engine, store: c.Store, hub: c.Hub, router: c.Router,
		auth: newAuth(&c), guard: guard, sockets: &sockets{ctx: ctx}, stop: stop,
		check: c.Check, phone: c.Phone, files: c.Editor, root: root, version: c.Version, started: time.Now(),
		bodyLimit: orDefault(c.BodyLimit, defaultBodyLimit), keepAlive: orDefault(c.KeepAlive, 15*time.Second),
	}
	if s.files == nil {
		s.files = editor.Files()
	}
	if s.check == nil {
		s.check = func(d *flows.Document, credentials map[string]*msg.Object) []flows.Problem {
			return engine.Check(d, engine.Config{Reserved: []string{strings.ToLower(root)}}, credentials)
		}
	}
	s.deploys = deployer{engine: c.Engine, store: c.Store, hub: c.Hub, write: c.WriteFile, read: c.ReadFile}
	c.Hub.setTap = c.Engine.SetTap
	s.admin = echo.New()
	s.admin.HideBanner, s.admin.HidePort = true, true
	s.admin.HTTPErrorHandler = s.fail
	s.routes(c.Mount)
	s.http = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(c.Log.Handler(), slog.LevelDebug),
	}
	return s, nil
}

func orDefault[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// Handler is the server as something that answers requests.
func (s *Server) Handler() http.Handler { return s }

// ServeHTTP gives what is below the admin root to the admin API and all else
// to the flows.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if strings.HasPrefix(path, s.root) && (len(path) == len(s.root) || path[len(s.root)] == '/') {
		s.serveAdmin(w, r)
		return
	}
	if path == "/" && (r.Method == http.MethodGet || r.Method == http.MethodHead) && !s.router.Claimed(r.Method, path) {
		w.Header().Set("Cache-Control", "no-store") // a flow may claim it later
		http.Redirect(w, r, s.root+"/", http.StatusFound)
		return
	}
	s.router.ServeHTTP(w, r)
}

// Start serves l until Shutdown. It returns nil then.
func (s *Server) Start(l net.Listener) error {
	if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Shutdown stops listening, ends the websockets of the admin API and waits
// for requests that are being answered until ctx ends; then it cuts them off.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stop()
	err := s.http.Shutdown(ctx)
	if err != nil {
		_ = s.http.Close()
	}
	s.sockets.wait()
	return err
}
