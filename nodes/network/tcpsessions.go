package network

import (
	"maps"
	"slices"
	"sync"

	"github.com/flowrill/flowrill/engine/node"
)

// tcpSessions are the connections of all tcp-in nodes of an engine: those that
// a tcp-out can reply to.
type tcpSessions struct {
	mu   sync.Mutex
	open map[string]*tcpConn
}

type tcpSessionsKey struct{}

func tcpSessionsOf(env *node.Env) *tcpSessions {
	s, _ := env.Shared.LoadOrStore(tcpSessionsKey{}, &tcpSessions{open: make(map[string]*tcpConn)})
	return s.(*tcpSessions)
}

func (s *tcpSessions) add(c *tcpConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[c.id] = c
}

func (s *tcpSessions) remove(c *tcpConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c.id)
}

// of returns the connection of that id, or all of them if id is "".
func (s *tcpSessions) of(id string) []*tcpConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == "" {
		return slices.Collect(maps.Values(s.open))
	}
	if c := s.open[id]; c != nil {
		return []*tcpConn{c}
	}
	return nil
}
