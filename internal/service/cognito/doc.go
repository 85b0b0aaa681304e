// Package cognitoservice is the operations of Amazon Cognito user pools, one
// file a family (pools, clients, users, importjobs), with a file for each larger
// part of one: pools_settings.go, clients_oauth.go. The files pools_map.go,
// pools_map_services.go and clients_map.go turn the settings of the API into those
// of the domain and back, member by member. It owns the defaults of
// settings, the ids of pools, clients and jobs, and the order in which rules of
// several settings are checked. The rules of the domain are in package userpool.
package cognitoservice
