// Calls with the AWS SDK for JavaScript v3 what older SDKs do not know, and prints what came of it as
// JSON. Region, endpoint and credentials are those of the environment.
'use strict';

const { CognitoIdentityProvider } = require('@aws-sdk/client-cognito-identity-provider');
const { world, authenticator, refusal, print } = require('./world.js');

const client = new CognitoIdentityProvider({});

print(async () => {
	const { UserPool: { Id: UserPoolId } } = await client.createUserPool({ PoolName: 'v3', UserPoolTier: 'LITE', AutoVerifiedAttributes: ['email'] });
	await client.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } });
	const { UserPoolClient: { ClientId } } = await client.createUserPoolClient({
		UserPoolId, ClientName: 'web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
		RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
	});
	const out = {};

	// Users with hashes.
	const bcrypt = require('bcryptjs');
	const job = { UserPoolId, JobName: 'all', CloudWatchLogsRoleArn: world.role, PasswordHashingAlgorithm: 'BCRYPT' };
	const { UserImportJob: { JobId, PreSignedUrl } } = await client.createUserImportJob(job);
	const file = `cognito:username,email,email_verified,password_hash\nada,ada@example.com,true,${await bcrypt.hash(world.first, 4)}\n`;
	await fetch(PreSignedUrl, { method: 'PUT', body: file, headers: { 'x-amz-server-side-encryption': 'aws:kms' } });
	await client.startUserImportJob({ UserPoolId, JobId });
	let described;
	do {
		described = (await client.describeUserImportJob({ UserPoolId, JobId })).UserImportJob;
	} while (!described.CompletionDate);
	out.imported = [described.Status, described.ImportedUsers, described.PasswordHashingAlgorithm];

	const signIn = () => client.initiateAuth({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: 'ada', PASSWORD: world.first } });
	const { AuthenticationResult: tokens } = await signIn();
	const { AuthenticationResult: next } = await client.getTokensFromRefreshToken({ ClientId, RefreshToken: tokens.RefreshToken });
	out.rotated = next.RefreshToken !== undefined && next.RefreshToken !== tokens.RefreshToken;
	const { AccessToken } = next;

	const { SecretCode } = await client.associateSoftwareToken({ AccessToken });
	await client.verifySoftwareToken({ AccessToken, UserCode: authenticator(SecretCode)() });
	await client.setUserMFAPreference({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } });
	const factors = async () => {
		const own = await client.getUserAuthFactors({ AccessToken });
		const told = await client.adminGetUserAuthFactors({ UserPoolId, Username: 'ada' });
		return [own, told].map((f) => [f.Username, f.PreferredMfaSetting ?? null, f.UserMFASettingList ?? null, f.ConfiguredUserAuthFactors]);
	};
	out.factors = await factors();
	out['second factor'] = (await signIn()).ChallengeName;
	await client.adminDeleteSoftwareToken({ UserPoolId, Username: 'ada' });
	out['factors after that'] = await factors();
	out['sign-in after that'] = (await signIn()).AuthenticationResult !== undefined;
	out['deleted twice'] = (await refusal(client.adminDeleteSoftwareToken({ UserPoolId, Username: 'ada' })))[0];
	out['used again'] = (await refusal(client.getTokensFromRefreshToken({ ClientId, RefreshToken: tokens.RefreshToken })))[0];
	return out;
});
