import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { parseSpec } from '../../../../src/rotation/domain/parse-spec.js';
import { type Members, passwordBody, serverBody } from '../policy.builder.js';

const webhook = { url: 'https://rotator.pay.svc/', signingSecret: { name: 's', key: 'k' } };

/** Pointers of everything that is refused; empty: it is taken. */
function refused(body: unknown): readonly string[] {
  try {
    parseSpec('app-db', body);
    return [];
  } catch (error) {
    if (!(error instanceof SallyportError) || error.status !== 422) throw error;
    return error.errors.map(({ pointer }) => pointer);
  }
}

const withTarget = (target: unknown): Members => ({ ...passwordBody, target });
const inServer = (kind: string, server: Members, spec: Members = {}): Members => ({
  ...passwordBody,
  target: { [kind]: { ...serverBody, ...server } },
  ...spec,
});

describe('a text of a target', () => {
  const single = { strategy: 'singleUser' };
  const controls = ['\0', '\n', '\r', '\t', '\u001f', '\u007f', '\u0085'];
  const places: readonly (readonly [string, string, (text: string) => Members])[] = [
    ['postgresql', '/database', (text) => ({ database: text, username: 'app' })],
    ['mysql', '/userHost', (text) => ({ userHost: text, username: 'app' })],
    ['mongodb', '/authDatabase', (text) => ({ authDatabase: text, username: 'app' })],
    ...['postgresql', 'mysql', 'mongodb', 'redis'].flatMap((kind) => {
      const database = kind === 'postgresql' ? { database: 'app' } : {};
      const more = { ...database, username: 'app' };
      return [
        [kind, '/username', (text: string) => ({ ...more, username: text })],
        [kind, '/host', (text: string) => ({ ...more, host: text })],
        [kind, '/tls/serverName', (text: string) => ({ ...more, tls: { serverName: text } })],
        [
          ...[kind, '/adminSecret/username'],
          (text: string) => ({ ...more, adminSecret: { name: 'admin', username: text } }),
        ],
      ] as [string, string, (text: string) => Members][];
    }),
  ];

  it.each(places)('of %s at %s has no control characters', (kind, pointer, member) => {
    expect(refused(inServer(kind, member('app'), single))).toEqual([]);
    for (const control of controls) {
      for (const text of [`a${control}b`, `${control}a`, `a${control}`]) {
        expect(refused(inServer(kind, member(text), single))).toEqual([
          `/target/${kind}${pointer}`,
        ]);
      }
    }
  });

  it('is in no URL of a webhook either, of which parsers leave some out', () => {
    for (const control of controls) {
      const url = `https://rotator.pay.${control}svc/`;
      expect(refused(withTarget({ webhook: { ...webhook, url } }))).toEqual([
        '/target/webhook/url',
      ]);
    }
  });

  it('says which rule it breaks', () => {
    const body = inServer('postgresql', { database: 'app\0user', username: 'app' }, single);
    expect(() => parseSpec('app-db', body)).toThrow(
      expect.objectContaining({
        errors: [
          { pointer: '/target/postgresql/database', reason: 'must have no control characters' },
        ],
      }) as Error,
    );
  });
});
