package iamservice

import (
	"context"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/iam"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service"
)

// registerNone serves the operations for what users and roles do not have here: groups,
// instance profiles, console passwords, MFA devices, certificates and credentials of services.
// Clients call them before they delete a user or a role. For an existing user or role the
// answer is an empty list, which is true.
func (s *Service) registerNone(d *dispatch.Dispatcher) {
	dispatch.HandleCall(d, iamapi.ListGroupsForUser, s.listGroupsForUser)
	dispatch.Handle(d, iamapi.ListInstanceProfilesForRole, s.listInstanceProfilesForRole)
	dispatch.HandleCall(d, iamapi.GetLoginProfile, s.getLoginProfile)
	dispatch.HandleCall(d, iamapi.DeleteLoginProfile, s.deleteLoginProfile)
	dispatch.HandleCall(d, iamapi.ListMFADevices, s.listMFADevices)
	dispatch.Handle(d, iamapi.ListVirtualMFADevices, s.listVirtualMFADevices)
	dispatch.HandleCall(d, iamapi.ListSSHPublicKeys, s.listSSHPublicKeys)
	dispatch.HandleCall(d, iamapi.ListSigningCertificates, s.listSigningCertificates)
	dispatch.HandleCall(d, iamapi.ListServiceSpecificCredentials, s.listServiceSpecificCredentials)
}

// checkEmptyPage refuses an invalid page, and any marker: an empty list gives out none.
func (s *Service) checkEmptyPage(list, marker string, maxItems *int32) error {
	_, err := s.newPage(pagetoken.List{list}, "", marker, maxItems)
	return err
}

// noneOfUser refuses a request about a user that does not exist.
func (s *Service) noneOfUser(ctx context.Context, call *dispatch.Call, list, userName, marker string, maxItems *int32) error {
	name, err := userOrCaller(call, userName)
	if err != nil {
		return err
	}
	if err := s.checkEmptyPage(list, marker, maxItems); err != nil {
		return err
	}
	_, err = s.Store.User(ctx, name)
	return err
}

func (s *Service) listGroupsForUser(ctx context.Context, call *dispatch.Call, in *iamapi.ListGroupsForUserRequest) (*iamapi.ListGroupsForUserResponse, error) {
	err := s.noneOfUser(ctx, call, iamapi.ListGroupsForUser.Name, in.UserName, in.Marker, in.MaxItems)
	return &iamapi.ListGroupsForUserResponse{Groups: []iamapi.Group{}, IsTruncated: new(false)}, err
}

func (s *Service) listInstanceProfilesForRole(ctx context.Context, in *iamapi.ListInstanceProfilesForRoleRequest) (*iamapi.ListInstanceProfilesForRoleResponse, error) {
	if err := s.checkEmptyPage(iamapi.ListInstanceProfilesForRole.Name, in.Marker, in.MaxItems); err != nil {
		return nil, err
	}
	_, err := s.Store.Role(ctx, in.RoleName)
	return &iamapi.ListInstanceProfilesForRoleResponse{InstanceProfiles: []iamapi.InstanceProfile{}, IsTruncated: new(false)}, err
}

func (s *Service) getLoginProfile(ctx context.Context, call *dispatch.Call, in *iamapi.GetLoginProfileRequest) (*iamapi.GetLoginProfileResponse, error) {
	return nil, s.noLoginProfile(ctx, call, in.UserName)
}

func (s *Service) deleteLoginProfile(ctx context.Context, call *dispatch.Call, in *iamapi.DeleteLoginProfileRequest) (*apicore.Empty, error) {
	return nil, s.noLoginProfile(ctx, call, in.UserName)
}

// noLoginProfile returns why there is no login profile: the user does not exist, or users have
// none.
func (s *Service) noLoginProfile(ctx context.Context, call *dispatch.Call, userName string) error {
	name, err := userOrCaller(call, userName)
	if err != nil {
		return err
	}
	if _, err := s.Store.User(ctx, name); err != nil {
		return err
	}
	return iam.NoLoginProfile(name)
}

func (s *Service) listMFADevices(ctx context.Context, call *dispatch.Call, in *iamapi.ListMFADevicesRequest) (*iamapi.ListMFADevicesResponse, error) {
	err := s.noneOfUser(ctx, call, iamapi.ListMFADevices.Name, in.UserName, in.Marker, in.MaxItems)
	return &iamapi.ListMFADevicesResponse{MFADevices: []iamapi.MFADevice{}, IsTruncated: new(false)}, err
}

func (s *Service) listVirtualMFADevices(_ context.Context, in *iamapi.ListVirtualMFADevicesRequest) (*iamapi.ListVirtualMFADevicesResponse, error) {
	err := s.checkEmptyPage(iamapi.ListVirtualMFADevices.Name, in.Marker, in.MaxItems)
	return &iamapi.ListVirtualMFADevicesResponse{VirtualMFADevices: []iamapi.VirtualMFADevice{}, IsTruncated: new(false)}, err
}

func (s *Service) listSSHPublicKeys(ctx context.Context, call *dispatch.Call, in *iamapi.ListSSHPublicKeysRequest) (*iamapi.ListSSHPublicKeysResponse, error) {
	err := s.noneOfUser(ctx, call, iamapi.ListSSHPublicKeys.Name, in.UserName, in.Marker, in.MaxItems)
	return &iamapi.ListSSHPublicKeysResponse{SSHPublicKeys: []iamapi.SSHPublicKeyMetadata{}, IsTruncated: new(false)}, err
}

func (s *Service) listSigningCertificates(ctx context.Context, call *dispatch.Call, in *iamapi.ListSigningCertificatesRequest) (*iamapi.ListSigningCertificatesResponse, error) {
	err := s.noneOfUser(ctx, call, iamapi.ListSigningCertificates.Name, in.UserName, in.Marker, in.MaxItems)
	return &iamapi.ListSigningCertificatesResponse{Certificates: []iamapi.SigningCertificate{}, IsTruncated: new(false)}, err
}

// listServiceSpecificCredentials lists the credentials of one user, or with AllUsers of all
// users.
func (s *Service) listServiceSpecificCredentials(ctx context.Context, call *dispatch.Call, in *iamapi.ListServiceSpecificCredentialsRequest) (*iamapi.ListServiceSpecificCredentialsResponse, error) {
	err := s.checkEmptyPage(iamapi.ListServiceSpecificCredentials.Name, in.Marker, in.MaxItems)
	switch {
	case service.Value(in.AllUsers) && in.UserName != "":
		return nil, iam.Errorf(iam.ValidationError, "Give UserName or AllUsers, not both.")
	case err == nil && !service.Value(in.AllUsers):
		err = s.noneOfUser(ctx, call, iamapi.ListServiceSpecificCredentials.Name, in.UserName, "", in.MaxItems)
	}
	return &iamapi.ListServiceSpecificCredentialsResponse{
		ServiceSpecificCredentials: []iamapi.ServiceSpecificCredentialMetadata{}, IsTruncated: new(false),
	}, err
}
