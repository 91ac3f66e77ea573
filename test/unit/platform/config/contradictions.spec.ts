import { describe, expect, it } from 'vitest';
import { ConfigurationError, loadConfig } from '../../../../src/platform/config/config.js';

function problemsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig({ environment });
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

const cluster = { SALLYPORT_KUBERNETES: 'in-cluster', SALLYPORT_NAMESPACES_SERVED: 'pay' };
const all = ['PORT', 'HEALTH_PORT', 'TLS_PORT', 'SANDBOX_PORT'].map((name) => `SALLYPORT_${name}`);

describe('documents of GraphQL', () => {
  it('must be named where no others are executed', () => {
    expect(problemsOf({ SALLYPORT_GRAPHQL_DOCUMENTS_ONLY: 'true' })).toEqual([
      'SALLYPORT_GRAPHQL_DOCUMENTS_ONLY: needs graphql.documents.folder',
    ]);
  });
});

describe('two listeners', () => {
  it('cannot have one port', () => {
    expect(problemsOf({ SALLYPORT_PORT: '9000', SALLYPORT_SANDBOX_PORT: '9000' })).toEqual([
      'SALLYPORT_PORT and SALLYPORT_SANDBOX_PORT: the same port 9000, but each listener needs ' +
        'one of its own',
    ]);
  });

  it('cannot have one port where it is a default that nobody gave', () => {
    expect(problemsOf({ SALLYPORT_PORT: '8421' })).toEqual([
      'SALLYPORT_PORT and health.port: the same port 8421, but each listener needs one of its own',
    ]);
  });

  it('cannot have one port, nor can all four', () => {
    expect(problemsOf(Object.fromEntries(all.map((name) => [name, '9000'])))).toEqual([
      expect.stringMatching(
        /^SALLYPORT_PORT, SALLYPORT_HEALTH_PORT, SALLYPORT_TLS_PORT and SALLYPORT_SANDBOX_PORT: /,
      ),
    ]);
  });

  it('may both have any that is free', () => {
    expect(problemsOf(Object.fromEntries(all.map((name) => [name, '0'])))).toEqual([]);
  });

  it('are no matter where one is not there: in front of a cluster', () => {
    expect(problemsOf({ ...cluster, SALLYPORT_PORT: '8444' })).toEqual([]);
    expect(problemsOf({ ...cluster, SALLYPORT_PORT: '8443' })).toEqual([]);
    expect(problemsOf({ ...cluster, SALLYPORT_PORT: '8421' })).toHaveLength(1);
  });
});

describe('PostgreSQL', () => {
  const shared = { ...cluster, SALLYPORT_STORAGE_URL: 'postgres://u:p@h/d' };

  it('needs a key file that all replicas have', () => {
    expect(problemsOf(shared)).toEqual([
      'audit.keyFile: needed with PostgreSQL: all replicas sign the audit log with one key',
    ]);
    expect(problemsOf({ ...shared, SALLYPORT_AUDIT_KEY_FILE: '/keys/log.key' })).toEqual([]);
  });
});

describe('a problem with a value of a variable', () => {
  it.each([
    [{ SALLYPORT_PORT: '70000' }, 'SALLYPORT_PORT: '],
    [{ SALLYPORT_KUBERNETES: 'swarm' }, 'SALLYPORT_KUBERNETES: '],
    [{ ...cluster, SALLYPORT_NAMESPACES_SERVED: 'a,' }, 'SALLYPORT_NAMESPACES_SERVED: '],
    [{ SALLYPORT_HOST: '10.0.0.7' }, 'SALLYPORT_HOST: the sandbox listens on loopback only'],
    [{ SALLYPORT_TLS_CERT: 'a' }, 'listen.tls: cert and key go together (SALLYPORT_TLS_CERT '],
    [
      { SALLYPORT_GATEWAY_NAMESPACE: 'other' },
      'SALLYPORT_GATEWAY_NAMESPACE: is sallyport in the sandbox',
    ],
  ])('names the variable: %o', (environment, beginning) => {
    expect(problemsOf(environment)).toEqual([expect.stringContaining(beginning)]);
    expect(problemsOf(environment)[0]?.startsWith(beginning)).toBe(true);
  });
});
