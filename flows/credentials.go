package flows

import (
	"errors"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// unchanged is what an editor sends for a secret it was never told.
const unchanged = "__PWRD__"

// ErrSealed is the refusal of credentials that Node-RED encrypted: its key is
// not known here.
var ErrSealed = errors.New("Failed to decrypt credentials")

// TakeCredentials moves the members "credentials" out of the objects and
// returns them by id, for MergeCredentials. What is wholly ${NAME} is no
// secret and stays. An object they came with counts as changed (contract
// flow-format.md §6.2).
func (d *Document) TakeCredentials() map[string]*msg.Object {
	taken := map[string]*msg.Object{}
	for i, o := range d.objects {
		if !o.Raw.Has("credentials") {
			continue
		}
		sent, is := o.Raw.Get("credentials").(*msg.Object)
		stay, secrets := partCredentials(sent)
		if secrets.Len() == 0 && stay.Len() > 0 {
			continue
		}
		if is && d.Wins(o) {
			taken[o.ID] = secrets
		}
		d.objects[i] = o.withCredentials(stay)
	}
	d.rev.Store(nil)
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
	n := *o
	n.credited, n.Raw = true, o.Raw.Clone()
	if c.Len() > 0 {
		n.Raw.Set("credentials", c)
	} else {
		n.Raw.Delete("credentials")
	}
	return &n
}

// TakeSentCredentials moves the member "credentials" out of a document that
// came as {"flows": …, "credentials": …} and returns what ReplaceCredentials
// wants, nil if there is none. What is wholly ${NAME} moves to the objects.
// Credentials encrypted by Node-RED are ErrSealed.
func (d *Document) TakeSentCredentials() (map[string]*msg.Object, error) {
	all, _ := d.envelope.Get("credentials").(*msg.Object)
	if all == nil {
		return nil, nil
	}
	if _, sealed := all.Get("$").(string); sealed && all.Len() == 1 {
		return nil, ErrSealed
	}
	d.envelope = d.envelope.Clone()
	d.envelope.Delete("credentials")
	taken := make(map[string]*msg.Object, all.Len())
	for id, v := range all.All() {
		sent, is := v.(*msg.Object)
		if !is {
			continue
		}
		stay, secrets := partCredentials(sent)
		taken[id] = secrets
		if i, ok := d.index[id]; ok {
			own, _ := d.objects[i].Raw.Get("credentials").(*msg.Object)
			d.objects[i] = d.objects[i].withCredentials(joined(own, stay))
		}
	}
	d.rev.Store(nil)
	return taken, nil
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

// ReplaceCredentials is the stored credentials with those of the sent ids
// replaced as a whole (contract flow-format.md §7). Ids the flows do not have
// are kept until MergeCredentials cleans up.
func ReplaceCredentials(stored, sent map[string]*msg.Object) map[string]*msg.Object {
	all := make(map[string]*msg.Object, len(stored)+len(sent))
	for _, from := range []map[string]*msg.Object{stored, sent} {
		for id, c := range from {
			all[id] = c
		}
	}
	for id, c := range all {
		if c.Len() == 0 {
			delete(all, id)
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
	written, _ := o.Raw.Get("credentials").(*msg.Object)
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
	c, is := o.Raw.Get("credentials").(*msg.Object)
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
