// Package cognitoservice has the operations of Amazon Cognito user pools. Each family (pools,
// clients, users, importjobs) has a file, and each larger part of one: pools_settings.go,
// clients_oauth.go. pools_map.go, pools_map_services.go and clients_map.go convert settings
// between the API and the domain, member by member. The package owns the defaults of settings,
// the ids of pools, clients and jobs, and the order of checks that concern several settings.
// Package userpool has the domain's rules.
package cognitoservice
