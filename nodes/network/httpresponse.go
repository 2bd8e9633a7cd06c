package network

import (
	"context"
	"hash/fnv"
	"math"
	"strconv"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// HTTPResponse answers the request that an http-in node put into the message
// (contract runtime.md §11).
type HTTPResponse struct {
	Status  node.Template            `prop:"statusCode" label:"Status" placeholder:"200" help:"Empty: msg.statusCode, or 200."`
	Headers map[string]node.Template `prop:"headers" label:"Headers" help:"They win over those in msg.headers."`
}

func init() {
	node.Register[HTTPResponse](node.Type{
		Name: "http-response", Aliases: []string{"http response"}, Category: "network", Icon: "reply",
		Help: "Answers the request in `msg.res` with `msg.payload`, once.\n\n" +
			"Objects and lists are sent as JSON, texts as HTML unless a header says otherwise, buffers as they are. " +
			"`msg.statusCode`, `msg.headers` and `msg.cookies` are used, too. The flow goes on while the answer is on its way; " +
			"a second answer to the same request is an error.",
	})
}

// Receive answers at once; the bytes are out when it returns.
func (r *HTTPResponse) Receive(ctx context.Context, m *msg.Object, _ node.Out) error {
	x, ok := m.Get("res").(*exchange)
	if !ok {
		node.Log(ctx).Warn("No response object") // Node-RED warns, too: nothing to catch
		return nil
	}
	v := node.On(m)
	status := statusOf(v.Text(r.Status))
	if status == 0 {
		status = statusOf(msg.Text(m.Get("statusCode")))
	}
	if status == 0 {
		status = 200
	}
	var room [4]headerField
	own := room[:0]
	for name, value := range r.Headers {
		own = append(own, headerField{name, v.Text(value)})
	}
	if v.Err() != nil {
		return v.Err()
	}
	return x.reply(status, own, m)
}

// statusOf reads a status code as Node-RED does, "404x" too; 0 is none.
func statusOf(text string) int {
	if text == "" {
		return 0
	}
	n := msg.ParseInt(text)
	if math.IsNaN(n) || math.Abs(n) > math.MaxInt32 {
		return 0
	}
	return int(n)
}

// requestHash is the header in which http-request leaves the hash of the
// headers that it received: headers that pass through a flow unchanged are not
// meant for the next client.
const requestHash = "x-node-red-request-node"

func headersHash(headers *msg.Object) string {
	h := fnv.New64a()
	_, _ = h.Write(msg.Encode(headers))
	return strconv.FormatUint(h.Sum64(), 16)
}
