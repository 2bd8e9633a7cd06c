package function

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// maxDelayed is how many messages a delay holds; one more is an error.
const maxDelayed = 100_000

var errDelayed = errors.New("too many pending messages in delay node")

// Delay holds messages for a time, or lets only so many through (contract
// nodes.md, function).
type Delay struct {
	Mode        string  `prop:"pauseType" label:"Do" enum:"delay=delay each message,delayv=delay each message as msg.delay says,random=delay each message at random,rate=limit the rate of all messages,queue=send one topic after the other at a rate,timed=send all topics together at a rate,burst=let bursts through" default:"delay"`
	Wait        float64 `prop:"timeout" label:"For" initial:"5" min:"0" width:"6" when:"pauseType in ['delay','delayv']"`
	WaitUnit    string  `prop:"timeoutUnits" label:"Unit" enum:"milliseconds,seconds,minutes,hours,days" default:"seconds" width:"6" when:"pauseType in ['delay','delayv']"`
	First       float64 `prop:"randomFirst" label:"From" initial:"1" min:"0" width:"4" when:"pauseType == 'random'"`
	Last        float64 `prop:"randomLast" label:"To" initial:"5" min:"0" width:"4" when:"pauseType == 'random'"`
	RandomUnit  string  `prop:"randomUnits" label:"Unit" enum:"milliseconds,seconds,minutes,hours,days" default:"seconds" width:"4" when:"pauseType == 'random'"`
	Rate        float64 `prop:"rate" label:"Messages" default:"1" min:"0" max:"1000000" width:"4" when:"pauseType in ['rate','queue','timed','burst']"`
	RateEvery   float64 `prop:"nbRateUnits" label:"in" default:"1" min:"0" width:"4" when:"pauseType in ['rate','queue','timed','burst']"`
	RateUnit    string  `prop:"rateUnits" label:"Unit" enum:"second,minute,hour,day" default:"second" width:"4" when:"pauseType in ['rate','queue','timed','burst']"`
	Drop        bool    `prop:"drop" label:"Drop those between" when:"pauseType == 'rate'" help:"Instead of holding them until it is their turn."`
	MessageRate bool    `prop:"allowrate" label:"Let msg.rate change the rate" when:"pauseType in ['rate','queue','timed']" help:"msg.rate is the time between two messages, in milliseconds."`
	Outputs     int     `prop:"outputs" label:"Messages dropped or replaced" enum:"1=are gone,2=go to a second output" default:"1" ports:"count" when:"pauseType in ['rate','queue','timed','burst']"`

	line timeline[held] // what waits for its own time; a turn has no message

	mu     sync.Mutex
	wait   time.Duration // of delay and delayv
	every  time.Duration // between two turns, now
	fixed  time.Duration // and as configured
	turn   *moment[held] // the next turn, if one is due
	start  time.Time     // turns of queue and timed are a multiple of every later
	sent   time.Time     // when drop let the last one through
	queue  list.List     // of held
	topics map[any]*list.Element
	slots  []time.Time // burst: when each slot is free again
	report *time.Timer // shows the length of the queue, soon
	status func(node.Status)
}

func init() {
	node.Register[Delay](node.Type{
		Name: "delay", Category: "function", Icon: "clock", Mode: node.Serial, Outputs: []string{"out"},
		Help: "Holds each message for a time, or lets messages through only so often.\n\n" +
			"`msg.reset` drops what waits; `msg.flush` sends it at once: all of it, or as many as the number says. " +
			"Where a rate is limited, `msg.toFront` puts a message before the others.\n\n" +
			"*One topic after the other* and *all topics together* keep only the last message of each `msg.topic`. " +
			"*Bursts* lets so many messages through in any such span of time and drops the others.\n\n" +
			"At most 100,000 messages wait; one more is an error for catch nodes. What waits is lost when the flow stops.\n\n" +
			"Example: not more than 30 texts in a second: limit the rate to 30 per second before *send-sms*.",
	})
}

// Check wants a rate that lets anything through.
func (d *Delay) Check(report func(property, problem string)) {
	switch d.Mode {
	case "rate", "queue", "timed", "burst":
		if d.Rate <= 0 {
			report("rate", "must be more than 0: nothing would ever pass")
		}
	}
}

// Open works the times out.
func (d *Delay) Open(_ context.Context, env *node.Env) error {
	d.status = env.Status
	d.line.call = d.due
	d.wait = span(d.Wait, units[d.WaitUnit])
	if d.RateEvery <= 0 {
		d.RateEvery = 1
	}
	d.fixed = max(span(d.RateEvery/d.Rate, units[d.RateUnit]), shortest)
	d.every, d.start = d.fixed, time.Now()
	d.topics = make(map[any]*list.Element)
	if d.Mode == "burst" {
		env.Status(node.Status{Fill: "green", Shape: "ring"})
	}
	return nil
}

// Close gives up what waits.
func (d *Delay) Close() error {
	left := d.line.close()
	d.mu.Lock()
	if d.report != nil {
		d.report.Stop()
	}
	for e := d.queue.Front(); e != nil; e = e.Next() {
		left = append(left, e.Value.(held))
	}
	d.queue.Init()
	d.turn = nil
	d.mu.Unlock()
	for _, h := range left {
		if h.m != nil {
			h.late.Done(h.m, errors.New("the node stopped before it was this message's turn"))
		}
	}
	return nil
}

// Receive holds m, or sends it.
func (d *Delay) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	switch d.Mode {
	case "rate":
		if d.Drop {
			return d.thin(m, out)
		}
		return d.limit(m, out)
	case "queue", "timed":
		return d.collect(m, out)
	case "burst":
		return d.burst(m, out)
	}
	return d.hold(m, out)
}

// hold is delay, delayv and random: each message has its own time.
func (d *Delay) hold(m *msg.Object, out node.Out) error {
	if m.Has("reset") {
		for _, h := range d.line.take(-1) {
			h.late.Done(h.m, nil)
		}
		out.Status(waiting("ring", 0))
		if d.Mode != "delay" && d.shows() {
			out.Status(waiting("dot", 0))
		}
		return nil
	}
	flush, flushed := m.Lookup("flush")
	if !flushed || !only(m, "flush") {
		if d.line.size() >= maxDelayed {
			return errDelayed
		}
		d.line.add(time.Now().Add(d.own(m)), held{m, out.Later()})
	}
	if flushed {
		now := d.line.take(howMany(flush))
		for i, h := range now {
			d.send(h, d.line.size()+len(now)-1-i, out.Status)
		}
		out.Status(waiting("dot", d.line.size()))
	}
	if d.shows() && (!flushed || d.Mode != "delay") {
		out.Status(waiting("dot", d.line.size()))
	}
	return nil
}

// own is how long m waits.
func (d *Delay) own(m *msg.Object) time.Duration {
	switch d.Mode {
	case "random":
		return span(d.First+(d.Last-d.First)*rand.Float64(), units[d.RandomUnit])
	case "delayv":
		if v, ok := m.Lookup("delay"); ok {
			if ms := msg.ParseFloat(msg.Text(v)); !math.IsNaN(ms) {
				return span(ms, time.Millisecond)
			}
		}
	}
	return d.wait
}

// shows tells whether how many wait is worth a status. As in Node-RED the time
// of random is not what counts.
func (d *Delay) shows() bool {
	return d.Mode == "delayv" || d.wait > time.Second || d.Mode == "random" && d.wait == time.Second
}

// due is called when the time of a message has come, or the next turn.
func (d *Delay) due(at *moment[held]) {
	h := at.value
	if h.m == nil {
		d.next(at)
		return
	}
	d.send(h, d.line.size(), h.late.Status)
}

// send sends a message of which the time has come, and shows how many still
// wait.
func (d *Delay) send(h held, left int, status func(node.Status)) {
	shows := d.shows()
	if shows && d.Mode == "delay" {
		status(waiting("dot", left))
	}
	if shows && d.Mode == "delayv" && left == 0 {
		status(node.Status{})
	}
	h.late.Send(h.m)
	if shows && d.Mode != "delay" {
		status(waiting("dot", left))
	}
	h.late.Done(nil, nil)
}

// waiting is the status that tells how many wait.
func waiting(shape string, n int) node.Status {
	return node.Status{Fill: "blue", Shape: shape, Text: fmt.Sprint(n)}
}

// only tells whether m has nothing but an id and these properties.
func only(m *msg.Object, keys ...string) bool {
	n := m.Len()
	if m.Has("_msgid") {
		n--
	}
	for _, key := range keys {
		if m.Has(key) {
			n--
		}
	}
	return n == 0
}

// howMany reads msg.flush: a number, or all, which is -1.
func howMany(flush any) int {
	n, ok := flush.(float64)
	if !ok {
		return -1
	}
	return int(max(0, min(math.Floor(n), maxDelayed)))
}

// units are those of times and rates.
var units = map[string]time.Duration{
	"milliseconds": time.Millisecond, "seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour,
	"ms": time.Millisecond, "s": time.Second, "min": time.Minute, "hr": time.Hour,
	"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour,
}

// span is n units, at least nothing and at most what can be counted.
func span(n float64, unit time.Duration) time.Duration {
	n *= float64(unit)
	if !(n > 0) {
		return 0
	}
	return time.Duration(min(n, math.MaxInt64/4))
}
