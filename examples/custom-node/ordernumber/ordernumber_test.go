package ordernumber

import (
	"slices"
	"testing"

	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestOrderNumber(t *testing.T) {
	for _, c := range []struct{ name, config, in, want string }{
		{"as printed", `{}`, `{"payload":{"text":"AB-12345"}}`, `[[{"payload":{"text":"AB-12345"},"order":"AB-12345"}],[]]`},
		{"as people write", `{}`, `{"payload":{"text":"where is ab 12345?"}}`, `[[{"payload":{"text":"where is ab 12345?"},"order":"AB-12345"}],[]]`},
		{"too short", `{}`, `{"payload":{"text":"AB 123"}}`, `[[],[{"payload":{"text":"AB 123"}}]]`},
		{"no text at all", `{}`, `{}`, `[[],[{}]]`},
		{"another prefix and place", `{"prefix":"x","digits":"2","text":"<<msg.topic>>"}`, `{"topic":"AB-12345 and X-77"}`, `[[{"topic":"AB-12345 and X-77","order":"X-77"}],[]]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			sent, err := nodetest.Run(t, "order-number", c.config, c.in)
			if err != nil {
				t.Fatal(err)
			}
			sent.Want(t, c.want)
		})
	}
}

func TestOrderNumberConfiguration(t *testing.T) {
	got := nodetest.Check(t, "order-number", `{"prefix":"A1","digits":0,"text":"<<msg.payload"}`)
	slices.Sort(got)
	if len(got) != 3 || got[0] != "digits: should be 1 to 20" || got[1] != "prefix: should be letters, such as AB" || got[2][:6] != "text: " {
		t.Errorf("problems %q", got)
	}
}

func TestEveryType(t *testing.T) { nodetest.Every(t) }
