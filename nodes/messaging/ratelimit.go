package messaging

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
	"golang.org/x/time/rate"
)

// MessageRate is how many messages may go to one number and to all; the nodes
// that name it count together.
type MessageRate struct {
	Number      int           `prop:"number" label:"To one number" default:"5" min:"0" max:"1000000" width:"6" help:"0: any number."`
	NumberEvery node.Duration `prop:"numberEvery" label:"in" unit:"h" default:"1" min:"1" width:"6"`
	Total       int           `prop:"total" label:"To all" default:"0" min:"0" max:"1000000" width:"6" help:"0: any number."`
	TotalEvery  node.Duration `prop:"totalEvery" label:"in" unit:"min" default:"1" min:"1" width:"6"`

	mu      sync.Mutex
	numbers roster[*rate.Limiter]
	total   *rate.Limiter
}

// RateLimit lets only so many messages through.
type RateLimit struct {
	Rate node.Ref[MessageRate] `prop:"rate" label:"Rate" required:"true"`
	Peer node.Template         `prop:"peer" label:"Number" default:"<<msg.peer ?? msg.to>>" required:"true"`
}

// maxRated is how many numbers are counted at once; when all are in use a new
// one is over the limit.
const maxRated = 100_000

func init() {
	node.Register[MessageRate](node.Type{
		Name: "message-rate", Category: "config", Icon: "gauge",
		Help: "How many messages may go to one number, and to all. All *rate-limit* nodes that name it count together.",
	})
	node.Register[RateLimit](node.Type{
		Name: "rate-limit", Category: "messaging", Icon: "gauge", Outputs: []string{"go on", "over the limit"},
		Help: "Lets only so many messages through to each number and to all.\n\n" +
			"So many may go at once; they come back one by one over the time. What is over the limit leaves through the second output; " +
			"`msg.retryAfter` says in how many milliseconds there is room again.\n\n" +
			"The pace of an account, such as 30 requests a second, the *vonage* node keeps by itself.",
	})
}

// Open starts to count.
func (r *MessageRate) Open(context.Context, *node.Env) error {
	r.total = nil
	r.numbers = roster[*rate.Limiter]{most: maxRated,
		begin: func() *rate.Limiter { return limiter(r.Number, r.NumberEvery.D()) },
		quiet: func(l *rate.Limiter, now time.Time) bool { return l.TokensAt(now) >= float64(r.Number) },
	}
	if r.Total > 0 {
		r.total = limiter(r.Total, r.TotalEvery.D())
	}
	return nil
}

func limiter(n int, every time.Duration) *rate.Limiter {
	return rate.NewLimiter(rate.Limit(float64(n)/every.Seconds()), n)
}

// take counts one message to a number, or tells how long there is no room.
func (r *MessageRate) take(number string, now time.Time) (wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var one *rate.Reservation
	if r.Number > 0 {
		l, ok := r.numbers.get(number, now)
		if !ok {
			return time.Second
		}
		one = l.ReserveN(now, 1)
		if wait = one.DelayFrom(now); wait > 0 {
			one.CancelAt(now)
			return wait
		}
	}
	if r.total == nil {
		return 0
	}
	all := r.total.ReserveN(now, 1)
	if wait = all.DelayFrom(now); wait > 0 {
		all.CancelAt(now)
		if one != nil {
			one.CancelAt(now)
		}
	}
	return wait
}

// Receive lets a message through, or not.
func (l *RateLimit) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	v := node.On(m)
	peer := numberOf(v.Text(l.Peer))
	if v.Err() != nil {
		return v.Err()
	}
	wait := l.Rate.Get().take(peer, time.Now())
	if wait <= 0 {
		out.SendTo(m, 0)
		return nil
	}
	m.Set("retryAfter", (wait + time.Millisecond - 1).Milliseconds())
	out.Status(node.Status{Fill: "yellow", Shape: "ring", Text: fmt.Sprintf("over the limit: %s for %s", sms.Mask(peer), shortly(wait))})
	out.SendTo(m, 1)
	return nil
}
