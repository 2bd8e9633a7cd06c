package store

import (
	"bytes"
	"fmt"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	bolt "go.etcd.io/bbolt"
)

// keptSessions is how many logins are kept; of more, those that end first go.
const keptSessions = 1000

// Session is a login. The token it was given is known by its hash only.
type Session struct {
	User    string
	Scope   string // "*", or names such as "flows.read" with spaces between
	Expires time.Time
}

func makeSessionBucket(tx *bolt.Tx) error {
	_, err := tx.CreateBucket(sessionBucket)
	return err
}

// PutSession keeps a login under the hash of its token, and forgets those
// that have ended.
func (db *DB) PutSession(hash string, s Session) error {
	err := db.update(func(tx *bolt.Tx) error {
		b := tx.Bucket(sessionBucket)
		if err := dropSessions(b, time.Now()); err != nil {
			return err
		}
		return b.Put([]byte(hash), msg.Encode(msg.Of("user", s.User, "scope", s.Scope, "expires", s.Expires.UnixMilli())))
	})
	if err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	return nil
}

// dropSessions makes room for one more.
func dropSessions(b *bolt.Bucket, now time.Time) error {
	var ended [][]byte
	var first []byte
	var end time.Time
	n := 0
	err := b.ForEach(func(k, v []byte) error {
		n++
		s := decodeSession(v)
		if !s.Expires.After(now) {
			ended = append(ended, bytes.Clone(k))
		}
		if first == nil || s.Expires.Before(end) {
			first, end = bytes.Clone(k), s.Expires
		}
		return nil
	})
	if len(ended) == 0 && n >= keptSessions {
		ended = append(ended, first)
	}
	for _, k := range ended {
		if err == nil {
			err = b.Delete(k)
		}
	}
	return err
}

// Session is the login kept under a hash, and false if there is none or it
// has ended.
func (db *DB) Session(hash string) (s Session, ok bool, err error) {
	err = db.view(func(tx *bolt.Tx) error {
		if v := tx.Bucket(sessionBucket).Get([]byte(hash)); v != nil {
			s = decodeSession(v)
			ok = s.Expires.After(time.Now())
		}
		return nil
	})
	if err != nil || !ok {
		return Session{}, false, err
	}
	return s, true, nil
}

// DeleteSession forgets a login, if there is one.
func (db *DB) DeleteSession(hash string) error {
	err := db.update(func(tx *bolt.Tx) error { return tx.Bucket(sessionBucket).Delete([]byte(hash)) })
	if err != nil {
		return fmt.Errorf("forget session: %w", err)
	}
	return nil
}

// decodeSession reads a login; one that cannot be read has ended.
func decodeSession(v []byte) (s Session) {
	o, err := msg.DecodeObject(v)
	if err != nil {
		return s
	}
	s.User, _ = o.Get("user").(string)
	s.Scope, _ = o.Get("scope").(string)
	ms, _ := o.Get("expires").(float64)
	s.Expires = time.UnixMilli(int64(ms))
	return s
}
