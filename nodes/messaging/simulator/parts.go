package simulator

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// asParts cuts a long text as a phone does, so that each part is a webhook of
// its own (vonage.md §1.6, §1.7). A short text is one message.
func (s *Simulator) asParts(m InboundMessage) []InboundMessage {
	if m.Text == nil || m.API != "" && m.API != "sms" {
		return []InboundMessage{m}
	}
	unicode := !sms.IsGSM7(*m.Text)
	if sms.Parts(*m.Text, unicode) < 2 {
		return []InboundMessage{m}
	}
	texts := cutText(*m.Text, unicode)
	ref := or(m.ConcatRef, strconv.Itoa(rand.IntN(256)))
	parts := make([]InboundMessage, len(texts))
	for i := range texts {
		parts[i] = m
		parts[i].Text, parts[i].MessageID = &texts[i], ""
		if m.MessageID != "" {
			parts[i].MessageID = m.MessageID + "-" + strconv.Itoa(i+1)
		}
		parts[i].ConcatRef, parts[i].ConcatPart, parts[i].ConcatTotal = ref, strconv.Itoa(i+1), strconv.Itoa(len(texts))
	}
	return parts
}

func cutText(text string, unicode bool) []string {
	limit, size := 153, func(r rune) int { return 1 + strings.Count("|^€{}[]~\\\f", string(r)) }
	if unicode {
		limit, size = 67, func(r rune) int { return len(utf16.Encode([]rune{r})) }
	}
	var texts []string
	var b strings.Builder
	used := 0
	for _, r := range text {
		n := size(r)
		if used+n > limit {
			texts = append(texts, b.String())
			b.Reset()
			used = 0
		}
		b.WriteRune(r)
		used += n
	}
	return append(texts, b.String())
}
