import { describe, expect, it } from 'vitest';
import type { TargetSpec } from '../../../../src/rotation/domain/rotation-spec.js';
import { templateFacts } from '../../../../src/rotation/domain/template-facts.js';
import { aServer } from '../policy.builder.js';

const server = aServer({ host: 'db', port: 99, usernames: ['app_a', 'app_b'] });
const common = { host: 'db', port: '99', username: 'app_b' };
const targets: readonly [TargetSpec, Readonly<Record<string, string>>][] = [
  [{ kind: 'none' }, {}],
  [
    {
      kind: 'webhook',
      webhook: {
        url: 'https://a/',
        tls: server.tls,
        signingSecret: { name: 's', key: 'k' },
        timeoutMs: 1,
      },
    },
    {},
  ],
  [
    { kind: 'postgresql', server, database: 'app' },
    { ...common, database: 'app' },
  ],
  [{ kind: 'mysql', server, userHost: '%' }, common],
  [
    { kind: 'mongodb', server, authDatabase: 'admin' },
    { ...common, authDatabase: 'admin' },
  ],
  [{ kind: 'redis', server }, common],
];

describe('what templates may use of a target', () => {
  it.each(targets)('is, of %o', (target, facts) => {
    expect(templateFacts({ target }, 'app_b')).toEqual(facts);
  });

  it.each(targets)('has the same names while the user is not known yet, of %o', (target, facts) => {
    expect(Object.keys(templateFacts({ target }, undefined))).toEqual(Object.keys(facts));
  });

  it('holds nothing of the admin', () => {
    const admin = aServer({ adminSecret: { ...server.adminSecret, username: 'marker-admin' } });
    const facts = templateFacts({ target: { kind: 'redis', server: admin } }, 'app');
    expect(JSON.stringify(facts)).not.toContain('admin');
  });
});
