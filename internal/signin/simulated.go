package signin

import (
	"encoding/binary"
	"time"

	"github.com/google/uuid"
)

// simulatedSub returns a sub that looks like a real one of the pool: a UUID of version 7 from
// the pool's first minutes, when users are imported.
func simulatedSub(sum []byte, poolMade time.Time) string {
	var id uuid.UUID
	copy(id[:], sum)
	at := uint64(poolMade.UnixMilli()) + uint64(binary.BigEndian.Uint32(sum[16:]))%uint64((10*time.Minute)/time.Millisecond)
	var stamp [8]byte
	binary.BigEndian.PutUint64(stamp[:], at)
	copy(id[:6], stamp[2:])
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}
