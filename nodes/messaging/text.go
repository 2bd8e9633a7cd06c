package messaging

import (
	"fmt"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// showSimulated says under a node that its texts reach nobody.
func showSimulated(v *Vonage, env *node.Env) {
	if !v.live() {
		env.Status(node.Status{Fill: "grey", Shape: "ring", Text: "simulator"})
	}
}

// compose checks one text before any request is made (vonage.md §1.10).
// encoding is auto, text or unicode; limit is in characters.
func compose(from, to, body, encoding string, limit int, ref string) (*text, *failure) {
	t := &text{body: body, unicode: encoding == "unicode" || encoding == "auto" && !sms.IsGSM7(body), ref: cut(ref, 100)}
	var err error
	if t.to, err = sms.Number(to); err != nil {
		return nil, invalid("to", err)
	}
	if t.from, err = sms.Sender(from); err != nil {
		return nil, invalid("from", err)
	}
	if n := len([]rune(body)); n > limit {
		return nil, invalid("text", fmt.Errorf("%d characters: the provider takes %d", n, limit))
	}
	t.parts = sms.Parts(body, t.unicode)
	return t, nil
}

// text is one text on its way.
type text struct {
	from, to, body string
	unicode        bool
	parts          int
	ref            string // a label that comes back in receipts
}

// orderKey keeps the texts to one number in order: it is the number, or as
// much of one as the field has.
func orderKey(to node.Template, m *msg.Object) string {
	v := node.On(m)
	rendered := v.Text(to)
	if number, err := sms.Number(rendered); err == nil {
		return number
	}
	return rendered
}

// check finds, at deploy, an account that one of the APIs cannot use.
func check(account node.Ref[Vonage], api string, report func(property, problem string)) {
	if v := account.Get(); v != nil {
		if problem := v.lacks(api); problem != "" {
			report("vonage", problem)
		}
	}
}

// unfit is a message of which no text can be made.
func unfit(out node.Out, err error) error {
	out.Status(node.Status{Fill: "red", Shape: "dot", Text: cut(err.Error(), 60)})
	return err
}

// refuse is a text that never got as far as a request.
func refuse(m *msg.Object, out node.Out, api string, f *failure) error {
	r := result{failure: f}
	out.Status(r.status(nil))
	m.Set("vonage", r.summary(api, "", 0, 0))
	if f.retryable {
		return node.Retry(f, f.wait)
	}
	return f
}

// deliver puts what came of a text into its message and sends that on, if it
// went out. What is not part of the answer stays as it is.
func deliver(m *msg.Object, out node.Out, answer any, summary *msg.Object, err error) error {
	if answer != nil {
		m.Set("payload", answer) // unchanged: guides read payload.messages[0].status
	}
	if summary != nil {
		m.Set("vonage", summary)
	}
	if err == nil {
		out.Send(m)
	}
	return err
}
