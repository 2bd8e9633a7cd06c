package messaging

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// OptOutGate keeps to what people said with STOP and START.
type OptOutGate struct {
	For        string        `prop:"for" label:"For" enum:"arriving=messages that arrive,leaving=messages that are about to be sent" default:"arriving"`
	Peer       node.Template `prop:"peer" label:"Person" default:"<<msg.peer ?? msg.payload.msisdn>>" required:"true"`
	Own        node.Template `prop:"own" label:"Our number" default:"<<msg.own ?? msg.payload.to>>"`
	Text       node.Template `prop:"text" label:"Text" default:"<<msg.text ?? msg.payload.text>>" when:"for == 'arriving'"`
	StopReply  node.Template `prop:"stopReply" label:"Answer to STOP" widget:"sms" initial:"You will get no more texts from us. Text START to get them again." when:"for == 'arriving'" help:"Once, to the first STOP. Empty: none, as where the provider answers by itself."`
	StartReply node.Template `prop:"startReply" label:"Answer to START" widget:"sms" when:"for == 'arriving'" help:"Empty: none."`
	HelpReply  node.Template `prop:"helpReply" label:"Answer to HELP" widget:"sms" when:"for == 'arriving'" help:"Empty: HELP goes on like any text."`
	Stop       string        `prop:"stop" label:"Words that stop" default:"STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT" advanced:"true" when:"for == 'arriving'" help:"The whole text must be one of them; small or capital letters and punctuation do not matter. Add ARRET, BAJA, STOPP as your languages need."`
	Start      string        `prop:"start" label:"Words that start again" default:"START, UNSTOP, YES" advanced:"true" when:"for == 'arriving'" help:"They count only for who has opted out."`
	Help       string        `prop:"help" label:"Words for help" default:"HELP, INFO" advanced:"true" when:"for == 'arriving'"`

	list              optOuts
	stop, start, help map[string]bool
}

func init() {
	node.Register[OptOutGate](node.Type{
		Name: "opt-out", Category: "messaging", Icon: "ban", Outputs: []string{"go on", "answer", "opted out"},
		Help: "Keeps to what people said with STOP and START.\n\n" +
			"Wire it right behind *inbound-message*: what people may be answered goes on; `msg.reply` of the second output is to be sent to them; " +
			"the third has each STOP, and what opted-out people write. Or wire it before a send node, for messages about to be sent.\n\n" +
			"Who has opted out is kept for each of our numbers, by all flows together and over restarts; " +
			"the send nodes refuse to text them, whatever the flow does. " +
			"Receipts that say so (err-code 9, error 1240) count, too: wire the second output of *inbound-message* here; other receipts end here.\n\n" +
			"The list is in the main menu of the editor, *Opted-out people*, and at `/admin/opt-outs`. Who was put on it by hand for all numbers stays on it.",
	})
}

// Open gets the list.
func (g *OptOutGate) Open(_ context.Context, env *node.Env) error {
	g.list = optOuts{env.Keep}
	g.stop, g.start, g.help = words(g.Stop), words(g.Start), words(g.Help)
	return nil
}

func words(list string) map[string]bool {
	all := map[string]bool{}
	for w := range strings.SplitSeq(list, ",") {
		if w = wholeWord(w); w != "" {
			all[w] = true
		}
	}
	return all
}

// wholeWord is a text without what people put around a word: white space,
// punctuation, signs that nobody sees. "don't stop" stays two words.
func wholeWord(text string) string {
	text = strings.TrimFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.ToUpper(text)
}

// Receive lets a message go on, or not.
func (g *OptOutGate) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	v := node.On(m)
	peer, own := v.Text(g.Peer), v.Text(g.Own)
	if v.Err() != nil {
		return v.Err()
	}
	if m.Get("receipt") == true {
		return g.receipt(m, own, peer, out)
	}
	word := ""
	if g.For == "arriving" {
		word = wholeWord(v.Text(g.Text))
	}
	if g.stop[word] {
		first, err := g.list.add(own, peer, word)
		if err != nil {
			return err
		}
		note(m, "stop")
		out.Status(node.Status{Fill: "yellow", Shape: "dot", Text: "opted out " + sms.Mask(peer)})
		if first && g.StopReply.IsSet() {
			if err := g.list.allowOne(own, peer); err != nil {
				return err
			}
		}
		return g.answer(m, out, first, g.StopReply, true)
	}
	has, err := g.list.has(own, peer)
	if err == nil && has && g.help[word] {
		err = g.list.allowOne(own, peer)
	}
	if err != nil {
		return fmt.Errorf("held back, for the list of opt-outs cannot be read: %w", err)
	}
	switch {
	case g.help[word] && g.HelpReply.IsSet():
		note(m, "help")
		return g.answer(m, out, true, g.HelpReply, false)
	case !has || g.help[word]:
		out.SendTo(m, 0)
		return nil
	case g.start[word]:
		if _, err := g.list.remove(own, peer); err != nil {
			return err
		}
		if still, err := g.list.has(own, peer); err != nil {
			return err
		} else if still {
			break // somebody put them on the list for all our numbers
		}
		note(m, "start")
		out.Status(node.Status{Fill: "green", Shape: "dot", Text: "opted in " + sms.Mask(peer)})
		return g.answer(m, out, true, g.StartReply, false)
	}
	out.Status(node.Status{Fill: "grey", Shape: "ring", Text: "held back, opted out " + sms.Mask(peer)})
	out.SendTo(m, 2)
	return nil
}

// answer sends through the second output if there is something to say, and
// through the third if somebody has just opted out.
func (g *OptOutGate) answer(m *msg.Object, out node.Out, due bool, reply node.Template, stopped bool) error {
	ports := []int{}
	if due && reply.IsSet() {
		v := node.On(m)
		text := v.Text(reply)
		if v.Err() != nil {
			return v.Err()
		}
		if strings.TrimSpace(text) != "" {
			m.Set("reply", text)
			ports = append(ports, 1)
		}
	}
	if stopped {
		ports = append(ports, 2)
	}
	out.SendTo(m, ports...)
	return nil
}

// receipt notes those of people who have opted out at their carrier.
func (g *OptOutGate) receipt(m *msg.Object, own, peer string, out node.Out) error {
	if !optedOut(word(m, "api"), word(m, "code")) {
		return nil
	}
	if _, err := g.list.add(own, peer, "receipt "+word(m, "code")); err != nil {
		return err
	}
	out.Status(node.Status{Fill: "yellow", Shape: "dot", Text: "opted out " + sms.Mask(peer)})
	out.SendTo(m, 2)
	return nil
}

// note tells what a message did: msg.optOut.
func note(m *msg.Object, change string) { m.Set("optOut", msg.Of("change", change)) }
