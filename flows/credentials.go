package flows

import (
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// unchanged is what an editor sends for a secret it was never told.
const unchanged = "__PWRD__"

// BaseCredentials is the member "credentials" that came with {"flows": …}, nil
// if there was none: an object by id, or {"$": "…"} as Node-RED encrypts it,
// whose key is not known here.
func (d *Document) BaseCredentials() any { return d.envelope.Get("credentials") }

// TakeCredentials moves the members "credentials" out of the objects, and out
// of {"flows": …, "credentials": …}, and returns them by id for
// MergeCredentials. What is wholly ${NAME} is no secret and stays with its
// object. An object whose credentials were taken counts as changed (contract
// flow-format.md §6.2).
func (d *Document) TakeCredentials() map[string]*msg.Object {
	taken := d.takeBase()
	for i, o := range d.objects {
		v, has := o.Raw().Lookup("credentials")
		if !has {
			continue
		}
		sent, is := v.(*msg.Object)
		variables, secrets := partCredentials(sent)
		if secrets.Len() == 0 && variables.Len() > 0 {
			continue
		}
		if is && d.Wins(o) {
			taken[o.ID] = joined(taken[o.ID], secrets)
		}
		d.objects[i] = o.withCredentials(variables)
	}
	d.rev.Store(nil)
	return taken
}

// takeBase is TakeCredentials for those beside the objects.
func (d *Document) takeBase() map[string]*msg.Object {
	taken := map[string]*msg.Object{}
	all, _ := d.BaseCredentials().(*msg.Object)
	if _, encrypted := all.Get("$").(string); all == nil || encrypted {
		return taken
	}
	d.envelope = d.envelope.Clone()
	d.envelope.Delete("credentials")
	for id, v := range all.All() {
		sent, _ := v.(*msg.Object)
		variables, secrets := partCredentials(sent)
		if secrets.Len() > 0 {
			taken[id] = secrets
		}
		if i, ok := d.index[id]; ok {
			own, _ := d.objects[i].Raw().Get("credentials").(*msg.Object)
			d.objects[i] = d.objects[i].withCredentials(joined(variables, own))
		}
	}
	return taken
}

// partCredentials parts the variables from the secrets.
func partCredentials(sent *msg.Object) (variables, secrets *msg.Object) {
	variables, secrets = msg.NewObject(0), msg.NewObject(sent.Len())
	for key, v := range sent.All() {
		if isVariable(v) {
			variables.Set(key, v)
		} else {
			secrets.Set(key, v)
		}
	}
	return variables, secrets
}

// withCredentials is a copy of o with just these credentials.
func (o *Object) withCredentials(c *msg.Object) *Object {
	n, raw := *o, o.Raw().Clone()
	if c.Len() > 0 {
		raw.Set("credentials", c)
	} else {
		raw.Delete("credentials")
	}
	n.credited, n.entry = true, newEntry(raw)
	return &n
}

// joined is a with the members of b.
func joined(a, b *msg.Object) *msg.Object {
	all := msg.NewObject(a.Len() + b.Len())
	for _, o := range []*msg.Object{a, b} {
		for key, v := range o.All() {
			all.Set(key, v)
		}
	}
	return all
}

// MergeCredentials is the credentials to store after a deploy of d, from those
// stored before and those TakeCredentials took (contract flow-format.md §6.2):
// what is not sent or sent as "__PWRD__" is kept, what is sent blank is
// removed, the rest is stored. What d writes as ${NAME}, and what belongs to
// an object that d does not have, goes. Neither map is changed.
func MergeCredentials(stored, inbound map[string]*msg.Object, d *Document) map[string]*msg.Object {
	all := make(map[string]*msg.Object, len(stored)+len(inbound))
	for _, o := range d.Objects() {
		if !d.Wins(o) {
			continue
		}
		have, sent := stored[o.ID], inbound[o.ID]
		if have == nil && sent == nil {
			continue
		}
		if c := mergeCredentials(o, have, sent); c.Len() > 0 {
			all[o.ID] = c
		}
	}
	return all
}

func mergeCredentials(o *Object, have, sent *msg.Object) *msg.Object {
	c := have.Clone()
	if c == nil || sent != nil && (o.Kind == Instance || o.Kind == Subflow) {
		c = msg.NewObject(sent.Len())
	}
	for key, v := range sent.All() {
		text, is := v.(string)
		switch {
		case text == unchanged:
			if have.Has(key) {
				c.Set(key, have.Get(key))
			}
		case v == nil, is && strings.TrimSpace(text) == "":
			c.Delete(key)
		default:
			c.Set(key, keepUnchanged(v, have.Get(key)))
		}
	}
	written, _ := o.Raw().Get("credentials").(*msg.Object)
	for key, v := range written.All() {
		if isVariable(v) {
			c.Delete(key)
		}
	}
	return c
}

// keepUnchanged fills in the secrets that are sent as "__PWRD__" inside an
// object, such as the map of a global-config.
func keepUnchanged(v, have any) any {
	sent, is := v.(*msg.Object)
	if !is {
		return v
	}
	was, _ := have.(*msg.Object)
	c := msg.NewObject(sent.Len())
	for key, v := range sent.All() {
		if v != unchanged {
			c.Set(key, v)
		} else if was.Has(key) {
			c.Set(key, was.Get(key))
		}
	}
	return c
}

// credited tells whether credentials came with o, which marks it changed even
// if they are the old ones. A credential written ${NAME} is no secret but an
// ordinary property.
func credited(o *Object) bool {
	if o.credited {
		return true
	}
	c, is := o.Raw().Get("credentials").(*msg.Object)
	if !is {
		return false
	}
	for _, v := range c.All() {
		if !isVariable(v) {
			return true
		}
	}
	return c.Len() == 0
}

func isVariable(v any) bool {
	text, is := v.(string)
	if !is {
		return false
	}
	_, is = Variable(text)
	return is
}
