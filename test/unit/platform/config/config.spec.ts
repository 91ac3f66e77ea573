import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../../../src/platform/config/config-json-schema.js';
import type { Config } from '../../../../src/platform/config/config.schema.js';
import { ConfigurationError, loadConfig } from '../../../../src/platform/config/config.js';
import { settingPath, takenByNpm, variableNames } from '../../../../src/platform/config/env.js';

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-config-'));
});

afterAll(() => rmSync(dir, { recursive: true }));

type Environment = Readonly<Record<string, string>>;

function load(yaml: string | undefined, environment: Environment = {}): Config {
  if (yaml === undefined) return loadConfig({ environment });
  return loadConfig({ file: fileWith('sallyport.yaml', yaml), environment });
}

function fileWith(name: string, text: string): string {
  const file = join(dir, name);
  writeFileSync(file, text);
  return file;
}

function problemsOf(yaml: string | undefined, environment: Environment = {}): readonly string[] {
  try {
    load(yaml, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

const least = `
kubernetes: { mode: kubeconfig, kubeconfig: /etc/kubeconfig }
namespaces: { served: [pay] }
`;

describe('a configuration', () => {
  it('of a file with only what must be said has the documented defaults', () => {
    expect(load(least)).toEqual({
      listen: {
        ...{ host: '127.0.0.1', port: 8420, insecure: false },
        ...{ maxConnections: 6_144, trustedProxies: [] },
      },
      health: { host: '127.0.0.1', port: 8421 },
      dataDir: '.sallyport',
      storage: { url: 'sqlite:', connectionsMax: 24 },
      kubernetes: {
        mode: 'kubeconfig',
        kubeconfig: '/etc/kubeconfig',
        sandboxPort: 8444,
        access: 'impersonate',
        gatewayNamespace: 'sallyport',
        brokerServiceAccount: 'sallyport-broker',
        reads: 'cached',
        authorizers: 'any',
        allowExcessRights: false,
        audience: 'sallyport',
      },
      namespaces: { served: ['pay'], scope: 'served' },
      auth: { jwt: [] },
      secrets: { allowClusterCredentials: false },
      tokens: { maxLifetimeSeconds: 2_592_000 },
      audit: {
        anchors: [],
        anchorEverySeconds: 60,
        anchorEveryEvents: 10_000,
        sinks: [],
        retention: {},
      },
      versions: {
        enabled: true,
        limit: 20,
        minAge: '7d',
        minCount: 5,
        minDeletedAge: '90d',
        namespaceBytesMax: 256 * 1024 * 1024,
        exclude: {
          types: [
            'helm.sh/release.v1',
            'kubernetes.io/service-account-token',
            'bootstrap.kubernetes.io/token',
          ],
          namespaces: [],
        },
      },
      rotation: { enabled: true, egress: { allow: [], deny: [] }, notifications: [] },
      sync: { enabled: true, egress: { allow: [], deny: [] } },
      kubectl: { enabled: true, resources: [], impersonation: 'refuse' },
      encryption: { keys: [] },
      limits: {
        ...{ requestsPerSecond: 1_000, burst: 2_000, failedCredentialsPerMinute: 20 },
        responseBytesPerSecond: 8 * 1024 * 1024,
      },
      graphql: { introspection: true, documents: { only: false } },
      log: { level: 'info' },
      tracing: {},
    });
  });

  it('can come from the environment alone', () => {
    const config = load(undefined, {
      SALLYPORT_KUBERNETES: 'kubeconfig',
      KUBECONFIG: '/k',
      SALLYPORT_NAMESPACES_SERVED: 'pay, shop-*',
      SALLYPORT_PORT: '9000',
      SALLYPORT_GRAPHQL_INTROSPECTION: 'false',
    });
    expect(config).toMatchObject({
      kubernetes: { mode: 'kubeconfig', kubeconfig: '/k' },
      namespaces: { served: ['pay', 'shop-*'] },
      listen: { port: 9000 },
      graphql: { introspection: false, documents: { only: false } },
    });
  });

  it('switches syncs off by a variable, and bounds where they may connect', () => {
    expect(load(least, { SALLYPORT_SYNC_ENABLED: 'false' }).sync.enabled).toBe(false);
    const host = (text: string) => `${least}sync: { egress: { allow: [{ host: '${text}' }] } }`;
    expect(load(host('bao.example')).sync.egress.allow).toEqual([{ host: 'bao.example' }]);
    for (const text of ['https://bao.example', '*', 'bao.example/v1', '']) {
      expect(problemsOf(host(text)).join(' ')).toContain('sync.egress.allow');
    }
    expect(problemsOf(`${least}sync: { egress: { deny: [localhost] } }`).join(' ')).toContain(
      'sync.egress.deny',
    );
  });

  it('takes a variable over the file, and leaves the rest of the file as it is', () => {
    const yaml = `${least}listen: { port: 1, host: localhost }\nlog: { level: warn }`;
    const config = load(yaml, { SALLYPORT_PORT: '2', SALLYPORT_LOG_LEVEL: 'error' });
    expect(config.listen).toMatchObject({ port: 2, host: 'localhost' });
    expect(config.log.level).toBe('error');
  });

  it('takes a variable from the file that NAME_FILE names, without its last line break', () => {
    const file = fileWith('audience', 'https://sallyport.test\n');
    const config = load(least, { SALLYPORT_AUDIENCE_FILE: file });
    expect(config.kubernetes.audience).toBe('https://sallyport.test');
  });

  it('says which file of a NAME_FILE cannot be read', () => {
    const [problem] = problemsOf(least, { SALLYPORT_AUDIENCE_FILE: join(dir, 'absent') });
    expect(problem).toContain('SALLYPORT_AUDIENCE_FILE');
    expect(problem).toContain(join(dir, 'absent'));
  });

  it('never uses a kubeconfig that it was not told to use', () => {
    const yaml = 'kubernetes: { mode: in-cluster }\nnamespaces: { served: [pay] }';
    expect(load(yaml).kubernetes.kubeconfig).toBeUndefined();
    expect(problemsOf(least.replace(', kubeconfig: /etc/kubeconfig', ''))).toEqual([
      expect.stringContaining('kubernetes.kubeconfig'),
    ]);
  });
});

describe('a wrong configuration', () => {
  it('is refused with all its problems at once, each with its path', () => {
    const yaml = `
listen: { port: 70000, prot: 1 }
kubernetes: { mode: swarm }
namespaces: { served: [] }
auth: { jwt: [{ issuer: { url: nonsense, audiences: [] }, claimMappings: {} }] }
log: { level: loud }
typo: true
`;
    const environment = {
      SALLYPORT_HEALTH_PORT: 'many',
      SALLYPORT_TYPO: '1',
      SALLYPORT_LISTEN_INSECURE: 'yes',
    };
    const problems = problemsOf(yaml, environment).join('\n');
    for (const place of [
      'SALLYPORT_HEALTH_PORT: expected a whole number',
      'SALLYPORT_TYPO: unknown variable',
      'SALLYPORT_LISTEN_INSECURE: expected true or false',
      'listen.port:',
      'prot',
      'kubernetes.mode:',
      'namespaces.served:',
      'auth.jwt.0.issuer.url:',
      'auth.jwt.0.issuer.audiences:',
      'auth.jwt.0.claimMappings.username:',
      'log.level:',
      'typo',
    ]) {
      expect.soft(problems).toContain(place);
    }
  });

  it('says in its message how many problems there are, and all of them', () => {
    const problems = problemsOf(`${least}typo: 1\nlog: { level: loud }`);
    expect(problems).toHaveLength(2);
    expect(() => load(`${least}typo: 1\nlog: { level: loud }`)).toThrow(
      `the configuration has 2 problem(s):\n${problems.join('\n')}`,
    );
  });

  it.each([
    ['the root', 'typo: 1'],
    ['listen', 'listen: { prot: 1 }'],
    ['listen.tls', 'listen: { tls: { cert: a, key: b, typo: 1 } }'],
    ['health', 'health: { typo: 1 }'],
    ['auth', 'auth: { typo: 1 }'],
    ['secrets', 'secrets: { typo: 1 }'],
    ['graphql', 'graphql: { typo: 1 }'],
    ['log', 'log: { typo: 1 }'],
    ['tracing', 'tracing: { typo: 1 }'],
  ])('has an unknown key in %s', (_where, yaml) => {
    const problems = problemsOf(`${least}${yaml}`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/typo|prot/);
  });

  it.each([
    ['is no mapping', '- a\n- b'],
    ['is no YAML', 'a: [1'],
    ['names a key twice', `${least}${least}`],
    ['uses an alias', `a: &x [1]\nb: *x`],
  ])('in a file that %s is refused with the name of the file', (_what, yaml) => {
    expect(problemsOf(yaml).join('\n')).toContain('sallyport.yaml');
  });

  it('in a file that is not there is refused with its name', () => {
    const file = join(dir, 'absent.yaml');
    expect(() => loadConfig({ file, environment: {} })).toThrow(file);
  });

  it('is not made right by a variable for something that is no mapping', () => {
    expect(problemsOf(`${least}listen: 7`, {})).toHaveLength(1);
  });

  it('shows no content of a variable, which may be a secret', () => {
    const problems = problemsOf(least, {
      SALLYPORT_PORT: 'hunter2',
      SALLYPORT_LOG_LEVEL: 'hunter2',
    });
    expect(problems).toHaveLength(2);
    expect(problems.join('\n')).not.toContain('hunter2');
  });
});

describe('a listener that is not loopback', () => {
  const at = (listen: string) => problemsOf(`${least}listen: ${listen}`);

  it.each(['0.0.0.0', '"::"', '10.0.0.7', 'gateway.test', '127.0.0.1.evil.test'])(
    'on %s needs TLS, or a word about the proxy in front',
    (host) => {
      expect(at(`{ host: ${host} }`)).toEqual([expect.stringContaining('listen.host')]);
      expect(at(`{ host: ${host}, insecure: true }`)).toEqual([]);
      expect(at(`{ host: ${host}, tls: { cert: a, key: b } }`)).toEqual([]);
    },
  );

  it.each(['127.0.0.1', '127.1.2.3', '"::1"', 'localhost'])('is not %s', (host) => {
    expect(at(`{ host: ${host} }`)).toEqual([]);
  });
});

describe('without a word about a cluster', () => {
  it('the sandbox is what it has, with every namespace served and HTTPS beside HTTP', () => {
    expect(load(undefined)).toMatchObject({
      listen: {
        host: '127.0.0.1',
        port: 8420,
        tls: { port: 8443, cert: '.sallyport/tls/server.crt', key: '.sallyport/tls/server.key' },
      },
      kubernetes: { mode: 'sandbox', sandboxPort: 8444 },
      namespaces: { served: ['*'], scope: 'cluster' },
    });
  });

  it('a kubeconfig that is there for others stays unused', () => {
    const { kubernetes } = load(undefined, { KUBECONFIG: '/k' });
    expect(kubernetes).toMatchObject({ mode: 'sandbox' });
    expect(kubernetes.kubeconfig).toBeUndefined();
    const inCluster = { SALLYPORT_KUBERNETES: 'in-cluster', SALLYPORT_NAMESPACES_SERVED: 'pay' };
    expect(load(undefined, { ...inCluster, KUBECONFIG: '/k' }).kubernetes.kubeconfig).toBe(
      undefined,
    );
  });
});

describe('the sandbox', () => {
  it.each([
    ['kubernetes: { kubeconfig: /k }', {}],
    ['kubernetes: { mode: kubeconfig, kubeconfig: /k }', { SALLYPORT_KUBERNETES: 'sandbox' }],
  ])('is refused together with a configured cluster: %s %o', (yaml, environment) => {
    expect(problemsOf(yaml, environment)).toEqual([
      expect.stringMatching(/the sandbox and a configured cluster together are refused/),
    ]);
  });

  it.each(['0.0.0.0', '"::"', '10.0.0.7', '127.0.0.1.evil.test'])(
    'is not reachable from other machines: %s',
    (host) => {
      const loopbackOnly = expect.stringContaining(
        'the sandbox listens on loopback only',
      ) as string;
      expect(problemsOf(`listen: { host: ${host}, insecure: true }`)).toEqual([loopbackOnly]);
      expect(problemsOf(`health: { host: ${host} }`)).toEqual([loopbackOnly]);
      const files = 'cert: a.crt, key: a.key';
      expect(problemsOf(`admission: { host: ${host}, ${files} }`)).toEqual([loopbackOnly]);
    },
  );

  it('takes a certificate that is given, and only the port of one that it makes', () => {
    const given = load('listen: { tls: { cert: a.crt, key: a.key } }').listen.tls;
    expect(given).toEqual({ port: 8443, cert: 'a.crt', key: 'a.key' });
    const made = load('dataDir: d', { SALLYPORT_TLS_PORT: '9443' }).listen.tls;
    expect(made).toEqual({ port: 9443, cert: 'd/tls/server.crt', key: 'd/tls/server.key' });
    expect(problemsOf('listen: { tls: { cert: a.crt } }')).toEqual([
      'listen.tls: cert and key go together (SALLYPORT_TLS_CERT and SALLYPORT_TLS_KEY)',
    ]);
  });

  it('keeps what is said about namespaces', () => {
    const { namespaces } = load('namespaces: { served: [mongodb], scope: served }');
    expect(namespaces).toEqual({ served: ['mongodb'], scope: 'served' });
  });

  it.each(['gatewayNamespace', 'brokerServiceAccount'])('has no other %s', (key) => {
    expect(problemsOf(`kubernetes: { ${key}: other }`)).toEqual([
      expect.stringContaining(`kubernetes.${key}: is sallyport`),
    ]);
  });
});

describe('a cluster', () => {
  it('is not taken without the namespaces to serve', () => {
    expect(problemsOf('kubernetes: { mode: in-cluster }')).toEqual([
      'namespaces.served: needed with mode in-cluster: names or globs of namespaces',
    ]);
  });

  it('is not taken with half a certificate', () => {
    expect(problemsOf(`${least}listen: { tls: { key: a } }`)).toEqual([
      'listen.tls: cert and key are needed (SALLYPORT_TLS_CERT and SALLYPORT_TLS_KEY)',
    ]);
  });

  it('has no use for the port of a sandbox, nor an HTTPS port that nobody asked for', () => {
    expect(load(least).listen).toEqual({
      host: '127.0.0.1',
      port: 8420,
      insecure: false,
      maxConnections: 6_144,
      trustedProxies: [],
    });
  });
});

describe('the variables', () => {
  it('all stand for a setting of the schema', () => {
    const schema = JSON.stringify(configJsonSchema());
    expect(variableNames.length).toBeGreaterThan(15);
    for (const name of variableNames) {
      for (const part of settingPath(name)?.split('.') ?? ['?']) {
        expect(schema).toContain(`"${part}"`);
      }
    }
  });

  it('of tests and of others are left alone', () => {
    expect(problemsOf(least, { SALLYPORT_TEST_SCALE: '1', PATH: '/bin', HOME: '/' })).toEqual([]);
  });
});

describe('options that npm has taken', () => {
  it('are found in the environment that it makes', () => {
    const environment = { npm_config_reset: 'true', npm_config_config: '', npm_config_x: '1' };
    expect(takenByNpm(['config', 'reset'], environment)).toEqual(['reset']);
    expect(takenByNpm(['config', 'reset'], {})).toEqual([]);
  });
});

describe('sallyport.schema.json', () => {
  it('is that of the schema in the source: npm run generate', () => {
    const committed: unknown = JSON.parse(readFileSync('sallyport.schema.json', 'utf8'));
    expect(committed).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });
});
