package iamservice

import (
	"context"
	"fmt"
	"math"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/iam"
	"poolhouse/internal/service"
)

func (s *Service) registerVersions(d *dispatch.Dispatcher) {
	dispatch.HandleCall(d, iamapi.CreatePolicyVersion, s.createPolicyVersion)
	dispatch.HandleCall(d, iamapi.GetPolicyVersion, s.getPolicyVersion)
	dispatch.HandleCall(d, iamapi.ListPolicyVersions, s.listPolicyVersions)
	dispatch.HandleCall(d, iamapi.SetDefaultPolicyVersion, s.setDefaultPolicyVersion)
	dispatch.HandleCall(d, iamapi.DeletePolicyVersion, s.deletePolicyVersion)
}

func (s *Service) createPolicyVersion(ctx context.Context, call *dispatch.Call, in *iamapi.CreatePolicyVersionRequest) (*iamapi.CreatePolicyVersionResponse, error) {
	ref, err := iam.ParsePolicyARN(call.From.Account, in.PolicyArn)
	if err != nil {
		return nil, err
	}
	v, err := iam.NewPolicyVersion(in.PolicyDocument, service.Value(in.SetAsDefault), s.now())
	if err != nil {
		return nil, err
	}
	if v.No, err = s.Store.CreatePolicyVersion(ctx, ref, v); err != nil {
		return nil, err
	}
	return &iamapi.CreatePolicyVersionResponse{PolicyVersion: new(policyVersion(v))}, nil
}

func (s *Service) getPolicyVersion(ctx context.Context, call *dispatch.Call, in *iamapi.GetPolicyVersionRequest) (*iamapi.GetPolicyVersionResponse, error) {
	ref, no, err := s.versionNamed(call, in.PolicyArn, in.VersionId)
	if err != nil {
		return nil, err
	}
	v, err := s.Store.PolicyVersion(ctx, ref, no)
	if err != nil {
		return nil, err
	}
	out := policyVersion(v)
	out.Document = encodedDocument(v.Document)
	return &iamapi.GetPolicyVersionResponse{PolicyVersion: &out}, nil
}

func (s *Service) listPolicyVersions(ctx context.Context, call *dispatch.Call, in *iamapi.ListPolicyVersionsRequest) (*iamapi.ListPolicyVersionsResponse, error) {
	ref, err := iam.ParsePolicyARN(call.From.Account, in.PolicyArn)
	if err != nil {
		return nil, err
	}
	p, err := s.newPage(ownedBy(iamapi.ListPolicyVersions.Name, ref.Name), "", in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.ListPolicyVersions(ctx, ref)
	if err != nil {
		return nil, err
	}
	out := new(iamapi.ListPolicyVersionsResponse)
	found, truncated, marker := cutPage(p, behind(p, all, versionOrder), versionOrder)
	out.Versions, out.IsTruncated, out.Marker = each(found, policyVersion), truncated, marker
	return out, nil
}

// versionOrder is the sort key of versions: the newest first.
func versionOrder(v *iam.PolicyVersion) string {
	return fmt.Sprintf("%019d", math.MaxInt64-int64(v.No))
}

func (s *Service) setDefaultPolicyVersion(ctx context.Context, call *dispatch.Call, in *iamapi.SetDefaultPolicyVersionRequest) (*apicore.Empty, error) {
	ref, no, err := s.versionNamed(call, in.PolicyArn, in.VersionId)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.SetDefaultPolicyVersion(ctx, ref, no)
}

func (s *Service) deletePolicyVersion(ctx context.Context, call *dispatch.Call, in *iamapi.DeletePolicyVersionRequest) (*apicore.Empty, error) {
	ref, no, err := s.versionNamed(call, in.PolicyArn, in.VersionId)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.DeletePolicyVersion(ctx, ref, no)
}

// versionNamed reads a version's ARN and id. It refuses an id that no version can have.
func (s *Service) versionNamed(call *dispatch.Call, arn, id string) (iam.PolicyRef, iam.VersionNo, error) {
	ref, err := iam.ParsePolicyARN(call.From.Account, arn)
	if err != nil {
		return ref, 0, err
	}
	no := iam.ParseVersionID(id)
	if no == 0 {
		return ref, 0, iam.NoVersion(arn, id)
	}
	return ref, no, nil
}

// policyVersion returns a version in the answers' form. Only the answer of GetPolicyVersion has
// the document (PolicyVersion).
func policyVersion(v *iam.PolicyVersion) iamapi.PolicyVersion {
	return iamapi.PolicyVersion{VersionId: v.No.ID(), IsDefaultVersion: new(v.Default), CreateDate: service.Timestamp(v.Created)}
}
