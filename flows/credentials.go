package flows

import "github.com/flowrill/flowrill/engine/msg"

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
	return false
}

func isVariable(v any) bool {
	text, is := v.(string)
	if !is {
		return false
	}
	_, is = Variable(text)
	return is
}
