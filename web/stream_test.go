package web

import (
	"slices"
	"testing"
)

func numbered(n int) []*event {
	all := make([]*event, n)
	for i := range all {
		all[i] = &event{level: int32(i + 1), data: make([]byte, 36)} // weighs 100
	}
	return all
}

func levels(batch []*event) []int {
	var n []int
	for _, e := range batch {
		n = append(n, int(e.level))
	}
	return n
}

func TestStreamForgetsTheOldest(t *testing.T) {
	for name, s := range map[string]*stream{
		"by bytes":  newStream("x", 0, 350, 1000),
		"by number": newStream("x", 0, 1<<20, 3),
	} {
		t.Run(name, func(t *testing.T) {
			for _, e := range numbered(200) {
				s.add(e)
			}
			batch, next, lost := s.read(nil, 1, 1<<20)
			if got := levels(batch); !slices.Equal(got, []int{198, 199, 200}) || next != 201 || lost != 197 {
				t.Errorf("read %v, next %d, lost %d", got, next, lost)
			}
			if got := levels(s.last(2)); !slices.Equal(got, []int{199, 200}) {
				t.Errorf("last two: %v", got)
			}
			if s.bytes != 300 {
				t.Errorf("counts %d bytes, has 300", s.bytes)
			}
		})
	}
}

func TestStreamReadsInPortions(t *testing.T) {
	s := newStream("x", 0, 1<<20, 1000)
	for _, e := range numbered(5) {
		s.add(e)
	}
	next := uint64(2)
	for _, want := range [][]int{{2, 3}, {4, 5}, nil} {
		var batch []*event
		var lost uint64
		batch, next, lost = s.read(nil, next, 200)
		if got := levels(batch); !slices.Equal(got, want) || lost != 0 {
			t.Errorf("read %v (lost %d), want %v", got, lost, want)
		}
	}
	if batch, _, _ := s.read(nil, 1, 1); len(batch) != 1 {
		t.Errorf("a portion has at least one event; got %d", len(batch))
	}
	s.clear()
	if batch, next, lost := s.read(nil, 4, 1000); batch != nil || next != 6 || lost != 2 {
		t.Errorf("after clear: %d events, next %d, lost %d", len(batch), next, lost)
	}
	s.add(&event{level: 6})
	if batch, _, _ := s.read(nil, 6, 1000); !slices.Equal(levels(batch), []int{6}) {
		t.Errorf("numbers go on after clear, read %v", levels(batch))
	}
}
