package policy

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
// operators, ARN).
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
