// Calls each service of a server with the AWS SDK for JavaScript v2 and prints
// what came of it as JSON. Region and credentials are those of the environment.
'use strict';

const AWS = require('aws-sdk');

const pools = new AWS.CognitoIdentityServiceProvider();
const logs = new AWS.CloudWatchLogs();
const iam = new AWS.IAM();
const sts = new AWS.STS();

const refusal = (call) => call.promise().then(
	() => 'no error',
	(error) => [error.code, error.statusCode],
);

async function walk() {
	const { UserPool: pool } = await pools.createUserPool({ PoolName: 'v2', AutoVerifiedAttributes: ['email'] }).promise();
	const UserPoolId = pool.Id;
	await pools.adminCreateUser({
		UserPoolId, Username: 'ada', MessageAction: 'SUPPRESS',
		UserAttributes: [{ Name: 'email', Value: 'ada@example.com' }, { Name: 'name', Value: 'Ada Löwe, Ⅱ' }],
	}).promise();
	const { Users: users } = await pools.listUsers({ UserPoolId, Filter: 'email = "ada@example.com"' }).promise();
	const { CSVHeader: header } = await pools.getCSVHeader({ UserPoolId }).promise();
	const groups = await logs.describeLogGroups().promise();

	const policy = (statement) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
	const UserName = 'v2', RoleName = 'v2';
	const { User: user } = await iam.createUser({ UserName }).promise();
	await iam.putUserPolicy({ UserName, PolicyName: 'assume', PolicyDocument: policy({ Action: 'sts:AssumeRole', Resource: '*' }) }).promise();
	const trust = policy({ Principal: { AWS: user.Arn }, Action: 'sts:AssumeRole' });
	const { Role: role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument: trust }).promise();
	await iam.putRolePolicy({ RoleName, PolicyName: 'read', PolicyDocument: policy({ Action: 'cognito-idp:Describe*', Resource: '*' }) }).promise();
	const { Roles: roles } = await iam.listRoles().promise();
	const { AccessKey: key } = await iam.createAccessKey({ UserName }).promise();

	const asUser = { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
	const { Credentials: s } = await new AWS.STS(asUser).assumeRole({ RoleArn: role.Arn, RoleSessionName: 'walk' }).promise();
	const session = { accessKeyId: s.AccessKeyId, secretAccessKey: s.SecretAccessKey, sessionToken: s.SessionToken };
	const asSession = new AWS.CognitoIdentityServiceProvider(session);

	return {
		found: users.map((u) => [u.Username, u.UserStatus, u.Attributes.find((a) => a.Name === 'name').Value]),
		header: header.slice(0, 1),
		groups: Array.isArray(groups.logGroups),
		roles: roles.map((r) => r.RoleName),
		session: (await new AWS.STS(session).getCallerIdentity().promise()).Arn.split(':').pop(),
		described: (await asSession.describeUserPool({ UserPoolId }).promise()).UserPool.Name,
		denied: await refusal(asSession.listUsers({ UserPoolId })),
		'no pool': await refusal(pools.describeUserPool({ UserPoolId: 'us-east-1_Nowhere00' })),
		'no role': await refusal(iam.getRole({ RoleName: 'nowhere' })),
		'no group': await refusal(logs.describeLogStreams({ logGroupName: '/aws/cognito/nowhere' })),
		'another secret': await refusal(new AWS.STS({ ...asUser, secretAccessKey: 'x' }).getCallerIdentity()),
	};
}

walk().then(
	(seen) => console.log(JSON.stringify(seen)),
	(error) => {
		console.error(error);
		process.exitCode = 1;
	},
);
