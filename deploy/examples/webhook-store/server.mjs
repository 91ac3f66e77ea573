// Example of a server with the contract of docs/webhook-store.md. It keeps secrets in memory.
import { createHmac, createPublicKey, randomUUID, timingSafeEqual, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const { HOST = '127.0.0.1', PORT, TLS_CERT, TLS_KEY, SIGNING_KEYS, JWKS, AUDIENCE } = process.env;
const TOLERANCE_SECONDS = 300;
const BODY_BYTES_MAX = 4 * 1024 * 1024;
const PREFIX = '/secrets/';
const NAME = /^[A-Za-z0-9_+=@.-]+(?:\/[A-Za-z0-9_+=@.-]+)*$/;
const ALGORITHMS = { RS256: 'RSA-SHA256', ES256: 'sha256' };

/** Keys, one a line: a second key is valid while the first is replaced. */
const signingKeys = SIGNING_KEYS === undefined ? undefined : linesOf(SIGNING_KEYS).map(keyOf);
/** Public keys of the cluster, as `kubectl get --raw /openid/v1/jwks` returns them. */
const clusterKeys = JWKS === undefined ? undefined : JSON.parse(readFileSync(JWKS, 'utf8')).keys;
if (signingKeys === undefined && clusterKeys === undefined) throw new Error('no credential is set');

/** Secrets by name, deleted ones included: their versions must never come back. */
const secrets = new Map();
/** Ids of requests, with the time in seconds until which a repetition is refused. */
const usedIds = new Map();

const server = createServer({ cert: readFileSync(TLS_CERT), key: readFileSync(TLS_KEY) });
server.on('request', async (request, response) => {
  const [status, body] = await bodyOf(request).then(
    (sent) => (sent === undefined ? [413] : answerTo(request, sent)),
    () => [400],
  );
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(body === undefined ? '' : JSON.stringify(body));
});
server.listen(Number(PORT), HOST, () => process.stdout.write(`listening on port ${PORT}\n`));

/** Resolves with undefined for a body that is too long; rejects if the client ends the request. */
async function bodyOf(request) {
  const chunks = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    sizeBytes += chunk.length;
    if (sizeBytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return sizeBytes > BODY_BYTES_MAX ? undefined : Buffer.concat(chunks);
}

function answerTo(request, body) {
  const nowSeconds = Math.floor(Date.now() / 1000);
  if (signingKeys !== undefined && !isSigned(request, body, nowSeconds)) return [401];
  const namespace = clusterKeys && namespaceOf(request.headers.authorization, nowSeconds);
  if (clusterKeys !== undefined && namespace === undefined) return [401];
  const { pathname, searchParams } = new URL(request.url, 'https://store');
  const name = pathname.slice(PREFIX.length);
  if (!pathname.startsWith(PREFIX)) return [404];
  if (!NAME.test(name)) return [400];
  if (namespace !== undefined && !name.startsWith(`k8s/${namespace}/`)) return [403];
  try {
    const expectedVersion = searchParams.get('expectedVersion');
    const isJson = request.method === 'PUT' || request.method === 'PATCH';
    return handle(request, name, isJson ? JSON.parse(body.toString('utf8')) : { expectedVersion });
  } catch {
    return [400];
  }
}

/** What each request changes in a secret. */
const changes = {
  PUT: ({ values, owner }) => ({
    ...{ values: checked(values), deleted: false, changedAt: new Date().toISOString() },
    ...checked({ owner }),
  }),
  PATCH: ({ owner }) => checked({ owner }),
  DELETE: () => ({ deleted: true, changedAt: new Date().toISOString() }),
};

/** Nothing waits between the comparison of versions and the write. */
function handle({ method, headers }, name, sent) {
  const current = secrets.get(name);
  if (method === 'GET') return read(name, current);
  if (!Object.hasOwn(changes, method)) return [405];
  const idempotencyKey = method === 'PUT' ? headers['idempotency-key'] : undefined;
  if (idempotencyKey !== undefined && idempotencyKey === current?.idempotencyKey) {
    // This write made the current state, and its response was lost.
    return [200, { name, version: current.version }];
  }
  const isExpected = (current?.version ?? null) === sent.expectedVersion;
  const isThere = current?.deleted === false;
  if (!isExpected || (method !== 'PUT' && !isThere)) return [409, { changed: true }];
  const version = randomUUID();
  secrets.set(name, { ...current, ...changes[method](sent), version, idempotencyKey });
  return method === 'DELETE' ? [204] : [200, { name, version }];
}

/** Throws for anything but an object with texts. */
function checked(texts) {
  const isArray = Array.isArray(texts);
  if (isArray || Object.values(texts).some((one) => typeof one !== 'string')) throw new Error();
  return texts;
}

function read(name, secret) {
  if (secret === undefined) return [404, { absent: true }];
  const { version, owner, values, changedAt, deleted } = secret;
  if (deleted) return [410, { name, deleted, version, owner }];
  return [200, { name, version, owner, values, changedAt }];
}

function isSigned({ method, url, headers }, body, nowSeconds) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp = '' } = headers;
  if (id === undefined || !/^\d{1,10}$/.test(timestamp)) return false;
  if (Math.abs(nowSeconds - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.${method} ${url}\n`), body]);
  const macs = signingKeys.map((key) => createHmac('sha256', key).update(content).digest());
  const sent = (headers['webhook-signature'] ?? '').split(' ').map(macIn);
  if (!sent.some((mac) => macs.some((own) => isEqual(own, mac)))) return false;
  for (const [used, untilSeconds] of usedIds) if (untilSeconds < nowSeconds) usedIds.delete(used);
  if (usedIds.has(id)) return false;
  usedIds.set(id, Number(timestamp) + TOLERANCE_SECONDS);
  return true;
}

/** Returns the namespace of a token of the ServiceAccount sallyport-sync; undefined: refused. */
function namespaceOf(authorization = '', nowSeconds) {
  try {
    const [header, claims, signature] = authorization.replace(/^Bearer /, '').split('.');
    const { alg, kid } = decoded(header);
    if (!Object.hasOwn(ALGORITHMS, alg)) return undefined;
    const key = clusterKeys.find((one) => one.kid === kid && (one.alg ?? alg) === alg);
    const publicKey = { key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
    const mac = Buffer.from(signature, 'base64url');
    if (!verify(ALGORITHMS[alg], `${header}.${claims}`, publicKey, mac)) return undefined;
    const { aud, exp, sub } = decoded(claims);
    if (![aud].flat().includes(AUDIENCE) || !(exp > nowSeconds)) return undefined;
    return /^system:serviceaccount:([a-z0-9-]+):sallyport-sync$/.exec(sub)?.[1];
  } catch {
    return undefined;
  }
}

function decoded(part) {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
}

function isEqual(one, other) {
  return one.length === other.length && timingSafeEqual(one, other);
}

function macIn(signature) {
  return Buffer.from(signature.startsWith('v1,') ? signature.slice(3) : '', 'base64');
}

function linesOf(file) {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

function keyOf(line) {
  const text = line.trim();
  return text.startsWith('whsec_') ? Buffer.from(text.slice(6), 'base64') : Buffer.from(text);
}
