package iam

// arnParts is how many parts an ARN has: arn, partition, service, region,
// account and resource. The last may contain colons.
const arnParts = 6

// cutARN splits an ARN, or a pattern of one, at its first five colons.
func cutARN(s []rune) (parts [arnParts][]rune, ok bool) {
	i, start := 0, 0
	for at, r := range s {
		if r == ':' && i < arnParts-1 {
			parts[i], i, start = s[start:at], i+1, at+1
		}
	}
	parts[i] = s[start:]
	return parts, i == arnParts-1
}

// matchesARN reports whether an ARN fits a pattern. The six parts are compared
// one by one, so that a wildcard cannot reach into the next part (Condition
// operators, ARN; Amazon S3 User Guide, policy resources).
//
// The page of the Resource element says otherwise: there a * that ends a part
// "can expand to match beyond the colon boundaries". It makes a difference only
// where the last part of the resource's ARN contains a colon itself, and then
// the rule followed here is the narrower one, for an Allow and for a Deny.
func matchesARN(pattern glob, arn []rune) bool {
	p, ok := cutARN(pattern)
	a, isARN := cutARN(arn)
	if !ok || !isARN {
		return false
	}
	for i := range arnParts {
		if !glob(p[i]).matches(a[i]) {
			return false
		}
	}
	return true
}
