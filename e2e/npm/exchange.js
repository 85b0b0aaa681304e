// Calculates the client's side of sign-ins by SRP with the arithmetic of amazon-cognito-identity-js.
// It reads a challenge a line, as JSON, and writes SRP_A and the signature. A helper, which has drawn
// its secret, serves as many challenges as the first argument says.
'use strict';

const crypto = require('node:crypto');
const readline = require('node:readline');
const AuthenticationHelper = require('amazon-cognito-identity-js/lib/AuthenticationHelper').default;
const BigInteger = require('amazon-cognito-identity-js/lib/BigInteger').default;

const called = (call) => new Promise((resolve, reject) => call((error, out) => (error ? reject(error) : resolve(out))));

async function answer() {
	const each = Number(process.argv[2]);
	let helper, A, served = 0;
	for await (const line of readline.createInterface({ input: process.stdin })) {
		const c = JSON.parse(line);
		if (served++ % each === 0) {
			helper = new AuthenticationHelper(c.pool);
			A = await new Promise((resolve) => setTimeout(resolve)).then(() => called((done) => helper.getLargeAValue(done)));
		}
		helper.poolName = c.pool;
		const key = await called((done) => helper.getPasswordAuthenticationKey(c.user, c.password, new BigInteger(c.B, 16), new BigInteger(c.salt, 16), done));
		const signature = crypto.createHmac('sha256', Buffer.from(key)).update(c.pool).update(c.user).update(Buffer.from(c.block, 'base64')).update(c.timestamp).digest('base64');
		process.stdout.write(`${JSON.stringify({ A: A.toString(16), signature })}\n`);
	}
}

answer().catch((error) => { console.error(error); process.exitCode = 1; });
