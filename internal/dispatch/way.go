package dispatch

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"poolhouse/internal/access"
	"poolhouse/internal/apicore"
	"poolhouse/internal/exchange"
)

// way is one call on its way through the steps.
type way struct {
	*exchange.Exchange
	Call
	d       *Dispatcher
	service Service
	limited bool  // the limit was checked
	denied  error // the refusal, if the input is wrong as well
}

// answer takes a request through its steps. A caller without permission does not learn what
// is wrong with the input, except if it cannot be read at all.
func (w *way) answer(r *http.Request, m Message) ([]byte, error) {
	ctx := r.Context()
	op, err := m.Head()
	if err := w.find(ctx, op, err); err != nil {
		return nil, err
	}
	body, err := w.Read(w.d.options.MaxBody, w.d.options.Budgets.Bodies)
	if err != nil {
		return nil, err
	}
	op, err = m.Body(body)
	if err := w.find(ctx, op, err); err != nil {
		return nil, err
	}
	if w.Operation.Signed {
		from, err := w.d.options.Authenticate(r, body, w.Operation.API.SignedFor)
		if err != nil {
			w.notSigned(r, err)
			return nil, err
		}
		w.From.Identity, w.From.Region = from.Identity, from.Region
	}
	decode := decoder(m.Decode)
	if refusal := w.impossible(ctx); refusal != nil {
		if len(body) > maxRefused {
			return nil, refusal
		}
		decode = orRefused(m.Decode, refusal)
	}
	done, err := w.room(ctx, len(body))
	if err != nil {
		return nil, err
	}
	defer done()
	out, err := w.carryOut(ctx, len(body) <= maxRefused, decode)
	if err != nil {
		return nil, err
	}
	answer, err := m.Encode(out, w.Call.ID)
	if err != nil {
		return nil, err
	}
	return answer, w.HoldAnswer(ctx, &w.d.options.Budgets.Answers, len(answer), w.From.Known())
}

// notSigned records the address of a call with a refused signature, and the key that it
// claimed.
func (w *way) notSigned(r *http.Request, err error) {
	if refusal, ok := errors.AsType[*apicore.Refusal](err); ok && refusal.Reason != apicore.Limited {
		w.Hint(refusal.Hint)
		w.Claim(w.From.Address, access.ClaimedKey(r))
	}
}

// maxRefused is the maximum size of a body that is decoded only to name in the refusal what
// the call is about.
const maxRefused = 16 << 10

// impossible returns the refusal of a caller that may do the operation on no resource, and
// nil for others.
func (w *way) impossible(ctx context.Context) error {
	if w.d.options.Possible == nil || !w.Operation.Signed {
		return nil
	}
	return w.d.options.Possible(ctx, w.From, w.Operation)
}

// orRefused returns a decoder that returns the refusal for an invalid input.
func orRefused(decode decoder, refusal error) decoder {
	return func(in any, only []string) error {
		if decode(in, only) != nil {
			return refusal
		}
		return nil
	}
}

// decoder decodes the input of a call, as [Message].Decode does.
type decoder func(in any, only []string) error

// decoded is how many bytes of memory an input needs for each byte of its body, measured for
// the worst case.
const decoded = 24

// room waits until there is room for the work on a call with a body of this size.
func (w *way) room(ctx context.Context, body int) (done func(), err error) {
	b := &w.d.options.Budgets
	var weight int64
	if b.Weight != nil {
		weight = b.Weight(w.Operation.Action())
	}
	if body > maxRefused {
		weight = max(weight, decoded*int64(body))
	}
	return exchange.Reserve(ctx, b.Work, weight)
}

// find sets the operation as soon as it is known, and checks its limit.
func (w *way) find(ctx context.Context, op *apicore.OperationInfo, err error) error {
	if op != nil {
		w.Operation = *op
	}
	if op == nil || err != nil || w.limited || w.d.options.Limit == nil {
		return err
	}
	w.limited = true
	return w.d.options.Limit(ctx, &w.Call)
}

// carryOut has the remaining steps, which calls from inside the process take as well. The
// caller is known or need not be. small says that the input may be decoded twice.
func (w *way) carryOut(ctx context.Context, small bool, decode decoder) (any, error) {
	e := w.d.entries[keyOf(w.Operation)]
	if e == nil || e.handle == nil {
		return nil, &apicore.Refusal{Reason: apicore.NotServed,
			Message: w.Operation.Name + " is not served by this Poolhouse version; see docs/coverage.md."}
	}
	input := e.empty()
	if err := decode(input, nil); err != nil {
		if small && w.deniedAnyway(ctx, e, decode) {
			return nil, w.denied
		}
		return nil, err
	}
	w.Input = input
	if err := w.allow(ctx, input); err != nil {
		return nil, err
	}
	if here := w.d.options.CheckRegion; here != nil {
		if err := here(&w.Call, input); err != nil {
			return nil, err
		}
	}
	out, err := e.handle(ctx, &w.Call, input)
	if err == nil {
		w.Output = out
	}
	return out, err
}

// deniedAnyway reports whether the caller of an invalid input is refused anyway. It considers
// only valid members. Then the refusal is the answer, and the caller does not learn what is
// wrong.
func (w *way) deniedAnyway(ctx context.Context, e *entry, decode decoder) bool {
	if !w.Operation.Signed || w.Operation.Needs == nil {
		return false
	}
	named := e.empty()
	members := append([]string{}, w.Operation.Needs.Members()...) // not nil, because nil means all
	if decode(named, members) != nil {
		return false
	}
	refusal, ok := errors.AsType[*apicore.Refusal](w.allow(ctx, named))
	if !ok || refusal.Reason != apicore.Denied {
		return false
	}
	w.denied = refusal
	return true
}

// allow checks whether the caller may do what the input asks for.
func (w *way) allow(ctx context.Context, input any) (err error) {
	o := &w.d.options
	switch {
	case w.Operation.Signed && o.Authorize == nil:
		return errNoAuthorize
	case w.Operation.Signed:
		w.About, err = o.Authorize(ctx, w.From, w.Operation, input)
		return err
	case o.Unsigned != nil:
		return o.Unsigned(ctx, &w.Call, input)
	}
	return nil
}

// errorOf returns the API error for err with its status.
func (w *way) errorOf(ctx context.Context, err error) *apicore.Error {
	e := w.named(err)
	if e == nil {
		return w.unexpected(ctx, err)
	}
	status, common := w.service.Protocol.Common(e.Name)
	if w.Operation.API != nil && !common && !w.Operation.Names(e.Name) {
		w.d.options.Unmodelled(w.Operation.Name, e.Name)
	}
	told := *e
	told.Status = cmp.Or(e.Status, w.Operation.StatusOf(e.Name), status, http.StatusBadRequest)
	return &told
}

// named returns the API error for err, or nil for an unexpected one.
func (w *way) named(err error) *apicore.Error {
	if e, ok := errors.AsType[*apicore.Error](err); ok {
		return e
	}
	if r, ok := errors.AsType[*apicore.Refusal](err); ok {
		return &apicore.Error{Name: w.service.Protocol.Name(r.Reason), Message: r.Message, Status: r.Status}
	}
	return w.service.ErrorOf(err)
}

// unexpected logs an error that has no name in the API, and returns the error for the client.
func (w *way) unexpected(ctx context.Context, err error) *apicore.Error {
	w.Unexpected(ctx, w.Operation.Name, err)
	return &apicore.Error{Name: w.service.Protocol.Name(apicore.Internal), Message: "Internal error.", Status: http.StatusInternalServerError}
}
