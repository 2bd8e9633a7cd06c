package store

import (
	"bytes"

	"github.com/flowrill/flowrill/engine/msg"
	bolt "go.etcd.io/bbolt"
)

// Credentials is what Save was given last, opened. A *KeyError says what to
// do if the key is not the right one.
func (db *DB) Credentials() (map[string]*msg.Object, error) {
	all := map[string]*msg.Object{}
	err := db.view(func(tx *bolt.Tx) error {
		texts, err := db.openCredentials(tx)
		for id, text := range texts {
			o, bad := msg.DecodeObject(text)
			if bad != nil {
				return db.damaged("the credentials of %s cannot be read", id)
			}
			all[id] = o
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// openCredentials is the JSON of all credentials by id.
func (db *DB) openCredentials(tx *bolt.Tx) (map[string][]byte, error) {
	sealed := tx.Bucket(metaBucket).Get(proofKey)
	if sealed == nil {
		return nil, nil
	}
	b := tx.Bucket(credentialBucket)
	if k, _ := b.Cursor().First(); k == nil {
		return nil, nil
	}
	aead, err := db.keys.open(sealed)
	if err != nil {
		return nil, err
	}
	texts := map[string][]byte{}
	err = b.ForEach(func(id, v []byte) error {
		text, err := unseal(aead, string(id), v)
		if err != nil {
			return db.damaged("the credentials of %s are not what was sealed", id)
		}
		texts[string(id)] = text
		return nil
	})
	return texts, err
}

// putCredentials makes the stored credentials these.
func (db *DB) putCredentials(tx *bolt.Tx, credentials map[string]*msg.Object) error {
	have, err := db.openCredentials(tx)
	if err != nil {
		return err
	}
	b := tx.Bucket(credentialBucket)
	for id := range have {
		if credentials[id].Len() == 0 {
			if err := b.Delete([]byte(id)); err != nil {
				return err
			}
		}
	}
	fresh := len(have) == 0 // so whatever key there is now is the one
	for id, c := range credentials {
		text, err := msg.EncodeChecked(c)
		if err != nil {
			return err
		}
		if c.Len() == 0 || bytes.Equal(text, have[id]) {
			continue
		}
		if fresh {
			if err := db.newProof(tx); err != nil {
				return err
			}
			fresh = false
		}
		aead, err := db.keys.open(tx.Bucket(metaBucket).Get(proofKey))
		if err != nil {
			return err
		}
		if err := b.Put([]byte(id), seal(aead, id, text)); err != nil {
			return err
		}
	}
	return nil
}

// newProof starts with the key there is, or a new one.
func (db *DB) newProof(tx *bolt.Tx) error {
	aead, err := db.keys.first()
	if err != nil {
		return err
	}
	return tx.Bucket(metaBucket).Put(proofKey, seal(aead, proof, []byte(proof)))
}
