package propertytest

import (
	"context"
	"fmt"
	"io"

	"poolhouse/internal/importjob"
)

// Open opens a file through the link.
func (l *link) Open(ctx context.Context, u importjob.Upload, offset int64) (io.ReadCloser, error) {
	f := l.node.sim.next(openCall)
	opened, err := pass(ctx, l, f, func(ctx context.Context) (io.ReadCloser, error) {
		return l.files.Open(ctx, u, offset)
	})
	if err != nil {
		return nil, err
	}
	l.node.sim.open.Add(1)
	return &troubledReader{ReadCloser: opened, ctx: ctx, link: l, fault: f}, nil
}

func (l *link) Remove(ctx context.Context, key importjob.Key) error {
	_, err := pass(ctx, l, l.node.sim.next(removeCall), func(ctx context.Context) (struct{}, error) {
		if s := l.node.sim; !s.world.look(key).job.State.Ended() {
			s.violate("%s: %s", ruleFile, key.JobID)
		}
		l.node.sim.checkRestKept(key)
		return struct{}{}, l.files.Remove(ctx, key)
	})
	return err
}

// troubledReader reads a file in pieces of the node's size, as far as the plan lets it.
type troubledReader struct {
	io.ReadCloser
	ctx   context.Context
	link  *link
	fault fault
	read  int
}

func (r *troubledReader) Read(p []byte) (int, error) {
	sim := r.link.node.sim
	if err := sim.filesInOrder(); err != nil {
		return 0, err
	}
	if piece := r.link.node.plan.Piece; piece > 0 {
		p = p[:min(len(p), piece)]
	}
	switch r.fault.What {
	case breaksOff, breaksOffEnd, stuckRead:
		if r.read == r.fault.Bytes && !sim.inOrder() {
			sim.count("trouble: " + string(r.fault.What))
			return 0, r.broken()
		}
		if r.read < r.fault.Bytes {
			p = p[:min(len(p), r.fault.Bytes-r.read)]
		}
	}
	n, err := r.ReadCloser.Read(p)
	r.read += n
	return n, err
}

func (r *troubledReader) broken() error {
	switch r.fault.What {
	case breaksOffEnd:
		return fmt.Errorf("the connection was closed: %w", io.EOF)
	case stuckRead:
		return r.link.hang(r.ctx, r.fault)
	}
	return errRefused
}

func (r *troubledReader) Close() error {
	r.link.node.sim.open.Add(-1)
	return r.ReadCloser.Close()
}
