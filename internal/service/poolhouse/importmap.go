package poolhouseservice

import (
	"context"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/service"
	"poolhouse/internal/usercsv"
)

// Maps is what is remembered of each user pool: the map of the last job that had one.
type Maps interface {
	// ImportMap returns the map, and when it was kept; nil and the zero time where there
	// is none.
	ImportMap(ctx context.Context, poolID string) (m []usercsv.Mapped, modified time.Time, err error)
	// KeepImportMap keeps a map in place of the one that there is.
	KeepImportMap(ctx context.Context, poolID string, m []usercsv.Mapped, now time.Time) error
}

// getUserImportMap is an operation of our own: it tells the map of the last job of a pool
// that had one. No job takes it by itself.
func (s *Service) getUserImportMap(ctx context.Context, in *poolhouseapi.GetUserImportMapRequest) (*poolhouseapi.GetUserImportMapResponse, error) {
	pool, err := s.Pools.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	m, modified, err := s.Maps.ImportMap(ctx, pool.ID)
	if err != nil {
		return nil, err
	}
	return &poolhouseapi.GetUserImportMapResponse{UserPoolId: pool.ID, Map: importMap(m), LastModifiedDate: service.Timestamp(modified)}, nil
}

// keepMap remembers the map of a job that was made. Where that fails, the job is made all
// the same.
func (s *Service) keepMap(ctx context.Context, poolID, jobID string, m []usercsv.Mapped) {
	if len(m) == 0 {
		return
	}
	if err := s.Maps.KeepImportMap(context.WithoutCancel(ctx), poolID, m, now()); err != nil {
		s.Log.Warn("the map of an import job was not remembered for the next one", "pool", poolID, "job", jobID, "error", err)
	}
}

// importMap tells a map.
func importMap(m []usercsv.Mapped) (out []poolhouseapi.ImportMappedColumnType) {
	for _, c := range m {
		out = append(out, poolhouseapi.ImportMappedColumnType{Column: c.Column, Attribute: c.Attribute})
	}
	return out
}
