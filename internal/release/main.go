package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// run makes the archives that the flags ask for.
func run(ctx context.Context) error {
	r := release{log: os.Stderr}
	flag.StringVar(&r.version, "version", "", "the version; by default the output of git describe")
	flag.StringVar(&r.out, "out", "dist", "the folder for the archives")
	flag.StringVar(&r.only, "only", "", "make the archive of one system only, such as linux/amd64")
	flag.Parse()
	return r.run(ctx)
}

// release is one run.
type release struct {
	version, out, only string
	commit             string
	time               time.Time // of the commit
	log                io.Writer
}

// documents are the files of the repository that each archive contains, and
// their names in it.
var documents = []struct{ from, to string }{
	{"LICENSE", "LICENSE"}, {"NOTICE", "NOTICE"}, {"README.md", "README.md"}, {"CHANGELOG.md", "CHANGELOG.md"},
	{"packaging/systemd/poolhouse.service", "systemd/poolhouse.service"},
	{"packaging/systemd/poolhouse.yaml", "systemd/poolhouse.yaml"},
	{"packaging/docker/Dockerfile", "docker/Dockerfile"},
	{"packaging/docker/compose.yaml", "docker/compose.yaml"},
}

// versionForm is the form of a version, which becomes part of file names.
var versionForm = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.+~_-]{0,63}$`)

func (r *release) run(ctx context.Context) error {
	if err := r.describe(ctx); err != nil {
		return err
	}
	built, err := os.MkdirTemp("", "poolhouse-release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(built)
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	var archives []string
	for _, t := range targets() {
		if r.only != "" && r.only != t.String() {
			continue
		}
		name, err := r.pack(ctx, t, built)
		if err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
		archives = append(archives, name)
	}
	if len(archives) == 0 {
		return fmt.Errorf("there is no system %q; -only must be one of %v", r.only, targets())
	}
	return r.sums(archives)
}

// describe reads the version, the commit and its time from git. It refuses files that
// differ from the commit: the same archive could not be made again.
func (r *release) describe(ctx context.Context) error {
	changed, err := git(ctx, "status", "--porcelain")
	if err != nil {
		return err
	}
	if changed != "" {
		return fmt.Errorf("these files are not committed; commit or remove them:\n%s", changed)
	}
	if r.version == "" {
		if r.version, err = git(ctx, "describe", "--tags", "--always"); err != nil {
			return err
		}
	}
	if !versionForm.MatchString(r.version) {
		return fmt.Errorf("the version is %q; it must begin with a letter or digit and have only letters, digits and . + ~ _ -", r.version)
	}
	head, err := git(ctx, "show", "--no-patch", "--format=%H %ct", "HEAD")
	if err != nil {
		return err
	}
	commit, seconds, _ := strings.Cut(head, " ")
	at, err := strconv.ParseInt(seconds, 10, 64)
	r.commit, r.time = commit, time.Unix(at, 0).UTC()
	return err
}

// git returns the output of a git command.
func git(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "git", args...).Output()
	if err != nil {
		if failed, ok := errors.AsType[*exec.ExitError](err); ok {
			return "", fmt.Errorf("git %v: %w: %s", args, err, failed.Stderr)
		}
		return "", fmt.Errorf("git %v: %w", args, err)
	}
	return strings.TrimSpace(string(out)), nil
}

// pack builds the program for a system, makes its archive and returns the
// archive's name.
func (r *release) pack(ctx context.Context, t target, dir string) (name string, err error) {
	start := time.Now()
	program := filepath.Join(dir, strings.ReplaceAll(t.String(), "/", "_"))
	if err := t.build(ctx, program, r.stamp()); err != nil {
		return "", err
	}
	top := "poolhouse_" + r.version + "_" + t.os + "_" + t.arch
	files := []entry{{name: top + "/" + t.program(), from: program, executable: true}}
	for _, d := range documents {
		files = append(files, entry{name: top + "/" + d.to, from: filepath.FromSlash(d.from)})
	}
	licences, err := t.licences(ctx)
	if err != nil {
		return "", err
	}
	for _, l := range licences {
		files = append(files, entry{name: top + "/THIRD_PARTY_LICENSES/" + l.name, from: l.from})
	}
	name = top + t.suffix()
	size, err := writeArchive(filepath.Join(r.out, name), r.time, files)
	if err == nil {
		_, err = fmt.Fprintf(r.log, "%s: %d bytes, %d licence files, %s, %v\n", name, size, len(licences), t.driver(), time.Since(start).Round(time.Second))
	}
	return name, err
}

// stamp returns the stamp that the linker writes into package buildinfo.
func (r *release) stamp() string {
	return r.version + "," + r.commit + "," + r.time.Format(time.RFC3339)
}

// sums writes the file of checksums of the archives, in the form of sha256sum.
func (r *release) sums(archives []string) error {
	slices.Sort(archives)
	var text strings.Builder
	for _, name := range archives {
		file, err := os.Open(filepath.Join(r.out, name))
		if err != nil {
			return err
		}
		sum := sha256.New()
		_, err = io.Copy(sum, file)
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
		_, _ = fmt.Fprintf(&text, "%x  %s\n", sum.Sum(nil), name)
	}
	return os.WriteFile(filepath.Join(r.out, "poolhouse_"+r.version+"_SHA256SUMS"), []byte(text.String()), 0o644)
}
