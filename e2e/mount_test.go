package e2e

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"poolhouse/internal/platform"
)

// disk is a small separate file system.
type disk struct {
	t    *testing.T
	path string
}

// newDisk mounts a file system of the given size until the test ends.
func newDisk(t *testing.T, size int64) *disk {
	t.Helper()
	if os.Geteuid() != 0 {
		lacking(t, "being root, to mount a file system,")
	}
	// Not below the test's directory, which is removed before this one is unmounted.
	path, err := os.MkdirTemp("", "disk-")
	if err != nil {
		t.Fatal(err)
	}
	d := &disk{t, path}
	t.Cleanup(func() {
		d.mount("umount", "--lazy", path)
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	})
	d.mount("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%d,mode=0755", size), "poolhouse-test", path)
	return d
}

func (d *disk) mount(program string, args ...string) {
	d.t.Helper()
	if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
		d.t.Errorf("%s %v: %v: %s", program, args, err, out)
	}
}

// readOnly makes the file system read-only, or writable again.
func (d *disk) readOnly(yes bool) {
	d.t.Helper()
	option := "remount,rw"
	if yes {
		option = "remount,ro"
	}
	d.mount("mount", "-o", option, d.path)
}

// dir creates a directory on the file system.
func (d *disk) dir(name string) string {
	d.t.Helper()
	path := filepath.Join(d.path, name)
	if err := os.Mkdir(path, 0o700); err != nil {
		d.t.Fatal(err)
	}
	return path
}

// zeros reads as zeros without an end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// leave fills the file system except for the given number of bytes. The returned function
// removes the filling.
func (d *disk) leave(bytes int64) (free func()) {
	d.t.Helper()
	room, _, err := platform.DiskSpace(d.path)
	if err != nil {
		d.t.Fatal(err)
	}
	ballast, err := os.CreateTemp(d.path, "ballast-")
	if err != nil {
		d.t.Fatal(err)
	}
	defer ballast.Close()
	if _, err := io.CopyN(ballast, zeros{}, max(0, room-bytes)); err != nil {
		d.t.Fatal(err)
	}
	return func() {
		if err := os.Remove(ballast.Name()); err != nil {
			d.t.Error(err)
		}
	}
}

// homeOn returns a home with its database on this file system. The rest of the PostgreSQL
// server is elsewhere, because the server ends if its log has no space.
func (h *homes) homeOn(t *testing.T, d *disk) *home {
	t.Helper()
	if h.postgres == nil {
		return &home{t: t, data: d.dir("data")}
	}
	info, err := os.Stat(filepath.Dir(h.postgres.Socket()))
	if err != nil {
		t.Fatal(err)
	}
	uid, known := platform.Owner(info)
	gid, knownGroup := platform.Group(info)
	if !known || !knownGroup {
		t.Fatal("the owner of PostgreSQL's directory is not known")
	}
	space := d.dir("tablespace")
	if err := os.Chown(space, uid, gid); err != nil {
		t.Fatal(err)
	}
	name := newName()
	execPostgres(t, h.postgres.URL("postgres"), "CREATE TABLESPACE small LOCATION '"+space+"'")
	execPostgres(t, h.postgres.URL("postgres"), "CREATE DATABASE "+name+" TABLESPACE small TEMPLATE template0")
	return &home{t: t, data: t.TempDir(), url: h.postgres.URL(name)}
}

// size returns the bytes of the home's database on its disk.
func (h *home) size() (bytes int64) {
	h.t.Helper()
	if h.url != "" {
		conn, err := pgx.Connect(h.t.Context(), h.url)
		if err != nil {
			h.t.Fatal(err)
		}
		defer conn.Close(h.t.Context())
		if err := conn.QueryRow(h.t.Context(), "SELECT pg_database_size(current_database())").Scan(&bytes); err != nil {
			h.t.Fatal(err)
		}
		return bytes
	}
	err := filepath.WalkDir(h.data, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		bytes += info.Size()
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return bytes
}
