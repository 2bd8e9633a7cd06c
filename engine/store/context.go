package store

import (
	"fmt"

	"github.com/flowrill/flowrill/engine/msg"
	bolt "go.etcd.io/bbolt"
)

// Contexts keeps context values over restarts, as engine.ContextStore. The
// values are JSON: a Date comes back as text, a Buffer as the object that
// JSON makes of it.
type Contexts struct{ db *DB }

// Context is the part of the store that the engine needs.
func (db *DB) Context() *Contexts { return &Contexts{db} }

// Load is the values of a scope ("global", "flow", "node") and id, nil if
// there are none.
func (c *Contexts) Load(scope, id string) (values *msg.Object, err error) {
	err = c.db.view(func(tx *bolt.Tx) error {
		b, err := scopeBucket(tx, scope)
		if err != nil {
			return err
		}
		text := b.Get(contextKey(scope, id))
		if text == nil {
			return nil
		}
		if values, err = msg.DecodeObject(text); err != nil {
			return c.db.damaged("the context of %s %s cannot be read", scope, id)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("load context: %w", err)
	}
	return values, nil
}

// Save replaces the values of a scope and id.
func (c *Contexts) Save(scope, id string, values *msg.Object) error {
	if values.Len() == 0 {
		return c.Remove(scope, id)
	}
	text, err := msg.EncodeChecked(values)
	if err == nil {
		err = c.db.update(func(tx *bolt.Tx) error {
			b, err := scopeBucket(tx, scope)
			if err != nil {
				return err
			}
			return b.Put(contextKey(scope, id), text)
		})
	}
	if err != nil {
		return fmt.Errorf("save context of %s %s: %w", scope, id, err)
	}
	return nil
}

// Remove forgets the values of a scope and id. What has none costs no write.
func (c *Contexts) Remove(scope, id string) error {
	has := false
	err := c.db.view(func(tx *bolt.Tx) error {
		b, err := scopeBucket(tx, scope)
		has = err == nil && b.Get(contextKey(scope, id)) != nil
		return err
	})
	if has {
		err = c.db.update(func(tx *bolt.Tx) error {
			b, err := scopeBucket(tx, scope)
			if err != nil {
				return err
			}
			return b.Delete(contextKey(scope, id))
		})
	}
	if err != nil {
		return fmt.Errorf("remove context of %s %s: %w", scope, id, err)
	}
	return nil
}

func scopeBucket(tx *bolt.Tx, scope string) (*bolt.Bucket, error) {
	if b := tx.Bucket(contextBucket).Bucket([]byte(scope)); b != nil {
		return b, nil
	}
	return nil, fmt.Errorf("there is no scope %q", scope)
}

// contextKey stands in for the id that global context does not have.
func contextKey(scope, id string) []byte {
	if id == "" {
		id = scope
	}
	return []byte(id)
}
