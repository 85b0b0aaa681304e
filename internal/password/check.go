package password

import (
	"context"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/scrypt"
	"golang.org/x/sync/semaphore"
)

// errDamaged is the error for a hash that [CheckHash] would not have let in.
var errDamaged = errors.New("password: the imported hash is damaged: set a new password for the user")

// Hashes checks passwords against imported hashes. Checks take processor time and
// memory on purpose, so a few run at a time, and the others wait in the order in
// which they came. The memory that checks leave behind is counted, too: after half as
// much as all may have, the garbage collector runs. By itself it would wait for as much
// garbage as there is other memory, and a crowd of those who wait is other memory.
type Hashes struct {
	running *semaphore.Weighted // of checks
	memory  *semaphore.Weighted // of MiB
	most    int64               // MiB, of all that run

	mu   sync.Mutex
	left int64 // MiB that checks took since the collector ran
}

// NewHashes returns one that lets so many checks run at a time, in so many MiB.
func NewHashes(parallel, mebibytes int64) *Hashes {
	return &Hashes{running: semaphore.NewWeighted(parallel), memory: semaphore.NewWeighted(mebibytes), most: mebibytes}
}

// Fits reports whether a hash of the algorithm was made of the password. It waits
// for its turn until ctx ends, and then returns ctx's error. A hash that cannot be
// read is an error that does not repeat it.
func (h *Hashes) Fits(ctx context.Context, algorithm, hash, password string) (bool, error) {
	c, err := parseHash(algorithm, hash)
	if err != nil {
		return false, err
	}
	// One that needs more than all may have runs alone.
	memory := min(c.mebibytes, h.most)
	if err := h.running.Acquire(ctx, 1); err != nil {
		return false, err
	}
	defer h.running.Release(1)
	if err := h.memory.Acquire(ctx, memory); err != nil {
		return false, err
	}
	defer h.memory.Release(memory)
	h.collect(c.mebibytes)
	return c.fits(password)
}

// collect runs the garbage collector, if checks have taken much since the last time. Others
// wait for it, as they would leave more.
func (h *Hashes) collect(memory int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.left += memory; h.left > h.most/2 {
		runtime.GC()
		h.left = memory
	}
}

// check is a hash that was read.
type check struct {
	mebibytes int64 // that a check takes, rounded up
	fits      func(password string) (bool, error)
}

// parseHash reads a hash that CheckHash has let in. The ceilings do not matter here:
// they may have been lowered since.
func parseHash(algorithm, hash string) (check, error) {
	part := strings.Split(hash, "$")
	switch {
	case algorithm == BCrypt && len(part) == 4:
		return check{1, func(password string) (bool, error) { return fitsBCrypt(hash, password) }}, nil
	case algorithm == SCrypt && len(part) == 5:
		return parseSCrypt(part)
	case algorithm == Argon2id && len(part) == 6:
		return parseArgon2id(part)
	case algorithm == PBKDF2SHA256 && len(part) == 5:
		return parsePBKDF2(part)
	}
	return check{}, errDamaged
}

// fitsBCrypt looks at the first 72 bytes of the password, as the programs do that
// make such hashes.
func fitsBCrypt(hash, password string) (bool, error) {
	err := bcrypt.CompareHashAndPassword([]byte(hash), []byte(password))
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, bcrypt.ErrMismatchedHashAndPassword):
		return false, nil
	}
	return false, errDamaged
}

func parseSCrypt(part []string) (check, error) {
	n, r, p, err := numbers(part[0], part[1], part[2])
	salt, saltErr := hex.DecodeString(part[3])
	want, wantErr := hex.DecodeString(part[4])
	if err := errors.Join(err, saltErr, wantErr); err != nil || len(want) == 0 {
		return check{}, errDamaged
	}
	return check{mebibytes(128 * n * r), func(password string) (bool, error) {
		got, err := scrypt.Key([]byte(password), salt, n, r, p, len(want))
		if err != nil {
			return false, errDamaged
		}
		return subtle.ConstantTimeCompare(got, want) == 1, nil
	}}, nil
}

func parseArgon2id(part []string) (check, error) {
	cost := strings.Split(part[3], ",")
	if len(cost) != 3 {
		return check{}, errDamaged
	}
	m, t, p, err := numbers(strings.TrimPrefix(cost[0], "m="), strings.TrimPrefix(cost[1], "t="), strings.TrimPrefix(cost[2], "p="))
	salt, saltErr := decodeBase64(part[4])
	want, wantErr := decodeBase64(part[5])
	if err := errors.Join(err, saltErr, wantErr); err != nil || len(want) == 0 || p > 255 {
		return check{}, errDamaged
	}
	return check{mebibytes(1024 * m), func(password string) (bool, error) {
		got := argon2.IDKey([]byte(password), salt, uint32(t), uint32(m), uint8(p), uint32(len(want)))
		return subtle.ConstantTimeCompare(got, want) == 1, nil
	}}, nil
}

func parsePBKDF2(part []string) (check, error) {
	// Some libraries write a dot for a plus sign.
	salt, saltErr := decodeBase64(strings.ReplaceAll(part[3], ".", "+"))
	want, wantErr := decodeBase64(strings.ReplaceAll(part[4], ".", "+"))
	iterations, err := strconv.Atoi(part[2])
	if err := errors.Join(err, saltErr, wantErr); err != nil || len(want) == 0 || iterations < 1 {
		return check{}, errDamaged
	}
	return check{1, func(password string) (bool, error) {
		got, err := pbkdf2.Key(sha256.New, password, salt, iterations, len(want))
		if err != nil {
			return false, fmt.Errorf("password: %w", err)
		}
		return subtle.ConstantTimeCompare(got, want) == 1, nil
	}}, nil
}

// numbers reads three cost parameters, each from 1 up.
func numbers(a, b, c string) (x, y, z int, err error) {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	z, errZ := strconv.Atoi(c)
	if errors.Join(errX, errY, errZ) != nil || x < 1 || y < 1 || z < 1 {
		err = errDamaged
	}
	return x, y, z, err
}

// mebibytes returns how many MiB hold so many bytes.
func mebibytes(bytes int) int64 { return int64(bytes+1<<20-1) >> 20 }
