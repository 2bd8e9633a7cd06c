// Package messaging holds the node types that talk to people: send-sms and
// send-message, and the vonage config node with the account they use (contract
// vonage.md and messaging-practice.md).
package messaging

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/google/uuid"

	"github.com/flowrill/flowrill/engine/node"
)

// Vonage is an account at the provider, or the made-up one at the simulator.
// All nodes that use it share its connections and its rate.
type Vonage struct {
	Account         string        `prop:"account" label:"Account" enum:"=Live if there are credentials,live=Live account,simulator=Simulator" help:"The simulator is a stand-in on this machine: nothing is sent and nothing is billed."`
	APIKey          node.Secret   `prop:"apiKey|apikey" label:"API key" shown:"true" when:"account != 'simulator'" help:"From the provider's dashboard, or a variable such as ${VONAGE_API_KEY}."`
	APISecret       node.Secret   `prop:"apiSecret|apisecret" label:"API secret" when:"account != 'simulator'"`
	ApplicationID   node.Secret   `prop:"applicationId|appid" label:"Application id" shown:"true" when:"account != 'simulator'" group:"Messages API"`
	PrivateKey      node.Secret   `prop:"privateKey|privatekey" label:"Private key" multiline:"true" placeholder:"-----BEGIN PRIVATE KEY-----" when:"account != 'simulator'" group:"Messages API" help:"The application's key: its text, from BEGIN to END, or the path of its file. Without one, send-message uses key and secret."`
	SignatureSecret node.Secret   `prop:"signatureSecret" label:"Signature secret" when:"account != 'simulator'" group:"Signature" help:"Signs texts if there is no API secret. It is not the API secret."`
	SignatureMethod string        `prop:"signatureMethod" label:"Signature method" enum:"md5hash=MD5 hash,md5=MD5 HMAC,sha1=SHA-1 HMAC,sha256=SHA-256 HMAC,sha512=SHA-512 HMAC" default:"md5hash" when:"account != 'simulator'" group:"Signature" help:"As the account is set."`
	SMSAuth         string        `prop:"smsAuth" label:"SMS API, sign in" enum:"=By API key and secret,body=By key and secret in the body (older guides),signature=By the signature secret" advanced:"true" when:"account != 'simulator'" help:"For the SMS API. Without an API secret it is the signature secret."`
	Rate            float64       `prop:"rate" label:"Rate" default:"30" min:"0" unit:"requests/s" advanced:"true" help:"Requests a second, of all nodes with this account together; 0 is no limit. The simulator has none."`
	SenderRate      float64       `prop:"senderRate" label:"Rate of a sender" default:"0" min:"0" unit:"requests/s" advanced:"true" help:"Requests a second from the same number; 0 is no limit. A long number of the USA may send 1."`
	LoopBrake       string        `prop:"loopBrake" label:"Stops endless replies" enum:"=On for a live account,on=On,off=Off" group:"Loop brake" advanced:"true" help:"Stops replies that go round in circles with another machine: after so many to one person in so short a time nothing more goes to them for a while. Only replies count, not what a flow sends of its own accord, and not what passed a loop-brake node."`
	BrakeMost       int           `prop:"brakeMost" label:"Replies" default:"5" min:"1" max:"1000" width:"4" group:"Loop brake" advanced:"true" when:"loopBrake != 'off'"`
	BrakeWithin     node.Duration `prop:"brakeWithin" label:"in" unit:"s" default:"60" min:"1" max:"86400" width:"4" group:"Loop brake" advanced:"true" when:"loopBrake != 'off'"`
	BrakeHold       node.Duration `prop:"brakeHold" label:"then hold" unit:"min" default:"10" min:"1" max:"604800" width:"4" group:"Loop brake" advanced:"true" when:"loopBrake != 'off'"`
	BrakeTotal      int           `prop:"brakeTotal" label:"Replies a minute, to all" default:"300" min:"0" group:"Loop brake" advanced:"true" when:"loopBrake != 'off'" help:"0: any number. Whatever goes round with many people at once ends here."`
	SMSURL          string        `prop:"smsUrl" label:"SMS API" default:"https://rest.nexmo.com" advanced:"true"`
	MessagesURL     string        `prop:"messagesUrl" label:"Messages API" default:"https://api.nexmo.com" advanced:"true"`
	SandboxURL      string        `prop:"sandboxUrl" label:"Sandbox" default:"https://messages-sandbox.nexmo.com" advanced:"true"`

	gateway atomic.Pointer[gateway] // nil until opened
	board   statusBoard
	desk    desk // what its receiving nodes know in common
}

func init() {
	node.Register[Vonage](node.Type{
		Name: "vonage", Aliases: []string{"nexmobasic", "nexmovoiceapp"}, Category: "config", Icon: "key",
		Help: "The account that texts are sent with. Without credentials it is the simulator's, so a flow works before there is an account.\n\n" +
			"A live account has a *loop brake*: of replies to one person, and to all people together, only so many leave in a minute; what is held fails with the code `loop_brake`. " +
			"The simulator answers nobody by itself, so it has none unless told to.",
	})
}

// live tells whether messages go to the provider.
func (v *Vonage) live() bool {
	switch v.Account {
	case "live":
		return true
	case "simulator":
		return false
	}
	return v.APIKey.IsSet() || v.ApplicationID.IsSet()
}

// Check finds credentials that do not go together.
func (v *Vonage) Check(report func(property, problem string)) {
	if !v.live() {
		return
	}
	key, app := v.APIKey.IsSet(), v.ApplicationID.IsSet()
	jwt := app && v.PrivateKey.IsSet()
	switch {
	case !key && !app:
		report("apiKey", "is required: a live account needs an API key with its secret, or an application id with its private key")
	case key && !v.APISecret.IsSet() && !v.SignatureSecret.IsSet() && !jwt:
		report("apiSecret", "is required: the API key alone opens nothing")
	}
	switch {
	case v.SMSAuth == "body" && !v.APISecret.IsSet():
		report("apiSecret", "is required: it goes into the body of each request")
	case v.SMSAuth == "signature" && !v.SignatureSecret.IsSet():
		report("signatureSecret", "is required: each request is signed with it")
	}
	if _, err := uuid.Parse(v.ApplicationID.Reveal()); app && err != nil {
		report("applicationId", "is no application id, which looks like 0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d")
	}
	switch {
	case app && !v.PrivateKey.IsSet() && !(key && v.APISecret.IsSet()):
		report("privateKey", "is required: the application id alone opens nothing")
	case isPEM(v.PrivateKey.Reveal()):
		if _, err := parseKey(v.PrivateKey.Reveal()); err != nil {
			report("privateKey", err.Error())
		}
	}
	checkBase(report, "smsUrl", v.SMSURL)
	checkBase(report, "messagesUrl", v.MessagesURL)
	checkBase(report, "sandboxUrl", v.SandboxURL)
}

func checkBase(report func(property, problem string), property, base string) {
	if u, err := url.Parse(base); base != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		report(property, fmt.Sprintf("%q is not a URL such as https://api.nexmo.com", base))
	}
}

// lacks says why a node of one of the two APIs cannot use the account, or "".
func (v *Vonage) lacks(api string) string {
	basic := v.APIKey.IsSet() && v.APISecret.IsSet()
	switch {
	case !v.live() || basic:
		return ""
	case api == smsAPI && !(v.APIKey.IsSet() && v.SignatureSecret.IsSet()):
		return "this account has no API key with a secret, which the SMS API needs"
	case api == messagesAPI && !(v.ApplicationID.IsSet() && v.PrivateKey.IsSet()):
		return "this account has neither an application id with a private key nor an API key with a secret"
	}
	return ""
}

// Open gets the account ready: it reads the key and chooses where requests go.
func (v *Vonage) Open(_ context.Context, env *node.Env) error {
	g := newGateway()
	g.optOuts, g.desk = optOuts{env.Keep}, &v.desk
	if v.LoopBrake == "on" || v.LoopBrake == "" && v.live() {
		g.brake = newBrake(v.BrakeMost, v.BrakeWithin.D(), v.BrakeHold.D(), v.BrakeTotal, v.desk.isOwn)
	}
	if v.live() {
		if err := v.openLive(g, env); err != nil {
			return err
		}
	} else {
		if err := openSimulator(g, env.Simulator); err != nil {
			return err
		}
		env.Log.Info("texts go to the simulator, not to people")
	}
	v.gateway.Store(g)
	return nil
}

// sandboxRate is how many requests a second the sandbox takes.
const sandboxRate = 1

func (v *Vonage) openLive(g *gateway, env *node.Env) error {
	g.account = "live"
	g.bases[smsAPI], g.bases[messagesAPI] = strings.TrimRight(v.SMSURL, "/"), strings.TrimRight(v.MessagesURL, "/")
	g.bases[sandboxAPI] = strings.TrimRight(v.SandboxURL, "/")
	for _, base := range g.bases {
		u, err := url.Parse(base)
		if err != nil {
			return err
		}
		if env.Allow == nil {
			break
		}
		if err := env.Allow.Net(u.Hostname()); err != nil {
			return err
		}
	}
	g.key, g.secret = v.APIKey.Reveal(), v.APISecret.Reveal()
	g.basic = []string{basic(g.key, g.secret)}
	if g.smsAuth = v.SMSAuth; g.smsAuth == "" && g.secret == "" {
		g.smsAuth = "signature"
	}
	g.signatureSecret, g.signatureMethod = v.SignatureSecret.Reveal(), v.SignatureMethod
	g.turn, g.senders, g.trial = newTurn(v.Rate), &senders{perSecond: v.SenderRate}, newTurn(sandboxRate)
	if v.ApplicationID.IsSet() && v.PrivateKey.IsSet() {
		key, err := readKey(v.PrivateKey.Reveal(), env.Allow)
		if err != nil {
			return fmt.Errorf("privateKey: %w", err)
		}
		g.tokens = &tokens{application: v.ApplicationID.Reveal(), key: key}
	}
	return nil
}

func openSimulator(g *gateway, s node.Simulator) error {
	if s.URL == "" {
		return fmt.Errorf("there is no simulator here: give the account an API key and its secret")
	}
	g.account = "simulator"
	g.bases[smsAPI], g.bases[messagesAPI], g.bases[sandboxAPI] = s.URL, s.URL, s.URL
	g.key, g.secret = s.APIKey, s.APISecret
	g.basic = []string{basic(g.key, g.secret)}
	g.turn, g.trial = newTurn(0), newTurn(0)
	g.tokens = &tokens{application: s.ApplicationID}
	if s.PrivateKey == "" { // made when first needed, and then told to whoever has the secret
		g.tokens.fetch = g.fetchKey
		return nil
	}
	var err error
	g.tokens.key, err = parseKey(s.PrivateKey)
	return err
}

// Close lets connections go.
func (v *Vonage) Close() error {
	if g := v.gateway.Load(); g != nil {
		g.client.CloseIdleConnections()
	}
	return nil
}

// opened returns the gateway, or why there is none yet.
func (v *Vonage) opened() (*gateway, *failure) {
	if g := v.gateway.Load(); g != nil {
		return g, nil
	}
	return nil, &failure{code: "not_ready", text: "the account is not open: its node shows why", retryable: true}
}
