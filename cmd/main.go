// Package cmd is Flowrill's command line: flags, signals and the wiring of the
// parts. A binary with nodes of one's own is a main that imports those nodes
// and calls Main.
package cmd

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	_ "time/tzdata" // for time zones on hosts that have none

	_ "github.com/flowrill/flowrill/nodes/all" // the node types
)

// Exit codes.
const (
	exitOK      = 0
	exitFailure = 1 // something went wrong while running
	exitUsage   = 2 // wrong usage, or flows that are not valid
)

// command is one verb of the command line.
type command struct {
	name, args, does string
	run              func(ctx context.Context, c *invocation) error
	flags            func(s *settings, f *flag.FlagSet)
}

// invocation is a command as it was called.
type invocation struct {
	*settings
	args        []string
	out, errOut io.Writer
}

var commands = []command{
	{"serve", "[FILE|DIR]", "run flows, with the editor and the admin API", serve, serveFlags},
	{"run", "FILE|DIR…", "run flows and nothing else: no editor, no admin API, no token", runHeadless, runFlags},
	{"deploy", "FILE|DIR --to URL", "hand flows to a server that runs", deploy, deployFlags},
	{"check", "FILE|DIR…", "tell everything that is wrong with flows", check, checkFlags},
	{"nodes", "", "list the node types", listNodes, nodesFlags},
	{"version", "", "print the version", printVersion, nil},
}

// usageError is a command line that cannot be meant.
type usageError struct{ error }

// exitError ends with a code after everything has been said already.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// Main runs the command line and returns the exit code: 0 fine, 1 a failure
// while running, 2 wrong usage or invalid flows.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, args, os.Stdout, os.Stderr)
}

func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	tuneMemory()
	if len(args) > 1 && args[0] == "help" {
		args = []string{args[1], "--help"}
	}
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(out)
		if len(args) == 0 {
			return exitUsage
		}
		return exitOK
	}
	for _, c := range commands {
		if c.name == args[0] || c.name == "version" && args[0] == "--version" {
			return c.call(ctx, args[1:], out, errOut)
		}
	}
	fmt.Fprintf(errOut, "flowrill: unknown command %q; \"flowrill help\" lists the commands\n", args[0])
	return exitUsage
}

func (c *command) call(ctx context.Context, args []string, out, errOut io.Writer) int {
	s := &settings{getenv: os.LookupEnv}
	rest, err := s.parse(c, args, out, errOut)
	if err == nil {
		err = c.run(ctx, &invocation{settings: s, args: rest, out: out, errOut: errOut})
	}
	var code exitError
	var wrong usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &wrong):
		fmt.Fprintf(errOut, "flowrill %s: %v\n", c.name, err)
		return exitUsage
	}
	fmt.Fprintf(errOut, "flowrill %s: %v\n", c.name, err)
	return exitFailure
}

func usage(w io.Writer) {
	fmt.Fprint(w, "Flowrill runs flows that answer text messages.\n\nUsage:\n")
	for _, c := range commands {
		fmt.Fprintf(w, "  flowrill %-8s %-19s %s\n", c.name, c.args, c.does)
	}
	fmt.Fprint(w, "\n\"flowrill COMMAND --help\" tells a command's flags. Every flag can also be given as FLOWRILL_<FLAG>.\n")
}

func printVersion(_ context.Context, c *invocation) error {
	fmt.Fprintln(c.out, "flowrill "+Version())
	return nil
}

// version is set by the linker for a release.
var version string

// Version is the release, or what Go knows of the build.
func Version() string {
	if version != "" {
		return version
	}
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" && b.Main.Version != "(devel)" {
		return b.Main.Version
	}
	return "0.1.0-dev"
}
