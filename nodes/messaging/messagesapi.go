package messaging

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

// tryMessage makes one request to the Messages API. A token that is refused is
// made anew once (vonage.md §4).
func (g *gateway) tryMessage(ctx context.Context, t *text, path string, body *msg.Object) result {
	api, data := messagesAPI, string(msg.Encode(body))
	if t.sandbox {
		api = sandboxAPI
	}
	r, token, f := g.postMessage(ctx, api, path, data)
	if f == nil && r.status == http.StatusUnauthorized && token != "" {
		g.tokens.refused(token)
		r, _, f = g.postMessage(ctx, api, path, data)
	}
	if f != nil {
		return result{failure: f}
	}
	return readMessage(r, token != "")
}

func (g *gateway) postMessage(ctx context.Context, api, path, body string) (r *reply, token string, f *failure) {
	authorization := g.basic
	if g.tokens != nil {
		var err error
		if token, err = g.tokens.get(ctx); err != nil {
			return nil, "", &failure{code: "token", text: err.Error(), cause: err}
		}
		authorization = []string{"Bearer " + token}
	}
	r, f = g.post(ctx, api, path, asJSON, authorization, body)
	return r, token, f
}

// readMessage reads the answer of the Messages API (§2, §2.4, §3.2): only a
// message_uuid or dispatch_uuid in a 2xx is success. jwt tells how the request was signed.
func readMessage(r *reply, jwt bool) result {
	answer, err := msg.Decode(r.body)
	o, _ := answer.(*msg.Object)
	res := result{answer: answer}
	if r.status < 200 || r.status > 299 {
		detail := problemText(o)
		if r.status == http.StatusUnauthorized && jwt {
			detail += skew(r.header, time.Now())
		}
		res.failure = httpRefusal(r.status, r.header, detail)
		return res
	}
	for _, name := range []string{"message_uuid", "dispatch_uuid"} {
		if id, _ := o.Get(name).(string); id != "" {
			res.ids = []string{id}
			return res
		}
	}
	if err == nil {
		err = fmt.Errorf("it has no message_uuid")
	}
	res.failure = lost("the answer %q cannot be read: %v", cut(string(r.body), 80), err)
	return res
}

// problemText is what a refusal says: title, detail, and every parameter that
// is wrong.
func problemText(o *msg.Object) string {
	var said []string
	for _, key := range []string{"title", "detail"} {
		if text := member(o, key); text != "" {
			said = append(said, text)
		}
	}
	list, _ := o.Get("invalid_parameters").(*msg.List)
	for i := range min(list.Len(), 10) {
		p, _ := list.Items[i].(*msg.Object)
		said = append(said, strings.TrimSpace(member(p, "name")+" "+member(p, "reason")))
	}
	return strings.Join(said, "; ")
}
