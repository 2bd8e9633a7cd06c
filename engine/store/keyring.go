package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// KeyError is credentials that the key at hand does not open.
type KeyError struct{ Reason string }

func (e *KeyError) Error() string { return "the stored credentials cannot be opened: " + e.Reason }

// keyring finds the key that seals credentials: the one given, else the one
// in the file, which is made when a key is wanted and there is nothing yet
// that it would have to open.
type keyring struct {
	given []byte
	path  string

	mu   sync.Mutex
	aead cipher.AEAD
}

// proof is what the right key finds sealed in the meta bucket.
const proof = "flowrill"

// open returns the key that opens what is stored; sealed is its proof.
func (k *keyring) open(sealed []byte) (cipher.AEAD, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.aead == nil {
		aead, err := k.read()
		if err != nil {
			return nil, err
		}
		k.aead = aead
	}
	if text, err := unseal(k.aead, proof, sealed); err != nil || string(text) != proof {
		k.aead = nil // the file may be put right meanwhile
		return nil, &KeyError{k.wrong()}
	}
	return k.aead, nil
}

// first returns the key to seal the first credentials with.
func (k *keyring) first() (cipher.AEAD, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	aead, err := k.read()
	if e := (*KeyError)(nil); errors.As(err, &e) && len(k.given) == 0 {
		if _, err := os.Stat(k.path); errors.Is(err, fs.ErrNotExist) {
			aead, err = k.make()
			k.aead = aead
			return aead, err
		}
	}
	k.aead = aead
	return aead, err
}

func (k *keyring) wrong() string {
	if len(k.given) > 0 {
		return "FLOWRILL_KEY is not the key they were sealed with; set the one that was used before, or none if that was the file " + k.path
	}
	return "the key in " + k.path + " is not the one they were sealed with; put the right file in its place, or set FLOWRILL_KEY if that was used before"
}

func (k *keyring) read() (cipher.AEAD, error) {
	if len(k.given) > 0 {
		key := sha256.Sum256(k.given)
		return newAEAD(key[:])
	}
	text, err := os.ReadFile(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &KeyError{"the key file " + k.path + " is missing; put it back, or set FLOWRILL_KEY if that was used before"}
	}
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != 32 {
		return nil, &KeyError{"the key file " + k.path + " does not hold a key, 64 hexadecimal digits"}
	}
	return newAEAD(key)
}

// make makes the key file. It is whole and on disk before anything is sealed
// with it.
func (k *keyring) make() (cipher.AEAD, error) {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	temp := k.path + ".new"
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(temp, k.path)
	}
	if err != nil {
		os.Remove(temp)
		return nil, fmt.Errorf("make key: %w", err)
	}
	syncDir(filepath.Dir(k.path))
	return newAEAD(key)
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// seal and unseal bind what is sealed to the place it is kept under.
func seal(a cipher.AEAD, place string, text []byte) []byte {
	return a.Seal(nil, nil, text, []byte(place))
}

func unseal(a cipher.AEAD, place string, sealed []byte) ([]byte, error) {
	return a.Open(nil, nil, sealed, []byte(place))
}
