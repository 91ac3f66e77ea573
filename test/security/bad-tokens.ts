import { createHmac, generateKeyPairSync } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { MintOptions, OidcIssuer } from '../support/oidc-issuer.js';

/** A name, and the value of an `Authorization` header that must be refused. */
export type BadCredential = readonly [string, string];

export interface GoodTokens {
  readonly issuer: OidcIssuer;
  /** Of a ServiceAccount, for the gateway. */
  readonly serviceAccount: string;
  /** The same for the API server, and for somebody else. */
  readonly foreign: Readonly<Record<string, string>>;
}

const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const strangerEc = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;

export function encode(part: object | string): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

/** The same token with another header, claims or signature. */
function altered(
  token: string,
  { header, claims, signature }: { header?: object; claims?: object; signature?: string },
): string {
  const [oldHeader = '', oldClaims = '', oldSignature = ''] = token.split('.');
  const merged = (old: string, more: object = {}) =>
    encode({ ...(JSON.parse(Buffer.from(old, 'base64url').toString()) as object), ...more });
  return [
    header ? merged(oldHeader, header) : oldHeader,
    claims ? merged(oldClaims, claims) : oldClaims,
    signature ?? oldSignature,
  ].join('.');
}

/**
 * Those whose signature has to be checked: they name a key that there is, with its algorithm, and
 * an issuer that is trusted. What is wrong with the others is found without a key.
 */
export const signatureIsChecked: ReadonlySet<string> = new Set([
  'another audience',
  'a longer audience',
  'a list of other audiences',
  'no audience',
  'an audience that is an object',
  'the end half a minute ago',
  'no end',
  'an end that is a text',
  'an end that is a list',
  'a beginning in the future',
  'a beginning that is a text',
  'no user',
  'a user that is an object',
  'a reserved user',
  'a reserved group',
  '257 groups',
  "somebody else's key",
  'an embedded key',
  'the address of a key set',
  'the address of a certificate',
  'an embedded certificate',
  'RS256 called ES256',
  'ES256 called EdDSA',
  'ES256 with r and s zero',
  'ES256 with r and s zero in DER',
  'ES256 of another length',
  'ES256 of one byte',
  'ES256 of another key',
  'EdDSA of zeros',
  'half a signature',
  'a longer signature',
  'the signature of another token',
  'a ServiceAccount token for the API server',
  'a ServiceAccount token for somebody else',
  'a ServiceAccount token for a name that begins alike',
  'a ServiceAccount token for another',
  'a ServiceAccount token that lasts longer',
  'a ServiceAccount token that was cut',
]);

/** At least sixty ways to be somebody that one is not. */
export async function badCredentials(good: GoodTokens): Promise<readonly BadCredential[]> {
  const tokens = [
    ...(await wrongClaims(good.issuer)),
    ...(await wrongKeys(good.issuer)),
    ...(await wrongAlgorithms(good.issuer)),
    ...(await wrongForms(good.issuer)),
    ...wrongServiceAccounts(good),
  ];
  const right = await good.issuer.token('alice');
  return [
    ...tokens.map(([name, token]) => [name, `Bearer ${token}`] as const),
    ['a token without a scheme', right],
    ['Basic', `Basic ${Buffer.from('alice:password').toString('base64')}`],
    ['Basic with a token', `Basic ${right}`],
    ['another scheme', `Token ${right}`],
    ['an empty header', ''],
    ['the scheme alone', 'Bearer'],
    ['two tokens', `Bearer ${right} ${right}`],
    ['two tokens with a comma', `Bearer ${right}, Bearer ${right}`],
    ['a tab for the space', `Bearer\t${right}`],
    ['a quoted token', `Bearer "${right}"`],
  ];
}

async function wrongClaims(issuer: OidcIssuer): Promise<BadCredential[]> {
  const mint = (claims: object) => issuer.mint({ claims: { username: 'alice', ...claims } });
  return [
    ['another audience', await issuer.token('alice', issuer.otherAudience)],
    ['a longer audience', await mint({ aud: `${issuer.audience}/` })],
    ['a list of other audiences', await mint({ aud: ['a', 'b'] })],
    ['no audience', await mint({ aud: null })],
    ['an audience that is an object', await mint({ aud: { [issuer.audience]: true } })],
    ['another issuer', await mint({ iss: 'https://evil.test' })],
    ['the issuer with a slash', await mint({ iss: `${issuer.url}/` })],
    ['the issuer in capitals', await mint({ iss: issuer.url.toUpperCase() })],
    ['no issuer', await mint({ iss: null })],
    ['a list of issuers', await mint({ iss: [issuer.url] })],
    ['the end half a minute ago', await mint({ exp: inSeconds(-31) })],
    ['no end', await mint({ exp: null })],
    ['an end that is a text', await mint({ exp: String(inSeconds(300)) })],
    ['an end that is a list', await mint({ exp: [inSeconds(300)] })],
    ['a beginning in the future', await mint({ nbf: inSeconds(45) })],
    ['a beginning that is a text', await mint({ nbf: 'now' })],
    ['no user', await mint({ username: null })],
    ['a user that is an object', await mint({ username: { name: 'alice' } })],
    ['a reserved user', await mint({ username: 'system:admin' })],
    ['a reserved group', await mint({ groups: ['system:masters'] })],
    ['257 groups', await mint({ groups: Array.from({ length: 257 }, (_, i) => `g${i}`) })],
  ];
}

async function wrongKeys(issuer: OidcIssuer): Promise<BadCredential[]> {
  const key = stranger.privateKey as never; // jose takes Node's own keys
  const mint = (header: MintOptions['header'] & object) =>
    issuer.mint({ claims: { username: 'alice' }, header, key });
  const jwk = stranger.publicKey.export({ format: 'jwk' });
  const url = `${issuer.url}/evil`;
  const kid = (id: unknown) => issuer.mint({ header: { kid: id } });
  return [
    ["somebody else's key", await mint({})],
    ['an embedded key', await mint({ jwk })],
    ['an embedded key with its id', await mint({ jwk: { ...jwk, kid: 'evil' }, kid: 'evil' })],
    ['the address of a key set', await mint({ jku: url })],
    ['the address of a key set as key id', await mint({ kid: url })],
    ['the address of a certificate', await mint({ x5u: url })],
    ['an embedded certificate', await mint({ x5c: ['MIIB'] })],
    ['an unknown key id', await kid('test-2')],
    ['a key id that is a path', await kid('../../../dev/null')],
    ['a key id that is a file', await kid('/etc/passwd')],
    ['a key id that is SQL', await kid("test-1' OR '1'='1")],
    ['a key id that is a command', await kid('|id')],
    ['a key id that is a prototype', await kid('__proto__')],
    ['a key id that is a member of every object', await kid('constructor')],
    ['a key id with a null', await kid('test-1\0')],
    ['a long key id', await kid('k'.repeat(5_000))],
    ['an empty key id', await kid('')],
    ['no key id', await kid(undefined)],
    ['a key id that is a number', altered(await kid('1'), { header: { kid: 1 } })],
  ];
}

async function wrongAlgorithms(issuer: OidcIssuer): Promise<BadCredential[]> {
  const right = await issuer.mint({ claims: { username: 'alice' } });
  const { alg, key } = await issuer.otherKey('test-ec');
  const header = { alg, kid: 'test-ec' };
  const elliptic = await issuer.mint({ claims: { username: 'alice' }, header, key });
  const zeros = (length: number) => Buffer.alloc(length).toString('base64url');
  const forged = { header, key: strangerEc.privateKey as never };
  return [
    ['alg none', altered(right, { header: { alg: 'none' }, signature: '' })],
    ['alg none with a signature', altered(right, { header: { alg: 'none' } })],
    ['alg None', altered(right, { header: { alg: 'None' } })],
    ['alg nOnE', altered(right, { header: { alg: 'nOnE' }, signature: 'AA' })],
    ['no alg', altered(right, { header: { alg: undefined } })],
    ['alg null', altered(right, { header: { alg: null } })],
    ['HMAC with the public key', hmac(issuer, right, '')],
    ['HMAC with the public key after a space', hmac(issuer, right, ' ')],
    ['HMAC with the public key after a line', hmac(issuer, right, '\n')],
    ['RS256 called PS256', altered(right, { header: { alg: 'PS256' } })],
    ['RS256 called RS512', altered(right, { header: { alg: 'RS512' } })],
    ['RS256 called ES256', altered(right, { header: { alg: 'ES256', kid: 'test-ec' } })],
    ['ES256 called EdDSA', altered(elliptic, { header: { alg: 'EdDSA', kid: 'test-ed' } })],
    ['ES256 with r and s zero', altered(elliptic, { signature: zeros(64) })],
    ['ES256 with r and s zero in DER', altered(elliptic, { signature: 'MAYCAQACAQA' })],
    ['ES256 of another length', altered(elliptic, { signature: zeros(63) })],
    ['ES256 of one byte', altered(elliptic, { signature: 'AA' })],
    ['ES256 of another key', await issuer.mint(forged)],
    [
      'EdDSA of zeros',
      altered(elliptic, { header: { alg: 'EdDSA', kid: 'test-ed' }, signature: zeros(64) }),
    ],
    ['crit', altered(right, { header: { crit: ['exp'] } })],
    ['an unencoded payload', altered(right, { header: { b64: false, crit: ['b64'] } })],
    ['a compressed payload', altered(right, { header: { zip: 'DEF' } })],
    ['the type of an ID token', await issuer.mint({ header: { typ: 'id_token' } })],
    ['the type of a logout token', await issuer.mint({ header: { typ: 'logout+jwt' } })],
    ['the type of a proof', await issuer.mint({ header: { typ: 'dpop+jwt' } })],
  ];
}

function hmac(issuer: OidcIssuer, token: string, padding: string): string {
  const changed = altered(token, { header: { alg: 'HS256' } })
    .split('.')
    .slice(0, 2)
    .join('.');
  const key = padding + issuer.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return `${changed}.${createHmac('sha256', key).update(changed).digest('base64url')}`;
}

async function wrongForms(issuer: OidcIssuer): Promise<BadCredential[]> {
  const right = await issuer.mint({ claims: { username: 'alice' } });
  const [header = '', claims = '', signature = ''] = right.split('.');
  const bomb = deflateRawSync(Buffer.alloc(5_000_000, 'a')).toString('base64url');
  const jwe = (members: object) => [encode(members), 'AAAA', 'AAAA', bomb, 'AAAA'].join('.');
  const twice = `{"iss":"${issuer.url}","username":"bob","username":"alice"}`;
  return [
    ['a word', 'garbage'],
    ['dots', '..'],
    ['four dots', '....'],
    ['three words', 'a.b.c'],
    ['the claims alone', claims],
    ['no signature', `${header}.${claims}`],
    ['an empty signature', `${header}.${claims}.`],
    ['half a signature', `${header}.${claims}.${signature.slice(0, 170)}`],
    ['a longer signature', `${header}.${claims}.${signature}AAAA`],
    ['a fourth part', `${right}.AAAA`],
    ['a dot in front', `.${right}`],
    ['a dot behind', `${right}.`],
    ['padding', `${right}==`],
    ['the signature of another token', altered(right, { claims: { username: 'bob' } })],
    ['a header that is no JSON', `${encode('{')}.${claims}.${signature}`],
    ['a header that is null', `${encode('null')}.${claims}.${signature}`],
    ['claims that are null', `${header}.${encode('null')}.${signature}`],
    ['claims that are a list', `${header}.${encode('[]')}.${signature}`],
    ['a claim given twice', `${header}.${encode(twice)}.${signature}`],
    ['nested claims', `${header}.${encode('['.repeat(2_000))}.${signature}`],
    ['an encrypted token', jwe({ alg: 'RSA-OAEP', enc: 'A256GCM', kid: 'test-1' })],
    ['a compressed bomb', jwe({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' })],
    [
      'a costly key derivation',
      jwe({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31, p2s: 'AA' }),
    ],
    ['a huge header', `${encode({ alg: 'RS256', kid: 'k', x: 'x'.repeat(8_000) })}.${claims}.AA`],
    ['a token that is too long', 'a'.repeat(12_500)],
    ['a token of the gateway that is none', `sp_${'a'.repeat(20)}_${'b'.repeat(40)}_cccccc`],
  ];
}

function wrongServiceAccounts({ serviceAccount, foreign }: GoodTokens): BadCredential[] {
  const claims = { sub: 'system:serviceaccount:kube-system:admin' };
  const [header = '', payload = ''] = serviceAccount.split('.');
  return [
    ...Object.entries(foreign).map(
      ([name, token]) => [`a ServiceAccount token for ${name}`, token] as const,
    ),
    ['a ServiceAccount token for another', altered(serviceAccount, { claims })],
    ['a ServiceAccount token without signature', `${header}.${payload}.`],
    ['a ServiceAccount token called none', altered(serviceAccount, { header: { alg: 'none' } })],
    ['a ServiceAccount token of an unknown key', altered(serviceAccount, { header: { kid: 'x' } })],
    [
      'a ServiceAccount token that lasts longer',
      altered(serviceAccount, { claims: { exp: inSeconds(9e6) } }),
    ],
    ['a ServiceAccount token that was cut', serviceAccount.slice(0, -20)],
  ];
}
