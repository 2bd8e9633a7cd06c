package msg

import "hash/maphash"

// index finds a key in an object of many members: open addressing, a power
// of two of slots, at most three quarters full. A slot holds 32 bits of the
// key's hash and, in the low half, the member's position plus one; 0 is free.
type index []uint64

var hashSeed = maphash.MakeSeed()

func hash32(key string) uint32 { return uint32(maphash.String(hashSeed, key) >> 32) }

// makeIndex has room for n members and half as many again.
func makeIndex(n int) index {
	size := 4 * indexAbove
	for size < 2*n {
		size *= 2
	}
	return make(index, size)
}

// newIndex indexes members whose keys differ.
func newIndex(members []member) index {
	x := makeIndex(len(members))
	for i := range members {
		x.add(hash32(members[i].key), i)
	}
	return x
}

func (x index) find(members []member, key string) int {
	return x.look(members, key, hash32(key))
}

// look is find for a key whose hash is known.
func (x index) look(members []member, key string, hash uint32) int {
	mask := uint32(len(x) - 1)
	for s := hash & mask; x[s] != 0; s = (s + 1) & mask {
		if uint32(x[s]>>32) == hash {
			if i := int(uint32(x[s])) - 1; members[i].key == key {
				return i
			}
		}
	}
	return -1
}

func (x index) add(hash uint32, at int) {
	mask := uint32(len(x) - 1)
	s := hash & mask
	for x[s] != 0 {
		s = (s + 1) & mask
	}
	x[s] = uint64(hash)<<32 | uint64(at+1)
}

// insert takes up members[at], which has just been put there.
func (x *index) insert(members []member, at int) {
	if 4*len(members) > 3*len(*x) {
		*x = newIndex(members)
		return
	}
	if at < len(members)-1 {
		x.move(at, 1)
	}
	x.add(hash32(members[at].key), at)
}

// remove forgets members[at], which is about to go.
func (x index) remove(members []member, at int) {
	hash, mask := hash32(members[at].key), uint32(len(x)-1)
	gap := hash & mask
	for int(uint32(x[gap])) != at+1 {
		gap = (gap + 1) & mask
	}
	// Close the gap with those behind it that do not stand at home.
	for s := (gap + 1) & mask; x[s] != 0; s = (s + 1) & mask {
		home := uint32(x[s]>>32) & mask
		if (s-home)&mask >= (s-gap)&mask {
			x[gap], gap = x[s], s
		}
	}
	x[gap] = 0
	if at < len(members)-1 {
		x.move(at, -1)
	}
}

// move shifts the positions from at on by one place.
func (x index) move(at, by int) {
	for s, v := range x {
		if int(uint32(v)) > at {
			x[s] = uint64(int64(v) + int64(by))
		}
	}
}
