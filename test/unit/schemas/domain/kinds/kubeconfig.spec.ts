import { describe, expect, it } from 'vitest';
import { kinds } from '../../../../../src/schemas/domain/kinds/kinds.js';
import { costlyKey } from './costly-keys.js';
import { type BadRow, fixture, type GoodRow, itAllows, itRefuses, pem } from './fixtures.js';
import { reasonsOf } from './verdict.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const root = base64(fixture('certificates/root.pem'));
const leaf = fixture('certificates/leaf.pem');
const rootInLines = root.replaceAll(/(.{64})/g, '$1\n  ');
const costly = base64(pem('PRIVATE KEY', costlyKey('dsa', 8_000)));
const key = base64(fixture('keys/leaf.pem'));
const server = 'server: https://10.0.0.1:6443';
const certificates = `client-certificate-data: ${base64(leaf)}`;

interface Parts {
  readonly cluster?: string;
  readonly user?: string;
  readonly context?: string;
  readonly current?: string;
  readonly more?: string;
}

/** Returns a kubeconfig; parts are written in lines under the entry of their name. */
function config({ cluster = server, user = 'token: abc', ...rest }: Parts = {}): string {
  const { context = 'cluster: a\nuser: b', current = 'c', more = '' } = rest;
  const indented = (text: string): string => text.replaceAll(/^/gm, '    ');
  return `apiVersion: v1
kind: Config
preferences: {}
clusters:
- name: a
  cluster:
${indented(cluster)}
users:
- name: b
  user:
${indented(user)}
contexts:
- name: c
  context:
${indented(context)}
current-context: ${current}
${more}`;
}

const inJson = {
  kind: 'Config',
  apiVersion: 'v1',
  clusters: [{ name: 'a', cluster: { server: 'https://a.example' } }],
  users: [{ name: 'b', user: { token: 'abc' } }],
  contexts: [{ name: 'c', context: { cluster: 'a', user: 'b', namespace: 'n' } }],
  'current-context': 'c',
};
const exec = `exec:
  apiVersion: client.authentication.k8s.io/v1
  command: aws
  args: [eks, get-token, --cluster-name, prod]
  env:
  - {name: AWS_PROFILE, value: prod}
  interactiveMode: IfAvailable
  provideClusterInfo: false`;
const second = `- name: arn:aws:eks:eu-west-1:123456789012:cluster/prod
  cluster: {server: 'https://b.example', certificate-authority-data: ${root}}
`;

const good: readonly GoodRow[] = [
  ['a token', config()],
  ['an authority', config({ cluster: `certificate-authority-data: ${root}\n${server}` })],
  [
    'a client certificate, as kubeadm writes',
    config({ user: `${certificates}\nclient-key-data: ${key}` }),
  ],
  [
    'a chain of certificates',
    config({
      user: `client-certificate-data: ${base64(leaf + fixture('certificates/mid.pem'))}
client-key-data: ${key}`,
    }),
  ],
  [
    'a key of SEC 1',
    config({
      user: `${certificates}\nclient-key-data: ${base64(fixture('keys/leaf.pem').trimEnd())}`,
    }),
  ],
  ['a plugin, as aws eks writes', config({ user: exec })],
  ['a provider of old clients', config({ user: 'auth-provider:\n  name: oidc\n  config: {a: b}' })],
  ['a user and a password', config({ user: 'username: admin\npassword: "0123"' })],
  ['impersonation', config({ user: 'token: abc\nas: admin\nas-groups: [a]' })],
  ['an empty user', config({ user: '{}' })],
  ['a server without TLS', config({ cluster: 'server: http://localhost:8080' })],
  ['an IPv6 server', config({ cluster: 'server: https://[fd00::1]:6443/' })],
  [
    'a path, as Rancher writes',
    config({ cluster: 'server: https://a.example/k8s/clusters/c-m-1' }),
  ],
  ['insecure TLS', config({ cluster: `insecure-skip-tls-verify: true\n${server}` })],
  [
    'a proxy and a name',
    config({ cluster: `${server}\nproxy-url: http://p:1\ntls-server-name: a` }),
  ],
  [
    'an extension, as minikube writes',
    config({
      cluster: `extensions:\n- extension: {provider: a}\n  name: info\n${server}`,
    }),
  ],
  ['a namespace', config({ context: 'cluster: a\nnamespace: n\nuser: b' })],
  ['other order of contexts', config({ context: 'user: b\ncluster: a' })],
  ['a second cluster', config().replace('users:\n', `${second}users:\n`)],
  ['a name in quotes', config({ current: '"c"' })],
  ['JSON', JSON.stringify(inJson)],
  ['JSON in lines', JSON.stringify(inJson, null, 2)],
  ['JSON with tabs', JSON.stringify(inJson, null, '\t')],
  ['a document mark and comments', `---\n# made by a tool\n${config()}# end\n`],
  ['CRLF', config().replaceAll('\n', '\r\n')],
  ['a byte order mark', `\uFEFF${config()}`],
  [
    'base64 in lines',
    config({
      cluster: `${server}\ncertificate-authority-data: |\n  ${rootInLines}`,
    }),
  ],
  [
    'empty files, which kubectl takes as absent',
    config({
      cluster: `${server}\ncertificate-authority: ""\ncertificate-authority-data: ""`,
      user: 'client-key:\nclient-certificate: ""\nclient-key-data: ""\ntoken: abc',
    }),
  ],
];

const shape = /^must be one YAML object$/;
const lists = /^must have lists of clusters, users and contexts, with each name once$/;
const head = /^must have apiVersion v1 and kind Config$/;
const url = /^clusters\[0\] must have a URL in server$/;
const authority = /^clusters\[0\]\.certificate-authority-data must be base64 of PEM certificates$/;
const pair = /^users\[0\]\.client-key-data must be the private key of client-certificate-data$/;
const bombs = `a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n`;
const bad: readonly BadRow[] = [
  ['nothing', '', shape],
  ['text', 'changeme', shape],
  ['a list', '- a\n- b\n', shape],
  ['two documents', `${config()}---\n${config()}`, shape],
  ['broken YAML', config().replace('kind: Config', 'kind: "Config'), shape],
  ['tabs', config().replaceAll('    ', '\t'), shape],
  ['a member twice', `${config()}kind: Config\n`, shape],
  ['base64', base64(config()), shape],
  ['UTF-16', Buffer.from(`\uFEFF${config()}`, 'utf16le'), /^must be UTF-8$/],
  ['aliases', config({ user: '&u {token: abc}', more: 'extra: *u\n' }), shape],
  ['aliases that grow', config({ more: bombs }), shape],
  ['comments without end', config({ more: '#\n'.repeat(20_000) }), /^has more marks of YAML than/],
  ['escapes without end', config({ more: `x: "${'\\\n'.repeat(6_000)}"` }), /^has more marks of/],
  ['names without end', config({ more: 'x: ["", ""'.repeat(4_000) }), /^has more marks of YAML/],
  ['a merge of an anchor', config({ more: 'x: &x {a: b}\ny:\n  <<: *x\n' }), shape],
  ['another kind', config().replace('kind: Config', 'kind: Secret'), head],
  ['another version', config().replace('v1', 'v1beta1'), head],
  ['no kind', config().replace('kind: Config\n', ''), head],
  [
    'clusters by name',
    config().replace(/clusters:\n[^]*?users:/, 'clusters: {a: {}}\nusers:'),
    lists,
  ],
  ['no users', config().replace(/users:\n[^]*?contexts:/, 'contexts:'), lists],
  [
    'users that are null',
    config().replace(/users:\n[^]*?contexts:/, 'users: null\ncontexts:'),
    lists,
  ],
  ['a name twice', config().replace('users:\n', `${second}${second}users:\n`), lists],
  ['an entry without a name', config().replace('- name: b', '- user: {}'), shape],
  ['an entry with a number for a name', config().replace('- name: b', '- name: 1'), lists],
  ['no current context', config({ current: '""' }), /^must name one of its contexts in current-c/],
  ['an unknown current context', config({ current: 'd' }), /^must name one of its contexts/],
  [
    'an unknown cluster',
    config({ context: 'cluster: z\nuser: b' }),
    /^contexts\[0\] names a cluster that clusters does not have$/,
  ],
  [
    'an unknown user',
    config({ context: 'cluster: a\nuser: z' }),
    /^contexts\[0\] names a user that users does not have$/,
  ],
  [
    'a context without members',
    config({ context: '{}' }),
    /^contexts\[0\] must name a cluster\ncontexts\[0\] must name a user$/,
  ],
  ['no server', config({ cluster: 'insecure-skip-tls-verify: true' }), url],
  ['a server without a scheme', config({ cluster: 'server: 10.0.0.1:6443' }), url],
  ['a server that is no URL', config({ cluster: 'server: https://a b' }), url],
  ['a port that is none', config({ cluster: 'server: https://a:99999' }), url],
  [
    'a file of an authority',
    config({
      cluster: `certificate-authority: /etc/kubernetes/pki/ca.crt\n${server}`,
    }),
    /^clusters\[0\]\.certificate-authority names a file, which the Secret does not have$/,
  ],
  [
    'files of a client, as minikube writes',
    config({
      user: 'client-certificate: /etc/client.crt\nclient-key: /etc/client.key',
    }),
    /^users\[0\]\.client-certificate names a file.*\nusers\[0\]\.client-key names a file/,
  ],
  [
    'a file of a token',
    config({ user: 'tokenFile: /run/token' }),
    /^users\[0\]\.tokenFile names a file/,
  ],
  [
    'the file of another user',
    config().replace('contexts:\n', '- name: d\n  user: {tokenFile: /run/token}\ncontexts:\n'),
    /^users\[1\]\.tokenFile names a file/,
  ],
  [
    'PEM in place of base64',
    config({
      cluster: `${server}\ncertificate-authority-data: "${fixture(
        'certificates/root.pem',
      ).replaceAll('\n', '\\n')}"`,
    }),
    authority,
  ],
  [
    'base64 of base64',
    config({
      cluster: `${server}\ncertificate-authority-data: ${base64(root)}`,
    }),
    authority,
  ],
  [
    'an authority that was cut out',
    config({
      cluster: `${server}\ncertificate-authority-data: DATA+OMITTED`,
    }),
    authority,
  ],
  [
    'a certificate without a key',
    config({ user: certificates }),
    /^users\[0\] must have a client certificate and its key together$/,
  ],
  ['a key without a certificate', config({ user: `client-key-data: ${key}` }), /its key together$/],
  [
    'another key',
    config({
      user: `${certificates}\nclient-key-data: ${base64(fixture('keys/ec-pkcs8.pem'))}`,
    }),
    pair,
  ],
  [
    'an encrypted key',
    config({
      user: `${certificates}\nclient-key-data: ${base64(fixture('keys/ec-encrypted.pem'))}`,
    }),
    pair,
  ],
  [
    'data that was cut out',
    config({
      user: 'client-certificate-data: DATA+OMITTED\nclient-key-data: DATA+OMITTED',
    }),
    pair,
  ],
  [
    'a key that OpenSSL takes minutes for',
    config({
      user: `${certificates}\nclient-key-data: ${costly}`,
    }),
    pair,
  ],
];

/** Members that reasons name. */
const members = [
  'current-context',
  'certificate-authority-data',
  'client-certificate-data',
  'client-key-data',
  'client-certificate',
  'certificate-authority',
  'client-key',
  'certificate',
  'tokenFile',
  'apiVersion',
];

describe('kubeconfig', () => {
  itAllows('kubeconfig', good);
  itRefuses('kubeconfig', bad, members);

  it('reads base64 with much space in a time that grows with its length', () => {
    const space = ' '.repeat((kinds.get('kubeconfig')?.bytesMax ?? 0) - 2_000);
    const cluster = `${server}\ncertificate-authority-data: "A${space}!"`;
    expect(reasonsOf('kubeconfig', config({ cluster }))).toEqual([
      expect.stringMatching(authority),
    ]);
  }, 2_000);
});
