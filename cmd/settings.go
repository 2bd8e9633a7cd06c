package cmd

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// settings are the flags of all commands; each command registers those it
// knows. A flag that is not given is looked up as FLOWRILL_<FLAG>, first in the
// environment, then in the file that --env-file names.
type settings struct {
	addr, data, auth, allow, envFile, log string
	adminRoot, publicURL                  string
	httpTimeout                           time.Duration

	to, token, note         string
	force, asJSON, markdown bool
	perNode                 bool

	getenv  func(string) (string, bool)
	fromEnv map[string]string // what --env-file says
	named   map[string]bool   // flags that were given a value, however
}

func hostFlags(s *settings, f *flag.FlagSet) {
	f.StringVar(&s.addr, "addr", "127.0.0.1:1880", "listen on `HOST:PORT`")
	f.StringVar(&s.data, "data", "~/.flowrill", "keep everything in `DIR`")
	f.StringVar(&s.allow, "allow", "", "let nodes do more on this host: a comma separated `LIST` of exec, read=DIR, write=DIR, all; without it net, env and the data directory are allowed")
	f.StringVar(&s.log, "log", "text", "log as text or json, and from which level: `FORMAT[:LEVEL]` (json:debug)")
	f.DurationVar(&s.httpTimeout, "http-timeout", 2*time.Minute, "answer 504 to a request that no node has answered after this `TIME`")
	f.StringVar(&s.publicURL, "public-url", "", "how the world reaches this server: `URL` (https://sms.example.com)")
}

func serveFlags(s *settings, f *flag.FlagSet) {
	hostFlags(s, f)
	f.StringVar(&s.auth, "auth", "token", "who may edit: `HOW` is token (whoever has it) or none (everyone who reaches the address)")
	f.StringVar(&s.adminRoot, "admin-root", "/admin", "put the editor and its API below this `PATH`")
}

func runFlags(s *settings, f *flag.FlagSet) { hostFlags(s, f) }

func deployFlags(s *settings, f *flag.FlagSet) {
	f.StringVar(&s.to, "to", "", "the server's `URL` with its admin root (http://127.0.0.1:1880/admin)")
	f.StringVar(&s.token, "token", "", "the server's access `TOKEN`; better given as FLOWRILL_TOKEN, which no process list shows")
	f.StringVar(&s.note, "note", "", "a `TEXT` to keep with the revision")
	f.BoolVar(&s.force, "force", false, "deploy even if nodes are faulty or someone else deployed meanwhile")
}

func checkFlags(s *settings, f *flag.FlagSet) {
	f.BoolVar(&s.asJSON, "json", false, "print problems as JSON; with --nodes the nodes, each with its problems")
	f.BoolVar(&s.perNode, "nodes", false, "tell of every node what becomes of it")
	f.StringVar(&s.data, "data", "~/.flowrill", "the `DIR` that the flows will have")
	f.StringVar(&s.allow, "allow", "", "what the flows will be allowed: a `LIST` as of serve")
	f.StringVar(&s.adminRoot, "admin-root", "/admin", "the `PATH` that flows may not claim")
	f.StringVar(&s.publicURL, "public-url", "", "how the world will reach the flows: `URL`")
}

func nodesFlags(s *settings, f *flag.FlagSet) {
	f.BoolVar(&s.asJSON, "json", false, "print the schemas that forms are made from")
	f.BoolVar(&s.markdown, "markdown", false, "print the reference pages")
}

// parse reads flags, which may stand before and after arguments.
func (s *settings) parse(c *command, args []string, out, errOut io.Writer) (rest []string, err error) {
	f := flag.NewFlagSet("flowrill "+c.name, flag.ContinueOnError)
	f.SetOutput(io.Discard) // errors are told here
	f.StringVar(&s.envFile, "env-file", "", "read variables, NAME=value a line, from `FILE`")
	if c.flags != nil {
		c.flags(s, f)
	}
	for {
		if err := f.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				c.help(out, f)
				return nil, err
			}
			return nil, usageError{fmt.Errorf("%s; \"flowrill %s --help\" tells the flags", twoDashes.ReplaceAllString(err.Error(), "$1--$2"), c.name)}
		}
		if f.NArg() == 0 {
			break
		}
		rest, args = append(rest, f.Arg(0)), f.Args()[1:]
	}
	if err := s.readEnvFile(); err != nil {
		return nil, usageError{err}
	}
	given := map[string]bool{}
	s.named = given
	f.Visit(func(g *flag.Flag) { given[g.Name] = true })
	f.VisitAll(func(g *flag.Flag) {
		name := "FLOWRILL_" + strings.ToUpper(strings.ReplaceAll(g.Name, "-", "_"))
		if v, ok := s.env(name); ok && !given[g.Name] && err == nil {
			given[g.Name] = true
			if e := f.Set(g.Name, v); e != nil {
				err = usageError{fmt.Errorf("%s=%q: %w", name, v, e)}
			}
		}
	})
	if err == nil {
		err = s.check()
	}
	return rest, err
}

// twoDashes finds a flag in an error of the flag package, which writes them
// with one dash.
var twoDashes = regexp.MustCompile(`^(flag provided but not defined: |flag needs an argument: |(?:invalid value|invalid boolean value) .* for (?:flag )?)-(\w)`)

// help tells what the command does and what its flags mean.
func (c *command) help(w io.Writer, f *flag.FlagSet) {
	fmt.Fprintf(w, "%s\n\nUsage:\n  flowrill %s\n\nFlags, each also to be given as a variable (--addr is FLOWRILL_ADDR):\n",
		strings.ToUpper(c.does[:1])+c.does[1:]+".", strings.TrimSpace(c.name+" [FLAGS] "+c.args))
	f.VisitAll(func(g *flag.Flag) {
		value, text := flag.UnquoteUsage(g)
		if g.DefValue != "" && g.DefValue != "false" {
			text += " (default " + g.DefValue + ")"
		}
		fmt.Fprintf(w, "  --%s\n        %s\n", strings.TrimSpace(g.Name+" "+value), text)
	})
}

// check finds values that no command could use.
func (s *settings) check() error {
	if s.addr != "" {
		if _, _, err := net.SplitHostPort(s.addr); err != nil {
			return usageError{fmt.Errorf("--addr %q is not HOST:PORT: %w", s.addr, err)}
		}
	}
	if s.auth != "" && s.auth != "token" && s.auth != "none" {
		return usageError{fmt.Errorf("--auth %q is neither token nor none", s.auth)}
	}
	if s.publicURL != "" {
		if u, err := url.Parse(s.publicURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return usageError{fmt.Errorf("--public-url %q is not a URL such as https://sms.example.com", s.publicURL)}
		}
	}
	if s.httpTimeout < 0 {
		return usageError{fmt.Errorf("--http-timeout %s is negative", s.httpTimeout)}
	}
	if rest, ok := strings.CutPrefix(s.data, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return usageError{fmt.Errorf("--data %s: %w; name a directory", s.data, err)}
		}
		s.data = filepath.Join(home, rest)
	}
	return nil
}

// env looks a variable up, in the environment first.
func (s *settings) env(name string) (string, bool) {
	if v, ok := s.getenv(name); ok {
		return v, true
	}
	v, ok := s.fromEnv[name]
	return v, ok
}

// flowEnv is the environment as flows may see it: without Flowrill's own.
func (s *settings) flowEnv(name string) (string, bool) {
	if strings.HasPrefix(name, "FLOWRILL_") {
		return "", false
	}
	return s.env(name)
}

func (s *settings) readEnvFile() error {
	if s.envFile == "" {
		if s.envFile, _ = s.getenv("FLOWRILL_ENV_FILE"); s.envFile == "" {
			return nil
		}
	}
	file, err := os.Open(s.envFile)
	if err != nil {
		return fmt.Errorf("--env-file: %w", err)
	}
	defer file.Close()
	s.fromEnv = map[string]string{}
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return fmt.Errorf("--env-file %s:%d: not NAME=value", s.envFile, n)
		}
		value = strings.TrimSpace(value)
		if len(value) > 1 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
			value = value[1 : len(value)-1]
		}
		s.fromEnv[name] = value
	}
	return lines.Err()
}

// logger logs to w as --log says.
func (s *settings) logger(w io.Writer) (*slog.Logger, error) {
	format, levelName, _ := strings.Cut(s.log, ":")
	level := slog.LevelInfo
	if levelName != "" {
		if err := level.UnmarshalText([]byte(levelName)); err != nil {
			return nil, usageError{fmt.Errorf("--log %s: %q is none of debug, info, warn, error", s.log, levelName)}
		}
	}
	o := &slog.HandlerOptions{Level: level}
	switch format {
	case "text", "":
		return slog.New(slog.NewTextHandler(w, o)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, o)), nil
	}
	return nil, usageError{fmt.Errorf("--log %q is neither text nor json", format)}
}
