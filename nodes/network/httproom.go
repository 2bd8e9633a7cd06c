package network

import (
	"context"
	"math"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// A JSON body of lists in lists takes some hundred times its size while a flow
// works on it, and anybody may send many of those at once. So bodies above
// lightBody share a room that the process's memory limit allows; who finds it
// taken waits roomPatience and is then answered with 503. Webhooks are lighter
// and never wait.
const (
	lightBody    = 8 << 10
	bodyGrows    = 128
	roomPatience = 15 * time.Second
	leastRoom    = 1 << 20
	mostRoom     = 256 << 20
)

// bodyRoom is what the http-in nodes of one engine share.
type bodyRoom struct {
	bytes *semaphore.Weighted
	all   int64
}

type bodyRoomKey struct{}

func bodyRoomOf(shared *sync.Map) *bodyRoom {
	if r, ok := shared.Load(bodyRoomKey{}); ok {
		return r.(*bodyRoom)
	}
	all := int64(mostRoom)
	if limit := debug.SetMemoryLimit(-1); limit != math.MaxInt64 {
		all = min(max(limit/bodyGrows, leastRoom), mostRoom)
	}
	r, _ := shared.LoadOrStore(bodyRoomKey{}, newBodyRoom(all))
	return r.(*bodyRoom)
}

func newBodyRoom(all int64) *bodyRoom { return &bodyRoom{semaphore.NewWeighted(all), all} }

var errNoRoom = &bodyError{http.StatusServiceUnavailable, "too many large requests at once"}

// enter waits until there is room for a body; leave is to be called when the
// flow has done with it.
func (r *bodyRoom) enter(ctx context.Context, size int) (leave func(), err error) {
	if size <= lightBody {
		return func() {}, nil
	}
	weight := min(int64(size), r.all)
	ctx, cancel := context.WithTimeout(ctx, roomPatience)
	defer cancel()
	if r.bytes.Acquire(ctx, weight) != nil {
		return nil, errNoRoom
	}
	return func() { r.bytes.Release(weight) }, nil
}
