// Verifies tokens with aws-jwt-verify and prints what came of it as JSON. The pools are made with the
// AWS SDK for JavaScript v3.
'use strict';

const sdk = require('@aws-sdk/client-cognito-identity-provider');
const { CognitoJwtVerifier, JwtVerifier } = require('aws-jwt-verify');
const { world, print } = require('./world.js');

const client = new sdk.CognitoIdentityProvider({});

// signedIn makes a pool with a client and a user, and returns them with the user's tokens.
async function signedIn(PoolName) {
	const { UserPool } = await client.createUserPool({ PoolName });
	const UserPoolId = UserPool.Id;
	const { UserPoolClient } = await client.createUserPoolClient({ UserPoolId, ClientName: 'web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] });
	await client.adminCreateUser({ UserPoolId, Username: 'ada', MessageAction: 'SUPPRESS', UserAttributes: [{ Name: 'email', Value: 'ada@example.com' }] });
	await client.adminSetUserPassword({ UserPoolId, Username: 'ada', Password: world.first, Permanent: true });
	const { AuthenticationResult: tokens } = await client.initiateAuth({
		ClientId: UserPoolClient.ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: 'ada', PASSWORD: world.first },
	});
	return { pool: UserPoolId, client: UserPoolClient.ClientId, tokens };
}

const jwks = async (pool) => (await fetch(`${world.endpoint}/${pool}/.well-known/jwks.json`)).json();

// verifier returns what verifies tokens of a pool: Cognito's, which names the issuer as AWS does and is
// given the keys, or that of any issuer, which fetches them.
async function verifier({ pool, client: clientId }, tokenUse) {
	if (world.issuer === 'aws') {
		const v = CognitoJwtVerifier.create({ userPoolId: pool, tokenUse, clientId });
		v.cacheJwks(await jwks(pool));
		return v;
	}
	const audience = tokenUse === 'id' ? clientId : null;
	return JwtVerifier.create({
		issuer: `${world.endpoint}/${pool}`, audience,
		customJwtCheck: ({ payload }) => { if (payload.token_use !== tokenUse) throw new Error(`token_use is ${payload.token_use}`); },
	});
}

const refused = (v, token) => v.verify(token).then(() => 'verified', (error) => error.constructor.name);

// altered returns a token that says another name.
function altered(token) {
	const [header, payload, signature] = token.split('.');
	const claims = JSON.parse(Buffer.from(payload, 'base64url'));
	return [header, Buffer.from(JSON.stringify({ ...claims, sub: 'another' })).toString('base64url'), signature].join('.');
}

print(async () => {
	const [one, other] = [await signedIn('one'), await signedIn('other')];
	const id = await verifier(one, 'id'), access = await verifier(one, 'access');
	const ofID = await id.verify(one.tokens.IdToken), ofAccess = await access.verify(one.tokens.AccessToken);
	const refreshed = await client.initiateAuth({ ClientId: one.client, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: one.tokens.RefreshToken } });
	const keys = (await jwks(one.pool)).keys;
	return {
		id: [ofID['cognito:username'], ofID.email, ofID.aud === one.client, ofID.exp - ofID.iat],
		access: [ofAccess.username, ofAccess.scope, ofAccess.client_id === one.client, ofAccess.sub === ofID.sub],
		refreshed: (await id.verify(refreshed.AuthenticationResult.IdToken)).sub === ofID.sub,
		keys: [keys.length, keys.every((key) => key.alg === 'RS256' && key.use === 'sig' && key.d === undefined)],
		altered: await refused(id, altered(one.tokens.IdToken)),
		'of another pool': await refused(id, other.tokens.IdToken),
		'access as id': await refused(id, one.tokens.AccessToken),
		'id as access': await refused(access, one.tokens.IdToken),
	};
});
