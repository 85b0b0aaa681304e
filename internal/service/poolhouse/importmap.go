package poolhouseservice

import (
	"context"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/service"
	"poolhouse/internal/usercsv"
)

// Maps remembers, for each user pool, the map of the last job with a map.
type Maps interface {
	// ImportMap returns the map and when it was stored; nil and the zero time if there is none.
	ImportMap(ctx context.Context, poolID string) (m []usercsv.Mapped, modified time.Time, err error)
	// KeepImportMap replaces the pool's map.
	KeepImportMap(ctx context.Context, poolID string, m []usercsv.Mapped, now time.Time) error
}

// getUserImportMap is one of our own operations. It returns the map of the pool's last job with
// a map. No job uses that map by itself.
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

// keepMap remembers the map of a new job. The job stays even if this fails.
func (s *Service) keepMap(ctx context.Context, poolID, jobID string, m []usercsv.Mapped) {
	if len(m) == 0 {
		return
	}
	if err := s.Maps.KeepImportMap(context.WithoutCancel(ctx), poolID, m, now()); err != nil {
		s.Log.Warn("the map of an import job could not be stored for the next job", "pool", poolID, "job", jobID, "error", err)
	}
}

// importMap returns a map in the API's form.
func importMap(m []usercsv.Mapped) (out []poolhouseapi.ImportMappedColumnType) {
	for _, c := range m {
		out = append(out, poolhouseapi.ImportMappedColumnType{Column: c.Column, Attribute: c.Attribute})
	}
	return out
}
