package all

import (
	"strings"
	"testing"

	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// badConfigurations has for each type what can be wrong with it, and what a
// deploy says; "": nothing, for it does no harm.
var badConfigurations = []struct{ typ, config, want string }{
	{"batch", `{"mode":"count","count":"0"}`, `count: 0 is below 1; overlap: 0 of 0 messages: less must overlap than a group has`},
	{"batch", `{"mode":"sometimes"}`, `mode: "sometimes" is not one of count, interval, concat`},
	{"batch", `{"mode":"interval","interval":"soon"}`, `interval: "soon" is not a duration such as "10s" or "250ms"`},
	{"catch", `{"scope":7}`, ``},
	{"change", `{"rules":[{"t":"set","p":"a..b","pt":"msg","to":"$x(","tot":"jsonata"}]}`, `rules[0].p: Invalid property expression: unexpected . at position 2; rules[0].to: Invalid JSONata expression: Expected ")" before end of expression`},
	{"change", `{"rules":[{"t":"change","p":"payload","from":"(","fromt":"re"}]}`, "rules[0].from: invalid regular expression: /(/: error parsing regexp: missing closing ) in `(`"},
	{"change", `{"rules":"no"}`, `rules: "no" is not a list`},
	{"comment", `{"info":7}`, ``},
	{"complete", `{"scope":"x"}`, ``},
	{"conversation", `{"vonage":"gone"}`, `vonage: there is no node "gone"`},
	{"csv", `{"skip":"many"}`, `skip: "many" is not a number`},
	{"csv", `{"spec":"x"}`, `spec: "x" is not one of rfc`},
	{"debug", `{"targetType":"jsonata","complete":"$("}`, `complete: Invalid JSONata expression: Expected ")" before end of expression`},
	{"debug", `{"active":"maybe"}`, `active: "maybe" is not true or false`},
	{"delay", `{"pauseType":"never"}`, `pauseType: "never" is not one of delay, delayv, random, rate, queue, timed, burst`},
	{"delay", `{"pauseType":"delay","timeout":"x"}`, `timeout: "x" is not a number`},
	{"delay", `{"pauseType":"rate","rate":"x"}`, `rate: "x" is not a number; rate: must be more than 0: nothing would ever pass`},
	{"exec", `{"timer":"-1"}`, `timer: -1 is below 0`},
	{"exec", `{"useSpawn":"perhaps"}`, `useSpawn: "perhaps" is not one of false, true`},
	{"file", `{"encoding":"klingon"}`, `encoding: unknown encoding "klingon"`},
	{"file", `{"overwriteFile":"x"}`, `overwriteFile: "x" is not one of false, true, delete`},
	{"file-in", `{"encoding":"klingon"}`, `encoding: unknown encoding "klingon"`},
	{"file-in", `{"format":"x"}`, `format: "x" is not one of utf8, lines, stream`},
	{"filter", `{"func":"x"}`, `func: "x" is not one of rbe, rbei, deadband, deadbandEq, narrowband, narrowbandEq`},
	{"filter", `{"func":"deadband","gap":"wide"}`, `gap: is not a number or a percentage such as 10%`},
	{"function", `{"func":"return {"}`, `func: SyntaxError: Unexpected token ) (line 2, col 2)`},
	{"function", `{"outputs":"1000"}`, `outputs: 1000 is above 500`},
	{"function", `{"func":"","libs":[{"var":"fs","module":"fs"}]}`, `libs: Node.js modules are not available: fs`},
	{"global-config", `{"modules":7}`, ``},
	{"html", `{"tag":"a["}`, `tag: selector "a[": expected identifier, found EOF instead`},
	{"html", `{"ret":"x"}`, `ret: "x" is not one of html, text, attr, compl`},
	{"http-in", `{}`, `url: is required`},
	{"http-in", `{"url":"/a","method":"g t"}`, `method: "g t" is not a method`},
	{"http-proxy", `{}`, `url: is required`},
	{"http-request", `{"url":"<<msg."}`, `url: <<msg.: << is not closed; write <<"<<">> for the characters (column 1)`},
	{"http-request", `{"url":"http://a b/"}`, `url: "http://a b/" is not a URL such as https://api.example.com/`},
	{"http-request", `{"tls":"gone"}`, `tls: there is no node "gone"`},
	{"http-request", `{"authType":"kerberos"}`, `authType: "kerberos" is not one of basic, digest, bearer`},
	{"http-response", `{"statusCode":"<<"}`, `statusCode: <<: << is not closed; write <<"<<">> for the characters (column 1)`},
	{"http-response", `{"headers":[1]}`, `headers: [1] is not an object`},
	{"inbound-message", `{"url":"/a"}`, `vonage: is required`},
	{"inject", `{"crontab":"* * *"}`, `crontab: "* * *" has 3 fields: expected minute hour day month weekday, perhaps with seconds first`},
	{"inject", `{"props":[{"p":"payload","v":"{","vt":"json"}]}`, `props[0].v: invalid JSON at line 1, column 2: expected a property name in double quotes, found the end`},
	{"inject", `{"repeat":"x"}`, `repeat: "x" is not a duration such as "10s" or "250ms"`},
	{"join", `{"mode":"reduce","reduceExp":""}`, `reduceExp: is required`},
	{"join", `{"mode":"reduce","reduceExp":"$("}`, `reduceExp: Invalid JSONata expression: Expected ")" before end of expression`},
	{"join", `{"mode":"x"}`, `mode: "x" is not one of auto, custom, reduce`},
	{"join", `{"mode":"custom","count":"x"}`, `count: "x" is not a number`},
	{"json", `{"action":"x"}`, `action: "x" is not one of str, obj`},
	{"json", `{"property":"a["}`, `property: Invalid property expression: unterminated expression`},
	{"junction", `{"name":7}`, ``},
	{"link-call", `{"timeout":"x"}`, `timeout: "x" is not a duration such as "10s" or "250ms"`},
	{"link-call", `{"linkType":"x"}`, `linkType: "x" is not one of static, dynamic`},
	{"link-in", `{"links":7}`, `links: 7 is not a list`},
	{"link-out", `{"mode":"x"}`, `mode: "x" is not one of link, return`},
	{"loop-brake", `{"vonage":"gone"}`, `vonage: there is no node "gone"`},
	{"message-rate", `{"number":-1}`, `number: -1 is below 0`},
	{"message-rate", `{"totalEvery":"x"}`, `totalEvery: "x" is not a duration such as "10s" or "250ms"`},
	{"message-status", `{"unknown":7}`, ``},
	{"mqtt-broker", `{"port":"x"}`, `port: "x" is not a number`},
	{"mqtt-broker", `{"broker":"a","protocolVersion":"9"}`, `protocolVersion: 9 is not one of 3, 4, 5`},
	{"mqtt-in", `{}`, `broker: is required; topic: Invalid topic specified`},
	{"mqtt-in", `{"broker":"gone","topic":"a/#/b"}`, `broker: there is no node "gone"; topic: Invalid topic specified`},
	{"mqtt-out", `{"broker":"gone"}`, `broker: there is no node "gone"`},
	{"opt-out", `{}`, ``},
	{"quiet-hours", `{"zone":"Mars"}`, `zone: "Mars" is not a time zone such as Europe/London`},
	{"range", `{"action":"x"}`, `action: "x" is not one of scale, clamp, roll, drop`},
	{"range", `{"minin":"x"}`, `minin: "x" is not a number`},
	{"rate-limit", `{}`, `rate: is required`},
	{"send-message", `{"channel":"fax"}`, `vonage: is required; channel: "fax" is not one of sms, mms, rcs, whatsapp, messenger, viber_service, payload; channel: v1 has no fax`},
	{"send-sms", `{}`, `vonage: is required; from: is required; to: is required; text: is required`},
	{"sort", `{"order":"x"}`, `order: "x" is not one of ascending, descending`},
	{"sort", `{"targetType":"msg","msgKey":"$(","msgKeyType":"jsonata"}`, `msgKey: Invalid JSONata expression: Expected ")" before end of expression`},
	{"split", `{"arraySplt":"x"}`, `arraySplt: "x" is not a number`},
	{"split", `{"spltType":"bin","splt":"[1"}`, `splt: "[1" is not a JSON list of bytes, or a text in quotes`},
	{"status", `{"scope":{}}`, ``},
	{"switch", `{"rules":[{"t":"lt","v":"ten","vt":"num"}]}`, `rules[0].v: "ten" is not a number`},
	{"switch", `{"rules":[{"t":"regex","v":"("}]}`, "rules[0].v: invalid regular expression: /(/: error parsing regexp: missing closing ) in `(`"},
	{"switch", `{"rules":[{"t":"like"}]}`, `rules[0].t: "like" is not one of eq, neq, lt, lte, gt, gte, btwn, cont, regex, hask, istype, true, false, null, nnull, empty, nempty, head, tail, index, jsonata_exp, else`},
	{"switch", `{"property":"$(","propertyType":"jsonata"}`, `property: Invalid JSONata expression: Expected ")" before end of expression`},
	{"tcp-in", `{}`, `port: is required`},
	{"tcp-in", `{"server":"server","port":"70000"}`, `port: 70000 is above 65535`},
	{"tcp-out", `{"beserver":"client"}`, `port: is required; host: is required to connect to a server`},
	{"tcp-request", `{"out":"x"}`, `out: "x" is not one of time, char, count, sit, immed`},
	{"tcp-request", `{"port":"x"}`, `port: "x" is not a number`},
	{"template", `{"template":"{{#a}}"}`, `template: {{#a}}: the section is not closed; write {{/a}} (column 1)`},
	{"template", `{"output":"x"}`, `output: "x" is not one of str, json, yaml`},
	{"template", `{"syntax":"flowrill","template":"<<"}`, `template: <<: << is not closed; write <<"<<">> for the characters (column 1)`},
	{"tls-config", `{"cert":"a.pem"}`, `cert: certificate and private key go together: one of them is missing`},
	{"trigger", `{"op1":"{","op1type":"json"}`, `op1: invalid JSON at line 1, column 2: expected a property name in double quotes, found the end`},
	{"trigger", `{"duration":"x"}`, ``},
	{"trigger", `{"units":"weeks"}`, `units: "weeks" is not one of ms, s, min, hr`},
	{"udp-in", `{}`, `port: is required`},
	{"udp-in", `{"port":"5","multicast":"true","group":"10.0.0.1"}`, `group: is not the address of a multicast group such as 225.0.18.83`},
	{"udp-out", `{"port":"x"}`, `port: "x" is not a number`},
	{"vonage", `{"rate":"x"}`, `rate: "x" is not a number`},
	{"wait-for-reply", `{}`, `vonage: is required`},
	{"watch", `{}`, `files: is required`},
	{"websocket-client", `{}`, `path: is required`},
	{"websocket-client", `{"path":"http://x"}`, `path: a websocket address begins with ws:// or wss:// and a host`},
	{"websocket-in", `{}`, `server: Missing server configuration: choose a listener or a client`},
	{"websocket-listener", `{}`, `path: is required`},
	{"websocket-out", `{"server":"gone"}`, `server: there is no node "gone"`},
	{"xml", `{"property":"a["}`, `property: Invalid property expression: unterminated expression`},
	{"yaml", `{"property":"a["}`, `property: Invalid property expression: unterminated expression`},
}

// TestBadConfigurations compares what every type says of a configuration that
// cannot work.
func TestBadConfigurations(t *testing.T) {
	tried := map[string]bool{}
	for _, c := range badConfigurations {
		tried[c.typ] = true
		if got := strings.Join(nodetest.Check(t, c.typ, c.config), "; "); got != c.want {
			t.Errorf("%s %s\ngot  %s\nwant %s", c.typ, c.config, got, c.want)
		}
	}
	for _, typ := range node.Types() {
		if !tried[typ.Name] {
			t.Errorf("%s is not tried", typ.Name)
		}
	}
}
