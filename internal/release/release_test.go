package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestArchives: an archive has the files, sorted, with their text and mode. The
// same files give the same bytes again with other times and modes.
func TestArchives(t *testing.T) {
	dir, at := t.TempDir(), time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC)
	entries := []entry{
		{name: "top/poolhouse", from: write(t, filepath.Join(dir, "b"), "the program"), executable: true},
		{name: "top/LICENSE", from: write(t, filepath.Join(dir, "a"), "a licence")},
	}
	want := "top/LICENSE 644 a licence; top/poolhouse 755 the program; "
	for name, list := range map[string]func(*testing.T, []byte, time.Time) string{"x.tar.gz": listTar, "x.zip": listZip} {
		var before []byte
		for range 2 {
			if _, err := writeArchive(filepath.Join(dir, name), at, entries); err != nil {
				t.Fatal(err)
			}
			archive, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if got := list(t, archive, at); got != want {
				t.Errorf("%s has %q, want %q", name, got, want)
			}
			if before != nil && !bytes.Equal(before, archive) {
				t.Errorf("%s has different bytes the second time", name)
			}
			before = archive
			slices.Reverse(entries)
			if err := errors.Join(os.Chtimes(entries[0].from, time.Now(), time.Now()), os.Chmod(entries[0].from, 0o444)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := writeArchive(filepath.Join(dir, "two.zip"), at, append(entries, entries[0])); err == nil {
		t.Error("an archive has two files of one name")
	}
	if _, err := os.Stat(filepath.Join(dir, "two.zip")); err == nil {
		t.Error("an archive that could not be finished was left behind")
	}
}

func listTar(t *testing.T, archive []byte, at time.Time) (list string) {
	t.Helper()
	unpacked, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(unpacked); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil || !h.ModTime.Equal(at) || h.Uid != 0 || h.Uname != "root" {
			t.Errorf("%s: %v, %v, %d %s", h.Name, err, h.ModTime, h.Uid, h.Uname)
		}
		list += line(h.Name, h.FileInfo().Mode(), text)
	}
}

func listZip(t *testing.T, archive []byte, at time.Time) (list string) {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		file, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(file)
		if err != nil || !f.Modified.Equal(at) {
			t.Errorf("%s: %v, %v", f.Name, err, f.Modified)
		}
		list += line(f.Name, f.Mode(), text)
	}
	return list
}

func line(name string, mode os.FileMode, text []byte) string {
	digits := map[os.FileMode]string{0o644: "644", 0o755: "755"}
	return name + " " + digits[mode.Perm()] + " " + string(text) + "; "
}

func TestLicencesOf(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"LICENSE", "notice.txt", "COPYING.md", "licence_test.go.txt", "license.go/x", "readme", "UNLICENSE"} {
		write(t, filepath.Join(dir, "good", name), "text")
	}
	found, err := licencesOf("example.com/good", filepath.Join(dir, "good"))
	var names []string
	for _, l := range found {
		names = append(names, strings.TrimPrefix(l.name, "example.com/good/"))
	}
	if want := []string{"COPYING.md", "LICENSE", "UNLICENSE", "licence_test.go.txt", "notice.txt"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("found %q, %v; want %q", names, err, want)
	}
	write(t, filepath.Join(dir, "bad", "NOTICE"), "text")
	for _, dir := range []string{filepath.Join(dir, "bad"), filepath.Join(dir, "none"), ""} {
		if found, err := licencesOf("example.com/bad", dir); err == nil {
			t.Errorf("a module without a licence, in %q: %v", dir, found)
		}
	}
}

// TestLicencesOfTheProgram: every module of the program has a licence.
func TestLicencesOfTheProgram(t *testing.T) {
	t.Chdir("../..")
	for _, sqlite := range []string{"github.com/mattn/go-sqlite3", "modernc.org/sqlite"} {
		found, err := target{runtime.GOOS, runtime.GOARCH, sqlite == "github.com/mattn/go-sqlite3"}.licences(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"go/LICENSE", sqlite + "/LICENSE", "github.com/spf13/cobra/LICENSE.txt"} {
			if !slices.ContainsFunc(found, func(l licence) bool { return l.name == want }) {
				t.Errorf("%s is not among %d files", want, len(found))
			}
		}
	}
	for _, d := range documents {
		if _, err := os.Stat(d.from); err != nil {
			t.Error(err)
		}
	}
}

func TestTargets(t *testing.T) {
	all := targets()
	if len(all) != 6 {
		t.Errorf("%d targets: %v", len(all), all)
	}
	for _, target := range all {
		if own := target.os == "linux" && runtime.GOOS == "linux" && target.arch == runtime.GOARCH; target.c != own {
			t.Errorf("%s has %s", target, target.driver())
		}
		if zip := target.suffix() == ".zip"; zip != (target.os == "windows") || zip != strings.HasSuffix(target.program(), ".exe") {
			t.Errorf("%s: %s, %s", target, target.suffix(), target.program())
		}
	}
}

func TestVersionForm(t *testing.T) {
	for version, good := range map[string]bool{"v1.2.3": true, "v1.2.3-4-gabcdef0": true, "abcdef0": true, "1.0~rc1": true, "": false, "-x": false, "../x": false, "a b": false, "a,b": false} {
		if versionForm.MatchString(version) != good {
			t.Errorf("%q: %t", version, !good)
		}
	}
}

// TestSums: the file of checksums has the form that sha256sum -c reads.
func TestSums(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "b.zip"), "b")
	write(t, filepath.Join(dir, "a.zip"), "a")
	r := release{version: "v1", out: dir}
	if err := r.sums([]string{"b.zip", "a.zip"}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "poolhouse_v1_SHA256SUMS"))
	if want := "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a.zip\n3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d  b.zip\n"; err != nil || string(text) != want {
		t.Errorf("%q, %v", text, err)
	}
}
