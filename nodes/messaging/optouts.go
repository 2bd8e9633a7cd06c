package messaging

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// optOuts are the people who want no more texts, by the number of ours that
// they said it to. They are kept until they say otherwise; all flows share
// them.
type optOuts struct{ keep node.Keep }

const optOutBucket = "opt-outs"

// everyNumber stands for all numbers of ours in an entry made by hand.
const everyNumber = "*"

// OptOut is one person's refusal.
type OptOut struct {
	Own  string    `json:"own"`  // our number, or * for all
	Peer string    `json:"peer"` // the person
	At   time.Time `json:"at"`
	By   string    `json:"by"` // the word they used, "receipt 9", or "list"
}

// optOutKey is the same however a number is written.
func optOutKey(own, peer string) string { return numberOf(own) + "|" + numberOf(peer) }

func numberOf(s string) string {
	if n, err := sms.Number(s); err == nil {
		return n
	}
	return strings.TrimSpace(s)
}

// add notes a refusal and tells whether it is a new one.
func (o optOuts) add(own, peer, by string) (first bool, err error) {
	if peer == "" {
		return false, nil
	}
	key := optOutKey(own, peer)
	if first, err = o.keep.Claim(optOutBucket, key, 0); !first || err != nil {
		return false, err
	}
	value, _ := json.Marshal(OptOut{At: time.Now().UTC(), By: by}) // always can be
	return true, o.keep.Put(optOutBucket, key, value, 0)
}

// remove takes a refusal back and tells whether there was one.
func (o optOuts) remove(own, peer string) (was bool, err error) {
	key := optOutKey(own, peer)
	if _, was, err = o.keep.Get(optOutBucket, key); !was || err != nil {
		return was, err
	}
	return true, o.keep.Delete(optOutBucket, key)
}

// has tells whether somebody wants no texts from a number of ours.
func (o optOuts) has(own, peer string) (bool, error) {
	for _, from := range []string{own, everyNumber} {
		if _, has, err := o.keep.Get(optOutBucket, optOutKey(from, peer)); has || err != nil {
			return has, err
		}
	}
	return false, nil
}

// all lists everybody, by our number and theirs.
func (o optOuts) all() ([]OptOut, error) {
	list := []OptOut{}
	err := o.keep.All(optOutBucket, func(key string, value []byte, _ time.Time) {
		var e OptOut
		_ = json.Unmarshal(value, &e) // one that is damaged still counts
		e.Own, e.Peer, _ = strings.Cut(key, "|")
		list = append(list, e)
	})
	return list, err
}

// answerBucket has people who have opted out and are to get one more text: the
// confirmation of it, or help.
const (
	answerBucket = "opt-out answers"
	answerLife   = 10 * time.Minute
)

// allowOne lets one text through to somebody who has opted out.
func (o optOuts) allowOne(own, peer string) error {
	return o.keep.Put(answerBucket, optOutKey(own, peer), nil, answerLife)
}

// refuse is why a text must not be sent, nil if it may. The send nodes ask it
// of every text, whatever the flow does.
func (o optOuts) refuse(t *text) *failure {
	if t.wanted || o.keep == nil {
		return nil
	}
	has, err := o.has(t.from, t.to)
	if has && err == nil {
		key := optOutKey(t.from, t.to)
		var may bool
		if _, may, err = o.keep.Get(answerBucket, key); may && err == nil {
			err = o.keep.Delete(answerBucket, key)
			has = false
		}
	}
	switch {
	case err != nil:
		return &failure{code: "opt_outs", text: "not sent: the list of opt-outs cannot be read: " + err.Error(), short: "opt-outs unreadable", retryable: true, cause: err}
	case has:
		return &failure{code: "opted_out", short: "opted out " + sms.Mask(t.to),
			text: sms.Mask(t.to) + " has opted out of texts from " + sms.Mask(t.from) + ": not sent"}
	}
	t.wanted = true
	return nil
}
