import { describe, expect, it } from 'vitest';
import { functionLengths } from './function-lengths.js';
import { type SourceFile, filesBelow, readText } from './source-files.js';

const COLUMNS_MAX = 100;
const SOURCE_LINES_MAX = 300;
const TEST_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 50;
/** Lines that are one address or one text: the formatter leaves them whole. */
const UNBREAKABLE = [
  '.*https?://',
  String.raw`import (\{ \w+ \}|\* as \w+|\w+) from `,
  String.raw`\s*['"\x60]`,
  String.raw`\s*(it|test|describe)(\.\w+)?\(`,
].join('|');

const code = /\.(ts|mjs|cjs)$/;
/** Written by a program. */
const generated = 'packages/client/src/types.ts';
const source = filesBelow(['src', 'packages/client/src', 'packages/kube-sandbox/src'], code).filter(
  ({ path }) => path !== generated,
);
const tests = filesBelow(
  ['test', 'packages/client/test', 'packages/kube-sandbox/test', 'scripts'],
  code,
);
const prose = filesBelow(['.'], /\.(md|yaml|yml|json|Dockerfile)$|^Dockerfile$|^\.ci\/|^\.npmrc$/);
/** This file names what it looks for. */
const others = tests.filter(({ path }) => path !== 'test/tidy/tidy.spec.ts');

/** Where a Secret's plaintext may be taken out of its SecretValue, and what for. */
const revealers = new Map([
  ['packages/client/src/keys.ts', 'writes a value that was read'],
  ['packages/client/src/secret-bytes.ts', 'hands a value to the program of the client'],
  ['src/core/secret-value.ts', 'defines it'],
  ['src/cli/agent/rendered-file.ts', 'puts values into the content of a file'],
  ['src/cli/agent/file-difference.ts', 'compares the files that the user has named'],
  ['src/cli/agent/file-round.ts', 'writes the files that the user has named'],
  ['src/cli/process/run-values.ts', 'gives values to the program that the user starts'],
  ['src/cli/process/value-folder.ts', 'writes values to the private files of that program'],
  ['src/cli/edit/edited-document.ts', 'shows values in the editor of the user'],
  ['src/cli/edit/write-edit.ts', 'writes values that the user has edited'],
  ['src/cli/secrets/copy.ts', 'writes values to another Secret'],
  ['src/cli/secrets/get.ts', 'prints values for the user'],
  ['src/cli/secrets/kubernetes-secret.ts', 'prints values for the user'],
  ['src/cli/secrets/key.ts', 'prints a value for the user'],
  ['src/cli/secrets/value-diff.ts', 'prints values for the user'],
  ['src/cli/tokens/create-token.ts', 'shows a new token once'],
  ['src/auth/oidc.verifier.ts', 'verifies the token it was shown'],
  ['src/auth/sallyport-token.verifier.ts', 'has the token looked up'],
  ['src/auth/service-account.verifier.ts', 'has the token checked and reviewed'],
  ['src/auth/token-review-cache.ts', 'hashes the token'],
  ['src/kubernetes/kube-token-reviewer.ts', 'has the token reviewed'],
  ['src/kubernetes/kube-secret.mapper.ts', 'writes the object that goes to the cluster'],
  ['src/auth/auth.providers.ts', "sends the caller's own token on, with passthrough"],
  ['src/tokens/rest/tokens.controller.ts', 'shows a new token once'],
  ['src/tokens/graphql/tokens.resolver.ts', 'shows a new token once'],
  ['src/platform/http/answer.ts', 'answers a read of values'],
  ['src/secrets/rest/secret.presenter.ts', 'answers a read of values'],
  ['src/secrets/graphql/secret.graphql-presenter.ts', 'answers a read of values'],
  ['src/environments/domain/template-renderer.ts', 'puts values into templates'],
  ['src/secrets/write/secret-keys.ts', 'puts one key into the body of a write'],
  ['src/secrets/write/key-members.ts', 'puts a changed document into the body of a write'],
  ['src/secrets/domain/documents/key-document.ts', 'reads and changes documents by path'],
  ['src/secrets/write/canonical-bytes.ts', 'fingerprints a write for its idempotency key'],
  ['src/kubectl/domain/forward/cached-answer.ts', 'answers a read of values'],
  ['src/schemas/domain/secret-contents.ts', 'checks values'],
  ['src/sync/stores/azure/client-assertion-login.ts', 'exchanges the token of a ServiceAccount'],
  ['src/sync/stores/gcp/token-exchange-login.ts', 'exchanges the token of a ServiceAccount'],
  ['src/sync/stores/kubernetes/open-kubernetes.ts', 'sends the token of a ServiceAccount'],
  ['src/sync/stores/kubernetes/secret-requests.ts', 'writes values to another cluster'],
  ['src/sync/stores/secret-payload.ts', 'writes texts to another store'],
  ['src/sync/stores/plain-payload.ts', 'writes bytes to another store'],
  ['src/sync/engine/store-connections.ts', 'reads the CA of a store'],
  ['src/sync/notify/webhook-proof.ts', 'reads the secret of a signature'],
  ['src/sync/engine/synced-secret.ts', 'puts pulled values into the body of the write'],
  ['src/sync/engine/value-fingerprints.ts', 'tells changed values from equal ones'],
  ['src/sync/stores/openbao/jwt-login.ts', 'exchanges the token of a ServiceAccount'],
  ['src/sync/stores/aws/signature-v4.ts', 'signs with the key'],
  ['src/sync/stores/aws/open-aws.ts', 'reads the identifier of a key'],
  ['src/sync/stores/aws/web-identity.ts', 'exchanges the token of a ServiceAccount'],
  ['src/sync/stores/webhook/open-webhook.ts', 'sends the token of a ServiceAccount'],
  ['src/sync/stores/webhook/webhook-calls.ts', 'signs with the key'],
  ['src/sync/stores/webhook/webhook-store.ts', 'writes to another store'],
  ['src/secrets/domain/bootstrap-token.ts', 'validates the type'],
  ['src/secrets/domain/docker-config.ts', 'validates the type'],
  ['src/secrets/domain/ssh-private-key.ts', 'validates the type'],
  ['src/secrets/domain/tls-pair.ts', 'validates the type'],
  ['src/secrets/domain/service-account-token.ts', 'looks whose token it is'],
  ['src/secrets/domain/warnings.ts', 'looks for trailing line ends'],
  ['src/secrets/domain/json-patch.ts', 'turns the patch into that of the cluster'],
  ['src/secrets/domain/merge-patch.ts', 'turns the patch into that of the cluster'],
  ['src/secrets/domain/value-map.ts', 'converts between text and bytes'],
  ['src/secrets/domain/values/value-texts.ts', 'answers a read of values'],
  ['src/secrets/domain/values/values-body.ts', 'renders values of several Secrets'],
  ['src/secrets/domain/formats/render.ts', 'renders the four formats'],
  ['src/rotation/engine/broker-secrets.ts', 'puts new values into the body of the write'],
  ['src/rotation/engine/certificate-expiry.ts', 'reads when a certificate ends'],
  ['src/rotation/engine/value-text.ts', 'reads names of users and certificates'],
  ['src/rotation/generators/jwks.ts', 'reads the public keys that stay'],
  ['src/rotation/generators/render-template.ts', 'puts values into templates'],
  ['src/rotation/generators/signing-authority.ts', "reads the CA's private key"],
  ['src/rotation/targets/password-text.ts', 'hands drivers and hashes a password'],
  ['src/rotation/targets/mongodb/mongo-login.ts', 'hands the driver a password'],
  ['src/rotation/targets/redis/redis-login.ts', 'logs in, and hashes a password'],
  ['src/rotation/targets/webhook/signed-post.ts', 'signs with the key'],
  ['src/rotation/targets/webhook/webhook-body.ts', 'tells the receiver the new values'],
  ['src/rotation/store/domain/run-payload.ts', 'writes what is sealed'],
  ['src/versions/domain/payload.ts', 'writes what is sealed'],
  ['src/versions/domain/fingerprint.ts', 'tells changed values from equal ones'],
]);

/** Domain files without a test of their own. Entries only go away. */
const withoutMirror = new Map([
  ['src/audit/domain/audit-event.ts', 'types and one list'],
  ['src/audit/domain/log-entry.ts', 'types only'],
  ['src/audit/domain/kubernetes-event.ts', 'types; build-event covers the accessor'],
  ['src/access/domain/rbac-changes.ts', 'a port'],
  ['src/access/domain/go-quote.ts', 'covered by forbidden-message'],
  ['src/auth/domain/cluster-keys.ts', 'a port'],
  ['src/calls/domain/recorded-transactions.ts', 'a port'],
  ['src/custom-resources/domain/author-rights.ts', 'a port'],
  ['src/custom-resources/domain/custom-resources.ts', 'a port'],
  ['src/custom-resources/domain/object-events.ts', 'a port'],
  ['src/custom-resources/domain/object-records.ts', 'a port'],
  ['src/encryption/domain/version-binding.ts', 'types only'],
  ['src/sync/domain/account-tokens.ts', 'a port'],
  ['src/sync/domain/remote-store.ts', 'a port'],
  ['src/sync/domain/openbao-spec.ts', 'covered by store-spec'],
  ['src/sync/domain/secret-key-reference.ts', 'covered by store-spec and aws-spec'],
  ['src/access/domain/described-calls.ts', 'covered by opened-operations'],
  ['src/sync/domain/secret-syncs.ts', 'a port'],
  ['src/platform/idempotency/domain/idempotency-record.ts', 'types only'],
  ['src/namespaces/domain/namespace-directory.ts', 'a port'],
  ['src/consumers/domain/workload-directory.ts', 'a port'],
  ['src/kubectl/domain/facade.ts', 'types; the accessor is covered by the routes'],
  ['src/kubectl/domain/forward/forwarded.ts', 'types only'],
  ['src/rotation/domain/password-target.ts', 'a port'],
  ['src/rotation/domain/rotation-policies.ts', 'a port'],
  ['src/rotation/domain/rotation-starts.ts', 'a port'],
  ['src/rotation/domain/rotation.store.ts', 'a port'],
  ['src/rotation/domain/webhook-target.ts', 'types and one list'],
  ['src/secrets/domain/formats/text-entries.ts', 'covered by each format'],
  ['src/secrets/domain/cache/cache-sink.ts', 'a port'],
  ['src/secrets/domain/cache/cached-secret.ts', 'types only'],
  ['src/secrets/domain/cache/change-log.ts', 'a port'],
  ['src/secrets/domain/cache/namespace-view.ts', 'a port'],
  ['src/secrets/domain/cache/secret-cache.ts', 'a port'],
  ['src/secrets/domain/cache/secret-documents.ts', 'a port'],
  ['src/secrets/domain/past-secrets.ts', 'a port'],
  ['src/shares/domain/secret-imports.ts', 'a port'],
  ['src/shares/domain/secret-shares.ts', 'a port'],
  ['src/secrets/domain/representation.ts', 'types only'],
  ['src/environments/domain/secret-environments.ts', 'a port'],
  ['src/environments/domain/template-problem.ts', 'types only'],
  ['src/schemas/domain/schema-problem.ts', 'types only'],
  ['src/schemas/domain/secret-rules.ts', 'types only'],
  ['src/secrets/domain/secret-checks.ts', 'a port'],
  ['src/secrets/domain/secret.store.ts', 'a port'],
  ['src/secrets/domain/secret.ts', 'types only'],
  ['src/tokens/domain/service-account-directory.ts', 'a port'],
  ['src/versions/domain/secret-state.ts', 'types only'],
  ['src/access/domain/call-gate.ts', 'types only'],
  ['src/audit/domain/audit-result.ts', 'values only'],
  ['src/versions/domain/version.ts', 'types only'],
  ['src/versions/domain/versions.store.ts', 'a port'],
]);

const paths = (files: readonly SourceFile[]): readonly string[] => files.map(({ path }) => path);

/** `path:line` of each line that matches. */
function places(files: readonly SourceFile[], pattern: RegExp): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? `${path}:${index + 1}` : [])),
  );
}

function longerThan(files: readonly SourceFile[], linesMax: number): readonly string[] {
  return paths(files.filter(({ text }) => text.split('\n').length - 1 > linesMax));
}

describe('the code', () => {
  it('has files of bounded length', () => {
    expect(longerThan(source, SOURCE_LINES_MAX)).toEqual([]);
    expect(longerThan(tests, TEST_LINES_MAX)).toEqual([]);
  });

  it('has functions of bounded length', () => {
    const long = source
      .flatMap((file) => functionLengths(file))
      .filter(({ lines }) => lines > FUNCTION_LINES_MAX);
    expect(long).toEqual([]);
  });

  it('has lines of bounded length', () => {
    const long = new RegExp(`^(?!${UNBREAKABLE}).{${COLUMNS_MAX + 1}}`, 'u');
    expect(places([...source, ...tests], long)).toEqual([]);
  });

  it('has no test whose title says nothing', () => {
    expect(places(others, /\bshould work\b/)).toEqual([]);
  });

  it('holds no word of unfinished work', () => {
    expect(places([...source, ...others], /\b(FIXME|XXX|HACK)\b|\bfor now\b/i)).toEqual([]);
    expect(places([...source, ...others], /\bTODO\b(?!\(#\d+\))/)).toEqual([]);
    expect(places(source, /console\.log/)).toEqual([]);
  });

  it('runs no package of a name that the project does not own in the registry', () => {
    const byRegistry = /\bnpx\s+(?!--no\b|--no-install\b)[^\n`]*\bsallyport\b/;
    expect(places([...prose, ...source, ...others], byRegistry)).toEqual([]);
  });

  it('has no file that says nothing by its name', () => {
    const vague =
      /(^|\/)(utils?|helpers?|common|misc|managers?)(\/|\.|-)|-(util|helper|manager)s?\./;
    expect(paths([...source, ...tests]).filter((path) => vague.test(path))).toEqual([]);
  });

  it('tests every decision beside its mirror', () => {
    const mirrors = new Set(paths(tests));
    const missing = paths(source)
      .filter((path) => path.includes('/domain/'))
      .filter((path) => !mirrors.has(path.replace(/^src\/(.*)\.ts$/, 'test/unit/$1.spec.ts')));
    expect(missing.filter((path) => !withoutMirror.has(path))).toEqual([]);
    expect([...withoutMirror.keys()].filter((path) => !missing.includes(path))).toEqual([]);
  });
});

describe('what only some files may do', () => {
  it('is to take plaintext out of a SecretValue', () => {
    const reveals = /(?<!\b(?:reads|past))\.reveal(Text|Base64)?\(|^ {2}reveal(Text|Base64)?\(/m;
    expect(paths(source.filter(({ text }) => reveals.test(text)))).toEqual(
      [...revealers.keys()].toSorted(),
    );
  });

  it('is to read the environment', () => {
    const readers = paths(source.filter(({ text }) => text.includes('process.env')));
    expect(readers).toEqual(['src/platform/config/env.ts']);
  });

  it('is to call a cipher', () => {
    const ciphers = /\bcreate(Cipher|Decipher)iv\b/;
    const calling = paths(source.filter(({ text }) => ciphers.test(text)));
    expect(calling).toEqual(['src/encryption/domain/aead.ts']);
  });

  it("is to know client-node's ApiException", () => {
    const knowing = paths(source.filter(({ text }) => text.includes('ApiException')));
    expect(knowing.filter((path) => !path.startsWith('src/kubernetes/'))).toEqual([]);
  });
});

describe('the repository', () => {
  it('names no path of the machine it was written on', () => {
    const machine = /(^|[\s'"`(=:])\/(work|root|home|Users)\/[\w.-]/;
    expect(places([...source, ...others, ...prose], machine)).toEqual([]);
  });

  it('takes its packages from whatever registry npm is told', () => {
    const lock = { path: 'package-lock.json', text: readText('package-lock.json') };
    expect(places([lock], /"resolved": "(?!packages\/)/)).toEqual([]);
  });

  it('names every dependency by its exact version', () => {
    const manifest = JSON.parse(readText('package.json')) as Record<string, Record<string, string>>;
    const versions = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.entries(manifest[kind] ?? {}),
    );
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});
