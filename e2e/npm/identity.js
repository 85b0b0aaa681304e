// Signs users in with amazon-cognito-identity-js and prints what came of it as JSON.
'use strict';

const { AuthenticationDetails, CognitoUser, CognitoUserPool } = require('amazon-cognito-identity-js');
const { world, code, authenticator, another, refusal, claims, print } = require('./world.js');

const pool = (p) => new CognitoUserPool({ UserPoolId: p.pool, ClientId: p.client, endpoint: world.endpoint });
const user = (p, Username) => new CognitoUser({ Username, Pool: pool(p) });

// called makes a promise of a call that takes a callback.
const called = (call) => new Promise((resolve, reject) => call((error, out) => (error ? reject(error) : resolve(out))));

// signIn signs a user in by SRP. It ends with a session or with the challenge that is to be answered.
const signIn = (u, Password) => new Promise((onSuccess, onFailure) => {
	u.authenticateUser(new AuthenticationDetails({ Username: u.getUsername(), Password }), handlers(onSuccess, onFailure));
});

const handlers = (onSuccess, onFailure) => ({
	onSuccess, onFailure,
	newPasswordRequired: (attributes, required) => onSuccess({ challenge: 'NEW_PASSWORD_REQUIRED', attributes, required }),
	mfaSetup: (challenge) => onSuccess({ challenge }),
	totpRequired: (challenge) => onSuccess({ challenge }),
});

const answered = (answer) => new Promise((onSuccess, onFailure) => answer(handlers(onSuccess, onFailure)));

const setUp = async (u, name) => {
	const secret = await new Promise((resolve, reject) => u.associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject }));
	const app = authenticator(secret);
	return { app, session: await answered((h) => u.verifySoftwareToken(app(), name, h)) };
};

async function walk() {
	const out = {};
	const { first, second, wrong } = world;

	const ada = user(world.optional, 'ada');
	out['wrong password'] = await refusal(signIn(ada, wrong));
	const session = await signIn(ada, first);
	out['signed in'] = [claims(session.getIdToken().getJwtToken())['cognito:username'], claims(session.getAccessToken().getJwtToken()).token_use];
	const attributes = await called((done) => ada.getUserAttributes(done));
	out.email = attributes.find((a) => a.getName() === 'email').getValue();

	// An app for the second factor, by access token.
	const { app } = await setUp(ada, 'phone');
	await called((done) => ada.setUserMfaPreference(null, { PreferredMfa: true, Enabled: true }, done));
	const asked = await signIn(ada, first);
	out['second factor'] = asked.challenge;
	const right = app();
	out['wrong code'] = await refusal(answered((h) => ada.sendMFACode(another(right), h, 'SOFTWARE_TOKEN_MFA')));
	await answered((h) => ada.sendMFACode(right, h, 'SOFTWARE_TOKEN_MFA'));
	await called((done) => ada.setUserMfaPreference(null, { PreferredMfa: false, Enabled: false }, done));

	await called((done) => ada.changePassword(first, second, done));
	out['old password'] = await refusal(signIn(user(world.optional, 'ada'), first));
	const changed = await signIn(ada, second);
	const refreshed = await called((done) => ada.refreshSession(changed.getRefreshToken(), done));
	out.refreshed = refreshed.getAccessToken().getJwtToken() !== changed.getAccessToken().getJwtToken()
		&& claims(refreshed.getAccessToken().getJwtToken()).origin_jti === claims(changed.getAccessToken().getJwtToken()).origin_jti;
	const elsewhere = user(world.optional, 'ada');
	await signIn(elsewhere, second);
	await answered((h) => ada.globalSignOut(h));
	out['signed out'] = await refusal(called((done) => elsewhere.changePassword(second, first, done)));
	out['refresh after that'] = await refusal(called((done) => elsewhere.refreshSession(changed.getRefreshToken(), done)));

	const bob = user(world.optional, 'bob');
	const temporary = await signIn(bob, first);
	out['new password'] = [temporary.challenge, temporary.required];
	out['new password refused'] = (await refusal(answered((h) => bob.completeNewPasswordChallenge('short', {}, h))))[0];
	await answered((h) => bob.completeNewPasswordChallenge(second, { given_name: 'Bob' }, h));
	const given = await called((done) => bob.getUserAttributes(done));
	out['given name'] = given.find((a) => a.getName() === 'given_name').getValue();

	const eve = user(world.optional, 'eve');
	const sent = await new Promise((resolve, reject) => eve.forgotPassword({ inputVerificationCode: resolve, onFailure: reject, onSuccess: reject }));
	out['code sent'] = sent.CodeDeliveryDetails;
	const reset = code(world.optional.pool, 'eve');
	out['wrong reset code'] = await refusal(answered((h) => eve.confirmPassword(another(reset), second, h)));
	await answered((h) => eve.confirmPassword(reset, second, h));
	out['after the reset'] = claims((await signIn(eve, second)).getIdToken().getJwtToken())['cognito:username'];
	await new Promise((resolve, reject) => eve.signOut((error) => (error ? reject(error) : resolve())));

	// Where all need a second factor, the first sign-in sets one up. Users are known by their addresses.
	const max = user(world.needed, 'max@example.com');
	out['set up'] = (await signIn(max, first)).challenge;
	const phone = await setUp(max, 'phone');
	out['set up and signed in'] = claims(phone.session.getIdToken().getJwtToken()).email;
	const again = user(world.needed, 'max@example.com');
	out['next sign-in'] = (await signIn(again, first)).challenge;
	const done = await answered((h) => again.sendMFACode(phone.app(), h, 'SOFTWARE_TOKEN_MFA'));
	out['signed in with the code'] = claims(done.getIdToken().getJwtToken()).email;
	return out;
}

print(walk);
