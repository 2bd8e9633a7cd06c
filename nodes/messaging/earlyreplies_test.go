package messaging

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/nodetest"
)

// early is a question that is on its way to the provider, which answers when
// it is told to, and the nodes around it.
type early struct {
	wait, find *nodetest.Node
	provider   chan func(int, http.ResponseWriter)
	sent       chan error
	found      chan error
	began      time.Time
}

// asks has a text leave to 447700900001 in a bubble of its own; waits: there
// is a wait-for-reply node on the account.
func asks(t *testing.T, waits bool, do func(*testing.T, *early)) {
	synctest.Test(t, func(t *testing.T) {
		e := &early{provider: make(chan func(int, http.ResponseWriter)), sent: make(chan error, 1), found: make(chan error, 1), began: time.Now()}
		send := nodetest.New(t, "send-sms", `{"vonage":"v1","from":"447700900000","to":"+44 7700 900001","text":"Yes or no?"}`, account("http://provider.test", `,"rate":0`))
		share := nodetest.Share("v1", nodetest.Of[SendSMS](send).Vonage.Get())
		inMemory(t, send, func(n int, w http.ResponseWriter) { (<-e.provider)(n, w) })
		if waits {
			e.wait = nodetest.New(t, "wait-for-reply", `{"vonage":"v1"}`, share)
			e.wait.Start()
		}
		e.find = nodetest.New(t, "conversation", `{"vonage":"v1"}`, share)
		go func() { e.sent <- send.Send(`{}`) }()
		synctest.Wait()
		do(t, e)
		synctest.Wait()
		if e.wait != nil {
			e.wait.Close()
		}
		e.find.Close()
		send.Close()
	})
}

// says has a text arrive from somebody and tells whether it went on at once.
func (e *early) says(peer, text string) (at bool) {
	go func() {
		e.found <- e.find.Send(`{"own":"447700900000","peer":"` + peer + `","text":"` + text + `"}`)
	}()
	synctest.Wait()
	return len(e.found) == 1
}

// goesOn checks when what arrived left conversation, as nobody's answer.
func (e *early) goesOn(t *testing.T, after time.Duration) {
	t.Helper()
	if err := <-e.found; err != nil {
		t.Error(err)
	}
	if got := time.Since(e.began); got != after {
		t.Errorf("went on after %v, want %v", got, after)
	}
	if sent := e.find.Take(); len(sent[0]) != 1 {
		t.Errorf("sent %s", sent)
	}
}

// TestReplyBeforeAnswer: the person is faster than the provider's answer and
// what comes after it.
func TestReplyBeforeAnswer(t *testing.T) {
	asks(t, true, func(t *testing.T, e *early) {
		if e.says("447700900001", "yes") {
			t.Error("it did not wait")
		}
		time.Sleep(3 * time.Second)
		e.provider <- says(200, accepted)
		if err := <-e.sent; err != nil {
			t.Fatal(err)
		}
		time.Sleep(questionGrace / 2)
		if len(e.found) > 0 {
			t.Error("it did not wait")
		}
		if err := e.wait.Send(`{"_msgid":"q","own":"447700900000","peer":"447700900001","asked":"Yes or no?"}`); err != nil {
			t.Fatal(err)
		}
		if err := <-e.found; err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		e.wait.Take().Want(t, `[[{"_msgid":"q","own":"447700900000","peer":"447700900001","asked":"Yes or no?","text":"yes"}],[]]`)
		e.find.Take().Want(t, `[[],[]]`)
	})
}

// TestReplyBeforeQuestion: the answer comes between "sent" and "waiting", and
// a second one finds nothing to answer.
func TestReplyBeforeQuestion(t *testing.T) {
	asks(t, true, func(t *testing.T, e *early) {
		e.provider <- says(200, accepted)
		<-e.sent
		if e.says("447700900001", "yes") {
			t.Error("it did not wait")
		}
		if err := e.wait.Send(`{"_msgid":"q","own":"447700900000","peer":"447700900001"}`); err != nil {
			t.Fatal(err)
		}
		<-e.found
		synctest.Wait()
		e.wait.Take().Want(t, `[[{"_msgid":"q","own":"447700900000","peer":"447700900001","text":"yes"}],[]]`)
		e.says("447700900001", "yes!")
		e.goesOn(t, questionGrace)
	})
}

// TestNoQuestion: what comes early goes on as soon as no question can come.
func TestNoQuestion(t *testing.T) {
	asks(t, true, func(t *testing.T, e *early) { // nothing waits behind the send node
		e.says("447700900001", "hello")
		e.provider <- says(200, accepted)
		e.goesOn(t, questionGrace)
		if !e.says("447700900001", "hello again") {
			t.Error("it waits for what has been")
		}
	})
	asks(t, true, func(t *testing.T, e *early) { // refused: nobody was asked
		e.says("447700900001", "hello")
		time.Sleep(time.Second)
		e.provider <- says(200, `{"message-count":"1","messages":[{"status":"4","error-text":"Bad Credentials"}]}`)
		e.goesOn(t, time.Second)
	})
	asks(t, true, func(t *testing.T, e *early) { // the provider thinks for long
		e.says("447700900001", "hello")
		e.goesOn(t, replyPatience)
		e.provider <- says(200, accepted)
	})
	asks(t, true, func(t *testing.T, e *early) { // somebody else
		if !e.says("447700900002", "hello") {
			t.Error("it waits for another's question")
		}
		e.provider <- says(200, accepted)
	})
	asks(t, false, func(t *testing.T, e *early) { // no node waits for replies
		if !e.says("447700900001", "hello") {
			t.Error("it waits although nobody does")
		}
		e.provider <- says(200, accepted)
	})
}

// TestEarlyRepliesForget: what is known of those who were asked goes away.
func TestEarlyRepliesForget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := new(desk)
		d.join(nil)
		for i := range 3000 {
			answered := d.asking("447700900000", string(rune('0'+i)))
			if i%3 == 0 {
				again := d.asking("447700900000", string(rune('0'+i)))
				again(true)
			}
			answered(i%2 == 0)
			time.Sleep(10 * time.Millisecond)
		}
		if n := len(d.early.to); n > 201 || len(d.early.past) > 201 {
			t.Errorf("%d people and %d ends are remembered", n, len(d.early.past))
		}
	})
}
