import { createHmac } from 'node:crypto';
import { fixture, fixtureBytes } from './fixtures.js';

const CHANGES_MAX = 3;

/** mulberry32: the same numbers each time, from 0 up to `below`. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export type Random = ReturnType<typeof randomFrom>;
type Mutation = (bytes: Buffer, random: Random) => Buffer;

const inserted = (bytes: Buffer, at: number, added: string | Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), Buffer.from(added), bytes.subarray(at)]);

/** What readers of text and of binary forms trip over. */
const surprises = [
  '\0',
  '\r\n',
  '\uFEFF',
  '"',
  '\\',
  '%00',
  '99999999999999999999',
  '-1',
  '1e400',
  '__proto__',
  '{{{{[[[[',
  '&a [*a]',
  '-----BEGIN A-----',
  Buffer.of(0xff, 0xff, 0xff, 0xff),
  Buffer.of(0x30, 0x80),
  Buffer.of(0x02, 0x04, 0x7f, 0xff, 0xff, 0xff),
];

const mutations: readonly Mutation[] = [
  (bytes, random) => {
    const at = random(bytes.length);
    return Buffer.from(bytes).fill((bytes[at] ?? 0) ^ (1 << random(8)), at, at + 1);
  },
  (bytes, random) => Buffer.from(bytes).fill(random(256), random(bytes.length)),
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => bytes.subarray(random(bytes.length)),
  (bytes, random) => {
    const start = random(bytes.length);
    const part = bytes.subarray(start, start + 1 + random(40));
    return inserted(
      bytes,
      start,
      Buffer.concat(Array.from({ length: 1 + random(50) }, () => part)),
    );
  },
  (bytes, random) => {
    const [from, to] = [random(bytes.length), random(bytes.length)];
    return inserted(bytes, to, bytes.subarray(from, from + random(200)));
  },
  (bytes, random) => {
    const start = random(bytes.length);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + 1 + random(20))]);
  },
  (bytes, random) =>
    inserted(bytes, random(bytes.length), surprises[random(surprises.length)] ?? ''),
];

/** Returns a value with one to three changes, from a sample. */
export function mutated(sample: Buffer, random: Random): Buffer {
  let bytes = sample;
  for (let change = random(CHANGES_MAX); change >= 0; change -= 1) {
    const mutation = mutations[random(mutations.length)];
    if (mutation !== undefined && bytes.length > 0) bytes = mutation(bytes, random);
  }
  return bytes;
}

const pem = (name: string): string => fixture(`${name}.pem`);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const tokenParts = ['{"alg":"HS256"}', '{"sub":"a","exp":1900000000}'].map((text) =>
  Buffer.from(text).toString('base64url'),
);
const token = [...tokenParts, createHmac('sha256', 'a').digest('base64url')].join('.');
const wireGuardKey = Buffer.alloc(32, 0x48).toString('base64');
const wireGuard = `[Interface]
PrivateKey = ${wireGuardKey}
Address = 10.0.0.1/24, fd00::1/64

[Peer]
PublicKey = ${wireGuardKey}
AllowedIPs = 0.0.0.0/0
Endpoint = a.example:51820
`;
const edJwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
const chain = `${pem('certificates/leaf')}${pem('certificates/mid')}`;
const kubeconfig = `apiVersion: v1
kind: Config
clusters: [{name: a, cluster: {server: 'https://a', certificate-authority-data: ${base64(chain)}}}]
users:
- name: b
  user:
    client-certificate-data: ${base64(chain)}
    client-key-data: ${base64(pem('keys/leaf'))}
contexts: [{name: c, context: {cluster: a, user: b}}]
current-context: c
`;
const account = {
  type: 'service_account',
  project_id: 'project-1',
  private_key_id: '0123456789abcdef0123456789abcdef01234567',
  private_key: pem('keys/rsa-pkcs8'),
  client_email: 'name@project-1.iam.gserviceaccount.com',
  client_id: '123456789012345678901',
  token_uri: 'https://oauth2.googleapis.com/token',
};

/** Right values of each kind. */
export const samples: Readonly<Record<string, readonly (string | Buffer)[]>> = {
  'age-identity': [`AGE-SECRET-KEY-1${'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'.repeat(2).slice(0, 58)}`],
  'age-recipient': [`age1${'qpzry9x8gf2tvdw0s3jn54khce6mua7l'.repeat(2).slice(0, 58)}`],
  'aws-access-key-id': ['AKIAIOSFODNN7EXAMPLE'],
  'aws-secret-access-key': ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
  'azure-connection-string': [
    `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${base64('k'.repeat(64))}`,
  ],
  'ca-bundle': [pem('certificates/root') + pem('certificates/v1')],
  certificate: [chain],
  'docker-config': [`{"auths":{"https://a.example":{"auth":"${base64('user:password')}"}}}`],
  dotenv: ['# comment\nexport A=b\nC="d e \\" f"\nG=\'h\ni\'\n'],
  'dsn.amqp': ['amqps://user:p%40ss@host.example:5671/vhost?heartbeat=30'],
  'dsn.jdbc': [
    'jdbc:postgresql://host.example:5432/db?user=a&ssl=true',
    'jdbc:sqlserver://host:1433;databaseName=a;encrypt=true',
    'jdbc:oracle:thin:@//host.example:1521/service',
  ],
  'dsn.mongodb': [
    'mongodb+srv://user:p%40ss@a.example/db?retryWrites=true',
    'mongodb://a:1,b:2/db',
  ],
  'dsn.mysql': ['mysql://user:password@host.example:3306/db?ssl=true'],
  'dsn.postgresql': [
    'postgresql://u:p@h:5432/db?sslmode=require',
    "host=a password='b c' port=5432",
  ],
  'dsn.redis': ['rediss://user:password@host.example:6379/0'],
  'gcp-service-account': [JSON.stringify(account)],
  htpasswd: [
    'user:$2y$05$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuabcdefghijklmno\nb:{SHA}AAAA\n',
  ],
  jks: [fixtureBytes('jks/mixed.jks'), fixtureBytes('jks/mixed.jceks')],
  json: ['{"a":[1,2.5e3,true,null,{"b":"c\\u0041"}],"d":"e"}'],
  jwks: [JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'a' }, edJwk] })],
  jwt: [token],
  kubeconfig: [kubeconfig],
  'oauth-client': ['{"web":{"client_id":"a.apps.example","client_secret":"b","redirect_uris":[]}}'],
  pkcs12: ['modern', 'keytool', 'nomaciter'].map((name) => fixtureBytes(`pkcs12/${name}`)),
  'private-key': ['rsa-pkcs1', 'ec-prime256v1', 'ed25519'].map((name) => pem(`keys/${name}`)),
  'ssh-authorized-keys': [
    `# a\nfrom="a b",no-pty ${fixture('ssh/ed25519.pub')}${fixture('ssh/rsa.pub')}`,
  ],
  'ssh-private-key': ['ed25519', 'rsa', 'ecdsa-pem'].map((name) => fixture(`ssh/${name}`)),
  'ssh-public-key': [fixture('ssh/ecdsa256.pub'), fixture('ssh/rsa.rfc4716')],
  url: ['https://user:p%40ss@host.example:8443/path?query=a&b=%20#fragment'],
  'wireguard-config': [wireGuard],
  'wireguard-key': [wireGuardKey],
  yaml: ['a: &x [1, 2]\nb:\n- c: |\n    text\n- "d"\n---\ne: {f: g}\n'],
};
