package server

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"poolhouse/internal/audit"
	"poolhouse/internal/awsarn"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/importjob"
	"poolhouse/internal/upload"
	"poolhouse/internal/userpool"
)

// told is a member whose value the audit tells, of inputs or of outputs, and the name that
// it has there. None of them is a secret or an attribute of a user.
type told struct {
	path string // members, with points between them
	name string
}

var toldOfInputs = []told{
	{"JobId", "job"}, {"UploadId", "upload"}, {"ClientId", "client"}, {"PolicyArn", "policy"}, {"PolicyName", "policy"}, {"VersionId", "version"},
	{"RoleSessionName", "session"}, {"AccessKeyId", "key"}, {"LogStreamName", "stream"},
}

var toldOfOutputs = []told{
	{"UserPool.Id", "pool"}, {"UserImportJob.JobId", "job"}, {"UserImportUpload.UploadId", "upload"}, {"UserPoolClient.ClientId", "client"},
	{"Policy.Arn", "policy"}, {"PolicyVersion.VersionId", "version"}, {"AccessKey.AccessKeyId", "issued"}, {"Credentials.AccessKeyId", "issued"},
}

// details returns what an event tells of a call beside its resource.
func details(c *dispatch.Call) string {
	var d detailText
	d.addAll(c.Input, toldOfInputs)
	d.addAll(c.Output, toldOfOutputs)
	for _, n := range c.Notes() {
		d.add(n.Name, n.Value)
	}
	return d.String()
}

// detailText is pairs name=value. What would end a value early is replaced, and a pair that is
// there already is left out.
type detailText struct{ pairs []string }

func (d *detailText) add(name, value string) {
	value = strings.Map(func(r rune) rune {
		if r <= ' ' {
			return '_'
		}
		return r
	}, value)
	pair := name + "=" + value
	for _, other := range d.pairs {
		if other == pair {
			return
		}
	}
	if value != "" {
		d.pairs = append(d.pairs, pair)
	}
}

func (d *detailText) addAll(of any, members []told) {
	v := structOf(reflect.ValueOf(of))
	if !v.IsValid() {
		return
	}
	for _, m := range members {
		if text, ok := member(v, m.path); ok {
			d.add(m.name, text)
		}
	}
}

func (d *detailText) String() string { return strings.Join(d.pairs, " ") }

// member returns the text of a member, false where there is none.
func member(v reflect.Value, path string) (string, bool) {
	for name := range strings.SplitSeq(path, ".") {
		if v = structOf(v); !v.IsValid() {
			return "", false
		}
		if v = v.FieldByName(name); !v.IsValid() {
			return "", false
		}
	}
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	return v.String(), v.Kind() == reflect.String
}

// structOf returns the structure that a value is or points to, the zero value for none.
func structOf(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return reflect.Value{}
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	return v
}

// uploaded writes a file down that came for an import job. Who sent it is not known: a
// pre-signed URL is a key of its own.
func (s *Server) uploaded(from *http.Request, key importjob.Key, requestID string, u, replaced importjob.Upload) {
	var d detailText
	d.add("job", key.JobID)
	d.add("size", strconv.FormatInt(u.Size, 10))
	d.add("sha256", u.SHA256)
	if replaced.Name != "" {
		d.add("replaced", replaced.SHA256)
	}
	region := userpool.RegionOf(key.PoolID)
	s.audit.Record(context.WithoutCancel(from.Context()), audit.Event{
		RequestID: requestID, Region: region, Service: upload.Service, Operation: upload.Operation, Address: s.proxies.Caller(from).Address, UserAgent: from.UserAgent(),
		Resource: awsarn.UserPool(region, s.cfg.AccountID, key.PoolID), Details: d.String(),
	})
}

// began writes down which file the run of an import job has read. Who started the job
// answers for it.
func (s *Server) began(ctx context.Context, j *importjob.Job) {
	var d detailText
	d.add("job", j.ID)
	d.add("size", strconv.FormatInt(j.Upload.Size, 10))
	d.add("etag", j.Upload.ETag)
	d.add("sha256", j.Upload.SHA256)
	region := userpool.RegionOf(j.PoolID)
	s.audit.Record(context.WithoutCancel(ctx), audit.Event{
		Region: region, Service: upload.Service, Operation: upload.ReadOperation, Principal: j.StartedBy,
		Resource: awsarn.UserPool(region, s.cfg.AccountID, j.PoolID), Details: d.String(),
	})
}
