package sms

import (
	"strings"
	"testing"
)

func TestNumber(t *testing.T) {
	for _, c := range []struct{ in, want, err string }{
		{"447700900000", "447700900000", ""},
		{"+447700900000", "447700900000", ""},
		{"00447700900000", "447700900000", ""},
		{" +44 7700-900.000 ", "447700900000", ""},
		{"+44 (7700) 900000", "447700900000", ""},
		{"+44\u00a07700\u00a0900000", "447700900000", ""},
		{"1234567", "1234567", ""},
		{"123456789012345", "123456789012345", ""},
		{"84901234567", "84901234567", ""},
		{"", "", "no number"},
		{"  ", "", "no number"},
		{"07000 900 123", "", "national"},
		{"+07000900123", "", "national"},
		{"000447700900000", "", "national"},
		{"+44 (0)7700 900000", "", "(0)"},
		{"123456", "", "7 to 15 digits"},
		{"1234567890123456", "", "7 to 15 digits"},
		{"++447700900000", "", "7 to 15 digits"},
		{"8.4901234567e+10", "", "7 to 15 digits"},
		{"447700900000,447700900001", "", "7 to 15 digits"},
		{"447700900000\x00", "", "7 to 15 digits"},
		{"४४७७००९०००००", "", "7 to 15 digits"},
		{"AMAZON", "", "7 to 15 digits"},
		{"447700900001.0", "", "a result"},
		{"447700900001.50", "", "a result"},
		{" -447700900001", "", "a result"},
		{"44.77.00.90.00.01", "447700900001", ""},
		{"4477.00900001", "447700900001", ""},
		{"undefined", "", "7 to 15 digits"},
		{"[object Object]", "", "7 to 15 digits"},
		{"+", "", "7 to 15 digits"},
	} {
		got, err := Number(c.in)
		if got != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("Number(%q) = %q, %v; want %q, %q", c.in, got, err, c.want, c.err)
		}
	}
	if _, err := Number(strings.Repeat("9", 5000)); err == nil || len(err.Error()) > 200 {
		t.Errorf("a long text makes the error long: %v", err)
	}
}

func TestSender(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"447700900000", "447700900000"},
		{"+44 7700 900000", "447700900000"},
		{"00447700900000", "447700900000"},
		{"62062", "62062"},
		{"Acme", "Acme"},
		{"Acme Inc", "AcmeInc"},
		{"24h", "24h"},
		{"AcmeIncABCD", "AcmeIncABCD"},
		{"AcmeIncABCDE", ""},
		{"Ac-me", ""},
		{"Acmé", ""},
		{"", ""},
		{"  ", ""},
		{"07700900000", ""},
		{"1234567890123456", ""},
		{"12", ""},
		{"{{x}}", ""},
	} {
		got, err := Sender(c.in)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("Sender(%q) = %q, %v; want %q", c.in, got, err, c.want)
		}
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"447700900000": "4477…0000", "1234567": "…4567", "62062": "62062", "AcmeIncABCD": "AcmeIncABCD", "": "",
	} {
		if got := Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
}
