package simulator

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestDocumented: docs/simulator.md names every member of every request.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../../../docs/simulator.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for _, word := range strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune("`\"{}:,|() ", r) }) {
		documented[word] = true
	}
	for _, request := range []any{InboundMessage{}, StopRequest{}, ReceiptRequest{}, Delivery{}, Fault{}, ClockRequest{}} {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(request)) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name != "" && !documented[name] {
				t.Errorf("%T: %s is not documented", request, name)
			}
		}
	}
	for _, kind := range append(faultKinds, "inbound", "stop", "receipt", "deliveries", "faults", "clock", "outbox", "phones") {
		if !documented[kind] && !strings.Contains(string(text), "/"+kind+"`") && !strings.Contains(string(text), "/"+kind+" ") {
			t.Errorf("%s is not documented", kind)
		}
	}
}
