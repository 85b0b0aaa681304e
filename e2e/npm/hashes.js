// Makes hashes of passwords with programs for Node.js. It reads {algorithm, password, high} a line, as
// JSON, and writes a hash a line in the form that an import takes; high has the highest parameters.
'use strict';

const crypto = require('node:crypto');
const readline = require('node:readline');
const bcrypt = require('bcryptjs');
const { argon2id } = require('hash-wasm');

const makers = {
	BCRYPT: ({ password, high }) => bcrypt.hash(password, high ? 12 : 4),
	ARGON2ID: ({ password, high }) => argon2id({
		password, salt: crypto.randomBytes(16), hashLength: 32, outputType: 'encoded', parallelism: 1,
		memorySize: high ? 19456 : 64, iterations: high ? 2 : 1,
	}),
	SCRYPT: ({ password, high }) => {
		const N = high ? 65536 : 256, salt = crypto.randomBytes(16);
		const key = crypto.scryptSync(password, salt, 32, { N, r: 8, p: 1, maxmem: 256 * N * 8 });
		return [N, 8, 1, salt.toString('hex'), key.toString('hex')].join('$');
	},
};

async function make() {
	for await (const line of readline.createInterface({ input: process.stdin })) {
		const asked = JSON.parse(line);
		process.stdout.write(`${JSON.stringify(await makers[asked.algorithm](asked))}\n`);
	}
}

make().catch((error) => { console.error(error); process.exitCode = 1; });
