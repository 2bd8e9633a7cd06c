package web

import "slices"

// event is something that happened, encoded once for everyone who watches.
type event struct {
	at    int64  // ms since 1970
	topic string // on comms (contract comms.md §4)
	data  []byte // JSON
	node  string // id of the instance, "" if none
	flow  string // the tab's or subflow instance's id
	msgID string
	level int32 // 20 error, 30 warning, 0 no log entry
	whole int32 // bytes of the whole value, if data shows less and wholes has it
	// live is what the live socket says of it where that is not data: its
	// members after the number and time, as JSON.
	live []byte
}

// weight is what an event counts towards a stream's bound, in bytes.
func (e *event) weight() int { return len(e.data) + len(e.topic) + len(e.msgID) + 64 }

// stream is the latest events of one channel. They are numbered from 1; when
// there are too many, the oldest are forgotten. Readers keep the number they
// want next, so that a stream serves any number of them and none holds up
// another. It is guarded by the hub's mutex.
type stream struct {
	name      string
	bit       uint // tells it from the other streams in waiter.armed
	maxBytes  int
	maxEvents int
	first     uint64   // number of the oldest that is kept
	events    []*event // a ring
	head, n   int
	bytes     int
}

func newStream(name string, number, maxBytes, maxEvents int) *stream {
	return &stream{name: name, bit: 1 << number, maxBytes: maxBytes, maxEvents: maxEvents, first: 1}
}

// next is the number the next event will get.
func (s *stream) next() uint64 { return s.first + uint64(s.n) }

func (s *stream) at(i int) *event { return s.events[(s.head+i)%len(s.events)] }

func (s *stream) add(e *event) {
	if s.n == len(s.events) {
		grown := make([]*event, max(64, 2*s.n))
		for i := range s.n {
			grown[i] = s.at(i)
		}
		s.events, s.head = grown, 0
	}
	s.events[(s.head+s.n)%len(s.events)] = e
	s.n++
	s.bytes += e.weight()
	for s.n > 1 && (s.bytes > s.maxBytes || s.n > s.maxEvents) {
		s.drop()
	}
}

func (s *stream) drop() {
	s.bytes -= s.events[s.head].weight()
	s.events[s.head] = nil
	s.head = (s.head + 1) % len(s.events)
	s.n--
	s.first++
}

// clear forgets everything, and the memory it took.
func (s *stream) clear() {
	s.first = s.next()
	s.events, s.head, s.n, s.bytes = nil, 0, 0, 0
}

// read appends to batch the events from number next on, as many as budget
// bytes allow but at least one. It returns the number to go on with, and how
// many were forgotten before they could be read.
func (s *stream) read(batch []*event, next uint64, budget int) (_ []*event, goOn, lost uint64) {
	if next < s.first {
		lost = s.first - next
		next = s.first
	}
	for i := int(next - s.first); i < s.n && (budget > 0 || len(batch) == 0); i++ {
		e := s.at(i)
		budget -= e.weight()
		batch = append(batch, e)
		next++
	}
	return batch, next, lost
}

// last returns the newest n events, oldest first.
func (s *stream) last(n int) []*event {
	n = min(n, s.n)
	batch := make([]*event, 0, n)
	for i := s.n - n; i < s.n; i++ {
		batch = append(batch, s.at(i))
	}
	return slices.Clip(batch)
}
