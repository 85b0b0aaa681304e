// Signs users in with AWS Amplify and prints what came of it as JSON.
'use strict';

const { Amplify } = require('aws-amplify');
const auth = require('aws-amplify/auth');
const { world, code, authenticator, another, refusal, print } = require('./world.js');

// use has Amplify use a pool from now on.
const use = (p) => Amplify.configure({ Auth: { Cognito: { userPoolId: p.pool, userPoolClientId: p.client, userPoolEndpoint: world.endpoint } } });

// signIn signs a user in by SRP, Amplify's default, and returns what comes next.
const signIn = async (username, password) => (await auth.signIn({ username, password })).nextStep;
const answered = async (challengeResponse, options) => (await auth.confirmSignIn({ challengeResponse, options })).nextStep.signInStep;
const session = async (options) => (await auth.fetchAuthSession(options)).tokens;

// The challenges that Amplify's steps are of.
const challenges = {
	CONFIRM_SIGN_IN_WITH_TOTP_CODE: 'SOFTWARE_TOKEN_MFA', CONTINUE_SIGN_IN_WITH_TOTP_SETUP: 'MFA_SETUP', CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED: 'NEW_PASSWORD_REQUIRED',
};

async function walk() {
	const out = {};
	const { first, second, wrong } = world;
	use(world.optional);
	out['wrong password'] = await refusal(signIn('ada', wrong));
	await signIn('ada', first);
	const tokens = await session();
	out['signed in'] = [tokens.idToken.payload['cognito:username'], tokens.accessToken.payload.token_use];
	out.email = (await auth.fetchUserAttributes()).email;

	const app = authenticator((await auth.setUpTOTP()).sharedSecret);
	await auth.verifyTOTPSetup({ code: app() });
	await auth.updateMFAPreference({ totp: 'PREFERRED' });
	out.preference = await auth.fetchMFAPreference();
	await auth.signOut();
	out['second factor'] = challenges[(await signIn('ada', first)).signInStep];
	const right = app();
	out['wrong code'] = await refusal(answered(another(right)));
	await answered(right);
	await auth.updateMFAPreference({ totp: 'DISABLED' });

	await auth.updatePassword({ oldPassword: first, newPassword: second });
	await auth.signOut();
	out['old password'] = await refusal(signIn('ada', first));
	await signIn('ada', second);
	const changed = await session();
	const refreshed = await session({ forceRefresh: true });
	out.refreshed = refreshed.accessToken.toString() !== changed.accessToken.toString()
		&& refreshed.accessToken.payload.origin_jti === changed.accessToken.payload.origin_jti;
	await auth.signOut({ global: true });
	const call = (operation, body) => fetch(world.endpoint, {
		method: 'POST', body: JSON.stringify(body),
		headers: { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `AWSCognitoIdentityProviderService.${operation}` },
	}).then(async (answer) => { const { __type: name, message } = await answer.json(); throw Object.assign(new Error(message), { name }); });
	out['signed out'] = await refusal(call('GetUser', { AccessToken: refreshed.accessToken.toString() }));

	const temporary = await signIn('bob', first);
	out['new password'] = [challenges[temporary.signInStep], temporary.missingAttributes];
	out['new password refused'] = (await refusal(answered('short')))[0];
	await answered(second, { userAttributes: { given_name: 'Bob' } });
	out['given name'] = (await auth.fetchUserAttributes()).given_name;
	await auth.signOut();

	const sent = (await auth.resetPassword({ username: 'eve' })).nextStep.codeDeliveryDetails;
	out['code sent'] = { AttributeName: sent.attributeName, DeliveryMedium: sent.deliveryMedium, Destination: sent.destination };
	const confirmationCode = code(world.optional.pool, 'eve');
	const reset = (confirmationCode) => auth.confirmResetPassword({ username: 'eve', newPassword: second, confirmationCode });
	out['wrong reset code'] = await refusal(reset(another(confirmationCode)));
	await reset(confirmationCode);
	await signIn('eve', second);
	out['after the reset'] = (await auth.getCurrentUser()).username;
	await auth.signOut();

	use(world.needed);
	const setUp = await signIn('max@example.com', first);
	out['set up'] = challenges[setUp.signInStep];
	const phone = authenticator(setUp.totpSetupDetails.sharedSecret);
	await answered(phone());
	out['set up and signed in'] = (await session()).idToken.payload.email;
	await auth.signOut();
	out['next sign-in'] = challenges[(await signIn('max@example.com', first)).signInStep];
	await answered(phone());
	out['signed in with the code'] = (await session()).idToken.payload.email;
	return out;
}

print(walk);
