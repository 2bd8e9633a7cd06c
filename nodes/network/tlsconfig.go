package network

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// maxCertificate is how much of a certificate's file is read: more is an error.
const maxCertificate = 1 << 20

// TLSConfig says with which certificate a node shows itself, and whom it
// believes (contract nodes.md, network).
type TLSConfig struct {
	From       string      `prop:"certType" label:"Certificates" enum:"files=PEM: files or text,pfx=PKCS #12,env=variables" default:"files"`
	Cert       string      `prop:"cert" label:"Certificate file" group:"Files" when:"certType == 'files'" help:"A path on this machine, which --allow read must cover; or give the text instead."`
	Key        string      `prop:"key" label:"Private key file" group:"Files" when:"certType == 'files'"`
	CA         string      `prop:"ca" label:"CA file" group:"Files" when:"certType == 'files'" help:"Who is believed instead of those whom this machine believes."`
	CertData   node.Secret `prop:"certdata" label:"Certificate" multiline:"true" group:"Text" shown:"true" when:"certType == 'files'" help:"Its text, from BEGIN to END."`
	KeyData    node.Secret `prop:"keydata" label:"Private key" multiline:"true" group:"Text" when:"certType == 'files'"`
	CAData     node.Secret `prop:"cadata" label:"CA" multiline:"true" group:"Text" shown:"true" when:"certType == 'files'"`
	P12        string      `prop:"p12" label:"PKCS #12 file" group:"Files" when:"certType == 'pfx'"`
	P12Data    node.Secret `prop:"p12data" label:"PKCS #12" multiline:"true" group:"Text" when:"certType == 'pfx'" help:"The file in base64."`
	CertVar    string      `prop:"certEnv" label:"Certificate's variable" when:"certType == 'env'" help:"The name of the variable that has the text."`
	KeyVar     string      `prop:"keyEnv" label:"Private key's variable" when:"certType == 'env'"`
	CAVar      string      `prop:"caEnv" label:"CA's variable" when:"certType == 'env'"`
	Passphrase node.Secret `prop:"passphrase" label:"Passphrase" help:"Of the private key."`
	Verify     bool        `prop:"verifyservercert" label:"Verify the server's certificate" default:"true"`
	ServerName string      `prop:"servername" label:"Server name" advanced:"true" help:"The name that the server's certificate is for, if it is not its address."`
	ALPN       string      `prop:"alpnprotocol" label:"ALPN protocol" advanced:"true"`
	CertName   string      `prop:"certname" widget:"hidden" label:"Certificate's file name" advanced:"true" help:"What an uploaded file was called: for the editor only."`
	KeyName    string      `prop:"keyname" widget:"hidden" label:"Private key's file name" advanced:"true"`
	CAName     string      `prop:"caname" widget:"hidden" label:"CA's file name" advanced:"true"`
	P12Name    string      `prop:"p12name" widget:"hidden" label:"PKCS #12's file name" advanced:"true"`

	ready *tls.Config
}

func init() {
	node.Register[TLSConfig](node.Type{
		Name: "tls-config", Category: "config", Icon: "lock-keyhole",
		Help: "Certificates for encrypted connections. Without any, servers are checked against the authorities that this machine believes.",
	})
}

var errHalfPair = errors.New("certificate and private key go together: one of them is missing")

// Check finds a certificate without key, or the other way round.
func (t *TLSConfig) Check(report func(property, problem string)) {
	if t.From != "files" {
		return
	}
	files := t.Cert != "" || t.Key != "" || t.CA != ""
	if files && (t.Cert == "") != (t.Key == "") {
		report("cert", errHalfPair.Error())
	}
	if !files && t.CertData.IsSet() != t.KeyData.IsSet() {
		report("certdata", errHalfPair.Error())
	}
}

// Advise asks whether the files may be read.
func (t *TLSConfig) Advise(h node.Host, notice func(a node.Advice, property, text string)) {
	for _, f := range []struct{ property, path string }{{"cert", t.Cert}, {"key", t.Key}, {"ca", t.CA}, {"p12", t.P12}} {
		if path := strings.TrimSpace(f.path); path != "" {
			if err := h.Allow.Read(path); err != nil {
				notice(node.NotAllowed, f.property, err.Error())
			}
		}
	}
}

// Open reads the certificates.
func (t *TLSConfig) Open(_ context.Context, env *node.Env) error {
	config := &tls.Config{
		InsecureSkipVerify: !t.Verify, //nolint:gosec // what the box says
		ServerName:         strings.TrimSpace(t.ServerName),
		MinVersion:         tls.VersionTLS12,
	}
	if p := strings.TrimSpace(t.ALPN); p != "" {
		config.NextProtos = []string{p}
	}
	if err := t.load(config, env); err != nil {
		return err
	}
	t.ready = config
	return nil
}

// load puts the certificates into config.
func (t *TLSConfig) load(config *tls.Config, env *node.Env) error {
	var cert, key, ca []byte
	var err error
	switch {
	case t.From == "pfx":
		return t.loadPKCS12(config, env)
	case t.From == "env":
		cert, key, ca = variable(env, t.CertVar), variable(env, t.KeyVar), variable(env, t.CAVar)
	case t.Cert != "" || t.Key != "" || t.CA != "":
		for _, f := range []struct {
			into *[]byte
			path string
		}{{&cert, t.Cert}, {&key, t.Key}, {&ca, t.CA}} {
			if *f.into, err = readCertificate(env, f.path); err != nil {
				return err
			}
		}
	default:
		cert, key, ca = []byte(t.CertData.Reveal()), []byte(t.KeyData.Reveal()), []byte(t.CAData.Reveal())
	}
	if len(ca) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(ca) {
			return errors.New("ca: no certificate in it")
		}
	}
	if len(cert) == 0 && len(key) == 0 {
		return nil
	}
	if key, err = decryptKey(key, t.Passphrase.Reveal()); err != nil {
		return fmt.Errorf("key: %w", err)
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return err
	}
	config.Certificates = []tls.Certificate{pair}
	return nil
}

func (t *TLSConfig) loadPKCS12(config *tls.Config, env *node.Env) error {
	data, err := base64.StdEncoding.DecodeString(t.P12Data.Reveal())
	if err != nil {
		return fmt.Errorf("p12data: %w", err)
	}
	if t.P12 != "" {
		if data, err = readCertificate(env, t.P12); err != nil {
			return err
		}
	}
	if len(data) == 0 {
		return nil
	}
	key, cert, chain, err := pkcs12.DecodeChain(data, t.Passphrase.Reveal())
	if err != nil {
		return fmt.Errorf("p12: %w", err)
	}
	pair := tls.Certificate{PrivateKey: key, Leaf: cert, Certificate: [][]byte{cert.Raw}}
	if len(chain) > 0 { // whom it names is believed, too, as by Node.js
		if config.RootCAs, err = x509.SystemCertPool(); err != nil {
			config.RootCAs = x509.NewCertPool()
		}
	}
	for _, c := range chain {
		pair.Certificate = append(pair.Certificate, c.Raw)
		config.RootCAs.AddCert(c)
	}
	config.Certificates = []tls.Certificate{pair}
	return nil
}

// variable is the text of a variable, given by name; a text that has been put
// in for its name already is taken as it is.
func variable(env *node.Env, name string) []byte {
	if strings.Contains(name, "-----BEGIN") {
		return []byte(name)
	}
	v, ok := env.Var(name)
	if !ok || name == "" {
		return nil
	}
	return []byte(msg.Text(v))
}

func readCertificate(env *node.Env, path string) ([]byte, error) {
	path = strings.TrimSpace(path)
	if path == "" {
		return nil, nil
	}
	if env.Allow != nil {
		if err := env.Allow.Read(path); err != nil {
			return nil, err
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxCertificate+1))
	if err == nil && len(data) > maxCertificate {
		err = fmt.Errorf("%s is larger than 1 MB: that is no certificate", path)
	}
	return data, err
}

// decryptKey opens a private key that is locked with a passphrase.
func decryptKey(data []byte, passphrase string) ([]byte, error) {
	block, _ := pem.Decode(data)
	if block == nil || passphrase == "" {
		return data, nil
	}
	if block.Type == "ENCRYPTED PRIVATE KEY" {
		key, err := pkcs8.ParsePKCS8PrivateKey(block.Bytes, []byte(passphrase))
		if err != nil {
			return nil, err
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), err
	}
	//lint:ignore SA1019 old keys are locked this way, and Node-RED reads them
	if x509.IsEncryptedPEMBlock(block) {
		//lint:ignore SA1019 the same
		der, err := x509.DecryptPEMBlock(block, []byte(passphrase))
		return pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: der}), err
	}
	return data, nil
}

// config is what a connection uses; nil for no TLS config node at all.
func (t *TLSConfig) config() (*tls.Config, error) {
	if t == nil {
		return nil, nil
	}
	if t.ready == nil {
		return nil, errors.New("the TLS configuration is not open: its node shows why")
	}
	return t.ready.Clone(), nil
}
