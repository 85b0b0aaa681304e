package awsarn

// UserPool returns the ARN of a user pool.
func UserPool(region, account, id string) string {
	return ARN{Partition, "cognito-idp", region, account, "userpool/" + id}.String()
}

// LogGroup returns the ARN of a log group, without the asterisk for its streams.
func LogGroup(region, account, name string) string {
	return ARN{Partition, "logs", region, account, "log-group:" + name}.String()
}

// LogStream returns the ARN of a stream of a log group; group is the group's ARN. With an
// empty name, the result is what policies are asked about an action on the group's
// streams.
func LogStream(group, name string) string { return group + ":log-stream:" + name }

// Entity returns the ARN of a user, role or managed policy; these have no region (IAM
// User Guide, IAM ARNs). The path begins and ends with a slash.
func Entity(account, kind, path, name string) string {
	return ARN{Partition, "iam", "", account, kind + path + name}.String()
}

// Root returns the ARN of an account's root.
func Root(account string) string { return ARN{Partition, "iam", "", account, "root"}.String() }

// AssumedRole returns the ARN of a role's session. It has the role's name without its
// path.
func AssumedRole(account, role, session string) string {
	return ARN{Partition, "sts", "", account, "assumed-role/" + role + "/" + session}.String()
}
