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

// errDamaged is the error for a hash that [CheckHash] would have refused.
var errDamaged = errors.New("password: the imported hash is damaged: set a new password for the user")

// Hashes checks passwords against imported hashes. Checks need processor time and memory on
// purpose. So only a few run at a time, and the others wait in order of arrival. The memory that
// checks leave behind is counted too: after half of the limit, the garbage collector runs. By
// itself, it would wait for as much garbage as there is other memory, and many waiting requests are
// other memory.
type Hashes struct {
	running *semaphore.Weighted // number of running checks
	memory  *semaphore.Weighted // MiB of running checks
	most    int64               // MiB of all running checks

	mu   sync.Mutex
	left int64 // MiB that checks used since the last collection
}

// NewHashes returns Hashes that run at most parallel checks at a time, in at most mebibytes MiB.
func NewHashes(parallel, mebibytes int64) *Hashes {
	return &Hashes{running: semaphore.NewWeighted(parallel), memory: semaphore.NewWeighted(mebibytes), most: mebibytes}
}

// Matches reports whether a hash of the algorithm was made from the password. It waits for a free
// place until ctx ends, and then returns ctx's error. If the hash cannot be read, the error does
// not repeat it.
func (h *Hashes) Matches(ctx context.Context, algorithm, hash, password string) (bool, error) {
	c, err := parseHash(algorithm, hash)
	if err != nil {
		return false, err
	}
	// A check that needs more than the limit runs alone.
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

// collect runs the garbage collector if checks have used much memory since the last time. Other
// checks wait for it, since they would leave more.
func (h *Hashes) collect(memory int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.left += memory; h.left > h.most/2 {
		runtime.GC()
		h.left = memory
	}
}

// check is a parsed hash.
type check struct {
	mebibytes int64 // memory of a check, rounded up
	fits      func(password string) (bool, error)
}

// parseHash parses a hash that CheckHash has accepted. It ignores the ceilings, because they may
// have been lowered since.
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

// fitsBCrypt uses the first 72 bytes of the password, like the programs that make such hashes.
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
	// Some libraries write a dot instead of a plus sign.
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

// numbers parses three cost parameters of at least 1.
func numbers(a, b, c string) (x, y, z int, err error) {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	z, errZ := strconv.Atoi(c)
	if errors.Join(errX, errY, errZ) != nil || x < 1 || y < 1 || z < 1 {
		err = errDamaged
	}
	return x, y, z, err
}

// mebibytes converts bytes to MiB, rounded up.
func mebibytes(bytes int) int64 { return int64(bytes+1<<20-1) >> 20 }
