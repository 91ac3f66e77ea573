import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../../../src/rotation/domain/parse-spec.js';
import {
  neededRights,
  referencedSecrets,
} from '../../../../src/rotation/domain/spec-references.js';
import { type Members, passwordBody, postgresBody } from '../policy.builder.js';

const specOf = (body: Members) => parseSpec('app-db', body);

function certificateOf(key: string, secretName: string | undefined): Members {
  const ca = secretName === undefined ? {} : { ca: { secretName } };
  return {
    key: `${key}.key`,
    certificate: { commonName: key, certificateKey: `${key}.crt`, ...ca },
  };
}

/** As `verb group/resource name`. */
function rightsOf(body: Members): readonly string[] {
  return neededRights(specOf(body)).map(
    ({ verb, group, resource, name }) => `${verb} ${group}/${resource} ${name}`,
  );
}

describe('the Secrets that a rotation makes use of', () => {
  it.each<[string, Members, readonly string[]]>([
    ['none without a target', passwordBody, []],
    ['the rotated one and that of the admin', postgresBody(), ['app-db', 'db-admin']],
    [
      'the rotated one, those of the admin and of the CA that it trusts',
      postgresBody({ tls: { caSecret: { name: 'db-ca' } } }),
      ['app-db', 'db-admin', 'db-ca'],
    ],
    [
      'the rotated one and those of a webhook',
      {
        ...passwordBody,
        target: {
          webhook: {
            url: 'https://a/',
            signingSecret: { name: 'signing' },
            tls: { caSecret: { name: 'hook-ca' } },
          },
        },
      },
      ['app-db', 'signing', 'hook-ca'],
    ],
    [
      'those of every CA that signs, each once',
      {
        generate: [
          certificateOf('a', 'ca-1'),
          certificateOf('b', undefined),
          certificateOf('c', 'ca-2'),
          certificateOf('d', 'ca-1'),
        ],
      },
      ['ca-1', 'ca-2'],
    ],
    [
      'the rotated one once, if the admin is in it',
      postgresBody({ adminSecret: { name: 'app-db' } }),
      ['app-db'],
    ],
  ])('are %s', (_what, body, names) => {
    expect(referencedSecrets(specOf(body))).toEqual(names);
  });
});

describe('what an author must be allowed', () => {
  it('is to change the Secret and to read every one that is used', () => {
    expect(rightsOf(postgresBody({ tls: { caSecret: { name: 'db-ca' } } }))).toEqual([
      'update /secrets app-db',
      'get /secrets app-db',
      'get /secrets db-admin',
      'get /secrets db-ca',
    ]);
  });

  it.each(['mysql', 'mongodb', 'redis'] as const)(
    'is to read the rotated Secret, since a server is shown what it holds: %s',
    (kind) => {
      const server = { host: 'db.example.com', username: 'app', adminSecret: { name: 'db-admin' } };
      const body = { ...passwordBody, target: { [kind]: server }, strategy: 'singleUser' };
      expect(rightsOf(body)).toContain('get /secrets app-db');
    },
  );

  it('is to change the workloads that are restarted, and no others', () => {
    const workloads = [
      { kind: 'Deployment', name: 'web' },
      { kind: 'StatefulSet', name: 'db' },
      { kind: 'DaemonSet', name: 'agent' },
    ];
    expect(rightsOf({ ...passwordBody, consumers: { workloads } })).toEqual([
      'update /secrets app-db',
      'patch apps/deployments web',
      'patch apps/statefulsets db',
      'patch apps/daemonsets agent',
    ]);
  });

  it('is to change all workloads where all are restarted', () => {
    expect(rightsOf({ ...passwordBody, consumers: { restart: 'auto' } })).toEqual([
      'update /secrets app-db',
      'patch apps/deployments ',
      'patch apps/statefulsets ',
      'patch apps/daemonsets ',
    ]);
  });

  it('is no workload where none is restarted', () => {
    expect(rightsOf({ ...passwordBody, consumers: { restart: 'none' } })).toEqual([
      'update /secrets app-db',
    ]);
  });
});
