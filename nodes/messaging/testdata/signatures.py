# Makes signatures.json: webhooks signed with Python's hmac and hashlib, which
# know nothing of the Go code they check (contract vonage.md §1.2, §5.4).
import base64, hashlib, hmac, json

secret = "signature secret of the tests"
now = 1767225600  # 2026-01-01T00:00:00Z


def sig(params, method):
    text = "".join("&%s=%s" % (k, params[k].replace("&", "_").replace("=", "_")) for k in sorted(params))
    if method == "md5hash":
        return hashlib.md5((text + secret).encode()).hexdigest()
    return hmac.new(secret.encode(), text.encode(), getattr(hashlib, method)).hexdigest()


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(body, header=None, key=secret, **claims):
    head = header or {"alg": "HS256", "typ": "JWT"}
    c = {"iat": now, "jti": "c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5", "iss": "Vonage", "api_key": "abcd1234",
         "payload_hash": hashlib.sha256(body.encode()).hexdigest()}
    c.update(claims)
    signed = b64(json.dumps(head).encode()) + "." + b64(json.dumps({k: v for k, v in c.items() if v is not None}).encode())
    return signed + "." + b64(hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest())


params = {"msisdn": "447700900001", "to": "447700900000", "messageId": "0B00000000001", "text": "R&D = ü 😀", "type": "unicode",
          "keyword": "R&D", "api-key": "abcd1234", "message-timestamp": "2026-01-01 00:00:00", "timestamp": str(now),
          "nonce": "b1d2", "empty": ""}
body = '{"channel":"sms", "message_uuid":"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab","to":"447700900000","from":"447700900001",' \
       '"timestamp":"2026-01-01T00:00:00Z","message_type":"text","text":"héllo \\u263a"}'
out = {
    "secret": secret, "now": now, "params": params,
    "sigs": {m: sig(params, m) for m in ("md5hash", "md5", "sha1", "sha256", "sha512")},
    "body": body,
    "tokens": {
        "right": token(body),
        "other body": token(body + " "),
        "other secret": token(body, key="another"),
        "alg none": token(body, header={"alg": "none"}),
        "alg RS256": token(body, header={"alg": "RS256"}),
        "alg HS512": token(body, header={"alg": "HS512"}),
        "other issuer": token(body, iss="Nexmo"),
        "no issuer": token(body, iss=None),
        "other account": token(body, api_key="ffff0000"),
        "no account": token(body, api_key=None),
        "no hash": token(body, payload_hash=None),
        "no iat": token(body, iat=None),
        "301 s old": token(body, iat=now - 301),
        "301 s ahead": token(body, iat=now + 301),
        "299 s old": token(body, iat=now - 299),
        "unsigned": token(body).rsplit(".", 1)[0] + ".",
    },
}
print(json.dumps(out, indent=1, ensure_ascii=False))
