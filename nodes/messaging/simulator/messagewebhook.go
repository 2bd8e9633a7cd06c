package simulator

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"strconv"
	"time"
)

// inboundMessage is the body of a webhook of the Messages API, v1 or v0.1
// (vonage.md §5.1, §5.3).
func (s *Simulator) inboundMessage(m InboundMessage, now time.Time) []byte {
	channel, kind := or(m.Channel, "sms"), or(m.Type, "text")
	content := map[string]any{}
	if m.Text != nil {
		content["text"] = *m.Text
	}
	maps.Copy(content, m.Content)
	id, from, to := or(m.MessageID, uuid()), or(m.MSISDN, or(m.From, person)), or(m.To, own)
	var body map[string]any
	if m.API == "messages-v0.1" {
		content["type"] = kind
		body = map[string]any{
			"message_uuid": id, "timestamp": stamp(now), "to": legacyAddress(channel, to, true), "from": legacyAddress(channel, from, false),
			"message": map[string]any{"content": content},
		}
	} else {
		body = map[string]any{
			"channel": channel, "message_uuid": id, "to": to, "from": from, "timestamp": stamp(now), "message_type": kind,
		}
		maps.Copy(body, content)
		if channel == "sms" {
			body["sms"] = map[string]any{"num_messages": "1"}
		}
	}
	return encodeBody(body)
}

// statusBody is the body of a status of the Messages API (§5.2, §5.3).
func statusBody(e Entry, status, code string, legacy bool, now time.Time) []byte {
	body := map[string]any{"message_uuid": e.ID, "timestamp": stamp(now), "status": status}
	if e.ClientRef != "" {
		body["client_ref"] = e.ClientRef
	}
	if legacy {
		body["to"], body["from"] = legacyAddress(e.Channel, e.To, false), legacyAddress(e.Channel, e.From, true)
		if code != "" {
			n, _ := json.Number(code).Int64()
			body["error"] = map[string]any{"code": n, "reason": messagesReason(code)}
		}
		if e.until != "" {
			body["_links"] = map[string]any{"workflow": map[string]any{"dispatch_uuid": e.Workflow}}
		}
		return encodeBody(body)
	}
	body["to"], body["from"], body["channel"] = e.To, e.From, e.Channel
	body["usage"] = map[string]any{"currency": "EUR", "price": "0.0333"}
	if code != "" {
		body["error"] = map[string]any{"type": errorsPage + code, "title": code, "detail": messagesReason(code), "instance": uuid()}
	}
	if e.Workflow != "" {
		body["workflow"] = map[string]any{"workflow_id": e.Workflow, "items_number": strconv.Itoa(e.Item), "items_total": strconv.Itoa(e.Items)}
	}
	return encodeBody(body)
}

func messagesReason(code string) string {
	if code == "1240" {
		return "The recipient has opted out."
	}
	return "This is a fault of the simulator."
}

func legacyAddress(channel, who string, business bool) map[string]any {
	kind, key := channel, "number"
	if channel == "viber_service" {
		kind = "viber_service_msg"
	}
	if channel == "messenger" || business && channel == "viber_service" {
		key = "id"
	}
	return map[string]any{"type": kind, key: who}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func encodeBody(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // maps of texts always can be
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// token signs a body as the Messages API signs its webhooks (§5.4).
func (s *Simulator) token(body []byte, now time.Time) string {
	sum := sha256.Sum256(body)
	part := func(v any) string { return base64.RawURLEncoding.EncodeToString(encodeBody(v)) }
	signed := part(map[string]any{"alg": "HS256", "typ": "JWT"}) + "." + part(map[string]any{
		"iat": now.Unix(), "jti": uuid(), "iss": "Vonage", "payload_hash": hex.EncodeToString(sum[:]),
		"api_key": s.account.APIKey, "application_id": s.account.ApplicationID,
	})
	mac := hmac.New(sha256.New, []byte(s.account.SignatureSecret))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
