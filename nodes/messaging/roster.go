package messaging

import "time"

// roster remembers something about each of many people, the people who matter
// now: who has been quiet is forgotten, and when all places are taken there is
// none for somebody new. It has no lock of its own.
type roster[T any] struct {
	most  int // places
	begin func() T
	quiet func(T, time.Time) bool // nothing is lost by forgetting it

	of    map[string]T
	swept time.Time
}

// get returns what is remembered of somebody, from now on also of somebody
// new; ok is false if there is no place.
func (r *roster[T]) get(who string, now time.Time) (it T, ok bool) {
	if it, ok = r.of[who]; ok {
		return it, true
	}
	r.sweep(now)
	if len(r.of) >= r.most {
		return it, false
	}
	if r.of == nil {
		r.of = map[string]T{}
	}
	it = r.begin()
	r.of[who] = it
	return it, true
}

// sweep forgets who has been quiet, once a minute, and once a second when
// places are short.
func (r *roster[T]) sweep(now time.Time) {
	pause := time.Minute
	if len(r.of) >= r.most {
		pause = time.Second
	}
	if now.Sub(r.swept) < pause {
		return
	}
	r.swept = now
	for who, it := range r.of {
		if r.quiet(it, now) {
			delete(r.of, who)
		}
	}
}
