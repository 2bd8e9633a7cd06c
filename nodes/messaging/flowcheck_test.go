package messaging

import (
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
)

// notices are the codes of what a document's check tells, by node.
func notices(t *testing.T, document, publicURL string) string {
	t.Helper()
	d, err := flows.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range checkFlows(d, publicURL) {
		if p.Severity != flows.Notice || p.Message == "" {
			t.Errorf("%+v", p)
		}
		all = append(all, p.Node+":"+p.Code)
	}
	return strings.Join(all, " ")
}

func TestCheckFlows(t *testing.T) {
	const (
		tab    = `{"id":"t","type":"tab"}`
		answer = `{"id":"res","type":"http response","z":"t","wires":[]}`
		reply  = `{"id":"s","type":"send-sms","z":"t","from":"<<msg.own>>","to":"<<msg.peer>>","text":"hi","wires":[[]]}`
		guards = `{"id":"o","type":"opt-out","z":"t","wires":[["b"],[],[]]},{"id":"b","type":"loop-brake","z":"t","wires":[["s"],[]]}`
	)
	for _, c := range []struct{ name, objects, public, want string }{
		{"nothing", tab, "", ""},
		{"http-in without an answer", `{"id":"h","type":"http in","z":"t","url":"/x","wires":[["d"]]},{"id":"d","type":"debug","z":"t","wires":[]}`, "", "h:no_response"},
		{"with one behind a disabled node", `{"id":"h","type":"http in","z":"t","url":"/x","wires":[["c"]]},{"id":"c","type":"change","z":"t","d":true,"wires":[["res"]]},` + answer, "", "h:no_response"},
		{"with one over a link", `{"id":"h","type":"http in","z":"t","url":"/x","wires":[["l"]]},{"id":"l","type":"link out","z":"t","links":["i"]},{"id":"i","type":"link in","z":"t","wires":[["res"]]},` + answer, "", ""},
		{"with one in a subflow", `{"id":"sf","type":"subflow"},{"id":"in","type":"http response","z":"sf"},{"id":"h","type":"http in","z":"t","url":"/x","wires":[["u"]]},{"id":"u","type":"subflow:sf","z":"t","wires":[[]]}`, "", ""},
		{"answered in a function", `{"id":"h","type":"http in","z":"t","url":"/x","wires":[["f"]]},{"id":"f","type":"function","z":"t","func":"msg.res.send('ok')","wires":[[]]}`, "", ""},
		{"in a circle", `{"id":"h","type":"http in","z":"t","url":"/x","wires":[["c"]]},{"id":"c","type":"change","z":"t","wires":[["c"]]}`, "", "h:no_response"},
		{"a guarded reply", `{"id":"m","type":"inbound-message","z":"t","wires":[["o"],[]]},` + guards + `,` + reply, "https://x.example", ""},
		{"a bare reply", `{"id":"m","type":"inbound-message","z":"t","wires":[["s"],[]]},` + reply, "", "s:unguarded_reply"},
		{"a reply that the account brakes", `{"id":"v","type":"vonage"},{"id":"m","type":"inbound-message","z":"t","wires":[["o"],[]]},{"id":"o","type":"opt-out","z":"t","wires":[["s"],[],[]]},` + strings.Replace(reply, `"from"`, `"vonage":"v","from"`, 1), "", ""},
		{"a reply that nothing brakes", `{"id":"v","type":"vonage","loopBrake":"off"},{"id":"m","type":"inbound-message","z":"t","wires":[["o"],[]]},{"id":"o","type":"opt-out","z":"t","wires":[["s"],[],[]]},` + strings.Replace(reply, `"from"`, `"vonage":"v","from"`, 1), "", "s:unguarded_reply"},
		{"a way round the guards", `{"id":"m","type":"inbound-message","z":"t","wires":[["o","s"],[]]},` + guards + `,` + reply, "", "s:unguarded_reply"},
		{"no reply", `{"id":"m","type":"inbound-message","z":"t","wires":[["s"],[]]},{"id":"s","type":"send-sms","z":"t","from":"Acme","to":"447700900000","text":"somebody wrote","wires":[[]]}`, "", ""},
		{"a reply from a name", `{"id":"m","type":"inbound-message","z":"t","wires":[["o"],[]]},` + guards + `,{"id":"s","type":"sendsms","z":"t","fr":"Acme","to":"{{msg.payload.msisdn}}","text":"hi","wires":[[]]}`, "", "s:named_sender"},
		{"a reply to receipts", `{"id":"m","type":"inbound-message","z":"t","wires":[["o"],["s"]]},` + guards + `,` + reply, "", "s:answers_receipt"},
		{"receipts for opt-out", `{"id":"m","type":"inbound-message","z":"t","wires":[["o"],["o"]]},` + guards + `,` + reply, "", ""},
		{"opt-out's own answer", `{"id":"m","type":"inbound-message","z":"t","wires":[["o"],[]]},{"id":"o","type":"opt-out","z":"t","wires":[[],["s"],[]]},` + reply, "", ""},
		{"texts to who booked", `{"id":"h","type":"http in","z":"t","url":"/book","wires":[["s","res"]]},` + answer + `,` + reply, "https://x.example", ""},
		{"behind message-status", `{"id":"m","type":"message-status","z":"t","wires":[[],["s"],[]]},` + reply, "", "s:answers_receipt"},
		{"behind http-in for receipts", `{"id":"h","type":"http in","z":"t","url":"/Receipts","wires":[["s","res"]]},` + answer + `,` + reply, "", "s:answers_receipt"},
		{"http-in that replies, in public", `{"id":"h","type":"http in","z":"t","url":"/sms","wires":[["o","res"]]},` + answer + `,` + guards + `,` + strings.Replace(reply, "peer", "payload.msisdn", 1), "https://x.example", "h:unsigned"},
		{"at home", `{"id":"h","type":"http in","z":"t","url":"/sms","wires":[["o","res"]]},` + answer + `,` + guards + `,` + reply, "http://127.0.0.1:1880", ""},
		{"unchecked", `{"id":"m","type":"inbound-message","z":"t","verify":"never","wires":[[],[]]}`, "", "m:unsigned"},
		{"HTML", `{"id":"s","type":"send-sms","z":"t","from":"Acme","to":"447700900000","text":"Don&#39;t","wires":[[]]}`, "", "s:html_entity"},
		{"no HTML", `{"id":"s","type":"send-sms","z":"t","from":"Acme","to":"447700900000","text":"R&D; a &b; <<msg.x>>","wires":[[]]}`, "", ""},
		{"long", `{"id":"s","type":"send-sms","z":"t","from":"Acme","to":"447700900000","maxParts":2,"text":"` + strings.Repeat("x", 307) + `","wires":[[]]}`, "", "s:many_parts"},
		{"disabled", `{"id":"s","type":"send-sms","z":"t","d":true,"text":"Don&#39;t","wires":[[]]}`, "", ""},
	} {
		if got := notices(t, `[`+tab+`,`+c.objects+`]`, c.public); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	d, _ := flows.Parse([]byte(`[{"id":"s","type":"send-sms","text":"&amp;"}]`))
	if all := node.CheckDocument(d, ""); len(all) != 1 {
		t.Errorf("the check is not registered: %v", all)
	}
}
