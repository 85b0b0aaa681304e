package e2e

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// deleting is a server on which user pools with many uploads are deleted.
type deleting struct {
	*node
	t    *testing.T
	home *home
}

// poolWithUploads creates a user pool with import jobs that have files, and returns the
// URLs of further jobs without files.
func (d *deleting) poolWithUploads(file string, files, others int) (pool string, urls []string) {
	d.t.Helper()
	pool, _ = d.poolWithJob()
	for i := range files + others {
		job, err := d.client().CreateUserImportJob(d.t.Context(), &cognito.CreateUserImportJobInput{UserPoolId: &pool, JobName: aws.String(fmt.Sprint("job ", i)),
			CloudWatchLogsRoleArn: aws.String(logRole)})
		if err != nil {
			d.t.Fatal(err)
		}
		if url := *job.UserImportJob.PreSignedUrl; i < files {
			d.put(file, url)
		} else {
			urls = append(urls, url)
		}
	}
	return pool, urls
}

// filesOf returns the number of a pool's files.
func (d *deleting) filesOf(pool string) (n int) {
	d.t.Helper()
	for _, path := range d.home.uploads() {
		if strings.Contains(path, pool) {
			n++
		}
	}
	return n
}

// try tries to delete a pool, once.
func (d *deleting) try(pool string) error {
	_, err := d.client().DeleteUserPool(d.t.Context(), &cognito.DeleteUserPoolInput{UserPoolId: &pool}, func(o *cognito.Options) { o.Retryer = aws.NopRetryer{} })
	return err
}

// sending is an upload in progress that does not end by itself.
type sending struct {
	end    func() error // ends the body
	status chan int     // status of the answer, 0 for a broken connection
}

// send begins an upload.
func send(t *testing.T, url string) sending {
	t.Helper()
	body, in := io.Pipe()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("x-amz-server-side-encryption", "aws:kms")
	s := sending{in.Close, make(chan int, 1)}
	go func() {
		status := 0
		if answer, err := http.DefaultClient.Do(request); err == nil {
			answer.Body.Close()
			status = answer.StatusCode
		}
		_ = body.Close() // pending writes fail
		s.status <- status
	}()
	_, _ = io.WriteString(in, "cognito:username,email\n") // fails if the upload is refused at once
	return s
}

// mustBeGone: nothing may be left of a pool, and its URLs must be refused.
func (d *deleting) mustBeGone(pool string, urls []string) {
	d.t.Helper()
	await(d.t, "all that is left of the pool to go", 20*time.Second, func() bool { return d.home.cleared() && d.filesOf(pool) == 0 })
	await(d.t, "its directory to go", time.Minute, func() bool {
		left, err := filepath.Glob(filepath.Join(d.home.data, "uploads", pool))
		unfinished, errUnfinished := filepath.Glob(filepath.Join(d.home.data, "uploads", "incoming", "*"))
		if err := errors.Join(err, errUnfinished); err != nil {
			d.t.Fatal(err)
		}
		return len(left)+len(unfinished) == 0
	})
	for _, url := range urls {
		late := send(d.t, url)
		if err := late.end(); err != nil {
			d.t.Error(err)
		}
		if status := <-late.status; status != http.StatusForbidden && status != 0 {
			d.t.Errorf("an upload whose pool is gone is answered %d", status)
		}
	}
	if n := d.filesOf(pool); n > 0 {
		d.t.Errorf("late uploads left %d files", n)
	}
	if _, err := d.client().DescribeUserPool(d.t.Context(), &cognito.DescribeUserPoolInput{UserPoolId: &pool}); !as[*types.ResourceNotFoundException](err) {
		d.t.Errorf("the pool is described: %v", err)
	}
}

// TestDeletionBesideUploads deletes a user pool while files are being uploaded to it. The
// deletion is answered, the uploads are refused with 403, and nothing of them is left.
func TestDeletionBesideUploads(t *testing.T) {
	together(t)
	file := mixedFile(t, 10)
	onEachStore(t, func(t *testing.T, h *homes) {
		home := h.make(t)
		d := &deleting{home.node(), t, home}
		other, _ := d.poolWithUploads(file, 1, 0)
		pool, urls := d.poolWithUploads(file, 20, 8)
		var under []sending
		for _, url := range urls[:4] {
			under = append(under, send(t, url))
		}
		var all sync.WaitGroup
		for _, url := range urls[4:] { // these end during the deletion
			all.Go(func() {
				for range 20 {
					s := send(t, url)
					if err := s.end(); err != nil {
						t.Error(err)
					}
					if status := <-s.status; status != http.StatusOK && status != http.StatusForbidden && status != 0 {
						t.Errorf("an upload beside a deletion is answered %d", status)
					}
				}
			})
		}
		if err := d.try(pool); err != nil {
			t.Errorf("a deletion beside uploads: %v", err)
		}
		for _, s := range under {
			if err := s.end(); err != nil {
				t.Error(err)
			}
			if status := <-s.status; status != http.StatusForbidden {
				t.Errorf("an upload whose pool was deleted meanwhile is answered %d", status)
			}
		}
		all.Wait()
		d.terminate()
		d.again() // the restart removes files that arrived after the deletion had listed them
		d.mustBeGone(pool, urls)
		if n := d.filesOf(other); n != 1 {
			t.Errorf("the other pool has %d files", n)
		}
	})
}

// TestKilledDeletion kills the server with SIGKILL in the middle of the deletion of a user
// pool with uploads, some of them in progress. After the restart, the pool either exists
// with all its files, or nothing of it is left.
func TestKilledDeletion(t *testing.T) {
	together(t)
	const rounds, files = 6, 60
	file := mixedFile(t, 10)
	onEachStore(t, func(t *testing.T, h *homes) {
		home := h.make(t)
		d := &deleting{home.node(), t, home}
		other, _ := d.poolWithUploads(file, 1, 0)
		r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 5))
		caught := map[string]int{}
		for round := range rounds {
			pool, urls := d.poolWithUploads(file, files, 2)
			under := send(t, urls[0])
			answered := make(chan error, 1)
			go func() { answered <- d.try(pool) }()
			switch round % 3 {
			case 0: // perhaps before the answer
				time.Sleep(time.Duration(r.Int64N(int64(5 * time.Millisecond)))) // the random moment is what the test tries
			case 1: // after it
				if err := <-answered; err != nil {
					t.Errorf("the deletion is answered %v", err)
				}
				answered <- nil
			default: // while files are removed
				for deadline := time.Now().Add(20 * time.Second); d.filesOf(pool) >= files && time.Now().Before(deadline); { // without a pause, to kill at the first removal
				}
			}
			d.kill()
			home.awaitGone(d.name)
			err := errors.Join(under.end(), <-answered)
			<-under.status
			left := d.filesOf(pool)
			switch {
			case left >= files:
				caught["no file removed"]++
			case left > 0:
				caught["some files removed"]++
			default:
				caught["all files removed"]++
			}
			d.again()
			_, missing := d.client().DescribeUserPool(t.Context(), &cognito.DescribeUserPoolInput{UserPoolId: &pool})
			switch {
			case as[*types.ResourceNotFoundException](missing):
			case missing != nil:
				t.Fatal(missing)
			case err == nil:
				t.Error("a pool is there whose deletion was answered")
				fallthrough
			default:
				if left != files || d.filesOf(pool) != files {
					t.Errorf("a pool that was not deleted has %d files, and then %d", left, d.filesOf(pool))
				}
				if err := d.try(pool); err != nil {
					t.Fatal(err)
				}
			}
			d.mustBeGone(pool, urls)
		}
		if n := d.filesOf(other); n != 1 {
			t.Errorf("the other pool has %d files", n)
		}
		t.Logf("the server was killed with %v", caught)
		if caught["some files removed"] == 0 && caught["no file removed"] == rounds {
			t.Error("no deletion had begun: the test tests nothing")
		}
	})
}

// switchboard is a connection to a server that can be cut and restored.
type switchboard struct {
	net.Listener
	to    string
	mu    sync.Mutex
	cut   bool
	links []net.Conn
}

// newSwitchboard listens until the test ends.
func newSwitchboard(t *testing.T, to string) *switchboard {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &switchboard{Listener: l, to: to}
	t.Cleanup(func() {
		s.set(true)
		_ = l.Close() // failures do not matter here
	})
	go s.run()
	return s
}

func (s *switchboard) run() {
	for {
		from, err := s.Accept()
		if err != nil {
			return
		}
		s.connect(from)
	}
}

// connect forwards a connection, or closes it while the connection to the server is cut.
func (s *switchboard) connect(from net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	to, err := net.Dial("tcp", s.to)
	if s.cut || err != nil {
		_ = from.Close()
		if err == nil {
			_ = to.Close()
		}
		return
	}
	s.links = append(s.links, from, to)
	for _, way := range [][2]net.Conn{{from, to}, {to, from}} {
		go func() {
			_, _ = io.Copy(way[0], way[1]) // either end may break it off
			_, _ = way[0].Close(), way[1].Close()
		}()
	}
}

// set cuts or restores the connection.
func (s *switchboard) set(cut bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut = cut
	if cut {
		for _, c := range s.links {
			_ = c.Close() // may be closed already
		}
		s.links = nil
	}
}

// TestDeletionWithoutBucket deletes a user pool while the bucket of its uploads cannot be
// reached. The deletion is answered. As soon as the bucket is back the uploads are deleted,
// by the same server or by the one that starts after a kill.
func TestDeletionWithoutBucket(t *testing.T) {
	together(t)
	s3, bucket := newBucket(t)
	way := newSwitchboard(t, strings.TrimPrefix(s3.Endpoint, "http://"))
	n := bucketNode(t, bucket, "http://"+way.Addr().String(), s3.AccessKey, s3.Secret)
	d := &deleting{n, t, &home{t: t, data: n.data}}
	file := mixedFile(t, 10)
	objects := func(pool string) int {
		t.Helper()
		all, err := filepath.Glob(filepath.Join(shared.s3Dir, "buckets", bucket, "*", pool, "*"))
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	gone := func(pool string) func() bool { return func() bool { return d.home.cleared() && objects(pool) == 0 } }
	for _, kill := range []bool{false, true} {
		pool, _ := d.poolWithUploads(file, 2, 0)
		next, _ := d.poolWithUploads(file, 0, 0)
		if n := objects(pool); n != 2 {
			t.Fatalf("the bucket has %d objects of the pool", n)
		}
		way.set(true)
		if err := d.try(pool); err != nil {
			t.Errorf("a deletion without the bucket is answered %v", err)
		}
		await(t, "the log to say that files were not removed", 30*time.Second, func() bool {
			return strings.Contains(d.told(), "not cleared; will retry")
		})
		if d.home.cleared() || objects(pool) != 2 {
			t.Error("what has files left is forgotten")
		}
		if kill {
			d.kill()
		}
		way.set(false)
		if kill {
			d.again()
		} else if err := d.try(next); err != nil { // wakes the deletion, as a minute would
			t.Error(err)
		}
		await(t, "the uploads to go", 30*time.Second, gone(pool))
	}
}
