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

// auditedMember is a member of an input or output whose value is recorded in the audit. None
// is a secret or a user attribute.
type auditedMember struct {
	path string // member names, separated by dots
	name string // in the audit
}

var auditedInputs = []auditedMember{
	{"JobId", "job"}, {"UploadId", "upload"}, {"ClientId", "client"}, {"PolicyArn", "policy"}, {"PolicyName", "policy"}, {"VersionId", "version"},
	{"RoleSessionName", "session"}, {"AccessKeyId", "key"}, {"LogStreamName", "stream"},
}

var auditedOutputs = []auditedMember{
	{"UserPool.Id", "pool"}, {"UserImportJob.JobId", "job"}, {"UserImportUpload.UploadId", "upload"}, {"UserPoolClient.ClientId", "client"},
	{"Policy.Arn", "policy"}, {"PolicyVersion.VersionId", "version"}, {"AccessKey.AccessKeyId", "issued"}, {"Credentials.AccessKeyId", "issued"},
}

// details returns the details of a call that its event has beside the resource.
func details(c *dispatch.Call) string {
	var d detailText
	d.addAll(c.Input, auditedInputs)
	d.addAll(c.Output, auditedOutputs)
	for _, n := range c.Notes() {
		d.add(n.Name, n.Value)
	}
	return d.String()
}

// detailText is a list of pairs name=value. Spaces and control characters in a value become
// "_", because they would end the value. A repeated pair is left out.
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

func (d *detailText) addAll(of any, members []auditedMember) {
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

// member returns the text of a member, false if there is none.
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

// structOf returns the struct that a value is or points to, the zero Value if there is none.
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

// uploaded records an upload for an import job. The sender is unknown: a pre-signed URL needs
// no other credentials.
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

// began records which file an import job reads. The event's principal is the one that started
// the job.
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
