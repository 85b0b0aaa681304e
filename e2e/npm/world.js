// What the programs of sign-ins have in common: where the server is, the codes that users are
// sent, and an authenticator app.
'use strict';

const { execFileSync } = require('node:child_process');
const crypto = require('node:crypto');

// world is what the test made: the endpoint, its pools, clients and passwords.
const world = JSON.parse(process.env.POOLHOUSE_WORLD);

// code returns the code that a user was sent last.
function code(pool, username) {
	const line = execFileSync(world.program, ['outbox', '--user-pool-id', pool, '--username', username, '--limit', '1', '--json']);
	return JSON.parse(line).Code;
}

// authenticator returns what tells the codes of an app (RFC 6238). A code is good once: one that is
// asked for in the same period is the next period's, which a server takes, too.
function authenticator(secret) {
	const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
	const key = Buffer.from(bits.match(/.{8}/g).map((octet) => parseInt(octet, 2)));
	let step = 0;
	return () => {
		step = Math.max(step + 1, Math.floor(Date.now() / 30000));
		const counter = Buffer.alloc(8);
		counter.writeBigUInt64BE(BigInt(step));
		const sum = crypto.createHmac('sha1', key).update(counter).digest();
		const number = sum.readUInt32BE(sum[19] & 15) & 0x7fffffff;
		return String(number % 1000000).padStart(6, '0');
	};
}

// another returns a code that is not this one.
const another = (right) => (right === '000000' ? '000001' : '000000');

// refusal returns the exception that a promise ends with.
const refusal = (promise) => promise.then(
	(out) => `no error: ${JSON.stringify(out)}`,
	(error) => [error.name, error.message],
);

// claims reads a token, which it does not verify.
const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

// print prints what came of a walk.
function print(walk) {
	walk().then(
		(out) => process.stdout.write(JSON.stringify(out), () => process.exit()),
		(error) => { console.error(error); process.exitCode = 1; },
	);
}

module.exports = { world, code, authenticator, another, refusal, claims, print };
