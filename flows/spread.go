package flows

import "github.com/flowrill/flowrill/engine/msg"

// spread follows a change to what stands on it: from a tab or a group to its
// nodes, from a config node to its users, from the inside of a template to the
// subflow's instances.
type spread struct {
	doc       *Document
	byZ, byG  map[string][]*Object
	instances map[string][]*Object // by template
	touched   map[string]bool
	seeds     map[string]bool
	templates map[string]bool // those already followed
	users     map[string][]*Object
}

func newSpread(d *Document) *spread {
	s := &spread{
		doc: d, byZ: map[string][]*Object{}, byG: map[string][]*Object{}, instances: map[string][]*Object{},
		touched: map[string]bool{}, seeds: map[string]bool{}, templates: map[string]bool{},
	}
	for _, o := range d.Objects() {
		if !d.Wins(o) {
			continue
		}
		if o.Z != "" {
			s.byZ[o.Z] = append(s.byZ[o.Z], o)
		}
		if o.G != "" {
			s.byG[o.G] = append(s.byG[o.G], o)
		}
		if o.Kind == Instance {
			s.instances[o.Template()] = append(s.instances[o.Template()], o)
		}
	}
	return s
}

// arrived follows an object that is new, or new in its place.
func (s *spread) arrived(n *Object) {
	switch n.Kind {
	case Tab:
		s.members(s.byZ[n.ID])
	case Subflow:
		s.members(s.byZ[n.ID])
		s.template(n.ID)
	default:
		s.touch(n, true)
	}
}

// gone follows an object that is no more, or no more in its place.
func (s *spread) gone(o *Object) {
	switch o.Kind {
	case Tab:
		s.members(s.byZ[o.ID])
	case Subflow:
		s.members(s.byZ[o.ID])
		s.template(o.ID)
	case Group:
		s.members(s.byG[o.ID])
	case Config:
		s.configUsers(o)
	}
	s.inner(o)
}

// touch marks an object of the new document as one to be made anew. A seed
// takes what it is wired to along.
func (s *spread) touch(n *Object, seed bool) {
	if seed {
		s.seeds[n.ID] = true
	}
	if s.touched[n.ID] {
		return
	}
	s.touched[n.ID] = true
	s.inner(n)
	switch n.Kind {
	case Group:
		s.members(s.byG[n.ID])
	case Config:
		s.configUsers(n)
	}
}

func (s *spread) members(objects []*Object) {
	for _, o := range objects {
		s.touch(o, false)
	}
}

// inner follows an object out of the template it is in, if it is in one.
func (s *spread) inner(o *Object) {
	if z := s.doc.Find(o.Z); z != nil && z.Kind == Subflow {
		s.template(o.Z)
	}
}

func (s *spread) template(id string) {
	if s.templates[id] {
		return
	}
	s.templates[id] = true
	for _, o := range s.instances[id] {
		s.touch(o, true)
	}
}

// configUsers follows a config node to what refers to it. A global-config that
// comes or goes is followed nowhere; one that changes restarts everything.
func (s *spread) configUsers(config *Object) {
	if isGlobalConfig(config) {
		return
	}
	if s.users == nil {
		s.findUsers()
	}
	for _, o := range s.users[config.ID] {
		s.touch(o, true)
	}
}

// findUsers notes under every text that may be a config node's id who has it:
// any property with that value is a reference (contract flow-format.md §2.5).
// Ids of objects that are no config nodes are left out; others cannot be, for
// the config node may have just been removed.
func (s *spread) findUsers() {
	s.users = map[string][]*Object{}
	named := map[string][]*Object{} // by variable: who has ${NAME} as a whole property
	for _, o := range s.doc.Objects() {
		if !s.doc.Wins(o) || o.Kind == Tab || o.Kind == Group || isGlobalConfig(o) {
			continue
		}
		for key, v := range o.Raw().All() {
			if key == "id" || key == "type" || key == "z" || key == "g" || key == "wires" {
				continue
			}
			texts(v, func(text string) {
				if ref := s.doc.Find(text); ref == nil || ref.Kind == Config {
					s.use(text, o)
				}
				if name, ok := Variable(text); ok {
					named[name] = append(named[name], o)
				}
			})
		}
	}
	for _, o := range s.doc.Objects() {
		for _, e := range EnvEntries(o.Raw()) {
			id, is := e.Value.(string)
			if !is || e.Type != "conf-type" && e.Type != "str" {
				continue
			}
			for _, user := range named[e.Name] {
				if s.sees(user, o) {
					s.use(id, user)
				}
			}
		}
	}
}

func (s *spread) use(id string, by *Object) {
	if users := s.users[id]; len(users) == 0 || users[len(users)-1] != by {
		s.users[id] = append(users, by)
	}
}

// sees tells whether a variable that by defines may be what user's ${NAME}
// stands for. It may say yes too often: what is inside a subflow can see the
// surroundings of any instance.
func (s *spread) sees(user, by *Object) bool {
	switch by.Kind {
	case Tab:
		return user.Z == by.ID || inTemplate(s.doc, user)
	case Group:
		return s.grouped(user, by.ID) || inTemplate(s.doc, user)
	}
	return true
}

// grouped tells whether o is in a group, however deep.
func (s *spread) grouped(o *Object, group string) bool {
	for range s.doc.Objects() { // bounds a ring of groups
		if o == nil || o.G == "" {
			return false
		}
		if o.G == group {
			return true
		}
		o = s.doc.Find(o.G)
	}
	return false
}

// texts calls f for every text in a value.
func texts(v any, f func(string)) {
	switch v := v.(type) {
	case string:
		f(v)
	case *msg.List:
		for _, item := range v.Items {
			texts(item, f)
		}
	case *msg.Object:
		for _, member := range v.All() {
			texts(member, f)
		}
	}
}
