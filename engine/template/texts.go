package template

import (
	"encoding/base64"
	"regexp"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

func upper(r *run, s string) (any, error) { return strings.ToUpper(s), r.made(len(s)) }
func lower(r *run, s string) (any, error) { return strings.ToLower(s), r.made(len(s)) }

func trim(r *run, a []any) (any, error) {
	s, err := r.texts(a)
	if err != nil {
		return nil, err
	}
	if len(s) == 2 {
		return strings.Trim(s[0], s[1]), nil
	}
	return strings.TrimSpace(s[0]), nil
}

func trimPrefix(r *run, a []any) (any, error) { return r.cut(a, strings.TrimPrefix) }
func trimSuffix(r *run, a []any) (any, error) { return r.cut(a, strings.TrimSuffix) }

func (r *run) cut(a []any, f func(s, affix string) string) (any, error) {
	s, err := r.texts(a)
	if err != nil {
		return nil, err
	}
	return f(s[0], append(s, " ")[1]), nil
}

func split(r *run, a []any) (any, error)      { return r.parts("split", a, strings.SplitN) }
func splitAfter(r *run, a []any) (any, error) { return r.parts("splitAfter", a, strings.SplitAfterN) }

func (r *run) parts(name string, a []any, f func(s, sep string, n int) []string) (any, error) {
	s, err := r.texts(a[:2])
	if err != nil {
		return nil, err
	}
	n := -1
	if len(a) == 3 {
		if n, err = whole(name, a[2]); err != nil {
			return nil, err
		}
	}
	if err := r.spend(strings.Count(s[0], s[1])); err != nil {
		return nil, err
	}
	l := []any{}
	for _, part := range f(s[0], s[1], n) {
		l = append(l, part)
	}
	return l, nil
}

func join(r *run, a []any) (any, error) {
	in, err := r.items(a[0])
	if err != nil {
		return nil, err
	}
	glue := ""
	if len(a) == 2 {
		if glue, err = r.text(a[1]); err != nil {
			return nil, err
		}
	}
	var b strings.Builder
	for i, v := range in {
		s, err := r.text(v)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteString(glue)
		}
		b.WriteString(s)
		if b.Len() > maxText {
			break
		}
	}
	return b.String(), r.made(b.Len())
}

func replace(r *run, a []any) (any, error) {
	s, err := r.texts(a[:3])
	if err != nil {
		return nil, err
	}
	times := strings.Count(s[0], s[1])
	if len(a) == 4 {
		n, err := whole("replace", a[3])
		if err != nil {
			return nil, err
		}
		if n >= 0 {
			times = min(times, n)
		}
	}
	if err := r.made(len(s[0]) + times*max(0, len(s[2])-len(s[1]))); err != nil {
		return nil, err
	}
	return strings.Replace(s[0], s[1], s[2], times), nil
}

func repeat(r *run, a []any) (any, error) {
	s, err := r.text(a[0])
	if err != nil {
		return nil, err
	}
	n, err := whole("repeat", a[1])
	if err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, errorf("repeat cannot repeat %d times", n)
	}
	if len(s) == 0 {
		return "", nil
	}
	if n > maxText/len(s) {
		return nil, r.made(maxText + 1)
	}
	return strings.Repeat(s, n), r.made(n * len(s))
}

func indexOf(r *run, a []any) (any, error)     { return r.index(a, strings.Index) }
func lastIndexOf(r *run, a []any) (any, error) { return r.index(a, strings.LastIndex) }

// index counts as .length and [from:to] do.
func (r *run) index(a []any, f func(s, part string) int) (any, error) {
	s, err := r.texts(a)
	if err != nil {
		return nil, err
	}
	i := f(s[0], s[1])
	if i < 0 {
		return -1.0, nil
	}
	return float64(msg.UTF16Len(s[0][:i])), nil
}

func hasPrefix(r *run, a []any) (any, error) { return r.test(a, strings.HasPrefix) }
func hasSuffix(r *run, a []any) (any, error) { return r.test(a, strings.HasSuffix) }

func (r *run) test(a []any, f func(s, part string) bool) (any, error) {
	s, err := r.texts(a)
	if err != nil {
		return nil, err
	}
	return f(s[0], s[1]), r.spend(len(s[0]) / 16)
}

// contains looks for a part of a text or an element of a list.
func contains(r *run, a []any) (any, error) {
	if kind(a[0]) == "a list" {
		return in(r, []any{a[1], a[0]})
	}
	return r.test(a, strings.Contains)
}

func matches(r *run, a []any) (any, error) {
	s, err := r.text(a[0])
	if err != nil {
		return nil, err
	}
	re, ok := a[1].(*regexp.Regexp)
	if !ok {
		pattern, err := r.text(a[1])
		if err != nil {
			return nil, err
		}
		if err := r.spend(100 + 5*len(pattern)); err != nil {
			return nil, err
		}
		if re, err = regexp.Compile(pattern); err != nil {
			return nil, err
		}
	}
	return re.MatchString(s), r.spend(len(s) * (1 + len(re.String())/16))
}

func toJSON(r *run, a []any) (any, error) {
	v, err := r.value(a[0])
	if err != nil {
		return nil, err
	}
	if err := r.weigh(v, 0); err != nil {
		return nil, err
	}
	b := msg.Encode(v)
	return string(b), r.made(len(b))
}

func fromJSON(r *run, s string) (any, error) {
	if err := r.made(len(s)); err != nil {
		return nil, err
	}
	return msg.Decode([]byte(s))
}

func toBase64(r *run, a []any) (any, error) {
	b, ok := a[0].([]byte)
	if !ok {
		s, err := r.text(a[0])
		if err != nil {
			return nil, err
		}
		b = []byte(s)
	}
	s := base64.StdEncoding.EncodeToString(b)
	return s, r.made(len(s))
}

func fromBase64(r *run, s string) (any, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, errorf("%s is no base64 text", kind(s))
	}
	return msg.Text(b), r.made(len(b))
}

func literalBytes(_ *run, a []any) (any, error) { return []byte(a[0].(string)), nil }
