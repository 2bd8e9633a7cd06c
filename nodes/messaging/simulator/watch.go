package simulator

// watchSize is how many events may wait for one watcher.
const watchSize = 256

// The kinds of Event.
const (
	Sent    = "sent"    // a flow sent a message: Entry
	Texted  = "texted"  // somebody texts a flow: Text
	Inbound = "inbound" // the flow was sent it, or a part or copy of it: Webhook, Text
	Receipt = "receipt" // a delivery receipt was sent: Webhook, and Entry as it now is
	Cleared = "cleared" // the outbox was emptied
)

// Event is something a phone's screen shows.
type Event struct {
	Seq     uint64   `json:"seq"`
	Kind    string   `json:"kind"`
	Entry   *Entry   `json:"entry,omitempty"`
	Text    *Text    `json:"text,omitempty"`
	Webhook *Webhook `json:"webhook,omitempty"`
}

// Webhook is a message or a receipt on its way to a flow, and how it went.
type Webhook struct {
	URL    string            `json:"url"`
	Format string            `json:"format"`
	Fields map[string]string `json:"fields"`          // of the SMS API
	Body   string            `json:"body,omitempty"`  // of the Messages API
	Status int               `json:"status"`          // the flow's HTTP status, 0 if there was no answer
	Error  string            `json:"error,omitempty"` // why not
	Millis int64             `json:"ms"`
}

type watcher struct{ events chan Event }

// Watch tells of everything that happens from now on until stop is called or
// the simulator closes; then the channel is closed. A watcher may fall 256
// events behind; after that it loses the oldest, which shows as a gap in Seq.
// Nobody ever waits for a watcher.
func (s *Simulator) Watch() (events <-chan Event, stop func()) {
	w := &watcher{make(chan Event, watchSize)}
	s.mu.Lock()
	s.watchers[w] = struct{}{}
	s.mu.Unlock()
	return w.events, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.drop(w)
	}
}

// tell gives e to every watcher. Events are sent under the lock only, so that
// making room for one cannot race.
func (s *Simulator) tell(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	e.Seq = s.serial
	for w := range s.watchers {
		select {
		case w.events <- e:
			continue
		default:
		}
		select {
		case <-w.events:
		default: // the watcher just read one
		}
		w.events <- e
	}
}

func (s *Simulator) drop(w *watcher) {
	if _, ok := s.watchers[w]; ok {
		delete(s.watchers, w)
		close(w.events)
	}
}

func (s *Simulator) closeWatchers() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for w := range s.watchers {
		s.drop(w)
	}
}
