package node

import (
	"context"
	"errors"
	"time"
)

// Delivery is one handing over of a message to a node with Type.Effect
// (architecture section 9).
type Delivery struct {
	// Key is the same when a delivery is repeated: a label for the outside
	// world, such as a client reference. At a plain inbox it is _msgid.
	Key string
	// Attempt counts from 0.
	Attempt int
	// OnBegin is set by the engine; nil at a plain inbox.
	OnBegin func() error
}

// Begin notes on disk that the effect is about to happen. A node calls it just
// before the request leaves; on an error it must not send. At a plain inbox
// there is nothing to note.
func (d *Delivery) Begin() error {
	if d == nil || d.OnBegin == nil {
		return nil
	}
	return d.OnBegin()
}

type deliveryKey struct{}

// DeliveryOf is the delivery that a Receive is part of, never nil.
func DeliveryOf(ctx context.Context) *Delivery {
	if d, ok := ctx.Value(deliveryKey{}).(*Delivery); ok {
		return d
	}
	return new(Delivery)
}

// WithDelivery is the context in which DeliveryOf returns d.
func WithDelivery(ctx context.Context, d *Delivery) context.Context {
	return context.WithValue(ctx, deliveryKey{}, d)
}

type retryError struct {
	error
	after time.Duration
}

func (e *retryError) Unwrap() error { return e.error }

// Retry marks an error that a later try may not meet, such as a throttled
// request. Behind a durable inbox the message is delivered again after the
// pause (or the inbox's own, growing one where after is 0); behind a plain
// one it is an error like any other. Retry(nil, …) is nil.
func Retry(err error, after time.Duration) error {
	if err == nil {
		return nil
	}
	return &retryError{err, after}
}

// RetryAfter tells whether err was marked by Retry, and the pause it asks for.
func RetryAfter(err error) (after time.Duration, ok bool) {
	var r *retryError
	if errors.As(err, &r) {
		return r.after, true
	}
	return 0, false
}
