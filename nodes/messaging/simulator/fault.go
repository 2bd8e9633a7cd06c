package simulator

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// The kinds of trouble that a Fault makes.
const (
	Throttle    = "throttle"    // too fast: status 1 of the SMS API, 429 of the Messages API
	Credentials = "credentials" // bad ones: status 4, 401
	Credit      = "credit"      // none left: status 9, 402
	Internal    = "internal"    // HTTP 500
	Unavailable = "unavailable" // HTTP 503
	Reset       = "reset"       // the connection breaks before the answer
	Timeout     = "timeout"     // no answer at all
	Garbage     = "garbage"     // HTTP 200 with something that is no JSON
)

var faultKinds = []string{Throttle, Credentials, Credit, Internal, Unavailable, Reset, Timeout, Garbage}

// maxFaults is how many faults may be switched on at once.
const maxFaults = 100

// Fault is a trouble that the next requests to the two APIs meet. Without one
// the provider always does what it should.
type Fault struct {
	Kind string `json:"kind"`
	// API is "sms" or "messages"; empty: both.
	API string `json:"api,omitempty"`
	// Count is how many requests meet it; 0: all until it is cleared.
	Count int `json:"count,omitempty"`
	// Share is the part of requests that meet it, by chance: 0.1 is one in ten.
	// 0: every one.
	Share float64 `json:"share,omitempty"`
	// Wait is the pause in milliseconds that a throttled client is told; 0: 250.
	Wait int `json:"wait,omitempty"`
	// Accepted: the message goes out all the same, only the answer is lost. It
	// is for internal, reset, timeout and garbage.
	Accepted bool `json:"accepted,omitempty"`
}

// check tells what is wrong with a fault.
func (f Fault) check() error {
	switch {
	case !slices.Contains(faultKinds, f.Kind):
		return fmt.Errorf("fault %q is none of %s", f.Kind, strings.Join(faultKinds, ", "))
	case f.API != "" && f.API != "sms" && f.API != "messages":
		return fmt.Errorf("api %q is neither sms nor messages", f.API)
	case f.Count < 0 || f.Wait < 0 || f.Wait > int(time.Hour/time.Millisecond):
		return errors.New("count and wait must not be negative, wait at most an hour")
	case f.Share < 0 || f.Share > 1:
		return errors.New("share must be between 0 and 1")
	case f.Accepted && !slices.Contains([]string{Internal, Reset, Timeout, Garbage}, f.Kind):
		return fmt.Errorf("what is refused as %s cannot be accepted", f.Kind)
	}
	return nil
}

// faults are those that are switched on, in the order they were.
type faults struct {
	mu     sync.Mutex
	list   []Fault
	closed chan struct{} // ends every timeout
	once   sync.Once
}

// AddFault switches a fault on, behind those that are on already: a request
// meets the first that is meant for it.
func (s *Simulator) AddFault(f Fault) error {
	if err := f.check(); err != nil {
		return err
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	if len(s.faults.list) >= maxFaults {
		return fmt.Errorf("%d faults are switched on already", maxFaults)
	}
	s.faults.list = append(s.faults.list, f)
	return nil
}

// Faults lists what is switched on, with the Count that is left.
func (s *Simulator) Faults() []Fault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	return append([]Fault{}, s.faults.list...)
}

// ClearFaults switches everything off.
func (s *Simulator) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

// close ends what a timeout holds.
func (q *faults) close() { q.once.Do(func() { close(q.closed) }) }

// next takes the fault that a request meets, if any.
func (q *faults) next(api string) (Fault, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, f := range q.list {
		if f.API != "" && f.API != api || f.Share > 0 && rand.Float64() >= f.Share {
			continue
		}
		if f.Count > 1 {
			q.list[i].Count--
		} else if f.Count == 1 {
			q.list = slices.Delete(q.list, i, i+1)
		}
		return f, true
	}
	return Fault{}, false
}

// faulty lets requests to an API meet the faults that are on.
func (s *Simulator) faulty(api string, serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, ok := s.faults.next(api)
		if !ok {
			serve(w, r)
			return
		}
		if f.Accepted {
			serve(&nobody{header: http.Header{}}, r)
		}
		s.fail(w, r, api, f)
	}
}

// nobody gets an answer that is lost on its way.
type nobody struct{ header http.Header }

func (n *nobody) Header() http.Header         { return n.header }
func (n *nobody) Write(p []byte) (int, error) { return len(p), nil }
func (n *nobody) WriteHeader(int)             {}

// fail answers as the fault says.
func (s *Simulator) fail(w http.ResponseWriter, r *http.Request, api string, f Fault) {
	wait := f.Wait
	if wait == 0 {
		wait = 250
	}
	switch f.Kind {
	case Throttle:
		s.say(w, api, http.StatusTooManyRequests, "1", fmt.Sprintf("Throughput Rate Exceeded - please wait [ %d ] and retry", wait), wait)
	case Credentials:
		s.say(w, api, http.StatusUnauthorized, "4", "Bad Credentials", 0)
	case Credit:
		s.say(w, api, http.StatusPaymentRequired, "9", "Quota Exceeded - rejected", 0)
	case Internal, Unavailable:
		status := http.StatusInternalServerError
		if f.Kind == Unavailable {
			status = http.StatusServiceUnavailable
		}
		(&problem{status: status, Type: errorsPage + "1030", Title: http.StatusText(status), Detail: "This is a fault of the simulator."}).write(w)
	case Garbage:
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"messages":[{"status":`))
	case Timeout:
		select {
		case <-r.Context().Done():
		case <-s.faults.closed:
		case <-time.After(2 * time.Minute):
		}
		panic(http.ErrAbortHandler)
	default: // Reset
		panic(http.ErrAbortHandler)
	}
}

// say refuses in the words of one of the two APIs.
func (s *Simulator) say(w http.ResponseWriter, api string, status int, code, text string, wait int) {
	if api == "sms" {
		writeJSON(w, http.StatusOK, smsAnswer{"1", []smsPart{{Status: code, Error: text}}})
		return
	}
	if wait >= 1000 {
		w.Header().Set("Retry-After", fmt.Sprint((wait+999)/1000))
	}
	(&problem{status: status, Type: errorsPage + code, Title: http.StatusText(status), Detail: text + "."}).write(w)
}
